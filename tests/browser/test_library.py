"""知识库 in headless Chromium, as an admin works in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.admin import documents_beside, password_of
from tests.browser.steps import choose

NOTICE = """示范市人民政府办公室关于印发示范市技术改造奖补办法的通知

示府办〔2024〕8号

一、支持技术改造。对企业实施的技术改造项目，按设备投资的8%给予补助，最高不超过500万元。

二、支持平台建设。对新认定的国家级、省级企业技术中心，分别给予200万元、100万元一次性奖励。

示范市人民政府办公室
2024年3月1日
"""


def _card(page: Any) -> Any:
    """The document of these tests in the list."""
    return page.locator(".pk-lib-doc").filter(has_text="示范市")


def _logs_in(page: Any, right: str) -> None:
    """Wrong, then right."""
    library = page.locator("#pk-library")
    library.get_by_role("button", name="管理员登录").click()
    password = library.get_by_label("管理密码")
    password.fill("guess")
    password.press("Enter")
    library.get_by_text("密码不对").wait_for()
    password.fill(right)
    password.press("Enter")
    library.get_by_text("已登录").wait_for()


def _corrects(page: Any) -> None:
    """A title and a number, after a date that is none."""
    library, dialog = page.locator("#pk-library"), page.get_by_role("dialog")
    _card(page).get_by_role("button", name=re.compile("改信息")).click()
    dialog.get_by_label("失效日期").fill("2025-13-01")
    dialog.get_by_role("button", name="预览改动").click()
    dialog.get_by_text("失效日期“2025-13-01”不是日期").wait_for()
    dialog.get_by_label("失效日期").fill("2099年12月31日")
    dialog.locator("[name=title]").fill("示范市技改奖补办法")
    dialog.get_by_label("文号").first.fill("示政发[2024] 9 号")
    dialog.get_by_role("button", name="预览改动").click()
    told = dialog.locator(".pk-lib-changes").inner_text()
    assert "示府办〔2024〕8号" in told and "示政发〔2024〕9号" in told and "2099-12-31" in told
    dialog.get_by_role("button", name="确认修改").click()
    library.get_by_text("已保存“示范市技改奖补办法”的信息").wait_for()
    page.locator("#pk-panel").get_by_text("示政发〔2024〕9号").wait_for()  # drawn anew
    library.get_by_role("button", name="《示范市技改奖补办法》", exact=True).click()
    page.locator("#pk-panel .pk-node").first.wait_for()


def _confirms_and_computes(page: Any) -> None:
    """A draft: one figure wrong, then right, and it computes."""
    library = page.locator("#pk-library")
    _card(page).get_by_role("button", name=re.compile("补贴规则：")).click()
    card = library.locator(".pk-lib-rule").filter(has_text="设备投资")
    card.locator(".pk-lib-rule-text mark").first.wait_for()
    card.get_by_role("button", name=re.compile("^修改")).click()
    text = card.locator("textarea")
    text.wait_for()
    right = text.input_value()
    text.fill(right.replace("value: 8%", "value: 80%"))
    card.get_by_role("button", name="改后确认").click()
    card.get_by_text("里没有 80%").first.wait_for()
    text.fill(re.sub("title: .*", "title: 技改补助", right))
    card.get_by_role("button", name="改后确认").click()
    library.get_by_text("已确认规则“技改补助”").wait_for()
    page.get_by_role("tab", name="补贴测算").click()
    page.locator(".pk-rules button").filter(has_text="技改补助").wait_for(state="attached")
    choose(page, "技改补助")
    page.get_by_label("设备投资", exact=False).first.fill("3000万")
    page.get_by_label("设备投资", exact=False).first.press("Enter")
    page.get_by_text("240万元").first.wait_for()


def _removes_and_reads_the_log(page: Any) -> None:
    """Gone, and told who did what."""
    library, dialog = page.locator("#pk-library"), page.get_by_role("dialog")
    page.get_by_role("tab", name="知识库").click()
    library.get_by_role("radio", name="文件").click()
    _card(page).get_by_role("button", name=re.compile("删除")).click()
    dialog.get_by_text("技改补助").wait_for()
    dialog.get_by_role("button", name="删除").click()
    library.get_by_text("已从知识库删除").wait_for()
    _card(page).wait_for(state="detached")
    library.get_by_role("radio", name="变更记录").click()
    rows = library.locator(".pk-lib-log tbody tr")
    rows.first.wait_for()
    actions = [row.locator("td").nth(2).inner_text() for row in rows.all()]
    assert actions[:2] == ["删除", "确认规则"] and set(actions[2:]) >= {"改信息", "入库"}
    assert rows.first.locator("td").nth(1).inner_text() == "网页管理员"
    library.locator("section:visible [name=words]").fill("示府办 入库")
    page.wait_for_function("() => document.querySelectorAll('.pk-lib-log tbody tr').length === 1")


@pytest.mark.browser
def test_an_admin_corrects_confirms_and_removes(browser: Any, address: str, home: Path) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(180_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda sent: None if sent.url.startswith((address, "data:", "blob:")) else faults.append(sent.url),
    )
    with documents_beside(address, home, {"办法.txt": NOTICE}):
        page.goto(f"{address}#library")
        _card(page).wait_for()
        library = page.locator("#pk-library")
        assert library.get_by_role("button", name=re.compile("删除")).count() == 0
        _logs_in(page, password_of(home))
        _corrects(page)
        _confirms_and_computes(page)
        _removes_and_reads_the_log(page)
        library.get_by_role("button", name="退出管理").click()
        library.get_by_role("button", name="管理员登录").wait_for()
        assert page.request.post(f"{address}library/remove", data={"id": "甲"}).status == 401
    context.close()
    assert faults == []


@pytest.mark.browser
def test_a_reader_looks_documents_up(page: Any) -> None:
    page.get_by_role("tab", name="知识库").click()
    library = page.locator("#pk-library")
    docs = library.locator(".pk-lib-doc")
    docs.nth(1).wait_for()
    library.locator("section:visible [name=words]").fill("细胞与基因")
    page.wait_for_function("() => document.querySelectorAll('.pk-lib-doc').length === 1")
    library.get_by_text("1 份，共 2 份文件").wait_for()
    library.get_by_label("效力").select_option("已废止")
    library.get_by_text("没有符合条件的文件").wait_for()
    library.get_by_label("效力").select_option("")
    docs.first.locator(".pk-lib-doc-title").click()
    page.locator("#pk-panel .pk-node").first.wait_for()
    assert not library.get_by_role("radio", name="变更记录").is_visible()
    assert not page.locator("#pk-library-upload").is_visible()
