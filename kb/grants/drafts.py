"""Which figures belong to one grant: the drafts that `find_grants` makes grants of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from corpus import Span
from kb.grants.figures import FOREIGN, MONEY, SHARE, Found, read_found
from kb.grants.limits import opens_limit
from kb.grants.sentences import COVER, Part, Phrase
from kb.grants.units import counted, period
from kb.grants.verbs import begins, ends, gives, named_end, opens_at, withheld
from kb.grants.who import who_before

# 最高不超过, 总额, 单个企业每年, 补助金额: a limit of what was said before
_LIMIT = re.compile(
    rf"""^(?: 但|且|并|其中|同时|原则上|均|该|各|的|可|为|按|分别|再|以|由|从|到|至|原|内|度|{COVER}|\s
          | 每个?|单个?|同一|年度|全年|当年|累计|合计|总计?|年|月|次|期限|一次性|全部|最终
          | 项目|企业|单位|机构|个人|家|户|人|申请主体|申报|主体|展会|活动|平台|园区|财政|市级|政策
          | 奖励|补助|补贴|资助|奖补|支持|贴息|返还|扶持|减免|报销|给予|予以|获得|享受|费用|资金|金额|总额|额度?|标准|比例
          | 最高|最多|上限|封顶|限额|控制在|不得?|不能|超过|高于|提高|调整
          )*$
    """,
    re.VERBOSE,
)
_CONDITION = re.compile(
    r"(?:的|时|后|者|期间|企业|项目|人员|机构|单位|团队|平台|人才|农户|个人|基地|园区|学生|家庭|医院|学校)$"
)
_YEAR_OF_MANY = re.compile(
    r"(?:第[一二三四五1-9]年|[前后][一二三四五1-9]年)"
)  # 第一年补贴100%，第二年补贴70%
_ITEM_HEAD = re.compile(
    rf"^(?:[，：、。；\s{COVER}]|其中|具体|[^，：]{{0,8}}标准(?:为|如下|是)?(?=[，：]|$))+"
)
_ITEM_TAIL = re.compile(rf"(?:[，：、\s{COVER}]|标准为?|按照?|为)+$")
_FINE = re.compile(r"罚款|罚金|滞纳金|违约金")
_COMPLETE = re.compile(r"全额|等额|[0-9][：:][0-9]|据实|免费|免收|免征")
_NEAR = 30
_SHORT = 6
_EACH_ONLY = re.compile(r"(?:每[人户名家个]){0,1}(?:每[年月天日])?")
_CAPS_FOLLOW = re.compile(r"(?:限额|上限|封顶线|最高标准)(?:标准)?(?:分别)?(?:为|如下)?$")
_EACH_CLASS = re.compile(r"[一-鿿“”]{2,14}?(?P<each>(?:每[一-鿿]{1,3}?){1,2})")
_CLASS_CAP = re.compile(
    r"(?P<name>(?!单|每|同|各|年)[一-鿿A-Z0-9]{1,8}?)(?P<noun>企业|项目|单位|机构|类|级|平台|人员|园区|医院|家庭)(?:年度|单个)?(?:补贴|补助|奖励)?(?:最高|不超过|最多)(?:不超过|为)?"
)
_STANDARD = re.compile(r"(?:标准|限额|额度)(?:分别)?(?:为|是)")
# 给予装修补贴，并给予每年最高20万元的房租补贴: an award of its own
_ANOTHER = re.compile(r"(?:并|同时|另外?)(?:可|再|按)?(?:给予|予以|奖励|补助|补贴|资助)")
_ON_TOP = re.compile(r"(?:基础上|的同时|以外|之外)$")  # 在中央财政给予50%贴息的基础上，省财政再给予…
_VAGUE = re.compile(r"(?:多|余|几|数)[十百千]?[万亿]?元")  # 20余万元: given, but not to the next beneficiary
_LISTS = re.compile(r"(?:标准|如下|其中|比例|分别)(?:为|是|如下|按)?$")


@dataclass(frozen=True, slots=True)
class Opening:
    """Words that give without figures and open a list of items: 对企业给予奖励，标准为：.

    Attributes:
        listing: whether what follows gives without a word that says so.
        owner: the beneficiary named in the opening.
        itemised: whether items follow, each with a condition of its own.
    """

    listing: bool = False
    owner: Span | None = None
    itemised: bool = False


@dataclass(slots=True)
class Draft:
    """Figures that belong together, while they are being gathered.

    Attributes:
        start: where the giving words begin.
        end: where the words of the last figure end.
        group: the parts of one sentence have the same number.
        figures: those given, in order.
        phrases: the phrases before and around, in which the beneficiary is named.
        since: where the words for the beneficiary may begin.
        verb: whether a word that gives has been seen, or only 按…5%.
        lead: where the giving words of the first figure's own phrase begin.
        classes: whether caps by class have joined a share.
        item: the words of an item in a list, before its figure.
        owner: the beneficiary of the words that opened the list.
    """

    start: int
    end: int
    group: int
    phrases: tuple[Phrase, ...]
    since: int
    figures: list[Found] = field(default_factory=list)
    verb: bool = False
    lead: int = 0
    classes: bool = False
    item: Span | None = None
    owner: Span | None = None

    @property
    def shares(self) -> list[Found]:
        """The shares among the figures."""
        return [f for f in self.figures if f.kind == SHARE]

    @property
    def money(self) -> list[Found]:
        """The sums among the figures."""
        return [f for f in self.figures if f.kind == MONEY]


def draft(covered: str, parts: list[Part]) -> list[Draft]:
    """The drafts of a clause in order.

    >>> from kb.grants.sentences import parts
    >>> words = "对甲按5%给予补助，最高10万元；对乙奖励2万元。罚款5万元。"
    >>> [words[d.start:d.end] for d in draft(words, parts(words))]
    ['按5%给予补助，最高10万元', '奖励2万元']
    """
    found: list[Draft] = []
    group, opening = 0, Opening()
    for part in parts:
        if _FINE.search(covered, part.start, part.end):
            continue
        if part.opens:
            group, opening = group + 1, Opening()
        opening = _of_part(covered, part, group, opening, found)
    return [piece for each in found if each.verb for piece in _by_unit(covered, each)]


def _by_unit(covered: str, whole: Draft) -> list[Draft]:
    """One draft for each thing that is counted: 每亩3000元、每平方米50元 are two awards."""
    pieces, figures = [whole], whole.figures
    last: tuple[str, str] | None = None
    for number, figure in enumerate(figures):
        if figure.kind != MONEY or (figure.bound == "max" and number) or whole.shares:
            continue
        start = figures[number - 1].end if number else min(whole.start, figure.start)
        span = counted(covered, start, figure.start, figure.end)
        often = period(covered[start : figure.end + 6])
        unit = (covered[span.start : span.end], often if often != "once" else "") if span else None
        if number and unit is not None and unit != last:
            mark = re.search(r"[、，；]", covered[start : figure.start])
            begin = start + mark.end() if mark else start
            rest = [f for f in pieces[-1].figures if f.start >= figure.start]
            pieces[-1].figures = [f for f in pieces[-1].figures if f.start < figure.start]
            end, pieces[-1].end = pieces[-1].end, start
            lead = begins(covered, begin, figure.start)
            pieces.append(Draft(lead, end, whole.group, whole.phrases, begin, rest, True, lead))
        last = unit if unit is not None or not number else last
    return pieces


def _of_part(covered: str, part: Part, group: int, opening: Opening, found: list[Draft]) -> Opening:
    """Add what one part gives; the answer is the opening that holds for the parts behind it."""
    item_from = part.start if opening.itemised else None
    reading = _Reading(covered, part, group, opening.listing, found, part.start, opening.owner, item_from)
    for phrase in part.phrases:
        words = covered[phrase.start : phrase.end]
        figures = _given(covered, phrase)
        if withheld(words):
            reading.pass_over(phrase, words, bool(figures))
        elif figures:
            reading.take(phrase, words, figures)
        else:
            reading.prepare(phrase, words)
    return Opening(reading.listing, reading.owner, reading.item_from is not None)


@dataclass(slots=True)
class _Reading:
    """What is known while the phrases of a part are read in order.

    Attributes:
        covered: the covered clause.
        part: the part being read.
        group: the number of its sentence.
        listing: whether a list of standards is open (补贴标准为：).
        found: the drafts so far.
        since: where the words for the next beneficiary may begin.
        owner: the beneficiary of the words that opened a list.
        item_from: where the words for the next item of a list begin, None outside of one.
        current: the draft that further figures may join.
        waiting: whether a beneficiary has been named since the last figure.
        opened: where a phrase without figures began to give (给予生活费补贴，每人…).
        passed: where the last phrase that gives nothing ended.
        complete: where the last phrase ended that gives in full without a figure (按1：1配套奖励).
        capped: whether a list of upper limits is open (年度支付限额：).
    """

    covered: str
    part: Part
    group: int
    listing: bool
    found: list[Draft]
    since: int
    owner: Span | None = None
    item_from: int | None = None
    current: Draft | None = None
    waiting: bool = False
    opened: int | None = None
    passed: int = -1
    complete: int = -1
    capped: bool = False

    def pass_over(self, phrase: Phrase, words: str, figures: bool) -> None:
        """A phrase that gives nothing: a fine, a fee, a loan."""
        self.waiting = self.waiting or self.current is None or _is_condition(words)
        if self.current and not self.current.verb:
            self.current = None
        named = (p for p in self.part.phrases if self.since <= p.start < phrase.start)
        self.passed = phrase.end
        if (
            figures
            and not words.startswith("对")
            and not any(_is_condition(self.covered[p.start : p.end]) for p in named)
        ):
            self.since = phrase.end

    def prepare(self, phrase: Phrase, words: str) -> None:
        """A phrase without figures: it names a beneficiary, opens a giving, or closes 按…5%的比例."""
        self._itemise(phrase, words)
        self.capped = self.capped or (phrase.mark == "：" and bool(_CAPS_FOLLOW.search(words)))
        if not gives(words):
            self.waiting = self.waiting or self.current is None or _is_condition(words)
            self.opened = None if _is_condition(words) else self.opened
            return
        if _COMPLETE.search(words):
            self.complete = phrase.end
        if self.current and not self.waiting and not self.current.verb:
            self.current.verb = True
            self.current.end = named_end(self.covered, phrase.start, phrase.end)
        else:
            ends_as_condition = words.endswith("的")
            self.opened = None if ends_as_condition else opens_at(self.covered, phrase.start, phrase.end)
            self.waiting = self.waiting or (self.opened is None and _is_condition(words))
            if _ON_TOP.search(words):
                self.opened, self.waiting = None, True
            if self.opened is not None and not (self.owner and _LISTS.search(words)):
                self.owner = (
                    who_before(self.covered, self.part.phrases, self.since, self.opened) or self.owner
                )
            elif _LISTS.search(words) and self.owner is None:
                self.owner = who_before(self.covered, self.part.phrases, self.since, phrase.start)
            if phrase.mark == "：" or _LISTS.search(words):
                self.item_from = phrase.end
            if FOREIGN.search(words) or _VAGUE.search(words):
                self.since, self.opened = phrase.end, None
        self.listing = self.listing or phrase.mark in ("：", ":") or bool(_LISTS.search(words))

    def take(self, phrase: Phrase, words: str, figures: list[Found]) -> None:
        """A phrase with figures that are given, if a word says so."""
        if words.startswith("为") and phrase.start - self.passed == 1:
            return  # 认定标准按…确定，为每人每月1963.5元
        self._itemise(phrase, words)
        if self.capped:
            figures = [replace(f, bound="max") if f.kind == MONEY else f for f in figures]
        verb = gives(words)
        start = begins(self.covered, phrase.start, figures[0].start)
        before = self.covered[phrase.start : start]
        if self.complete > self.since and (_is_condition(before) or _YEAR_OF_MANY.search(before)):
            self.since = self.complete
        base = self.current or self._nearby(phrase)
        if base and self._caps_classes(base, phrase, figures):
            base.classes, self.current = True, base
        elif base and self._same_standard(base, phrase, figures):
            self.current = base
            figures = [replace(f, bound=base.figures[-1].bound) for f in figures]
        elif base and not self.waiting and self._joins(base, phrase, figures, before):
            self.current = base
        elif (
            verb
            or self.listing
            or (self.opened is not None and _EACH_ONLY.fullmatch(before))
            or _stands_alone(words, figures)
            or self._limits_opened(phrase, figures)
        ):
            opened = self.opened
            if (
                opened is not None
                and _STANDARD.search(words)
                and _STANDARD.search(self.covered, opened, phrase.start)
            ):
                opened, self.since = None, phrase.start  # 甲补贴标准为…，乙补贴标准为每人600元
            if opened is None or opened < self.since or _is_condition(before):
                opened = None
            begin = start if opened is None else min(opened, start)
            self.current = Draft(begin, phrase.end, self.group, self.part.phrases, self.since, lead=start)
            self.current.verb = opened is not None
            self.current.item, self.current.owner = self._item(start), self.owner
            self.found.append(self.current)
        else:
            return
        self.current.figures += figures
        self.current.verb = self.current.verb or verb or self.listing or _each_month(words)
        self.current.end = max(figures[-1].end, ends(self.covered, figures[-1].end, phrase.end))
        rest = phrase.end - self.current.end
        self.since = phrase.end if 0 < rest <= _SHORT else self.current.end
        self.waiting, self.opened = False, None
        self.item_from = None if self.item_from is None else self.current.end

    def _itemise(self, phrase: Phrase, words: str) -> None:
        """Begin the items of a list at 其中 behind words that give without figures."""
        if self.opened is not None and words.startswith("其中"):
            self.item_from = phrase.start

    def _item(self, start: int) -> Span | None:
        """The words of an item before its giving words: 一等奖 of 给予奖励：一等奖，奖励50万元."""
        if self.item_from is None or self.item_from >= start:
            return None
        words = self.covered[self.item_from : start]
        if len(words.strip(" ，：由从将")) < 2:
            return None
        left = len(words) - len(_ITEM_HEAD.sub("", words))
        right = len(words) - len(_ITEM_TAIL.sub("", words))
        if left + right >= len(words) or not re.search("[一-鿿]", words[left : len(words) - right]):
            return None
        return Span(self.item_from + left, start - right)

    def _nearby(self, phrase: Phrase) -> Draft | None:
        """The draft of the part before, which the first phrase of this part may limit."""
        phrases = self.part.phrases
        opening = phrases[:2] if self.covered[phrases[0].start : phrases[0].end] == "其中" else phrases[:1]
        if not self.found or phrase not in opening:
            return None
        last = self.found[-1]
        near = self.part.start - last.end <= _NEAR and self.group - last.group <= 1
        return last if near else None

    def _joins(self, base: Draft, phrase: Phrase, figures: list[Found], before: str) -> bool:
        """Whether the figures of a phrase belong to the draft before it."""
        covered = self.covered
        lead = covered[phrase.start : figures[0].start]
        limit = all(f.bound == "max" for f in figures)
        if base.verb and base.money and not base.shares and _ANOTHER.match(covered, phrase.start):
            return False
        shares = any(f.kind == SHARE for f in figures)
        if (
            shares
            and base.verb
            and base.money
            and not base.shares
            and gives(covered[phrase.start : phrase.end])
        ):
            return False
        if limit and (_LIMIT.match(lead) or opens_limit(lead)):
            return True
        if base is not self.current:
            return False
        if not base.verb:  # 按投资额5%的比例，给予最高100万元
            return not re.match(r"对(?!外|接)|对于", before)
        if _YEAR_OF_MANY.match(lead) and _YEAR_OF_MANY.search(covered, base.start, phrase.start):
            return True
        if gives(lead):
            exactly = re.match(r"具体(?:补贴|补助|奖励)?(?:金额|标准)?为", lead)  # 具体补贴金额为248.8元
            return bool(exactly) or bool(limit and _LIMIT.match(before))
        stated = covered.startswith("为", phrase.start + len(before))  # 退休人员为90%
        return stated or not _is_condition(before)

    def _limits_opened(self, phrase: Phrase, figures: list[Found]) -> bool:
        """Whether these are the upper limits of what was given without figures: 按1：1给予配套奖励，最高200万元."""
        lead = self.covered[phrase.start : figures[0].start]
        caps = all(f.bound == "max" and f.kind == MONEY for f in figures)
        return self.opened is not None and caps and bool(_LIMIT.match(lead) or opens_limit(lead))

    def _same_standard(self, base: Draft, phrase: Phrase, figures: list[Found]) -> bool:
        """Whether another class follows in the same words: 标准为职工每人每天120元，居民每人每天60元."""
        last, first = base.figures[-1], figures[0]
        each = _EACH_CLASS.fullmatch(self.covered, phrase.start, first.start)
        if base is not self.current or each is None or {last.kind, first.kind} != {MONEY} or len(figures) > 1:
            return False
        before = self.covered[base.since : last.start]
        return before.endswith(each["each"]) and bool(_STANDARD.search(before) or len(base.figures) > 1)

    def _caps_classes(self, base: Draft, phrase: Phrase, figures: list[Found]) -> bool:
        """Whether caps by class follow a share: 给予10%的补助。其中：甲类项目最高500万元，乙类项目最高300万元."""
        if not base.shares or any(f.bound != "max" or f.kind != MONEY for f in figures):
            return False
        if base.money and not base.classes:
            return False
        lead = self.covered[base.end : phrase.start] + self.covered[phrase.start : phrase.start + 2]
        return base.classes or "其中" in lead or self._named_caps(phrase, figures)

    def _named_caps(self, phrase: Phrase, figures: list[Found]) -> bool:
        """Whether this phrase and the next cap one named class each: 规上企业最高10万元，规下企业最高5万元."""
        following = next((p for p in self.part.phrases if p.start >= phrase.end), None)
        if following is None or len(figures) != 1:
            return False
        one = _CLASS_CAP.fullmatch(self.covered, phrase.start, figures[0].start)
        other = _CLASS_CAP.match(self.covered, following.start, following.end)
        return bool(one and other and one["noun"] == other["noun"] and one["name"] != other["name"])


def _given(covered: str, phrase: Phrase) -> list[Found]:
    """The figures of a phrase that are no thresholds."""
    return [f for f in read_found(covered, phrase) if not f.threshold]


def _is_condition(words: str) -> bool:
    """Whether a phrase without figures begins another beneficiary."""
    return bool(_CONDITION.search(words) or re.match(r"对(?!外|接)|对于|凡|符合", words))


def _stands_alone(words: str, figures: list[Found]) -> bool:
    """Whether 按…5% may open a grant whose verb follows, or 每人每月400元 is one."""
    within = re.search(r"(?:在|不超过)[^，]*%(?:以内)?的部分$", words)
    return _by_share(words) or bool(within) or (_each_month(words) and all(f.kind == MONEY for f in figures))


def _each_month(words: str) -> bool:
    """Whether a sum is a standing payment to a person: 每人每月400元."""
    return bool(re.search(r"每[人户名生]每[月年天日](?!.{0,6}(?:缴|收|超过))", words))


def _by_share(words: str) -> bool:
    return bool(re.search(r"按照?|以(?=[^，]*%)", words))
