"""What a mapping brings by itself: capabilities that a tape has if, and only if, certain columns are filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiebei_dash.load.mapping import CourseRule, TableRule

_BY_COLUMN: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "limits": (("line_event", frozenset({"active_delta_fen"})),),
    "allowance": (("allowance", frozenset({"allowance_fen"})),),
    "contacts": (("contact", frozenset({"result"})),),
    "recoveries": (("recovery", frozenset({"recovered_fen"})), ("payments", frozenset({"recovered_fen"}))),
    "commissions": (("recovery", frozenset({"commission_fen"})),),
    "lost_interest": (("panel", frozenset({"lost_interest_fen"})),),
    "overdue_amounts": (("panel", frozenset({"overdue_fen"})), ("instalments", frozenset({"due_principal_fen"}))),
    "cash_flows": (
        ("panel", frozenset({"scheduled_fen", "paid_principal_fen", "prepaid_fen"})),
        ("instalments", frozenset({"due_principal_fen"})),
        ("outcomes", frozenset({"principal_fen", "term_months"})),
    ),
    "borrowers": (("loan", frozenset({"customer_id"})),),
}
"""By capability: where it may come from (a table of the book, or the kind of a course), and the columns it takes."""
DECIDED: frozenset[str] = frozenset(_BY_COLUMN)
"""Capabilities that no mapping has to name: they follow from its columns."""


def not_brought(filled: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the capabilities that are not brought.

    Parameters
    ----------
    filled
        Columns that are filled, by table of the book or kind of the course.
    """
    given = {name: frozenset(columns) for name, columns in filled.items()}
    return tuple(
        capability
        for capability, sources in _BY_COLUMN.items()
        if not any(columns <= given.get(name, frozenset()) for name, columns in sources)
    )


def lacking(course: CourseRule | None, tables: Iterable[TableRule]) -> tuple[str, ...]:
    """Return the capabilities that a mapping does not bring.

    Parameters
    ----------
    course
        How the course of the loans is told; None if it is not.
    tables
        Tables that are brought in row by row.
    """
    filled: dict[str, list[str]] = {rule.table: [each.target for each in rule.columns] for rule in tables}
    if course is not None:
        own = [*course.rows.columns, *course.loan_columns, *(course.also.columns if course.also else ())]
        own += course.loans.columns if course.loans else ()
        filled[course.kind] = filled["loan"] = [rule.target for rule in own]
    return not_brought(filled)
