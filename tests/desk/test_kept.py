"""Forecasts that are kept: once, before their month has closed, never changed, and in the log."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.book.scope import Reader
from jiebei_dash.desk import log
from jiebei_dash.desk.kept import MadeFrom, keep, kept
from jiebei_dash.errors import DeskUnavailable

AN = Reader("an", "analyst")
AT = datetime(2024, 11, 5, 9, 0, tzinfo=UTC)
OCTOBER = date(2024, 10, 1)
MADE = MadeFrom("v1", OCTOBER, "{}", 30, "current", "balance", "month", OCTOBER)
FORECAST = pd.DataFrame(
    {
        "cohort": pd.to_datetime(["2024-08-01"] * 3 + ["2024-09-01"] * 3),
        "mob": [2, 3, 4, 1, 2, 3],
        "observed_mob": [2, 2, 2, 1, 1, 1],
        "loans": 100,
        "observed_rate": 0.01,
        "predicted_rate": [0.01, 0.02, 0.03, 0.01, 0.02, 0.03],
        "low_rate": [0.01, 0.015, 0.02, 0.01, float("nan"), float("nan")],
        "high_rate": [0.01, 0.025, 0.04, 0.01, float("nan"), float("nan")],
        "developed_rate": 0.4,
        "method": "CL",
    }
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new' / 'desk.sqlite'}"


def test_what_has_not_closed_is_kept_with_what_was_known(url: str) -> None:
    assert keep(url, AT, AN, MADE, FORECAST) == 4
    found = kept(url)
    assert found["mob"].tolist() == [3, 4, 2, 3]
    assert found["predicted_rate"].tolist() == [0.02, 0.03, 0.02, 0.03]
    assert found["low_rate"].isna().tolist() == [False, False, True, True]
    assert found["as_of_month"].unique().tolist() == [pd.Timestamp("2024-10-01")]
    assert found["made_at"].unique().tolist() == [pd.Timestamp("2024-11-05 09:00")]
    assert found[["data_version", "actor"]].drop_duplicates().to_numpy().tolist() == [["v1", "an"]]


def test_the_same_forecast_kept_twice_is_one_row(url: str) -> None:
    keep(url, AT, AN, MADE, FORECAST)
    later = replace(MADE, past_due_days=30)
    assert keep(url, AT.replace(day=6), Reader("bo", "analyst"), later, FORECAST.assign(predicted_rate=0.9)) == 0
    assert kept(url)["predicted_rate"].tolist() == [0.02, 0.03, 0.02, 0.03]
    assert kept(url)["actor"].unique().tolist() == ["an"]


@pytest.mark.parametrize(
    "other",
    [{"data_version": "v2"}, {"part_json": '{"channel": ["HOME"]}'}, {"past_due_days": 60}, {"basis": "count"},
     {"measure": "ever"}, {"as_of_month": date(2024, 9, 1)}],
)  # fmt: skip
def test_a_forecast_of_something_else_is_another(url: str, other: dict[str, object]) -> None:
    keep(url, AT, AN, MADE, FORECAST)
    assert keep(url, AT, AN, replace(MADE, **other), FORECAST) == 4  # type: ignore[arg-type]


def test_a_loss_has_no_days_past_due_to_tell_it_from_another(url: str) -> None:
    keep(url, AT, AN, replace(MADE, measure="loss"), FORECAST)
    assert keep(url, AT, AN, replace(MADE, measure="loss", past_due_days=90), FORECAST) == 0


def test_a_month_that_has_closed_is_no_forecast_any_more(url: str) -> None:
    """Told as of October, when November and, for quarters, two months less have closed already."""
    assert keep(url, AT, AN, replace(MADE, last_closed_month=date(2024, 11, 1)), FORECAST) == 2
    assert kept(url)["mob"].tolist() == [4, 3]
    quarters = replace(MADE, cohort="quarter", last_closed_month=date(2025, 1, 1))
    assert keep(url, AT, AN, quarters, FORECAST) == 2


def test_each_keeping_is_in_the_log_and_one_that_adds_nothing_is_not(url: str) -> None:
    for _ in range(2):
        keep(url, AT, AN, MADE, FORECAST)
    desk = log.open_desk(url)
    (entry,) = log.entries(desk)
    assert (entry.action, entry.object, entry.role) == ("keep", "vintage_forecast", "analyst")
    assert json.loads(entry.detail_json)["forecasts"] == 4
    assert log.verify(desk).is_whole
    desk.engine.dispose()


@pytest.mark.parametrize("act", ["UPDATE kept_forecast SET predicted_rate = 0", "DELETE FROM kept_forecast"])
def test_what_is_kept_is_not_changed(url: str, act: str) -> None:
    keep(url, AT, AN, MADE, FORECAST)
    with (
        sqlite3.connect(url.removeprefix("sqlite:///")) as raw,
        pytest.raises(sqlite3.IntegrityError, match="only added"),
    ):
        raw.execute(act)
    raw.close()


def test_a_desk_of_before_gets_the_table(url: str) -> None:
    desk = log.open_desk(url)
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE kept_forecast")
    desk.engine.dispose()
    assert kept(url).empty
    assert keep(url, AT, AN, MADE, FORECAST) == 4


def test_without_a_writable_desk_nothing_is_kept_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    closed = f"sqlite:///{tmp_path / 'file' / 'desk.sqlite'}"
    with pytest.raises(DeskUnavailable):
        keep(closed, AT, AN, MADE, FORECAST)
    with pytest.raises(DeskUnavailable):
        kept(closed)
    held = tmp_path / "held.sqlite"
    held.write_text("no database at all, but a text of more than a hundred bytes" * 4)
    with pytest.raises(DeskUnavailable):
        keep(f"sqlite:///{held}", AT, AN, MADE, FORECAST)
    assert held.read_text().startswith("no database")
