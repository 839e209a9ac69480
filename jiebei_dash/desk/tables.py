"""The tables of the desk. The log refuses changes; who holds its file gets past that, but not past the chain."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Integer, MetaData, String, Table, event

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
for _act in ("UPDATE", "DELETE"):
    event.listen(
        audit_log,
        "after_create",
        sa.DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER audit_log_no_{_act.lower()} BEFORE {_act} ON audit_log "
            "BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END"
        ),
    )
