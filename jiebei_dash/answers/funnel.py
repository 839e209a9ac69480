"""Who applies, who gets credit, and how fast?"""

from __future__ import annotations

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import funnel as metrics
from jiebei_dash.queries import funnel as queries

MOST_MONTHS = 120


def approval(scope: Scope, fetch: Fetch, by: str | None = None, months: int = 13) -> Answer:
    """Return the approval rate through time, by count and by amount; withdrawn and pending apart.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    by
        A dimension to split by, or None.
    months
        How many months of submission, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.approval`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("applicants", "declined_applicants")
    between("months", months, 1, MOST_MONTHS)
    if by is not None:
        one_of("by", by, DIMENSION_KEYS)
    question = queries.results_by_month(scope, month_plus(scope.as_of_month, 1 - months), *([by] if by else []))
    results = fetch(question)
    if results.empty:
        raise EmptyScope
    return Answer("funnel.approval", metrics.approval(results, by), (question,))


def stages(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return how many applications entered and passed each stage, beside as many months before.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        Length of each of the two windows; the latest ends with the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.stages`, windows ``latest`` and ``before``.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("applicants", "declined_applicants")
    between("months", months, 1, MOST_MONTHS)
    last = scope.as_of_month
    windows = {
        "latest": (month_plus(last, 1 - months), last),
        "before": (month_plus(last, 1 - 2 * months), month_plus(last, -months)),
    }
    question = queries.stages_by_month(scope, windows["before"][0])
    found = metrics.stages(fetch(question), windows)
    if found.empty:
        raise EmptyScope
    return Answer("funnel.stages", found, (question,))


def declines(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return why applications were declined: first reason, any hit and sole hit.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many months of submission, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.declines`; without rows if nothing was declined.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("applicants", "declined_applicants")
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    hits, gates = queries.rule_hits(scope, first), queries.stages_by_month(scope, first)
    return Answer("funnel.declines", metrics.declines(fetch(hits), fetch(gates)), (hits, gates))


def time_to_cash(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return how long people waited for a decision and for their money.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many months, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.waits`; without rows if no wait is known.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("applicants")
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    decisions, cash = queries.decision_waits(scope, first), queries.cash_waits(scope, first)
    found = metrics.waits(fetch(decisions), fetch(cash), terms.WAIT_EDGES_SECONDS)
    return Answer("funnel.time_to_cash", found, (decisions, cash))
