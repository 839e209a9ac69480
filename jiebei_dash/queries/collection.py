"""What became of loans that fell behind: entry batches, cash in a bucket, cures that held, promises, contacts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def batches(scope: Scope, from_month: date, bucket: str) -> Question:
    """Ask what entered a bucket in each month, and what of it was paid or cured in the months that followed.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last that is looked at.
    from_month
        First month of entry.
    bucket
        The bucket that was entered from a better one.

    Returns
    -------
    Question
        One row an ``entered_month`` and ``after_months`` (0 is the month of entry): ``loans`` and ``entered_fen``
        (principal) that entered, both in the row of 0; ``paid_fen`` principal received, ``cured`` loans and
        ``cured_fen`` (principal at entry) of that month alone.
    """
    table = rows_of(scope, "entered", from_month)
    keys = [table.c.entered_month, table.c.after_months]
    measures = ("loans", "entered_fen", "paid_fen", "cured", "cured_fen")
    statement = (
        select(*keys, *[sum_of(table.c[name]).label(name) for name in measures])
        .where(
            *scope.conditions(table),
            table.c.bucket == bucket,
            table.c.entered_month >= from_month,
            table.c.month <= scope.as_of_month,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("collection.batches", statement, scope)


def cures(scope: Scope, from_month: date) -> Question:
    """Ask how many loans were cured in each month, and how many of them were late again in the months that followed.

    Parameters
    ----------
    scope, from_month
        As in :func:`batches`, by month of the cure.

    Returns
    -------
    Question
        One row a ``cured_month`` and ``after_months``: ``cured`` (in the row of 0) and ``relapsed`` in that month.
    """
    table = rows_of(scope, "relapsed", from_month)
    keys = [table.c.cured_month, table.c.after_months]
    statement = (
        select(*keys, *[sum_of(table.c[name]).label(name) for name in ("cured", "relapsed")])
        .where(*scope.conditions(table), table.c.cured_month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("collection.cures", statement, scope)


def in_bucket(scope: Scope, from_month: date, bucket: str) -> Question:
    """Ask what stood in a bucket at the beginning of each month, what came in, and what was paid on the former.

    Parameters
    ----------
    scope, from_month
        As in :func:`batches`.
    bucket
        The bucket.

    Returns
    -------
    Question
        One row a ``month``: ``opening_loans``, ``opening_fen``, ``paid_fen`` (principal received in the month on loans
        that stood in the bucket at its beginning); ``inflow_loans``, ``inflow_fen`` (at its end, of loans that stood
        elsewhere before).
    """
    table = rows_of(scope, "performance", from_month)
    stood = table.c.prev_state == bucket
    came = and_(table.c.state == bucket, table.c.prev_state != bucket)
    statement = (
        select(
            table.c.month,
            sum_of(table.c.loans, stood).label("opening_loans"),
            sum_of(table.c.opening_fen, stood).label("opening_fen"),
            sum_of(table.c.paid_principal_fen, stood).label("paid_fen"),
            sum_of(table.c.loans, came).label("inflow_loans"),
            sum_of(table.c.balance_fen, came).label("inflow_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(table.c.month)
        .order_by(table.c.month)
    )
    return Question("collection.in_bucket", statement, scope)


def promises(scope: Scope, from_month: date) -> Question:
    """Ask how many promises fell due in each month, and how many of them were kept.

    Parameters
    ----------
    scope, from_month
        As in :func:`batches`, by month of the promised day.

    Returns
    -------
    Question
        One row a ``promised_month``: ``promises``, ``kept``.
    """
    table = rows_of(scope, "contacted", None)
    statement = (
        select(table.c.promised_month, *[sum_of(table.c[name]).label(name) for name in ("promises", "kept")])
        .where(
            *scope.conditions(table),
            table.c.promised_month >= from_month,
            table.c.promised_month <= scope.as_of_month,
        )
        .group_by(table.c.promised_month)
        .order_by(table.c.promised_month)
    )
    return Question("collection.promises", statement, scope)


def contacts(scope: Scope, from_month: date) -> Question:
    """Ask how many contacts each agency made by each channel, reached somebody, and made outside the rules.

    Parameters
    ----------
    scope, from_month
        As in :func:`batches`, by month of the contact.

    Returns
    -------
    Question
        One row an ``agency_code`` and ``contact_channel``: ``contacts``, ``reached``, ``judged`` (the book says whether
        it was permitted), ``outside`` (it was not).
    """
    table = rows_of(scope, "contacted", from_month)
    keys = [table.c.agency_code, table.c.contact_channel]
    measures = ("contacts", "reached", "judged", "outside")
    statement = (
        select(*keys, *[sum_of(table.c[name]).label(name) for name in measures])
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("collection.contacts", statement, scope)
