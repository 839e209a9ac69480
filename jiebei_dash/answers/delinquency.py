"""How late is the book?"""

from __future__ import annotations

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
