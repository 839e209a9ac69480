"""Which part of the book ages worse than the rest, cohorts and ages alike?"""

from __future__ import annotations

from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.answers.vintages import closed_cells
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope
from jiebei_dash.metrics import vintage_parts as metrics
from jiebei_dash.terms import Basis, Cohort, Measure


def curves(
    scope: Scope,
    fetch: Fetch,
    by: str = "zhima_band",
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return one curve over the age for each code of a dimension, pooled over the cohorts of the scope.

    Parameters
    ----------
    by
        A dimension of the scope.
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`jiebei_dash.answers.vintages.curves`; the scope's ``opened_from`` and ``opened_to`` choose the
        cohorts.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintage_parts.curves`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("by", by, DIMENSION_KEYS)
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort, by)
    return Answer("vintage_parts.curves", metrics.curves(found, by), questions)


def at_age(
    scope: Scope,
    fetch: Fetch,
    by: str = "zhima_band",
    mob: int = 3,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return the codes of a dimension at one age with their intervals, each beside the rest of the scope.

    Parameters
    ----------
    by, mob
        A dimension of the scope, and the age.
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintage_parts.at_age`; empty if no cohort has reached the age.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("by", by, DIMENSION_KEYS)
    between("mob", mob, 0, 120)
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort, by)
    counts: Measure = "loss" if measure == "net_loss" else measure
    counted, _ = closed_cells(scope, fetch, past_due_days, counts, "count", cohort, by)
    return Answer("vintage_parts.at_age", metrics.at_age(found, counted, by, mob), questions)
