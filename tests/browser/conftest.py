"""A Chromium for the whole run, and the sample book served to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.site import chromium, served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def site(small_folder: Path, small_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app over a small sample book."""
    with served(small_url, small_folder / "models", tmp_path_factory.mktemp("desk") / "desk.sqlite") as address:
        yield address
