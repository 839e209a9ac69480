"""The table of proposals: one row a step that somebody took, only ever added to."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from jiebei_dash.desk.tables import desk_tables, only_added_to

proposal_event = Table(
    "proposal_event",
    desk_tables,
    Column("event_no", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without a gap"),
    Column("proposal_id", String, nullable=False, comment="number of the proposal, e.g. PR-1"),
    Column("place", Integer, nullable=False, comment="of the step in the course of its proposal, from 1"),
    Column("step", String, nullable=False, comment="see desk.course.STEPS"),
    Column("at", String, nullable=False, comment="when, ISO 8601 with its offset"),
    Column("actor", String, nullable=False, comment="who, as they called themselves"),
    Column("role", String, nullable=False, comment="in which role"),
    Column("note", String, nullable=False, comment="note, reason, question or answer; empty if none was given"),
    Column(
        "policy_json", String, comment="the whole policy as JSON, the text that was hashed; of the first step alone"
    ),
    Column("policy_sha256", String, comment="hash of policy_json"),
    Column("base_id", String, comment="policy that it changes: version in the book, or number of a proposal"),
    Column("base_sha256", String, comment="hash of that policy"),
    Column(
        "forecast_json", String, comment="what is promised by month; see answers.policy_promises; null if nothing is"
    ),
    Column("data_version", String, comment="version of the book that the forecast was made from"),
    Column("part_json", String, comment="part of the book that it was made from, as Scope.part_text gives it"),
    Column("effective_on", String, comment="first day on which it is to decide, ISO 8601"),
    Column("scenario_id", String, comment="scenario that it was made from; empty if none"),
    Column("rolls_back", String, comment="policy that it takes back; null if it is a change of its own"),
    Column("entry_hash", String, nullable=False, unique=True, comment="entry of the log that was written with it"),
    UniqueConstraint("proposal_id", "place"),
    comment="one row a step of a proposal",
)
only_added_to(proposal_event)
