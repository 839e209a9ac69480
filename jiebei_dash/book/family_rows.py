"""The statements of :mod:`jiebei_dash.book.families`: a row a fact, with what may be asked about it."""

from __future__ import annotations

from sqlalchemy import (
    Double,
    Select,
    SmallInteger,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from jiebei_dash.book import schema
from jiebei_dash.book.family_migrated import long_days_of
from jiebei_dash.book.grid import GRID_RULES, STEPS, steps_passed
from jiebei_dash.book.policy import RULES
from jiebei_dash.book.within import Within, dims, one, waits_of
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.terms import (
    DECIDED_WITHIN_DAYS,
    PAST_DUE_DAYS,
)

BAD_BY_MOB = 6
"""Bad, where policies are compared, is: ever more than 30 days past due at a month-end up to this age."""
RULE_INPUTS: tuple[str, ...] = tuple(rule.column for rule in RULES if rule.column in FEATURE_KEYS)
"""Inputs that a rule of the policy looks at."""
OF_A_MONTH: tuple[str, ...] = (
    "opening_fen", "balance_fen", "scheduled_fen", "paid_principal_fen", "prepaid_fen", "paid_interest_fen",
    "lost_fen", "lost_interest_fen", "overdue_fen",
)  # fmt: skip
"""What is added up of the loan-months."""
SPREAD_DIGITS = 4
"""Sixteen to the fourth groups: some hundred decisions, taken from a few of them, lie all over a year of a million."""


def performance(within: Within) -> Select:
    """A row a loan and month-end; ``long_days`` is the longest of the long thresholds that it is past due."""
    table = schema.loan_month
    names = ("month", "opened_month", "mob", "prev_state", "state")
    return select(
        *[table.c[name] for name in names],
        long_days_of(table.c.dpd_days).label("long_days"),
        *dims(table),
        literal(1).label("loans"),
        *[table.c[name] for name in OF_A_MONTH],
    ).where(*within(table))


def originations(within: Within) -> Select:
    """A row a loan."""
    table = schema.loan
    return select(
        table.c.opened_month,
        *dims(table),
        literal(1).label("loans"),
        table.c.principal_fen,
        *waits_of(table.c.cash_seconds),
    ).where(*within(table))


def priced(within: Within) -> Select:
    """A row a loan, with the interest a day that it was lent at and how it is repaid."""
    table = schema.loan
    return select(
        table.c.opened_month,
        table.c.rate_day,
        table.c.repay_method,
        *dims(table),
        literal(1).label("loans"),
        table.c.principal_fen,
    ).where(*within(table), table.c.rate_day.is_not(None))


def milestones(within: Within) -> Select:
    """A row a loan and threshold that it has passed: when, at which age, and what it owed then."""
    table = schema.loan
    parts = [
        select(
            table.c.opened_month,
            literal(days).label("past_due_days"),
            table.c[f"first_{days}_month"].label("first_month"),
            table.c[f"first_{days}_mob"].label("first_mob"),
            *dims(table),
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
    # One line an application before the join, so no application counts twice; no limit adds none.
    granted = (
        select(decision.c.application_id, func.max(decision.c.limit_fen).label("limit_fen"))
        .where(*within(decision), decision.c.limit_fen != 0)
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
            cast(one(slow), SmallInteger).label("is_slow"),
            *dims(table),
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
    return select(*[table.c[name] for name in names], *dims(table), *waits_of(table.c.decision_seconds)).where(
        *within(table), table.c.decided_month.is_not(None)
    )


def stages(within: Within) -> Select:
    """A row an application and stage that it entered."""
    table = schema.application_stage
    names = ("submitted_month", "stage", "outcome", "entered_month", "left_month")
    return select(*[table.c[name] for name in names], *dims(table), literal(1).label("applications")).where(
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
            *dims(decision),
            one(decision.c.main_reason == hit.c.rule_key).label("first_hit"),
            literal(1).label("any_hit"),
            one(counted.c.hits == 1).label("sole_hit"),
        )
        .select_from(
            decision.join(hit, hit.c.decision_id == decision.c.decision_id).join(
                counted, counted.c.decision_id == decision.c.decision_id
            )
        )
        .where(*within(decision), decision.c.decision == "DECLINED")
    )


def recovered(within: Within) -> Select:
    """A row a loan, month and kind of cash that came after the loan was lost."""
    table = schema.recovery
    names = ("month", "opened_month", "lost_month", "kind")
    return select(
        *[table.c[name] for name in names], *dims(table), table.c.recovered_fen, table.c.commission_fen
    ).where(*within(table))


def lines(within: Within) -> Select:
    """A row a change of a credit line: sums to date are the limits of a month-end."""
    table = schema.line_event
    return select(table.c.month, *dims(table), table.c.active_delta_fen, table.c.frozen_delta_fen).where(*within(table))


def funded(within: Within) -> Select:
    """A row a loan and funder at disbursement; a loan of two funders is two rows."""
    share, loan = schema.funding_share, schema.loan
    same = and_(loan.c.loan_id == share.c.loan_id, loan.c.opened_month == share.c.opened_month)
    return (
        select(share.c.opened_month, share.c.funder_code, *dims(loan), literal(1).label("loans"), share.c.principal_fen)
        .select_from(share.join(loan, same))
        .where(*within(share), *within(loan))
    )


def allowance(within: Within) -> Select:
    """A row a month-end, product class and stage of expected credit loss."""
    table = schema.allowance
    return select(
        *[table.c[name] for name in ("month", "ecl_stage", "product_class", "gross_fen", "allowance_fen")]
    ).where(*within(table))


def decided(within: Within) -> Select:
    """A row a decision: inputs of the rules, the limit before any trim and after, what became of its first drawdown.

    Whoever was trimmed then has a hit of the amount cap, and the hit holds the limit before it was cut. What ends in
    ``_steps`` is how many thresholds of its slider an input passes; ``spread`` is a few digits by which to take some
    of many decisions, whatever their order.
    """
    decision, inputs, loan, hit = schema.decision, schema.feature_snapshot, schema.loan, schema.rule_hit
    names = ("submitted_month", "decided_month", "decision", "requested_fen", "score_points", "pd_rate")
    # Each side is held to its months before it is joined, or an engine reads it whole for a window of a year.
    known = and_(inputs.c.decision_id == decision.c.decision_id, *within.since(inputs.c.submitted_month))
    trim = and_(
        hit.c.decision_id == decision.c.decision_id,
        hit.c.rule_key == "amount_cap",
        *within.since(hit.c.submitted_month),
    )
    first_drawdown = and_(
        loan.c.application_id == decision.c.application_id, loan.c.draw_no == 1, *within.since(loan.c.opened_month)
    )
    return (
        select(
            *[decision.c[name] for name in names],
            decision.c.limit_fen.label("granted_fen"),
            func.coalesce(hit.c.observed_value, cast(decision.c.limit_fen, Double)).label("limit_fen"),
            loan.c.opened_month.label("drawn_month"),
            case((loan.c.first_30_mob <= BAD_BY_MOB, loan.c.first_30_mob)).label("bad_mob"),
            loan.c.first_30_mob,
            loan.c.principal_fen.label("drawn_fen"),
            *[inputs.c[key] for key in RULE_INPUTS],
            *dims(decision),
            *[
                steps_passed(rule, (inputs if rule.column in inputs.c else decision).c[rule.column]).label(name)
                for rule, name in zip(GRID_RULES, STEPS, strict=True)
            ],
            func.substr(func.md5(decision.c.decision_id), 1, SPREAD_DIGITS, type_=String).label("spread"),
            decision.c.decision_id,
        )
        .select_from(decision.outerjoin(inputs, known).outerjoin(loan, first_drawdown).outerjoin(hit, trim))
        .where(*within(decision))
    )
