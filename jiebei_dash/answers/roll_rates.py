"""How do loans move between states from month to month?"""

from __future__ import annotations

from jiebei_dash.answers.arguments import between, need_basis
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import roll_rates as metrics
from jiebei_dash.queries import roll_rates as queries
from jiebei_dash.terms import Basis

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
    question = queries.moves(scope, month_plus(scope.as_of_month, 1 - window_months))
    moves = fetch(question)
    if moves.empty:
        raise EmptyScope
    return Answer("roll_rates.matrix", metrics.matrix(moves, basis), (question,))


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
    question = queries.moves(scope, month_plus(scope.as_of_month, 2 - window_months - months))
    moves = fetch(question)
    if moves.empty:
        raise EmptyScope
    chained = metrics.chain(moves, basis, window_months)
    if "write_offs" in scope.lacks:
        chained = metrics.without_losses(chained)
    return Answer("roll_rates.chain", chained, (question,))
