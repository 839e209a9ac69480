"""How right are these numbers? Of an invented book the truth is known."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.answers.arguments import between
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope, TruthMissing
from jiebei_dash.metrics import truth as metrics
from jiebei_dash.queries import roll_rates as queries


def rolls(scope: Scope, fetch: Fetch, true_rolls: pd.DataFrame, window_months: int = 12) -> Answer:
    """Return the roll rates of a window, by count, with interval and truth.

    Parameters
    ----------
    scope, fetch
        The whole book as of a month: the truth is kept for no part of it.
    true_rolls
        Of :func:`jiebei_dash.truth.read_rolls`.
    window_months
        Months of moves, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.truth.rolls`.

    Raises
    ------
    BadArgument, EmptyScope
    TruthMissing
        The scope is a part of the book.
    """
    between("window_months", window_months, 1, 60)
    if scope.chosen() or scope.opened_from is not None or scope.opened_to is not None:
        raise TruthMissing()
    question = queries.moves(scope, month_plus(scope.as_of_month, 1 - window_months))
    moves = fetch(question)
    if moves.empty:
        raise EmptyScope
    return Answer("truth.rolls", metrics.rolls(moves, true_rolls), (question,))
