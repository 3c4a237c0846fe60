"""问答 in headless Chromium."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from chat.wording import TITLE
from kb.feedback import FeedbackLog
from tests.browser.conftest import served
from tests.browser.steps import ON_DESKTOP, open_and_check
from tests.chat.llm.conftest import Server

QUESTION = "II期临床研发投入6000万能拿多少"


def ask(page: Any, question: str) -> None:
    """Ask, and wait for the whole answer."""
    before = page.locator(".pk-rate").count()
    box = page.get_by_placeholder("输入问题")
    box.fill(question)
    box.press("Enter")
    page.locator(".pk-rate").nth(before).wait_for()
    page.wait_for_function(
        "() => { const top = [...document.querySelectorAll('.pk-user')].at(-1).getBoundingClientRect().top;"
        " return top >= 0 && top < innerHeight; }"
    )


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
@ON_DESKTOP
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
@ON_DESKTOP
def test_an_example_can_be_clicked_and_a_new_conversation_begun(page: Any) -> None:
    page.locator(".pk-chip").nth(2).click()
    page.locator(".pk-cites").wait_for()
    assert "床位" in page.locator(".pk-bot").last.inner_text()
    page.get_by_role("button", name="新对话").click()
    page.locator(".pk-welcome").wait_for()
    assert page.locator(".pk-turn").count() == 0


@pytest.mark.browser
@ON_DESKTOP
def test_a_page_loaded_anew_shows_its_conversation_and_goes_on_with_it(page: Any) -> None:
    ask(page, QUESTION)
    ask(page, "那III期呢")
    said = page.locator(".pk-bot .pk-badge").all_inner_texts()
    page.reload()
    page.locator(".pk-rate").nth(1).wait_for()
    assert page.locator(".pk-bot .pk-badge").all_inner_texts() == said
    assert page.locator(".pk-conds").count() >= 1
    ask(page, "那I期呢")
    assert "1000万元" in page.locator(".pk-bot").last.inner_text()
    page.get_by_role("button", name="新对话").click()
    page.locator(".pk-welcome").wait_for()
    page.reload()
    page.locator(".pk-welcome").wait_for()
    page.wait_for_timeout(1500)
    assert page.locator(".pk-turn").count() == 0


@pytest.mark.browser
@ON_DESKTOP
def test_what_a_user_types_is_shown_and_not_run(page: Any) -> None:
    box = page.get_by_placeholder("输入问题")
    box.fill("<img src=x onerror=\"document.title='坏'\">今天天气怎么样")
    box.press("Enter")
    page.locator(".pk-badge").wait_for()
    assert "<img src=x" in page.locator(".pk-user").inner_text()
    assert page.title() == TITLE and page.locator(".pk-cites").count() == 0


@pytest.mark.browser
def test_conditions_are_shown_and_the_conversation_goes_on_with_a_suggestion(page: Any) -> None:
    ask(page, QUESTION)
    conditions = page.get_by_role("region", name="条件对照").locator("tbody tr")
    assert conditions.filter(has_text="完成Ⅰ、Ⅱ、Ⅲ期临床试验").filter(has_text="满足").count() == 1
    assert conditions.filter(has_text="待补充").count() >= 1
    chip = page.get_by_role("button", name="那Ⅲ期呢？").or_(page.get_by_role("button", name="那Ⅰ期呢？"))
    chip.wait_for()
    chip.press("Enter")
    page.locator(".pk-rate").nth(1).wait_for()
    assert page.locator(".pk-user").count() == 2 and "最高" in page.locator(".pk-badge").last.inner_text()
    page.wait_for_function("() => document.querySelector('.pk-said').textContent.includes('最多可获')")
    assert page.locator(".pk-said").inner_text().count("最多可获") == 1
    open_and_check(page, conditions.first.get_by_role("button"), "对在省内转化")


@pytest.mark.browser
@ON_DESKTOP
def test_the_source_is_walked_through_with_the_keyboard(page: Any) -> None:
    ask(page, QUESTION)
    page.locator("a.pk-mark").first.press("Enter")
    page.locator("#pk-cited mark").wait_for()
    after = page.get_by_role("button", name="下一条")
    after.press("Enter")
    page.locator("[aria-current=location]").get_by_text("（二）").wait_for()
    page.wait_for_function("() => document.activeElement.dataset.move === 'after'")
    page.locator(".pk-trail button").first.press("Enter")
    page.locator("[aria-current=location]").get_by_text("三、").wait_for()
    assert page.locator(".pk-trail button").count() == 0
    page.keyboard.press("Escape")
    page.locator(".pk-shelf").wait_for(state="attached")
    page.wait_for_function("() => document.activeElement.matches('a.pk-mark')")


@pytest.mark.browser
def test_an_answer_and_a_clause_have_links_that_open_them(page: Any) -> None:
    ask(page, QUESTION)
    page.get_by_role("button", name="复制链接").click()
    address = page.locator(".pk-shared a").get_attribute("href")
    page.goto(address)
    assert "2000万元" in page.locator("main").inner_text() and page.locator("script").count() == 0
    page.locator(".cites a").first.click()
    page.locator("article.clause").get_by_text("不超过研发投入40%").wait_for()
    page.get_by_role("link", name="在知识库中打开").click()
    page.locator("#pk-cited").wait_for()
    assert "不超过研发投入40%" in page.locator("#pk-cited").inner_text()
    link = page.locator("[data-copy-link]").get_attribute("data-copy-link")
    assert page.request.get(page.url.partition("?")[0] + link).ok


@pytest.mark.browser
@ON_DESKTOP
def test_a_conversation_is_taken_away(page: Any) -> None:
    take = page.get_by_role("navigation", name="导出对话")
    assert not take.is_visible()
    ask(page, QUESTION)
    ask(page, "那III期呢")
    with page.expect_download() as down:
        take.get_by_role("link", name="导出 Word").click()
    text = "\n".join(each.text for each in Document(io.BytesIO(down.value.path().read_bytes())).paragraphs)
    assert QUESTION in text and "那III期呢" in text and down.value.suggested_filename.endswith(".docx")
    with page.expect_download() as down:
        take.get_by_role("link", name="导出 Markdown").click()
    assert re.search(r"^## 2．那III期呢$", down.value.path().read_text("utf-8"), re.MULTILINE)


@pytest.mark.browser
def test_a_models_sentences_grow_and_can_be_stopped_while_the_box_is_used(
    browser: Any, tmp_path: Path
) -> None:
    server = Server()
    said = "购买首台套符合条件的保险的山东省医疗器械企业，可以获得保费补贴，单个企业最高500万元。[1]\n由省科技厅、省财政厅等部门负责[1]。"
    server.brain = lambda _: server.reply(said, drip=0.25)
    model = {"POLICYKB_LLM": "fake", "POLICYKB_LLM_URL": server.url, "POLICYKB_LLM_KEY": "sk-test"}
    with served(tmp_path / "home", model) as address:
        page = browser.new_context().new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        page.get_by_text("知识库已就绪").wait_for()
        box, stop = page.get_by_placeholder("输入问题"), page.get_by_role("button", name="停止")
        assert not stop.is_visible()
        box.fill("首台套保费补贴怎么补")
        box.press("Enter")
        growing = page.locator("[aria-busy=true]")
        growing.get_by_text("最高500万元").wait_for()
        assert (
            "逐句核对" in growing.inner_text()
            and stop.is_visible()
            and page.locator(".pk-cites").count() == 0
        )
        box.fill("那由谁牵头")
        page.locator(".pk-cites").wait_for()
        assert "语言模型表述" in page.locator(".pk-badge").inner_text() and not stop.is_visible()
        assert box.input_value() == "那由谁牵头", "what was being written is gone"
        box.fill("首台套保费补贴怎么补贴")
        box.press("Enter")
        growing.get_by_text("最高500万元").wait_for()
        stop.press("Enter")
        page.locator(".pk-badge").filter(has_text="已停止").wait_for()
        assert growing.count() == 0 and not stop.is_visible()
        assert "最高500万元" in page.locator(".pk-bot").last.inner_text()
        box.fill("首台套保费补贴怎么补")
        box.press("Enter")
        growing.wait_for()
        box.fill("687号文第8条是怎么规定的")
        box.press("Enter")
        page.locator(".pk-cites").nth(2).wait_for()
        assert [each.strip() for each in page.locator(".pk-user").all_inner_texts()] == [
            "首台套保费补贴怎么补",
            "首台套保费补贴怎么补贴",
            "首台套保费补贴怎么补",
            "687号文第8条是怎么规定的",
        ]
        page.context.close()
    server.close()
