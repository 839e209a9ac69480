"""What two windows are compared by: which model scored, and how the inputs of its decisions lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Double, Select, SmallInteger, and_, case, cast, func, literal, select, union_all

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.rules import BY_KEY
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import count_where
from jiebei_dash.features import FEATURES
from jiebei_dash.queries.replaying import Window, in_window

SCORE = "score_points"
MISSING = -1
"""Step of an input that is missing."""
_NUDGE = 1e-9
"""A value that stands on a step may be short of it in its last bit: one part in a billion is added to the quotient."""


@dataclass(frozen=True)
class Scale:
    """The steps in which an input is counted: those of its slider.

    Parameters
    ----------
    key
        Column.
    low, step
        Lower end of step 0 and width of each, in ``unit``; what lies lower is in step 0 too.
    last
        The last step; what lies higher is in it too.
    unit
        Of ``features.Feature``.
    """

    key: str
    low: float
    step: float
    last: int
    unit: str


def _scale(key: str, low: float, high: float, step: float, unit: str) -> Scale:
    return Scale(key, float(low), float(step), round((high - low) / step), unit)


_FLOOR = BY_KEY["score_floor"]
SCALES: tuple[Scale, ...] = (
    _scale(SCORE, _FLOOR.low - 100, _FLOOR.high + 100, _FLOOR.step, "points"),
    *(_scale(each.key, each.low, each.high, each.step, each.unit) for each in FEATURES),
)
"""The score, then every input of a model."""


def versions(scope: Scope, window: Window) -> Question:
    """Ask which models scored: ``submitted_month``, ``model_version`` (null unknown), ``decided_count``."""
    rows = schema.decision
    return Question(
        "mix.versions",
        select(rows.c.submitted_month, rows.c.model_version, func.count().label("decided_count"))
        .where(*in_window(scope, window, rows))
        .group_by(rows.c.submitted_month, rows.c.model_version)
        .order_by(rows.c.submitted_month, rows.c.model_version.nulls_last()),
        scope,
    )


def steps(scope: Scope, window: Window, model_version: str = "") -> Question:
    """Ask how the score and every input lie among all decided, by step of their sliders.

    Parameters
    ----------
    scope, window
        Whose decisions, approved or not.
    model_version
        The score counts where this model gave it; empty is any model. Inputs count whoever read them.

    Returns
    -------
    Question
        Grain: ``feature`` and ``step`` (``MISSING`` where the input is). ``decided_count``, ``approved_count``. A
        decision without a stored snapshot lacks every input.
    """
    decision, inputs = schema.decision, schema.feature_snapshot
    # Both sides are held to their months before they are joined.
    known = and_(
        inputs.c.decision_id == decision.c.decision_id,
        inputs.c.submitted_month.between(window.first_month, window.last_month),
    )
    rows = (
        select(
            decision.c.decision,
            decision.c.model_version,
            *(
                _step((decision if scale.key == SCORE else inputs).c[scale.key], scale).label(scale.key)
                for scale in SCALES
            ),
        )
        .select_from(decision.outerjoin(inputs, known))
        .where(*in_window(scope, window, decision))
        .cte("stepped")
    )

    def counted(key: str) -> Select[Any]:
        found = select(
            literal(key).label("feature"),
            rows.c[key].label("step"),
            func.count().label("decided_count"),
            count_where(rows.c.decision == "APPROVED").label("approved_count"),
        ).group_by(rows.c[key])
        return found.where(rows.c.model_version == model_version) if key == SCORE and model_version else found

    every = union_all(*(counted(scale.key) for scale in SCALES)).subquery("counted")
    return Question("mix.steps", select(*every.c).order_by(every.c.feature, every.c.step), scope)


def _step(value: ColumnElement[Any], scale: Scale) -> ColumnElement[Any]:
    place = func.floor((cast(value, Double) - scale.low) / scale.step + _NUDGE)
    return cast(
        case((value.is_(None), MISSING), (place < 0, 0), (place > scale.last, scale.last), else_=place), SmallInteger
    )
