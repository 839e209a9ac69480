"""Where does the book go if it keeps rolling as it did?"""

from __future__ import annotations

from jiebei_dash.answers.arguments import between, need_basis, one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import projection as metrics
from jiebei_dash.queries import roll_rates as queries
from jiebei_dash.terms import LENDINGS, Basis, Lending

_ASKED_MONTHS = metrics.POOL_MONTHS + 2 * metrics.HORIZON_MONTHS
_MOST_WINDOW = 24


def path(
    scope: Scope, fetch: Fetch, basis: Basis = "balance", window_months: int = 3, lending: Lending = "none"
) -> Answer:
    """Return the book and its 30+, 60+ and 90+ rates: thirteen months seen, and six ahead with a range.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` or ``count``.
    window_months
        The matrix is that of so many months, up to the as-of month.
    lending
        ``none``, or ``recent``: each month the mean of what came on the book in the last three.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.projection.path`.

    Raises
    ------
    BadArgument, BookLacks
    EmptyScope
        Also where nothing is on the book at the as-of month, or nothing was a month before.
    """
    known, question = _history(scope, fetch, basis, window_months, lending)
    return Answer("projection.path", metrics.path(known, window_months, lending), (question,))


def back_test(
    scope: Scope, fetch: Fetch, basis: Basis = "balance", window_months: int = 3, lending: Lending = "none"
) -> Answer:
    """Return the projection of six months ago beside what happened since.

    Parameters
    ----------
    scope, fetch, basis, window_months, lending
        As in :func:`path`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.projection.back_test`.

    Raises
    ------
    BadArgument, BookLacks
    EmptyScope
        Also where no projection could have been made six months ago.
    """
    known, question = _history(scope, fetch, basis, window_months, lending)
    found = metrics.back_test(known, window_months, lending)
    if found.empty:
        raise EmptyScope
    return Answer("projection.back_test", found, (question,))


def _history(
    scope: Scope, fetch: Fetch, basis: Basis, window_months: int, lending: Lending
) -> tuple[metrics.History, Question]:
    need_basis(scope, basis)
    one_of("lending", lending, LENDINGS)
    between("window_months", window_months, 1, _MOST_WINDOW)
    question = queries.moves_by_age(scope, month_plus(scope.as_of_month, 1 - _ASKED_MONTHS))
    aged = fetch(question)
    if aged.empty or aged["month"].max().date() != scope.as_of_month:
        raise EmptyScope
    known = metrics.history(aged, basis)
    if not known.is_rolling:
        raise EmptyScope
    return known, question
