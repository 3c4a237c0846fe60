"""评测 in headless Chromium: a set is run by the admin, looked into, compared and deleted; others read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import tour
from tests.browser.admin import password_of
from tests.browser.steps import ON_DESKTOP, open_and_check

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(page: Any) -> Any:
    tour.evaluation(page)
    return page.locator("#pk-evaluation")


def log_in(page: Any, home: Path) -> None:
    tour.log_in(page, password_of(home))
    tour.go(page, "评测")


@ON_DESKTOP
def test_a_run_goes_on_while_nobody_looks_until_it_is_stopped(
    page: Any, tab: Any, home: Path, address: str
) -> None:
    assert tab.get_by_role("button", name="开始评测").count() == 0
    tab.get_by_role("link", name="“知识库”页").click()
    page.get_by_role("tab", name="知识库", selected=True).wait_for()
    log_in(page, home)
    tab.get_by_role("button", name="开始评测").click()
    page.wait_for_function("() => Number(document.querySelector('.pk-ev-track').ariaValueNow) > 0")
    page = page.context.new_page()
    page.goto(f"{address}#evaluation")
    tab = page.locator("#pk-evaluation")
    tab.get_by_text("正在评测：全部自带题集").wait_for()
    page.wait_for_function(
        "() => /每秒 .* 题，约剩/.test(document.querySelector('[data-part=speed]').textContent)"
    )
    assert tab.get_by_role("button", name="开始评测").is_disabled()
    tab.get_by_role("button", name="停止").click()
    tab.get_by_text("已停止：全部自带题集").wait_for()
    assert tab.get_by_role("button", name="开始评测").is_enabled()


def test_a_set_of_ones_own_is_run_looked_into_compared_and_deleted(page: Any, tab: Any, home: Path) -> None:
    log_in(page, home)
    tour.evaluate(page, tour.QA.replace('"not_found"', '"answered"'))
    assert "没有未通过的题" in tab.inner_text()
    tour.evaluate(page)
    cards = tab.locator(".pk-ev-cards").inner_text()
    assert "66.6%" in cards and "2 / 3 题" in cards
    assert tab.locator(".pk-ev-table tbody tr").count() > 5
    assert "范围以外" not in tab.inner_text() and tab.get_by_text("应拒答，却作了答").count() >= 1

    wrong = tab.locator(".pk-ev-wrong details")
    assert wrong.count() == 1
    wrong.locator("summary").click()
    open_and_check(page, wrong.locator("[data-start]").first, "床位")
    page.locator(".pk-close:visible").click()

    tab.get_by_label("与另一次评测比较").select_option(index=1)
    compared = tab.locator(".pk-ev-compared")
    compared.wait_for()
    assert "没有显著差别" in compared.inner_text() and "2 题参加比较" in compared.inner_text()

    with page.expect_download() as got:
        tab.get_by_role("link", name="逐题答案").click()
    assert len(got.value.path().read_text("utf-8").splitlines()) == 3
    with page.expect_popup() as opened:
        tab.get_by_role("link", name="完整报告").click()
    opened.value.locator(".js-plotly-plot svg").first.wait_for()
    assert opened.value.evaluate("origin") == "null", "the report shares nothing with the page"
    opened.value.close()

    name = tab.locator(".pk-ev-run").get_attribute("data-run-id")
    remove = tab.get_by_role("button", name="删除")
    remove.click()
    tab.get_by_role("button", name="再点一次确认删除").click()
    tab.get_by_text("已删除这次评测").wait_for()
    assert tab.locator(f'[data-run="{name}"]').count() == 0


def test_what_is_wrong_with_a_set_is_said_beside_the_form(browser: Any, address: str, home: Path) -> None:
    page = browser.new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{address}#evaluation")
    page.get_by_text("知识库已就绪").wait_for()
    log_in(page, home)
    tab = page.locator("#pk-evaluation")
    tab.get_by_label("题集", exact=True).select_option("text")
    tab.get_by_label("题集内容").fill('{"id": "a", "question": "？"}\n{"id": "b", "qestion": "？"}')
    tab.get_by_role("button", name="开始评测").click()
    tab.get_by_text("题集.jsonl 第 2 行").wait_for()
    assert tab.get_by_label("题集内容").input_value() != ""
    page.close()
