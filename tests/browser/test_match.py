"""政策匹配 in headless Chromium: a profile is matched, its most worthwhile gap filled, a measure computed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.steps import open_and_check


@pytest.mark.browser
def test_a_profile_is_matched_and_carried_to_the_calculator(page: Any) -> None:
    page.get_by_role("tab", name="政策匹配").click()
    for label, value in (("所在地", "烟台"), ("注册分类", "一类新药"), ("研发投入", "很多")):
        page.locator("#pk-match").get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="匹配", exact=True).click()
    page.wait_for_function("document.querySelector('#pk-match [data-wrong=rd_spending]').textContent !== ''")
    assert page.evaluate("document.activeElement.name") == "rd_spending"
    page.keyboard.press("Control+A")
    page.keyboard.type("1亿")
    page.locator("#pk-match").get_by_label("研发阶段", exact=True).fill("III")
    page.locator("#pk-match").get_by_label("其他情况", exact=False).fill("产品在省内转化")
    page.get_by_role("button", name="匹配", exact=True).click()
    page.locator("#pk-matches:not([aria-busy]) .pk-matched").wait_for()
    counted = page.locator(".pk-tally li").all_inner_texts()
    assert len(counted) == 3 and page.locator(".pk-measure").count() <= 60

    page.locator("[data-focus], [data-fact]").first.wait_for()
    asked = page.locator(".pk-next").inner_text()
    page.locator("[data-focus]").click()
    page.keyboard.type("企业")
    page.wait_for_function("asked => document.querySelector('.pk-next')?.innerText !== asked", arg=asked)

    page.get_by_label("筛选结果").fill("创新药 临床试验研发")
    page.wait_for_function("document.querySelectorAll('.pk-measure').length < 5")
    open_and_check(page, page.locator(".pk-measure .pk-cite:visible").first, "省内转化")
    if page.locator("#pk-side.pk-opened .pk-close:visible").count():
        page.keyboard.press("Escape")
    page.locator('[data-calculate="clinical_trial"]').click()
    page.locator(".pk-answer .pk-amount").wait_for()
    assert page.get_by_label("Ⅲ期", exact=True).is_checked()
    assert "3000万元" in page.locator(".pk-answer .pk-amount").inner_text()

    page.get_by_role("tab", name="政策匹配").click()
    assert page.locator("#pk-match").get_by_label("所在地", exact=True).input_value() == "烟台"
    page.locator("#pk-match").get_by_role("button", name="清空").click()
    assert page.locator("#pk-match").get_by_label("所在地", exact=True).input_value() == ""
    assert page.locator(".pk-matched").count() == 0
