"""The book as it was known on a past day, and a load that ends while a page is open, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from jiebei_dash.book.engine import open_book
from jiebei_dash.load.writer import new_book
from jiebei_dash.text.words import load_words
from tests.browser.site import served, settle
from tests.loaded import write_loaded

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EN = load_words("en")
THEN = "as known on 2024-11-03"


@pytest.fixture
def book_url(dozen_url: str, tmp_path: Path) -> str:
    return write_loaded(dozen_url, tmp_path / "book.duckdb")


@pytest.fixture
def loaded_site(book_url: str, tmp_path: Path) -> Iterator[str]:
    with served(book_url, tmp_path / "models", tmp_path / "desk.sqlite") as address:
        yield address


def version_of(url: str) -> str:
    book = open_book(url)
    book.engine.dispose()
    return book.data_version


def test_a_past_day_is_chosen_goes_along_over_pages_and_stands_in_the_link(
    page: Page, loaded_site: str, browser: Browser
) -> None:
    page.goto(f"{loaded_site}/data_quality?lang=en&role=manager")
    settle(page)
    page.get_by_role("link", name=re.compile("2024-11-03")).click()
    page.wait_for_url(re.compile("known_on=2024-11-03"))
    settle(page)
    expect(page.get_by_text(THEN)).to_be_visible()
    page.get_by_role("link", name=EN("delinquency.menu")).first.click()
    page.wait_for_url(re.compile("/delinquency"))
    page.wait_for_url(re.compile("known_on=2024-11-03"))
    settle(page)
    expect(page.get_by_text(THEN)).to_be_visible()
    afresh = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    afresh.goto(page.url)
    settle(afresh)
    expect(afresh.get_by_text(THEN)).to_be_visible()
    afresh.context.close()
    page.get_by_role("button", name=EN("controls.reset")).click()
    expect(page.get_by_text(THEN)).to_have_count(0)
    page.wait_for_function("() => !location.search.includes('known_on')")


def test_an_open_page_goes_over_to_the_version_that_a_load_left(page: Page, loaded_site: str, book_url: str) -> None:
    before = version_of(book_url)
    page.goto(f"{loaded_site}/roll_rates?lang=en&role=manager")
    settle(page)
    expect(page.get_by_text(before)).to_be_visible()
    month = {"month": datetime(2024, 11, 1), "opened_month": datetime(2024, 10, 1), "mob": 1, "state": "C",
             "dpd_days": 0, "balance_fen": 100, "channel": "HOME"}  # fmt: skip
    with new_book(book_url, "tape", "Loaded", "00", replaces="months") as writer:
        writer.append("loan_month", pd.DataFrame([{"loan_id": "L99", **month}]))
    after = version_of(book_url)
    assert after != before
    page.get_by_role("radio", name=EN("codes.basis.count")).or_(page.get_by_text(EN("codes.basis.count"))).first.click()
    expect(page.get_by_text(after)).to_be_visible()
