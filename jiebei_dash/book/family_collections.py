"""Families of facts about collections: who collected after a loss."""

from __future__ import annotations

from sqlalchemy import Select, func, literal, select

from jiebei_dash.book import schema
from jiebei_dash.book.within import Within, dims


def collected(within: Within) -> Select:
    """A row a loan and month in which cash was collected after its write-off, with who collected it."""
    table = schema.recovery
    return select(
        table.c.month,
        func.coalesce(table.c.agency_code, "NA").label("agency_code"),
        table.c.opened_month,
        *dims(table),
        literal(1).label("payments"),
        table.c.recovered_fen,
        table.c.commission_fen,
    ).where(*within(table), table.c.kind == "CASH")
