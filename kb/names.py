"""Names of documents, units and clauses, compared without what writing them differently changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from corpus import NotFound
from kb.lifecycle import DocumentRecord

_BRACKETS = str.maketrans("〔〕[]【】", "()()()")
_LABEL_MARKS = re.compile(r"[、，,./．]")


def squash(text: str) -> str:
    """Text without blanks, case, width and kinds of brackets, for literal comparison.

    >>> squash("鲁科字 [2024] １３７号") == squash("鲁科字〔2024〕137 号")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).lower().split())


def name_key(name: str) -> str:
    """The name of a clause without what writing it differently changes.

    >>> name_key("三、(一)") == name_key("三/（一）"), name_key("（二）") == name_key("二")
    (True, False)
    """
    return _LABEL_MARKS.sub("", squash(name))


def matching_documents(records: Iterable[DocumentRecord], doc: str, partial: bool = True) -> frozenset[str]:
    """Ids of the documents of this id, 文号 or title; if there are none and ``partial``, of those that contain it.

    Raises:
        NotFound: there are none either.
    """
    wanted = squash(doc).strip("《》")
    names = {r.id: [squash(name) for name in (r.id, r.doc_number, r.title)] for r in records}
    same = frozenset(key for key, forms in names.items() if wanted in forms)
    found = same
    if partial and not same:
        found = frozenset(key for key, forms in names.items() if any(wanted in form for form in forms))
    if not found or not wanted:
        raise NotFound(f"知识库中没有与“{doc}”相符的文件，请核对文号或标题，或查看文件清单。")
    return found


def matching_units(units: Iterable[str], unit: str) -> frozenset[str]:
    """Unit names that contain the name or are contained in it; if there are none, those it abbreviates.

    >>> names = ["省科技厅", "山东省科学技术厅", "省财政厅"]
    >>> sorted(matching_units(names, "科技厅")), sorted(matching_units(names[1:], "省科技厅"))
    (['省科技厅'], ['山东省科学技术厅'])
    """
    wanted, names = squash(unit), list(units)
    found = [n for n in names if wanted and (wanted in squash(n) or squash(n) in wanted)]
    return frozenset(found or [n for n in names if _abbreviates(wanted, squash(n))])


def _abbreviates(short: str, name: str) -> bool:
    """Whether the characters of a short name stand in a name in this order.

    >>> _abbreviates("卫健委", "卫生健康委员会"), _abbreviates("省科技厅", "省工业和信息化厅")
    (True, False)
    """
    rest = iter(name)
    return len(short) > 1 and all(char in rest for char in short)
