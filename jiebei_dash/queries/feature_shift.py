"""Some applications of each cell of the swap set, spread over the window, with the inputs of their decision."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_rows import RULE_INPUTS
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.queries.replaying import Window, in_window, passes

Cell = Literal["KEPT", "SWAPPED_OUT", "SWAPPED_IN", "DECLINED"]


def sampled(scope: Scope, window: Window, today: Policy, proposed: Policy, cell: Cell, most: int) -> Question:
    """Ask for applications of one cell, spread over the window by a hash of their number.

    Parameters
    ----------
    scope, window
        Whose decisions.
    today, proposed
        Two whole policies.
    cell
        Approved by both, by today's alone, by the draft alone, by neither.
    most
        Upper bound on the rows.

    Returns
    -------
    Question
        Grain: one row a decision: ``decision_id``, ``submitted_month`` and the inputs that a rule looks at; no
        personal field.
    """
    rows = rows_of(scope, "decided", window.first_month)
    left, right = passes(rows, today), passes(rows, proposed)
    chosen = {
        "KEPT": (left, right),
        "SWAPPED_OUT": (left, ~right),
        "SWAPPED_IN": (~left, right),
        "DECLINED": (~left, ~right),
    }[cell]
    return Question(
        "feature_shift.sampled",
        select(*(rows.c[name] for name in ("decision_id", "submitted_month", *RULE_INPUTS)))
        .where(*in_window(scope, window, rows), *chosen)
        .order_by(rows.c.spread, rows.c.decision_id)
        .limit(most),
        scope,
    )
