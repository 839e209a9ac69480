"""Saved scenarios: only added to, numbered by their content, in the log first, and nobody's work is lost."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.book.scope import Reader
from jiebei_dash.desk import log, scenarios
from jiebei_dash.desk.scenario import Scenario, clean_name
from jiebei_dash.errors import (
    LogUnavailable,
    ScenarioChanged,
    ScenarioCycle,
    ScenarioNotFound,
    ScenarioParentUnknown,
    ScenariosUnavailable,
    ScenarioUnnamed,
)
from tests.desk.scenarios_made import scenario

AN, BO = Reader("an", "analyst"), Reader("bo", "analyst")
AT = datetime(2024, 11, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new' / 'desk.sqlite'}"


def _raw(url: str, *statements: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()


def test_the_number_of_a_scenario_can_be_computed_by_hand() -> None:
    made = scenario()
    text = (
        '{"as_of_month":"2024-10-01","author":"an","base_json":"{\\"dti_cap\\":0.7,\\"score_floor\\":590.0}",'
        f'"base_sha256":"{made.base_sha256}","base_version":"P1","changes_json":"{{\\"score_floor\\":600.0}}",'
        '"data_version":"v1","first_month":"2023-03-01","known_on":null,"last_month":"2024-02-01",'
        '"made_at":"2024-11-05T09:00:00+00:00","maturity_months":8,"method":"parcelling","name":"Stricter floor",'
        '"note":"","parent_id":null,"part_json":"{\\"channel\\": [\\"HOME\\"]}",'
        f'"policy_json":"{{\\"dti_cap\\":0.7,\\"score_floor\\":600.0}}","policy_sha256":"{made.policy_sha256}"}}'
    )
    assert made.scenario_id == hashlib.sha256(text.encode()).hexdigest()
    assert made.policy_sha256 == hashlib.sha256(b'{"dti_cap":0.7,"score_floor":600.0}').hexdigest()


def test_the_population_is_the_part_the_months_and_the_data_and_nothing_else() -> None:
    made = scenario()
    text = (
        '{"as_of_month":"2024-10-01","data_version":"v1","first_month":"2023-03-01","last_month":"2024-02-01",'
        '"maturity_months":8,"part_json":"{\\"channel\\": [\\"HOME\\"]}"}'
    )
    assert made.population_id == hashlib.sha256(text.encode()).hexdigest()
    same = replace(made, name="Other", author="bo", policy_json="{}", known_on=date(2024, 11, 3))
    assert same.population_id == made.population_id
    other = [{"part_json": "{}"}, {"as_of_month": date(2024, 9, 1)}, {"maturity_months": 9}, {"data_version": "v2"}]
    assert len({replace(made, **each).population_id for each in other} | {made.population_id}) == 5  # type: ignore[arg-type]


def test_a_saved_scenario_comes_back_as_it_was(url: str) -> None:
    made = scenario(note="for the committee", known_on=date(2024, 11, 3))
    kept = scenarios.save(url, AT, AN, made)
    assert (kept.scenario, kept.revision, kept.saved_by) == (made, 1, "an")
    assert scenarios.one(url, made.scenario_id) == kept
    frame = scenarios.saved(url)
    assert frame["scenario_id"].tolist() == [made.scenario_id]
    assert frame["population_id"].tolist() == [made.population_id]
    assert frame[["as_of_month", "known_on", "saved_at"]].to_numpy().tolist() == [
        [pd.Timestamp("2024-10-01"), pd.Timestamp("2024-11-03"), pd.Timestamp("2024-11-05 09:00")]
    ]
    assert frame["is_whole"].tolist() == [True]


def test_a_desk_without_one_is_an_empty_table(url: str) -> None:
    frame = scenarios.saved(url)
    assert frame.empty
    assert {"scenario_id", "name", "revision", "is_whole"} <= set(frame.columns)
    with pytest.raises(ScenarioNotFound):
        scenarios.one(url, "a" * 64)


def test_a_name_that_exists_gets_a_new_revision_and_the_old_one_stays(url: str) -> None:
    first = scenarios.save(url, AT, AN, scenario())
    second = scenarios.save(url, AT.replace(day=6), BO, scenario(author="bo", policy_json='{"score_floor":610.0}'))
    other = scenarios.save(url, AT, BO, scenario(name="Another"))
    assert (first.revision, second.revision, other.revision) == (1, 2, 1)
    assert scenarios.one(url, first.scenario.scenario_id) == first
    assert scenarios.saved(url)[["name", "revision"]].to_numpy().tolist() == [
        ["Stricter floor", 2], ["Another", 1], ["Stricter floor", 1],
    ]  # fmt: skip


def test_the_same_content_twice_is_one_row_and_one_entry_of_the_log(url: str) -> None:
    assert scenarios.save(url, AT, AN, scenario()) == scenarios.save(url, AT.replace(day=9), BO, scenario())
    desk = log.open_desk(url)
    (entry,) = log.entries(desk)
    assert (entry.actor, entry.role, entry.action, entry.object) == ("an", "analyst", "save", "scenario")
    detail = json.loads(entry.detail_json)
    assert detail["scenario_id"] == scenario().scenario_id
    assert detail["population_id"] == scenario().population_id
    assert log.verify(desk).is_whole
    desk.engine.dispose()


def _save_as(task: tuple[str, int]) -> tuple[str, int]:
    url, number = task
    author = f"person {number}"
    kept = scenarios.save(url, AT, Reader(author, "analyst"), scenario(author=author))
    return kept.scenario.scenario_id, kept.revision


def _in_threads(tasks: list[tuple[str, int]]) -> list[tuple[str, int]]:
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(_save_as, tasks))


def _in_processes(tasks: list[tuple[str, int]]) -> list[tuple[str, int]]:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        return pool.map(_save_as, tasks, chunksize=1)


@pytest.mark.parametrize("at_once", [_in_threads, _in_processes])
def test_who_saves_the_same_name_at_the_same_moment_keeps_their_work(
    url: str, at_once: Callable[[list[tuple[str, int]]], list[tuple[str, int]]]
) -> None:
    done = at_once([(url, number) for number in range(8)])
    assert sorted(revision for _, revision in done) == list(range(1, 9))
    frame = scenarios.saved(url)
    assert sorted(frame["author"]) == [f"person {number}" for number in range(8)]
    assert dict(zip(frame["scenario_id"], frame["revision"], strict=True)) == dict(done)
    desk = log.open_desk(url)
    assert log.verify(desk).entries == 8
    assert log.verify(desk).is_whole
    desk.engine.dispose()


def test_a_fork_keeps_draft_and_population_and_names_its_parent(url: str) -> None:
    parent = scenarios.save(url, AT, AN, scenario()).scenario
    child = scenarios.fork(url, AT.replace(day=7), BO, parent.scenario_id, " Bo's \n floor ", "why not").scenario
    assert child == replace(
        parent, name="Bo's floor", note="why not", parent_id=parent.scenario_id, author="bo",
        made_at="2024-11-07T09:00:00+00:00",
    )  # fmt: skip
    assert child.population_id == parent.population_id
    assert scenarios.chain(url, child.scenario_id) == (parent, child)


def test_a_parent_that_is_not_on_the_desk_is_refused(url: str) -> None:
    with pytest.raises(ScenarioParentUnknown) as refused:
        scenarios.save(url, AT, AN, scenario(parent_id="a" * 64))
    assert refused.value.facts == {"name": "Stricter floor", "parent": "a" * 12}
    with pytest.raises(ScenarioNotFound):
        scenarios.fork(url, AT, AN, "a" * 64, "Fork")
    assert scenarios.saved(url).empty


@pytest.mark.parametrize("name", ["", "  \n ", "\u200b\u202e", "x" * 65])
def test_a_scenario_without_a_name_is_refused(url: str, name: str) -> None:
    with pytest.raises(ScenarioUnnamed):
        clean_name(name)
    with pytest.raises(ScenarioUnnamed):
        scenarios.save(url, AT, AN, scenario(name=name))


def test_a_name_has_one_form() -> None:
    assert clean_name("  Cafe\u0301\tfloor\u200b ") == "Caf\u00e9 floor"
    assert clean_name("x" * 64) == "x" * 64


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE scenario SET note = 'x'",
        "DELETE FROM scenario",
        "INSERT OR REPLACE INTO scenario SELECT * FROM scenario",
    ],
)
def test_what_is_saved_is_not_changed(url: str, act: str) -> None:
    kept = scenarios.save(url, AT, AN, scenario())
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        _raw(url, act)
    assert scenarios.one(url, kept.scenario.scenario_id) == kept


def test_who_gets_past_the_triggers_is_found_by_the_hash(url: str) -> None:
    first = scenarios.save(url, AT, AN, scenario()).scenario
    second = scenarios.save(url, AT, AN, scenario(name="Other")).scenario
    _raw(url, "DROP TRIGGER scenario_no_update", "UPDATE scenario SET author = 'eve' WHERE name = 'Other'")
    frame = scenarios.saved(url).set_index("name")
    assert frame["is_whole"].to_dict() == {"Stricter floor": True, "Other": False}
    assert scenarios.one(url, first.scenario_id).scenario == first
    with pytest.raises(ScenarioChanged):
        scenarios.one(url, second.scenario_id)


def test_a_cycle_that_somebody_wrote_into_the_file_ends(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scenarios.save(url, AT, AN, scenario()).scenario
    second = scenarios.fork(url, AT, AN, first.scenario_id, "Fork").scenario
    turned = f"UPDATE scenario SET parent_id = '{second.scenario_id}' WHERE scenario_id = '{first.scenario_id}'"
    _raw(url, "DROP TRIGGER scenario_no_update", turned)
    with pytest.raises(ScenarioChanged):
        scenarios.chain(url, second.scenario_id)
    monkeypatch.setattr(scenarios, "is_whole", lambda row: True)
    with pytest.raises(ScenarioCycle):
        scenarios.chain(url, second.scenario_id)


def test_where_the_log_fails_nothing_is_saved(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = scenarios.save(url, AT, AN, scenario()).scenario

    def fails(*_: object, **__: object) -> None:
        raise LogUnavailable(address="-")

    monkeypatch.setattr(log, "append", fails)
    with pytest.raises(ScenariosUnavailable):
        scenarios.save(url, AT, AN, scenario(name="Unlogged"))
    with pytest.raises(ScenariosUnavailable):
        scenarios.fork(url, AT, AN, parent.scenario_id, "Unlogged")
    with pytest.raises(ScenariosUnavailable):
        scenarios.bring_in(url, AT, AN, (scenario(name="Unlogged"),), lambda each: None)
    assert scenarios.saved(url)["name"].tolist() == ["Stricter floor"]


def test_without_a_writable_desk_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    closed = f"sqlite:///{tmp_path / 'file' / 'desk.sqlite'}"
    asked: list[Callable[[], object]] = [
        lambda: scenarios.save(closed, AT, AN, scenario()),
        lambda: scenarios.saved(closed),
        lambda: scenarios.one(closed, "a" * 64),
    ]
    for each in asked:
        with pytest.raises(ScenariosUnavailable):
            each()


def test_a_desk_of_before_gets_the_table(url: str) -> None:
    scenarios.saved(url)
    _raw(url, "DROP TABLE scenario")
    assert scenarios.saved(url).empty
    assert scenarios.save(url, AT, AN, scenario()).revision == 1


def test_a_scenario_that_could_not_be_read_again_is_not_saved(url: str) -> None:
    broken: Scenario = scenario(policy_sha256="0" * 64)
    with pytest.raises(Exception, match="scenario_file_unusable"):
        scenarios.save(url, AT, AN, broken)
    assert scenarios.saved(url).empty
