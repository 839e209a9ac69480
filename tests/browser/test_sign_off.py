"""A draft is submitted by one, asked about and approved by another, each in a browser of their own."""

from __future__ import annotations

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
    field = page.get_by_role("textbox", name=label)
    field.fill(value)
    field.press(key)
    settle(page)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    settle(page)


def test_from_a_draft_to_a_promise(page: Page, other: Page, desk_of_its_own: str) -> None:
    sign_in(page, f"{desk_of_its_own}/what_if?lang=en&role=analyst&score_floor=620", "Ann")
    page.get_by_text(EN("sign_off.submit_title")).click()
    settle(page)
    fill(page, EN("sign_off.submit_note"), "fewer bads")
    press(page, EN("sign_off.submit_button"))
    expect(page.get_by_text(EN("sign_off.submitted", proposal="PR-1"))).to_be_visible()
    page.get_by_text(EN("sign_off.submit_open")).click()
    settle(page)
    # Her name goes along, and nobody approves their own
    assert page.get_by_role("textbox", name=EN("controls.reader_name")).input_value() == "Ann"
    assert page.get_by_role("button", name=EN("sign_off.approve"), exact=True).count() == 0
    sign_in(other, f"{desk_of_its_own}/sign_off?lang=en&role=manager", "Bo")
    fill(other, EN("sign_off.reason"), "Why now?")
    press(other, EN("sign_off.ask"))
    assert other.get_by_role("button", name=EN("sign_off.approve"), exact=True).is_disabled()
    sign_in(page, f"{desk_of_its_own}/sign_off?lang=en&role=analyst", "Ann")
    fill(page, EN("sign_off.reason"), "Losses rose.")
    press(page, EN("sign_off.answer"))
    sign_in(other, f"{desk_of_its_own}/sign_off?lang=en&role=manager", "Bo")
    press(other, EN("sign_off.approve"))
    expect(other.get_by_text("Promises: 24. None can be scored yet")).to_be_visible(timeout=60_000)
    shown = other.locator("[data-testid=stMain]").inner_text()
    assert "PR-1, made by Ann and approved by Bo, takes its place from" in shown
    assert "Promises: 24. None can be scored yet" in shown
