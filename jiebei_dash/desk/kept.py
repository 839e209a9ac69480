"""Forecasts that are kept: written once, before their month has closed, and never changed after it has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from jiebei_dash.desk import log
from jiebei_dash.desk.chain import canonical
from jiebei_dash.desk.tables import kept_forecast
from jiebei_dash.errors import DeskUnavailable, LogUnavailable
from jiebei_dash.terms import COHORT_MONTHS, NEED_WRITE_OFFS, Basis, Cohort, Measure, Role

CHOICES = ("past_due_days", "measure", "basis", "cohort")
_FORECAST = ("mob", "observed_mob", "loans", "observed_rate", "predicted_rate", "low_rate", "high_rate",
             "developed_rate", "method")  # fmt: skip


@dataclass(frozen=True)
class MadeFrom:
    """What forecasts were made from.

    Parameters
    ----------
    data_version, as_of_month
        Version of the book, and the last closed month that was known.
    part_json
        Part of the book, as ``Scope.part_text`` gives it.
    past_due_days, measure, basis, cohort
        As the answers take them.
    last_closed_month
        Of the book: what has closed by then is no forecast any more, whatever the as-of month.
    """

    data_version: str
    as_of_month: date
    part_json: str
    past_due_days: int
    measure: Measure
    basis: Basis
    cohort: Cohort
    last_closed_month: date


class _Reader(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...


class _Scope(Protocol):
    @property
    def data_version(self) -> str: ...
    @property
    def as_of_month(self) -> date: ...
    def part_text(self) -> str: ...


def made_from(
    scope: _Scope,
    last_closed_month: date,
    past_due_days: int | str = 30,
    measure: Measure = "current",
    basis: Basis = "balance",
    cohort: Cohort = "month",
) -> MadeFrom:
    """Return what forecasts about a scope were made from; the rest as typed or as values, by the answers' defaults."""
    known = scope.data_version, scope.as_of_month, scope.part_text()
    return MadeFrom(*known, int(past_due_days), measure, basis, cohort, last_closed_month)


def keep(url: str, at: datetime, reader: _Reader, made: MadeFrom, forecast: pd.DataFrame) -> int:
    """Write forecasts of ages whose month has not closed; what was kept already stays as it is.

    Parameters
    ----------
    url
        Address of the desk.
    at, reader
        When, with its time zone; who.
    made
        What they were made from.
    forecast
        Of ``metrics.development.develop``.

    Returns
    -------
    int
        How many were new. That they are is in the log before they are written.

    Raises
    ------
    DeskUnavailable
        Nothing was kept.
    """
    same: dict[str, str | int] = {
        "data_version": made.data_version,
        "as_of_month": f"{made.as_of_month:%Y-%m-%d}",
        "part_json": made.part_json,
        "past_due_days": 0 if made.measure in NEED_WRITE_OFFS else made.past_due_days,
        "measure": made.measure,
        "basis": made.basis,
        "cohort_kind": made.cohort,
    }
    opened, last = forecast["cohort"], made.last_closed_month
    closes = opened.dt.year * 12 + opened.dt.month + forecast["mob"] + COHORT_MONTHS[made.cohort] - 1
    ahead = forecast[(forecast["mob"] > forecast["observed_mob"]) & (closes > last.year * 12 + last.month)]
    rows = []
    for row in ahead.to_dict("records"):
        key = {**same, "cohort": f"{row['cohort']:%Y-%m-%d}", "mob": int(row["mob"])}
        told = {name: None if row[name] != row[name] else row[name] for name in _FORECAST}
        identity = hashlib.sha256(canonical(key).encode()).hexdigest()
        rows.append({**key, **told, "forecast_id": identity, "made_at": at.isoformat(), "actor": reader.name})
    with _desk(url) as desk:
        with desk.engine.connect() as connection:
            known: set[str] = set(connection.scalars(sa.select(kept_forecast.c.forecast_id)))
        new = [row for row in rows if row["forecast_id"] not in known]
        if not new:
            return 0
        detail: dict[str, str | int | float | bool | None] = {**same, "forecasts": len(new)}
        log.append(desk, at, reader.name, reader.role, "keep", "vintage_forecast", detail)
        with desk.engine.execution_options(is_writing=True).begin() as connection:
            # Somebody else may have kept the same in between.
            connection.execute(insert(kept_forecast).on_conflict_do_nothing(), new)
    return len(new)


def kept(url: str) -> pd.DataFrame:
    """Return all forecasts that are kept, oldest first.

    Parameters
    ----------
    url
        Address of the desk.

    Returns
    -------
    DataFrame
        The columns of the table ``kept_forecast``; ``as_of_month`` and ``cohort`` are months, ``made_at`` a moment
        (UTC).

    Raises
    ------
    DeskUnavailable
    """
    table = kept_forecast
    order = (table.c.made_at, table.c.cohort, table.c.mob, table.c.forecast_id)
    with _desk(url) as desk, desk.engine.connect() as connection:
        rows = connection.execute(sa.select(table).order_by(*order)).mappings().all()
    frame = pd.DataFrame([dict(row) for row in rows], columns=[column.name for column in table.c])
    rates = ["observed_rate", "predicted_rate", "low_rate", "high_rate", "developed_rate"]
    whole = dict.fromkeys(("mob", "observed_mob", "loans", "past_due_days"), "int64")
    for name in ("as_of_month", "cohort"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    moments = pd.to_datetime(frame["made_at"], utc=True, format="ISO8601")
    frame["made_at"] = moments.dt.tz_localize(None).astype("datetime64[us]")
    return frame.astype({**dict.fromkeys(rates, "float64"), **whole})


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
        raise DeskUnavailable(address=address) from error
