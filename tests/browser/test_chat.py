"""问答 in headless Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chat.wording import TITLE
from kb.feedback import FeedbackLog
from tests.browser.steps import open_and_check

QUESTION = "II期临床研发投入6000万能拿多少"


@pytest.mark.browser
def test_a_question_is_answered_and_its_source_opened(page: Any) -> None:
    box = page.get_by_placeholder("输入问题")
    box.fill(QUESTION)
    box.press("Enter")
    page.locator(".pk-cites").wait_for()
    assert "2000万元" in page.locator(".pk-bot").last.inner_text()
    open_and_check(page, page.locator("a.pk-mark").first, "不超过研发投入40%")
    page.locator(".pk-close").click()
    page.locator(".pk-shelf").wait_for(state="attached")
    open_and_check(page, page.locator(".pk-cite[data-start]").first, "不超过研发投入40%")


@pytest.mark.browser
def test_an_answer_is_rated_with_the_keyboard_and_a_comment(page: Any, home: Path) -> None:
    told = len(FeedbackLog(home).latest())
    box = page.get_by_placeholder("输入问题")
    box.fill(QUESTION)
    box.press("Enter")
    bar = page.get_by_role("group", name="评价这个回答")
    bar.wait_for()
    up, down = (bar.first.get_by_role("button", name=name) for name in ("有帮助", "没帮助"))
    comment = bar.first.get_by_role("textbox")
    assert not comment.is_visible()
    up.press("Enter")
    bar.first.get_by_text("已记下").wait_for()
    up.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.activeElement.matches('.pk-comment textarea')")
    page.keyboard.type("应按60%算")
    ask = page.locator("#pk-ask").first.bounding_box()
    assert comment.bounding_box()["y"] + comment.bounding_box()["height"] <= ask["y"], (
        "hidden by the question box"
    )
    box.fill("那III期呢")
    box.press("Enter")
    bar.nth(1).wait_for()
    assert comment.input_value() == "应按60%算", "drawing the next answer loses what is being written"
    bar.first.get_by_role("button", name="提交").click()
    bar.first.get_by_text("意见已记下").wait_for()
    assert not comment.is_visible() and down.get_attribute("aria-pressed") == "true"
    page.wait_for_function("() => document.activeElement.matches('.pk-down')")
    second = bar.nth(1).get_by_role("button", name="有帮助")
    second.click()
    bar.nth(1).get_by_text("已记下").wait_for()
    new = FeedbackLog(home).latest()[told:]
    assert [(each.rating.value, each.comment, each.history) for each in new] == [
        ("down", "应按60%算", ()),
        ("up", "", (QUESTION,)),
    ]
    assert new[0].receipt["calculation"]["amount_yuan"] == "20000000"
    second.click()
    bar.nth(1).get_by_text("已取消评价").wait_for()
    assert len(FeedbackLog(home).latest()) == told + 1


@pytest.mark.browser
def test_a_vote_that_cannot_be_stored_says_so(page: Any, home: Path) -> None:
    page.locator(".pk-chip").nth(2).click()
    bar = page.get_by_role("group", name="评价这个回答")
    bar.wait_for()
    file, aside = FeedbackLog(home).path, home / "aside"
    if file.exists():
        file.rename(aside)
    file.mkdir()
    try:
        bar.get_by_role("button", name="有帮助").click()
        bar.get_by_text("无法读写").wait_for()
        assert bar.get_by_role("button", name="有帮助").get_attribute("aria-pressed") == "false"
    finally:
        file.rmdir()
        if aside.exists():
            aside.rename(file)
    bar.get_by_role("button", name="没帮助").click()
    bar.get_by_text("已记下").wait_for()


@pytest.mark.browser
def test_an_example_can_be_clicked_and_a_new_conversation_begun(page: Any) -> None:
    page.locator(".pk-chip").nth(2).click()
    page.locator(".pk-cites").wait_for()
    assert "床位" in page.locator(".pk-bot").last.inner_text()
    page.get_by_role("button", name="新对话").click()
    page.locator(".pk-welcome").wait_for()
    assert page.locator(".pk-turn").count() == 0


@pytest.mark.browser
def test_what_a_user_types_is_shown_and_not_run(page: Any) -> None:
    box = page.get_by_placeholder("输入问题")
    box.fill("<img src=x onerror=\"document.title='坏'\">今天天气怎么样")
    box.press("Enter")
    page.locator(".pk-badge").wait_for()
    assert "<img src=x" in page.locator(".pk-user").inner_text()
    assert page.title() == TITLE and page.locator(".pk-cites").count() == 0
