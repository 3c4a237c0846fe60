"""条款检索 in headless Chromium: typing, chips, filters, files to take away, two documents side by side, two versions."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.browser.admin import documents_beside
from tests.browser.steps import ON_DESKTOP, open_and_check

pytestmark = pytest.mark.browser
OLD = """甲政发〔2019〕8号
甲市人民政府关于支持文旅产业发展的若干措施
一、支持政策
（一）对新评定的国家级旅游度假区，一次性给予50万元奖励。（市文化和旅游局牵头，市财政局配合）
（二）对首次入选名单的骨干旅行社，按上年度营业收入的20%给予补助，最高不超过300万元。（市文化和旅游局牵头）
（三）鼓励企业参加境外展会，展位费由财政承担一半，每家每年不超过5万元。
（四）建立项目储备库，实行动态管理，每季度调度一次进展情况。申报单位应当提交上年度审计报告，并对材料真实性负责。
二、附则
（一）本措施自印发之日起施行，有效期至2022年12月31日。
甲市人民政府
2019年3月1日
"""
NEW = (
    OLD.replace("〔2019〕8号", "〔2023〕6号")
    .replace("若干措施", "若干措施（修订）")
    .replace("20%", "25%")
    .replace("（四）建立", "（五）建立")
    .replace("（三）鼓励", "（四）鼓励")
    .replace("（二）对首次", "（二）对租用闲置厂房的文创企业，前两年免收租金。\n（三）对首次")
    .replace("至2022年", "至2099年")
    .replace("2019年3月1日", "2023年3月1日")
)


@pytest.fixture(scope="module", autouse=True)
def versions(address: str, home: Path) -> Iterator[None]:
    """Two versions of another policy, the older of which is no longer in force, beside what we ship."""
    with documents_beside(address, home, {"甲旧.txt": OLD, "甲新.txt": NEW}):
        yield


@pytest.fixture
def search(page: Any) -> Any:
    """The tab, opened."""
    page.get_by_role("tab", name="条款检索").click()
    page.get_by_placeholder("关键词、问题或条款编号").wait_for()
    return page


def box_of(page: Any) -> Any:
    return page.get_by_placeholder("关键词、问题或条款编号")


def hits_of(page: Any) -> Any:
    return page.locator("#pk-found .pk-hits > li")


def ask(page: Any, query: str) -> Any:
    """Enter, and the full answer is there."""
    box_of(page).fill(query)
    box_of(page).press("Enter")
    settled(page)
    return hits_of(page)


def settled(page: Any) -> None:
    page.wait_for_timeout(50)
    page.wait_for_function("() => !document.querySelector('#pk-found').hasAttribute('aria-busy')")


def open_filters(page: Any) -> None:
    if not page.locator("[name=doc]").is_visible():
        page.locator(".pk-filter-box summary").click()


def set_filter(page: Any, name: str, value: str) -> None:
    page.locator(f"#pk-search [name={name}]").fill(value)
    page.locator(f"#pk-search [name={name}]").press("Tab")
    settled(page)


def downloaded(page: Any, link: Any) -> bytes:
    with page.expect_download() as started:
        link.click()
    return Path(started.value.path()).read_bytes()


def test_search_marks_words_and_opens_the_document(search: Any) -> None:
    hits = ask(search, "首台套保费补贴")
    assert hits.locator("mark").count() > 0
    assert "固定链接" in hits.first.inner_text() and "相关度" in hits.first.inner_text()
    open_and_check(search, hits.get_by_role("button", name="在原文中打开").first, "保费补贴")


def test_results_come_while_one_types_and_arrows_walk_through_them(search: Any) -> None:
    search.keyboard.press("/")
    search.wait_for_function("() => document.activeElement.id === 'pk-query'")
    search.keyboard.type("保费补贴", delay=30)
    search.get_by_text("停顿后按相关度排序").wait_for()
    assert hits_of(search).count() > 0 and box_of(search).input_value() == "保费补贴"
    search.get_by_text("停顿后按相关度排序").wait_for(state="detached")
    assert "相关度" in hits_of(search).first.inner_text()
    for key, at in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        search.keyboard.press(key)
        assert (
            search.evaluate(
                "[...document.querySelectorAll('#pk-found li[tabindex]')].indexOf(document.activeElement)"
            )
            == at
        )
    place = hits_of(search).first.locator(".pk-where").inner_text()
    search.keyboard.press("Enter")
    search.locator("#pk-cited").wait_for()
    assert place.split("、")[-1] in search.locator(".pk-trail").inner_text()


@ON_DESKTOP
def test_nothing_is_searched_while_an_input_method_composes(search: Any) -> None:
    box_of(search).focus()
    client = search.context.new_cdp_session(search)
    client.send("Input.imeSetComposition", {"text": "baofei", "selectionStart": 6, "selectionEnd": 6})
    search.wait_for_timeout(1000)
    assert hits_of(search).count() == 0 and not search.locator("#pk-found[aria-busy]").count()
    client.send("Input.insertText", {"text": "保费补贴"})
    hits_of(search).first.wait_for()
    assert box_of(search).input_value() == "保费补贴"


@ON_DESKTOP
def test_a_late_answer_never_takes_the_place_of_a_newer_one(search: Any) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        if "床位" in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            route.continue_()

    search.route(re.compile("component_server"), hold)
    box_of(search).fill("床位")
    for _ in range(100):
        search.wait_for_timeout(50)
        if held:
            break
    ask(search, "保费补贴")
    assert "保费补贴" in hits_of(search).first.inner_text()
    held[0].continue_()
    search.wait_for_timeout(800)
    assert box_of(search).input_value() == "保费补贴" and "保费补贴" in hits_of(search).first.inner_text()
    assert not search.locator("#pk-found mark", has_text="床位").count()


def test_a_condition_of_a_search_is_taken_away_and_brought_back(search: Any) -> None:
    hits = ask(search, "省科技厅牵头的上限不低于500万元的条款")
    lead = search.get_by_role("button", name="去掉条件 牵头单位：省科技厅")
    lead.wait_for()
    few = hits.all_inner_texts()
    assert search.locator(".pk-condition").count() == 2 and few
    search.get_by_role("button", name="去掉条件 上限").click()
    search.locator(".pk-taken").wait_for()
    assert hits.count() > len(few) and search.locator(".pk-condition").count() == 2
    back = search.get_by_role("button", name="恢复条件 上限")
    search.wait_for_function("() => document.activeElement.matches('.pk-taken')")
    back.press("Enter")
    search.locator(".pk-taken").wait_for(state="detached")
    assert hits.all_inner_texts() == few
    lead.click()
    search.locator(".pk-taken").wait_for()
    ask(search, "省科技厅牵头的临床试验")
    search.get_by_role("button", name="上限").wait_for(state="detached")
    assert search.locator(".pk-taken").count() == 0 and lead.is_visible()


def test_filters_are_set_seen_and_cleared(search: Any) -> None:
    open_filters(search)
    hits = ask(search, "给予奖励或补助")
    assert search.locator(".pk-standing-badge", has_text="已失效").count()
    search.locator("[name=force]").select_option("now")
    settled(search)
    assert hits.count() and not search.locator(".pk-standing-badge").count()
    set_filter(search, "unit", "市文化和旅游局")
    search.locator("[name=role]").select_option("lead")
    search.locator("[name=figure]").select_option("cap")
    set_filter(search, "value", "200万")
    for label in (" 有效", "牵头单位：市文化和旅游局", "上限 ≥ 200万元"):
        search.get_by_role("button", name="去掉条件", exact=False).filter(has_text=label).wait_for()
    assert hits.count() == 1 and "25%" in hits.first.inner_text()
    search.locator(".pk-condition").filter(has_text="上限").click()
    settled(search)
    assert search.locator("[name=value]").input_value() == "" and hits.count() > 1
    search.get_by_role("button", name="全部清除").click()
    settled(search)
    assert search.locator(".pk-standing-badge").count() and not search.locator(".pk-condition").count()
    set_filter(search, "doc", "没有这份文件")
    assert "从列表中选择文件" in search.locator("#pk-found").inner_text()
    set_filter(search, "doc", "甲政发〔2023〕6号")
    assert set(search.locator("#pk-found .pk-hit-head .pk-meta").all_inner_texts()) == {
        "《甲市人民政府关于支持文旅产业发展的若干措施（修订）》（甲政发〔2023〕6号）"
    }
    assert search.locator("#pk-documents option").count() == 4


@ON_DESKTOP
def test_more_hits_groups_and_files(search: Any) -> None:
    hits = ask(search, "支持")
    assert hits.count() == 20
    search.get_by_role("button", name="更多").click()
    search.wait_for_function("() => document.querySelectorAll('#pk-found .pk-hits > li').length > 20")
    open_filters(search)
    search.locator("[name=grouped]").check()
    search.locator(".pk-hits-group").first.wait_for()
    search.locator("[name=grouped]").uncheck()
    hits = ask(search, "“临床试验”")
    shown = hits.count()
    sheet = load_workbook(
        BytesIO(downloaded(search, search.get_by_role("link", name="导出 Excel")))
    ).worksheets[0]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert sheet["A1"].value == "检索内容：“临床试验”" and sheet.freeze_panes == "A5" and len(rows) == shown
    assert all("临床试验" in str(row[3]) for row in rows)
    content = downloaded(search, search.get_by_role("link", name="导出 CSV"))
    assert len(list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))) == shown + 1


def test_two_documents_are_laid_side_by_side(search: Any) -> None:
    search.get_by_role("button", name="对照", exact=True).first.click()
    search.locator("[name=one]").fill("137号")
    search.locator("[name=other]").fill("687号")
    form = search.locator("#pk-matter")
    form.get_by_role("button", name="对照", exact=True).click()
    search.get_by_text("请写明要对照的事项").wait_for()
    search.locator("[name=words]").fill("临床试验研发投入支持")
    search.locator("[name=words]").press("Enter")
    first = search.locator(".pk-matter-row").first
    first.wait_for()
    sides = first.locator(".pk-column")
    assert all("40%" in sides.nth(n).locator("u").all_inner_texts() for n in (0, 1))
    assert (
        "相同" in first.locator(".pk-told-facts").inner_text()
        and "比例上限 40%" in first.locator(".pk-told-facts").inner_text()
    )
    one, other = (sides.nth(n).bounding_box() for n in (0, 1))
    assert (one["y"] < other["y"]) == (search.viewport_size["width"] < 900)
    form.get_by_role("button", name="互换").click()
    search.wait_for_function("() => document.querySelector('[name=one]').value === '687号'")
    search.locator("[name=one]").fill("甲政发〔2023〕6号")
    search.locator("[name=words]").fill("境外展会的展位费")
    search.locator("[name=words]").press("Enter")
    search.get_by_text("另一份文件未找到相应条款").first.wait_for()


def test_two_versions_are_compared_word_by_word(search: Any) -> None:
    search.get_by_role("button", name="版本对比").click()
    search.locator("[name=old]").fill("甲政发〔2019〕8号")
    search.locator("[name=new]").fill("甲政发〔2023〕6号")
    search.locator("#pk-versions").get_by_role("button", name="对比").click()
    rows = search.locator(".pk-version-row")
    rows.first.wait_for()
    counts = dict(
        reversed(item.split("\n")) for item in search.locator(".pk-version-counts li").all_inner_texts()
    )
    assert (counts["新增"], counts["删除"], counts["移动"], counts["改号"]) == ("1", "0", "0", "3")
    changed = rows.filter(has_text="骨干旅行社")
    assert (
        changed.locator("del").all_text_contents() == ["〔删：20%〕"]
        and "原一、（二）" in changed.inner_text()
    )
    assert changed.locator("ins").all_text_contents() == ["〔增：25%〕"]
    kept = rows.filter(has_text="境外展会")
    assert not kept.is_visible()
    search.get_by_label("只看有变化的条款").uncheck()
    assert kept.is_visible() and "未变" in kept.inner_text()
    content = downloaded(search, search.get_by_role("link", name="导出 Excel").last)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=5, values_only=True)].count("新增") == 1
    open_and_check(search, changed.locator(".pk-at-clause"), "25%")
