"""What a row must satisfy to be loaded, as one list: the bulk path and an upload are checked by the same records.

An error sends the row to quarantine; a warning loads it and counts it. A check applies where the tape gives every
column that it reads. Source: house data model, integrity tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

from jiebei_dash import terms
from jiebei_dash.book import schema

Kind = Literal["range", "reference", "order", "cross_field", "over_time"]
Severity = Literal["error", "warning"]
Others = Mapping[str, FromClause]


class Rows(Protocol):
    """Rows whose columns are known by name."""

    @property
    def c(self) -> Any:
        """The columns."""


Broken = Callable[[Rows, Others], ColumnElement[bool]]

UNDERSTOOD = (
    "broken_line", "not_a_number", "not_a_whole_number", "not_a_date", "not_yes_or_no", "not_text", "unknown_code",
    "missing_key", "repeated_key", "no_status", "no_course",
)  # fmt: skip
"""Reasons that come before any check: the line, the field or the key is not understood."""
SHARES_DIFFER = 1e-6
"""The shares of a loan may miss 1 by as much."""


@dataclass(frozen=True)
class Check:
    """One check.

    Parameters
    ----------
    name
        The reason, a code of ``codes.tape_reason``; also the name by which a mapping switches it off.
    table
        Table of the book.
    columns
        Columns that it reads; the first is named with the row.
    kind
        What it compares.
    severity
        ``error`` or ``warning``.
    broken
        From the rows and the other tables: true where a row is wrong; unknown counts as right.
    needs
        Other tables that must be at hand.
    is_of_course
        Reads what is derived from the course of the loan: looked at once loans and months stand.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    kind: Kind
    severity: Severity
    broken: Broken
    needs: tuple[str, ...] = ()
    is_of_course: bool = False


def bucket(dpd_days: ColumnElement[int]) -> ColumnElement[str]:
    """Return the bucket of days past due, the SQL twin of :func:`jiebei_dash.terms.bucket_of`."""
    edges = zip(terms.BUCKETS, terms.BUCKET_EDGES_DAYS, strict=False)
    return sa.case(*[(dpd_days <= edge, bucket) for bucket, edge in edges], else_=terms.BUCKETS[-1])


def outside(column: str, low: float | None, high: float | None) -> Broken:
    """Return the condition that a value lies outside a range; both ends belong to it."""

    def broken(rows: Rows, others: Others) -> ColumnElement[bool]:
        value: ColumnElement[Any] = rows.c[column]
        below = value < low if low is not None else sa.false()
        return sa.or_(below, value > high) if high is not None else below

    return broken


def later(first: str, second: str) -> Broken:
    """Return the condition that what comes first is later than what comes second."""

    def broken(rows: Rows, others: Others) -> ColumnElement[bool]:
        kind = sa.Date() if "_on" in (first[-3:], second[-3:]) else sa.DateTime()
        return sa.cast(rows.c[first], kind) > sa.cast(rows.c[second], kind)

    return broken


def stands_nowhere(column: str, table: str, key: str) -> Broken:
    """Return the condition that a row names a record that is not there."""

    def broken(rows: Rows, others: Others) -> ColumnElement[bool]:
        found = sa.exists().where(others[table].c[key] == rows.c[column])
        return sa.and_(rows.c[column].is_not(None), sa.not_(found))

    return broken


def _is_other_bucket(rows: Rows, others: Others) -> ColumnElement[bool]:
    is_other: ColumnElement[bool] = rows.c.state != bucket(rows.c.dpd_days)
    return sa.and_(rows.c.state.in_(terms.BUCKETS), is_other)


def _owes_after_exit(rows: Rows, others: Others) -> ColumnElement[bool]:
    return sa.and_(rows.c.state.in_(terms.EXITS), rows.c.balance_fen != 0)


def _comes_after_exit(rows: Rows, others: Others) -> ColumnElement[bool]:
    left = others["exits"]
    return sa.exists().where(left.c.loan_id == rows.c.loan_id, left.c.month < rows.c.month)


def _shares_miss_one(rows: Rows, others: Others) -> ColumnElement[bool]:
    total = func.sum(rows.c.share_rate).over(partition_by=rows.c.loan_id)
    is_other: ColumnElement[bool] = func.abs(total - 1) > SHARES_DIFFER
    return is_other


def _owes_more_than_lent(rows: Rows, others: Others) -> ColumnElement[bool]:
    loan = others["loan"]
    return sa.exists().where(loan.c.loan_id == rows.c.loan_id, loan.c.principal_fen < rows.c.balance_fen)


def _rises(rows: Rows, others: Others) -> ColumnElement[bool]:
    return sa.and_(rows.c.mob > 0, rows.c.balance_fen > rows.c.opening_fen)


def _follows_nothing(rows: Rows, others: Others) -> ColumnElement[bool]:
    return sa.and_(rows.c.mob > 0, rows.c.prev_state.is_(None))


def _follows_another_state(rows: Rows, others: Others) -> ColumnElement[bool]:
    before = func.lag(rows.c.state).over(partition_by=rows.c.loan_id, order_by=rows.c.month)
    is_other: ColumnElement[bool] = rows.c.prev_state != before
    return is_other


def _promises_in_part(rows: Rows, others: Others) -> ColumnElement[bool]:
    is_apart: ColumnElement[bool] = (rows.c.result == "PROMISED") != rows.c.promised_on.is_not(None)
    return is_apart


def _costs_more(rows: Rows, others: Others) -> ColumnElement[bool]:
    is_more: ColumnElement[bool] = rows.c.commission_fen > func.abs(rows.c.recovered_fen)
    return is_more


def _covers_more(rows: Rows, others: Others) -> ColumnElement[bool]:
    is_more: ColumnElement[bool] = rows.c.allowance_fen > rows.c.gross_fen
    return is_more


def _limit_after_closing(rows: Rows, others: Others) -> ColumnElement[bool]:
    return sa.and_(rows.c.kind == "CLOSE", rows.c.limit_fen != 0)


def _ranges() -> Iterable[Check]:
    for table in schema.book.sorted_tables:
        for column in table.columns:
            name = column.name
            low_high = RANGES.get(f"{table.name}.{name}", RANGES.get(name))
            if name.endswith("_delta_fen"):
                continue
            if name.endswith("_fen"):
                is_paid = name.startswith(("paid_", "prepaid_", "recovered_"))
                reason, severity = ("negative_payment", "warning") if is_paid else ("negative_amount", "error")
                yield Check(reason, table.name, (name,), "range", severity, outside(name, 0, None))  # type: ignore[arg-type]
            elif low_high is not None:
                yield Check("out_of_range", table.name, (name,), "range", "error", outside(name, *low_high))


RANGES: dict[str, tuple[float | None, float | None]] = {
    "rate_day": (0, 0.01),
    "share_rate": (0, 1),
    "pd_rate": (0, 1),
    "card_utilisation_rate": (0, None),
    "dti_rate": (0, None),
    "night_share_rate": (0, 1),
    "zhima_score": (350, 950),
    "term_months": (0, 600),
    "dpd_days": (0, None),
    "mob": (0, None),
    "draw_no": (1, None),
    "event_no": (1, None),
    "contact_no": (1, None),
    "ecl_stage": (1, 3),
    "instalment_no": (0, None),
    "other_lender_count": (0, None),
    "bureau_query_count": (0, None),
    "bureau_overdue_count": (0, None),
    "account_age_months": (0, None),
    "job_months": (0, None),
}
"""Lowest and highest value by column; a day's interest above 1 % is a year's rate in the wrong unit."""

CHECKS: tuple[Check, ...] = (
    *_ranges(),
    Check("decided_before_submitted", "application", ("decided_at", "submitted_at"), "order", "error",
          later("submitted_at", "decided_at")),
    Check("left_before_entered", "application_stage", ("left_at", "entered_at"), "order", "error",
          later("entered_at", "left_at")),
    Check("disbursed_before_requested", "loan", ("disbursed_at", "requested_at"), "order", "error",
          later("requested_at", "disbursed_at")),
    Check("due_before_disbursed", "loan", ("first_due_on", "disbursed_at"), "order", "error",
          later("disbursed_at", "first_due_on")),
    Check("state_not_of_days", "loan_month", ("state", "dpd_days"), "cross_field", "error", _is_other_bucket),
    Check("owes_after_exit", "loan_month", ("balance_fen", "state"), "cross_field", "error", _owes_after_exit),
    Check("shares_miss_one", "funding_share", ("share_rate", "loan_id"), "cross_field", "error", _shares_miss_one),
    Check("after_exit", "loan_month", ("month", "state", "loan_id"), "over_time", "error", _comes_after_exit,
          needs=("exits",)),
    Check("other_state_before", "loan_month", ("prev_state", "state", "loan_id", "month"), "over_time", "warning",
          _follows_another_state),
    Check("no_application", "application_stage", ("application_id",), "reference", "error",
          stands_nowhere("application_id", "application", "application_id"), needs=("application",)),
    Check("no_application", "decision", ("application_id",), "reference", "error",
          stands_nowhere("application_id", "application", "application_id"), needs=("application",)),
    Check("no_application", "loan", ("application_id",), "reference", "error",
          stands_nowhere("application_id", "application", "application_id"), needs=("application",)),
    Check("no_decision", "rule_hit", ("decision_id",), "reference", "error",
          stands_nowhere("decision_id", "decision", "decision_id"), needs=("decision",)),
    Check("no_decision", "feature_snapshot", ("decision_id",), "reference", "error",
          stands_nowhere("decision_id", "decision", "decision_id"), needs=("decision",)),
    Check("no_loan", "instalment", ("loan_id",), "reference", "error",
          stands_nowhere("loan_id", "loan", "loan_id"), needs=("loan",)),
    Check("no_loan", "recovery", ("loan_id",), "reference", "error",
          stands_nowhere("loan_id", "loan", "loan_id"), needs=("loan",)),
    Check("no_loan", "funding_share", ("loan_id",), "reference", "error",
          stands_nowhere("loan_id", "loan", "loan_id"), needs=("loan",)),
    Check("no_application", "line_event", ("application_id",), "reference", "error",
          stands_nowhere("application_id", "application", "application_id"), needs=("application",)),
    Check("no_loan", "contact", ("loan_id",), "reference", "error",
          stands_nowhere("loan_id", "loan", "loan_id"), needs=("loan",)),
    Check("promised_before_contact", "contact", ("promised_on", "contacted_at"), "order", "error",
          later("contacted_at", "promised_on")),
    Check("kept_before_contact", "contact", ("kept_on", "contacted_at"), "order", "error",
          later("contacted_at", "kept_on")),
    Check("kept_after_promise", "contact", ("kept_on", "promised_on"), "order", "error",
          later("kept_on", "promised_on")),
    Check("promise_of_nothing", "contact", ("promised_on", "result"), "cross_field", "error", _promises_in_part),
    Check("recovered_before_lost", "recovery", ("month", "lost_month"), "order", "error", later("lost_month", "month")),
    Check("fee_above_cash", "recovery", ("commission_fen", "recovered_fen"), "cross_field", "warning", _costs_more),
    Check("allowance_above_gross", "allowance", ("allowance_fen", "gross_fen"), "cross_field", "warning",
          _covers_more),
    Check("limit_after_closing", "line_event", ("limit_fen", "kind"), "cross_field", "error", _limit_after_closing),
    Check("no_month_before", "loan_month", ("prev_state", "mob"), "over_time", "warning", _follows_nothing,
          is_of_course=True),
    Check("balance_rises", "loan_month", ("balance_fen", "opening_fen", "mob"), "over_time", "warning", _rises,
          is_of_course=True),
    Check("owes_more_than_lent", "loan_month", ("balance_fen", "loan_id"), "cross_field", "warning",
          _owes_more_than_lent, needs=("loan",), is_of_course=True),
)  # fmt: skip
"""Every check, in the order in which a row is told the first reason."""
REASONS: tuple[str, ...] = (*UNDERSTOOD, *dict.fromkeys(check.name for check in CHECKS))
"""Codes of ``codes.tape_reason``."""


def checks_for(
    table: str, columns: Iterable[str], at_hand: Iterable[str], off: Iterable[str], of_course: bool = False
) -> list[Check]:
    """Return the checks that apply to rows of a table.

    Parameters
    ----------
    table
        Table of the book.
    columns
        Columns that the rows have.
    at_hand
        Other tables that can be looked into.
    off
        Checks that are switched off.
    of_course
        Those of derived rows, or those of the tape's own.
    """
    given, near, without = set(columns), set(at_hand), set(off)
    return [
        check
        for check in CHECKS
        if check.table == table
        and check.is_of_course == of_course
        and check.name not in without
        and given.issuperset(check.columns)
        and near.issuperset(check.needs)
    ]
