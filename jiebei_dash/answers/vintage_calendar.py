"""Which months were bad for cohorts of all ages at once?"""

from __future__ import annotations

from typing import Literal

from jiebei_dash.answers.arguments import one_of
from jiebei_dash.answers.vintages import closed_cells
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics import vintage_calendar as metrics
from jiebei_dash.terms import COHORT_MONTHS, Basis, Cohort

Adding = Literal["ever", "loss"]
ADDING: tuple[Adding, ...] = ("ever", "loss")
"""Measures that only add up: what is past due now may be so since long, and net losses come back."""


def months(
    scope: Scope,
    fetch: Fetch,
    past_due_days: int = 30,
    measure: Adding = "ever",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return what came new in each calendar month, beside what is usual at the ages of the cohorts then.

    Parameters
    ----------
    measure
        ``ever`` (past due for the first time) or ``loss``.
    scope, fetch, past_due_days, basis, cohort
        As in :func:`jiebei_dash.answers.vintages.curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintage_calendar.months`; empty if fewer than three cohorts have reached
        any age.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("measure", measure, ADDING)
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    counted, _ = closed_cells(scope, fetch, past_due_days, measure, "count", cohort)
    return Answer("vintage_calendar.months", metrics.months(found, counted, COHORT_MONTHS[cohort]), questions)
