"""How fast are loans repaid ahead of schedule?"""

from __future__ import annotations

from datetime import date
from typing import Literal

import pandas as pd

from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import prepayment as metrics
from jiebei_dash.queries import prepayment as queries

Schedule = Literal["with", "without"]
SCHEDULES: tuple[Schedule, ...] = ("with", "without")
"""Loans that repay by instalments, and the classes whose principal falls due in one sum."""
MOST_MONTHS = 120


def by_month(scope: Scope, fetch: Fetch, schedule: Schedule = "with", months: int = 25) -> Answer:
    """Return what part of the performing book was repaid early in each month.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    schedule
        ``with`` a schedule of principal: SMM and CPR; ``without``: MPR.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.prepayment.by_month`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    first = _first(scope, schedule, months)
    question = queries.by_month(scope, month_plus(first, 1 - metrics.WINDOW_MONTHS), schedule == "with")
    found = metrics.by_month(_some(fetch, question))
    return Answer(
        "prepayment.by_month", found[found["month"] >= pd.Timestamp(first)].reset_index(drop=True), (question,)
    )


def by_group(
    scope: Scope, fetch: Fetch, by: str = "product_class", schedule: Schedule = "with", months: int = 12
) -> Answer:
    """Return the rates of each group over the last months together.

    Parameters
    ----------
    scope, fetch, schedule
        As in :func:`by_month`.
    by
        A key of ``scope.DIMENSIONS``.
    months
        How many, weighed by their balance.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.prepayment.rates`, one row a code of ``by``.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("by", by, DIMENSION_KEYS)
    question = queries.by_month(scope, _first(scope, schedule, months), schedule == "with", by)
    return Answer("prepayment.by_group", metrics.rates(_some(fetch, question), [by]), (question,))


def by_age(scope: Scope, fetch: Fetch, schedule: Schedule = "with", months: int = 12) -> Answer:
    """Return the rates at each age over the last months together.

    Parameters
    ----------
    scope, fetch, schedule, months
        As in :func:`by_group`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.prepayment.by_age`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    question = queries.by_age(scope, _first(scope, schedule, months), schedule == "with")
    return Answer("prepayment.by_age", metrics.by_age(_some(fetch, question)), (question,))


def _first(scope: Scope, schedule: Schedule, months: int) -> date:
    """Refuse what cannot be asked, and return the first month."""
    one_of("schedule", schedule, SCHEDULES)
    between("months", months, 1, MOST_MONTHS)
    scope.need("amounts", "cash_flows")
    return month_plus(scope.as_of_month, 1 - months)


def _some(fetch: Fetch, question: Question) -> pd.DataFrame:
    """Return what a question found, if it found anything."""
    found = fetch(question)
    if found.empty:
        raise EmptyScope
    return found
