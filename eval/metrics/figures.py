"""Finding a fact in an answer: width, spaces and 万/亿 do not matter, being part of another figure does.

``2000万`` is in ``2,000万元``, ``0.2亿`` and ``20000000元``, and not in ``12000万``. This reads figures on its own, not
with `kb.money`: a measure that shares its parser with what it measures cannot see that parser's mistakes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_MARK = re.compile(r"\[\d{1,3}\]")  # citation marks: [1]
_EMPHASIS = re.compile(r"\*\*|`")
_SAME = str.maketrans("−－–“”‘’", "---\"\"''")
# 1,500 or １，５００; a full-width comma between half-width digits ends a clause: 分别为500，200万元
_THOUSANDS = re.compile(
    r"(?<![\d.,，])[0-9]{1,3}(?:,[0-9]{3})+(?!\d)|(?<!\d)[０-９]{1,3}(?:，[０-９]{3})+(?!\d)"
)
_SPACE = re.compile(r"(?P<between>(?<=[\d.,])\s+(?=\d))|\s+")

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
# 1.2亿 / 1亿2000万 / 2千万 / 20000000元 / -500万 / 40
_FIGURE = re.compile(
    rf"""
    (?P<minus> (?<![0-9万亿元%a-z]) - )?
    (?:
        (?P<whole>[0-9]+) 亿零? (?P<rest>[0-9]{{1,4}}(?:\.[0-9]+)?) 万
      | (?P<number>{_NUMBER}) (?P<hundreds>[百千])? (?P<scale>万亿|[万亿])?
    )
    """,
    re.VERBOSE,
)
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12, None: 1}
_LIST = re.compile(r"[、/和与或至到~-]")
# what makes 2000万 a number of things or of foreign money
_NOT_YUAN = re.compile(
    r"个(?!性)|家|人(?!民币)|件|张|例|剂|支(?!持)|名|户|次|吨|项(?!目)|股(?!权)|份|倍|美元|欧元|港|日元|英镑|%"
)
_CUT_DIGIT = re.compile(r"\d|\.\d|%")
_HAN_COUNT = re.compile(r"[一二三四五六七八九十百千两]+[个家项种类期年张条名倍]")
_HAN_NUMERAL = "一二三四五六七八九十百千两0123456789"
# 1000万元 / 4000家 / 40% / 百分之四十 / 一千万元; years, clause and document numbers are not figures
_STATED = re.compile(
    r"\d[百千]?(?:[万亿元%家项张人名例倍个]|件(?!号))|百分之|[一二三四五六七八九十百千两][万亿]|[十百千]元"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in folded text.

    Attributes:
        value: with its scale multiplied out.
        scaled: it was written with 百, 千, 万 or 亿, or stands in a list whose last member was.
        start: offset in the folded text.
        end: offset after number and scale.
    """

    value: Decimal
    scaled: bool
    start: int
    end: int


def fold(text: str) -> str:
    """NFKC, lower case, no spaces, thousands separators, emphasis or citation marks.

    A space stays between two numbers, which are two: ``3. 2000万`` is item 3, and ① is no digit of what follows.

    >>> fold("最高 2,000 万元[1]"), fold("３．２％"), fold("①2000万")
    ('最高2000万元', '3.2%', '1 2000万')
    """
    bare = _EMPHASIS.sub("", _MARK.sub(" ", text)).translate(_SAME)
    joined = _THOUSANDS.sub(lambda match: re.sub("[,，]", "", match[0]), bare)
    apart = "".join(f" {char} " if unicodedata.category(char) == "No" else char for char in joined)
    narrow = unicodedata.normalize("NFKC", apart).lower().strip()
    return _SPACE.sub(lambda match: " " if match["between"] else "", narrow)


def contains(text: str, fact: str) -> bool:
    """Whether a fact is stated in a text.

    >>> [contains(text, "2000万") for text in ("最高2,000万元", "0.2亿元", "20000000元", "1000、2000、3000万元")]
    [True, True, True, True]
    >>> [contains(text, "2000万") for text in ("12000万", "2000", "2000万人", "1亿2000万元", "-2000万")]
    [False, False, False, False, False]
    >>> contains("共4,000家", "4000家"), contains("110个", "10个"), contains("Ⅲ期", "Ⅱ期"), contains("10%", "10")
    (True, False, False, False)
    """
    folded, wanted = fold(text), fold(fact)
    amount = _money(wanted)
    if amount is not None:
        return any(figure.value == amount and _is_yuan(folded, figure) for figure in figures(folded))
    return _stands_in(_multiplied_out(folded), _multiplied_out(wanted))


def states_figure(text: str) -> bool:
    """Whether a text states an amount, a share or a number of things.

    Years, clause numbers and document numbers are none of these.

    >>> states_figure("最高1000万元"), states_figure("不超过 40％"), states_figure("约三千万元")
    (True, True, True)
    >>> states_figure("已查鲁科字〔2024〕137号第8条（2024年12月6日印发），没有相关规定")
    False
    """
    return bool(_STATED.search(fold(text)))


def figures(folded: str) -> list[Figure]:
    """Every number of a folded text in order.

    >>> [str(figure.value) for figure in figures("1、2亿和1亿2000万，40%")]
    ['100000000', '200000000', '120000000', '40']
    """
    found: list[Figure] = []
    scale = 1  # of the list whose last member was met
    for match in reversed(list(_FIGURE.finditer(folded))):
        own = _SCALES[match["hundreds"]] * _SCALES[match["scale"]]
        after = found[-1] if found else None
        in_list = (
            after is not None and after.scaled and bool(_LIST.fullmatch(folded, match.end(), after.start))
        )
        if match["whole"]:
            scale = 10**4
            value = int(match["whole"]) * 10**8 + Decimal(match["rest"]) * scale
        else:
            scale = scale if in_list and own == 1 else own
            value = Decimal(match["number"]) * scale
        scaled = in_list or own > 1 or match["whole"] is not None
        found.append(Figure(-value if match["minus"] else value, scaled, match.start(), match.end()))
    return found[::-1]


def _money(wanted: str) -> Decimal | None:
    """The yuan of a fact that is an amount and nothing else: 2000万, 0.2亿元, 500元."""
    match = _FIGURE.match(wanted)
    if match is None or wanted[match.end() :] not in ("", "元"):
        return None
    figure = figures(wanted)[0]
    return figure.value if figure.scaled or wanted.endswith("元") else None


def _is_yuan(folded: str, figure: Figure) -> bool:
    if folded.startswith("元", figure.end):
        return True
    return figure.scaled and not _NOT_YUAN.match(folded, figure.end)


def _multiplied_out(folded: str) -> str:
    """Every figure as plain digits: 1.2亿 as 120000000, 40.0% as 40%."""
    parts: list[str] = []
    at = 0
    for figure in figures(folded):
        value = figure.value.normalize() if figure.value else Decimal(0)
        parts += [folded[at : figure.start], format(value, "f")]
        at = figure.end
    return "".join([*parts, folded[at:]])


def _stands_in(text: str, wanted: str) -> bool:
    """Whether it occurs, and not as the end or the start of a longer number or Latin word."""
    at = text.find(wanted)
    while at >= 0:
        if not _cut_before(text, at, wanted) and not _cut_after(text, at + len(wanted), wanted):
            return True
        at = text.find(wanted, at + 1)
    return False


def _cut_before(text: str, at: int, wanted: str) -> bool:
    if at == 0:
        return False
    before = text[at - 1]
    if wanted[0].isdigit():
        return before.isdigit() or before == "."
    if _HAN_COUNT.match(wanted):
        return before in _HAN_NUMERAL
    return wanted[0].isascii() and wanted[0].isalpha() and before.isascii() and before.isalpha()


def _cut_after(text: str, end: int, wanted: str) -> bool:
    if wanted[-1].isdigit():
        return _CUT_DIGIT.match(text, end) is not None
    after = text[end : end + 1]
    return wanted[-1].isascii() and wanted[-1].isalpha() and after.isascii() and after.isalpha()
