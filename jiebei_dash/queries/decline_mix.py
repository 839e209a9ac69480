"""Which rules two policies decline the same applications by."""

from __future__ import annotations

from sqlalchemy import BigInteger, FromClause, case, cast, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book.engine import Question
from jiebei_dash.book.grid import GRID_RULES
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.queries.replaying import Window, fails_rule, in_window


def crossed(scope: Scope, window: Window, today: Policy, proposed: Policy) -> Question:
    """Ask which rules each application of the window hits under today's policy and under the draft.

    Parameters
    ----------
    scope, window
        Whose decisions.
    today, proposed
        Two whole policies; both are replayed, whatever was decided then.

    Returns
    -------
    Question
        Grain: ``today_hits`` and ``proposed_hits``, masks of the declining rules that are hit, the bit by the place in
        ``book.grid.GRID_RULES``; 0 is approved. Sum: ``decided_count``.
    """
    rows = rows_of(scope, "decided", window.first_month)
    each = (
        select(_hits(rows, today).label("today_hits"), _hits(rows, proposed).label("proposed_hits"))
        .where(*in_window(scope, window, rows))
        .subquery("decided")
    )
    groups = (each.c.today_hits, each.c.proposed_hits)
    return Question(
        "decline_mix.crossed",
        select(*groups, cast(func.count(), BigInteger).label("decided_count")).group_by(*groups).order_by(*groups),
        scope,
    )


def _hits(rows: FromClause, policy: Policy) -> ColumnElement[int]:
    found: ColumnElement[int] = literal(0)
    for place, rule in enumerate(GRID_RULES):
        found = found + case((fails_rule(rows, rule, policy), 1 << place), else_=0)
    return cast(found, BigInteger)
