"""Questions about the book itself: its loads, what was set aside, the totals, and what changed after it had closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.history import NO_MONTH
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of

MOST_RESTATED = 2_000
"""Restatements that are listed one by one, the newest first."""
_DONE = ("LOADED", "UNCHANGED")


def loads(scope: Scope) -> Question:
    """Ask for every load of the book.

    Returns
    -------
    Question
        One row a load, newest first: ``load_no``, ``loaded_at``, ``load_outcome``, ``load_mode``, ``tape``,
        ``rows_in``, ``rows_loaded``, ``rows_quarantined``, ``seconds``, ``data_version_before``,
        ``data_version_after``, ``load_stop``.
    """
    run, file = schema.load_run, schema.load_file
    rows = (
        select(
            file.c.load_no,
            sum_of(file.c.rows_in).label("rows_in"),
            sum_of(file.c.rows_loaded).label("rows_loaded"),
            sum_of(file.c.rows_quarantined).label("rows_quarantined"),
        )
        .group_by(file.c.load_no)
        .subquery("rows")
    )
    statement = (
        select(
            run.c.load_no,
            run.c.loaded_at,
            run.c.outcome.label("load_outcome"),
            run.c.mode.label("load_mode"),
            run.c.tape,
            func.coalesce(rows.c.rows_in, 0).label("rows_in"),
            func.coalesce(rows.c.rows_loaded, 0).label("rows_loaded"),
            func.coalesce(rows.c.rows_quarantined, 0).label("rows_quarantined"),
            run.c.seconds,
            run.c.data_version_before,
            run.c.data_version_after,
            run.c.stopped_by.label("load_stop"),
        )
        .select_from(run.outerjoin(rows, rows.c.load_no == run.c.load_no))
        .order_by(run.c.load_no.desc().nulls_last())
    )
    return Question("data_quality.loads", statement, scope)


def files(scope: Scope, load_no: int) -> Question:
    """Ask what came in with one load.

    Returns
    -------
    Question
        One row a ``file`` and ``table_name``: ``rows_in``, ``rows_loaded``, ``rows_quarantined``, ``sha256``.
    """
    file = schema.load_file
    shown = ("file", "table_name", "rows_in", "rows_loaded", "rows_quarantined", "sha256")
    statement = (
        select(*(file.c[name] for name in shown))
        .where(file.c.load_no == load_no)
        .order_by(file.c.file, file.c.table_name)
    )
    return Question("data_quality.files", statement, scope)


def reasons(scope: Scope, load_no: int) -> Question:
    """Ask why rows of one load were set aside, and what was loaded with a warning.

    Returns
    -------
    Question
        One row a ``file``, ``table_name``, ``column_name`` (of the tape) and ``tape_reason``: ``row_count``,
        ``is_warning``; what was set aside first, the largest count first.
    """
    reason = schema.load_reason
    statement = (
        select(
            reason.c.file,
            reason.c.table_name,
            reason.c.column_name,
            reason.c.reason.label("tape_reason"),
            reason.c.row_count,
            reason.c.is_warning,
        )
        .where(reason.c.load_no == load_no)
        .order_by(
            reason.c.is_warning,
            reason.c.row_count.desc().nulls_last(),
            reason.c.file,
            reason.c.table_name,
            reason.c.column_name,
            reason.c.reason,
        )
    )
    return Question("data_quality.reasons", statement, scope)


def totals(scope: Scope, load_no: int | None) -> Question:
    """Ask for control totals and what was loaded against them.

    Parameters
    ----------
    scope
        Who asks.
    load_no
        Of one load; None for all since the last load of the whole book that was not stopped.

    Returns
    -------
    Question
        One row a load, ``table_name``, ``month`` (null for all months) and ``control_measure``: ``load_no``,
        ``control_value``, ``loaded_value``, ``tolerance``, ``ties``; fen, or rows for a count.
    """
    total, run = schema.load_total, schema.load_run
    whole = date.fromisoformat(NO_MONTH)
    done = run.c.outcome.in_(_DONE)
    begun = select(func.coalesce(func.max(run.c.load_no), 0)).where(done, run.c.mode == "WHOLE").scalar_subquery()
    held: ColumnElement[bool] = and_(done, total.c.load_no >= begun) if load_no is None else total.c.load_no == load_no
    statement = (
        select(
            total.c.load_no,
            total.c.table_name,
            case((total.c.month != whole, total.c.month)).label("month"),
            total.c.measure.label("control_measure"),
            total.c.control_value,
            total.c.loaded_value,
            total.c.tolerance,
            total.c.ties,
        )
        .select_from(total.join(run, run.c.load_no == total.c.load_no))
        .where(held)
        .order_by(total.c.table_name, total.c.measure, total.c.month, total.c.load_no)
    )
    return Question("data_quality.totals", statement, scope)


def restatements(scope: Scope) -> Question:
    """Ask which closed months a later load changed.

    Returns
    -------
    Question
        One row a load, ``table_name``, ``month`` and ``control_measure``, newest load first, at most ``MOST_RESTATED``:
        ``load_no``, ``value_before``, ``value_after``; fen, or rows for a count.
    """
    found = schema.restatement
    shown = ("load_no", "table_name", "month")
    statement = (
        select(
            *(found.c[name] for name in shown),
            found.c.measure.label("control_measure"),
            found.c.value_before,
            found.c.value_after,
        )
        .order_by(
            found.c.load_no.desc().nulls_last(), found.c.month.desc().nulls_last(), found.c.table_name, found.c.measure
        )
        .limit(MOST_RESTATED)
    )
    return Question("data_quality.restatements", statement, scope)


def holdings(scope: Scope) -> Question:
    """Ask what the book holds.

    Returns
    -------
    Question
        One row a ``table_name`` with rows: ``first_month``, ``last_month`` (null for a table without a period),
        ``months``, ``row_count``.
    """
    marks = schema.book_month
    period = case((marks.c.month != date.fromisoformat(NO_MONTH), marks.c.month))
    statement = (
        select(
            marks.c.table_name,
            func.min(period).label("first_month"),
            func.max(period).label("last_month"),
            func.count(period).label("months"),
            sum_of(marks.c.row_count).label("row_count"),
        )
        .where(marks.c.row_count > 0)
        .group_by(marks.c.table_name)
        .order_by(marks.c.table_name)
    )
    return Question("data_quality.holdings", statement, scope)


def lacks(scope: Scope) -> Question:
    """Ask what the book's source never had: ``gap``, one row a capability."""
    table = schema.book_lack
    statement = select(table.c.capability.label("gap")).order_by(table.c.capability)
    return Question("data_quality.lacks", statement, scope)


def estimates(scope: Scope) -> Question:
    """Ask what of the book was derived by a rule and not observed: ``gap``, one row a rule."""
    table = schema.book_estimate
    statement = select(table.c.what.label("gap")).order_by(table.c.what)
    return Question("data_quality.estimates", statement, scope)
