"""What a document says of itself, and where: made-up documents in ``cases/metadata.yaml``, and rules over all of them."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus import Evidence, NodeKind, PolicyDocument
from corpus.register import RegisterEntry
from ingest import parse_text
from ingest.mapped import Mapped
from ingest.metadata import read_metadata
from ingest.parse import parse_source
from ingest.source import Layout, SourceText
from ingest.tree import Node

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "metadata.yaml").read_text("utf-8")
)
LISTS = ("issuers", "supersedes", "contacts")
PRINTED = ("title", "notice_title", "doc_number", *LISTS)
_LAYOUT = re.compile(r"[\s、]")
_UNIFIED = str.maketrans({"(": "（", ")": "）", "[": "〔", "]": "〕"})
_DAY = re.compile(r"\d{4}[年—-]|[一二][〇○]|之日|之日起|有效期|期(?:限)?|试行|年底")


def _parse(case: dict[str, Any]) -> PolicyDocument:
    return parse_text(case["text"], "文件名.txt")


def _quote(document: PolicyDocument, evidence: Evidence) -> str:
    return document.source[evidence.span.start : evidence.span.end]


def _bare(text: str) -> str:
    return _LAYOUT.sub("", text.translate(_UNIFIED))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_is_read(case: dict[str, Any]) -> None:
    document = _parse(case)
    read = {name: getattr(document, name) for name in case["expect"]}
    assert {name: list(value) if name in LISTS else value for name, value in read.items()} == case["expect"]
    for name, quotes in case.get("quotes", {}).items():
        assert [_quote(document, one) for one in document.evidence if one.field == name] == quotes
    assert list(document.warnings) == case.get("warnings", list(document.warnings))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_evidence_quotes_the_value(case: dict[str, Any]) -> None:
    document = _parse(case)
    for name in PRINTED:
        value = getattr(document, name)
        quotes = [_quote(document, one) for one in document.evidence if one.field == name]
        if name == "contacts":  # a unit and its number are two places
            assert "".join(map(_bare, quotes)) == "".join(map(_bare, value))
        elif name in LISTS:
            assert [_bare(quote) for quote in quotes] == [_bare(one) for one in value]
        elif quotes:  # a title that stands nowhere in the text is the name of the file
            assert "".join(map(_bare, quotes)) == _bare(value)
        else:
            assert value in ("", "文件名")
    for one in document.evidence:
        if one.field == "region":
            quote = _bare(_quote(document, one))  # 广西 stands for 广西壮族自治区
            assert document.region.endswith(quote) or document.region.startswith(quote)
        if isinstance(getattr(document, one.field), date):
            assert _DAY.search(_quote(document, one))
    known = {one.field for one in document.evidence}
    dates = {"issued_on", "effective_from", "effective_to"}
    assert {name for name in dates if getattr(document, name)} == known & dates


def test_every_case_is_known_by_one_name() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40


def test_a_value_of_the_register_has_no_evidence() -> None:
    case = next(case for case in CASES if case["name"] == "版头、文号、标题、落款齐全的通知")
    entry = RegisterEntry(
        file="a.txt", doc_number="皖财教〔2024〕6号", contacts=("省财政厅教科处",), level="省"
    )
    document = parse_text(case["text"], "a.txt", entry)
    assert (document.doc_number, document.contacts, document.level) == (
        "皖财教〔2024〕6号",
        ("省财政厅教科处",),
        "省",
    )
    assert {"doc_number", "contacts", "level"}.isdisjoint(one.field for one in document.evidence)
    assert document.warnings == (
        "登记表的 doc_number 是“皖财教〔2024〕6号”，原文读出的是“皖财教〔2024〕5号”，以登记表为准。",
    )


def test_a_day_of_the_register_settles_what_page_and_text_dispute() -> None:
    case = next(case for case in CASES if case["name"] == "网页标明的失效日期胜过按年限推算的")
    entry = RegisterEntry(file="a.txt", effective_to=date(2030, 1, 1))
    document = parse_text(case["text"], "a.txt", entry)
    assert document.effective_to == date(2030, 1, 1)
    assert document.warnings == (
        "登记表的 effective_to 是“2030-01-01”，原文读出的是“2029-12-06”，以登记表为准。",
    )


def test_a_title_from_the_register_needs_no_warning() -> None:
    text = "各镇人民政府：\n结合我市实际，提出如下意见。\n一、总体要求\n稳步推进。"
    document = parse_text(text, "a.txt", RegisterEntry(file="a.txt", title="甲市办学意见"))
    assert (document.id, document.warnings) == ("甲市办学意见", ())
    assert parse_text(text, "a.txt").warnings == ("未能读出标题，暂用文件名，请在 register.yaml 中补充。",)


def test_an_explanation_is_never_named_like_its_policy() -> None:
    text = "甲市补贴办法\n一、出台背景\n落实要求。\n二、主要内容\n补贴研发。"
    source = SourceText(text, "解读稿.html", "html", Layout.PARAGRAPHS, "甲市补贴办法")
    document = parse_source(source)
    assert (document.id, document.title) == ("解读稿", "解读稿")
    assert document.warnings == (
        "疑为《甲市补贴办法》的解读，不是政策原文，暂用文件名作标题，请在 register.yaml 中补充。",
    )


def test_the_name_of_a_web_page_finds_its_title() -> None:
    text = "首页\n创业担保贷款常见问题\n一、谁能申请？\n个人和企业。"
    source = SourceText(text, "a.html", "html", Layout.PARAGRAPHS, "创业担保贷款常见问题-某市人社局网站")
    document = parse_source(source)
    assert document.title == "创业担保贷款常见问题"
    assert [_quote(document, one) for one in document.evidence if one.field == "title"] == [document.title]


_PIECES = st.sampled_from(
    ["关于印发《", "办法", "》的通知", "（", "）", "〔2024〕", "5号", "甲市", "人民政府", "令", "第9号", "自", "2024年3月1日", "起施行",
     "有效期", "五年", "同时废止", "由", "负责解释", "联系电话：", "28450520", "文号：", "标题：", "现将", "印发", "\n", "。", "，", "、",
     "第一条", "一、", "附件", ".pdf", "[", "]", " "]
)  # fmt: skip


@given(st.lists(_PIECES, min_size=1, max_size=40))
def test_any_mixture_gives_evidence_within_the_text(pieces: list[str]) -> None:
    text = "甲" + "".join(pieces)
    document = parse_text(text, "a.txt")
    for one in document.evidence:
        assert 0 <= one.span.start < one.span.end <= len(text)
        assert getattr(document, one.field)


@pytest.mark.parametrize(
    "unit",
    [
        "《甲",
        "（乙",
        "由",
        "联系人",
        "本办法自",
        "第一条由",
        "文号",
        "〔2024〕",
        "、《甲》",
        "2024年1月1日",
        "令第",
        "关于印发",
        "甲市人民政府",
    ],
)
def test_long_repetitions_are_read_in_linear_time(unit: str) -> None:
    text = "实施解释电话废止" + unit * (40_000 // len(unit)) + "同时废止"
    paragraph = Mapped(text, tuple(range(len(text))))
    for kind in (NodeKind.CLAUSE, NodeKind.BODY, NodeKind.SIGNATURE):
        started = time.process_time()
        read_metadata([Node(kind, ("一",), [paragraph])])
        assert time.process_time() - started < 3
