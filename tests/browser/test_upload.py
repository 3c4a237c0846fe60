"""Adding files through 知识库 in headless Chromium, as an admin does it and as an attacker would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser.admin import documents_beside, password_of

REFUSED = "status of 422"  # a browser's own line where a wrong date is sent
NAME = "<img src=x onerror=alert(1)>.txt"
HOSTILE = """试科字〔2024〕7号
关于支持<script>alert(2)</script>创新的若干措施
一、支持<img src=x onerror=alert(3)>研发。对企业给予不超过100万元补助。
二、支持临床。对企业给予不超过200万元补助。
省科技厅
2024年3月1日
"""


@pytest.fixture(scope="module", autouse=True)
def only_here(address: str, home: Path) -> Iterator[None]:
    """What these tests take in is gone when they end."""
    with documents_beside(address, home):
        yield


ON_DESKTOP = pytest.mark.parametrize("admin", [(1440, 900)], ids=["desktop"], indirect=True)


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def admin(browser: Any, address: str, home: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The tab, logged in; no message box, no console error, no request elsewhere is forgiven."""
    faults: list[str] = []
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.on(
        "console",
        lambda told: faults.append(told.text) if told.type == "error" and REFUSED not in told.text else None,
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message) or dialog.dismiss())
    page.on(
        "request",
        lambda sent: None if sent.url.startswith((address, "data:", "blob:")) else faults.append(sent.url),
    )
    page.goto(address)
    page.get_by_text("知识库已就绪").wait_for()
    page.get_by_role("tab", name="知识库").click()
    page.get_by_role("button", name="管理员登录").click()
    page.get_by_label("管理密码").fill(password_of(home))
    page.get_by_label("管理密码").press("Enter")
    page.locator(".pk-up-drop").wait_for()
    yield page
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.evaluate(
        "async () => { const told = await (await fetch('/library/files')).json();"
        " for (const { token } of told.files) await fetch(`/library/files/${token}`, { method: 'DELETE' }); }"
    )
    context.close()
    assert faults == []
    assert wider <= 0


def choose(page: Any, *files: dict[str, Any]) -> None:
    page.locator(".pk-up-drop input").set_input_files(list(files))


def text_file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


@pytest.mark.browser
def test_a_hostile_file_is_seen_mended_and_accepted(admin: Any) -> None:
    phone = admin.viewport_size["width"] < 900
    text = HOSTILE.replace("7号", "8号") if phone else HOSTILE
    choose(admin, text_file(NAME, text))
    row = admin.locator(".pk-up-row", has_text="待确认")
    row.wait_for()
    assert "onerror" in row.inner_text()
    row.get_by_role("button", name="预览").press("Enter")
    preview = admin.locator(".pk-up-preview")
    preview.get_by_role("button", name="收入知识库").wait_for()
    clause = preview.locator("[data-node]", has_text="二、")
    clause.click()
    pointed = preview.locator(".pk-up-text .pk-up-pointed")
    assert "200万元" in pointed.inner_text() and pointed.is_visible()
    assert preview.locator("script, img[src=x]").count() == 0
    preview.get_by_label("标题").fill("支持创新的若干措施")
    preview.get_by_label("印发日期").fill("2024-02-30")
    preview.get_by_role("button", name="收入知识库").click()
    preview.get_by_text("不是日期").wait_for()
    preview.get_by_label("印发日期").fill("2024-02-28")
    preview.get_by_role("button", name="收入知识库").click()
    done = admin.locator(".pk-up-row[data-state=accepted]")
    done.wait_for()
    listed = admin.locator("[data-panel=documents]").get_by_text("《支持创新的若干措施》").first
    listed.wait_for()
    done.get_by_role("button", name="看原文").click()
    source = admin.locator("#pk-panel")
    source.get_by_text("200万元").wait_for()
    assert source.locator("script, img[src=x]").count() == 0


@pytest.mark.browser
def test_pages_turn_to_the_clause(admin: Any, tmp_path: Path) -> None:
    picture = tmp_path / "扫描.tiff"
    frames = [Image.open(path).convert("L") for path in drawn(admin, tmp_path)]
    frames[0].save(picture, save_all=True, append_images=frames[1:])
    choose(admin, {"name": "扫描.tiff", "mimeType": "image/tiff", "buffer": picture.read_bytes()})
    row = admin.locator(".pk-up-row", has_text="扫描")
    row.get_by_role("button", name="预览").click()
    preview = admin.locator(".pk-up-preview")
    preview.get_by_alt_text("第 1 页的图像").wait_for()
    preview.locator("[data-node]", has_text="第二条").click()
    preview.get_by_alt_text("第 2 页的图像").wait_for()
    assert preview.get_by_role("button", name="下一页").is_disabled()
    preview.press("Escape")
    preview.wait_for(state="hidden")
    admin.wait_for_function("() => document.activeElement.dataset.do === 'preview'")
    row.get_by_role("button", name="放弃").click()
    row.wait_for(state="detached")


@pytest.mark.browser
@ON_DESKTOP
def test_together_what_needs_a_look_stays(admin: Any) -> None:
    clean = HOSTILE.replace("<script>alert(2)</script>", "").replace("7号", "9号")
    revised = clean.replace("100万元", "150万元")
    choose(admin, text_file("一.txt", clean), text_file("二.txt", revised))
    admin.get_by_role("button", name="全部收入（2 份）").click()
    admin.get_by_text("收入了 1 份，还有 1 份没有收入").wait_for()
    admin.locator(".pk-up-row[data-state=ready]", has_text="会替换《").wait_for()


@pytest.mark.browser
@ON_DESKTOP
def test_what_cannot_be_read_or_taken_is_said(admin: Any) -> None:
    choose(
        admin,
        text_file("空.txt", ""),
        {"name": "程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00" * 100},
    )
    for words in ("文件是空的", "这是程序而不是文档"):
        admin.locator(".pk-up-row[data-state=failed]", has_text=words).wait_for()


@pytest.mark.browser
@ON_DESKTOP
def test_gradio_takes_no_files(admin: Any, address: str) -> None:
    for path in ("/gradio_api/upload", "/gradio_api/upload/", "/gradio_api/component_server"):
        form = {"files": {"name": "x.html", "mimeType": "text/html", "buffer": b"<script>"}}
        assert admin.request.post(address.rstrip("/") + path, multipart=form).status == 403


def drawn(page: Any, folder: Path) -> list[Path]:
    """Two printed pages, drawn by the browser with the fonts it has."""
    context = page.context.browser.new_context(viewport={"width": 900, "height": 600})
    sheet = context.new_page()
    made = []
    for number, text in enumerate(
        ("第一条　支持企业开展临床试验，给予补助。", "第二条　支持企业建设研发平台，给予补助。"), 1
    ):
        sheet.set_content(f"<body style='font: 32px sans-serif; padding: 60px'>{text}</body>")
        path = folder / f"{number}.png"
        sheet.screenshot(path=path)
        made.append(path)
    context.close()
    return made
