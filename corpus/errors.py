"""The errors a user can meet, one tree.

PolicyKBError             anything we refuse, with one Chinese line: what, where, what to do next
├── UsageError            the command or a setting was given wrongly (exit code 2)
├── DocumentError         a file cannot become a policy document; the other files go on
│   ├── UnreadableFile    empty, binary, unknown encoding, unsupported format
│   └── NotAPolicy        text without anything to index, or absurdly shaped
├── RegisterError         the register or a rule file is malformed or disagrees with the text
├── KnowledgeBaseError    the home folder cannot be opened, written or understood
│   └── NotFound          no such document, clause or rule
└── InputError            a number or a fact in a question that cannot be true
"""


class PolicyKBError(Exception):
    """Base of all errors with a message fit for a user: one Chinese line."""


class UsageError(PolicyKBError):
    """A command-line argument or a setting was given wrongly."""


class DocumentError(PolicyKBError):
    """One file cannot become a policy document."""


class UnreadableFile(DocumentError):
    """The file is empty, binary, of unknown encoding or of an unsupported format."""


class NotAPolicy(DocumentError):
    """The file is text, but nothing in it can be indexed."""


class RegisterError(PolicyKBError):
    """The register or a rule file is malformed, or disagrees with the policy text."""


class KnowledgeBaseError(PolicyKBError):
    """The knowledge base cannot be opened, written or understood."""


class NotFound(KnowledgeBaseError):
    """No such document, clause or rule in the knowledge base."""


class InputError(PolicyKBError):
    """A number or fact given by the user that cannot be true (negative, foreign currency...)."""
