"""Pictures of every tab for the documentation: ``python -m tests.browser.screenshots [FOLDER]`` serves a new home and writes them.

Each tab is taken at 1440 × 900 (``chat.png``) and as on a phone (``chat-phone.png``), light, with something in it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser import tour
from tests.browser.conftest import served

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZES = {"": (1440, 900), "-phone": (390, 844)}
_PASSWORD = "screenshots"


def main() -> None:
    """Take them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"POLICYKB_ADMIN_PASSWORD": _PASSWORD}
    with (
        tempfile.TemporaryDirectory() as place,
        sync_playwright() as playwright,
        served(Path(place) / "home", settings) as address,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for suffix, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height},
                device_scale_factor=2 if suffix else 1,
                color_scheme="light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.set_default_timeout(300_000)
            page.goto(address)
            page.get_by_text("知识库已就绪").wait_for()
            _take(page, folder, suffix)
            context.close()
        browser.close()


def _take(page: Any, folder: Path, suffix: str) -> None:
    def save(tab: str) -> None:
        page.wait_for_timeout(600)
        page.screenshot(path=folder / f"{tab}{suffix}.png")
        print(folder / f"{tab}{suffix}.png")

    tour.chat(page)
    if not suffix:
        page.locator("a.pk-mark").first.click()
        page.locator("#pk-cited").wait_for()
    save("chat")
    for tab in ("search", "calculator", "match"):
        page.goto(page.url.partition("#")[0])  # each from its beginning
        page.get_by_text("知识库已就绪").wait_for()
        tour.TABS[tab](page)
        if shown := {"calculator": ".pk-answer", "match": ".pk-matched"}.get(tab):
            page.locator(shown).first.evaluate("at => at.scrollIntoView({ block: 'start' })")
            page.evaluate("scrollBy(0, -16)")
        else:
            page.evaluate("scrollTo(0, 0)")
        save(tab)
    tour.log_in(page, _PASSWORD)
    tour.preview(page)
    save("library")
    page.goto(page.url.partition("#")[0])
    page.get_by_text("知识库已就绪").wait_for()
    tour.evaluate(page)
    save("evaluation")


if __name__ == "__main__":
    main()
