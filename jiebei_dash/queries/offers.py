"""Who took the loan at which price, and which licence books it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, SmallInteger, and_, cast, func, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_rows import BAD_BY_MOB
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import count_where, sum_of

WITHIN_DAYS = 30
"""Of its approval, in which a line counts as taken up. Source: house definition F4."""
BAND_POINTS = 10
"""Width of the bands of the score."""
_TENTHS = 10


def taken(scope: Scope, window_months: int) -> Question:
    """Ask for lines granted by price, score and channel: how many were drawn, how many loans went bad.

    Parameters
    ----------
    scope
        Part of the book.
    window_months
        Months of submission; the last one is old enough for every line to have had its thirty days.

    Returns
    -------
    Question
        One row a ``submitted_month``, ``rate_day``, ``points_from`` (lowest points of a band of ten), ``channel``:
        ``lines`` granted, ``drawn`` within thirty days, ``loans`` (first drawdowns at least six months old), ``bads``
        of them (ever more than 30 days past due by month 6), ``score_tenths`` (scores of the lines added up, in tenths
        of a point), ``limit_fen``. Lines without a price, a score or a limit are left out.
    """
    decision, application, loan = schema.decision, schema.application, schema.loan
    last_month = month_plus(scope.as_of_month, -2)
    first_month = month_plus(last_month, 1 - window_months)
    seen_to_month = month_plus(scope.as_of_month, -BAD_BY_MOB)
    granted = and_(
        application.c.application_id == decision.c.application_id, application.c.submitted_month >= first_month
    )
    first_drawdown = and_(
        loan.c.application_id == decision.c.application_id,
        loan.c.draw_no == 1,
        loan.c.opened_month >= first_month,
        loan.c.opened_month <= scope.as_of_month,
    )
    points_from = cast(func.floor(decision.c.score_points / BAND_POINTS) * BAND_POINTS, SmallInteger)
    each = (
        select(
            decision.c.submitted_month,
            decision.c.rate_day,
            points_from.label("points_from"),
            decision.c.channel,
            cast(func.floor(decision.c.score_points * _TENTHS), BigInteger).label("tenths"),
            decision.c.limit_fen,
            (cast(loan.c.disbursed_at, Date) <= cast(application.c.decided_at, Date) + WITHIN_DAYS).label("is_drawn"),
            (loan.c.opened_month <= seen_to_month).label("is_seen"),
            (loan.c.first_30_mob <= BAD_BY_MOB).label("is_bad"),
        )
        .select_from(decision.join(application, granted).outerjoin(loan, first_drawdown))
        .where(
            *scope.conditions(decision),
            decision.c.submitted_month.between(first_month, last_month),
            application.c.result == "APPROVED",
            decision.c.decided_month <= last_month,
            decision.c.rate_day > 0,
            decision.c.score_points.is_not(None),
            decision.c.limit_fen > 0,
        )
        .subquery("granted")
    )
    keys = [each.c[name] for name in ("submitted_month", "rate_day", "points_from", "channel")]
    statement = (
        select(
            *keys,
            cast(func.count(), BigInteger).label("lines"),
            count_where(each.c.is_drawn).label("drawn"),
            count_where(each.c.is_seen).label("loans"),
            count_where(and_(each.c.is_seen, each.c.is_bad)).label("bads"),
            sum_of(each.c.tenths).label("score_tenths"),
            sum_of(each.c.limit_fen).label("limit_fen"),
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("offers.taken", statement, scope)


def licences(scope: Scope) -> Question:
    """Ask which licensed companies book the products.

    Returns
    -------
    Question
        One row a ``product_class`` and ``licence_entity``: ``products``. Unknown companies are left out.
    """
    table = schema.product
    keys = [table.c.product_class, table.c.licence_entity]
    statement = (
        select(*keys, cast(func.count(), BigInteger).label("products"))
        .where(table.c.licence_entity.is_not(None))
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("offers.licences", statement, scope)
