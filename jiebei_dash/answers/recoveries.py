"""What comes back after a loss?"""

from __future__ import annotations

from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import recoveries as metrics
from jiebei_dash.queries import recoveries as queries
from jiebei_dash.terms import COHORTS, Cohort

_NEEDS = ("amounts", "write_offs", "recoveries")
MOST_MONTHS = 120


def curves(scope: Scope, fetch: Fetch, cohort: Cohort = "quarter", most_months: int = 24) -> Answer:
    """Return the recovery of each write-off cohort by months since the write-off, and the pooled curve.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    cohort
        ``month`` or ``quarter`` of the write-off.
    most_months
        Last month after the write-off.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.recoveries.curves`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("cohort", cohort, COHORTS)
    between("most_months", most_months, 1, MOST_MONTHS)
    scope.need(*_NEEDS)
    lost, cash = queries.lost_by_month(scope), queries.cash_by_loss(scope)
    found = metrics.curves(fetch(lost), fetch(cash), scope.as_of_month, cohort, most_months)
    if found.empty:
        raise EmptyScope
    return Answer("recoveries.curves", found, (lost, cash))


def mixed(scope: Scope, fetch: Fetch) -> Answer:
    """Return the cash of each calendar year over the write-offs of that year: a mixed ratio, as peers publish it.

    Parameters
    ----------
    scope, fetch
        As in :func:`curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.recoveries.against_mixed`.

    Raises
    ------
    BookLacks, EmptyScope
    """
    scope.need(*_NEEDS)
    lost, cash = queries.lost_by_month(scope), queries.cash_by_loss(scope)
    found = metrics.against_mixed(fetch(lost), fetch(cash))
    if found.empty:
        raise EmptyScope
    return Answer("recoveries.mixed", found, (lost, cash))


def sales(scope: Scope, fetch: Fetch) -> Answer:
    """Return the prices of sold loans by month of the sale, over principal and over principal and interest.

    Parameters
    ----------
    scope, fetch
        As in :func:`curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.recoveries.sales`.

    Raises
    ------
    BookLacks, EmptyScope
    """
    scope.need(*_NEEDS)
    lost, cash = queries.lost_by_month(scope), queries.cash_by_loss(scope)
    found = metrics.sales(fetch(lost), fetch(cash), "lost_interest" not in scope.lacks)
    if found.empty:
        raise EmptyScope
    return Answer("recoveries.sales", found, (lost, cash))


def net(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return the cash collected after write-offs in each month, less the commission of the agencies.

    Parameters
    ----------
    scope, fetch
        As in :func:`curves`.
    months
        How many, up to the as-of month, none before the first loss of which cash came.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.recoveries.net`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    between("months", months, 1, MOST_MONTHS)
    scope.need(*_NEEDS)
    cash = queries.cash_by_loss(scope)
    came = fetch(cash)
    if came.empty:
        raise EmptyScope
    first = came["lost_month"].min().date()
    shown = [month for place in range(months) if (month := month_plus(scope.as_of_month, place - months + 1)) >= first]
    return Answer("recoveries.net", metrics.net(came, shown, "commissions" not in scope.lacks), (cash,))


def agencies(scope: Scope, fetch: Fetch, months: int = 12) -> Answer:
    """Return what each agency collected after write-offs in the last months, and what it took.

    Parameters
    ----------
    scope, fetch, months
        As in :func:`net`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.recoveries.agencies`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    between("months", months, 1, MOST_MONTHS)
    scope.need(*_NEEDS)
    question = queries.cash_by_agency(scope, month_plus(scope.as_of_month, 1 - months))
    collected = fetch(question)
    if collected.empty:
        raise EmptyScope
    return Answer("recoveries.agencies", metrics.agencies(collected, "commissions" not in scope.lacks), (question,))
