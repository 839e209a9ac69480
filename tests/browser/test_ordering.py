"""The order of the rules under a hand and under the keyboard: the figures follow, and the address says it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def opened(page: Page, site: str, link: str = "") -> Locator:
    page.goto(f"{site}/policy_rules?lang=en&role=analyst{link}")
    settle(page)
    rules = page.locator(".ordering li")
    expect(rules).to_have_count(7)
    return rules


def keys(rules: Locator) -> list[str | None]:
    return [rules.nth(place).get_attribute("data-key") for place in range(rules.count())]


def test_the_keyboard_moves_a_rule_and_keeps_its_place(page: Page, site: str) -> None:
    rules = opened(page, site)
    before = keys(rules)
    rules.nth(0).get_by_role("button", name="Move down: Zhima floor").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("order=other_lenders_cap%2Czhima_floor"))
    settle(page)
    assert keys(rules) == [before[1], before[0], *before[2:]]
    # Once more without looking for the button again.
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("order=other_lenders_cap%2Cqueries_cap%2Czhima_floor"))
    settle(page)
    page.get_by_role("button", name="The policy's own order").click()
    expect(page).not_to_have_url(re.compile("order="))
    settle(page)
    assert keys(rules) == before


def test_a_hand_drags_a_rule_to_the_front_and_the_table_follows(page: Page, site: str) -> None:
    rules = opened(page, site)
    before = keys(rules)
    rules.nth(5).drag_to(rules.nth(0))
    expect(page).to_have_url(re.compile("order=score_floor%2Czhima_floor"))
    settle(page)
    assert keys(rules) == ["score_floor", *(key for key in before if key != "score_floor")]
    first = page.locator(".st-key-compact_table_rules tbody tr").first
    expect(first).to_contain_text("Score cut-off")


def test_a_link_opens_in_its_order(page: Page, site: str) -> None:
    rules = opened(page, site, "&order=dti_cap,score_floor&score_floor=570")
    assert keys(rules)[:3] == ["dti_cap", "score_floor", "zhima_floor"]
