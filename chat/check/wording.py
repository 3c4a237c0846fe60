"""Words that turn a claim round: comparators, negation, obligation, opposites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from chat.check.figures import AMOUNT, PERCENT, Fact
from kb.query.figures import Role

Roles = frozenset[Role]
_PLAIN, _CAP, _FLOOR = (frozenset({role}) for role in (Role.PLAIN, Role.CAP, Role.FLOOR))
_NOT = r"不(?:得|能|可|应|会|准)?"
_BEFORE = re.compile(
    rf"""
      (?P<cap> 最高(?!人民|检|法) | 最多 | 至多 | 最大 | 最长 | 顶格 | 上限 | 封顶 | 限额 | 控制在 | ≤ | <
        | {_NOT}(?:超过|超出|高于|大于|多于|突破|长于|晚于) | 不足 | 不满 | [未没]满 | 未达到? | 未超过
        | (?<![不得能可应会准])(?:低于|少于|小于|短于) )
    | (?P<floor> 最低(?!生活|工资) | 最少 | 最短 | 至少 | 起码 | 下限 | 不下 | ≥ | >
        | {_NOT}(?:低于|少于|小于|短于|早于) | (?<![不得能可应会准未])(?:超过|超出|高于|大于|多于|逾) )
    """,
    re.VERBOSE,
)
_CONTRADICTS = re.compile(
    rf"最[低少短]{_NOT}[超高多大长]|最[高多长大]{_NOT}[低少小短]|最[高多长大](?:至少|起码)|最[低少短](?:至多)"
)
_REACHED = re.compile(r"(?:达到?|满|突破|至|到)了?\s?$")
_BRACKET = r"\s?(?:[(（][^()（）]{0,6}[)）])?\s?"
_AFTER = re.compile(
    rf"{_BRACKET}[^，；。、\d]{{0,3}}?(?:(?P<cap>以[内下]|之[内下]|封顶|为(?:上)?限|的?上限|内(?=[的给予进完办]|$|，|"
    rf"。)|(?:是|作)为?(?:上限|最高)|[是为即][^，。；]{{0,18}}的?(?:上限|最高额))|(?P<floor>以上|之上|以外|起步|"
    rf"起(?=[，。；）)\s]|$)))"
)
_ALL_CAPS = re.compile(r"(?:均|都|皆|以上|上述)(?:金额|额度|标准|数额)?(?:是|为|属于?)?(?:最高|上限|封顶)")
_GIVES = re.compile(r"可|得|取|按|所以|因此|超过|低于|达到|给予|奖励|补贴|补助|资助|支持|安排|提供|[；;。]")
_WINDOW, _NEAR = 26, 18


def roles(text: str, facts: Sequence[Fact]) -> list[Roles]:
    """What each number is to its words: a cap, a floor or neither; 达到 is either of the last two.

    >>> from chat.check.figures import read_facts
    >>> def show(text): return ["/".join(sorted(each)) for each in roles(text, read_facts(text))]
    >>> show("不超过投入40%，最高分别为10万元、20万元"), show("5000万元以上不足1亿元"), show("达到4000家")
    (['cap', 'cap', 'cap'], ['floor', 'cap'], ['floor/plain'])
    """
    found: list[Roles] = []
    before, before_at = None, 0
    for at, fact in enumerate(facts):
        since = before.end if before is not None and before.end <= fact.start else 0
        own = _role(text, fact, since) if fact.is_measured else _PLAIN
        if own == _PLAIN and before is not None and fact.kind == before.kind:
            gap = text[before.end : fact.start]
            if len(gap) <= _NEAR and not _GIVES.search(gap) and "，对" not in gap:
                own = found[before_at] if found[before_at] != _FLOOR or "、" in gap else own
        found.append(own)
        if fact.is_measured:
            before, before_at = fact, at
    return _lent_back(text, facts, found)


def _role(text: str, fact: Fact, since: int) -> Roles:
    after = _AFTER.match(text[fact.end : fact.end + 26])
    before = re.split(r"[，,；;。\n]", text[max(since, fact.start - _WINDOW) : fact.start])[-1]
    last = next(reversed(list(_BEFORE.finditer(before))), None)
    if after is not None:
        turned = (
            last is not None and bool(last["cap"]) != bool(after["cap"]) and not last.group().startswith("超")
        )
        return frozenset() if turned else _CAP if after["cap"] else _FLOOR
    if last is not None:
        if _CONTRADICTS.search(before):
            return frozenset()
        return _CAP if last["cap"] else _FLOOR
    return frozenset({Role.PLAIN, Role.FLOOR}) if _REACHED.search(before) else _PLAIN


def _lent_back(text: str, facts: Sequence[Fact], found: list[Roles]) -> list[Roles]:
    """10万元、20万元封顶; 均为上限."""
    if _ALL_CAPS.search(text):
        return [
            _CAP if own == _PLAIN and fact.kind in (AMOUNT, PERCENT) else own
            for own, fact in zip(found, facts, strict=True)
        ]
    for at in range(len(found) - 2, -1, -1):
        gap = text[facts[at].end : facts[at + 1].start]
        if (
            found[at] == _PLAIN
            and facts[at].kind == facts[at + 1].kind
            and re.fullmatch(r"\s?[、和与及至到~—-]\s?", gap)
        ):
            found[at] = found[at + 1]
    return found


# -- negation ----------------------------------------------------------------------------------------------------

_NO_NEGATION = re.compile(
    r"不断|不同|不仅|不但|不论|不管|不良|不动产|不可抗力|不变|不一|不少(?!于)|不久|不含|未来|无人|无菌|无线|无纺|"
    r"无损|无机|无障碍|无缝|无形|无论|无创|无源"
    r"|非常|非遗|非公|非营利|非教育|非临床|非全日制|非处方|免疫|毫不|来不及|是否|能否|可否|能不能|可不可以|是不是|"
    r"有没有|有无|除了|未经(?=[^，。]{0,12}不)|不是承诺|并非承诺|不代表|不构成"
)
_NEGATOR = re.compile(
    r"(?P<word>不|未|无|没有?|非|免|禁止|严禁|取消|停止|暂停|拒绝|杜绝|排除)(?P<skip>(?:[得能可应予再需要必须用会准曾被将应当须]|已经)*)"
)
_EXCEPTED = re.compile(r"除外|(?:之|以)外")
# what is said about the text itself: 没有规定, 未写明
_ABOUT_TEXT = re.compile(
    r"(?:不|未|没有?|并未|尚未)(?:对此|就此|单独|另行|具体|明确|直接|再|有|作|做|专门)*(?:规定|写明|提及|提到|明确|"
    r"说明|涉及|给出|列出|列明|找到|看到|载明|注明|收录|要求的?信息|印出|作出?)"
)
_OF_ASKER = re.compile(
    r"不(?:能)?(?:享受|符合|满足|属于|适用|在)|(?:未|没有?)(?:能)?(?:达到|满足|符合)|不(?:够|具备)"
)
_TAIL = 12


@lru_cache(2048)
def _masked(text: str) -> str:
    """A text whose comparators and words that only look like negations are blotted out."""
    for pattern in (_BEFORE, _NO_NEGATION, _ABOUT_TEXT):
        text = pattern.sub(lambda match: "\0" * len(match.group()), text)
    return text


@lru_cache(2048)
def negations(text: str) -> tuple[str, ...]:
    """What is denied: the words behind each negator, up to the end of the phrase.

    >>> negations("不计入总床位数，无需评审；不超过40%，没有规定期限"), negations("不断提高")
    (('计入总床位数', '评审'), ())
    """
    masked = _masked(text)
    found = [
        re.split(r"[，,；;。：:！？\n\0]", masked[match.end() : match.end() + _TAIL])[0]
        for match in _NEGATOR.finditer(masked)
    ]
    return tuple(each for each in found if each)


def bigrams(words: str) -> set[str]:
    """Pairs of neighbouring Chinese characters."""
    return {words[at : at + 2] for at in range(len(words) - 1) if re.match("[一-鿿]{2}", words[at : at + 2])}


def _affirms(text: str, predicate: str) -> bool:
    """Whether a predicate stands in a text somewhere without a negator before it."""
    masked = _masked(text)
    return any(
        not re.search(
            r"(?:不|未|无|没有?|非|免|禁止|严禁|取消|停止|暂停|拒绝|杜绝|排除)[得能可应予再需要必须用会准曾被将当]*$",
            masked[max(0, m.start() - 6) : m.start()],
        )
        for m in re.finditer(re.escape(predicate), masked)
    )


def negation_problems(claim: str, support: str, said: str, *, excuses: bool) -> Iterator[str]:
    """Denials that the support does not make, and those of the support that a claim has lost.

    Args:
        claim: words of the answer.
        support: what they rest on.
        said: the user's words, whose denials may be repeated.
        excuses: whether 不符合 and the like may be said of the asker's own case.
    """
    denied = negations(support)
    own = negations(claim)
    excused = excuses and bool(_OF_ASKER.search(claim))
    for words in () if excused else own:
        if words.startswith("是") and not bigrams(words[1:]) <= bigrams(support):
            continue  # 不是单个项目的上限: nobody said that it was
        same = [
            other
            for other in (*denied, *negations(said))
            if words[:2] == other[:2] or len(bigrams(words) & bigrams(other)) >= 2
        ]
        if not same and not (len(words) == 1 and any(other.startswith(words) for other in denied)):
            yield f"“{words}”在依据里没有被否定"
    for words in denied:
        predicate = words[:2]
        if len(predicate) < 2 or any(words[:2] == other[:2] for other in own):
            continue
        for piece in re.split(r"[，,；;。]", claim):
            if _NEGATOR.search(_masked(piece)) or _EXCEPTED.search(piece):
                continue
            shared = bigrams(piece) & bigrams(words)
            lost = predicate in piece and not _affirms(support, predicate)
            if lost or (len(shared) >= 3 and len(shared) >= 0.6 * len(bigrams(words))):
                yield f"依据里是否定的“{words}”，这里没有否定"


# -- obligation --------------------------------------------------------------------------------------------------

_MUST = re.compile(
    r"应当|必须|务必|不得|严禁|禁止|强制|责令|(?<![相对适响反效供回感答理因本])应(?=(?:按|在|于|由|向|将|当|予|设|"
    r"提|建|配|完|报|对|符|具|取|及时)[一-鿿])|(?<!无)须(?!知)|(?<!条件)(?<![合足术量有无的全等])要求(?=[一-鿿]{2})"
)
_CONDITION = re.compile(r"(?:先|同时|首先)?(?:经|符合|满足|具备|属于|是|为|通过|达到|提交|提供|由)")
_MAY = re.compile(
    r"可以|可(?!能|靠|行|持续|控|及|重构|编程|视|信|溯|用性|比|研|穿戴|选|再生|支配)|允许|鼓励|建议|自愿|支持|探索|引导"
)
_SOFT = re.compile(r"可以|(?<![认许不])可(?=[一-鿿])|允许|鼓励|建议|自愿|无需|不必")
_REACH = 10


def obligation_problems(claim: str, support: str) -> Iterator[str]:
    """An obligation that the support does not lay down, or one made weaker.

    >>> list(obligation_problems("医院应当按10%设置床位", "鼓励医院按照10%设置床位"))
    ['“应当”在依据里没有']
    >>> list(obligation_problems("企业可以在三日内报告", "企业应当在三日内报告"))
    ['依据里是“应当”，这里成了“可以”']
    """
    for must in _MUST.finditer(claim):
        after = claim[must.end() : must.end() + _REACH]
        near = bigrams(after)
        held = [m for m in _MUST.finditer(support) if near & bigrams(support[m.end() : m.end() + 2 * _REACH])]
        if held or (must.group() in support and not near):
            continue
        optional = [
            m for m in _MAY.finditer(support) if near & bigrams(support[m.end() : m.end() + 3 * _REACH])
        ]
        if (_CONDITION.match(after) or must.group() == "要求") and not optional:
            continue  # what has to be fulfilled first is a condition
        yield f"“{must.group()}”在依据里没有"
    for may in _SOFT.finditer(claim):
        near = bigrams(claim[may.end() : may.end() + _REACH])
        strict = [m for m in _MUST.finditer(support) if near & bigrams(support[m.end() : m.end() + _REACH])]
        loose = [m for m in _MAY.finditer(support) if near & bigrams(support[m.end() : m.end() + 3 * _REACH])]
        if strict and not loose and not _MUST.search(claim):
            yield f"依据里是“{strict[0].group()}”，这里成了“{may.group()}”"


# -- opposites and absolutes -------------------------------------------------------------------------------------

_OPPOSITES = [
    tuple(pair.split("/"))
    for pair in (
        "提高/降低 提升/降低 增加/减少 扩大/缩小 缩减/延长 缩短/延长 缩减/增加 压缩/延长 加快/放缓 加快/暂缓 省内/省外 "
        "市内/市外 境内/境外 国内/国外 "
        "以前/以后 之前/之后 首次/再次 允许/禁止 鼓励/限制 支持/限制 支持/禁止 鼓励/禁止 上调/下调 纳入/剔除 纳入/移出 "
        "计入/剔除 加大/减小 "
        "公开/保密 强化/弱化 优先/最后 开展/停止 完善/取消 互认/互不 高于/低于 早期/晚期 事前/事后 上浮/下浮 "
        "多次/一次性 就高/就低 税前/税后 新增/存量 升级/降级"
    ).split()
]
_ABSOLUTES = re.compile(
    r"免费|全额|减免|免除|免征|免税|免租|免息|免申|无条件|自动|一律|强制|终身|永久|无限|唯一|无偿|优先|翻倍|加倍|"
    r"双倍|额外|保证|立即|当场|一次性|首次|逐年|连续"
    r"|每年|每月|每季|每人|每户|每家|每个项目|每个企业|年度|累计|单个|全部|所有|任何|仅限"
)
_SAME_ABSOLUTES = {
    "每年": "年度 每年 逐年 一年 年累计 /年", "年度": "每年 年度 一年", "每月": "每月 月 /月",
    "每家": "每家 每个 单个 每户", "每个企业": "每家 每个 单个 每户",
    "单个": "每家 每个 单个", "每个项目": "单个 每个", "每人": "每人 每名 每位 每引进1名 每招用1人",
    "全部": "全部 全面 全程 所有 均 全 都", "所有": "全部 所有 各 均", "仅限": "仅 只 限",
    "免征": "免征 免", "首次": "首次 第一次 首", "连续": "连续 持续", "累计": "累计 合计 总",
    "任何": "任何 各类 均", "额外": "额外 另 再", "优先": "优先 择优 倾斜", "强制": "强制",
}  # fmt: skip


def opposite_problems(claim: str, support: str) -> Iterator[str]:
    """A word whose opposite the support has instead: 提高 for 降低; or an absolute one that it has not: 免费, 每月."""
    for one, other in _OPPOSITES:
        for said, meant in ((one, other), (other, one)):
            if said in claim and said not in support and meant in support and meant not in claim:
                yield f"“{said}”与依据的“{meant}”相反"
    for match in _ABSOLUTES.finditer(claim):
        word = match.group()
        if word not in support and not any(each in support for each in _SAME_ABSOLUTES.get(word, "").split()):
            yield f"“{word}”在依据里没有"
