"""Which loans stand behind a cell of the triangle?"""

from __future__ import annotations

from datetime import date

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus, months_between
from jiebei_dash.queries import loans as queries
from jiebei_dash.terms import COHORTS, MEASURES, Cohort, Measure

MOST_LOANS = 500
"""On one page of the list."""


def of_cell(
    scope: Scope,
    fetch: Fetch,
    opened_month: date,
    mob: int,
    past_due_days: int = 30,
    measure: Measure = "current",
    cohort: Cohort = "month",
    page: int = 1,
    page_size: int = 50,
) -> Answer:
    """Return one page of the loans that a cell's numerator counts, the largest first.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    opened_month
        First month of the cohort.
    mob
        Age.
    past_due_days, measure, cohort
        As the cell was asked for.
    page, page_size
        From 1; at most ``MOST_LOANS`` a page.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.queries.loans.of_cell`; empty past the last page.

    Raises
    ------
    BadArgument
    """
    months = _months(scope, opened_month, mob, past_due_days, measure, cohort)
    between("page", page, 1, 1_000_000)
    between("page_size", page_size, 1, MOST_LOANS)
    question = queries.of_cell(scope, months, mob, past_due_days, measure, (page - 1) * page_size, page_size)
    return Answer("loans.of_cell", fetch(question), (question,))


def count(
    scope: Scope,
    fetch: Fetch,
    opened_month: date,
    mob: int,
    past_due_days: int = 30,
    measure: Measure = "current",
    cohort: Cohort = "month",
) -> Answer:
    """Return how many loans a cell's numerator counts, and their sums.

    Parameters
    ----------
    scope, fetch, opened_month, mob, past_due_days, measure, cohort
        As in :func:`of_cell`.

    Returns
    -------
    Answer
        One row: ``loans``, ``principal_fen``, ``amount_fen`` (the cell's numerator).

    Raises
    ------
    BadArgument
    """
    months = _months(scope, opened_month, mob, past_due_days, measure, cohort)
    question = queries.count_of_cell(scope, months, mob, past_due_days, measure)
    return Answer("loans.count", fetch(question), (question,))


def _months(
    scope: Scope, opened_month: date, mob: int, past_due_days: int, measure: str, cohort: str
) -> tuple[date, ...]:
    one_of("measure", measure, MEASURES)
    one_of("cohort", cohort, COHORTS)
    one_of("past_due_days", past_due_days, terms.PAST_DUE_DAYS)
    first = opened_month.replace(day=1)
    # A cell whose month-end has not closed does not exist; a count of it would read as zero.
    between("mob", mob, 0, months_between(first, scope.as_of_month))
    return tuple(month_plus(first, later) for later in range(3 if cohort == "quarter" else 1))
