"""How did one drawdown go, month by month?"""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash.answers.places import drawdowns_in
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import LoanNotFound
from jiebei_dash.metrics import decision as metrics
from jiebei_dash.metrics import loan as loan_metrics
from jiebei_dash.queries import drawdowns


def facts(scope: Scope, fetch: Fetch, loan_id: str, opened: date | None = None) -> Answer:
    """Return what a drawdown is and what it had come to by the as-of month.

    Parameters
    ----------
    scope, fetch
        The as-of month bounds what is told; a record asked for by number is not hidden by a filter.
    loan_id
        Its number.
    opened
        Its opening month, if it is known: then the whole book need not be looked through.

    Returns
    -------
    Answer
        One row: columns of :func:`jiebei_dash.queries.drawdowns.one`.

    Raises
    ------
    LoanNotFound
        There is no such drawdown.
    """
    found, question = _one(scope, fetch, loan_id, opened)
    return Answer("loan.facts", found, (question,))


def history(scope: Scope, fetch: Fetch, loan_id: str, opened: date | None = None) -> Answer:
    """Return a drawdown's months: what fell due, what came, what was left, what came after it was lost.

    Parameters
    ----------
    scope, fetch, loan_id, opened
        As for :func:`facts`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.loan.history`.

    Raises
    ------
    LoanNotFound
    """
    found, asked = _one(scope, fetch, loan_id, opened)
    drawn = drawdowns_in(found)
    questions = (asked, drawdowns.performance(scope, drawn), drawdowns.recoveries(scope, drawn))
    frame = loan_metrics.history(fetch(questions[1]), fetch(questions[2]))
    return Answer("loan.history", frame, questions)


def _one(scope: Scope, fetch: Fetch, loan_id: str, opened: date | None) -> tuple[pd.DataFrame, Question]:
    question = drawdowns.one(scope, loan_id, None if opened is None else (opened.replace(day=1),))
    found = fetch(question)
    if found.empty and opened is not None:
        # A month that came along with another number.
        question = drawdowns.one(scope, loan_id)
        found = fetch(question)
    if found.empty:
        raise LoanNotFound(number=loan_id)
    return metrics.seen(found, scope.as_of_month), question
