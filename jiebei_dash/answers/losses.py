"""What do we lose, and on which base?"""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash.answers import vintages
from jiebei_dash.answers.arguments import between, need_basis
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import losses as metrics
from jiebei_dash.metrics import severity as severities
from jiebei_dash.queries import losses as queries
from jiebei_dash.queries import overview
from jiebei_dash.queries import vintages as cohort_queries
from jiebei_dash.terms import Basis, Cohort

MOST_MONTHS = 120
LOSS_COHORTS = 48
"""Severity is read from so many months of losses before the as-of month."""
_YEAR = 12


def annual(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 25) -> Answer:
    """Return the loss on the mean book, over a year: of each month, of three and of twelve months.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance``, or ``count``: loans lost, nothing recovered.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.losses.annual`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    scope.need("write_offs")
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    stood, found, questions = _by_month(scope, fetch, first, basis)
    rates = metrics.annual(stood, found, basis)
    shown = rates[rates["month"] >= pd.Timestamp(first)].reset_index(drop=True)
    return Answer("losses.annual", shown, questions)


def defaults(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 25) -> Answer:
    """Return what part of the performing book defaults in a month and in a year.

    Parameters
    ----------
    scope, fetch, months
        As in :func:`annual`.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.losses.defaults`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    question = queries.by_month(scope, month_plus(first, 1 - _YEAR))
    rates = metrics.defaults(_some(fetch(question)), basis)
    shown = rates[rates["month"] >= pd.Timestamp(first)].reset_index(drop=True)
    return Answer("losses.defaults", shown, (question,))


def cohorts(scope: Scope, fetch: Fetch, mob: int = 12, cohort: Cohort = "quarter") -> Answer:
    """Return the net loss of each cohort at one age, on its original principal.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    mob
        The age.
    cohort
        ``month`` or ``quarter`` of opening.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.losses.at_age`; empty if no cohort has reached the age.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("recoveries")
    between("mob", mob, 0, 120)
    found, questions = vintages.closed_cells(scope, fetch, 30, "net_loss", "balance", cohort)
    counted, _ = vintages.closed_cells(scope, fetch, 30, "loss", "count", cohort)
    return Answer("losses.cohorts", metrics.at_age(found, counted, mob), questions)


def bridge(scope: Scope, fetch: Fetch) -> Answer:
    """Return one loss over original principal, balance and defaults, and how far the book's year explains it.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.losses.bridge`; empty while no cohort has matured.

    Raises
    ------
    BookLacks, EmptyScope
    """
    originated, lived, back, questions = _lives(scope, fetch)
    matured = metrics.matured(originated, lived, back, scope.as_of_month)
    stood, found, asked = _by_month(scope, fetch, scope.as_of_month, "balance")
    frame = metrics.bridge(matured, metrics.annual(stood, found, "balance"))
    return Answer("losses.bridge", frame if len(matured) else frame.head(0), (*questions, *asked))


def matured(scope: Scope, fetch: Fetch) -> Answer:
    """Return the cohorts from whose lives the bridge is made.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.losses.matured`.

    Raises
    ------
    BookLacks, EmptyScope
    """
    originated, lived, back, questions = _lives(scope, fetch)
    return Answer("losses.matured", metrics.matured(originated, lived, back, scope.as_of_month), questions)


def severity(scope: Scope, fetch: Fetch) -> Answer:
    """Return what part of a lost principal has not come back so many months after the loss.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.severity.pooled`; empty where nothing was lost.

    Raises
    ------
    BookLacks, EmptyScope
    """
    found, questions = _paths(scope, fetch)
    return Answer("losses.severity", severities.pooled(found), questions)


def severity_by_cohort(scope: Scope, fetch: Fetch, after_months: int = 12) -> Answer:
    """Return the severity of each month of losses, all so many months after the loss.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    after_months
        Months since the loss.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.severity.by_cohort`; younger losses are absent.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    between("after_months", after_months, 0, 60)
    found, questions = _paths(scope, fetch)
    return Answer("losses.severity_by_cohort", severities.by_cohort(found, after_months), questions)


def expected(scope: Scope, fetch: Fetch, after_months: int = 12, months: int = 25) -> Answer:
    """Return the loss that each book was expected to make in a year, beside what it made.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    after_months
        Severity is read so many months after the loss.
    months
        How many books, the last of the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.severity.expected`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    between("after_months", after_months, 0, 60)
    between("months", months, 1, LOSS_COHORTS)
    found, questions = _paths(scope, fetch)
    first = month_plus(scope.as_of_month, 1 - months - _YEAR - severities.LOSS_LAG_MONTHS)
    question = queries.closed_books(scope, first)
    starts = pd.date_range(end=pd.Timestamp(scope.as_of_month), periods=months, freq="MS")
    frame = severities.expected(_some(fetch(question)), found, starts, scope.as_of_month, after_months)
    return Answer("losses.expected", frame, (question, *questions))


def _by_month(
    scope: Scope, fetch: Fetch, first: date, basis: Basis
) -> tuple[pd.DataFrame, pd.DataFrame | None, tuple[Question, ...]]:
    """Thirteen months before the first one too: a year of twelve months has thirteen month-ends."""
    since = month_plus(first, -_YEAR)
    stood = queries.by_month(scope, since)
    if basis == "count" or "recoveries" in scope.lacks:
        return _some(fetch(stood)), None, (stood,)
    back = overview.recovered_by_month(scope, since)
    return _some(fetch(stood)), fetch(back), (stood, back)


def _lives(scope: Scope, fetch: Fetch) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, tuple[Question, ...]]:
    scope.need("amounts", "write_offs", "recoveries", "whole_cohorts")
    asked = (cohort_queries.originated(scope), queries.lives(scope), cohort_queries.recovered(scope))
    originated, lived, back = (fetch(question) for question in asked)
    return _some(originated), lived, back, asked


def _paths(scope: Scope, fetch: Fetch) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    scope.need("amounts", "write_offs", "recoveries")
    first = month_plus(scope.as_of_month, 1 - LOSS_COHORTS)
    asked = queries.written_off(scope, first), queries.back_by_loss(scope, first)
    months, back = (fetch(question) for question in asked)
    return severities.paths(_some(months), back, scope.as_of_month), asked


def _some(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that has a row.

    Raises
    ------
    EmptyScope
    """
    if frame.empty:
        raise EmptyScope
    return frame
