"""Typed queries and the conditions they give: readable cases over the two seeds and over made documents."""

from __future__ import annotations

import dataclasses
import time
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus import Clause, PolicyDocument, Span
from ingest import parse_file, parse_text
from kb.lifecycle import DocumentRecord
from kb.query import Known, Understood, understand
from kb.query.conditions import remainder

TODAY = date(2026, 11, 22)
_FILE = yaml.safe_load((Path(__file__).parents[2] / "cases" / "queries.yaml").read_text("utf-8"))
CASES: list[dict[str, Any]] = [{"keys": [], **case} for case in _FILE["queries"]]
TRAPS: list[str] = _FILE["traps"]


class Base:
    """The documents of the cases, and what is known of them."""

    def __init__(self) -> None:
        files = sorted((Path(corpus.__file__).parent / "policies").glob("*.txt"))
        made = [parse_text(text, f"{n}.txt") for n, text in enumerate(_FILE["documents"])]
        self.documents: dict[str, PolicyDocument] = {d.id: d for d in [*map(parse_file, files), *made]}
        clauses = [clause for each in self.documents.values() for clause in each.clauses]
        units = {unit for clause in clauses for unit in (*clause.lead, *clause.participants)}
        self.known = Known.of(self.documents.values(), sorted(units))

    def clauses_of(self, document: str) -> tuple[Clause, ...]:
        return self.documents[document].clauses

    def understand(self, text: str) -> Understood:
        return understand(text, self.known, TODAY, self.clauses_of)


@pytest.fixture(scope="module")
def base() -> Base:
    return Base()


def test_the_made_documents_are_read_as_the_cases_take_them(base: Base) -> None:
    assert {d.id: d.region for d in base.documents.values()} | _FILE["regions"] == {
        d.id: d.region for d in base.documents.values()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["ask"]))
def test_conditions(case: dict[str, Any], base: Base) -> None:
    found = base.understand(case["ask"])
    assert [each.key for each in found.conditions] == case["keys"]
    assert [each.words for each in found.unknown] == case.get("unknown", [])
    if "rest" in case:
        assert found.rest == case["rest"]
    if "labels" in case:
        assert [each.label for each in found.conditions] == case["labels"]


@pytest.mark.parametrize("ask", TRAPS)
def test_words_that_restrict_nothing(ask: str, base: Base) -> None:
    found = base.understand(ask)
    assert [each.key for each in found.conditions] == []
    assert [each.words for each in found.unknown] == []


def test_there_are_enough_cases_and_half_of_them_are_traps() -> None:
    traps = len(TRAPS) + sum(not case["keys"] for case in CASES)
    assert len(CASES) + len(TRAPS) >= 200 and traps >= 100


@pytest.mark.parametrize("case", [c for c in CASES if c["keys"]], ids=lambda case: str(case["ask"]))
def test_each_condition_stands_in_the_text_and_can_be_taken_away(case: dict[str, Any], base: Base) -> None:
    found = base.understand(case["ask"])
    spans = [each.span for each in found.conditions]
    assert all(0 <= span.start < span.end <= len(found.text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    for each in found.conditions:
        left = found.without([each.key])
        assert each.key not in [other.key for other in left.conditions]
        words = found.text[each.span.start : each.span.end].strip(" ，,。；;、：:？?的（）()")
        assert words in left.rest
    everything = found.without([each.key for each in found.conditions])
    assert everything.conditions == () and everything.rest == remainder(found.text, ())


@given(
    st.text(
        alphabet="省科技厅牵头的137号文第三条《》“”（一）500万元以上不低于上限比例30%2024年有效印发济南市 ?？，",
        max_size=40,
    )
)
def test_any_text_gives_conditions_that_stand_in_it(text: str) -> None:
    found = understand(text, _SMALL, TODAY, lambda document: ())
    for each in found.conditions:
        assert 0 <= each.span.start < each.span.end <= len(text)
        assert each.key and each.label
    assert found.without([each.key for each in found.conditions]).conditions == ()


def test_three_thousand_documents_cost_a_millisecond() -> None:
    kinds = ("若干措施", "管理办法", "行动计划", "实施细则", "实施方案")
    text = "{number}\n关于支持第{n}类{city}产业发展的{kind}\n一、支持研发。（省科技厅牵头）\n"
    one = parse_text(text.format(number="甲字〔2024〕1号", n=1, city="滨海", kind=kinds[0]), "a.txt")
    many = [
        dataclasses.replace(
            one,
            id=f"甲字〔{2000 + n % 25}〕{n}号",
            doc_number=f"甲字〔{2000 + n % 25}〕{n}号",
            title=f"甲市关于支持第{n}类产业创新发展的{kinds[n % 5]}",
            region="山东省济南市" if n % 2 else "山东省",
        )
        for n in range(3000)
    ]
    units = [
        f"{level}{name}" for level in ("省", "市") for name in ("科技厅", "财政厅", "人力资源社会保障厅")
    ]
    known = Known.of(many, units)
    queries = [
        "济南的人才公寓",
        "由省人社厅牵头的",
        "第17类产业管理办法怎么申请",
        "补贴50万以上",
        "137号文第八条",
    ] * 4
    understand(queries[0], known, TODAY)
    start = time.process_time()
    for query in queries:
        understand(query, known, TODAY)
    assert (time.process_time() - start) / len(
        queries
    ) < 0.01  # ten times what was measured, for slow machines


def test_documents_are_alternatives_and_narrow_places(base: Base) -> None:
    assert base.understand("137号文和687号文有什么区别").documents == {
        "鲁科字〔2024〕137号",
        "鲁发改高技〔2025〕687号",
    }
    assert base.understand("济南 人才公寓").documents is not None
    assert base.understand("人才公寓").documents is None
    assert base.understand("137号文三（一）").clauses == {"鲁科字〔2024〕137号 三/（一）"}


@pytest.mark.parametrize(
    ("ask", "admitted"),
    [
        ("现行有效", True),
        ("2022年5月1日有效的政策", False),
        ("2022年还有效的政策", True),
        ("2028年还有效的政策", False),
        ("2022年印发的", True),
        ("2022年以前印发的文件", False),
    ],
)
def test_days_admit_documents(ask: str, admitted: bool) -> None:
    record = DocumentRecord(
        id="济人社发〔2022〕8号",
        content_hash="",
        title="济南市人才公寓管理办法",
        notice_title="",
        doc_number="济人社发〔2022〕8号",
        issuers=(),
        region="山东省济南市",
        level="市",
        issued_on=date(2022, 5, 2),
        effective_from=date(2022, 6, 1),
        effective_to=date(2027, 5, 31),
        supersedes=(),
        source_name="",
        added_at=datetime(2026, 1, 1),
        clause_count=3,
    )
    assert understand(ask, _SMALL, TODAY).admits(record) is admitted


_SMALL = Known.of([], ["省科技厅"])


def test_remainder_joins_what_is_left() -> None:
    assert remainder("省科技厅牵头的 床位", [Span(0, 7)]) == "床位"
