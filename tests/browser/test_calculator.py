"""补贴测算 in headless Chromium: a rule is chosen and filled in, the drawing read, projects compared and taken away."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document

from tests.browser.steps import choose, open_and_check


def compute(page: Any, **values: str) -> None:
    """Fill in fields by their labels, compute and wait for the result."""
    for label, value in values.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="测算", exact=True).click()
    page.locator(".pk-answer:not([aria-busy]) .pk-amount").wait_for()


@pytest.mark.browser
def test_errors_stand_beside_their_field_and_steps_below_the_amount(page: Any) -> None:
    page.get_by_role("tab", name="补贴测算").click()
    shown = []
    for number in (1, 2):  # a rule is of every document it rests on
        page.locator(".pk-picker select").select_option(index=number)
        shown.append(page.locator(".pk-rules li:visible").filter(has_text="创新药临床").count())
    assert shown == [1, 1]
    page.locator(".pk-picker select").select_option(index=0)
    choose(page, "创新药 临床")
    page.get_by_label("Ⅱ期", exact=True).check()
    spending = page.get_by_label("研发投入", exact=True)
    spending.fill("很多")
    page.get_by_role("button", name="测算", exact=True).click()
    wrong = page.locator('[data-wrong="rd_spending"]')
    page.wait_for_function("document.querySelector('[data-wrong=\"rd_spending\"]').textContent !== ''")
    assert "很多" in wrong.inner_text() and spending.get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.name") == "rd_spending"

    compute(page, 研发投入="6000")  # the unit is chosen beside it
    assert page.locator('[data-said="rd_spending"]').inner_text() == "按“6000万元”计算"
    assert "2000万元" in page.locator(".pk-answer .pk-amount").inner_text()
    assert page.locator(".pk-answer .pk-calc tbody tr").count() >= 2
    assert "最高分别为" in page.locator(".pk-cap-words").text_content()
    drawing = page.locator(".pk-curve svg")
    drawing.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    read = page.locator(".pk-reading").inner_text()
    assert read.startswith("研发投入") and "万元：" in read
    page.keyboard.press("Enter")  # what is read is computed
    asked = read.removeprefix("研发投入").partition("：")[0]
    page.wait_for_function(
        "said => document.querySelector('.pk-answer .pk-calc td').textContent.includes(said)", arg=asked
    )
    open_and_check(page, page.locator(".pk-answer .pk-cites .pk-cite").first, "对在省内转化")


@pytest.mark.browser
def test_projects_are_compared_added_within_a_rule_and_taken_away(page: Any) -> None:
    page.get_by_role("tab", name="补贴测算").click()
    choose(page, "创新药 临床")
    for phase, spent in (("Ⅱ期", "6000万"), ("Ⅲ期", "2亿")):
        page.get_by_label(phase, exact=True).check()
        compute(page, 研发投入=spent)
        page.get_by_role("button", name="加入对比").click()
    page.get_by_text("合计最高").wait_for()
    assert "5000万元" in page.locator(".pk-joint .pk-amount").inner_text()
    choose(page, "保费")
    compute(page, **{"已缴保费（可不填）": "300万"})
    page.get_by_role("button", name="加入对比").click()
    page.get_by_text("能否叠加以政策原文为准").wait_for()
    assert page.locator(".pk-projects > tbody > tr").count() == 3
    assert "5300万元" not in page.locator(".pk-compare").inner_text()

    with page.expect_download() as taken:
        page.get_by_role("link", name="下载对比（Word）").click()
    paper = Document(BytesIO(taken.value.path().read_bytes()))
    assert "合计最高5000万元" in "\n".join(each.text for each in paper.paragraphs)

    page.get_by_role("button", name="修改项目2").click()
    page.get_by_role("button", name="更新对比中的这一项").wait_for()
    compute(page, 研发投入="1000万")
    page.get_by_role("button", name="更新对比中的这一项").click()
    page.locator(".pk-joint", has_text="2400万元").wait_for()
    page.reload()
    page.get_by_text("知识库已就绪").wait_for()
    page.get_by_role("tab", name="补贴测算").click()
    page.get_by_role("button", name="移除项目3").click()
    page.wait_for_function("document.querySelectorAll('.pk-projects > tbody > tr').length === 2")
    assert "能否叠加" not in page.locator(".pk-compare").inner_text()
