"""Can these numbers be trusted? What came in, what was set aside, what ties, and what changed after it had closed."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics import data_quality as metrics
from jiebei_dash.queries import data_quality as queries


def loads(scope: Scope, fetch: Fetch) -> Answer:
    """Return every load of the book, those that were stopped among them, newest first.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.data_quality.loads`; empty for a book that no load made.
    """
    question = queries.loads(scope)
    return Answer("data_quality.loads", metrics.loads(fetch(question)), (question,))


def files(scope: Scope, fetch: Fetch, load_no: int | None = None) -> Answer:
    """Return what came in with a load, file by file.

    Parameters
    ----------
    scope, fetch
        Who asks, and how.
    load_no
        The load; None is the newest.

    Returns
    -------
    Answer
        Frame of ``queries.data_quality.files``.
    """
    question = queries.files(scope, _newest(scope, fetch) if load_no is None else load_no)
    return Answer("data_quality.files", fetch(question), (question,))


def reasons(scope: Scope, fetch: Fetch, load_no: int | None = None) -> Answer:
    """Return why rows of a load were set aside, and what was loaded with a warning.

    Parameters
    ----------
    scope, fetch, load_no
        As in :func:`files`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.data_quality.reasons`.
    """
    number = _newest(scope, fetch) if load_no is None else load_no
    asked, came = queries.reasons(scope, number), queries.files(scope, number)
    return Answer("data_quality.reasons", metrics.reasons(fetch(asked), fetch(came)), (asked, came))


def totals(scope: Scope, fetch: Fetch, load_no: int | None = None) -> Answer:
    """Return the control totals and whether the loaded rows make them.

    Parameters
    ----------
    scope, fetch
        Who asks, and how.
    load_no
        Those of one load; None is the last word on every total of the book as it is.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.data_quality.totals`.
    """
    question = queries.totals(scope, load_no)
    return Answer("data_quality.totals", metrics.totals(fetch(question)), (question,))


def restatements(scope: Scope, fetch: Fetch) -> Answer:
    """Return the closed months that a later load changed, newest load first.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.data_quality.restatements`.
    """
    question = queries.restatements(scope)
    return Answer("data_quality.restatements", metrics.restatements(fetch(question)), (question,))


def holdings(scope: Scope, fetch: Fetch) -> Answer:
    """Return what the book holds, table by table.

    Returns
    -------
    Answer
        Frame of ``queries.data_quality.holdings``.
    """
    question = queries.holdings(scope)
    return Answer("data_quality.holdings", fetch(question), (question,))


def gaps(scope: Scope, fetch: Fetch) -> Answer:
    """Return what the book's source never had, and what was derived by a rule instead of observed.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.data_quality.gaps`.
    """
    lacks, estimates = queries.lacks(scope), queries.estimates(scope)
    return Answer("data_quality.gaps", metrics.gaps(fetch(lacks), fetch(estimates)), (lacks, estimates))


def _newest(scope: Scope, fetch: Fetch) -> int:
    numbers: pd.Series = fetch(queries.loads(scope))["load_no"]
    return int(numbers.max()) if len(numbers) else 0
