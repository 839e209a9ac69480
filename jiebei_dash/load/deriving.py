"""From a course that is no panel of months to ``loan_month``, ``loan`` and what else follows from it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import FromClause

from jiebei_dash.load import from_instalments, from_outcomes, from_payments
from jiebei_dash.load.mapping import CourseRule
from jiebei_dash.load.splitting import Split
from jiebei_dash.load.writer import BookWriter


def derive(writer: BookWriter, course: CourseRule, rows: FromClause, lines: FromClause) -> None:
    """Append what follows from instalments, final statuses or payments, and say what of it is estimated.

    Parameters
    ----------
    writer
        The unfinished book.
    course
        How the tape tells the course of its loans.
    rows
        Its good rows.
    lines
        One row a loan.
    """
    seen = course.observed_to
    if course.kind == "instalments":
        known = seen if seen is not None else "observed_to"
        writer.append("instalment", from_instalments.instalments(rows, lines, known))
        writer.append("loan_month", from_instalments.loan_months(rows, lines, known))
        months = writer.given("loan_month")
        writer.append("loan", from_instalments.loans(months, rows, lines, known))
    elif course.kind == "outcomes":
        writer.append("loan_month", from_outcomes.loan_months(rows, seen))
        writer.append("loan", from_outcomes.loans(writer.given("loan_month"), rows))
        writer.estimate(from_outcomes.ESTIMATE)
    else:
        writer.append("loan_month", from_payments.loan_months(rows, lines, seen))
        writer.append("loan", from_payments.loans(writer.given("loan_month"), lines))
        if "recovered_fen" in rows.c:
            writer.append("recovery", from_payments.recoveries(writer.given("loan"), rows))
        writer.estimate(from_payments.ESTIMATE)


def together(course: Split, also: Split | None) -> FromClause:
    """Return the good rows of a course and those from another file; what one does not give is unknown."""
    rows = course.good
    if also is None:
        return rows
    columns = {column.name: column.type for each in (rows, also.good) for column in each.c}
    parts = [
        sa.select(*[
            (each.c[name] if name in each.c else sa.cast(sa.null(), kind)).label(name) for name, kind in columns.items()
        ])
        for each in (rows, also.good)
    ]  # fmt: skip
    return sa.union_all(*parts).subquery("together")
