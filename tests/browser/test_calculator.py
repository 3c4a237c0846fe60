"""补贴测算 in headless Chromium."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.steps import open_and_check


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
