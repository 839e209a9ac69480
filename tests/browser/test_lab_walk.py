"""From a draft to a promise, in one walk: interval, swap set, solver, saved, approved by another person, promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from jiebei_dash.text.words import load_words
from tests.browser.site import served, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EN = load_words("en")


@pytest.fixture
def desk_of_its_own(small_folder: Path, small_url: str, tmp_path: Path) -> Iterator[str]:
    with served(small_url, small_folder / "models", tmp_path / "desk.sqlite") as address:
        yield address


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address)
    settle(page)
    fill(page, EN("controls.reader_name"), name, "Enter")


def fill(page: Page, label: str, value: str, key: str = "Control+Enter") -> None:
    field = page.get_by_role("textbox", name=label, exact=True)
    field.fill(value)
    field.press(key)
    settle(page)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    settle(page)


def row_of(page: Page, table: str, name: str) -> str:
    shown = page.locator(f".st-key-compact_table_{table}")
    shown.wait_for(timeout=60_000)
    settle(page)
    return next(line for line in shown.inner_text().splitlines() if line.startswith(name))


def follow(page: Page, key: str) -> None:
    page.locator("[data-testid=stMain]").get_by_role("link", name=EN(f"{key}.menu"), exact=True).click()
    page.wait_for_url(re.compile(f"/{key}\\?"))
    settle(page)


def test_from_a_draft_to_a_promise(page: Page, other: Page, desk_of_its_own: str) -> None:
    # A draft, and each figure of it with an interval
    sign_in(page, f"{desk_of_its_own}/what_if?lang=en&role=analyst&score_floor=620", "Ann")
    approval = row_of(page, "consequences", EN("what_if.row_approval"))
    assert len(re.findall(r"\(\d+\.\d\d–\d+\.\d\d\)", approval)) == 2
    # Who is swapped: the same draft on its own page
    follow(page, "swap_set")
    assert "score_floor=620" in page.url
    shown = page.locator("[data-testid=stMain]").inner_text()
    assert EN("what_if.cell.SWAPPED_OUT") in shown
    # The solver, and its policy taken as the draft
    page.go_back()
    page.wait_for_url(re.compile(r"/what_if\?"))
    settle(page)
    follow(page, "frontier")
    press(page, EN("frontier.find"))
    taken = page.get_by_role("link", name=EN("frontier.take"))
    taken.wait_for(timeout=120_000)
    settle(page)
    taken.click()
    page.wait_for_url(re.compile(r"/what_if\?"))
    assert row_of(page, "consequences", EN("what_if.row_approval")) != approval
    # Saved
    page.get_by_label(EN("scenarios.name"), exact=True).fill("From the solver")
    press(page, EN("scenarios.save_button"))
    expect(page.get_by_text(EN("scenarios.saved", name="From the solver", revision=1))).to_be_visible(timeout=60_000)
    # Submitted, and approved by somebody else
    page.get_by_text(EN("sign_off.submit_title")).click()
    settle(page)
    fill(page, EN("sign_off.submit_note"), "more margin at no more bads")
    press(page, EN("sign_off.submit_button"))
    expect(page.get_by_text(EN("sign_off.submitted", proposal="PR-1"))).to_be_visible(timeout=60_000)
    sign_in(other, f"{desk_of_its_own}/sign_off?lang=en&role=manager", "Bo")
    press(other, EN("sign_off.approve"))
    expect(other.get_by_text("Promises: 24. None can be scored yet")).to_be_visible(timeout=60_000)
    shown = other.locator("[data-testid=stMain]").inner_text()
    assert "PR-1, made by Ann and approved by Bo, takes its place from" in shown
    # What it promised is there to be scored
    assert "Promises: 24. None can be scored yet" in shown
