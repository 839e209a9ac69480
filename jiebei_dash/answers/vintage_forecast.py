"""What will our vintages come to, and how did such forecasts turn out?"""

from __future__ import annotations

import pandas as pd

from jiebei_dash.answers.arguments import between
from jiebei_dash.answers.vintages import closed_cells
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.late import function
from jiebei_dash.metrics import vintage_forecast as metrics
from jiebei_dash.terms import COHORT_MONTHS, Basis, Cohort, Measure

DEVELOP = "jiebei_dash.metrics.development:develop"
"""The reserving library takes seconds to import: fetched by name when a forecast is asked for."""
MOST_MONTHS_BACK = 36


def curves(
    scope: Scope,
    fetch: Fetch,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return how each cohort is expected to go on after the age that it has reached.

    Parameters
    ----------
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`jiebei_dash.answers.vintages.curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.development.develop`; empty if too few cohorts can be followed.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    return Answer("vintage_forecast.curves", _develop(found, cohort), questions)


def ultimates(
    scope: Scope,
    fetch: Fetch,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return what each cohort is expected to come to in the end.

    Parameters
    ----------
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`jiebei_dash.answers.vintages.curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintage_forecast.ultimates`; empty if too few cohorts can be followed.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    return Answer("vintage_forecast.ultimates", metrics.ultimates(_develop(found, cohort)), questions)


def backtest(
    scope: Scope,
    fetch: Fetch,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
    months_back: int = 6,
) -> Answer:
    """Return what would have been forecast some months ago, beside what has closed since.

    Parameters
    ----------
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`jiebei_dash.answers.vintages.curves`.
    months_back
        How many months before the as-of month the forecast is made.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintage_forecast.turned_out`; empty if too few cohorts could be followed
        then.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    between("months_back", months_back, 1, MOST_MONTHS_BACK)
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    then = month_plus(scope.as_of_month, -months_back)
    known = metrics.known_then(found, then, COHORT_MONTHS[cohort])
    return Answer("vintage_forecast.backtest", metrics.turned_out(_develop(known, cohort), found), questions)


def _develop(found: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    frame: pd.DataFrame = function(DEVELOP)(found, COHORT_MONTHS[cohort])
    return frame
