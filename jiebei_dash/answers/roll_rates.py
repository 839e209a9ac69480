"""How do loans move between states from month to month?"""

from __future__ import annotations

import pandas as pd

from jiebei_dash.answers.arguments import between, need_basis, one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import roll_moves
from jiebei_dash.metrics import roll_rates as metrics
from jiebei_dash.queries import delinquency
from jiebei_dash.queries import roll_rates as queries
from jiebei_dash.terms import FLOWS, Basis, Flow

MOST_MONTHS = 120


def matrix(scope: Scope, fetch: Fetch, basis: Basis = "balance", window_months: int = 3) -> Answer:
    """Return the matrix of moves, over the last months weighted by their openings.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` or ``count``.
    window_months
        How many months of moves, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.roll_rates.matrix`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    between("window_months", window_months, 1, MOST_MONTHS)
    moves, question = _moves(scope, fetch, window_months)
    return Answer("roll_rates.matrix", metrics.matrix(moves, basis), (question,))


def directions(scope: Scope, fetch: Fetch, basis: Basis = "balance", window_months: int = 3) -> Answer:
    """Return what of each bucket rolled forward, stayed, got better and was repaid.

    Parameters
    ----------
    scope, fetch, basis, window_months
        As in :func:`matrix`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.roll_rates.directions`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    found = matrix(scope, fetch, basis, window_months)
    return Answer("roll_rates.directions", metrics.directions(found.frame), found.questions)


def moved(scope: Scope, fetch: Fetch, basis: Basis = "balance", window_months: int = 3) -> Answer:
    """Return which cells of the matrix differ from the window before, and by more than chance.

    Parameters
    ----------
    scope, fetch, basis, window_months
        As in :func:`matrix`; the window before is as long and ends where this one begins.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.roll_moves.moved`.

    Raises
    ------
    BadArgument, BookLacks
    EmptyScope
        Also where the window before is not whole.
    """
    need_basis(scope, basis)
    between("window_months", window_months, 1, MOST_MONTHS)
    moves, question = _moves(scope, fetch, 2 * window_months)
    is_now = moves["month"] >= pd.Timestamp(month_plus(scope.as_of_month, 1 - window_months))
    if is_now.all() or moves["month"].nunique() < 2 * window_months:
        raise EmptyScope
    now, before = metrics.matrix(moves[is_now], basis), metrics.matrix(moves[~is_now], basis)
    return Answer("roll_rates.moved", roll_moves.moved(now, before), (question,))


def flow(
    scope: Scope,
    fetch: Fetch,
    name: Flow = "C_M1",
    basis: Basis = "balance",
    window_months: int = 3,
    by: str | None = None,
    months: int = 13,
) -> Answer:
    """Return one flow through time, as a whole or by the groups of a dimension.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    name
        One of ``terms.FLOWS``.
    basis
        ``balance`` or ``count``.
    window_months
        Moves of so many months are added up for each point.
    by
        A dimension of the scope, or None.
    months
        How many points, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.roll_moves.flow`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    one_of("name", name, FLOWS)
    if by is not None:
        one_of("by", by, DIMENSION_KEYS)
    between("window_months", window_months, 1, MOST_MONTHS)
    between("months", months, 1, MOST_MONTHS)
    moves, question = _moves(scope, fetch, window_months + months - 1, by)
    found = roll_moves.flow(moves, name, basis, window_months, by)
    return Answer("roll_rates.flow", found, (question,))


def stock(scope: Scope, fetch: Fetch, basis: Basis = "balance", window_months: int = 3) -> Answer:
    """Return the stock approximation of each forward roll beside the roll of the loans themselves.

    Parameters
    ----------
    scope, fetch, basis, window_months
        As in :func:`matrix`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.roll_moves.stock`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    rates = matrix(scope, fetch, basis, window_months)
    held = delinquency.states_by_month(scope, month_plus(scope.as_of_month, -window_months))
    found = roll_moves.stock(fetch(held), rates.frame, basis, window_months)
    return Answer("roll_rates.stock", found, (*rates.questions, held))


def chain(scope: Scope, fetch: Fetch, basis: Basis = "balance", window_months: int = 3, months: int = 24) -> Answer:
    """Return the chain of forward rolls to a loss through time.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` or ``count``.
    window_months
        Moves of so many months are added up for each point.
    months
        How many points, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.roll_rates.chain`; no loss where the source has no write-offs.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    between("window_months", window_months, 1, MOST_MONTHS)
    between("months", months, 1, MOST_MONTHS)
    moves, question = _moves(scope, fetch, window_months + months - 1)
    chained = metrics.chain(moves, basis, window_months)
    if "write_offs" in scope.lacks:
        chained = metrics.without_losses(chained)
    return Answer("roll_rates.chain", chained, (question,))


def _moves(scope: Scope, fetch: Fetch, months: int, by: str | None = None) -> tuple[pd.DataFrame, Question]:
    """The moves of the last months and of no other: a figure answers for the months that it shows."""
    question = queries.moves(scope, month_plus(scope.as_of_month, 1 - months), by)
    moves = fetch(question)
    if moves.empty:
        raise EmptyScope
    return moves, question
