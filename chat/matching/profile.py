"""What a company or hospital tells of itself: facts by name, and words that are facts themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from chat.matching.applicant import applicant_of
from chat.matching.said import figures_of, without_ask
from chat.subsidy.phases import phase_name
from chat.subsidy.region import read_whereabouts
from corpus import InputError, UsageError
from kb.money import UnreadableAmount, format_yuan, read_amount
from kb.numerals import fold, parse_number
from kb.query.places import find_places
from kb.rules import Rule

_LEAST_WITHOUT_UNIT = 10_000  # 6000 without a unit is more likely 6000万 than 6000元
_UNITS = re.compile(r"(?:张|个|家|人|名|位|款|项|台|套)$")
_OUTSIDE = re.compile(r"外[省地国]|[省境国海]外")
_LISTED = re.compile(r"[，、,;；/\s]+")
MAX_LENGTH = 500


@dataclass(frozen=True, slots=True)
class FactKind:
    """A fact that can be given by name.

    Attributes:
        name: the key of ``key=value``.
        label: what it is called.
        meaning: what to write.
        example: a value that is accepted.
        type: how the value is read.
        sentence: the fact in words, ``{}`` for the value; adds nothing the value does not say.
    """

    name: str
    label: str
    meaning: str
    example: str
    type: Literal["text", "money", "count"] = "text"
    sentence: str = "{}"


KINDS = (
    FactKind("region", "所在地", "所在的省、市", "烟台", sentence="我们在{}"),
    FactKind("sector", "行业领域", "做什么的", "细胞治疗"),
    FactKind("applicant", "主体类型", "企业、医院、高校或平台", "企业"),
    FactKind("product", "产品类别", "产品或药品类别", "1类生物制品"),
    FactKind("product_class", "注册分类", "药品或医疗器械的类别", "三类医疗器械"),
    FactKind("stage", "研发阶段", "已经完成到哪一期临床试验", "III"),
    FactKind("certificates", "证照资质", "注册证、批件、高企等", "第三类医疗器械注册证"),
    FactKind("rd_spending", "研发投入", "金额；做临床的填该期临床的投入", "6000万", "money", "研发投入{}"),
    FactKind("premium", "已缴保费", "金额", "300万", "money", "保费{}"),
    FactKind("beds", "核定床位", "张数", "800", "count", "核定床位{}张"),
    FactKind("count", "数量", "产品或平台的个数", "1", "count", "{}个"),
    FactKind("listing", "上市情况", "已上市、未上市等", "未上市"),
    FactKind("founded", "成立时间", "年份或日期", "2019年", sentence="成立于{}"),
    FactKind("employees", "职工人数", "人数", "120", "count", "职工{}人"),
    FactKind("revenue", "营业收入", "金额", "2亿", "money", "营业收入{}"),
    FactKind("note", "其他情况", "用自己的话写", "产品在省内转化"),
)
_BY_NAME: Mapping[str, FactKind] = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    Attributes:
        name: a name of `KINDS`, or of an input of a rule.
        value: as given.
        figure: yuan or a number where it is one.
    """

    name: str
    value: str
    figure: Decimal | None = None

    @property
    def sentence(self) -> str:
        """The fact in words, for the rules' own words to be looked for in.

        >>> Fact("stage", "III").sentence, Fact("stage", "III期还在做").sentence, Fact("region", "莱州").sentence
        ('已完成III期', 'III期还在做', '我们在山东莱州')
        """
        if self.name == "stage":
            phases = [phase_name(each) for each in _LISTED.split(self.value) if each]
            if phases and all(phases):
                return f"已完成{'、'.join(f'{phase}期' for phase in phases)}"
        kind = _BY_NAME.get(self.name)
        shown = self.value
        if self.name == "region":
            shown = _with_province(shown)
        elif kind is not None and kind.type == "money" and self.figure is not None:
            shown = format_yuan(self.figure)
        elif kind is not None and kind.type == "count" and self.figure is not None:
            shown = f"{self.figure:f}"
        return (kind.sentence if kind else "{}").format(shown)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an asker; everything is optional.

    Attributes:
        facts: those given by name, in the order of `KINDS`; at most one of a name.
        words: messages in the asker's own words, oldest first; a later one corrects an earlier one.
        notice: what was given and could not be used, Chinese; "" where there is nothing to say.
    """

    facts: tuple[Fact, ...] = ()
    words: tuple[str, ...] = ()
    notice: str = ""

    def fact(self, name: str) -> Fact | None:
        """The fact of a name, if it was given."""
        return next((fact for fact in self.facts if fact.name == name), None)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that was said, one text each."""
        return (*(fact.sentence for fact in self.facts), *self.words)

    @property
    def texts(self) -> tuple[str, ...]:
        """The same without what is a figure only."""
        return (*(fact.sentence for fact in self.facts if fact.figure is None), *self.words)

    def to_dict(self) -> dict[str, str | list[str]]:
        """JSON form: facts by name, and ``words`` where there are any."""
        facts: dict[str, str | list[str]] = {fact.name: fact.value for fact in self.facts}
        return {**facts, "words": list(self.words)} if self.words else facts


def read_profile(pairs: Iterable[str], rules: Sequence[Rule] = ()) -> Profile:
    """A profile from ``name=value`` pairs; an empty value tells nothing, nor does a region that is no place we know.

    Args:
        pairs: as typed.
        rules: rules whose inputs are accepted as names too.

    Raises:
        UsageError: a pair that is none, an unknown name, a name given twice, a value that cannot be read.
        InputError: a figure that cannot be true.

    >>> profile = read_profile(["region=烟台", "rd_spending=1亿", "note="])
    >>> profile.to_dict(), str(profile.facts[1].figure)
    ({'region': '烟台', 'rd_spending': '1亿'}, '100000000')
    >>> read_profile(["colour=red"])
    Traceback (most recent call last):
    ...
    corpus.errors.UsageError: 没有“colour”这一项。可用的是：region（所在地：所在的省、市）...
    """
    inputs = {each.name: each.type for rule in rules for each in rule.inputs}
    given: dict[str, Fact] = {}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not name:
            raise UsageError(f"收到“{pair}”：应写成 名称=值，例如 region=烟台 sector=细胞治疗 stage=III。")
        if name not in _BY_NAME and name not in inputs:
            raise UsageError(f"没有“{name}”这一项。可用的是：{accepted()}。")
        if name in given:
            raise UsageError(f"{name} 只能给一次，收到“{given[name].value}”和“{value}”。")
        if len(value) > MAX_LENGTH:
            raise UsageError(f"{name} 太长，请缩短到五百字以内。")
        if value:
            kind = _BY_NAME[name].type if name in _BY_NAME else inputs[name]
            given[name] = Fact(name, value, _figure(name, value, kind))
    notice = ""
    if "region" in given and not _is_place(given["region"].value):
        notice = f"没有认出地名“{given.pop('region').value}”，请写省、市名称"
    order = [*_BY_NAME, *(name for name in inputs if name not in _BY_NAME)]
    facts = tuple(given[name] for name in order if name in given)
    words = tuple(fact.value for fact in facts if fact.name == "note")
    return profile_of(Profile(tuple(fact for fact in facts if fact.name != "note"), words, notice))


def read_words(turns: Sequence[str]) -> Profile:
    """A profile from messages: the words without what they ask, and the figures in them that name what they are.

    Raises:
        InputError: an amount is negative or in foreign currency.

    >>> profile = read_words(["我们是烟台的细胞治疗企业，刚做完III期，研发投入1亿，能享受什么"])
    >>> profile.words, [(fact.name, fact.value) for fact in profile.facts]
    (('我们是烟台的细胞治疗企业，刚做完III期，研发投入1亿，',), [('applicant', '企业'), ('rd_spending', '1亿')])
    """
    return profile_of(Profile((), tuple(filter(None, map(without_ask, turns)))))


def profile_of(profile: Profile) -> Profile:
    """The same with the figures and the applicant that its words give, where no fact of that name was given."""
    named = {fact.name for fact in profile.facts}
    found = figures_of(profile.words)
    read = [Fact(name, each.text, each.value) for name, each in found.items() if name not in named]
    if "applicant" not in named and (kind := applicant_of(profile.words)):
        read.append(Fact("applicant", kind))
    order = list(_BY_NAME)
    known = [fact for fact in profile.facts if fact.name in _BY_NAME]
    others = tuple(fact for fact in profile.facts if fact.name not in _BY_NAME)
    return Profile(
        (*sorted([*known, *read], key=lambda fact: order.index(fact.name)), *others),
        profile.words,
        profile.notice,
    )


def accepted() -> str:
    """The names that can be given, with their meaning."""
    return "、".join(f"{kind.name}（{kind.label}：{kind.meaning}）" for kind in KINDS)


def _figure(name: str, value: str, kind: str) -> Decimal | None:
    if kind == "money":
        try:
            amount = read_amount(value, bare=True)
        except UnreadableAmount as error:
            raise UsageError(f"{name} {error}") from error
        except InputError as error:
            raise InputError(f"{name} {error}") from error
        if 0 < amount < _LEAST_WITHOUT_UNIT and value.replace(",", "").isdecimal():
            raise InputError(f"{name} 收到“{value}”：没有写单位。请写明是元还是万元，例如：{value}万元。")
        if amount <= 0 and name != "prior_support":
            raise InputError(f"{name} 收到“{value}”：应大于零。请改正后再试，例如：6000万元。")
        return amount
    if kind in ("count", "months"):
        number = parse_number(_UNITS.sub("", fold(value).strip()))
        if number is None:
            raise UsageError(f"{name} 收到“{value}”：应是一个数，例如 {name}=100。")
        if number <= 0 or number != number.to_integral_value():
            raise InputError(f"{name} 收到“{value}”：应是大于零的整数，例如 {name}=100。")
        return number
    return None


def _is_place(region: str) -> bool:
    """Whether a region is a place we know, or says that it is outside."""
    return bool(find_places(region) or read_whereabouts(f"我们在{region}", "山东") or _OUTSIDE.search(region))


def _with_province(region: str) -> str:
    """A place with its province before it: 莱州 is known to few lists."""
    places = find_places(region)
    provinces = {division.province for place in places for division in place.divisions}
    if len(provinces) != 1:
        return region
    name = re.sub(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$", "", provinces.pop())
    return region if name in region else name + region
