"""Where does the book stand, and what moved?"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import pandas as pd

from jiebei_dash.answers.arguments import one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import overview as metrics
from jiebei_dash.queries import delinquency, entry, funnel
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
    lacks = lacking(scope, _NEEDS)
    # One month more than is shown: a rate over the mean book needs the month before the first.
    frames, questions = read_months(scope, fetch, metrics.MONTHS_SHOWN, lacks)
    values = metrics.monthly(
        frames["states"], frames["opened"], frames.get("results"), frames.get("due"), frames["recovered"], shown
    )
    kept = {kpi: value for kpi, value in values.items() if kpi not in lacks}
    found = metrics.headline(kept, scope.as_of_month, shown, lacks)
    return Answer("overview.headline", found, questions)


def lacking(scope: Scope, needs: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the figures that the book cannot give, each with the first capability that it lacks.

    Parameters
    ----------
    scope
        Part of the book.
    needs
        Capabilities that a figure needs; a figure without needs is left out.
    """
    return {
        kpi: next(name for name in names if name in scope.lacks)
        for kpi, names in needs.items()
        if scope.lacks.intersection(names)
    }


def read_months(
    scope: Scope, fetch: Fetch, months_back: int, lacks: Container[str]
) -> tuple[dict[str, pd.DataFrame], tuple[Question, ...]]:
    """Return what headline figures are made of, and the questions.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months_back
        How many months before the as-of month the first is.
    lacks
        Figures that the book cannot give: what only they need is not asked.

    Returns
    -------
    tuple
        ``states``, ``opened``, ``recovered`` and, where they can be asked, ``results`` and ``due``; see the questions.

    Raises
    ------
    EmptyScope
    """
    first = month_plus(scope.as_of_month, -months_back)
    questions = {
        "states": delinquency.states_by_month(scope, first),
        "opened": queries.opened_by_month(scope, first),
        "recovered": queries.recovered_by_month(scope, first),
    }
    if "approval" not in lacks:
        questions["results"] = funnel.results_by_month(scope, first)
    if "entry" not in lacks:
        questions["due"] = entry.due_by_month(scope, first)
    frames = {name: fetch(question) for name, question in questions.items()}
    if all(frames[name].empty for name in ("states", "opened", "results") if name in frames):
        raise EmptyScope
    return frames, tuple(questions.values())


def moved(answer: Answer) -> pd.DataFrame:
    """Return which headline numbers moved beyond their own noise; see :func:`jiebei_dash.metrics.overview.what_moved`.

    Parameters
    ----------
    answer
        Of :func:`headline`.
    """
    return metrics.what_moved(answer.frame)
