"""What several tests of the page do."""

from __future__ import annotations

from typing import Any


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
