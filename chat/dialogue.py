"""Which earlier turns a question leans on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.words import segment

_OPENING = re.compile(
    r"^(?:那么?|它|他们?|这个|这条|这笔|该|上述|上面|前面|刚才|如果|要是|假如|假设|若|换成|改成|不对|不是|错了|更正|同样|其中|"
    r"是(?![不否])|就是)"
)
_POINTING = re.compile(
    r"它|这(?:个|条|笔|项|些|件|事)(?!文件|政策文件)|那(?:个|条|笔|项)|该(?:条|项|政策|文件|条款)|上述|同样的"
)
# II期也做完了; 两期加起来能拿多少
_ALONGSIDE = re.compile(
    r"也(?:都)?(?:做|完成|跑|花|投|拿|结束|获)|[两三]期(?:加|一起|合)|加(?:起来|一起|一块)|合(?:起来|在一起)"
)
# 研发投入改成1830万，重新算; 刚才写岔了; 忘了讲; 别的都一样
_REPAIR = re.compile(
    r"改成|改为|重新算|再算|[写说报填弄搞]岔|[写说报填弄搞算]错|报[低高少多]了|刚才|刚刚说|忘了?(?:讲|说|提)|漏了?(?:讲|说|提)|"
    r"别的(?:都)?(?:一样|不变)|其[他它余](?:都)?(?:一样|不变)|补充一(?:下|点)|更正|纠正|同一[个款]药|连同(?:前面|之前)|加上(?:前面|之前)"
)
_ELLIPSIS = re.compile(r"呢[？?。!！~]*$")
_ASKS = re.compile(
    r"多少|几|哪|什么|啥|怎么|咋|如何|吗|嘛|么[？?]?$|能不能|可不可以|能否|可否|是否|是不是|有没有|谁|规定|政策|支持|奖励|补|"
    r"[？?]|条款|帮|介绍|说明|查|原文|算"
)
_ASKS_ITSELF = re.compile(
    r"多少|几|哪|什么|啥|怎么|咋|如何|吗|嘛|能不能|可不可以|能否|可否|是否|是不是|有没有|谁|多久|多长"
)
_SMALL_TALK = re.compile(
    r"^(?:好的?|知道了|谢谢|明白了?|收到|嗯+|ok|哦+|行|了解了?|可以|没问题|[，。,.!！~\s])+$", re.IGNORECASE
)
# Words that ask, count or refer, without saying about what: 牵头单位是哪个, 还能拿多少, 上限呢
_NO_MATTER = re.compile(
    r"牵头|参与|责任|主管|负责|配合|单位|部门|厅局|哪一?[个家条期些]|谁|什么|啥|多少|几|怎么|如何|能|可以|会|要|还|再|又|拿|领|补|给|获|得到?|到|过|"
    r"申请|享受|支持|最高|最多|上限|封顶|比例|额度|金额|标准|一共|总共|合计|今年|去年|本年度?|已经?|累计|钱|资金|[万亿元块]|"
    r"它|这个|这条|该条|上述|是|有|的|了|吗|呢|呀|啊|吧|由|归|找|和|也|都|就|在|里|规定|说|讲|内容|具体|原文|全文|一下|请问|我们?|公司|企业|算|帮|"
    r"[一二三四五六七八九十百千两零\dIVXⅠⅡⅢⅣivx.,]+期?|投入|研发|花|条|款|项|点|上一?|下一?|前一?|后一?|\W"
)
_MAX_ELLIPSIS = 16
_MAX_BARE = 30
_NAMED = re.compile(r"\d号|《|第.{1,4}[条部章]")  # says which document or clause by itself


def leans_on_history(question: str) -> bool:
    """Whether a question cannot be understood without the turns before it.

    >>> [leans_on_history(q) for q in ("那III期呢？", "它由谁牵头", "研发投入2000万", "要是今年已经拿了9000万呢？")]
    [True, True, True, True]
    >>> leans_on_history("牵头单位是哪个？"), leans_on_history("今年已经拿过8500万了，还能拿多少？")
    (True, True)
    >>> leans_on_history("研发投入4000万，能拿多少临床补助"), leans_on_history("首台套保险怎么补？")
    (False, False)
    """
    text = question.strip()
    if _OPENING.match(text) and len(text) <= 40:
        return True
    if _ELLIPSIS.search(text) and len(text) <= _MAX_ELLIPSIS:
        return True
    if _ALONGSIDE.search(text) and len(text) <= 40:
        return True
    if _REPAIR.search(text) and len(text) <= 80:
        return True
    if _POINTING.search(text[:12]) and len(text) <= 30:
        return True
    if _NAMED.search(text):
        return False
    if not has_matter(text):
        return True
    return len(text) <= _MAX_BARE and not _ASKS.search(text)


def has_matter(question: str) -> bool:
    """Whether a question says what it is about, beyond asking and pointing.

    >>> has_matter("它是哪个部门牵头的？"), has_matter("白名单由谁牵头")
    (False, True)
    """
    return len(_NO_MATTER.sub("", question)) >= 2


def thread(question: str, history: Sequence[str]) -> list[str]:
    """The user turns one question is about, oldest first, the question last.

    Goes back over turns that lean on those before them, to the one that opened the matter.

    >>> thread("要是II期呢", ["首台套补多少", "1类药I期花了2000万能拿多少", "好的，知道了"])
    ['1类药I期花了2000万能拿多少', '要是II期呢']
    >>> thread("首台套补多少？", ["1类药I期花了2000万能拿多少"])
    ['首台套补多少？']
    """
    turns = [question]
    for earlier in reversed([turn for turn in history if turn.strip()]):
        if not leans_on_history(turns[0]):
            break
        if not _SMALL_TALK.match(earlier):
            turns.insert(0, earlier)
    return turns


_SUBSTITUTE = re.compile(r"^(?:那么?|换成|改成|如果是|要是)?(?P<what>[一-鿿A-Za-z0-9]{1,10}?)呢[？?。!！~]*$")


def condense(turns: Sequence[str]) -> str:
    """One self-contained question from the turns it is about.

    ``中药呢？`` takes the place of the word of the same kind in the turn before (one that ends alike); other turns that
    lean on earlier ones are put behind them, the newest twice because it says what is wanted now.

    >>> condense(["化学药的1类临床批件目标是几个？", "中药呢？"])
    '中药的1类临床批件目标是几个？ 中药'
    >>> condense(["白名单是怎么规定的", "它由谁牵头"])
    '白名单是怎么规定的 它由谁牵头 它由谁牵头'
    """
    if len(turns) == 1:
        return turns[0]
    ellipsis = _SUBSTITUTE.match(turns[-1].strip())
    if ellipsis and (replaced := _replace_alike(turns[-2], ellipsis["what"])):
        return f"{replaced} {ellipsis['what']}"
    return " ".join([*turns, turns[-1]])


def questions_in(text: str) -> list[str]:
    """The questions of one message; what asks nothing belongs to the question behind it.

    >>> questions_in("我们新升级为国家技术创新中心，给多少钱，什么时候到账？")
    ['我们新升级为国家技术创新中心，给多少钱', '什么时候到账']
    """
    found: list[str] = []
    waiting = ""
    for part in re.split(r"[，,；;。？?！!\n]+", text):
        waiting = f"{waiting}，{part.strip()}" if waiting else part.strip()
        if _ASKS_ITSELF.search(part):
            found.append(waiting)
            waiting = ""
    return found


def restate(turns: Sequence[str]) -> str:
    """The question as it was understood, for the asker to see; "" where it stands on its own feet.

    >>> restate(["化学药的1类临床批件目标是几个？", "中药呢？"]), restate(["白名单是怎么规定的？", "它由谁牵头"])
    ('中药的1类临床批件目标是几个？', '白名单是怎么规定的；它由谁牵头')
    >>> restate(["1类化学药II期花了6000万能拿多少", "那III期呢"]), restate(["白名单由谁牵头"])
    ('1类化学药III期花了6000万能拿多少', '')
    """
    if len(turns) == 1:
        return ""
    ellipsis = _SUBSTITUTE.match(turns[-1].strip())
    if ellipsis and (replaced := _replace_alike(turns[-2], ellipsis["what"])):
        return "；".join([*map(_bare, turns[:-2]), replaced])
    return "；".join([*map(_bare, turns[:-1]), turns[-1].strip()])


def _bare(turn: str) -> str:
    return turn.strip().rstrip("。？?；;，,!！~ ")


def _replace_alike(text: str, word: str) -> str | None:
    """The text with its first word that ends like ``word`` replaced by it; None if there is none."""
    pieces = segment(text)
    for at, piece in enumerate(pieces):
        if piece.endswith(word[-1]):
            start = at - 1 if len(piece) == 1 and at else at
            if start and word.startswith(pieces[start - 1]):
                start -= 1  # 省科技厅 stands as 省 and 科技厅
            return "".join([*pieces[:start], word, *pieces[at + 1 :]])
    return None
