"""Sizes, medians and ratios of the default book: ``python -m tests.bench``. Prints; never fails on time.

The machines that run this are shared: read the ratios and medians, not single figures.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from playwright.sync_api import Page

from jiebei_dash.asking import SUBJECTS, answer_of
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book, open_book
from jiebei_dash.settings import Settings, read_settings
from jiebei_dash.ui.pages import PAGES
from tests.browser.site import chromium, served, settle

ROUNDS = 7


def median_ms(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    run()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def sizes(book: Book) -> None:
    print("rows")
    with book.engine.connect() as connection:
        for table in s.book.sorted_tables:
            count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            print(f"  {table.name:<20}{count:>12,}")


def questions(book: Book) -> None:
    print(f"\nanswers without a browser, median of {ROUNDS} warm, ms")
    for subject in SUBJECTS:
        if subject.startswith(NEEDS_A_CASE):
            continue
        role = "analyst" if subject.split(".")[0] in {"what_if", "moved_reasons"} else "manager"
        print(
            f"  {subject:<28}{median_ms(lambda subject=subject, role=role: answer_of(book, subject, {}, role)):>9.1f}"
        )


NEEDS_A_CASE = ("applicant.", "decision.", "replay.", "loans.")


def against_pandas(book: Book) -> None:
    """The same sums from the same rows, in pandas frames already in memory (reading them is not counted)."""
    with book.engine.connect() as connection:
        arrow = connection.execution_options(duckdb_arrow=True)
        columns = [s.loan_month.c[name] for name in ("month", "prev_state", "state", "opening_fen", "balance_fen")]
        panel: pd.DataFrame = arrow.execute(sa.select(*columns)).arrow.to_pandas()  # type: ignore[attr-defined]
        names = ("opened_month", "first_30_mob", "first_30_fen", "principal_fen")
        loans: pd.DataFrame = arrow.execute(sa.select(*[s.loan.c[name] for name in names])).arrow.to_pandas()  # type: ignore[attr-defined]

    def roll() -> object:
        return panel.groupby(["month", "prev_state", "state"], observed=True).agg(
            n=("state", "size"), opening=("opening_fen", "sum"), balance=("balance_fen", "sum")
        )

    def vintage() -> object:
        return (
            loans.groupby("opened_month")["principal_fen"].agg(["size", "sum"]),
            loans.groupby(["opened_month", "first_30_mob"])["first_30_fen"].agg(["size", "sum"]),
        )

    def asked(subject: str, **values: object) -> float:
        return median_ms(lambda: answer_of(book, subject, values, "manager"))

    print("\nagainst pandas on the same rows in the same run, ms (ours is the whole answer: questions and metric)")
    for name, ours, theirs in (
        ("roll matrix, all months", asked("roll_rates.chain", months=90), median_ms(roll, 3)),
        ("vintages, ever 30+", asked("vintages.curves", measure="ever"), median_ms(vintage, 3)),
    ):
        print(f"  {name:<28} ours {ours:>8.1f}   pandas {theirs:>8.1f}   ratio {theirs / ours:>5.1f}x")


def pages(settings: Settings) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        served(settings.book_url, settings.models_dir, Path(folder) / "desk.sqlite") as address,
        chromium() as browser,
    ):
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        print("\npages in Chromium, a fresh session each time, median of 5 warm visits, ms")
        for record in PAGES:
            url = f"{address}/{record.path}?lang=en&role={record.reader}"

            def visit(url: str = url) -> None:
                page.goto(url)
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


def main() -> None:
    settings = read_settings()
    book = open_book(settings.book_url)
    sizes(book)
    questions(book)
    against_pandas(book)
    book.engine.dispose()
    pages(settings)


if __name__ == "__main__":
    main()
