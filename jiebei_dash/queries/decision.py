"""Questions about one credit decision, and the list in which it is found.

The scope's segments and cohorts narrow only the search (:func:`find`). A record asked for by its number is found
whatever the scope says; the scope's as-of month bounds only what happened to its loans later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, Table

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.numbers import Months, held_to
from jiebei_dash.book.scope import Scope, month_plus

PAGE_ROWS = 50
"""Rows of a page of the list."""
_OF_LOAN = ("DRAWDOWN", "DISBURSED")
_FOUND = (
    "decision_id", "decided_at", "decision", "main_reason", "score_points", "limit_fen", "policy_version",
    "model_version", "product_class", "channel", "province_code", "zhima_band", "term_months", "is_random_lane",
    "is_override",
)  # fmt: skip


def find(
    scope: Scope,
    decided_month: date | None = None,
    decision: str | None = None,
    main_reason: str | None = None,
    policy_version: str | None = None,
    model_version: str | None = None,
    is_override: bool | None = None,
    is_random_lane: bool | None = None,
    page_no: int = 0,
    newest_months: int | None = None,
) -> Question:
    """Ask for one page of decisions, newest first.

    Parameters
    ----------
    scope
        Its segments and cohort months narrow the list; decisions after its as-of month are left out.
    decided_month, decision, main_reason, policy_version, model_version, is_override, is_random_lane
        Further filters by the column of that name; None is all.
    page_no
        0 for the newest ``PAGE_ROWS``.
    newest_months
        Looks only at decisions of so many months up to the as-of month: a page that is full then is the same page.

    Returns
    -------
    Question
        One row a decision, at most ``PAGE_ROWS``.
    """
    table = schema.decision
    chosen = {
        "decided_month": decided_month,
        "decision": decision,
        "main_reason": main_reason,
        "policy_version": policy_version,
        "model_version": model_version,
        "is_override": is_override,
        "is_random_lane": is_random_lane,
    }
    select = (
        sa.select(*(table.c[name] for name in _FOUND))
        .where(*_fits(scope, chosen, newest_months))
        .order_by(table.c.decided_at.desc().nulls_last(), table.c.decision_id)
        .limit(PAGE_ROWS)
        .offset(page_no * PAGE_ROWS)
    )
    return Question("decision.find", select, scope)


def count_newest(
    scope: Scope,
    newest_months: int,
    decision: str | None = None,
    main_reason: str | None = None,
    policy_version: str | None = None,
) -> Question:
    """Ask how many decisions of the list were made in the newest months.

    Parameters
    ----------
    scope, newest_months, decision, main_reason, policy_version
        As in :func:`find`.

    Returns
    -------
    Question
        One row: ``decisions``.
    """
    chosen = {"decision": decision, "main_reason": main_reason, "policy_version": policy_version}
    count = sa.func.count()
    select: Select = (
        sa.select(count.label("decisions"))
        .select_from(schema.decision)
        .where(*_fits(scope, chosen, newest_months))
        .order_by(count)
    )
    return Question("decision.count_newest", select, scope)


def _fits(scope: Scope, chosen: Mapping[str, object], newest_months: int | None) -> list[ColumnElement[bool]]:
    table = schema.decision
    found = [*scope.conditions(table), table.c.decided_month <= scope.as_of_month]
    found += [table.c[name] == value for name, value in chosen.items() if value is not None]
    if newest_months is not None:
        found.append(table.c.decided_month > month_plus(scope.as_of_month, -newest_months))
    return found


def by_number(scope: Scope, number: str, submitted: Months = None, drawn_on: tuple[str, ...] | None = None) -> Question:
    """Ask which decision a number belongs to: a decision's, an application's or a drawdown's own.

    Parameters
    ----------
    number
        Of any of the three.
    submitted
        Months in which the decision's application may have been submitted.
    drawn_on
        Applications that the drawdown of this number was drawn on, where that was asked before.

    Returns
    -------
    Question
        ``decision_id``, one row a decision; none if the number is unknown.
    """
    table, loan = schema.decision, schema.loan
    lines = sa.select(loan.c.application_id).where(loan.c.loan_id == number) if drawn_on is None else list(drawn_on)
    select = (
        sa.select(table.c.decision_id)
        .where(
            sa.or_(
                table.c.decision_id == number,
                table.c.application_id == number,
                *[] if drawn_on == () else [table.c.application_id.in_(lines)],
            ),
            *held_to(table.c.submitted_month, submitted),
        )
        .order_by(table.c.decision_id)
    )
    return Question("decision.by_number", select, scope)


def record(scope: Scope, decision_id: str, submitted: Months = None) -> Question:
    """Ask for a decision and its application, without the person.

    Parameters
    ----------
    decision_id
        Which decision.
    submitted
        Months in which its application may have been submitted; here and below, None where that is not known.

    Returns
    -------
    Question
        One row, or none: the columns of ``decision``, and of ``application`` what it alone has.
    """
    of_application = ("product_code", "submitted_at", "result", "is_repeat", "is_manual")
    select = (
        sa.select(schema.decision, *(schema.application.c[name] for name in of_application))
        .join(schema.application, schema.application.c.application_id == schema.decision.c.application_id)
        .where(
            schema.decision.c.decision_id == decision_id,
            *held_to(schema.decision.c.submitted_month, submitted),
            *held_to(schema.application.c.submitted_month, submitted),
        )
        .order_by(schema.decision.c.decision_id)
    )
    return Question("decision.record", select, scope)


def personal(scope: Scope, decision_id: str, submitted: Months = None) -> Question:
    """Ask who the person of a decision is; age and sex are kept for fairness tests and not asked for.

    Returns
    -------
    Question
        One row: ``customer_id, id_hash, city_tier, province_code, first_seen_on, is_first_credit``.
    """
    customer, application, decision = schema.customer, schema.application, schema.decision
    shown = ("customer_id", "id_hash", "city_tier", "province_code", "first_seen_on", "is_first_credit")
    select = (
        sa.select(*(customer.c[name] for name in shown))
        .join(application, application.c.customer_id == customer.c.customer_id)
        .join(decision, decision.c.application_id == application.c.application_id)
        .where(
            decision.c.decision_id == decision_id,
            *held_to(decision.c.submitted_month, submitted),
            *held_to(application.c.submitted_month, submitted),
        )
        .order_by(customer.c.customer_id)
    )
    return Question("decision.personal", select, scope)


def stages(scope: Scope, application_id: str, submitted: Months = None) -> Question:
    """Ask for the stages that an application entered, in order.

    Returns
    -------
    Question
        ``stage_no, stage, entered_at, left_at, outcome``; one row a stage. Of the first drawdown, a stage entered after
        the as-of month is left out, and one left after it is still ``OPEN``.
    """
    table = schema.application_stage
    end = month_plus(scope.as_of_month, 1)
    is_of_loan = table.c.stage.in_(_OF_LOAN)
    still_open = sa.and_(is_of_loan, table.c.left_at >= end)
    select = (
        sa.select(
            *(table.c[name] for name in ("stage_no", "stage", "entered_at")),
            sa.case((still_open, sa.null()), else_=table.c.left_at).label("left_at"),
            sa.case((still_open, "OPEN"), else_=table.c.outcome).label("outcome"),
        )
        .where(table.c.application_id == application_id, *held_to(table.c.submitted_month, submitted))
        .where(sa.or_(~is_of_loan, table.c.entered_at.is_(None), table.c.entered_at < end))
        .order_by(table.c.stage_no)
    )
    return Question("decision.stages", select, scope)


def rule_hits(scope: Scope, decision_id: str, submitted: Months = None) -> Question:
    """Ask for all rules that a decision hit.

    Returns
    -------
    Question
        ``rule_key, rule_no, observed_value, threshold_value``; one row a hit, in the policy's order.
    """
    table = schema.rule_hit
    shown = ("rule_key", "rule_no", "observed_value", "threshold_value")
    select = _of_decision(table, shown, decision_id, submitted)
    return Question("decision.rule_hits", select.order_by(table.c.rule_no), scope)


def snapshot(scope: Scope, decision_id: str, submitted: Months = None) -> Question:
    """Ask for every model input as it was at decision time.

    Returns
    -------
    Question
        One row, or none: the columns of ``feature_snapshot`` except its cohort; null is missing.
    """
    table = schema.feature_snapshot
    shown = tuple(column.name for column in table.c if column.name != table.info["period"])
    select = _of_decision(table, shown, decision_id, submitted).order_by(table.c.decision_id)
    return Question("decision.snapshot", select, scope)


def policy(scope: Scope, policy_version: str) -> Question:
    """Ask for one version of the policy: the row of ``policy_version``."""
    table = schema.policy_version
    select = sa.select(table).where(table.c.policy_version == policy_version).order_by(table.c.policy_version)
    return Question("decision.policy", select, scope)


def model(scope: Scope, model_version: str) -> Question:
    """Ask for one version of the model: the row of ``model_version``."""
    table = schema.model_version
    select = sa.select(table).where(table.c.model_version == model_version).order_by(table.c.model_version)
    return Question("decision.model", select, scope)


def versions(scope: Scope) -> Question:
    """Ask which policy versions there are, to choose from.

    Returns
    -------
    Question
        ``policy_version, effective_from, effective_to``; one row a version, newest first.
    """
    table = schema.policy_version
    select = sa.select(table.c.policy_version, table.c.effective_from, table.c.effective_to).order_by(
        table.c.effective_from.desc().nulls_last(), table.c.policy_version
    )
    return Question("decision.versions", select, scope)


def _of_decision(
    table: Table, shown: tuple[str, ...], decision_id: str, submitted: Months
) -> Select[tuple[object, ...]]:
    return sa.select(*(table.c[name] for name in shown)).where(
        table.c.decision_id == decision_id, *held_to(table.c.submitted_month, submitted)
    )
