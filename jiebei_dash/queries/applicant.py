"""Questions about one decision's score and inputs, without the person."""

from __future__ import annotations

from sqlalchemy import Select, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.numbers import Months, held_to
from jiebei_dash.book.scope import Scope
from jiebei_dash.features import FEATURE_KEYS


def frozen_inputs(scope: Scope, number: str, submitted: Months = None) -> Question:
    """Ask for the inputs of a decision as they were, by its own number or its application's.

    Parameters
    ----------
    number
        Of the decision, or of its application.
    submitted
        Months in which the application may have been submitted; None where that is not known.

    Returns
    -------
    Question
        At most one row: ``decision_id``, ``decided_at``, ``decision``, ``model_version``, ``policy_version``,
        ``score_points`` and ``pd_rate`` as stored, and every model input; null is missing. The scope's segments do not
        hide a decision asked for by its number; its as-of month does.
    """
    decision, inputs = schema.decision, schema.feature_snapshot
    shown = ("decision_id", "decided_at", "decision", "model_version", "policy_version", "score_points", "pd_rate")
    statement: Select[tuple[object, ...]] = (
        select(*(decision.c[name] for name in shown), *(inputs.c[key] for key in FEATURE_KEYS))
        .join(inputs, inputs.c.decision_id == decision.c.decision_id)
        .where((decision.c.decision_id == number) | (decision.c.application_id == number))
        .where(decision.c.decided_month <= scope.as_of_month)
        .where(*held_to(decision.c.submitted_month, submitted), *held_to(inputs.c.submitted_month, submitted))
        .order_by(decision.c.decided_at.desc().nulls_last(), decision.c.decision_id)
        .limit(1)
    )
    return Question("applicant.frozen_inputs", statement, scope)
