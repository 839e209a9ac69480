"""Where does the book stand, and what moved?"""

from __future__ import annotations

import pandas as pd

from jiebei_dash.answers.arguments import one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import overview as metrics
from jiebei_dash.queries import delinquency, funnel
from jiebei_dash.queries import overview as queries
from jiebei_dash.terms import Basis

_NEEDS = {"approval": ("applicants", "declined_applicants"), "entry": ("instalments",), "loss": ("write_offs",)}


def headline(scope: Scope, fetch: Fetch, basis: Basis = "balance") -> Answer:
    """Return the numbers that head the month, each beside last month and a year ago.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` or ``count``; a book without amounts is counted, and the rows say so.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.overview.headline`: one row each for balance, originations, approval, 30+,
        90+, entry (D1) and loss; a number that the book cannot give stays as a row that says what is lacking.

    Raises
    ------
    BadArgument, EmptyScope
    """
    one_of("basis", basis, ("balance", "count"))
    shown: Basis = "count" if "amounts" in scope.lacks else basis
    lacks = {
        kpi: next(name for name in names if name in scope.lacks)
        for kpi, names in _NEEDS.items()
        if scope.lacks.intersection(names)
    }
    # One month more than is shown: a rate over the mean book needs the month before the first.
    first = month_plus(scope.as_of_month, -metrics.MONTHS_SHOWN)
    questions = {
        "states": delinquency.states_by_month(scope, first),
        "opened": queries.opened_by_month(scope, first),
        "recovered": queries.recovered_by_month(scope, first),
    }
    if "approval" not in lacks:
        questions["results"] = funnel.results_by_month(scope, first)
    if "entry" not in lacks:
        questions["due"] = delinquency.due_by_month(scope, first)
    frames = {name: fetch(question) for name, question in questions.items()}
    if all(frames[name].empty for name in ("states", "opened", "results") if name in frames):
        raise EmptyScope
    values = metrics.monthly(
        frames["states"], frames["opened"], frames.get("results"), frames.get("due"), frames["recovered"], shown
    )
    kept = {kpi: value for kpi, value in values.items() if kpi not in lacks}
    found = metrics.headline(kept, scope.as_of_month, shown, lacks)
    return Answer("overview.headline", found, tuple(questions.values()))


def moved(answer: Answer) -> pd.DataFrame:
    """Return which headline numbers moved beyond their own noise; see :func:`jiebei_dash.metrics.overview.what_moved`.

    Parameters
    ----------
    answer
        Of :func:`headline`.
    """
    return metrics.what_moved(answer.frame)
