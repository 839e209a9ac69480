"""Where a case stands in the book: found once, so that no question about the case has to read all of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.numbers import ANYWHERE, Months, Places
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import RecordNotFound
from jiebei_dash.queries import numbers as queries
from jiebei_dash.queries.decision import record
from jiebei_dash.queries.drawdowns import Drawdown


def places_of(scope: Scope, fetch: Fetch, number: str) -> Places:
    """Return in which months a number may stand; anywhere if the book has no list of its numbers."""
    if not queries.is_listed(scope):
        return ANYWHERE
    found = fetch(queries.months_of(scope, number))
    return Places.of(zip(found["kind"].astype(str), map(month_of, found["month"]), strict=True))


def record_of(scope: Scope, fetch: Fetch, decision_id: str) -> tuple[pd.DataFrame, Question]:
    """Return a decision and its application, without the person, and the question: one row.

    Raises
    ------
    RecordNotFound
        There is no such decision.
    """
    question = record(scope, decision_id, places_of(scope, fetch, decision_id).decision)
    found = fetch(question)
    if found.empty:
        raise RecordNotFound(number=decision_id)
    return found, question


def month_of(moment: object) -> date | None:
    """Return a month as an answer holds it as a date; None if it is unknown."""
    return None if pd.isna(moment) else pd.Timestamp(moment).date()  # type: ignore[call-overload, arg-type]


def submitted_in(found: pd.DataFrame) -> Months:
    """Return the month of submission of a record; any month if the record does not say."""
    month = month_of(found["submitted_month"].iloc[0])
    return None if month is None else (month,)


def drawdowns_in(loans: pd.DataFrame) -> tuple[Drawdown, ...]:
    """Return the drawdowns of a line as the questions about them name them, in the order of the answer."""
    rows: Iterable[tuple[str, object, object]] = zip(
        loans["loan_id"].astype(str), loans["opened_month"], loans["closed_month"], strict=True
    )
    return tuple(
        Drawdown(loan_id, pd.Timestamp(opened).date(), month_of(closed))  # type: ignore[arg-type]
        for loan_id, opened, closed in rows
    )
