"""The table of saved scenarios: it is only added to, like the log."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint, event

from jiebei_dash.desk.tables import desk_tables, only_added_to

scenario = Table(
    "scenario",
    desk_tables,
    Column("scenario_id", String, primary_key=True, comment="sha256 of the content: every column below from name on"),
    Column("population_id", String, nullable=False, comment="sha256 of the part, the months and the data version"),
    Column("revision", Integer, nullable=False, comment="1, 2, 3, ... of its name on this desk"),
    Column("saved_by", String, nullable=False, comment="who put it on this desk: its author, or who brought its file"),
    Column("saved_at", String, nullable=False, comment="when, ISO 8601 with its offset"),
    Column("name", String, nullable=False, comment="what its author calls it"),
    Column("note", String, nullable=False),
    Column("policy_json", String, nullable=False, comment="the draft, canonical JSON of the whole policy"),
    Column("policy_sha256", String, nullable=False, comment="of that text"),
    Column("base_version", String, nullable=False, comment="the policy that was live; empty if the book holds none"),
    Column("base_json", String, nullable=False, comment="its canonical JSON"),
    Column("base_sha256", String, nullable=False, comment="of that text"),
    Column("changes_json", String, nullable=False, comment="thresholds that the draft moves, by rule key"),
    Column("part_json", String, nullable=False, comment="part of the book, canonical JSON of what narrows the scope"),
    Column("as_of_month", String, nullable=False, comment="last closed month that counted, ISO 8601"),
    Column("maturity_months", Integer, nullable=False),
    Column("first_month", String, nullable=False, comment="first month of submission, ISO 8601"),
    Column("last_month", String, nullable=False, comment="last month of submission, ISO 8601"),
    Column("method", String, nullable=False, comment="how outcomes of those declined then were inferred"),
    Column("data_version", String, nullable=False, comment="version of the book"),
    Column("known_on", String, comment="past day as of which the book was opened; none for the book as it was then"),
    Column("parent_id", String, ForeignKey("scenario.scenario_id"), comment="what it was made from"),
    Column("author", String, nullable=False),
    Column("made_at", String, nullable=False, comment="ISO 8601 with its offset"),
    UniqueConstraint("name", "revision"),
    comment="one row a saved scenario",
)

only_added_to(scenario)
event.listen(
    scenario,
    "after_create",
    # A replacing insert would take a row away without a delete that a trigger sees.
    sa.DDL(  # type: ignore[no-untyped-call]
        "CREATE TRIGGER scenario_no_replace BEFORE INSERT ON scenario "
        "WHEN EXISTS (SELECT 1 FROM scenario WHERE scenario_id = NEW.scenario_id "
        "OR (name = NEW.name AND revision = NEW.revision)) "
        "BEGIN SELECT RAISE(ABORT, 'scenario is only added to'); END"
    ),
)
