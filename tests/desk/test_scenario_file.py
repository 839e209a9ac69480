"""A scenario as a file: back to the same hash, and one clear refusal for each way in which it is not what was saved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jiebei_dash.book.scope import Reader
from jiebei_dash.desk import scenarios
from jiebei_dash.desk.scenario import Scenario
from jiebei_dash.desk.scenario_file import MOST_BYTES, read_file, to_file
from jiebei_dash.errors import (
    BadArgument,
    JiebeiError,
    ScenarioChanged,
    ScenarioCycle,
    ScenarioFileUnreadable,
    ScenarioFileUnusable,
    ScenarioParentUnknown,
)
from jiebei_dash.terms import LANGUAGES
from jiebei_dash.text.words import load_words
from tests.desk.scenarios_made import scenario

AN, BO = Reader("an", "analyst"), Reader("bo", "analyst")
AT = datetime(2024, 11, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.sqlite'}"


def _anything(each: Scenario) -> None:
    return


def _family() -> tuple[Scenario, Scenario]:
    parent = scenario(name="严一点", note='含中文\nand "quotes"')
    return parent, scenario(name="Fork", parent_id=parent.scenario_id)


def _changed(**other: Any) -> bytes:
    """The file of one scenario, fields of it changed; None takes a field out."""
    whole = json.loads(to_file([scenario()]))
    entry = whole["scenarios"][0]
    for name, value in other.items():
        if value is ...:
            del entry[name]
        else:
            entry[name] = value
    return json.dumps(whole).encode()


def test_a_file_comes_back_to_the_same_hashes(url: str, tmp_path: Path) -> None:
    parent, child = _family()
    for each in (parent, child):
        scenarios.save(url, AT, AN, each)
    content = to_file(scenarios.chain(url, child.scenario_id)).encode()
    read = read_file(content, "fork.json")
    assert read == (parent, child)
    assert [each.scenario_id for each in read] == [parent.scenario_id, child.scenario_id]
    elsewhere = f"sqlite:///{tmp_path / 'other.sqlite'}"
    brought = scenarios.bring_in(elsewhere, AT.replace(day=9), BO, read, _anything)
    assert [each.scenario for each in brought] == [parent, child]
    assert {(each.scenario.author, each.saved_by) for each in brought} == {("an", "bo")}
    assert to_file(scenarios.chain(elsewhere, child.scenario_id)).encode() == content


def test_what_is_here_already_stays_as_it_is_and_a_name_that_is_taken_gets_a_revision(url: str) -> None:
    first = scenarios.save(url, AT, AN, scenario())
    other = scenario(author="bo")
    brought = scenarios.bring_in(url, AT, BO, (scenario(), other), _anything)
    assert brought[0] == first
    assert brought[1].revision == 2
    assert len(scenarios.saved(url)) == 2


def test_parents_come_first_whatever_the_order_of_the_file() -> None:
    parent, child = _family()
    assert read_file(to_file([child, parent]).encode(), "f") == (parent, child)


def test_an_unknown_parent_is_refused_and_nothing_is_brought_in(url: str) -> None:
    _, child = _family()
    alone = read_file(to_file([child]).encode(), "f")
    with pytest.raises(ScenarioParentUnknown):
        scenarios.bring_in(url, AT, AN, (scenario(name="First"), *alone), _anything)
    assert scenarios.saved(url).empty


def test_what_the_check_refuses_brings_nothing_in(url: str) -> None:
    def refuse(each: Scenario) -> None:
        if each.name == "Second":
            raise BadArgument(name="score_flor", value=1, allowed="score_floor")

    with pytest.raises(BadArgument):
        scenarios.bring_in(url, AT, AN, (scenario(), scenario(name="Second")), refuse)
    assert scenarios.saved(url).empty


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_cycle_of_forks_is_refused(length: int) -> None:
    names = [str(number) * 64 for number in range(length)]
    whole = json.loads(to_file([scenario(name=f"S{number}") for number in range(length)]))
    for number, entry in enumerate(whole["scenarios"]):
        entry["scenario_id"], entry["parent_id"] = names[number], names[(number + 1) % length]
    with pytest.raises(ScenarioCycle) as refused:
        read_file(json.dumps(whole).encode(), "round.json")
    assert refused.value.facts == {"file": "round.json", "name": "S0"}


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Kinder floor"},
        {"maturity_months": 9},
        {"data_version": "v2"},
        {"author": "bo"},
        {"known_on": "2024-11-03"},
        {"changes_json": '{"score_floor":610.0}'},
        {"parent_id": "a" * 64},
        {"scenario_id": "a" * 64},
        {"population_id": "a" * 64},
        {"population_id": ...},
    ],
)
def test_a_hash_that_does_not_match_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ScenarioChanged):
        read_file(_changed(**other), "f")


@pytest.mark.parametrize(
    ("other", "flaw", "field"),
    [
        ({"policy_json": ...}, "MISSING", "policy_json"),
        ({"colour": "red"}, "UNKNOWN", "colour"),
        ({"policy_json": "{}"}, "POLICY_HASH", "policy_sha256"),
        ({"base_json": "{}"}, "POLICY_HASH", "base_sha256"),
        ({"policy_sha256": "f00"}, "KIND", "policy_sha256"),
        ({"as_of_month": "2024-10-02"}, "KIND", "as_of_month"),
        ({"as_of_month": "20241001"}, "KIND", "as_of_month"),
        ({"maturity_months": True}, "KIND", "maturity_months"),
        ({"maturity_months": 8.5}, "KIND", "maturity_months"),
        ({"maturity_months": -1}, "KIND", "maturity_months"),
        ({"made_at": "2024-11-05T09:00:00"}, "KIND", "made_at"),
        ({"name": " padded"}, "KIND", "name"),
        ({"name": 7}, "KIND", "name"),
        ({"note": "x" * 501}, "KIND", "note"),
        ({"note": "\ud800"}, "KIND", "note"),
        ({"known_on": "yesterday"}, "KIND", "known_on"),
        ({"parent_id": 5}, "KIND", "parent_id"),
        ({"parent_id": []}, "KIND", "scenario_id"),
        ({"scenario_id": None}, "KIND", "scenario_id"),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_named(other: dict[str, Any], flaw: str, field: str) -> None:
    with pytest.raises(ScenarioFileUnusable) as refused:
        read_file(_changed(**other), "f.json")
    assert refused.value.facts == {"file": "f.json", "scenario_flaw": flaw, "field": field}


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "FORMAT"),
        (b'"jiebei-dash scenario 1"', "FORMAT"),
        (b'{"format": "jiebei-dash scenario 1", "scenarios": []}', "FORMAT"),
        (b'{"format": "jiebei-dash scenario 1", "scenarios": [1]}', "FORMAT"),
        (b'{"format": "another", "scenarios": [{}]}', "FORMAT"),
        (b" " * (MOST_BYTES + 1), "LONG"),
    ],
)
def test_what_is_no_file_of_scenarios_is_refused(content: bytes, flaw: str) -> None:
    with pytest.raises(ScenarioFileUnreadable) as refused:
        read_file(content, "f.json")
    assert refused.value.facts == {"file": "f.json", "scenario_flaw": flaw}


def test_the_same_number_twice_is_refused() -> None:
    with pytest.raises(ScenarioFileUnusable):
        read_file(to_file([scenario(), scenario()]).encode(), "f")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("content", [_changed(name="Other"), _changed(colour="red"), b"{}"])
def test_a_refusal_is_one_sentence_that_names_the_file(language: str, content: bytes) -> None:
    with pytest.raises(JiebeiError) as refused:
        read_file(content, "floor.json")
    said = load_words(language).error(refused.value)  # type: ignore[arg-type]
    assert "floor.json" in said
    assert "{" not in said
    assert not any(code in said for code in ("UNKNOWN", "FORMAT"))
