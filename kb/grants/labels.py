"""Classes named in a list, so that figures can be paired with them: 国家级、省级, “500强”“100强”, 优秀、良好、合格."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus import Span

_SPLIT = re.compile(
    r"、|(?<=”)(?=“)|(?<=[级奖名类等星型企业标准金银铜心目司士科生贴地市牌])(?:以及|和|及|或者?|与)(?![一-鿿]{0,1}$)"
)
_QUOTED = re.compile(r"“[^”]+”")
RANK = (
    r"(?:[一二三]级[甲乙丙]等|博士(?:研究生|后)?|硕士(?:研究生)?|本科|大专|专科|高级技师|特级技师|首席技师|技师|高级工|中级工|初级工"
    r"|(?:国家|省部|省|市|区|县|州|镇|乡镇|街道|社区|村|部|厅|世界|国际|全国|全球|[一二三四五六七八九特甲乙丙初中高]|[A-Z0-9]{1,5}|正高|副高)级"
    r"|[一二三四特]等奖?|[金银铜](?:奖|牌|(?=、[银铜]))|第[一二三四五六七八九十]+(?:名|类|档)|[一二三四五]类|[A-Z]+类|[A-Z](?=、[A-Z](?:[级类档]|、))|优秀奖?|良好|合格"
    r"|主板|中小板|创业板|科创板|北交所|新三板|[一二三四五]星级?|(?:国际|国家|行业|地方|团体|企业)标准|Ⅰ|Ⅱ|Ⅲ|Ⅳ|IV|I{1,3})"
)
_RANKED = re.compile(rf"(?:{RANK})")
_RANK_RUN = re.compile(rf"(?:{RANK})(?:(?:、|和|或|及|与|以及)(?:{RANK}))+")
# the words before the first label: 对首次获批, 主导制定
_HEAD = re.compile(
    r""".*(?: 获得|获评|评为|评定为|评估为|认定为|认定|列入|列为|入选|入围|进入|首次|获批|创建成?为?|通过|达到|主导制定|参与制定|制定
           | 成功|成为|晋升|升级为|新建|设立|引进|培育|取得|被|获|为|在|对(?!象)|凡|的|入住|收住|收治 )(?=[^的])
    """,
    re.VERBOSE,
)
_SUFFIXES = "级奖名类等星强板型档士校院标区县市镇"
_NOT_NAME = re.compile(
    r"(?:(?:[建种养]?[植设殖])?(?:补贴|补助|奖励|奖补|资助|保障|救助|支持)?(?:资金|金)?的?(?:标准|额度|金额|比例))$"
)


def named_classes(covered: str, start: int, end: int, count: int) -> list[Span]:
    """The labels of the nearest list with exactly so many items between two offsets; empty where none is certain.

    >>> def show(words, count):
    ...     return [words[s.start:s.end] for s in named_classes(words, 0, len(words), count)]
    >>> show("对首次获批国家级、省级绿色工厂的企业", 2)
    ['国家级', '省级']
    >>> show("对进入“中国500强”“四川100强”的企业", 2)
    ['中国500强', '四川100强']
    >>> show("对生产、销售的国家级、省级、市级企业", 2)
    []
    """
    for runs in (_ranks, _quotes):
        matching = [run for run in runs(covered, start, end) if len(run) == count]
        if len(matching) == 1:
            return matching[0]
        if matching:
            return []
    found = [run for run in _items(covered, start, end) if len(run) == count]
    if len(found) != 1:
        return []
    ranked = [[*_RANKED.finditer(covered, item.start, item.end)] for item in found[0]]
    if all(len(ranks) == 1 for ranks in ranked):  # 主板、创业板上市、新三板挂牌的企业
        return [Span(*ranks[0].span()) for ranks in ranked]
    if any(len(run) > 1 for run in _ranks(covered, start, end)):
        return []
    return _cut(covered, found[0])


def _ranks(covered: str, start: int, end: int) -> Iterator[list[Span]]:
    for run in _RANK_RUN.finditer(covered, start, end):
        yield [Span(*m.span()) for m in _RANKED.finditer(covered, run.start(), run.end())]


def _quotes(covered: str, start: int, end: int) -> Iterator[list[Span]]:
    """Quoted names beside each other, without their marks."""
    run: list[Span] = []
    for quote in _QUOTED.finditer(covered, start, end):
        if run and not re.fullmatch(r"[、和或及与]?", covered[run[-1].end + 1 : quote.start()]):
            yield run
            run = []
        run.append(Span(quote.start() + 1, quote.end() - 1))
    if run:
        yield run


def _items(covered: str, start: int, end: int) -> Iterator[list[Span]]:
    """Lists inside each phrase, cut at 、 and, where the words before can end a name, at 和."""
    at = start
    for phrase in re.split("[，：]", covered[start:end]):
        if "、" in phrase or re.search("[和或及与]", phrase):
            spans, last = [], at
            for mark in _SPLIT.finditer(covered, at, at + len(phrase)):
                spans.append(Span(last, mark.start()))
                last = mark.end()
            spans.append(Span(last, at + len(phrase)))
            if len(spans) > 1 and all(span.length for span in spans):
                yield spans
        at += len(phrase) + 1


def _cut(covered: str, items: list[Span]) -> list[Span]:
    """Items without what stands before the first and behind the last; empty where that cannot be told."""
    first, last = items[0], items[-1]
    head = _HEAD.match(covered, first.start, first.end)
    begin = head.end() if head and head.end() < first.end else first.start
    middle = covered[items[-2].start : items[-2].end]
    tail = last.end
    suffix = next(
        (middle[-n:] for n in (4, 3, 2) if middle[-n:] in covered[last.start : last.end]), middle[-1]
    )
    if len(suffix) > 1 and len(middle) > len(suffix):
        tail = covered.index(suffix, last.start, last.end) + len(suffix)
    elif suffix in _SUFFIXES:
        place = covered.find(suffix, last.start, last.end)
        if place < 0:
            return []
        tail = place + 1
    else:
        tail -= len(covered[last.start : last.end]) - len(_untailed(covered[last.start : last.end]))
    cut = [Span(begin, first.end), *items[1:-1], Span(last.start, tail)]
    if (
        any(
            span.length > 24
            or (
                span.length < 2
                and not covered[span.start].isascii()
                and span is not cut[-1]
                and cut[-1].length > 3
            )
            for span in cut
        )
        or tail <= last.start
    ):
        return []
    return cut


def _untailed(words: str) -> str:
    """Without 的 and what follows, and without the bare noun of the whole list.

    >>> _untailed("新三板挂牌的企业"), _untailed("单项冠军企业的")
    ('新三板挂牌', '单项冠军企业')
    """
    name = re.split(
        "的|(?<=..)(?:参加|首次|从事|取得|获得|开展|在我|来我|到我|每[人年月])", words, maxsplit=1
    )[0]
    return _NOT_NAME.sub("", name).rstrip("等")


def is_rank(covered: str, span: Span) -> bool:
    """Whether the words are a class of a known order and nothing else.

    >>> is_rank("二级", Span(0, 2)), is_rank("二级医院", Span(0, 4))
    (True, False)
    """
    return bool(_RANKED.fullmatch(covered, span.start, span.end))


def ends_with_rank(covered: str, span: Span) -> Span | None:
    """The class that closes the words, None where they close with none.

    >>> ends_with_rank("护理补贴一级", Span(0, 6))
    Span(start=4, end=6)
    """
    found = [m for m in _RANKED.finditer(covered, span.start, span.end) if m.end() == span.end]
    return Span(*found[0].span()) if found else None
