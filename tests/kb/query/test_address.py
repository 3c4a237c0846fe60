"""Clause addresses and document names: readable cases over the two seeds and over made documents without 文号."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

import corpus
from corpus import Clause, NodeKind, PolicyDocument
from ingest import parse_file, parse_text
from ingest.numbering import chinese_number
from kb.query.address import Found, find_neighbour
from kb.query.address import find_clause as find_among
from kb.query.known import Known
from kb.query.names import Mention
from kb.query.names import find_documents as find_known

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "addresses.yaml").read_text("utf-8")
)
MADE = (
    """滨海市数据条例
第一章 总则
第一条 为了规范数据处理活动，制定本条例。
第二条 本条例适用于本市行政区域内的数据处理活动。
第二章 数据权益
第三条 自然人对下列数据享有权益：
（一）个人信息；
（二）依法取得的其他数据。
第四条 市人民政府设立数据主管部门。
第三章 附则
第五条 本条例自2024年1月1日起施行。
""",
    """云岭市制造业补贴办法
第一条 对完成智能化改造的制造业企业，按设备投入的15%给予补贴，单个企业最高300万元。
第二条 对新认定的市级绿色工厂，一次性奖励20万元。
第三条 本办法自2024年1月1日起施行。
""",
    """关于加强校园食品安全工作的通知
各区教育局：
一、落实校长负责制。学校食堂应当每日留样。
二、开展检查
（一）每学期检查不少于2次。
（二）检查结果向家长公开。
""",
    """云岭市人才公寓管理办法
一、申请人应当在本市缴纳社会保险满一年。
二、租金标准
（一）博士按市场租金的30%收取。
（二）硕士按市场租金的50%收取。
""",
)


def find_documents(text: str, documents: Sequence[PolicyDocument]) -> Mention:
    return find_known(text, Known.of(documents))


def find_clause(mention: Mention, documents: Sequence[PolicyDocument]) -> tuple[bool, list[Found]]:
    by_id = {document.id: document for document in documents}
    return find_among(mention, mention.documents or list(by_id), lambda each: by_id[each].clauses)


@pytest.fixture(scope="module")
def groups() -> dict[str, list[PolicyDocument]]:
    files = sorted((Path(corpus.__file__).parent / "policies").glob("*.txt"))
    return {
        "seeds": [parse_file(file) for file in files],
        "made": [parse_text(text, "a.txt") for text in MADE],
    }


def expand(written: str, documents: Sequence[PolicyDocument]) -> str:
    """``687号 二/8`` to a clause id."""
    name, _, path = written.partition(" ")
    (document,) = [d for d in documents if d.id.endswith(name)]
    assert document.clause(f"{document.id} {path}"), f"the case names {written}, which is not there"
    return f"{document.id} {path}"


def named(case: dict[str, Any]) -> str:
    return str(case["ask"])


def check(case: dict[str, Any], documents: list[PolicyDocument]) -> None:
    mention = find_documents(case["ask"], documents)
    wanted = [d.id for d in documents if any(d.id.endswith(name) for name in case["documents"])]
    assert len(wanted) == len(case["documents"]), "the case names a document that is not there"
    assert list(mention.documents) == wanted
    assert list(mention.unknown) == case.get("unknown", [])
    assert mention.both is case.get("both", False)
    asked, found = find_clause(mention, documents)
    assert asked is ("clauses" in case)
    expected = {expand(written, documents) for written in case.get("clauses", [])}
    assert {each.clause.id for each in found} == expected
    for each in found:
        assert each.clause.id.startswith(f"{each.document} ")


@pytest.mark.parametrize("case", CASES["seeds"], ids=named)
def test_address_in_the_shipped_policies(
    case: dict[str, Any], groups: dict[str, list[PolicyDocument]]
) -> None:
    check(case, groups["seeds"])


@pytest.mark.parametrize("case", CASES["made"], ids=named)
def test_address_in_documents_that_are_not_the_seeds(
    case: dict[str, Any], groups: dict[str, list[PolicyDocument]]
) -> None:
    check(case, groups["made"])


@pytest.mark.parametrize("case", CASES["neighbours"], ids=lambda case: f"{case['from']} {case['ask']}")
def test_neighbour(case: dict[str, Any], groups: dict[str, list[PolicyDocument]]) -> None:
    every = groups["seeds"] + groups["made"]
    start = expand(case["from"], every)
    document = next(d for d in every if d.clause(start))
    clause = document.clause(start)
    assert clause is not None
    found = find_neighbour(case["ask"], document.clauses, clause)
    assert (found.id if found else None) == (expand(case["gives"], every) if case["gives"] else None)


def numbered(document: PolicyDocument) -> list[Clause]:
    return [clause for clause in document.clauses if clause.kind is NodeKind.CLAUSE]


@pytest.mark.parametrize("group", ["seeds", "made"])
def test_every_label_and_every_id_is_an_address(group: str, groups: dict[str, list[PolicyDocument]]) -> None:
    documents = groups[group]
    for document in documents:
        for clause in numbered(document):
            if len(clause.path) == 1 and not clause.path[0].startswith("第"):
                continue  # 三 on its own is no address
            for written in (clause.label, clause.id):
                mention = find_documents(written, documents)
                assert mention.documents == (document.id,), written
                assert find_clause(mention, documents) == (True, [Found(document.id, clause)]), written


def test_every_clause_of_a_seed_is_found_by_its_place_in_its_part(
    groups: dict[str, list[PolicyDocument]],
) -> None:
    documents = groups["seeds"]
    checked = 0
    for document in documents:
        for part in [clause for clause in numbered(document) if clause.level == 1]:
            for place, child in enumerate(document.children(part), start=1):
                written = f"{document.doc_number}第{part.path[0]}部分第{place}条"
                if any(chinese_number(other.path[-1]) == place for other in document.children(part)):
                    continue  # 第三部分第9条 is the one with that number
                checked += 1
                mention = find_documents(written, documents)
                assert find_clause(mention, documents) == (True, [Found(document.id, child)]), written
    assert checked > 10


def test_running_numbers_are_found_without_their_part(groups: dict[str, list[PolicyDocument]]) -> None:
    documents = groups["seeds"]
    measures = next(d for d in documents if d.doc_number.endswith("687号"))
    for number in range(1, 19):
        mention = find_documents(f"687号文第{number}条", documents)
        _, found = find_clause(mention, documents)
        assert [each.clause.path[-1] for each in found] == [str(number)]
        assert found[0].document == measures.id


def test_a_nickname_of_two_documents_points_at_neither() -> None:
    documents = [
        parse_text(f"{city}人才公寓管理办法\n第一条 租金减半。\n", "a.txt") for city in ("甲市", "乙市")
    ]
    assert find_documents("管理办法第一条", documents).documents == ()
    assert find_documents("甲市人才公寓管理办法第一条", documents).documents == (documents[0].id,)


def test_no_documents_no_hits() -> None:
    mention = find_documents("687号文第8条", [])
    assert (mention.documents, mention.unknown) == ((), ("687号文",))
    assert find_clause(mention, []) == (True, [])


NOTICE = """商务部公告2024年第5号
关于蜂蜜进口的公告
第一条 进口蜂蜜应当有产地证明。
第二条 本公告自2024年5月1日起施行。
"""


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("商务部公告2024年第5号第一条", True),
        ("中华人民共和国商务部公告2024年第5号第一条", True),
        ("公告2024年第5号第一条", True),
        ("商务部2024年第5号公告第一条", True),
        ("商务部公告2023年第5号第一条", False),
        ("民政部公告2024年第5号第一条", False),
        ("商务部令第5号第一条", False),
    ],
)
def test_an_announcement_is_named_by_organ_year_and_number(question: str, known: bool) -> None:
    document = parse_text(NOTICE, "a.txt")
    mention = find_documents(question, [document])
    assert mention.documents == ((document.id,) if known else ())
    assert mention.sure is known and bool(mention.unknown) is not known
    _, found = find_clause(mention, [document] if known else [])
    assert [each.clause.path for each in found] == ([("第一条",)] if known else [])
