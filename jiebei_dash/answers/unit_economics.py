"""What does 100 of average balance earn, and what loss rate kills it?"""

from __future__ import annotations

import pandas as pd

from jiebei_dash.answers.arguments import one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import unit_economics as metrics
from jiebei_dash.queries import unit_economics as queries
from jiebei_dash.unit_costs import read_unit_costs

NEEDS = ("amounts", "write_offs", "cash_flows")
WINDOW_MONTHS = 12


def segments(scope: Scope, fetch: Fetch, by: str | None = None, **changed: float) -> Answer:
    """Return what each unit of average balance earned and cost in the last twelve months, by group.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    by
        A dimension of the scope; None for the whole.
    **changed
        Values in place of those of ``data/unit_costs.toml``, by their names and in their units; ``yield_change``,
        ``loss_change`` and ``commission_change`` are added to what the book holds.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.unit_economics.segments`.

    Raises
    ------
    AssumptionsInvalid, BadArgument, BookLacks, EmptyScope
    """
    if by is not None:
        one_of("by", by, DIMENSION_KEYS)
    costs = read_unit_costs().changed(changed)
    scope.need(*NEEDS)
    found, questions = _months(scope, fetch, WINDOW_MONTHS - 1, by)
    return Answer("unit_economics.segments", metrics.segments(found, costs, by), questions)


def by_month(scope: Scope, fetch: Fetch, months_back: int) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    """Return the same lines of the whole for each month at the agreed costs, and the questions.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months_back
        How many months before the as-of month the first is.

    Returns
    -------
    tuple
        Frame of :func:`jiebei_dash.metrics.unit_economics.by_month`.

    Raises
    ------
    AssumptionsInvalid, EmptyScope
    """
    found, questions = _months(scope, fetch, months_back, None)
    return metrics.by_month(found, read_unit_costs()), questions


def _months(scope: Scope, fetch: Fetch, months_back: int, by: str | None) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    first = month_plus(scope.as_of_month, -months_back)
    asked = [
        queries.earned(scope, first, by),
        queries.came_back(scope, first, by),
        queries.opened(scope, first, by),
        *([] if "applicants" in scope.lacks else [queries.applied(scope, first, by)]),
    ]
    frames = [fetch(question) for question in asked]
    if frames[0].empty:
        raise EmptyScope
    applied = frames[3] if len(frames) > 3 else None
    return metrics.months(frames[0], frames[1], frames[2], applied, by, scope.lacks), tuple(asked)
