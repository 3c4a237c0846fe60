"""What accepting a file would come to, told before anyone accepts it; `kb.plan` decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus import NotFound, PolicyDocument
from ingest.restate import restate
from kb.corrections import Corrections
from kb.knowledge_base import KnowledgeBase
from kb.plan import mostly_same, same_text
from kb.staging.shelf import Staging


class Comes(StrEnum):
    """What a document would be to the knowledge base."""

    NEW = "new"
    SAME = "same"  # nothing would change
    REPLACES = "replaces"  # another version of one that is there
    CLASHES = "clashes"  # with another document of its 文号 or title: it would be refused


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What accepting would come to.

    Attributes:
        document: as it would be stored, with what was stated of this file before.
        comes: what it would be.
        title: title of the document that is there, "" if none.
        source_name: the file that one came from.
    """

    document: PolicyDocument
    comes: Comes
    title: str = ""
    source_name: str = ""

    @property
    def waits(self) -> str:
        """Why it should be looked at before it is accepted, as one line; "" for a new document without warnings."""
        if self.comes is not Comes.NEW:
            return _WAITS[self.comes].format(title=self.title)
        doubts = len(self.document.warnings)
        return f"有 {doubts} 处需要核对，请预览后再收入。" if doubts else ""


_WAITS = {
    Comes.SAME: "知识库中已有内容相同的《{title}》，不必再收入，可以放弃。",
    Comes.REPLACES: "会替换《{title}》，请预览后再收入。",
    Comes.CLASHES: "与库中的《{title}》文号或标题相同，内容却大不相同，不能收入；请预览核对。",
}


def foresee(kb: KnowledgeBase, staging: Staging, token: str) -> Foreseen:
    """Compare a staged file with what is there.

    Raises:
        NotFound: there is no such staged file, or it has not been read.
    """
    staged, document = staging.file(token), staging.document(token)
    if correction := Corrections(kb.settings.home).read().get(staged.file_hash):
        document = restate(document, correction)
    there = next((record for record in kb.records() if record.id == document.id), None)
    if there is None:
        return Foreseen(document, Comes.NEW)
    try:
        known = kb.document(there.id)
    except NotFound:  # removed just now
        return Foreseen(document, Comes.NEW)
    alike = mostly_same(known, document)
    comes = Comes.SAME if same_text(known, document) else Comes.REPLACES if alike else Comes.CLASHES
    return Foreseen(document, comes, there.title, there.source_name)
