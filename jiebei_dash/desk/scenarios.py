"""Scenarios that people save: named, numbered by their content, only added to, each save in the log before it is made.

A save under a name that is there makes the next revision of it. Revisions are counted where they are written, under the
lock of the desk, so that two people who save one name at one moment both keep their work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from jiebei_dash.desk import log
from jiebei_dash.desk.scenario import Scenario, clean_name, read_content
from jiebei_dash.desk.scenario_rows import Saved as Saved
from jiebei_dash.desk.scenario_rows import insert, is_whole, saved_of
from jiebei_dash.desk.scenario_tables import scenario as table
from jiebei_dash.errors import (
    LogUnavailable,
    ScenarioChanged,
    ScenarioCycle,
    ScenarioNotFound,
    ScenarioParentUnknown,
    ScenariosUnavailable,
)
from jiebei_dash.terms import Role

_MONTHS = ("as_of_month", "first_month", "last_month", "known_on")


class _Reader(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...


def save(url: str, at: datetime, reader: _Reader, scenario: Scenario) -> Saved:
    """Save a scenario; one that is there with the same content stays as it is.

    Parameters
    ----------
    url
        Address of the desk.
    at, reader
        When, with its time zone; who.
    scenario
        What is saved.

    Returns
    -------
    Saved
        As it stands on the desk, with its revision.

    Raises
    ------
    ScenarioParentUnknown
        It was made from one that is not on this desk.
    ScenarioFileUnusable, ScenarioUnnamed
        A field is not what it should be.
    ScenariosUnavailable
        The log or the desk could not take it; nothing was saved.
    """
    clean_name(scenario.name)
    read_content(scenario.content(), scenario.name)
    return _add(url, at, reader, (scenario,), "save")[0]


def fork(url: str, at: datetime, reader: _Reader, parent_id: str, name: str, note: str = "") -> Saved:
    """Save the same draft on the same population under another name; it names the one that it was made from.

    Parameters
    ----------
    parent_id
        Which.
    name, note
        Of the new one.
    url, at, reader
        As in :func:`save`.

    Raises
    ------
    ScenarioNotFound, ScenarioUnnamed, ScenariosUnavailable
    """
    parent = one(url, parent_id).scenario
    made = replace(
        parent, name=clean_name(name), note=note, parent_id=parent_id, author=reader.name, made_at=at.isoformat()
    )
    return save(url, at, reader, made)


def bring_in(
    url: str,
    at: datetime,
    reader: _Reader,
    scenarios: Sequence[Scenario],
    check: Callable[[Scenario], None],
) -> tuple[Saved, ...]:
    """Save the scenarios of a file, all or none; those that are here already stay as they are.

    Parameters
    ----------
    scenarios
        Of :func:`jiebei_dash.desk.scenario_file.read_file`, each after the one that it was made from.
    check
        Raises if a draft or a part of the book cannot be used here: an unknown rule, a threshold out of range.
    url, at, reader
        As in :func:`save`.

    Returns
    -------
    tuple of Saved
        In the same order.

    Raises
    ------
    ScenarioParentUnknown, ScenariosUnavailable
    """
    for scenario in scenarios:
        check(scenario)
    return _add(url, at, reader, scenarios, "import")


def saved(url: str) -> pd.DataFrame:
    """Return all scenarios, the newest on this desk first.

    Parameters
    ----------
    url
        Address of the desk.

    Returns
    -------
    DataFrame
        The columns of the table ``scenario``; ``as_of_month``, ``first_month``, ``last_month`` and ``known_on`` are
        days, ``saved_at`` and ``made_at`` moments (UTC); ``is_whole`` says whether the content still gives the number.

    Raises
    ------
    ScenariosUnavailable
    """
    with _desk(url) as desk, desk.engine.connect() as connection:
        rows = connection.execute(sa.select(table)).mappings().all()
    frame = pd.DataFrame([dict(row) for row in rows], columns=[column.name for column in table.c])
    frame["is_whole"] = [is_whole(dict(row)) for row in rows]
    for name in _MONTHS:
        frame[name] = pd.to_datetime(frame[name], errors="coerce").astype("datetime64[us]")
    for name in ("saved_at", "made_at"):
        moments = pd.to_datetime(frame[name], utc=True, format="ISO8601", errors="coerce")
        frame[name] = moments.dt.tz_localize(None).astype("datetime64[us]")
    frame = frame.astype({"revision": "int64", "maturity_months": "int64", "is_whole": "bool"})
    order = ["saved_at", "name", "revision", "scenario_id"]
    return frame.sort_values(order, ascending=[False, True, False, True], ignore_index=True)


def whole(url: str) -> tuple[Saved, ...]:
    """Return the scenarios whose content gives their number, the newest on this desk first.

    Raises
    ------
    ScenariosUnavailable
    """
    order = (table.c.saved_at.desc(), table.c.name, table.c.revision.desc(), table.c.scenario_id)
    with _desk(url) as desk, desk.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(table).order_by(*order)).mappings()]
    return tuple(saved_of(row) for row in rows if is_whole(row))


def one(url: str, scenario_id: str) -> Saved:
    """Return one scenario.

    Raises
    ------
    ScenarioNotFound
        None has the number.
    ScenarioChanged
        Its content does not give its number any more.
    ScenariosUnavailable
    """
    with _desk(url) as desk, desk.engine.connect() as connection:
        return _read(connection, scenario_id)


def chain(url: str, scenario_id: str) -> tuple[Scenario, ...]:
    """Return a scenario and those that it was made from, the oldest first.

    Raises
    ------
    ScenarioNotFound, ScenarioChanged, ScenarioCycle, ScenariosUnavailable
    """
    found: list[Scenario] = []
    met: set[str] = set()
    at: str | None = scenario_id
    with _desk(url) as desk, desk.engine.connect() as connection:
        while at is not None:
            if at in met:
                raise ScenarioCycle(file=desk.address, name=found[-1].name)
            met.add(at)
            found.append(_read(connection, at).scenario)
            at = found[-1].parent_id
    return tuple(reversed(found))


def _add(url: str, at: datetime, reader: _Reader, scenarios: Sequence[Scenario], action: str) -> tuple[Saved, ...]:
    with _desk(url) as desk:
        with desk.engine.connect() as connection:
            known = set(connection.scalars(sa.select(table.c.scenario_id)))
        new = []
        for scenario in scenarios:
            if scenario.parent_id is not None and scenario.parent_id not in known:
                raise ScenarioParentUnknown(name=scenario.name, parent=scenario.parent_id[:12])
            if scenario.scenario_id not in known:
                new.append(scenario)
            known.add(scenario.scenario_id)
        for scenario in new:
            detail: dict[str, str | int | float | bool | None] = {
                "scenario_id": scenario.scenario_id,
                "name": scenario.name,
                "author": scenario.author,
                "policy_sha256": scenario.policy_sha256,
                "population_id": scenario.population_id,
                "data_version": scenario.data_version,
                "parent_id": scenario.parent_id,
            }
            log.append(desk, at, reader.name, reader.role, action, "scenario", detail)
        with desk.engine.execution_options(is_writing=True).begin() as connection:
            for scenario in new:
                insert(connection, at.isoformat(), reader.name, scenario)
            return tuple(_read(connection, scenario.scenario_id) for scenario in scenarios)


def _read(connection: Connection, scenario_id: str) -> Saved:
    row = connection.execute(sa.select(table).where(table.c.scenario_id == scenario_id)).mappings().one_or_none()
    if row is None:
        raise ScenarioNotFound(scenario=scenario_id[:12])
    if not is_whole(dict(row)):
        raise ScenarioChanged(file=scenario_id[:12], name=str(row["name"]))
    return saved_of(dict(row))


@contextmanager
def _desk(url: str) -> Iterator[log.Desk]:
    try:
        desk = log.open_desk(url)
        try:
            yield desk
        finally:
            desk.engine.dispose()
    except (LogUnavailable, SQLAlchemyError) as error:
        address = make_url(url).render_as_string(hide_password=True)
        raise ScenariosUnavailable(address=address) from error
