"""The whole page in headless Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chat.page.wording import TITLE
from kb.feedback import FeedbackLog

QUESTION = "II期临床研发投入6000万能拿多少"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve") / "home"


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """A server of its own on an empty home, which it fills with the policies we ship."""
    folder = home.parent
    env = {**os.environ, "POLICYKB_HOME": str(home)}
    command = [str(Path(sys.executable).with_name("policykb")), "serve", "--port", "0"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, env=env, cwd=folder, encoding="utf-8"
        )
        assert server.stdout is not None
        yield server.stdout.readline().partition("：")[2].partition("（")[0]
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
    assert "Traceback" not in (folder / "log").read_text("utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium")
    from playwright.sync_api import sync_playwright

    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield started
        started.close()


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, ready; no console error and no request to another host is forgiven."""
    faults: list[str] = []
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "request",
        lambda sent: None if sent.url.startswith((address, "data:", "blob:")) else faults.append(sent.url),
    )
    opened.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    opened.goto(address)
    opened.get_by_text("知识库已就绪").wait_for()
    yield opened
    wider = opened.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    context.close()
    assert faults == []
    assert wider <= 0, "the page scrolls sideways"


def open_and_check(page: Any, target: Any, words: str) -> None:
    """Click, and see the highlighted clause in view."""
    target.click()
    cited = page.locator("#pk-cited")
    cited.wait_for()
    mark = page.locator("#pk-cited mark").first
    assert words in page.locator("#pk-cited").inner_text()
    page.wait_for_function(
        "() => { const r = document.querySelector('#pk-cited mark').getBoundingClientRect();"
        " return r.top >= 0 && r.bottom <= innerHeight && r.width > 0; }"
    )
    assert mark.is_visible() and page.locator(".pk-trail").inner_text()


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


@pytest.mark.browser
def test_the_calculator_shows_steps_and_refuses_nonsense(page: Any) -> None:
    page.get_by_role("tab", name="补贴测算").click()
    page.get_by_label("Ⅱ期", exact=True).check()
    spending = page.get_by_label("研发投入", exact=False).first
    spending.fill("很多")
    page.get_by_role("button", name="测算", exact=True).click()
    page.locator(".pk-failure").wait_for()
    spending.fill("6000万")
    page.get_by_role("button", name="测算", exact=True).click()
    page.locator(".pk-amount").wait_for()
    assert "2000万元" in page.locator(".pk-amount").inner_text()
    assert page.locator(".pk-calc tbody tr").count() >= 2
    open_and_check(page, page.locator(".pk-result .pk-cite").first, "对在省内转化")


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


@pytest.mark.browser
def test_two_visitors_have_their_own_conversations(browser: Any, address: str) -> None:
    pages = [browser.new_context().new_page() for _ in range(2)]
    for number, visitor in enumerate(pages):
        visitor.goto(address)
        box = visitor.get_by_placeholder("输入问题")
        box.fill(f"第{number + 1}位访客问687号文第{number + 8}条")
        box.press("Enter")
    for number, visitor in enumerate(pages):
        visitor.locator(".pk-badge").wait_for()
        assert visitor.locator(".pk-user").count() == 1
        assert f"第{number + 1}位" in visitor.locator(".pk-user").inner_text()
    # They stay open: the server has to stop cleanly with pages open (see ``address``).


@pytest.mark.browser
def test_no_english_is_left_on_the_page(page: Any) -> None:
    words = page.evaluate(
        "[...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]"
        ".filter((e) => e.checkVisibility()).flatMap((e) =>"
        " ['aria-label', 'title', 'placeholder', 'alt'].map((name) => e.getAttribute(name)))"
        ".concat(document.body.innerText.split('\\n')).filter((text) => /^[\\x20-\\x7e]*[a-z]{3}[\\x20-\\x7e]*$/i.test(text ?? ''))"
    )
    assert words == []
