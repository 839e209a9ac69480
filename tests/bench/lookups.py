"""Single cases: a number typed in, the file of a decision, a page of a filtered list."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import sqlalchemy as sa

from jiebei_dash.answers import decision, loans
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book, Question, ask
from jiebei_dash.book.scope import Reader, month_plus
from tests.bench.measure import ROUNDS, median_ms

CASES = 9


def run(book: Book, url: str) -> None:
    """Print the medians over different cases, so that no answer was given before."""
    scope = book.scope(Reader("bench", "auditor"))
    manager = book.scope(Reader("bench", "manager"))

    def fetch(question: Question) -> object:
        return ask(book, question, record=lambda question, level: None)

    cases = some_cases(book)
    print(f"\nsingle cases, median of {CASES} different ones, ms")
    if cases:
        for name, column in (("decision", 0), ("application", 1), ("loan", 2)):
            numbers = [case[column] for case in cases]
            print(f"  {'number of a ' + name:<40}{_each(lambda n: decision.number_of(scope, fetch, n), numbers):>9.1f}")  # type: ignore[arg-type]
        numbers = [case[0] for case in cases]
        print(f"  {'file of a decision':<40}{_each(lambda n: decision.file(scope, fetch, n), numbers):>9.1f}")  # type: ignore[arg-type]
    cohort = month_plus(book.last_closed_month, -9)
    if cohort >= book.first_month:
        cell = median_ms(lambda: loans.of_cell(manager, fetch, cohort, 6, page=2))  # type: ignore[arg-type]
        print(f"  {'page 2 of the loans of a vintage cell':<40}{cell:>9.1f}   median of {ROUNDS}")
    if cases:
        found = median_ms(
            lambda: decision.find(scope, fetch, decision="DECLINED", main_reason="score_floor", page_no=3)  # type: ignore[arg-type]
        )
        print(f"  {'page 4 of a filtered list of decisions':<40}{found:>9.1f}   median of {ROUNDS}")


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


def _each(run: Callable[[str], object], numbers: list[str]) -> float:
    times = []
    for number in numbers:
        started = time.perf_counter()
        run(number)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
