"""A scenario as a file: with those that it was made from, so that it can be brought to another desk and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from jiebei_dash.desk.scenario import Scenario, read_content
from jiebei_dash.errors import ScenarioChanged, ScenarioCycle, ScenarioFileUnreadable, ScenarioFileUnusable

FORMAT = "jiebei-dash scenario 1"
MOST_BYTES = 1_000_000
_NUMBERS = ("scenario_id", "population_id")


def to_file(chain: Sequence[Scenario]) -> str:
    """Return the text of a file.

    Parameters
    ----------
    chain
        The oldest ancestor first, the scenario itself last.
    """
    entries = [
        {"scenario_id": each.scenario_id, "population_id": each.population_id, **each.content()} for each in chain
    ]
    return json.dumps({"format": FORMAT, "scenarios": entries}, ensure_ascii=False, indent=2) + "\n"


def read_file(content: bytes, file: str) -> tuple[Scenario, ...]:
    """Return the scenarios of a file, each after the one that it was made from.

    Parameters
    ----------
    content
        Of the file.
    file
        Its name, for the sentence.

    Raises
    ------
    ScenarioFileUnreadable
        It is no file of scenarios.
    ScenarioFileUnusable
        A field of one is not what it should be.
    ScenarioCycle
        One was made from itself by way of others.
    ScenarioChanged
        The hash of one is not that of its content: somebody changed it after it was saved.
    """
    entries = _entries(content, file)
    parents: dict[object, object] = {entry["scenario_id"]: entry.get("parent_id") for entry in entries.values()}
    for claimed, entry in entries.items():
        # Found by the numbers that the file claims: in true ones, which are hashes, there is no cycle.
        met: set[object] = set()
        at: object = claimed
        while at in parents and at not in met:
            met.add(at)
            at = parents[at]
        if at in met:
            raise ScenarioCycle(file=file, name=str(entry.get("name")))
    found: dict[str, Scenario] = {}
    for claimed, entry in entries.items():
        scenario = read_content({name: value for name, value in entry.items() if name not in _NUMBERS}, file)
        if (scenario.scenario_id, scenario.population_id) != (claimed, entry.get("population_id")):
            raise ScenarioChanged(file=file, name=scenario.name)
        found[claimed] = scenario
    return tuple(sorted(found.values(), key=lambda scenario: _depth(scenario, found)))


def _depth(scenario: Scenario, among: Mapping[str, Scenario]) -> int:
    """How many of the same file lie between it and its oldest ancestor there."""
    depth = 0
    while (parent := among.get(scenario.parent_id or "")) is not None:
        scenario, depth = parent, depth + 1
    return depth


def _entries(content: bytes, file: str) -> dict[str, dict[str, object]]:
    """The entries by the number that they claim."""
    if len(content) > MOST_BYTES:
        raise ScenarioFileUnreadable(file=file, scenario_flaw="LONG")
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ScenarioFileUnreadable(file=file, scenario_flaw="JSON") from error
    entries = read.get("scenarios") if isinstance(read, dict) and read.get("format") == FORMAT else None
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ScenarioFileUnreadable(file=file, scenario_flaw="FORMAT")
    found: dict[str, dict[str, object]] = {}
    for entry in entries:
        claimed = entry.get("scenario_id")
        if not isinstance(claimed, str) or claimed in found or isinstance(entry.get("parent_id"), dict | list):
            raise ScenarioFileUnusable(file=file, scenario_flaw="KIND", field="scenario_id")
        found[claimed] = entry
    return found
