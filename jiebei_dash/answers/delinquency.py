"""How late is the book?"""

from __future__ import annotations

from datetime import date

from jiebei_dash.answers.arguments import between, need_basis
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import BorrowersTooNarrow, EmptyScope
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


def one_plus(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return the part of the book that is late at all.

    Parameters
    ----------
    scope, fetch, basis, months
        As in :func:`buckets`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.delinquency.one_plus`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    question = queries.states_by_month(scope, _first(scope, months))
    states = fetch(question)
    if states.empty:
        raise EmptyScope
    return Answer("delinquency.one_plus", metrics.one_plus(states, basis), (question,))


def overdue_amount(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return the instalment amounts that are overdue over the book.

    Parameters
    ----------
    scope, fetch, months
        As in :func:`buckets`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.delinquency.overdue_amount`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("amounts", "overdue_amounts")
    question = queries.overdue_by_month(scope, _first(scope, months))
    overdue = fetch(question)
    if overdue.empty:
        raise EmptyScope
    return Answer("delinquency.overdue_amount", metrics.overdue_amount(overdue), (question,))


def borrowers(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return the share of borrowers with a loan more than 30 days past due, each borrower once.

    Parameters
    ----------
    scope
        The whole book, or one code of one dimension: borrowers do not add up over codes.
    fetch, months
        As in :func:`buckets`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.delinquency.borrowers`.

    Raises
    ------
    BadArgument, BookLacks, BorrowersTooNarrow, EmptyScope
    """
    scope.need("borrowers")
    codes = [code for chosen in scope.chosen().values() for code in chosen]
    if len(codes) > 1 or scope.opened_from is not None or scope.opened_to is not None:
        raise BorrowersTooNarrow
    question = queries.borrowers_by_month(scope, _first(scope, months))
    counted = fetch(question)
    if counted.empty:
        raise EmptyScope
    return Answer("delinquency.borrowers", metrics.borrowers(counted), (question,))


def _first(scope: Scope, months: int) -> date:
    between("months", months, 1, MOST_MONTHS)
    return month_plus(scope.as_of_month, 1 - months)


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
