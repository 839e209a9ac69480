"""Which cohort first looks worse than those before it, all at the same age?"""

from __future__ import annotations

from jiebei_dash.answers.arguments import between
from jiebei_dash.answers.vintages import closed_cells
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics import same_age as metrics
from jiebei_dash.terms import Basis, Cohort, Measure


def cohorts(
    scope: Scope,
    fetch: Fetch,
    mob: int = 3,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return the cohorts at one age with their intervals, each beside those of the year before it.

    Parameters
    ----------
    mob
        The age.
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`jiebei_dash.answers.vintages.curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.same_age.cohorts`; empty if no cohort has reached the age.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    between("mob", mob, 0, 120)
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    counts: Measure = "loss" if measure == "net_loss" else measure
    counted, _ = closed_cells(scope, fetch, past_due_days, counts, "count", cohort)
    return Answer("same_age.cohorts", metrics.cohorts(found, counted, mob), questions)
