"""What becomes of our loans?"""

from __future__ import annotations

from jiebei_dash import terms
from jiebei_dash.answers.arguments import need_basis, one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import outcomes as metrics
from jiebei_dash.queries import outcomes as queries
from jiebei_dash.queries import vintages
from jiebei_dash.terms import Basis


def by_age(scope: Scope, fetch: Fetch, basis: Basis = "balance") -> Answer:
    """Return the share paid off, in default, lost and still running at each age.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it; its cohorts are followed.
    basis
        ``balance`` of original principal, or ``count`` of loans.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.outcomes.shares`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    scope.need("write_offs", "whole_cohorts")
    lent, moved = vintages.originated(scope), queries.moves(scope)
    originated, moves = fetch(lent), fetch(moved)
    if originated.empty or moves.empty:
        raise EmptyScope
    return Answer("outcomes.by_age", metrics.shares(moves, originated, scope.as_of_month, basis), (lent, moved))


def watched(scope: Scope, fetch: Fetch, past_due_days: int = 30) -> Answer:
    """Return how late loans are at each age, over those under observation then: for loans watched from any age on.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    past_due_days
        30, 60 or 90.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.outcomes.watched`.

    Raises
    ------
    BadArgument, EmptyScope
    """
    one_of("past_due_days", past_due_days, terms.PAST_DUE_DAYS)
    moved = queries.moves(scope)
    moves = fetch(moved)
    if moves.empty:
        raise EmptyScope
    return Answer("outcomes.watched", metrics.watched(moves, past_due_days), (moved,))
