"""Facts about a document: asked for, stated with the words they rest on, or silence."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from chat.facts import asked_facts, state_fact
from corpus import PolicyDocument
from ingest import parse_file, parse_text

NAMES = ("doc_number", "issuers", "issued_on", "term", "title")
DATED = """云岭市绿色工厂奖励办法
云工信发〔2023〕45号
第一条 对市级绿色工厂一次性奖励20万元。
第二条 本办法自2024年1月1日起施行，有效期至2026年12月31日。
云岭市工业和信息化局
2023年12月8日
"""
LASTING = """云岭市首发经济实施细则
云商发〔2026〕12号
第一条 企业租赁合同有效期三年以上的，给予50万元补助。
第二条 本细则自2026年7月1日起施行，有效期2年。
云岭市商务局
2026年6月1日
"""


def seed(number: str) -> PolicyDocument:
    return parse_file(next((Path(corpus.__file__).parent / "policies").glob(f"*{number}*.txt")))


@pytest.fixture(scope="module")
def documents() -> dict[str, PolicyDocument]:
    return {
        "137号": seed("137号"),
        "687号": seed("687号"),
        "dated": parse_text(DATED, "dated.txt"),
        "lasting": parse_text(LASTING, "lasting.txt"),
    }


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("这个文件的文号是多少", ["doc_number"]),
        ("发文字号是什么", ["doc_number"]),
        ("行动计划是几号文", ["doc_number"]),
        ("文件编号是多少", ["doc_number"]),
        ("是谁印发的", ["issuers"]),
        ("由哪些部门联合印发", ["issuers"]),
        ("是几个部门联合发的", ["issuers"]),
        ("哪个部门出台的这份文件", ["issuers"]),
        ("发文机关有哪些", ["issuers"]),
        ("何时印发", ["issued_on"]),
        ("印发日期是哪天", ["issued_on"]),
        ("哪一年出台的", ["issued_on"]),
        ("发布时间是什么时候", ["issued_on"]),
        ("落款日期", ["issued_on"]),
        ("有效期到什么时候", ["term"]),
        ("这份文件什么时候失效", ["term"]),
        ("现在还有效吗", ["term"]),
        ("行动计划覆盖哪几年", ["term"]),
        ("什么时候开始施行", ["start"]),
        ("施行日期是哪天", ["start"]),
        ("文件全称是什么", ["title"]),
        ("完整名称", ["title"]),
        ("文号和全称各是什么", ["doc_number", "title"]),
        ("能补多少钱", []),
        ("白名单由谁牵头", []),
        ("II期完成了能拿多少", []),
        ("支持哪些企业", []),
        ("审评时限缩减到多少个工作日", []),
        ("临床批件目标是几个", []),
        ("床位数怎么算", []),
    ],
)
def test_which_facts_are_asked(question: str, names: list[str]) -> None:
    assert asked_facts(question) == names


@pytest.mark.parametrize(
    ("which", "name", "says", "quotes"),
    [
        ("137号", "doc_number", "鲁科字〔2024〕137号", "鲁科字〔2024〕137号"),
        ("137号", "issuers", "10个部门（单位）联合印发，排在首位的是山东省科学技术厅", "中共山东省委金融委员会办公室"),
        ("137号", "issued_on", "2024年12月6日", "2024年12月6日"),
        ("137号", "term", "2025—2027年，即到2027年年底", "2025—2027年"),
        ("137号", "title", "10部门关于印发《山东省生物医药产业科技创新行动计划", "10部门关于印发《山东省生物医药产业科技创新行动计划"),
        ("687号", "doc_number", "鲁发改高技〔2025〕687号", "鲁发改高技〔2025〕687号"),
        ("687号", "issuers", "14个部门（单位）联合印发，排在首位的是山东省发展和改革委员会", "中华人民共和国济南海关"),
        ("687号", "issued_on", "2025年9月19日", "2025年9月19日"),
        ("687号", "title", "关于印发《关于支持细胞与基因治疗产业高质量发展的若干措施》的通知", "的通知"),
        ("dated", "doc_number", "云工信发〔2023〕45号", "云工信发〔2023〕45号"),
        ("dated", "issuers", "由云岭市工业和信息化局印发", "云岭市工业和信息化局"),
        ("dated", "issued_on", "2023年12月8日", "2023年12月8日"),
        ("dated", "term", "有效期至2026年12月31日", "2026年12月31日"),
        ("dated", "start", "写明：“本办法自2024年1月1日起施行，", "本办法自2024年1月1日起施行，有效期至2026年12月31日。"),
        ("lasting", "term", "写明：“本细则自2026年7月1日起施行，有效期2年。”", "本细则自2026年7月1日起施行，有效期2年。"),
        ("lasting", "start", "本细则自2026年7月1日起施行", "有效期2年。"),
        ("137号", "start", "计划期是2025—2027年", "2025—2027年"),
        ("dated", "title", "云岭市绿色工厂奖励办法", "云岭市绿色工厂奖励办法"),
    ],
)  # fmt: skip
def test_fact(which: str, name: str, says: str, quotes: str, documents: dict[str, PolicyDocument]) -> None:
    document = documents[which]
    fact = state_fact(document, name)
    assert fact is not None
    assert says in fact.sentence
    assert quotes in fact.quote
    assert fact.quote in fact.clause.text
    assert fact.clause in document.clauses


def test_all_issuers_are_named_and_quoted(documents: dict[str, PolicyDocument]) -> None:
    for number, many in (("137号", 10), ("687号", 14)):
        fact = state_fact(documents[number], "issuers")
        assert fact is not None
        assert len(documents[number].issuers) == len(fact.quote.split("\n")) == many
        assert all(issuer in fact.sentence and issuer in fact.quote for issuer in documents[number].issuers)


def test_silence_about_the_term_of_687(documents: dict[str, PolicyDocument]) -> None:
    assert state_fact(documents["687号"], "term") is None


@pytest.mark.parametrize("name", ["doc_number", "issuers", "issued_on", "term", "start"])
def test_silence_where_the_text_says_nothing(name: str) -> None:
    bare = parse_text(
        "云岭市绿色工厂奖励办法\n第一条 自2024年起实施改造、合同有效期两年的市级绿色工厂一次性奖励20万元。\n",
        "bare.txt",
    )
    assert state_fact(bare, name) is None
    assert state_fact(bare, "title") is not None


def test_every_quote_is_printed_in_the_source(documents: dict[str, PolicyDocument]) -> None:
    stated = 0
    for document in documents.values():
        for name in NAMES:
            if fact := state_fact(document, name):
                span = fact.clause.locate(fact.quote)
                shown = "".join(document.source[span.start : span.end].split())
                unify = str.maketrans("()[]", "（）〔〕")
                assert shown.translate(unify) == "".join(fact.quote.split()).translate(unify)
                stated += 1
    assert stated == 19
