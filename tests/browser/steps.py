"""What several tests of the page do."""

from __future__ import annotations

from typing import Any

import pytest

ON_DESKTOP = pytest.mark.parametrize("page", [(1440, 900)], ids=["desktop"], indirect=True)
"""For what does not depend on the size of the page, and is seen there on a phone by another test."""


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


def choose(page: Any, words: str) -> None:
    """Find a rule by words in 补贴测算, and open its form."""
    if page.locator(".pk-picker:not([open])").count():
        page.locator(".pk-picker summary").click()
    page.get_by_placeholder("项目名称、文号或条款里的词").fill(words)
    page.locator(".pk-rules li:visible button").first.click()
    page.locator(".pk-form").wait_for()
