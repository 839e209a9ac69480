"""What of the applications that a policy approves a funder's contract lets it take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Double, FromClause, Label, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.offers import LIMITS, value_in
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of
from jiebei_dash.eligibility import CRITERIA, Contract, Criterion
from jiebei_dash.queries.replaying import Window, in_window, passes


def granted(scope: Scope, window: Window) -> Question:
    """Ask what the approved of the window wanted and got: one row, ``requested_fen`` and ``limit_fen``."""
    rows = rows_of(scope, "decided", window.first_month)
    totals: list[ColumnElement[Any]] = [sum_of(rows.c[name]).label(name) for name in ("requested_fen", "granted_fen")]
    return Question(
        "eligible.granted",
        select(totals[0], totals[1].label("limit_fen"))
        .where(*in_window(scope, window, rows))
        .where(rows.c.decision == "APPROVED", rows.c.requested_fen > 0)
        .order_by("requested_fen"),
        scope,
    )


def taken(
    scope: Scope,
    window: Window,
    today: Policy,
    proposed: Policy,
    contracts: Sequence[Contract],
    limit_share_rate: float | None,
) -> Question:
    """Ask what each contract finds wrong with the applications that today's policy or the draft approves.

    Parameters
    ----------
    scope, window
        Whose decisions.
    today, proposed
        Two whole policies; both are replayed, whatever was decided then.
    contracts
        Those in force.
    limit_share_rate
        Limit over amount asked for that a declined applicant would get; None where nobody knows.

    Returns
    -------
    Question
        Grain: ``today_approves``, ``proposed_approves``, ``is_inferred`` (declined then: the line is inferred),
        ``today_over_count`` and ``proposed_over_count`` (how many of the contracts' highest lines the line exceeds, the
        lowest first; an unknown line exceeds all) and ``misses_<place>`` of each contract: a mask of the criteria that
        are not met, the bit by its place in ``eligibility.CRITERIA``, without the highest line. Sums:
        ``decided_count``; ``today_fen`` and ``proposed_fen``, the lines under each policy, whether it approves or not;
        their squares ``today_squares``, ``proposed_squares`` and ``crossed_squares`` (the product), for intervals.
    """
    rows = rows_of(scope, "decided", window.first_month)
    approves = {"today": passes(rows, today), "proposed": passes(rows, proposed)}
    declined = rows.c.decision != "APPROVED"
    would_get = cast(null(), Double) if limit_share_rate is None else rows.c.requested_fen * limit_share_rate
    got = case((declined, would_get), else_=cast(rows.c.limit_fen, Double))
    lines = {"today": _line(today, got, rows), "proposed": _line(proposed, got, rows)}
    each = (
        select(
            *(condition.label(f"{name}_approves") for name, condition in approves.items()),
            declined.label("is_inferred"),
            *(line.label(f"{name}_fen") for name, line in lines.items()),
            *(_misses(contract, rows).label(f"misses_{place}") for place, contract in enumerate(contracts)),
        )
        .where(*in_window(scope, window, rows), or_(*approves.values()))
        .subquery("approved")
    )
    highest = ceilings(contracts)
    keys: list[Label[Any]] = [
        *(each.c[name].label(name) for name in ("today_approves", "proposed_approves", "is_inferred")),
        *(_over(each.c[f"{name}_fen"], highest).label(f"{name}_over_count") for name in lines),
        *(each.c[f"misses_{place}"].label(f"misses_{place}") for place in range(len(contracts))),
    ]
    seen = select(*keys, *(each.c[f"{name}_fen"] for name in lines)).subquery("seen")
    groups = [seen.c[key.name] for key in keys]
    fen, other = seen.c.today_fen, seen.c.proposed_fen
    return Question(
        "eligible.taken",
        select(
            *groups,
            cast(func.count(), BigInteger).label("decided_count"),
            func.sum(fen).label("today_fen"),
            func.sum(other).label("proposed_fen"),
            func.sum(fen * fen).label("today_squares"),
            func.sum(other * other).label("proposed_squares"),
            func.sum(fen * other).label("crossed_squares"),
        )
        .group_by(*groups)
        .order_by(*groups),
        scope,
    )


def ceilings(contracts: Sequence[Contract]) -> tuple[float, ...]:
    """Return the highest lines that any contract takes, in fen, the lowest first, each once."""
    return tuple(
        sorted({each.values[0] for contract in contracts for each in contract.criteria if each.key == "limit"})
    )


def _line(policy: Policy, got: ColumnElement[Any], rows: FromClause) -> ColumnElement[float]:
    """The line under a policy: as granted or inferred, by its cells, cut to its cap."""
    # Rounded to the fen as the lab does it.
    offered = func.floor(got * value_in(LIMITS, policy.limits, rows) + 0.5) if policy.limits else got
    return cast(policy.trimmed(offered), Double)


def _misses(contract: Contract, rows: FromClause) -> ColumnElement[int]:
    found: ColumnElement[int] = literal(0)
    for criterion in contract.criteria:
        if criterion.key != "limit":
            found = found + case((_meets(criterion, rows), 0), else_=1 << CRITERIA.index(criterion.key))
    return cast(found, BigInteger)


def _meets(criterion: Criterion, rows: FromClause) -> ColumnElement[bool]:
    """What is unknown cannot be shown to a funder: it meets nothing."""
    column: ColumnElement[Any] = rows.c[criterion.column]
    if criterion.test == "within":
        return column.in_(criterion.values)
    if criterion.test == "outside":
        return and_(column.is_not(None), column.not_in([*criterion.values, "NA"]))
    level = criterion.values[0]
    found: ColumnElement[bool] = column >= level if criterion.test == "at_least" else column <= level
    return found


def _over(line: ColumnElement[float], highest: Sequence[float]) -> ColumnElement[int]:
    found: ColumnElement[int] = literal(0)
    for level in highest:
        found = found + case((line <= level, 0), else_=1)
    return cast(found, BigInteger)
