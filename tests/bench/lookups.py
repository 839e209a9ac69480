"""Single cases: a number typed in, the file of a decision, a page of a filtered list."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import sqlalchemy as sa

from jiebei_dash.answers import decision, loans
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book, Fetch, ask
from jiebei_dash.book.scope import Reader, month_plus
from jiebei_dash.marts.serving import attached, with_marts
from jiebei_dash.settings import read_settings

CASES = 9


def run(book: Book, url: str) -> None:
    """Print the medians and minima over different cases, so that no answer was given before; with the list of numbers
    that the marts hold where they are there, and without it.
    """
    cases = some_cases(book)
    print(f"\nsingle cases, {CASES} different ones, ms{'median':>35}{'least':>9}")
    listed = with_marts(book, read_settings().marts_dir)
    bare = attached(book, None)
    for opened, kind in ((bare, "no list of numbers"), (listed, "listed")):
        if cases and (opened is bare or opened.marts):
            _cases(opened, cases, kind)
    if not listed.marts:
        print("  no marts: python -m jiebei_dash marts makes them, with the list of numbers")
    manager, fetch = book.scope(Reader("bench", "manager")), _fetch(book)
    cohort = month_plus(book.last_closed_month, -9)
    if cohort >= book.first_month:
        pages = range(1, CASES + 1)
        _line(
            "page of the loans of a vintage cell",
            lambda page: loans.of_cell(manager, fetch, cohort, 6, page=page),
            pages,
        )
        first = month_plus(cohort, -2)
        _line(
            "page of the loans of a quarter's cell",
            lambda page: loans.of_cell(manager, fetch, first, 6, cohort="quarter", page=page),
            pages,
        )
    if cases:
        _line("page of a list of declined decisions", partial(_listed, book, "DECLINED", None), range(CASES))
        _line("page of it by main reason", partial(_listed, book, "DECLINED", "score_floor"), range(CASES))
        _line("page of a list that is nearly empty", partial(_listed, book, "APPROVED", "zhima_floor"), range(CASES))


def _listed(book: Book, result: str, main_reason: str | None, page_no: int) -> object:
    scope = book.scope(Reader("bench", "auditor"))
    return decision.find(scope, _fetch(book), decision=result, main_reason=main_reason, page_no=page_no)


def _cases(book: Book, cases: list[tuple[str, str, str]], kind: str) -> None:
    scope, fetch = book.scope(Reader("bench", "auditor")), _fetch(book)
    for name, column in (("decision", 0), ("application", 1), ("loan", 2)):
        numbers = [case[column] for case in cases]
        _line(f"number of a {name}, {kind}", lambda number: decision.number_of(scope, fetch, number), numbers)
    _line(
        f"file of a decision, {kind}", lambda number: decision.file(scope, fetch, number), [each[0] for each in cases]
    )


def _fetch(book: Book) -> Fetch:
    return lambda question: ask(book, question, record=lambda question, level: None)


def some_cases(book: Book) -> list[tuple[str, str, str]]:
    """Return numbers of decision, application and loan, from months all over the book."""
    found: list[tuple[str, str, str]] = []
    months = sa.select(s.book_month.c.month).where(s.book_month.c.table_name == "decision").order_by("month")
    with book.engine.connect() as connection:
        all_months = list(connection.execute(months).scalars())
        for month in all_months[:: max(1, len(all_months) // CASES)][:CASES]:
            one = (
                sa.select(s.decision.c.decision_id, s.loan.c.application_id, s.loan.c.loan_id)
                .join(s.loan, s.loan.c.application_id == s.decision.c.application_id)
                .where(s.decision.c.submitted_month == month, s.loan.c.opened_month == month)
                .limit(1)
            )
            found += [tuple(row) for row in connection.execute(one)]
    return found


def _line(name: str, run: Callable[[Any], object], cases: Iterable[Any]) -> None:
    times = []
    for case in cases:
        started = time.perf_counter()
        run(case)
        times.append((time.perf_counter() - started) * 1000)
    print(f"  {name:<58}{statistics.median(times):>9.1f}{min(times):>9.1f}")
