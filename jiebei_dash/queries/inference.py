"""Which applications stand behind the decisions of a window: what the truth of an invented book is joined by."""

from __future__ import annotations

from sqlalchemy import String, func, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import WHOLE_TABLE, Question
from jiebei_dash.book.family_rows import SPREAD_DIGITS
from jiebei_dash.book.scope import Scope
from jiebei_dash.queries.replaying import Window, in_window


def applications(scope: Scope, window: Window) -> Question:
    """Ask for the application of every decision of a window, in the order of ``queries.lab.decisions``.

    Returns
    -------
    Question
        One row a decision: ``application_id``, and ``requested_fen`` to see that both are the same rows.
    """
    decision = schema.decision
    return Question(
        "inference.applications",
        select(decision.c.application_id, decision.c.requested_fen)
        .where(*in_window(scope, window, decision))
        .order_by(
            func.substr(func.md5(decision.c.decision_id), 1, SPREAD_DIGITS, type_=String), decision.c.decision_id
        ),
        scope,
        most_rows=WHOLE_TABLE,
    )
