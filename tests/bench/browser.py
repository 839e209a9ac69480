"""Pages in Chromium: a fresh session each, the menu, and one move of a what-if slider."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from jiebei_dash.book.engine import Book
from jiebei_dash.settings import read_settings
from jiebei_dash.ui.pages import PAGES
from tests.bench.measure import median_ms
from tests.browser.site import chromium, served, settle


def run(book: Book, url: str) -> None:
    """Print medians of visits, clicks and moves."""
    settings = read_settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(url, settings.models_dir, Path(folder) / "desk.sqlite") as address,
        chromium() as browser,
    ):
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        print("\npages in Chromium, a fresh session each time, median of 5 warm visits, ms")
        for record in PAGES:
            place = f"{address}/{record.path}?lang=en&role={record.reader}"

            def visit(place: str = place) -> None:
                page.goto(place)
                settle(page)

            print(f"  {record.key:<28}{median_ms(visit, 5) - 250:>9.0f}")
        print("\nclicking from page to page in the menu, median of 5 warm visits, ms")
        page.goto(f"{address}/?lang=en&role=auditor")
        settle(page)
        for record in PAGES:

            def click(key: str = record.key) -> None:
                page.locator(f"[data-testid=stSidebarNav] a[href*='/{key}']").first.click()
                page.wait_for_function(f"() => location.pathname === '/{key}'")
                settle(page)

            home = PAGES[0].key
            if record.key == home:
                continue
            times = []
            for _ in range(6):
                page.locator("[data-testid=stSidebarNav] a").first.click()
                page.wait_for_function("() => document.title !== ''")
                settle(page)
                started = time.perf_counter()
                click()
                times.append((time.perf_counter() - started) * 1000 - 250)
            print(f"  {record.key:<28}{statistics.median(times[1:]):>9.0f}")
        print("\na what-if move: key press on the cut-off's slider to the new figures, median of 9, ms")
        print(f"  {'what_if':<28}{what_if_move(page, address):>9.0f}")


def what_if_move(page: Page, address: str) -> float:
    """Return the median of key presses on the cut-off's slider; ms."""
    page.goto(f"{address}/what_if?lang=en&role=analyst")
    settle(page)
    handle = page.locator(".st-key-score_floor input[type=range]").first
    handle.focus()
    times = []
    for step in range(10):
        before = page.locator(".st-key-compact_table_consequences").inner_text()
        started = time.perf_counter()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "before => document.querySelector('.st-key-compact_table_consequences').innerText !== before",
            arg=before,
            timeout=20_000,
        )
        if step:
            times.append((time.perf_counter() - started) * 1000)
        settle(page)
    return statistics.median(times)
