"""The applications of one group of the swap set, page by page."""

from __future__ import annotations

from sqlalchemy import case, not_, select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.queries.replaying import Window, in_window, outcomes, passes

_SHOWN = ("decision_id", "submitted_month", "zhima_band", "score_points", "pd_rate", "requested_fen")


def cases(
    scope: Scope, window: Window, today: Policy, proposed: Policy, cell: str, offset: int, limit: int
) -> Question:
    """Ask for one page of the applications of a group, spread over the window by a hash of their number.

    Parameters
    ----------
    scope, window
        Whose decisions.
    today, proposed
        Both policies.
    cell
        One of ``terms.SWAP_CELLS``.
    offset, limit
        Which page.

    Returns
    -------
    Question
        One row a decision: ``decision_id``, ``submitted_month``, ``zhima_band``, ``score_points``, ``pd_rate``,
        ``requested_fen``, ``decided_by`` (POLICY, LOT, OVERRIDE), ``loan_outcome`` (of ``terms.LOAN_OUTCOMES``); no
        personal field.
    """
    rows = rows_of(scope, "decided", window.first_month)
    by_today, by_proposed = passes(rows, today), passes(rows, proposed)
    lane = case((rows.c.is_random_lane.is_(True), "LOT"), (rows.c.is_override.is_(True), "OVERRIDE"), else_="POLICY")
    return Question(
        "swap_set.cases",
        select(
            *(rows.c[name] for name in _SHOWN),
            lane.label("decided_by"),
            case(*outcomes(scope, window, rows), else_="GOOD").label("loan_outcome"),
        )
        .where(
            *in_window(scope, window, rows),
            by_today if cell in ("KEPT", "SWAPPED_OUT") else not_(by_today),
            by_proposed if cell in ("KEPT", "SWAPPED_IN") else not_(by_proposed),
        )
        .order_by(rows.c.spread, rows.c.decision_id)
        .limit(limit)
        .offset(offset),
        scope,
    )
