"""The two policies we ship: their clauses, units, metadata and clean wording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import corpus
from corpus import NodeKind, PolicyDocument
from corpus.register import RegisterEntry, load_register

Tree = Callable[[PolicyDocument], dict[str, str]]
UNITS = yaml.safe_load((Path(__file__).parents[1] / "cases" / "units.yaml").read_text("utf-8"))
POLICIES = Path(corpus.__file__).parent / "policies"
FACTS = (
    "title",
    "notice_title",
    "doc_number",
    "issuers",
    "issued_on",
    "effective_from",
    "effective_to",
    "region",
)


def test_clauses_of_the_plan(plan: PolicyDocument, tree: Tree) -> None:
    assert tree(plan) == {
        "一": "主要目标",
        "二": "重点任务",
        "二/（一）": "实施化学药“国际化”提质创新行动",
        "二/（二）": "实施生物药“前沿化”提效创新行动",
        "二/（三）": "实施中医药“现代化”提标创新行动",
        "二/（四）": "实施医疗器械“国产化”提档创新行动",
        "二/（五）": "实施未来产业“跨界化”提速创新行动",
        "三": "支持政策",
        "三/（一）": "持续加大科技创新政策支持力度",
        "三/（二）": "提高临床医学研究和试验能力",
        "三/（三）": "加速生物医药产品审评审批",
        "三/（四）": "加快科技创新成果推广应用",
        "三/（五）": "强化金融社会资本支持",
        "三/（六）": "全面深化国际科技合作",
        "四": "重点举措",
        "四/（一）": "建立统筹协调机制",
        "四/（二）": "创新资金支持模式",
        "四/（三）": "加强人才队伍建设",
    }


def test_clauses_of_the_measures(measures: PolicyDocument, tree: Tree) -> None:
    items = {"一": range(1, 5), "二": range(5, 9), "三": range(9, 14), "四": range(14, 19)}
    headings = {
        "一": "提升创新策源能力",
        "二": "提高临床研究和转化水平",
        "三": "加快培育产业发展生态",
        "四": "强化创新制度供给",
    }
    expected = []
    for outer, numbers in items.items():
        expected += [(outer, headings[outer]), *((f"{outer}/{number}", "") for number in numbers)]
    assert list(tree(measures).items()) == expected


def test_ids_and_labels_are_what_people_write(plan: PolicyDocument, measures: PolicyDocument) -> None:
    clause, item = (
        plan.clause("鲁科字〔2024〕137号 三/（一）"),
        measures.clause("鲁发改高技〔2025〕687号 二/8"),
    )
    assert clause is not None and (clause.label, clause.level) == ("鲁科字〔2024〕137号 三、（一）", 2)
    assert item is not None and (item.label, item.level) == ("鲁发改高技〔2025〕687号 二、8", 2)


def test_parts_around_the_clauses(plan: PolicyDocument, measures: PolicyDocument) -> None:
    def names(document: PolicyDocument) -> list[str]:
        return [c.path[0] for c in document.clauses if c.kind is not NodeKind.CLAUSE]

    assert names(plan) == ["版头", "标题", "通知正文", "落款", "标题2", "引言", "落款2"]
    assert names(measures) == ["标题", "版头", "通知正文", "落款", "标题2", "引言"]


@pytest.mark.parametrize("which", ["plan", "measures"])
def test_units_of_each_clause(which: str, request: pytest.FixtureRequest) -> None:
    document: PolicyDocument = request.getfixturevalue(which)
    read = {
        "/".join(c.path): {"牵头": list(c.lead), "参与": list(c.participants)}
        for c in document.clauses
        if c.kind is NodeKind.CLAUSE
    }
    assert read == {str(path): units for path, units in UNITS[document.doc_number].items()}
    around = [c for c in document.clauses if c.kind is not NodeKind.CLAUSE]
    assert not any(c.lead or c.participants for c in around)


@pytest.mark.parametrize("which", ["plan", "measures"])
@pytest.mark.parametrize("fact", FACTS)
def test_the_text_alone_gives_what_the_register_says(
    which: str, fact: str, request: pytest.FixtureRequest
) -> None:
    document: PolicyDocument = request.getfixturevalue(which)
    entry: RegisterEntry | None = load_register(POLICIES).entry(document.source_name)
    assert entry is not None
    assert getattr(document, fact) == getattr(entry, fact)


@pytest.mark.parametrize(
    ("clause_id", "words"),
    [
        ("鲁科字〔2024〕137号 标题2", "山东省生物医药产业科技创新行动计划（2025—2027年）"),
        ("鲁科字〔2024〕137号 通知正文", "现将《山东省生物医药产业科技创新行动计划（2025—2027年）》印发给你们"),
        ("鲁科字〔2024〕137号 标题", "等10部门关于印发《山东省生物医药产业科技创新行动计划（2025—2027年）》的通知"),
        ("鲁科字〔2024〕137号 二/（一）", "成药性评价等应用基础研究新技术和新方法"),
        ("鲁科字〔2024〕137号 二/（一）", "新取得2个化学1类药品生产批件"),
        ("鲁科字〔2024〕137号 二/（二）", "获得候选药物不少于50个"),
        ("鲁科字〔2024〕137号 二/（三）", "化学结构改构等关键技术"),
        ("鲁科字〔2024〕137号 二/（四）", "3D4K荧光设备、3D/4D打印组织工程技术"),
        ("鲁科字〔2024〕137号 二/（五）", "现场可编程门阵列（FPGA）智能加速"),
        ("鲁科字〔2024〕137号 二/（五）", "力争1—2个细胞基因治疗1类新药获批上市"),
        ("鲁科字〔2024〕137号 三/（一）", "（省科技厅牵头，省发展改革委、省财政厅、省卫生健康委、省药监局按职责分工负责）"),
        ("鲁科字〔2024〕137号 三/（四）", "对具有自主知识产权的创新药品"),
        ("鲁科字〔2024〕137号 三/（四）", "给予单个企业最高500万元保费补贴"),
        ("鲁科字〔2024〕137号 四/（二）", "每年实施不少于50项省级科技创新项目"),
        ("鲁发改高技〔2025〕687号 标题2", "关于支持细胞与基因治疗产业高质量发展的若干措施"),
        ("鲁发改高技〔2025〕687号 版头", "鲁发改高技〔2025〕687号"),
        ("鲁发改高技〔2025〕687号 通知正文", "人力资源社会保障局、商务局"),
        ("鲁发改高技〔2025〕687号 一/1", "支持重点研发产业化项目承担生物医药产业创新发展专项"),
        ("鲁发改高技〔2025〕687号 一/1", "参与单位：省发展改革委、省工业和信息化厅）"),
        ("鲁发改高技〔2025〕687号 二/5", "布局建设3家左右省级区域细胞制备中心"),
        ("鲁发改高技〔2025〕687号 二/8", "给予不超过研发投入40%，最高分别为1000万元、2000万元、3000万元资金支持，每个企业"),
        ("鲁发改高技〔2025〕687号 三/9", "增强产业链关键环节控制力。（牵头单位"),
        ("鲁发改高技〔2025〕687号 四/18", "提升通关便利水平。（牵头单位：省商务厅"),
    ],
)  # fmt: skip
def test_page_layout_is_undone(
    clause_id: str, words: str, plan: PolicyDocument, measures: PolicyDocument
) -> None:
    clause = plan.clause(clause_id) or measures.clause(clause_id)
    assert clause is not None
    assert clause.text.count(words) == 1


def test_the_doubled_character_is_shown_once(plan: PolicyDocument) -> None:
    everything = "".join(clause.text for clause in plan.clauses)
    assert everything.count("应用基础研究") == 1
    assert "基基" not in everything


@pytest.mark.parametrize("which", ["plan", "measures"])
def test_no_numbered_clause_keeps_a_line_break_of_the_page(
    which: str, request: pytest.FixtureRequest
) -> None:
    document: PolicyDocument = request.getfixturevalue(which)
    for clause in document.clauses:
        if clause.kind is NodeKind.CLAUSE and clause.path != (
            "一",
        ):  # 一、主要目标 has its text on the next line
            assert "\n" not in clause.text, clause.id


@pytest.mark.parametrize("which", ["plan", "measures"])
def test_a_quote_is_found_where_it_is_printed(which: str, request: pytest.FixtureRequest) -> None:
    document: PolicyDocument = request.getfixturevalue(which)
    for clause in document.clauses:
        quote = clause.text[:12].split("\n")[0]
        span = clause.locate(quote)
        printed = "".join(document.source[span.start : span.end].split())
        assert printed.replace("(", "（").replace(")", "）") == quote.replace(" ", "")


@pytest.mark.parametrize("which", ["plan", "measures"])
def test_nothing_doubtful_in_our_policies(which: str, request: pytest.FixtureRequest) -> None:
    document: PolicyDocument = request.getfixturevalue(which)
    assert document.warnings == ()
