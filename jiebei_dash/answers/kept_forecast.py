"""How did the forecasts that we kept turn out?"""

from __future__ import annotations

import pandas as pd

from jiebei_dash.answers.vintages import closed_cells
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics import kept_forecast as metrics
from jiebei_dash.terms import NEED_WRITE_OFFS, Basis, Cohort, Measure


def scored(
    scope: Scope,
    fetch: Fetch,
    kept: pd.DataFrame,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return the kept forecasts of this part of the book and measure, beside what has closed since.

    Parameters
    ----------
    kept
        All forecasts on the desk.
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`jiebei_dash.answers.vintages.curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.kept_forecast.scored`; empty if none has closed.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    own = _of_this(kept, scope, past_due_days, measure, basis, cohort)
    return Answer("kept_forecast.scored", metrics.scored(own, found), questions)


def sets(
    scope: Scope,
    fetch: Fetch,
    kept: pd.DataFrame,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return how each set of kept forecasts of this part of the book and measure has turned out so far.

    Parameters
    ----------
    scope, fetch, kept, past_due_days, measure, basis, cohort
        As in :func:`scored`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.kept_forecast.sets`; empty if none was kept.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    own = _of_this(kept, scope, past_due_days, measure, basis, cohort)
    return Answer("kept_forecast.sets", metrics.sets(own, found), questions)


def _of_this(
    kept: pd.DataFrame, scope: Scope, past_due_days: int, measure: Measure, basis: Basis, cohort: Cohort
) -> pd.DataFrame:
    """What was known later than the as-of month is not known yet."""
    days = 0 if measure in NEED_WRITE_OFFS else past_due_days
    return kept[
        (kept["part_json"] == scope.part_text())
        & (kept["past_due_days"] == days)
        & (kept["measure"] == measure)
        & (kept["basis"] == basis)
        & (kept["cohort_kind"] == cohort)
        & (kept["as_of_month"] <= pd.Timestamp(scope.as_of_month))
    ]
