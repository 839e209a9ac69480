"""The tables of the desk. They refuse changes; who holds the file gets past that, but not past the chain of the log."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, event

desk_tables = MetaData()

audit_log = Table(
    "audit_log",
    desk_tables,
    Column("seq", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without a gap"),
    Column("at", String, nullable=False, comment="when, ISO 8601 with its offset; the text that was hashed"),
    Column("actor", String, nullable=False, comment="who"),
    Column("role", String, nullable=False, comment="in which role"),
    Column("action", String, nullable=False, comment="what was done, e.g. read or replay"),
    Column("object", String, nullable=False, comment="to what, e.g. a question's name or a decision's number"),
    Column("detail_json", String, nullable=False, comment="the rest, canonical JSON; the text that was hashed"),
    Column("prev_hash", String, nullable=False, unique=True, comment="entry_hash of the entry before; unique: no fork"),
    Column("entry_hash", String, nullable=False, unique=True, comment="sha256 of prev_hash and the entry"),
    comment="one row an act",
)
kept_forecast = Table(
    "kept_forecast",
    desk_tables,
    Column(
        "forecast_id", String, primary_key=True, comment="sha256 of what it is a forecast of: kept twice is one row"
    ),
    Column("data_version", String, nullable=False, comment="version of the book that it was made from"),
    Column("as_of_month", String, nullable=False, comment="last closed month that it knew, ISO 8601"),
    Column("part_json", String, nullable=False, comment="part of the book, canonical JSON of what narrows the scope"),
    Column("past_due_days", Integer, nullable=False, comment="30, 60, 90; 0 for losses"),
    Column("measure", String, nullable=False, comment="current, ever, loss or net_loss"),
    Column("basis", String, nullable=False, comment="balance or count"),
    Column("cohort_kind", String, nullable=False, comment="month or quarter"),
    Column("cohort", String, nullable=False, comment="first month of the cohort, ISO 8601"),
    Column("mob", Integer, nullable=False, comment="the age that is forecast"),
    Column("observed_mob", Integer, nullable=False, comment="the age that had closed last"),
    Column("loans", Integer, nullable=False, comment="of the cohort"),
    Column("observed_rate", Float, nullable=False),
    Column("predicted_rate", Float, nullable=False),
    Column("low_rate", Float, comment="of the 95 % interval; unknown if it could not be told"),
    Column("high_rate", Float),
    Column("developed_rate", Float, nullable=False, comment="part of the final rate that was in"),
    Column("method", String, nullable=False, comment="CL chain ladder, BF Bornhuetter-Ferguson, SEEN"),
    Column("made_at", String, nullable=False, comment="when it was kept first, ISO 8601 with its offset"),
    Column("actor", String, nullable=False, comment="who kept it"),
    comment="one row a forecast of a cohort at an age",
)


def only_added_to(table: Table) -> None:
    """Make a table refuse changes and removals from its creation on."""
    for act in ("UPDATE", "DELETE"):
        event.listen(
            table,
            "after_create",
            sa.DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {table.name}_no_{act.lower()} BEFORE {act} ON {table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{table.name} is only added to'); END"
            ),
        )


only_added_to(audit_log)
only_added_to(kept_forecast)
