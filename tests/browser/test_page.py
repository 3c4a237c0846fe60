"""What holds for the whole page in headless Chromium."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.browser
def test_two_visitors_have_their_own_conversations(browser: Any, address: str) -> None:
    pages = [browser.new_context().new_page() for _ in range(2)]
    for each in pages:
        each.set_default_timeout(180_000)
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
