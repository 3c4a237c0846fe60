"""Who gets a grant and under which condition: the words before the giving words."""

from __future__ import annotations

import re

from corpus import Span
from kb.grants.sentences import Phrase
from kb.grants.units import SORT
from kb.grants.verbs import withheld

_FOR = re.compile(r"(?:对(?!接|外|口|应|标|照|象|等|于?此)|对于|针对|凡是?(?=[^，]))")
_FUNDER = re.compile(
    r"""^(?:由|从)?[^，的]{0,16}
        (?:财政|资金(?!需求)|基金|政府|部门|专项|各地|局|委|区级?|市级?|园区管委会|^[^，]{1,5}[省市区县])(?:可|再|按规定|统筹|安排|给)*$
      | ^(?:可|再|经认定后|按规定|每年|并|则|同时|从|另外?|另|每家|其|分别|年度|给|一次性|由|将)*$
    """,
    re.VERBOSE,
)
# 经评审, 按规定, 补贴标准为, 同时
_PASSING = re.compile(
    r"""^(?: 经(?:认定|评审|审核|审批|审定|评估|核定|考核)[^，的]{0,6} | 根据[^，]*(?:情况|结果|要求|规定) | 按(?:照|规定|有关|相关)[^，]*
          | [^，]{0,8}(?:补贴|补助|奖励|奖补|资助|支付|发放)标准(?:为|如下)? | 具体.{0,6}为 | 除[^，]*外 | 按?[^，]{0,8}人数
          | 由[^，]{2,16}时 | 免收[^，]* | 后续 | 其中 | 同时 | 此外 | 另外 | 鼓励各地[^，]* | 自?[0-9]{4}年[^，]{0,12}起
          )$
    """,
    re.VERBOSE,
)
# what does not belong to the beneficiary at the end of its words: 由长护险基金, 可领取, 支付比例为, 标准为
_TAIL = re.compile(
    r"""(?: [\ 、，：:可再每将并按对由] | 由[^，]{1,12}(?:基金|财政|政府|部门|资金)(?:和申请人)?各?
          | (?:在职期间)?可?(?:领取|申领|享受|申请)
          | (?:统筹基金)?(?:支付|报销|补助|补贴|支持|返还|救助)比例为?
          | (?:的?费用)?(?:基金)?(?:最高)?(?:支付)?限额 | 的?(?:扣除|发放|救助|保障)?标准(?:为|是)?
          | (?:的?标准)?(?:由|从)(?:原来?的?)?(?:每[一-鿿]{1,3})*[0-9][^，的]*[元%]
          )+$
    """,
    re.VERBOSE,
)
_START = re.compile(r"^(?:提高(?=[^，]{4})|[ 、，：:＿]|其中[，：]?)+")
_OBJECT = re.compile(
    r"""(?P<object> (?!标准|资金|金|的|政策|力度|比例|额|和|及|等|期限)[^，。；、]{2,30} (?:、[^，。；、]{2,20})* )(?=[，。；]|$)""",
    re.VERBOSE,
)
_ABOUT_POLICY = re.compile(
    r"""落实 | 推动 | 推进 | 加大 | 加强 | 建立 | 完善 | 健全 | 强化 | 探索 | 优化 | 实施 | 充分 | 进一步 | 发挥 | 深入 | 全面 | 积极
      | 统筹 | 设立 | 根据 | 依托 | 为(?=鼓励|支持|促进|推动|加快) | 到[0-9]{4}年 | [0-9]{4}年.{0,12}起?$
    """,
    re.VERBOSE,
)


def who_before(covered: str, phrases: tuple[Phrase, ...], start: int, end: int) -> Span | None:
    """The words for the beneficiary among the phrases between two offsets.

    From the first 对… on if there is one; words about who pays, when and how it is checked are left out at the end.

    >>> words = "鼓励做强，对新入库的企业，市级财政给予10万元"
    >>> span = who_before(words, (Phrase(0, 4, "，"), Phrase(5, 12, "，"), Phrase(13, 22, "")), 0, 17)
    >>> words[span.start:span.end]
    '对新入库的企业'
    """
    pieces = [Span(max(p.start, start), min(p.end, end)) for p in phrases if p.start < end and p.end > start]
    pieces = [piece for piece in pieces if covered[piece.start : piece.end].strip(" 、，＿")]
    if (
        len(pieces) > 1
        and pieces[0].length <= 8
        and covered[pieces[0].end : pieces[0].end + 1] in ("：", ":")
    ):
        pieces = pieces[1:]  # 补贴对象：
    for number, piece in enumerate(pieces):
        found = _FOR.search(covered, piece.start, piece.end)
        if (
            found
            and piece.end - found.start() > 2
            and (found.start() == piece.start or _opens(covered[piece.start : found.start()]))
        ):
            pieces = [Span(found.start(), piece.end), *pieces[number + 1 :]]
            break
    else:
        while len(pieces) > 1 and _says_nothing(covered[pieces[0].start : pieces[0].end]):
            pieces = pieces[1:]
    while pieces and _is_passing(covered[pieces[-1].start : pieces[-1].end]):
        pieces = pieces[:-1]
    if not pieces:
        return None
    return _trimmed(covered, pieces[0].start, pieces[-1].end)


def _opens(before: str) -> bool:
    """Whether the words before 对 say nothing of the beneficiary.

    >>> _opens("每年"), _opens("市财政"), _opens("企业投资")
    (True, True, False)
    """
    return bool(
        re.fullmatch(
            r"(?:其中|同时|此外|另外|每年|并|且|自?[0-9]{4}年.{0,8}|按照?[^，]{2,16}|[^，]{0,8}(?:财政|资金|部门|政府|可|各地|将)|鼓励[^，对]{2,10}|各(?:区|县|市|地|级)[^，对]{0,10}|[^，]{2,12}(?:力度|机制|水平|政策))",
            before,
        )
    )


def _says_nothing(words: str) -> bool:
    """Whether a phrase before the beneficiary is about the policy itself.

    >>> _says_nothing("落实捐赠扣除政策"), _says_nothing("加大扶持力度"), _says_nothing("鼓励企业入驻园区")
    (True, True, False)
    """
    return bool(_PASSING.search(words) or _ABOUT_POLICY.match(words))


def _is_passing(words: str) -> bool:
    funder = _FUNDER.search(words) and not re.match("[^由从]{3,}(?:者|人|生|户|员|业|构|位|象|目)由", words)
    return bool(
        funder
        or _PASSING.search(words)
        or (withheld(words) and not words.startswith("对") and re.search("[0-9][^，]*[元%](?!.*的$)", words))
    )


def _trimmed(covered: str, start: int, end: int) -> Span | None:
    """Without marks and joining words at either end."""
    words = covered[start:end]
    end -= len(words) - len(_TAIL.sub("", words))
    start += len(words) - len(_START.sub("", words))
    if SORT.fullmatch(covered, start, end):
        return None  # 生活 of 生活补贴每人每月300元
    return Span(start, end) if end - start > 1 and covered[start:end] not in ("对于", "针对") else None


def who_behind(covered: str, at: int) -> Span | None:
    """The beneficiary that is the object of the giving verb which ends at an offset: 奖励经办银行.

    >>> words = "按贷款总额的1%，奖励经办银行、担保机构。"
    >>> span = who_behind(words, 11)
    >>> words[span.start:span.end]
    '经办银行、担保机构'
    """
    found = _OBJECT.match(covered, at)
    return Span(*found.span("object")) if found else None


_GIVEN_TO = re.compile(
    r"""(?:给予|予以|奖励|补助|补贴|资助)(?P<object>(?:(?:每[名人家个户]|符合条件的?)[^，。；]{2,40}?|[^，。；的0-9、（）＿]{0,10}?)(?:人员|企业|单位|机构|学生|毕业生|个人|家庭|团队|项目|者))
        (?=一次性|[^，。；0-9]{0,8}(?:补贴|补助|奖励|资助|奖补))
      | (?<=，)对(?P<built>[^，。；]{2,30}?)(?=给予|予以)
    """,
    re.VERBOSE,
)
_HEADING = re.compile(
    r"[^，。；0-9]{2,16}(?:者|人|生|户|员|人员|企业|机构|单位|家庭|儿童|老人|对象|居民|职工|学校|项目|医院|基地|平台|园区)"
)


def who_given(covered: str, start: int, end: int) -> Span | None:
    """The beneficiary that stands between the giving verb and what is given.

    >>> words = "给予每名在岗满6个月的人员一次性安家费补贴"
    >>> span = who_given(words, 0, len(words))
    >>> words[span.start:span.end]
    '每名在岗满6个月的人员'
    """
    found = _GIVEN_TO.search(covered, start, end)
    return Span(*found.span(found.lastgroup or "object")) if found else None


def who_heading(covered: str, phrases: tuple[Phrase, ...], before: int) -> Span | None:
    """The beneficiary that heads a part with a colon: 在校学生：财政补助每人700元.

    >>> who_heading("在校学生：每人", (Phrase(0, 4, "："), Phrase(5, 7, "")), 5)
    Span(start=0, end=4)
    """
    first = phrases[0] if phrases else None
    if first is None or first.mark != "：" or first.end > before:
        return None
    return Span(first.start, first.end) if _HEADING.fullmatch(covered, first.start, first.end) else None


def conditions(phrases: tuple[Phrase, ...], who: Span | None) -> tuple[Span, ...]:
    """The phrases of the beneficiary's words, each a condition of its own.

    >>> conditions((Phrase(0, 5, "，"), Phrase(6, 9, "，")), Span(0, 9))
    (Span(start=0, end=5), Span(start=6, end=9))
    """
    if who is None:
        return ()
    inside = [
        Span(max(p.start, who.start), min(p.end, who.end))
        for p in phrases
        if p.start < who.end and p.end > who.start
    ]
    return tuple(inside) or (who,)
