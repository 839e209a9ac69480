"""Proposals as they lie on the desk: read as courses, written a step at a time with its entry of the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from jiebei_dash.desk import log
from jiebei_dash.desk.appending import append_in
from jiebei_dash.desk.chain import canonical
from jiebei_dash.desk.course import Course, Event, course
from jiebei_dash.desk.proposal_tables import proposal_event
from jiebei_dash.desk.tables import audit_log
from jiebei_dash.errors import LogUnavailable, SigningUnavailable
from jiebei_dash.signed import Signed

SHOWN: tuple[str, ...] = (
    "proposal_id", "proposal_state", "author", "submitted_at", "decided_by", "decided_at", "effective_on", "note",
    "policy_json", "policy_sha256", "base_id", "base_sha256", "forecast_json", "data_version", "part_json",
    "scenario_id", "rolls_back",
)  # fmt: skip
"""Columns of :func:`frame`."""


def courses(url: str) -> tuple[Course, ...]:
    """Return all proposals with their steps, in the order in which they were made.

    Raises
    ------
    SigningUnavailable
        The desk cannot be read.
    """
    with _open(url) as desk, desk.engine.connect() as connection:
        return tuple(courses_in(connection).values())


def frame(found: Sequence[Course]) -> pd.DataFrame:
    """Return proposals as answers take them: one row a proposal, columns of ``SHOWN``; what is approved by approval."""
    rows = []
    for each in found:
        first, ended = each.first, each.decided
        known = {name: getattr(first, name) for name in SHOWN if hasattr(first, name)}
        rows.append(
            known
            | {
                "proposal_state": each.state,
                "author": each.author,
                "submitted_at": first.at,
                "decided_by": ended.actor if ended else None,
                "decided_at": ended.at if ended else None,
                "_order": ended.event_no if ended else first.event_no,
            }
        )
    made = pd.DataFrame(rows, columns=[*SHOWN, "_order"]).sort_values("_order", ignore_index=True)
    made = made.drop(columns="_order").astype(object).where(lambda values: values.notna(), None)
    for name in ("submitted_at", "decided_at"):
        moments = pd.to_datetime(made[name], utc=True, format="ISO8601")
        made[name] = moments.dt.tz_localize(None).astype("datetime64[us]")
    made["effective_on"] = pd.to_datetime(made["effective_on"]).astype("datetime64[us]")
    return made


def adopted(found: Sequence[Course]) -> tuple[Signed, ...]:
    """Return the proposals that were approved, in the order in which they were."""
    signed = [each for each in found if each.state == "APPROVED"]
    return tuple(
        Signed(
            each.proposal_id,
            "DESK",
            each.first.effective_on or date.min,
            str(each.first.policy_json),
            str(each.first.policy_sha256),
            each.author,
            each.events[-1].actor,
        )
        for each in sorted(signed, key=lambda each: each.events[-1].event_no)
    )


def unmatched(url: str) -> tuple[int, ...]:
    """Return the numbers of steps that the log does not know as they are written: somebody wrote past the desk.

    Raises
    ------
    SigningUnavailable
        The desk cannot be read.
    """
    with _open(url) as desk, desk.engine.connect() as connection:
        known = proposal_event.outerjoin(audit_log, audit_log.c.entry_hash == proposal_event.c.entry_hash)
        both = sa.select(proposal_event, audit_log.c.detail_json).select_from(known)
        rows = connection.execute(both.order_by(proposal_event.c.event_no)).mappings().all()
    found = []
    for row in rows:
        step = {name: value for name, value in row.items() if name != "detail_json"}
        if json.loads(row["detail_json"] or "{}").get("step_sha256") != _step_hash(step):
            found.append(int(row["event_no"]))
    return tuple(found)


def courses_in(connection: Connection) -> dict[str, Course]:
    """Return all proposals by number, as a transaction sees them."""
    rows = connection.execute(sa.select(proposal_event).order_by(proposal_event.c.event_no)).mappings()
    by_number: dict[str, list[Event]] = {}
    for row in rows:
        day = row["effective_on"]
        fields = dict(row) | {"effective_on": date.fromisoformat(day) if day else None}
        by_number.setdefault(row["proposal_id"], []).append(Event(**fields))
    return {number: course(events) for number, events in by_number.items()}


def write_in(connection: Connection, at: datetime, name: str, role: str, fields: dict[str, object]) -> None:
    """Write a step: the entry of the log first, then the step, in one transaction: both, or neither.

    Parameters
    ----------
    connection
        In a transaction that holds the lock of writers.
    at, name, role
        When, with its time zone; who, in which role.
    fields
        Columns of ``proposal_event`` beside these.
    """
    last = connection.scalar(sa.select(sa.func.max(proposal_event.c.event_no))) or 0
    blank = dict.fromkeys((column.name for column in proposal_event.c if column.name != "entry_hash"), None)
    row = blank | fields | {"event_no": last + 1, "at": at.isoformat(), "actor": name, "role": role}
    detail = {name: str(row[name]) for name in ("step", "policy_sha256", "base_id", "effective_on") if row[name]}
    action = str(fields["step"]).lower()
    number = str(fields["proposal_id"])
    logged: dict[str, str | int | float | bool | None] = {**detail, "step_sha256": _step_hash(row)}
    entry = append_in(connection, at, name, role, action, number, logged)
    connection.execute(proposal_event.insert().values(**row, entry_hash=entry.entry_hash))


def _step_hash(row: Mapping[str, object]) -> str:
    fields = {name: value for name, value in row.items() if name != "entry_hash"}
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


@contextmanager
def _open(url: str) -> Iterator[log.Desk]:
    try:
        desk = log.open_desk(url)
        try:
            yield desk
        finally:
            desk.engine.dispose()
    except (LogUnavailable, SQLAlchemyError) as error:
        raise SigningUnavailable(address=make_url(url).render_as_string(hide_password=True)) from error


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """Open the desk for writing: whoever comes meanwhile waits.

    Raises
    ------
    SigningUnavailable
        Desk or log cannot be written; then nothing is.
    """
    with _open(url) as desk, desk.engine.execution_options(is_writing=True).begin() as connection:
        yield connection
