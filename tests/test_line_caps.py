"""Caps on the line of a person: what the table holds, when each binds whom, and what is refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.errors import AssumptionsInvalid
from jiebei_dash.line_caps import LINE_CAPS_FILE, caps_on, lowest_fen, read_line_caps

PLAIN = {
    "id": '"Z1"', "status": '"in_force"', "licences": '["bank"]', "cap_yuan": "200_000", "from": "2020-01-01",
    "mark": '"A"', "name": '{ en = "a", zh = "\u7532" }', "source": '{ en = "b", zh = "\u4e59" }',
}  # fmt: skip


def caps_file(tmp_path: Path, *rules: dict[str, str]) -> Path:
    """A table of rules, each with what differs from a harmless one; an empty text leaves a line out."""
    parts = []
    for changes in rules:
        lines = [f"{name} = {value}" for name, value in {**PLAIN, **changes}.items() if value]
        parts.append("\n".join(["[[rule]]", *lines]))
    path = tmp_path / "line_caps.toml"
    path.write_text("\n\n".join(parts), encoding="utf-8")
    return path


def test_the_table_of_the_house_names_the_rules_with_their_marks() -> None:
    rules = {rule.id: rule for rule in read_line_caps()}
    assert {name: (rule.status, rule.cap_fen, rule.mark) for name, rule in rules.items()} == {
        "A1": ("shadow", 300_000_00, "A"),
        "A3": ("in_force", 200_000_00, "A"),
        "A5": ("in_force", 200_000_00, "A"),
        "A6": ("in_force", 300_000_00, "A"),
        "A7": ("in_force", 200_000_00, "B"),
    }
    assert all(len(rule.sources[language]) > 10 for rule in rules.values() for language in ("en", "zh"))


@pytest.mark.parametrize(
    ("day", "licence", "names", "lowest_yuan"),
    [
        (date(2026, 11, 1), "consumer_finance", ["A5", "A6", "A7"], 200_000),
        (date(2023, 1, 1), "consumer_finance", ["A5"], 200_000),
        (date(2026, 11, 1), "bank", ["A5", "A6"], 200_000),
        (date(2026, 11, 1), "micro_loan", ["A1", "A3", "A6"], 200_000),
        # only the draft: it binds nobody
        (date(2021, 1, 1), "micro_loan", ["A1"], float("inf")),
        (date(2019, 1, 1), "bank", [], float("inf")),
    ],
)
def test_the_lowest_in_force_binds_and_a_shadow_never(
    day: date, licence: str, names: list[str], lowest_yuan: float
) -> None:
    held = caps_on(read_line_caps(), day, licence)  # type: ignore[arg-type]
    assert [rule.id for rule in held] == names
    assert lowest_fen(held) == lowest_yuan * 100


def test_a_rule_holds_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    (rule,) = read_line_caps(caps_file(tmp_path, {"to": "2020-12-31"}))
    held = [
        rule.holds(day, "bank") for day in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1))
    ]
    assert held == [False, True, True, False]
    assert not rule.holds(date(2020, 6, 1), "micro_loan")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": '"maybe"'}, "Z1: status"),
        ({"licences": '["pawnbroker"]'}, "Z1: licences"),
        ({"licences": "[]"}, "Z1: licences"),
        ({"cap_yuan": "0"}, "Z1: cap_yuan"),
        ({"cap_yuan": "0.5"}, "Z1: cap_yuan"),
        ({"from": '"soon"'}, "Z1: from, to"),
        ({"to": "2019-12-31"}, "Z1: from, to"),
        ({"mark": '"D"'}, "Z1: mark"),
        ({"name": '{ en = "a" }'}, "Z1: name"),
        ({"source": ""}, "Z1: source"),
        ({"colour": '"red"'}, "Z1: colour"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, changes: dict[str, str], why: str) -> None:
    with pytest.raises(AssumptionsInvalid) as caught:
        read_line_caps(caps_file(tmp_path, changes))
    assert caught.value.facts == {"path": "line_caps.toml", "why": why}


def test_a_rule_named_twice_and_a_table_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AssumptionsInvalid) as caught:
        read_line_caps(caps_file(tmp_path, {}, {}))
    assert caught.value.facts["why"] == "Z1: id"
    path = tmp_path / "none.toml"
    for text in ("rule = ", "rule = 3"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(AssumptionsInvalid):
            read_line_caps(path)
    with pytest.raises(AssumptionsInvalid):
        read_line_caps(LINE_CAPS_FILE.with_name("nowhere.toml"))
