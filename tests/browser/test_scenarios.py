"""A scenario is saved in the lab and opened again on the very same population, whatever was chosen in between."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from jiebei_dash.text.words import load_words
from tests.browser.site import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EN = load_words("en")


def consequences(page: Page) -> str:
    page.locator(".st-key-compact_table_consequences").wait_for(timeout=60_000)
    settle(page)
    return page.locator(".st-key-compact_table_consequences").inner_text()


def test_a_saved_scenario_opens_as_it_was_after_other_filters_were_chosen(page: Page, site: str) -> None:
    page.goto(f"{site}/what_if?lang=en&role=analyst&score_floor=600&channel=HOME")
    saved = consequences(page)
    page.get_by_label(EN("scenarios.name"), exact=True).fill("Floor of the Home")
    page.get_by_role("button", name=EN("scenarios.save_button"), exact=True).click()
    expect(page.get_by_text(EN("scenarios.saved", name="Floor of the Home", revision=1))).to_be_visible(timeout=60_000)
    page.wait_for_url(re.compile("scenario=[0-9a-f]{64}"))
    scenario_id = re.findall("scenario=([0-9a-f]{64})", page.url)[0]

    # Another population, and an as-of month at which another policy was live: the sliders start elsewhere.
    page.goto(f"{site}/what_if?lang=en&role=analyst&channel=CHECKOUT&zhima_band=600_649&as_of=2023-06&dti_cap=0.5")
    assert consequences(page) != saved
    page.get_by_role("link", name=EN("scenarios.menu"), exact=True).click()
    page.wait_for_url(re.compile("/scenarios"))
    settle(page)
    page.locator(".st-key-compare input").click()
    page.get_by_role("option", name=EN("scenarios.pick", name="Floor of the Home", revision=1)).click()
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(f"compare={scenario_id[:12]}"))
    settle(page)
    page.get_by_role("link", name=EN("scenarios.open")).click()
    page.wait_for_url(re.compile(f"/what_if.*scenario={scenario_id}"))
    assert consequences(page) == saved
    page.wait_for_function("() => !location.search.includes('zhima_band') && !location.search.includes('dti_cap')")
    assert "channel=HOME" in page.url
    assert "score_floor=600" in page.url
    expect(page.get_by_text("on the very population that it was saved on")).to_be_visible()
