"""Do new loans start well?"""

from __future__ import annotations

from datetime import timedelta

from jiebei_dash import terms
from jiebei_dash.answers import delinquency
from jiebei_dash.answers.arguments import between, need_basis
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.holidays import read_holidays
from jiebei_dash.metrics import entry as metrics
from jiebei_dash.metrics import entry_weeks as week_metrics
from jiebei_dash.metrics import peaks as peak_metrics
from jiebei_dash.queries import entry as queries
from jiebei_dash.terms import Basis

MOST_MONTHS, MOST_WEEKS = 120, 104
TAUGHT_MONTHS = 36
"""Months before the first week that teach what a day of the month and a holiday do."""


def entry(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return the entry rate of each due month, its 30-day collection, and what rolled on to M2.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` weighs by the amount due, ``count`` by instalments.
    months
        How many due months, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.entry.entry`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("instalments")
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    question = queries.due_by_month(scope, month_plus(scope.as_of_month, 1 - months))
    due = fetch(question)
    if due.empty:
        raise EmptyScope
    return Answer("entry.entry", metrics.entry(due, basis), (question,))


def first_payment(scope: Scope, fetch: Fetch, basis: Basis = "count", months: int = 24) -> Answer:
    """Return for each cohort the share of first instalments unpaid 1, 7, 15 and 30 days after their due date.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``count``, or ``balance`` for original principal.
    months
        How many cohorts, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.entry.first_payment`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("instalments")
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    question = queries.first_instalments(scope, month_plus(scope.as_of_month, 1 - months))
    first = fetch(question)
    if first.empty:
        raise EmptyScope
    found = metrics.first_payment(first, basis, terms.FIRST_UNPAID_DAYS)
    return Answer("entry.first_payment", found, (question,))


def later_payments(scope: Scope, fetch: Fetch, basis: Basis = "count", months: int = 24) -> Answer:
    """Return for each cohort the share of second and third instalments unpaid x days after their due date.

    Parameters
    ----------
    scope, fetch, basis, months
        As in :func:`first_payment`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.entry.later_payments`; without rows while no cohort is old enough.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("instalments")
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    question = queries.later_instalments(scope, month_plus(scope.as_of_month, 1 - months))
    found = metrics.later_payments(fetch(question), basis, terms.FIRST_UNPAID_DAYS)
    return Answer("entry.later_payments", found, (question,))


def weekly(scope: Scope, fetch: Fetch, basis: Basis = "balance", weeks: int = 26) -> Answer:
    """Return D1 of each week beside what its days of the month and its holidays let expect.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` weighs by the amount due, ``count`` by instalments.
    weeks
        How many, up to the last that has ended by the as-of month's end.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.entry_weeks.weekly`; without rows while too few weeks are known.

    Raises
    ------
    BadArgument, BookLacks, AssumptionsInvalid
    """
    scope.need("instalments")
    need_basis(scope, basis)
    between("weeks", weeks, 4, MOST_WEEKS)
    next_monday = scope.as_of_end + timedelta(days=1) - timedelta(days=(scope.as_of_end.weekday() + 1) % 7)
    first_week = next_monday - timedelta(weeks=weeks)
    question = queries.due_by_day(scope, month_plus(first_week.replace(day=1), -TAUGHT_MONTHS))
    found = week_metrics.weekly(fetch(question), read_holidays(), basis, first_week, scope.as_of_end)
    return Answer("entry.weekly", found, (question,))


def rates_smoothed(scope: Scope, fetch: Fetch, months: int = 36) -> Answer:
    """Return D1 and 30+ by month, smoothed over three months.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.peaks.smoothed`; by balance, by count where the book has no amounts.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    basis: Basis = "count" if "amounts" in scope.lacks else "balance"
    came = entry(scope, fetch, basis, months)
    late = delinquency.rates(scope, fetch, basis, months)
    frame = peak_metrics.smoothed(came.frame, late.frame)
    return Answer("entry.rates_smoothed", frame, (*came.questions, *late.questions))


def peaks(scope: Scope, fetch: Fetch, months: int = 36) -> Answer:
    """Return where D1 and 30+ peaked, whether that is behind, and by how much 30+ follows.

    Parameters
    ----------
    scope, fetch, months
        As in :func:`rates_smoothed`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.peaks.peaks`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found = rates_smoothed(scope, fetch, months)
    return Answer("entry.peaks", peak_metrics.peaks(found.frame), found.questions)
