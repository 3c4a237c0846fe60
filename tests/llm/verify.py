"""What an answer may say, checked by code that shares nothing with `chat.check`: on purpose plainer, and never laxer on figures.

A figure is digits with what makes them a sum, a share or a day. It must stand, alike or as the same sum, in a clause that
is cited, in what the user said, in the calculation, or in the name of a document. Words that turn a rule round, and units
that are said to lead, must stand there too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chat.answer import Answer, Status
from corpus import Clause

_MARK = re.compile(r"\[(\d+)\]")
_QUOTE = re.compile(r"“([^“”]+)”")
_PHASE = re.compile(r"(?<![A-Za-z])([IVX]+)(?=[、,]|期|/|和|或|[^A-Za-z])")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*(%|‰|万亿|亿|千万|百万|万|千|百)?")
_DECIDING = re.compile(
    r"不低于|不少于|不高于|不超过|不得|不予|至少|最高|必须|禁止|一律|全额|(?<=[^，,。；;\n])以[上下内]"  # "以上是…" is none
)
_UNIT = r"(?!由)[一-鿿]{1,12}?(?:厅|局|委|办|部|政府|处|中心|学院)"
_LEAD = re.compile(rf"(?:(?<=[由：:（(、，,])|^)({_UNIT})牵头|牵头(?:单位|部门)?(?:是|为|:)({_UNIT})")
_SCALE = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, "百": 10**2}


@dataclass(frozen=True, slots=True)
class Figure:
    """Digits as written, and what they come to: a plain number, or a share."""

    text: str
    value: Decimal
    share: str


def figures(text: str) -> Iterator[Figure]:
    """All figures of a text.

    >>> [(f.text, str(f.value), f.share) for f in figures("１,０００万元的40%，0.1亿")]
    [('1000万', '10000000', ''), ('40%', '40', '%'), ('0.1亿', '10000000.0', '')]
    """
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text))
    for match in _FIGURE.finditer(plain):
        unit = match[2] or ""
        share = unit if unit in ("%", "‰") else ""
        yield Figure(match.group(), Decimal(match[1]) * _SCALE.get(unit, 1), share)


def faults(
    answer: Answer, turns: Sequence[str], clause_of: Callable[[str], Clause | None], names: Sequence[str]
) -> list[str]:
    """What an answer says that nothing supports, one line each.

    Args:
        answer: the answer.
        turns: what the user said, the question included.
        clause_of: a clause of the knowledge base by its id.
        names: names of the documents of the knowledge base.
    """
    found = []
    clauses = {citation.id: clause_of(citation.id) for citation in answer.citations}
    for citation in answer.citations:
        clause = clauses[citation.id]
        if clause is None:
            found.append(f"citation {citation.n} of {citation.id}: no such clause")
        elif not citation.quote.strip() or citation.quote not in clause.text:
            found.append(f"citation {citation.n}: {citation.quote!r} is not in {citation.id}")
        elif not clause.span.start <= citation.start < citation.end <= clause.span.end:
            found.append(f"citation {citation.n}: {citation.start}-{citation.end} is outside {citation.id}")
    numbers = {citation.n for citation in answer.citations}
    found += [
        f"mark [{n}] has no citation" for n in map(int, _MARK.findall(answer.answer)) if n not in numbers
    ]
    cited = [clause.text + clause.label for clause in clauses.values() if clause]
    cited += [citation.document for citation in answer.citations]
    text = _MARK.sub("", answer.answer)
    for quote in _QUOTE.findall(text):
        if not any(_bare(quote) in _bare(each) for each in (*cited, *turns)):
            found.append(f"“{quote}” is in no clause that is cited")
    made = answer.calculation
    told = [word for step in made.steps for word in (step.text, step.value)] if made else []
    told += [*made.inputs.values(), *made.assumptions] if made else []
    ground = "\n".join((*cited, *turns, *told, *names, answer.as_of.isoformat()))
    known = {(figure.value, figure.share) for figure in figures(ground)}
    if made and made.amount_yuan is not None:
        known.add((made.amount_yuan, ""))
    found += [f"{f.text} stands nowhere" for f in figures(text) if (f.value, f.share) not in known]
    turned = dict.fromkeys(_DECIDING.findall(text))
    found += [f"{words} stands nowhere" for words in turned if words not in _bare(ground)]
    leads = _leads(ground)
    found += [
        f"{unit} is said to lead" for unit in _leads(text) if not any(unit.endswith(each) for each in leads)
    ]
    phases = _phases(ground)
    found += [f"{phase}期 stands nowhere" for phase in _phases(text) if phase not in phases]
    if answer.status is Status.NOT_FOUND and (answer.citations or made):
        found.append("not_found with a citation or a calculation")
    if answer.status is Status.ANSWERED and not answer.citations:
        found.append("answered without a citation")
    return found


def _leads(text: str) -> list[str]:
    """Names of units that are said to lead.

    >>> _leads("（省科技厅牵头，省财政厅配合），牵头单位：省药监局"), _leads("由省财政厅牵头")
    (['省科技厅', '省药监局'], ['省财政厅'])
    """
    return [name for pair in _LEAD.findall(_bare(text)) for name in pair if name]


def _phases(text: str) -> list[str]:
    return _PHASE.findall(unicodedata.normalize("NFKC", text))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
