"""The decisions of a window row by row, as the policy lab holds them: small numbers in place of texts, no names."""

from __future__ import annotations

from sqlalchemy import SmallInteger, case, cast, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book.engine import WHOLE_TABLE, Question
from jiebei_dash.book.grid import GRID_RULES, STEPS
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import DIMENSIONS, Scope
from jiebei_dash.queries.replaying import Window, in_window, outcomes
from jiebei_dash.terms import LOAN_OUTCOMES

LANES: tuple[str, ...] = ("POLICY", "RANDOM", "OVERRIDE")
"""How somebody came to be approved or declined: by the policy, by lot against it, by a person against it."""


def decisions(scope: Scope, window: Window, is_ordered: bool = True) -> Question:
    """Ask for every decision of a window.

    Parameters
    ----------
    scope, window
        Whose decisions.
    is_ordered
        Whether they come in the order of a hash of their number. The lab adds them up and needs no order, and to sort
        one and a half million rows takes three seconds.

    Returns
    -------
    Question
        One row a decision: ``submitted_month``, ``outcome_code`` (place in ``terms.LOAN_OUTCOMES``), ``lane_code``
        (place in ``LANES``), ``spread`` (a few digits of a hash), the codes of the five dimensions as places in their
        lists, a column of steps and one of the input for each declining rule (null is missing), ``requested_fen``,
        ``granted_fen`` (after any trim), ``limit_fen`` (before), ``pd_rate``, ``rate_day``.
    """
    rows = rows_of(scope, "decided", window.first_month)
    lane = _code([(rows.c.is_random_lane.is_(True), 1), (rows.c.is_override.is_(True), 2)], 0)
    found = outcomes(scope, window, rows)
    outcome = _code([(condition, LOAN_OUTCOMES.index(name)) for condition, name in found], LOAN_OUTCOMES.index("GOOD"))
    places = [
        _code([(rows.c[each.key] == code, place) for place, code in enumerate(each.codes)], len(each.codes)).label(
            each.key
        )
        for each in DIMENSIONS
    ]
    names = ("requested_fen", "granted_fen", "limit_fen", "pd_rate", "rate_day")
    inputs = dict.fromkeys(rule.column for rule in GRID_RULES)
    columns = [*STEPS, *inputs, *names]
    statement = select(
        rows.c.submitted_month,
        outcome.label("outcome_code"),
        lane.label("lane_code"),
        rows.c.spread,
        *places,
        *(rows.c[name] for name in columns),
    ).where(*in_window(scope, window, rows))
    if is_ordered:
        statement = statement.order_by(rows.c.spread, rows.c.decision_id)
    return Question("lab.decisions", statement, scope, most_rows=WHOLE_TABLE)


def _code(whens: list[tuple[ColumnElement[bool], int]], otherwise: int) -> ColumnElement[int]:
    return cast(case(*whens, else_=otherwise), SmallInteger)
