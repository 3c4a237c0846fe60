"""A correction or a removal of a document with all that hangs on it, told before it is made and after."""

from __future__ import annotations

from dataclasses import dataclass

from corpus import DocumentError, NotFound, PolicyDocument
from corpus.register import RegisterEntry
from ingest.restate import restate
from kb.correcting import changed
from kb.knowledge_base import KnowledgeBase
from kb.rule_shelf import carried, carry, read_shelf
from kb.rules import Rule


@dataclass(frozen=True, slots=True)
class Correction:
    """What other metadata comes to.

    Attributes:
        before: the document as it was.
        after: as it is then.
        changes: what is different: its name, as it was, as it is.
        carried: rules of the home folder that follow.
        stopped: rules that compute no more: they are of clauses that are called otherwise then.
    """

    before: PolicyDocument
    after: PolicyDocument
    changes: tuple[tuple[str, str, str], ...]
    carried: tuple[Rule, ...] = ()
    stopped: tuple[Rule, ...] = ()

    @property
    def renames(self) -> bool:
        """Whether the ids of the clauses change."""
        return self.before.id != self.after.id


def foresee(kb: KnowledgeBase, doc: str, entry: RegisterEntry) -> Correction:
    """What a correction would come to; changes nothing.

    Raises:
        NotFound: there is no document of this id.
        DocumentError: another document has the 文号 or title it would have.
    """
    before = exactly(kb, doc)
    after = restate(before, entry)
    if after.id != before.id and after.id in {record.id for record in kb.records()}:
        raise DocumentError(
            f"知识库里已有“{after.id}”，文号（没有文号时为标题）不能相同；两份是同一文件时，请删除其中一份。"
        )
    follow = carried(kb, before, after)
    ids = {rule.id for rule in follow}
    lost = [rule for rule in resting_on(kb, before.id) if rule.id not in ids] if after.id != before.id else []
    return Correction(before, after, tuple(changed(before, after)), follow, tuple(lost))


def amend(kb: KnowledgeBase, doc: str, entry: RegisterEntry, version: str) -> Correction:
    """Make a correction.

    Raises:
        NotFound: there is no document of this id.
        DocumentError: it has changed since it was looked at, or another one has the 文号 or title it would have.
        RegisterError: a rule cannot be written.
    """
    computing = read_shelf(kb).rules
    foreseen = foresee(kb, doc, entry)
    kb.correct(doc, entry, version)
    carry(kb, foreseen.before, foreseen.after)
    left = {rule.id for rule in read_shelf(kb).rules}
    stopped = tuple(rule for rule in computing if rule.id not in left)
    return Correction(foreseen.before, foreseen.after, foreseen.changes, foreseen.carried, stopped)


def resting_on(kb: KnowledgeBase, document_id: str) -> list[Rule]:
    """The rules that compute with clauses of a document."""
    return [
        rule
        for rule in read_shelf(kb).rules
        if any(clause.rpartition(" ")[0] == document_id for clause in rule.clauses)
    ]


def exactly(kb: KnowledgeBase, doc: str) -> PolicyDocument:
    """The document of this id, and of no other name.

    Raises:
        NotFound: there is none.
    """
    document = kb.document(doc)
    if document.id != doc:
        raise NotFound(f"知识库中没有文件“{doc}”，可能已被删除或改名，请刷新列表。")
    return document
