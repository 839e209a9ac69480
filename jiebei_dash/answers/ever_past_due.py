"""How far past due loans have ever been."""

from __future__ import annotations

from collections.abc import Sequence

from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import ever_past_due as metrics
from jiebei_dash.queries import ever_past_due as queries

THRESHOLDS_DAYS: tuple[int, ...] = (0, 30, 60, 90, 120, 150)


def shares(scope: Scope, fetch: Fetch, thresholds_days: Sequence[int] = THRESHOLDS_DAYS) -> Answer:
    """Return the share of loans ever more than so many days past due.

    Parameters
    ----------
    scope
        Which loans, as of when.
    fetch
        How questions are answered.
    thresholds_days
        Strictly more than each.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.ever_past_due.shares`.

    Raises
    ------
    EmptyScope
        No loan is in the scope.
    """
    question = queries.worst_days(scope)
    counts = fetch(question)
    if counts.empty:
        raise EmptyScope
    return Answer("ever_past_due.shares", metrics.shares(counts, thresholds_days), (question,))


def by_age(scope: Scope, fetch: Fetch, past_due_days: int = 60, observed_over_months: int | None = None) -> Answer:
    """Return the cumulative share of each cohort that was past due by an age.

    Parameters
    ----------
    scope
        Which loans, as of when.
    fetch
        How questions are answered.
    past_due_days
        More than how many days; one of ``terms.PAST_DUE_DAYS``.
    observed_over_months
        Count as past due only loans observed to an age above this; None counts all. The denominator stays the cohort.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.ever_past_due.by_age`.

    Raises
    ------
    BadArgument
        There is no milestone of that many days.
    BookLacks
        Loans were not watched from their opening on.
    EmptyScope
        No loan is in the scope.
    """
    scope.need("whole_cohorts")
    question = queries.first_past_due_by_age(scope, past_due_days, observed_over_months)
    counts = fetch(question)
    if counts.empty:
        raise EmptyScope
    return Answer("ever_past_due.by_age", metrics.by_age(counts, scope.as_of_month), (question,))
