"""How late is the book, and how do loans become late?"""

from __future__ import annotations

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, need_basis
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import delinquency as metrics
from jiebei_dash.queries import delinquency as queries
from jiebei_dash.terms import Basis

MOST_MONTHS = 120


def buckets(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return the share of the book in each bucket at each month-end.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` or ``count``.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.delinquency.buckets`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    question = queries.states_by_month(scope, month_plus(scope.as_of_month, 1 - months))
    states = fetch(question)
    if states.empty:
        raise EmptyScope
    return Answer("delinquency.buckets", metrics.buckets(states, basis), (question,))


def rates(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return the 30+, 60+ and 90+ rates, coincident and lagged.

    Parameters
    ----------
    scope, fetch, basis, months
        As in :func:`buckets`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.delinquency.past_due`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    question = queries.states_by_month(scope, month_plus(first, -max(metrics.LAG_MONTHS.values())))
    states = fetch(question)
    if states.empty:
        raise EmptyScope
    found = metrics.past_due(states, basis)
    return Answer("delinquency.rates", found[found["month"].dt.date >= first].reset_index(drop=True), (question,))


def entry(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return the entry rate of each due month, its 30-day collection, and what rolled on to M2.

    Parameters
    ----------
    scope, fetch, basis, months
        As in :func:`buckets`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.delinquency.entry`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("instalments")
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    question = queries.due_by_month(scope, month_plus(scope.as_of_month, 1 - months))
    due = fetch(question)
    if due.empty:
        raise EmptyScope
    return Answer("delinquency.entry", metrics.entry(due, basis), (question,))


def first_payment(scope: Scope, fetch: Fetch, basis: Basis = "count", months: int = 24) -> Answer:
    """Return for each cohort the share of first instalments unpaid 1, 7, 15 and 30 days after their due date.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``count``, or ``balance`` for original principal.
    months
        How many cohorts, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.delinquency.first_payment`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("instalments")
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    question = queries.first_instalments(scope, month_plus(scope.as_of_month, 1 - months))
    first = fetch(question)
    if first.empty:
        raise EmptyScope
    found = metrics.first_payment(first, basis, terms.FIRST_UNPAID_DAYS)
    return Answer("delinquency.first_payment", found, (question,))
