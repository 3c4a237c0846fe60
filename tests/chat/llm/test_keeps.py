"""A sentence keeps to the words of its quote: no other noun or verb, no qualifier left out; a true one stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from chat.answer import Answer, Status
from chat.assistant import Assistant
from chat.llm.claims import Claims
from chat.llm.keeps import keeps
from chat.llm.tools import Toolbox
from chat.llm.types import Matter
from kb import KnowledgeBase

PLAN, MEASURES = "鲁科字〔2024〕137号", "鲁发改高技〔2025〕687号"

FALSE = [
    (f"{PLAN} 二/（二）", "新获批10个化学1类药品临床试验批件"),
    (f"{PLAN} 二/（二）", "新取得10个生物1类药品临床试验批件"),
    (f"{PLAN} 一", "到2025年全省生物医药产业规模达到4000亿元以上"),
    (f"{PLAN} 一", "高新技术企业总数新增4000家"),
    (f"{PLAN} 一", "到2027年，突破100项以上重大关键技术"),
    (f"{PLAN} 四/（二）", "到2027年实施不少于50项省级科技创新项目"),
    (f"{PLAN} 四/（二）", "实施不少于50项省级科技创新项目"),
    (f"{PLAN} 四/（三）", "对高层次人才，推荐各类人才计划"),
    (f"{MEASURES} 二/8", "一类新药启动Ⅰ、Ⅱ、Ⅲ期临床试验的，最高分别给予1000万元、2000万元、3000万元"),
    (
        f"{MEASURES} 二/8",
        "对完成Ⅰ、Ⅱ、Ⅲ期临床试验的，给予最高分别为1000万元、2000万元、3000万元资金支持，给予不超过研发投入40%",
    ),
    (f"{MEASURES} 二/8", "每个项目每年累计不超过1亿元"),
    (f"{MEASURES} 二/8", "每个企业累计支持额度不超过1亿元"),
    (f"{MEASURES} 二/8", "每年累计支持额度不超过1亿元"),
    (f"{MEASURES} 二/5", "已建设3家左右省级区域细胞制备中心"),
    (f"{MEASURES} 二/5", "建设3家左右市级细胞制备中心"),
    (f"{MEASURES} 二/5", "布局建设3家细胞制备中心"),
    (f"{MEASURES} 二/5", "布局建设三家左右细胞治疗中心"),
    (f"{PLAN} 三/（三）", "第二类医疗器械注册申请审评时限60个工作日"),
    (f"{PLAN} 三/（三）", "第二类医疗器械注册申请审评时限为60个工作日"),
    (f"{PLAN} 三/（三）", "第二类医疗器械注册申请审评时限缩减30个工作日"),
    (f"{MEASURES} 四/17", "商业健康保险将细胞与基因治疗药物纳入保障范围"),
    (f"{MEASURES} 四/17", "商业健康保险已将细胞与基因治疗药物纳入保障范围"),
    (f"{MEASURES} 四/17", "鼓励医疗保险将细胞与基因治疗药物纳入保障范围"),
    (f"{PLAN} 三/（二）", "允许医疗机构临床试验的床位数不计入总床位数"),
    (f"{PLAN} 三/（二）", "鼓励医院按照核定床位的10%设置研究型床位"),
    (f"{PLAN} 三/（一）", "通过国家创新医疗器械特别审查程序的产品，经评审给予最高200万元资金支持"),
    (f"{PLAN} 三/（一）", "进入国家创新医疗器械特别审查程序的企业，经评审给予最高200万元资金支持"),
    (f"{PLAN} 三/（一）", "进入省级创新医疗器械特别审查程序的医疗器械产品，经评审给予最高200万元资金支持"),
    (f"{PLAN} 三/（一）", "进入国家创新医疗器械特别审查程序的医疗器械产品，给予最高200万元资金支持"),
    (
        f"{PLAN} 三/（一）",
        "首次取得第三类医疗器械注册证或在省内生产该产品的企业，纳入省级财政科技股权投资支持范围",
    ),
    (
        f"{PLAN} 三/（一）",
        "取得第三类医疗器械注册证并在省内生产该产品的企业，纳入省级财政科技股权投资支持范围",
    ),
    (f"{PLAN} 三/（一）", "对首次取得第三类医疗器械注册证的企业，给予省级财政股权投资资金"),
    (f"{PLAN} 三/（一）", "新升级为全国重点实验室的，国家和省级按规定给予1000万元经费支持"),
    (f"{PLAN} 三/（四）", "给予单个产品最高500万元保费补贴"),
    (f"{MEASURES} 三/12", "给予细胞与基因治疗企业博士后工作站资金支持"),
    (f"{MEASURES} 三/12", "支持高校设立博士后工作站10家左右"),
    (f"{MEASURES} 三/12", "支持企业设立博士后工作站等重点人才平台10家"),
    (f"{MEASURES} 四/14", "在全省开展细胞与基因治疗前沿技术研究试点"),
    (f"{MEASURES} 四/14", "在山东自由贸易试验区内开展细胞与基因治疗前沿技术研究试点"),
    (f"{PLAN} 一", "新增三类医疗器械，总数达到4000家"),
    (f"{PLAN} 三/（四）", "本省医疗机构必须采购经省有关部门认定的医疗器械首台（套）产品"),
    (f"{PLAN} 三/（四）", "鼓励本省医疗机构采购医疗器械首台（套）产品"),
    (f"{MEASURES} 三/11", "引导社会资本加大对成熟期细胞与基因治疗企业的支持力度"),
]
TRUE = [
    (f"{PLAN} 一", "新获批上市1类新药6个左右，新获批临床试验1类新药数量30个左右，新增三类医疗器械300个左右"),
    (f"{PLAN} 三/（四）", "鼓励本省医疗机构采购经省有关部门认定的医疗器械首台（套）产品"),
    (f"{MEASURES} 三/11", "引导社会资本加大对初创期、成长期细胞与基因治疗企业的支持力度"),
    (f"{PLAN} 二/（二）", "新获批10个生物1类药品临床试验批件"),
    (f"{PLAN} 一", "到2027年，全省生物医药产业规模达到4000亿元以上"),
    (f"{PLAN} 一", "培育高新技术企业总数达到4000家"),
    (f"{PLAN} 四/（二）", "每年实施不少于50项省级科技创新项目"),
    (
        f"{MEASURES} 二/8",
        "完成I、II、III期临床试验的，经评审给予不超过研发投入40%，最高分别为1000万元、2000万元、3000万元资金支持，每家企业每年累计支持额度不超过1亿元",
    ),
    (f"{MEASURES} 二/8", "每个企业每年累计支持额度不超过1亿元"),
    (f"{MEASURES} 二/8", "由省科技厅牵头，省财政厅参与"),
    (f"{MEASURES} 二/5", "布局建设约3家省级区域细胞制备中心"),
    (f"{MEASURES} 二/5", "鲁发改高技〔2025〕687号提出布局建设3家左右省级区域细胞制备中心"),
    (f"{PLAN} 三/（三）", "第二类医疗器械注册申请审评时限由60个工作日缩减至30个工作日"),
    (f"{PLAN} 三/（三）", "第二类医疗器械注册申请审评时限缩减至30个工作日"),
    (f"{MEASURES} 四/17", "鼓励商业健康保险将细胞与基因治疗药物纳入保障范围"),
    (f"{PLAN} 三/（二）", "允许医疗机构仅用于创新药物和创新医疗器械临床试验的床位数不计入总床位数"),
    (f"{PLAN} 三/（二）", "鼓励高水平医院按照核定床位的10%设置研究型床位"),
    (f"{PLAN} 三/（一）", "对进入国家创新医疗器械特别审查程序的医疗器械产品，经评审给予最高0.02亿元资金支持"),
    (
        f"{PLAN} 三/（一）",
        "首次取得第三类医疗器械注册证并在省内生产该产品的企业，纳入省级财政科技股权投资支持范围",
    ),
    (f"{MEASURES} 四/14", "探索在山东自由贸易试验区内开展细胞与基因治疗前沿技术研究试点"),
    (f"{MEASURES} 四/18", "“白名单”制度由省商务厅牵头，省科技厅、省药监局、青岛海关、济南海关参与"),
]


@pytest.fixture(scope="module")
def stands(knowledge_base: KnowledgeBase) -> Callable[[str, str], bool]:
    """Whether a sentence that cites one clause stands, in an answer that has nothing else."""
    documents = {document.id: document for document in Assistant(knowledge_base).documents}
    matter = Matter(
        turns=("怎么规定的",),
        condensed="怎么规定的",
        answer=Answer("怎么规定的", date(2026, 1, 5), Status.ANSWERED, "", ()),
        documents=documents,
        search=lambda _: (),
        related=lambda _: True,
        rules=(),
        match=lambda _: pytest.fail("nothing is matched here"),
    )

    def check(clause: str, text: str) -> bool:
        toolbox = Toolbox(matter)
        toolbox.numbers[clause] = 1
        assert toolbox.clause(1), f"no such clause: {clause}"
        return Claims(matter, toolbox).add(f"{text}[1]。") is not None

    return check


@pytest.mark.parametrize(("clause", "text"), FALSE)
def test_another_word_or_a_lost_qualifier_does_not_stand(
    stands: Callable[[str, str], bool], clause: str, text: str
) -> None:
    assert not stands(clause, text)


@pytest.mark.parametrize(("clause", "text"), TRUE)
def test_what_the_clause_says_stands(stands: Callable[[str, str], bool], clause: str, text: str) -> None:
    assert stands(clause, text)


def test_every_sentence_of_a_clause_keeps_to_it(knowledge_base: KnowledgeBase) -> None:
    clauses = [clause for document in knowledge_base.documents() for clause in document.clauses]
    said = [(clause, text) for clause in clauses for text in re.split("[；。]", clause.text) if len(text) > 4]
    assert len(said) > 100
    assert [text for clause, text in said if not keeps(text, [clause.text])] == []
