"""Who issued the documents a query asks for: 省科技厅印发的文件."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus import Span
from kb.query.conditions import Condition, Documents, Kind
from kb.query.known import Known

_VERB = re.compile(
    r"(?:联合|共同|单独)?(?:印发|发布|出台|下发|制定|公布|颁布|发)的(?=(?:政策|文件|通知|办法|措施|规定|条例|意见|条款)|[\s\0，,。；;？?]|$)"
)
_ASKS = re.compile(r"吗|是否|是不是")


def read_issuers(text: str, known: Known) -> Iterator[Condition]:
    """Issuers that a text restricts the search to; where the knowledge base does not tell issuers, none.

    Args:
        text: as typed, with what was understood already blotted out.
        known: the documents.
    """
    whole = text.strip()
    if names := known.issuers.matching(whole) if re.fullmatch(r"[一-鿿（）()]{3,24}", whole) else None:
        yield _condition(whole, Span(text.index(whole), text.index(whole) + len(whole)), names, known)
        return
    for match in _VERB.finditer(text):
        found = known.issuers.ending_at(text, match.start())
        if found is None or _ASKS.search(text):
            continue
        start, names = found
        name = text[start : match.start()]
        start -= 1 if text[:start].endswith("由") else 0
        yield _condition(name, Span(start, match.end()), names, known)


def _condition(name: str, span: Span, names: Iterable[str], known: Known) -> Condition:
    ids = known.in_order(each for printed in names for each in known.issued_by[printed])
    return Condition(Kind.ISSUER, f"issuer:{name}", f"发文机关：{name}", span, Documents(ids))
