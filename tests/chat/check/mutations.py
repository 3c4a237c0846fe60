"""Ways to make a true answer false, one at a time, and other ways to write a true one that leave it true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from chat.answer import Answer
from chat.check.figures import Fact, read_facts
from kb.money import format_yuan

Mutation = Callable[[Answer], Iterator[Answer]]
_MARK = re.compile(r"\[\d+\]")
_QUOTED = re.compile(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”")


def _prose(answer: Answer) -> str:
    """The text with marks and quotations blotted out, in the same length."""
    text = answer.answer
    for pattern in (_QUOTED, _MARK):
        text = pattern.sub(lambda match: "\n" * len(match.group()), text)
    return text


def _put(answer: Answer, start: int, end: int, words: str) -> Answer:
    return replace(answer, answer=answer.answer[:start] + words + answer.answer[end:])


def _each(answer: Answer, changes: dict[str, str]) -> Iterator[Answer]:
    """Each place where one of some words stands, with another in its place."""
    pattern = re.compile("|".join(sorted(map(re.escape, changes), key=len, reverse=True)))
    for match in pattern.finditer(_prose(answer)):
        yield _put(answer, match.start(), match.end(), changes[match.group()])


# -- figures -----------------------------------------------------------------------------------------------------


def numbers(answer: Answer) -> Iterator[Answer]:
    """Another number: 2000万元 to 2700万元, 三千万元 to 四千万元."""
    prose = re.sub(
        r"[〔（]\d{4}[〕）]\d+号|[第、]\d+条?|\d+号|\d+(?=类|期)",
        lambda m: "\n" * len(m.group()),
        _prose(answer),
    )
    for match in re.finditer(r"(?<![\d.,A-Za-z-])\d+(?:\.\d+)?(?![\d.,-])", prose):
        if answer.answer[match.end() : match.end() + 1] not in "、.":
            yield _put(answer, match.start(), match.end(), f"{Decimal(match.group()) * 17 + 3}")
    for match in re.finditer(r"[二三五六](?=[十百千]?[万十个年]|百|成)", prose):
        if not re.match(r"[二三五六](?:年级|个方面)", prose[match.start() :]):
            yield _put(
                answer,
                match.start(),
                match.end(),
                {"二": "四", "三": "四", "五": "七", "六": "八"}[match.group()],
            )


def units(answer: Answer) -> Iterator[Answer]:
    """Another unit: 万元 to 亿元, 家 to 项, 工作日 to 个月."""
    changes = {
        "万元": "亿元", "亿元": "万元", "个工作日": "个月", "个月": "个工作日", "家": "项", "项": "家", "张": "家", "%": "万元",
        "周岁": "年",
    }  # fmt: skip
    prose = _prose(answer)
    for match in re.finditer(r"(?<=[\d十百千])(?:万元|亿元|个工作日|个月|家|项|张|%|周岁)", prose):
        yield _put(answer, match.start(), match.end(), changes[match.group()])


def phases(answer: Answer) -> Iterator[Answer]:
    """Another phase of a trial in one place."""
    following = {
        "I": "II",
        "II": "III",
        "III": "II",
        "Ⅰ": "Ⅲ",
        "Ⅱ": "Ⅲ",
        "Ⅲ": "Ⅱ",
        "二": "三",
        "三": "二",
        "一": "二",
    }
    for match in re.finditer(
        r"(?<![IⅠⅡⅢ、和与])(?P<n>III|II|I|Ⅰ|Ⅱ|Ⅲ|[二三])(?=期)(?!期[、和])(?![^\n]*？)", _prose(answer)
    ):
        yield _put(answer, match.start(), match.end(), following[match.group()])


def classes(answer: Answer) -> Iterator[Answer]:
    """Another class in one place: 1类 to 2类, 第三类 to 第二类."""
    for match in re.finditer(r"(?<![一-鿿、\d])?[1一二三2]类|(?<=第)[二三]类", _prose(answer)):
        other = {"1": "3", "一": "三", "二": "一", "三": "二", "2": "4"}[match.group()[0]]
        yield _put(answer, match.start(), match.end(), f"{other}类")


def dates(answer: Answer) -> Iterator[Answer]:
    """Another day, month or year."""
    for match in re.finditer(r"(20\d\d)(年|-)(?:(\d{1,2})(月|-)(\d{1,2}))?", _prose(answer)):
        yield _put(answer, match.start(1), match.end(1), str(int(match[1]) + 3))
        if match[3]:
            yield _put(answer, match.start(3), match.end(3), str(int(match[3]) % 12 + 1))
            yield _put(answer, match.start(5), match.end(5), str(int(match[5]) % 28 + 1))


# -- wording -----------------------------------------------------------------------------------------------------

_TURNED = {
    "不超过": "不低于", "不高于": "不低于", "不低于": "不高于", "不少于": "不超过", "最高": "最低",
    "最多": "至少", "至少": "至多", "以上": "以下",
    "最长": "最短", "不得低于": "不得高于", "上限": "下限",
}  # fmt: skip


def comparators(answer: Answer) -> Iterator[Answer]:
    """A comparator turned round before or behind its figure."""
    prose = _prose(answer)
    pattern = re.compile("|".join(sorted(_TURNED, key=len, reverse=True)))
    for match in pattern.finditer(prose):
        phrase = re.split(r"[，。；：\n]", prose[match.end() :])[0]
        before = re.split(r"[，。；：\n]", prose[: match.start()])[-1]
        if re.search(r"[\d十百千]", phrase if match.group() != "以上" else before):
            yield _put(answer, match.start(), match.end(), _TURNED[match.group()])


def caps_dropped(answer: Answer) -> Iterator[Answer]:
    """最高 or 不超过 left out where it stands right before its figure, which then is an exact one."""
    prose = _prose(answer)
    for match in re.finditer(r"(?:最高|最多|不超过)(?:可获|可得|给予|给|能拿)?(?=\d)", prose):
        after = re.split(r"[。；\n]", prose[match.end() :])[0]
        if "（上限" not in after and not re.search(
            r"最|上限", re.split(r"[，。；\n]", prose[: match.start()])[-1]
        ):
            kept = re.sub("最高|最多|不超过", "", match.group())
            yield _put(answer, match.start(), match.end(), kept or "给予")


def negations(answer: Answer) -> Iterator[Answer]:
    """A denial put in or taken out, an obligation put in or made weaker."""
    yield from _each(
        answer,
        {
            "不计入": "计入", "不得重复": "可以重复", "不纳入": "纳入", "可纳入": "不纳入", "会被纳入": "不再纳入",
            "无需提交": "需要提交", "鼓励高": "要求高", "鼓励商": "要求商",
            "应当": "可以", "可放宽": "不得放宽", "给予": "不给予", "允许": "禁止", "不能叠加": "可以叠加",
            "不予受理": "应予受理", "提供申报": "不提供申报",
            "支持在": "不支持在", "不受户籍": "受户籍", "不适用": "适用", "可获": "不可获", "按设备": "不按设备",
            "按实际": "不按实际", "纳入省级": "不纳入省级",
        },
    )  # fmt: skip


# -- names -------------------------------------------------------------------------------------------------------


def bodies(answer: Answer) -> Iterator[Answer]:
    """Another department."""
    yield from _each(
        answer,
        {
            "省科技厅": "省民政厅", "省财政厅": "省审计厅", "省药监局": "省体育局", "省教育厅": "省司法厅",
            "省商务厅": "省水利厅", "省发改委": "省民政厅",
            "省发展改革委": "省民政厅", "省卫生健康委": "省民政厅", "市工业和信息化局": "市水利局",
            "市工信局": "市商务局", "市财政局": "市统计局",
            "市人社局": "市司法局", "市教育局": "市民政局", "市住建局": "市水利局",
            "山东省科学技术厅": "江苏省科学技术厅", "青岛海关": "宁波海关",
        },
    )  # fmt: skip


def roles_swapped(answer: Answer) -> Iterator[Answer]:
    """Leading and participating units with each other's part."""
    prose = _prose(answer)
    for match in re.finditer(
        r"由?(?P<a>[省市][一-鿿]{2,9}[厅局委])牵头，(?P<b>[省市][一-鿿]{2,9}[厅局委])(?=参与|按)", prose
    ):
        swapped = (
            match.group().replace(match["a"], "\0").replace(match["b"], match["a"]).replace("\0", match["b"])
        )
        yield _put(answer, match.start(), match.end(), swapped)
    for match in re.finditer(r"牵头单位：(?P<a>[^；。\n]+)；参与单位：(?P<b>[^；。\n]+)", prose):
        yield _put(answer, match.start(), match.end(), f"牵头单位：{match['b']}；参与单位：{match['a']}")


def document_numbers(answer: Answer) -> Iterator[Answer]:
    """Another document number: its agency, year or serial changed."""
    for match in re.finditer(r"(?P<code>[鲁云清][一-鿿]{2,5})〔(?P<y>\d{4})〕(?P<n>\d+)号", _prose(answer)):
        yield _put(answer, match.start("y"), match.end("y"), str(int(match["y"]) - 1))
        yield _put(answer, match.start("n"), match.end("n"), f"{match['n']}1")
        yield _put(answer, match.start("code"), match.start("code") + 1, "苏")
    for match in re.finditer(r"(?<![\d〕])(\d{2,3})号文", _prose(answer)):
        yield _put(answer, match.start(1), match.end(1), f"{match[1]}1")


def addresses(answer: Answer) -> Iterator[Answer]:
    """Another clause in the text."""
    for match in re.finditer(
        r"(?<=[号文三四二、])(?:第(?P<item>[一二三四五六七八九\d]+)条|（(?P<paren>[一二三四五六])）)",
        _prose(answer),
    ):
        group = "item" if match["item"] else "paren"
        yield _put(answer, match.start(group), match.end(group), "十九")


def labels(answer: Answer) -> Iterator[Answer]:
    """A citation with another label, document or id."""
    for at, citation in enumerate(answer.citations):
        for change in (
            {"label": f"{citation.label}之二"},
            {"id": f"{citation.id}9"},
            {"document": "《别的办法》（甲政发〔2020〕1号）"},
        ):
            citations = list(answer.citations)
            citations[at] = replace(citation, **change)
            yield replace(answer, citations=tuple(citations))


# -- pairs and marks ---------------------------------------------------------------------------------------------


def _written(text: str) -> list[Fact]:
    return [fact for fact in read_facts(text) if fact.is_measured]


def pairs_swapped(answer: Answer) -> Iterator[Answer]:
    """Two figures of one kind in one line in each other's place."""
    for line in re.finditer(r"[^\n]+", _prose(answer)):
        if line.group().lstrip().startswith(("计算", "前提")) or answer.calculation:
            continue
        facts = _written(line.group())
        for first, second in pairwise(facts):
            if first.kind != second.kind or first.value == second.value or first.end > second.start:
                continue
            a, b = line.start() + first.start, line.start() + second.start
            a_end, b_end = line.start() + first.end, line.start() + second.end
            text = answer.answer
            swapped = text[:a] + text[b:b_end] + text[a_end:b] + text[a:a_end] + text[b_end:]
            yield replace(answer, answer=swapped)


def marks_dropped(answer: Answer) -> Iterator[Answer]:
    """The marks of one line or of one citation left out."""
    lines = answer.answer.split("\n")
    for at, line in enumerate(lines):
        bare = _MARK.sub("", line)
        if bare != line:
            yield replace(answer, answer="\n".join([*lines[:at], bare, *lines[at + 1 :]]))
    for citation in answer.citations:
        yield replace(answer, answer=answer.answer.replace(f"[{citation.n}]", ""))


def marks_wrong(answer: Answer) -> Iterator[Answer]:
    """A mark that no citation has."""
    for match in _MARK.finditer(answer.answer):
        yield _put(answer, match.start(), match.end(), f"[{len(answer.citations) + 1}]")


def quotes_edited(answer: Answer) -> Iterator[Answer]:
    """A quote with a character changed in the citation, or in the text only."""
    for at, citation in enumerate(answer.citations):
        middle = len(citation.quote) // 2
        edited = f"{citation.quote[:middle]}囍{citation.quote[middle + 1 :]}"
        citations = list(answer.citations)
        citations[at] = replace(citation, quote=edited)
        yield replace(answer, citations=tuple(citations))
    for match in _QUOTED.finditer(answer.answer):
        if len(match.group()) > 6:
            yield _put(answer, match.start() + 3, match.start() + 4, "囍")


MUTATIONS: tuple[Mutation, ...] = (
    numbers, units, phases, classes, dates, comparators, caps_dropped, negations, bodies, roles_swapped, document_numbers, addresses,
    labels,
    pairs_swapped, marks_dropped, marks_wrong, quotes_edited,
)  # fmt: skip


# -- the same in other words -------------------------------------------------------------------------------------


def rewritten(answer: Answer) -> Iterator[Answer]:
    """True answers written otherwise: units converted, numerals in words, phases and names in another form."""
    prose = _prose(answer)
    for fact in read_facts(prose):
        for words in _other_forms(fact, prose[fact.start : fact.end]):
            yield _put(answer, fact.start, fact.end, words)
    yield from _each(
        answer,
        {
            "省科技厅": "山东省科技厅", "省财政厅": "山东省财政厅", "省发改委": "省发展和改革委员会",
            "省人社厅": "省人力资源和社会保障厅",
            "市工信局": "市工业和信息化局", "市人社局": "市人力资源和社会保障局", "不超过": "不高于", "不低于": "不少于",
            "最高": "最多", "至少": "不少于",
            "II期": "二期", "III期": "Ⅲ期", "第三类": "三类", "第二类": "II类", "不少于": "至少", "最多": "至多",
        },
    )  # fmt: skip


def _other_forms(fact: Fact, written: str) -> Iterator[str]:
    value = Decimal(fact.value) if fact.is_measured else Decimal(0)
    if fact.kind == "amount" and value >= 10_000 and "元" in written:
        yield f"{(value / 100_000_000).normalize():f}亿元"
        yield f"{(value / 10_000).normalize():,f}万元"
        yield f"{value:,f}元"
        yield format_yuan(value)
    if fact.kind == "percent" and written.endswith("%") and value in (10, 40, 50):
        yield {10: "百分之十", 40: "百分之四十", 50: "五成"}[int(value)]
    if fact.kind == "date" and "年" in written:
        year, month, day = fact.value.split("-")
        yield f"{year}-{int(month):02}-{int(day):02}"
    if fact.kind == "months" and written.endswith("个月") and value % 12 == 0:
        yield f"{value / 12:f}年"
    if fact.kind == "days:工作日" and value in (5, 15, 30, 60):
        yield f"{({5: '五', 15: '十五', 30: '三十', 60: '六十'})[int(value)]}个工作日"
