"""The one error of this folder."""

from corpus import PolicyKBError


class EvalFileError(PolicyKBError):
    """A QA set or the gates file is malformed, or a report cannot be written: file, line, what, what to do."""
