"""Add to the chain inside a transaction that is open: what is done and its entry stand together, or neither does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from jiebei_dash.desk.chain import GENESIS, Entry, Head, canonical, hash_of
from jiebei_dash.desk.tables import audit_log
from jiebei_dash.errors import Fact


def append_in(
    connection: Connection,
    at: datetime,
    actor: str,
    role: str,
    action: str,
    object_: str,
    detail: Mapping[str, Fact | bool | None],
) -> Entry:
    """Add one entry at the end of the chain, in a transaction that holds the lock of writers.

    Parameters
    ----------
    connection
        In a transaction begun with ``is_writing``; the entry is on the disk when that ends well.
    at, actor, role, action, object_, detail
        As :func:`jiebei_dash.desk.log.append` takes them.

    Returns
    -------
    Entry

    Raises
    ------
    ValueError
        ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("the log needs a time with its zone")
    last = head_in(connection)
    fields = {
        "at": at.isoformat(),
        "actor": actor,
        "role": role,
        "action": action,
        "object": object_,
        "detail_json": canonical(detail),
    }
    seq = last.seq + 1
    entry = Entry(
        seq=seq, **fields, prev_hash=last.entry_hash, entry_hash=hash_of(last.entry_hash, {"seq": seq, **fields})
    )
    connection.execute(audit_log.insert().values(**vars(entry)))
    return entry


def head_in(connection: Connection) -> Head:
    """Return the end of the chain as a transaction sees it."""
    select = sa.select(audit_log.c.seq, audit_log.c.entry_hash).order_by(audit_log.c.seq.desc()).limit(1)
    row = connection.execute(select).one_or_none()
    return Head(0, GENESIS) if row is None else Head(row.seq, row.entry_hash)
