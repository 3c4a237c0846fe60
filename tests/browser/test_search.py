"""条款检索 in headless Chromium."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.steps import open_and_check


@pytest.mark.browser
def test_search_marks_words_and_opens_the_document(page: Any) -> None:
    page.get_by_role("tab", name="条款检索").click()
    box = page.get_by_placeholder("关键词、问题或条款编号")
    box.fill("首台套保费补贴")
    box.press("Enter")
    page.locator(".pk-hits > li").first.wait_for()
    assert page.locator(".pk-hits mark").count() > 0
    open_and_check(page, page.locator(".pk-hits button").first, "保费补贴")


@pytest.mark.browser
def test_a_condition_of_a_search_is_taken_away_and_brought_back(page: Any) -> None:
    page.get_by_role("tab", name="条款检索").click()
    box = page.get_by_placeholder("关键词、问题或条款编号")
    box.fill("省科技厅牵头的上限不低于500万元的条款")
    box.press("Enter")
    lead = page.get_by_role("button", name="去掉条件 牵头单位：省科技厅")
    lead.wait_for()
    hits = page.locator(".pk-hits > li")
    few = hits.all_inner_texts()
    assert page.locator(".pk-condition").count() == 2 and few
    page.get_by_role("button", name="去掉条件 上限").click()
    page.locator(".pk-taken").wait_for()
    assert hits.count() > len(few) and page.locator(".pk-condition").count() == 2
    back = page.get_by_role("button", name="恢复条件 上限")
    page.wait_for_function("() => document.activeElement.matches('.pk-taken')")
    back.press("Enter")
    page.locator(".pk-taken").wait_for(state="detached")
    assert hits.all_inner_texts() == few
    lead.click()
    page.locator(".pk-taken").wait_for()
    box.fill("省科技厅牵头的临床试验")
    box.press("Enter")
    page.get_by_role("button", name="上限").wait_for(state="detached")
    assert page.locator(".pk-taken").count() == 0 and lead.is_visible()
