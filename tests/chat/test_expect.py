"""Kinds of things a question asks for, and texts that have one or do not."""

from __future__ import annotations

import pytest

from chat.expect import KINDS, asked_kinds, classes, years

BY_NAME = {kind.name: kind for kind in KINDS}
ASKED = {
    "telephone": ["咨询电话是多少", "有没有联系方式", "官网链接发我一下", "联系人是谁"],
    "materials": ["要交哪些材料", "申请需要准备什么资料", "申报表在哪下载", "提交哪些证件"],
    "closing": ["申报截止日期是哪天", "报名时间是几号", "什么时候开始申报"],
    "deadline": ["申报截止日期是哪天", "什么时候能申请", "报名时间是几号", "钱多久到账"],
    "roster": ["入选名单有吗", "有哪几家企业拿到了", "企业排名", "哪些公司入选"],
    "criteria": ["认定标准是啥", "怎么评分", "评定条件有哪些", "专家打分占比"],
    "stacking": ["能和市里的叠加吗", "可以重复享受吗", "两项能同时申请吗", "能兼得吗"],
    "rate": ["比例是多少", "利率几个点", "能补百分之几", "补几成"],
    "money": ["能补多少钱", "奖励多少万", "额度是多少", "给多少", "最高能拿多少", "补贴标准"],
    "duration": ["审评时限缩减到多少个工作日", "要多久", "需要多长时间", "几个月"],
    "count": ["建几家细胞制备中心", "多少家高企", "批件目标是几个", "制定多少项标准"],
}
NOT_ASKED = {
    "telephone": ["白名单由谁牵头", "能补多少钱"],
    "materials": ["支持新型材料研发产业化吗", "哪些材料技术要攻关"],
    "closing": ["行动计划什么时候印发", "审评时限多久", "文件哪天印发"],
    "deadline": ["行动计划什么时候印发", "能报销吗"],
    "roster": ["白名单制度怎么规定", "哪些企业可以申请"],
    "criteria": ["中药材等级标准定几个", "由谁评审"],
    "stacking": ["完成II期能拿多少", "伦理审查互认吗"],
    "rate": ["上限是多少", "首台套保险怎么补"],
    "money": ["补多少家企业", "审评时限缩减到多少个工作日", "由谁牵头"],
    "duration": ["建几家中心", "能补多少钱"],
    "count": ["是几个部门联合印发的", "利率几个点", "几个工作日"],
}
GIVEN = {
    "telephone": ["电话：0531-51751000", "手机13800138000", "见 http://kjt.shandong.gov.cn"],
    "materials": ["应提交申请书和证明", "提供下列材料"],
    "closing": ["每年3月31日前申报", "全年受理"],
    "deadline": ["每年3月31日前申报", "申请之日起20个工作日", "受理后15日内"],
    "roster": ["入选名单如下"],
    "criteria": ["认定条件：", "应当具备下列条件", "符合下列要求的"],
    "stacking": ["不得重复享受", "按就高原则", "不再给予支持"],
    "rate": ["不超过研发投入40%", "百分之十", "按三成补"],
    "money": ["最高2000万元", "给予五百万元", "每年1亿元", "每人5000元", "累计1亿"],
    "duration": ["60个工作日缩减至30个", "实施期三年", "24小时"],
    "count": ["3家左右", "十项任务"],
}
NOT_GIVEN = {
    "telephone": ["由省科技厅牵头", "最高2000万元"],
    "materials": ["给予资金支持"],
    "closing": ["注册申请审评时限由60个工作日缩减至30个", "2025—2027年"],
    "deadline": ["2025—2027年", "加快审评审批"],
    "roster": ["完善“白名单”制度"],
    "criteria": ["经评审给予支持"],
    "stacking": ["每个企业每年累计不超过1亿元"],
    "rate": ["最高2000万元", "按规定给予支持"],
    "money": ["按规定给予资金支持", "培育4000家", "超过10万人", "研发投入40%"],
    "duration": ["缩短审评时限", "最高200万元"],
    "count": ["引导社会资本加大支持力度"],
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in table.items() for text in texts]


def test_every_kind_has_cases() -> None:
    assert set(BY_NAME) == set(ASKED) == set(NOT_ASKED) == set(GIVEN) == set(NOT_GIVEN)


@pytest.mark.parametrize(("name", "question"), pairs(ASKED))
def test_asked(name: str, question: str) -> None:
    assert name in [kind.name for kind in asked_kinds(question)]


@pytest.mark.parametrize(("name", "question"), pairs(NOT_ASKED))
def test_not_asked(name: str, question: str) -> None:
    assert name not in [kind.name for kind in asked_kinds(question)]


@pytest.mark.parametrize(("name", "text"), pairs(GIVEN))
def test_given(name: str, text: str) -> None:
    assert BY_NAME[name].in_text(text)


@pytest.mark.parametrize(("name", "text"), pairs(NOT_GIVEN))
def test_not_given(name: str, text: str) -> None:
    assert not BY_NAME[name].in_text(text)


@pytest.mark.parametrize(
    "question", ["白名单由谁牵头", "伦理审查结果互认吗", "支持人工智能吗", "", "今天天气怎么样"]
)
def test_questions_for_no_kind(question: str) -> None:
    assert asked_kinds(question) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2025—2027年", {2025, 2027}),
        ("2025-2027年", {2025, 2027}),
        ("2025年至2027年", {2025, 2027}),
        ("到2027年", {2027}),
        ("2024年12月6日", {2024}),
        ("1998年以来", {1998}),
        ("2000万元", set()),
        ("12025年", set()),
        ("2025万元", set()),
        ("三年", set()),
    ],
)
def test_years(text: str, found: set[int]) -> None:
    assert years(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("首次取得第三类医疗器械注册证", {3}),
        ("第二类和第三类", {2, 3}),
        ("1类化学药、一类新药", {1}),
        ("II类器械", {2}),
        ("Ⅲ类医疗器械", {3}),
        ("3类", {3}),
        ("各类基金", set()),
        ("这类型的一类似物", set()),
        ("5类", set()),
        ("II期", set()),
    ],
)
def test_classes(text: str, found: set[int]) -> None:
    assert classes(text) == found
