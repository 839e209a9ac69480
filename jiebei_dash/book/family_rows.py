"""The statements of :mod:`jiebei_dash.book.families`: a row a fact, with what may be asked about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    FromClause,
    Select,
    SmallInteger,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from jiebei_dash.book import schema
from jiebei_dash.book.policy import RULES
from jiebei_dash.book.scope import DIMENSION_KEYS
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.terms import (
    COLLECTED_WITHIN_DAYS,
    DECIDED_WITHIN_DAYS,
    FIRST_UNPAID_DAYS,
    PAST_DUE_DAYS,
    WAIT_EDGES_SECONDS,
)

Within = Callable[[FromClause], list[ColumnElement[bool]]]
"""Given a source table, the conditions that hold it to a part of the book."""
RULE_INPUTS: tuple[str, ...] = tuple(rule.column for rule in RULES if rule.column in FEATURE_KEYS)
"""Inputs that a rule of the policy looks at."""
_LOST = ("WO", "SOLD")


def _dims(table: FromClause) -> list[ColumnElement[Any]]:
    return [table.c[key] for key in DIMENSION_KEYS]


def _one(condition: ColumnElement[bool], amount: Any = 1) -> ColumnElement[Any]:
    """The amount where the condition holds, else 0."""
    return case((condition, amount), else_=0)


def _waits(seconds: ColumnElement[int]) -> list[ColumnElement[int]]:
    within = [_one(seconds <= edge).label(f"within_{edge}") for edge in WAIT_EDGES_SECONDS]
    return [_one(seconds.is_not(None)).label("waits"), *within]


def performance(within: Within) -> Select:
    """A row a loan and month-end."""
    table = schema.loan_month
    names = ("month", "opened_month", "mob", "prev_state", "state")
    sums = ("opening_fen", "balance_fen", "lost_fen")
    return select(
        *[table.c[name] for name in names], *_dims(table), literal(1).label("loans"), *[table.c[name] for name in sums]
    ).where(*within(table))


def originations(within: Within) -> Select:
    """A row a loan."""
    table = schema.loan
    return select(
        table.c.opened_month,
        *_dims(table),
        literal(1).label("loans"),
        table.c.principal_fen,
        *_waits(table.c.cash_seconds),
    ).where(*within(table))


def milestones(within: Within) -> Select:
    """A row a loan and threshold that it has passed: when, at which age, and what it owed then."""
    table = schema.loan
    parts = [
        select(
            table.c.opened_month,
            literal(days).label("past_due_days"),
            table.c[f"first_{days}_month"].label("first_month"),
            table.c[f"first_{days}_mob"].label("first_mob"),
            *_dims(table),
            literal(1).label("loans"),
            table.c[f"first_{days}_fen"].label("first_fen"),
        ).where(*within(table), table.c[f"first_{days}_month"].is_not(None))
        for days in PAST_DUE_DAYS
    ]
    every = union_all(*parts).subquery("every_milestone")
    return select(*every.c)


def applied(within: Within) -> Select:
    """A row an application; ``left_month`` is when it was withdrawn, ``is_slow`` 1 if it was decided late."""
    table, stage, decision = schema.application, schema.application_stage, schema.decision
    # One line an application before the join, so a second decision cannot count an application twice.
    granted = (
        select(decision.c.application_id, func.max(decision.c.limit_fen).label("limit_fen"))
        .where(*within(decision))
        .group_by(decision.c.application_id)
        .subquery("granted")
    )
    left = (
        select(stage.c.application_id, func.max(stage.c.left_month).label("left_month"))
        .where(*within(stage), stage.c.outcome == "LEFT")
        .group_by(stage.c.application_id)
        .subquery("left_stage")
    )
    slow = func.coalesce(table.c.decision_seconds, 0) > DECIDED_WITHIN_DAYS * 86_400
    return (
        select(
            table.c.submitted_month,
            table.c.result,
            table.c.decided_month,
            left.c.left_month,
            cast(_one(slow), SmallInteger).label("is_slow"),
            *_dims(table),
            literal(1).label("applications"),
            table.c.requested_fen,
            granted.c.limit_fen,
        )
        .select_from(
            table.outerjoin(granted, granted.c.application_id == table.c.application_id).outerjoin(
                left, left.c.application_id == table.c.application_id
            )
        )
        .where(*within(table))
    )


def waits(within: Within) -> Select:
    """A row an application that was decided."""
    table = schema.application
    names = ("submitted_month", "is_manual", "decided_month")
    return select(*[table.c[name] for name in names], *_dims(table), *_waits(table.c.decision_seconds)).where(
        *within(table), table.c.decided_month.is_not(None)
    )


def stages(within: Within) -> Select:
    """A row an application and stage that it entered."""
    table = schema.application_stage
    names = ("submitted_month", "stage", "outcome", "entered_month", "left_month")
    return select(*[table.c[name] for name in names], *_dims(table), literal(1).label("applications")).where(
        *within(table)
    )


def hits(within: Within) -> Select:
    """A row a declined decision and rule that it hit."""
    decision, hit = schema.decision, schema.rule_hit
    counted = (
        select(hit.c.decision_id, func.count().label("hits"))
        .where(*within(hit))
        .group_by(hit.c.decision_id)
        .subquery("counted")
    )
    return (
        select(
            decision.c.submitted_month,
            hit.c.rule_key,
            decision.c.decided_month,
            *_dims(decision),
            _one(decision.c.main_reason == hit.c.rule_key).label("first_hit"),
            literal(1).label("any_hit"),
            _one(counted.c.hits == 1).label("sole_hit"),
        )
        .select_from(
            decision.join(hit, hit.c.decision_id == decision.c.decision_id).join(
                counted, counted.c.decision_id == decision.c.decision_id
            )
        )
        .where(*within(decision), decision.c.decision == "DECLINED")
    )


def due(within: Within) -> Select:
    """A row an instalment that fell due on the book, of a loan that was current then.

    What never fell due on the book (paid off early, written off or sold before) is left out, and so is what fell due on
    a loan that was late already: it cannot enter again. Money pays the oldest instalment first, so a loan is current on
    a due date if the instalment before was settled by then.
    """
    table, loan = schema.instalment, schema.loan
    before = table.alias("before")
    lost = select(loan.c.loan_id, loan.c.closed_month).where(loan.c.closed_state.in_(_LOST)).subquery("lost")
    amount = table.c.due_principal_fen + func.coalesce(table.c.due_interest_fen, 0)
    entered = or_(table.c.days_late.is_(None), table.c.days_late > 0)
    collected = and_(table.c.days_late > 0, table.c.days_late <= COLLECTED_WITHIN_DAYS)
    return (
        select(
            table.c.due_month,
            table.c.due_on,
            table.c.opened_month,
            *_dims(table),
            literal(1).label("instalments"),
            amount.label("due_fen"),
            _one(entered).label("entered"),
            _one(entered, amount).label("entered_fen"),
            _one(collected).label("collected"),
            _one(collected, amount).label("collected_fen"),
        )
        .select_from(
            table.outerjoin(lost, lost.c.loan_id == table.c.loan_id).outerjoin(
                before,
                and_(before.c.loan_id == table.c.loan_id, before.c.instalment_no == table.c.instalment_no - 1),
            )
        )
        .where(
            *within(table),
            or_(table.c.instalment_no == 1, before.c.paid_on <= table.c.due_on),
            or_(lost.c.closed_month.is_(None), table.c.due_month < lost.c.closed_month),
            func.coalesce(table.c.is_prepaid, False).is_(False),
        )
    )


def first_due(within: Within) -> Select:
    """A row a loan with its first instalment; ``late_paid_month`` is when it was paid, if more than 30 days late."""
    first, loan = schema.instalment, schema.loan
    sums: list[ColumnElement[Any]] = []
    for days in FIRST_UNPAID_DAYS:
        unpaid = or_(first.c.days_late.is_(None), first.c.days_late > days)
        sums.append(_one(unpaid).label(f"unpaid_{days}"))
        sums.append(_one(unpaid, loan.c.principal_fen).label(f"unpaid_{days}_fen"))
    received = func.coalesce(first.c.paid_principal_fen, 0) + func.coalesce(first.c.paid_interest_fen, 0)
    never = and_(first.c.paid_on.is_(None), received == 0)
    return (
        select(
            loan.c.opened_month,
            first.c.due_on,
            case((first.c.days_late > FIRST_UNPAID_DAYS[-1], first.c.paid_month)).label("late_paid_month"),
            *_dims(loan),
            literal(1).label("loans"),
            loan.c.principal_fen,
            *sums,
            _one(never).label("never_paid"),
            _one(never, loan.c.principal_fen).label("never_paid_fen"),
        )
        .select_from(loan.join(first, and_(first.c.loan_id == loan.c.loan_id, first.c.instalment_no == 1)))
        .where(*within(loan), *within(first))
    )


def recovered(within: Within) -> Select:
    """A row a loan, month and kind of cash that came after the loan was lost."""
    table = schema.recovery
    return select(table.c.month, table.c.opened_month, *_dims(table), table.c.recovered_fen).where(*within(table))


def decided(within: Within) -> Select:
    """A row a decision: inputs of the rules, the limit before any trim and after, what became of its first drawdown.

    Whoever was trimmed then has a hit of the amount cap, and the hit holds the limit before it was cut.
    """
    decision, inputs, loan, hit = schema.decision, schema.feature_snapshot, schema.loan, schema.rule_hit
    first_drawdown = and_(loan.c.application_id == decision.c.application_id, loan.c.draw_no == 1)
    trim = and_(hit.c.decision_id == decision.c.decision_id, hit.c.rule_key == "amount_cap")
    names = ("submitted_month", "decided_month", "decision", "requested_fen", "score_points", "pd_rate")
    return (
        select(
            *[decision.c[name] for name in names],
            decision.c.limit_fen.label("granted_fen"),
            func.coalesce(hit.c.observed_value, cast(decision.c.limit_fen, Double)).label("limit_fen"),
            loan.c.opened_month.label("drawn_month"),
            loan.c.first_30_mob.label("bad_mob"),
            *[inputs.c[key] for key in RULE_INPUTS],
            *_dims(decision),
        )
        .select_from(
            decision.outerjoin(inputs, inputs.c.decision_id == decision.c.decision_id)
            .outerjoin(loan, first_drawdown)
            .outerjoin(hit, trim)
        )
        .where(*within(decision))
    )
