"""Which loans stood in a state at a month-end, and where had they been a month before?"""

from __future__ import annotations

from datetime import date

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.answers.loans import MOST_LOANS
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.queries import standing as queries

MOST_MONTHS = 12


def loans(
    scope: Scope,
    fetch: Fetch,
    state: str,
    prev_state: str | None = None,
    month: date | None = None,
    window_months: int = 1,
    page: int = 1,
    page_size: int = 50,
) -> Answer:
    """Return one page of the loans that stood in a state, the largest first.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    state
        One of ``terms.STATES``.
    prev_state
        One of ``terms.BUCKETS``: only loans that had stood there a month before; None for all.
    month
        The last month-end; the as-of month if None.
    window_months
        So many month-ends up to it; a loan has a row for each at which it stood there.
    page, page_size
        From 1; at most ``loans.MOST_LOANS`` a page.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.queries.standing.loans`; empty past the last page.

    Raises
    ------
    BadArgument
    """
    first, last = _window(scope, state, prev_state, month, window_months)
    between("page", page, 1, 1_000_000)
    between("page_size", page_size, 1, MOST_LOANS)
    question = queries.loans(scope, first, last, state, prev_state, (page - 1) * page_size, page_size)
    return Answer("standing.loans", fetch(question), (question,))


def count(
    scope: Scope,
    fetch: Fetch,
    state: str,
    prev_state: str | None = None,
    month: date | None = None,
    window_months: int = 1,
) -> Answer:
    """Return how many rows :func:`loans` lists in all, and what they owe.

    Parameters
    ----------
    scope, fetch, state, prev_state, month, window_months
        As in :func:`loans`.

    Returns
    -------
    Answer
        One row: ``loans``, ``opening_fen``, ``balance_fen``.

    Raises
    ------
    BadArgument
    """
    first, last = _window(scope, state, prev_state, month, window_months)
    question = queries.count(scope, first, last, state, prev_state)
    return Answer("standing.count", fetch(question), (question,))


def _window(
    scope: Scope, state: str, prev_state: str | None, month: date | None, window_months: int
) -> tuple[date, date]:
    one_of("state", state, terms.STATES)
    if prev_state is not None:
        one_of("prev_state", prev_state, terms.BUCKETS)
    between("window_months", window_months, 1, MOST_MONTHS)
    last = min(scope.as_of_month, (month or scope.as_of_month).replace(day=1))
    return month_plus(last, 1 - window_months), last
