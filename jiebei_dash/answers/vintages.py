"""How do our vintages age?"""

from __future__ import annotations

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, need_basis, one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import vintages as metrics
from jiebei_dash.queries import vintages as queries
from jiebei_dash.terms import COHORTS, MEASURES, Basis, Cohort, Measure


def curves(
    scope: Scope,
    fetch: Fetch,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return the curve of each cohort over its age, and the pooled curve.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    past_due_days
        30, 60 or 90: more than so many days past due; without meaning for losses.
    measure
        ``current`` (past due then, and lost to date), ``ever`` (past due once), ``loss`` or ``net_loss`` (less what
        came back; by balance alone).
    basis
        ``balance`` of original principal, or ``count`` of loans.
    cohort
        ``month`` or ``quarter`` of opening.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintages.cells`, followed by :func:`jiebei_dash.metrics.vintages.pooled`
        (``cohort`` NaT).

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    return Answer("vintages.curves", pd.concat([found, metrics.pooled(found)], ignore_index=True), questions)


def triangle(
    scope: Scope,
    fetch: Fetch,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return the same cells without the pooled curve, for the triangle of cohorts and ages.

    Parameters
    ----------
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintages.cells`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    return Answer("vintages.triangle", found, questions)


def at_age(
    scope: Scope,
    fetch: Fetch,
    mob: int = 3,
    past_due_days: int = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> Answer:
    """Return the cohorts compared at one age, each with all others at that age.

    Parameters
    ----------
    mob
        The age.
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`curves`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.vintages.against_pooled`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    between("mob", mob, 0, 120)
    found, questions = closed_cells(scope, fetch, past_due_days, measure, basis, cohort)
    return Answer("vintages.at_age", metrics.against_pooled(found, mob), questions)


def closed_cells(
    scope: Scope,
    fetch: Fetch,
    past_due_days: int,
    measure: Measure,
    basis: Basis,
    cohort: Cohort,
    by: str | None = None,
) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    """Return the closed cells and the questions that they came from, for whatever is made of them.

    Parameters
    ----------
    scope, fetch, past_due_days, measure, basis, cohort
        As in :func:`curves`.
    by
        A key of ``scope.DIMENSIONS``: cells of each of its codes, which stand in a first column of that name.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("measure", measure, MEASURES)
    one_of("cohort", cohort, COHORTS)
    one_of("past_due_days", past_due_days, terms.PAST_DUE_DAYS)
    if measure == "net_loss":
        # What comes back is money: it has no loans to count.
        one_of("basis", basis, ("balance",))
    need_basis(scope, basis)
    scope.need("whole_cohorts")
    if measure in terms.NEED_WRITE_OFFS:
        scope.need("write_offs")
    lent = queries.originated(scope, by)
    aged = (queries.first_past_due if measure == "ever" else queries.months_on_book)(scope, past_due_days, by)
    back = (queries.recovered(scope, by),) if measure == "net_loss" else ()
    originated = fetch(lent)
    if originated.empty:
        raise EmptyScope
    frames = [originated, fetch(aged), *[fetch(question) for question in back]]
    parts = [("", frames)] if by is None else _of_each(frames, by)
    found = pd.concat(
        [_cells(code, by, part, scope, measure, basis, cohort) for code, part in parts], ignore_index=True
    )
    if found.empty:
        raise EmptyScope
    return found, (lent, aged, *back)


def _of_each(frames: list[pd.DataFrame], by: str) -> list[tuple[str, list[pd.DataFrame]]]:
    codes = frames[0][by].drop_duplicates().tolist()
    return [(code, [frame[frame[by] == code] for frame in frames]) for code in codes]


def _cells(
    code: str,
    by: str | None,
    frames: list[pd.DataFrame],
    scope: Scope,
    measure: Measure,
    basis: Basis,
    cohort: Cohort,
) -> pd.DataFrame:
    originated, ages, *back = frames
    for recovered in back:
        ages = metrics.with_recoveries(ages, recovered)
    found = metrics.cells(originated, ages, scope.as_of_month, measure, basis, cohort)
    if by is not None:
        found.insert(0, by, code)
    return found
