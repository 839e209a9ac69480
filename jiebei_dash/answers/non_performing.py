"""How bad is the bad book, and is it covered?"""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash.answers.arguments import between, need_basis
from jiebei_dash.answers.delinquency import MOST_MONTHS
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.classes import read_classes, table_at
from jiebei_dash.errors import AllowanceTooNarrow, EmptyScope
from jiebei_dash.metrics import non_performing as metrics
from jiebei_dash.queries import non_performing as queries
from jiebei_dash.terms import Basis

NEED_LOSSES = (
    "written_off", "sold", "lost_year", "managed_rate", "late_managed_rate", "formation_rate", "unsold_rate",
    "late_unsold_rate",
)  # fmt: skip
"""Not there in a book that never held write-offs, rather than zero."""


def classes(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return what share of the book is of each of the regulator's five classes at each month-end.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` or ``count``.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.non_performing.classes`.

    Raises
    ------
    BadArgument, BookLacks, ClassesInvalid, EmptyScope
    """
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    states, question = _states(scope, fetch, first)
    found = metrics.classes(states, read_classes(), basis)
    return Answer("non_performing.classes", _from(found, first), (question,))


def ratios(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return the NPL ratio beside the managed one, 90+ beside 90+ with losses added back, deviation and formation.

    Parameters
    ----------
    scope, fetch, basis, months
        As in :func:`classes`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.non_performing.ratios`; without the columns
        ``NEED_LOSSES`` in a book that never held write-offs.

    Raises
    ------
    BadArgument, BookLacks, ClassesInvalid, EmptyScope
    """
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    states, question = _states(scope, fetch, month_plus(first, 1 - metrics.YEAR_MONTHS))
    found = metrics.ratios(states, read_classes(), basis)
    if "write_offs" in scope.lacks:
        found = found.drop(columns=[name for name in found if str(name).removesuffix("_fen") in NEED_LOSSES])
    return Answer("non_performing.ratios", _from(found, first), (question,))


def write_offs(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return what was written off and what was sold by month, gross, principal and interest apart.

    Parameters
    ----------
    scope, fetch, months
        As in :func:`classes`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.non_performing.write_offs`; without the columns
        of interest, or of all amounts, in a book that does not hold them.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("write_offs")
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    states, question = _states(scope, fetch, first)
    lacking = ["_fen"] * ("amounts" in scope.lacks) + ["_interest_fen"] * ("lost_interest" in scope.lacks)
    found = metrics.write_offs(states)
    found = found[[name for name in found.columns if not name.endswith(tuple(lacking))]]
    return Answer("non_performing.write_offs", found, (question,))


def coverage(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return the allowance over what is non-performing and over the book.

    Parameters
    ----------
    scope
        The whole book, or some of its product classes.
    fetch, months
        As in :func:`classes`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.non_performing.coverage`; a month for which no allowance is kept is absent.

    Raises
    ------
    AllowanceTooNarrow, BadArgument, BookLacks, ClassesInvalid, EmptyScope
    """
    scope.need("allowance", "amounts")
    if narrow := _narrow(scope):
        raise AllowanceTooNarrow(split=narrow[0])
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    asked = queries.allowance_by_month(scope, first)
    held = fetch(asked)
    if held.empty:
        raise EmptyScope
    states, question = _states(scope, fetch, first)
    return Answer("non_performing.coverage", metrics.coverage(held, states, read_classes()), (asked, question))


def migration(scope: Scope, fetch: Fetch, basis: Basis = "balance") -> Answer:
    """Return how much of each class twelve months before is in a worse one now, or was lost.

    Parameters
    ----------
    scope, fetch, basis
        As in :func:`classes`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.non_performing.migration`.

    Raises
    ------
    BadArgument, BookLacks, ClassesInvalid, EmptyScope
    """
    need_basis(scope, basis)
    scope.need("write_offs")
    question = queries.migrated(scope)
    moved = fetch(question)
    if moved.empty:
        raise EmptyScope
    tables = read_classes()
    then, now = (table_at(tables, month_plus(scope.as_of_month, -back)) for back in (metrics.YEAR_MONTHS, 0))
    return Answer("non_performing.migration", metrics.migration(moved, then, now, basis), (question,))


def is_allowance_known(scope: Scope) -> bool:
    """Return whether allowances are kept for a part of the book: for all of it or for product classes."""
    return not _narrow(scope)


def _narrow(scope: Scope) -> list[str]:
    """What narrows a scope beyond what allowances are kept by."""
    is_cohort = scope.opened_from is not None or scope.opened_to is not None
    return [*(name for name in scope.chosen() if name != "product_class"), *(["cohort"] * is_cohort)]


def _states(scope: Scope, fetch: Fetch, first: date) -> tuple[pd.DataFrame, Question]:
    question = queries.states_by_month(scope, first)
    states = fetch(question)
    if states.empty:
        raise EmptyScope
    return states, question


def _from(found: pd.DataFrame, first: date) -> pd.DataFrame:
    return found[found["month"].dt.date >= first].reset_index(drop=True)
