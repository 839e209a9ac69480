"""The file of unit costs: read whole, or refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebei_dash.errors import AssumptionsInvalid
from jiebei_dash.unit_costs import KNOWN, UNIT_COSTS_FILE, read_unit_costs


def test_every_line_has_a_unit_a_mark_and_a_source_in_both_languages() -> None:
    costs = read_unit_costs()
    assert [line.key for line in costs.lines] == list(KNOWN)
    assert all(line.unit in KNOWN[line.key] and line.mark in "ABCX" for line in costs.lines)
    assert all(len(line.sources[language]) >= 4 for line in costs.lines for language in ("en", "zh"))


def test_vat_is_six_percent_out_of_the_price() -> None:
    assert read_unit_costs()["vat"] == pytest.approx(0.06 / 1.06)


def test_a_lender_may_say_a_line_in_another_unit(tmp_path: Path) -> None:
    old = 'unit = "loan"\nvalue = 12.0\nlow = 0.0\nhigh = 500.0'
    text = UNIT_COSTS_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "unit_costs.toml"
    path.write_text(text.replace(old, 'unit = "balance"\nvalue = 0.008\nlow = 0.0\nhigh = 0.1'), encoding="utf-8")
    line = read_unit_costs(path).line("acquisition")
    assert (line.unit, line.value) == ("balance", 0.008)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("value = 12.0", "value = 1200.0", "acquisition"),
        ('unit = "profit"', 'unit = "loan"', "tax"),
        ("[data]", "[date]", "dat"),
        ('mark = "A"', 'mark = "D"', "mark"),
        ("dated = 2026-11-01", "", "dated"),
        ("value = 0.25", "value = nothing", "unit_costs.toml"),
    ],
)
def test_a_file_with_a_wrong_line_is_refused_by_its_name(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = UNIT_COSTS_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "unit_costs.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AssumptionsInvalid) as raised:
        read_unit_costs(path)
    assert why in str(raised.value.facts)
