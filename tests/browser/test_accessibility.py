"""For people who use the keyboard, a screen reader or another contrast: every tab, with something in it."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import tour

pytestmark = pytest.mark.browser
_FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  return { id: window.pkWalked ??= [], at: (window.pkWalked.includes(at) || !window.pkWalked.push(at)) ? 'again' : 'new',
    name: `${at.tagName} ${at.getAttribute('aria-label') ?? at.textContent.trim().slice(0, 20)}`,
    seen: at.checkVisibility() && box.width > 0, order: at.tabIndex };
}"""


def violations(page: Any) -> list[str]:
    """What axe finds of serious or critical impact, with the first places of it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("tab", tour.TABS)
def test_axe_finds_nothing_serious_and_the_keyboard_goes_through_and_out(page: Any, tab: str) -> None:
    tour.TABS[tab](page)
    _axe_finds_nothing_serious(page)
    _the_keyboard_goes_through_and_out(page)


def _axe_finds_nothing_serious(page: Any) -> None:
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function(
            "dark => document.body.classList.contains('dark') === dark", arg=scheme == "dark"
        )
        found[scheme] = violations(page)
    assert found == {"light": [], "dark": []}


def _the_keyboard_goes_through_and_out(page: Any) -> None:
    page.evaluate(
        "() => { document.activeElement?.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); }"
    )
    page.locator("h1").first.evaluate("h1 => { h1.tabIndex = -1; h1.focus(); }")
    walked = []
    for _ in range(250):
        page.keyboard.press("Tab")
        here = page.evaluate(_FOCUSED)
        if here is None or here["at"] == "again":
            break
        walked.append(here)
    else:
        pytest.fail(f"no way out of {walked[-5:]}")
    names = [each["name"] for each in walked]
    assert names[0].endswith(("深色", "浅色", "深色浅色")), names[:3]
    assert len([name for name in names if name.startswith("BUTTON")]) >= 7
    assert [each["name"] for each in walked if not each["seen"]] == [], "what has the focus is seen"
    assert {each["order"] for each in walked} == {0}, "in the order of the page"


def test_a_source_is_opened_and_closed_with_the_keyboard(page: Any) -> None:
    tour.chat(page)
    mark = page.locator("a.pk-mark").first
    mark.focus()
    page.keyboard.press("Enter")
    page.locator("#pk-cited").wait_for()
    page.wait_for_function("() => document.activeElement.closest('#pk-side')")
    page.keyboard.press("Escape")
    page.locator(".pk-shelf").wait_for(state="attached")
    page.wait_for_function("() => document.activeElement.matches('.pk-mark')")
