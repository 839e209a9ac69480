"""From the course of the loans, as the tape tells it, to ``loan_month`` and ``loan`` of the book."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, func

from jiebei_dash.book import schema
from jiebei_dash.errors import MonthsImpossible
from jiebei_dash.load.columns import LINE, OF_LOAN
from jiebei_dash.load.deriving import derive
from jiebei_dash.load.mapping import CourseRule
from jiebei_dash.load.merging import merge_panel
from jiebei_dash.load.panel import loan_months, loans
from jiebei_dash.load.writer import BookWriter


def bring_in(writer: BookWriter, course: CourseRule, rows: FromClause, lines: FromClause | None, mode: str) -> None:
    """Append what follows from the course of the loans.

    Parameters
    ----------
    writer
        The unfinished book.
    course
        How the tape tells it.
    rows
        Its good rows.
    lines
        Good rows of the file with one row a loan; None if there is none.
    mode
        ``WHOLE`` or ``MONTHS``.

    Raises
    ------
    MonthsImpossible
        Months are to be replaced, and the tape is no panel of months.
    """
    if course.kind != "panel":
        if mode == "MONTHS":
            raise MonthsImpossible(course=course.kind)
        derive(writer, course, rows, lines_of(rows, lines))
        return
    told = with_lines(loans(rows), lines)
    if mode == "MONTHS":
        given = [column.name for column in rows.c if column.name in schema.loan_month.c]
        merge_panel(writer, loan_months(rows), told, given)
        return
    writer.append("loan_month", loan_months(rows))
    writer.append("loan", told)


def with_lines(told: Select[tuple[object, ...]], lines: FromClause | None) -> Select[tuple[object, ...]]:
    """Return loans with the columns of the tape's own line of each, which go before what was derived."""
    if lines is None:
        return told
    derived = told.subquery("derived")
    columns: list[ColumnElement[Any]] = []
    for column in schema.loan.columns:
        here, there = column.name in derived.c, column.name in lines.c and column.name != "loan_id"
        if here and there:
            columns.append(func.coalesce(lines.c[column.name], derived.c[column.name]).label(column.name))
        elif here or there:
            columns.append((derived if here else lines).c[column.name].label(column.name))
    joined = derived.outerjoin(lines, lines.c.loan_id == derived.c.loan_id)
    return sa.select(*columns).select_from(joined)


def lines_of(rows: FromClause, lines: FromClause | None) -> FromClause:
    """Return one row a loan: the tape's own lines, or what the rows of the course say of each loan."""
    if lines is not None:
        kept = [column for column in lines.c if column.name != LINE]
        return sa.select(*kept).subquery("lines")
    own: list[ColumnElement[Any]] = [rows.c.loan_id]
    own += [
        func.arg_min(column, rows.c[LINE], type_=column.type).label(column.name.removeprefix(OF_LOAN))
        for column in rows.c
        if column.name.startswith(OF_LOAN)
    ]
    return sa.select(*own).group_by(rows.c.loan_id).subquery("lines")
