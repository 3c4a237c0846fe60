"""The text of a clause cut into parts and phrases, with asides covered so that their figures are not read.

Offsets never change: covered characters are replaced one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.numerals import fold

COVER = "＿"
_ASIDE = re.compile(r"（[^（）]*）|〔[^〔〕]*〕|【[^【】]*】|《[^《》]*》")
# （1000元/人） and （单个企业最高5万元） say what is given; （含100万元） and （由原1000元提高） do not
_TELLS = re.compile(
    r"（(?![^）]*(?:含|以上|以下|超过[^，）]*的|达到|除外|由原|仅|其中))(?:[^）]{0,12}[0-9万]元/\w+|[^）]{0,16}(?:最高|不超过)[^）]{0,10}元)）"
)
_STOP = re.compile(r"[。；！？\n]")
_PAUSE = re.compile(
    r"[，]|(?<![0-9])：|：(?![0-9])|、(?=对(?!接|外|口|应|标))"
)  # 、对 begins another beneficiary
# half-width marks as full-width ones, except in 1,500元 and 4:3
_HALF = re.compile(r"(?<![0-9])[,:]|[,:](?![0-9])|[;!?()]")
_FULL = str.maketrans(",:;!?()", "，：；！？（）")
_NUMBERED = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零0-9]+[条款章节]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十0-9]{1,3}[）)]"
    r"|[0-9]{1,2}[.．、](?![0-9]))?\s*"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words between two pauses, half-open offsets, and the mark behind them ("" at the end of the text)."""

    start: int
    end: int
    mark: str


@dataclass(frozen=True, slots=True)
class Part:
    """Words between two stops; ``opens`` is false where the stop before it is a semicolon."""

    phrases: tuple[Phrase, ...]
    opens: bool

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.phrases[0].start

    @property
    def end(self) -> int:
        """Where it ends, without its stop."""
        return self.phrases[-1].end


def cover(text: str) -> str:
    """The text folded, marks full-width, with brackets and titles covered; brackets that give become pauses.

    >>> cover("投资100万元(含)以上,按《奖励办法》给予５０万元")
    '投资100万元＿＿＿以上，按＿＿＿＿＿＿给予50万元'
    >>> cover("按30%补贴（最高5万元）。")
    '按30%补贴，最高5万元，。'
    """
    folded = _HALF.sub(lambda mark: mark[0].translate(_FULL), fold(text))
    folded = _TELLS.sub(lambda aside: f"，{aside[0][1:-1]}，", folded)
    for _ in range(2):  # brackets in brackets
        folded = _ASIDE.sub(lambda aside: COVER * len(aside[0]), folded)
    return folded


def parts(covered: str) -> list[Part]:
    """Parts of a covered text in order, blank ones left out.

    >>> [[covered[p.start:p.end] for p in part.phrases] for covered in ["1.对甲，给1,500元；对乙给2元。"] for part in parts(covered)]
    [['对甲', '给1,500元'], ['对乙给2元']]
    """
    found: list[Part] = []
    at, opens = 0, True
    for stop in [*_STOP.finditer(covered), None]:
        end = stop.start() if stop else len(covered)
        numbered = _NUMBERED.match(covered, at, end)
        begin = numbered.end() if numbered else at
        phrases = _phrases(covered, begin, end, stop[0] if stop else "")
        if phrases:
            found.append(Part(phrases, opens))
            opens = stop is None or (stop[0] != "；" and phrases[-1].mark != "：")
        at = stop.end() if stop else end
    return found


def _phrases(covered: str, start: int, end: int, last: str) -> tuple[Phrase, ...]:
    """Phrases of one part, trimmed; empty ones are left out."""
    cut: list[Phrase] = []
    at = start
    for pause in [*_PAUSE.finditer(covered, start, end), None]:
        to = pause.start() if pause else end
        words = covered[at:to]
        begin = at + len(words) - len(words.lstrip(f" \t{COVER}"))
        finish = at + len(words.rstrip())
        if begin < finish:
            cut.append(Phrase(begin, finish, pause[0] if pause else last))
        at = pause.end() if pause else to
    return tuple(cut)
