"""A row of the table of scenarios, and the scenario that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from jiebei_dash.desk.scenario import Scenario, read_content
from jiebei_dash.desk.scenario_tables import scenario as table
from jiebei_dash.errors import ScenarioFileUnusable

_CONTENT = tuple(field.name for field in fields(Scenario))


@dataclass(frozen=True)
class Saved:
    """A scenario on the desk.

    Parameters
    ----------
    scenario
        Its content.
    revision
        Of its name on this desk, from 1.
    saved_by, saved_at
        Who put it here, and when: its author, or whoever brought its file.
    """

    scenario: Scenario
    revision: int
    saved_by: str
    saved_at: str


def saved_of(row: Mapping[str, Any]) -> Saved:
    """Return the scenario that a row holds.

    Raises
    ------
    ScenarioFileUnusable
        A field is not what it should be.
    """
    content = read_content({name: row[name] for name in _CONTENT}, str(row["name"]))
    return Saved(content, row["revision"], row["saved_by"], row["saved_at"])


def is_whole(row: Mapping[str, Any]) -> bool:
    """Return whether the content of a row gives its number.

    Who holds the file gets past the triggers, but not past this.
    """
    try:
        return saved_of(row).scenario.scenario_id == str(row["scenario_id"])
    except ScenarioFileUnusable:
        return False


def insert(connection: Connection, saved_at: str, saved_by: str, scenario: Scenario) -> None:
    """Write a scenario as the next revision of its name; the connection holds the lock of the desk.

    Parameters
    ----------
    connection
        Writing: nobody else counts revisions meanwhile.
    saved_at, saved_by
        When, ISO 8601 with its offset; who.
    scenario
        If it is there by now, nothing is written and nothing is lost.
    """
    if connection.scalar(sa.select(table.c.scenario_id).where(table.c.scenario_id == scenario.scenario_id)):
        return
    last: int = connection.scalar(sa.select(sa.func.max(table.c.revision)).where(table.c.name == scenario.name)) or 0
    connection.execute(
        table.insert().values(
            scenario_id=scenario.scenario_id,
            population_id=scenario.population_id,
            revision=last + 1,
            saved_by=saved_by,
            saved_at=saved_at,
            **scenario.content(),
        )
    )
