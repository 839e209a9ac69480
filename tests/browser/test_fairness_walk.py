"""A proposal goes from the what-if to the groups and back, whichever way the reader takes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from jiebei_dash.text.words import load_words
from tests.browser.site import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EN = load_words("en")


def test_a_proposal_goes_along_to_the_groups_and_back(page: Page, site: str) -> None:
    page.goto(f"{site}/what_if?lang=en&role=analyst&score_floor=612")
    settle(page)
    page.get_by_role("link", name=EN("fairness.menu"), exact=True).first.click()
    page.wait_for_url(re.compile("/fairness"))
    settle(page)
    # By the menu the address is emptied: sliders of the same name once stood at their lowest ends here.
    said = page.get_by_text("The draft differs from today's policy")
    expect(said).to_contain_text(re.compile(r"Score cut-off \d+, now 612\.$"))
    assert "score_floor=612" in page.url
    assert "zhima_floor" not in page.url
    page.get_by_role("link", name=EN("fairness.back"), exact=True).click()
    page.wait_for_url(re.compile("/what_if"))
    settle(page)
    assert "score_floor=612" in page.url
    assert "zhima_floor" not in page.url
