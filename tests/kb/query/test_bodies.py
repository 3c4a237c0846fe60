"""Which names are of the same government body."""

from __future__ import annotations

import pytest

from kb.query.bodies import Bodies, read_body

SAME = [
    ("省科技厅", "山东省科学技术厅"),
    ("科技厅", "省科技厅"),
    ("人社厅", "省人力资源社会保障厅"),
    ("省人社厅", "山东省人力资源和社会保障厅"),
    ("发改委", "省发展改革委"),
    ("发展改革委", "国家发展和改革委员会"),
    ("工信厅", "省工业和信息化厅"),
    ("省工信厅", "山东省工业和信息化厅"),
    ("市场监管局", "市市场监督管理局"),
    ("市监局", "市市场监管局"),
    ("药监局", "省药品监督管理局"),
    ("卫健委", "省卫生健康委"),
    ("卫健委", "卫生健康委员会"),
    ("住建厅", "省住房城乡建设厅"),
    ("医保局", "省医疗保障局"),
    ("国资委", "省国有资产监督管理委员会"),
    ("网信办", "互联网信息办公室"),
    ("省委组织部", "中共山东省委组织部"),
    ("组织部", "省委组织部"),
    ("青岛海关", "中华人民共和国青岛海关"),
    ("济南市科技局", "市科技局"),
    ("省政府办公厅", "山东省人民政府办公厅"),
    ("省残联", "省残疾人联合会"),
    ("团省委", "团省委"),
    ("滨海市财政局", "市财政局"),
]
OTHER = [
    ("省财政厅", "省民政厅"),
    ("市科技局", "省科技厅"),
    ("省科技厅", "市科技局"),
    ("国家药监局", "省药监局"),
    ("济南市科技局", "青岛市科技局"),
    ("省教育厅", "省公安厅"),
    ("省工信厅", "省科技厅"),
    ("青岛海关", "济南海关"),
    ("滨海市财政局", "云岭市财政局"),
    ("省委办公厅", "省政府办公厅"),
    ("科技厅", "科技厅和财政厅"),
    ("农业农村厅", "省林业厅"),
    ("县财政局", "市财政局"),
    ("厅", "省财政厅"),
    ("市场监管局", "市金融监管局"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_of_one_body(one: str, other: str) -> None:
    assert read_body(one).is_same(read_body(other)) and read_body(other).is_same(read_body(one))
    assert Bodies.of([other]).matching(one) == {other}


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_names_of_two_bodies(one: str, other: str) -> None:
    assert not read_body(one).is_same(read_body(other)) and not read_body(other).is_same(read_body(one))
    assert Bodies.of([other]).matching(one) == frozenset()


@pytest.mark.parametrize("text", ["国家药监局", "上海海关", "由青岛市公安局"])
def test_the_end_of_another_name_is_no_name(text: str) -> None:
    assert Bodies.of(["省药监局", "青岛海关", "县公安局"]).ending_at(text, len(text)) is None
