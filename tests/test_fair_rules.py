"""The table of fair-lending rules: what it holds, and what is refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.errors import FairRulesInvalid
from jiebei_dash.fair_rules import FAIR_RULES_FILE, KEYS, LEAST_PERSONS, read_fair_rules

TEXT = FAIR_RULES_FILE.read_text(encoding="utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The house's table with one text changed."""
    assert old in TEXT
    path = tmp_path / "fair_rules.toml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    return path


def test_the_table_of_the_house_can_be_used_and_every_line_has_a_source() -> None:
    found = read_fair_rules()
    assert tuple(rule.key for rule in found.rules) == KEYS
    assert (found.four_fifths.level, found.smallest_group, found.few) == (0.8, 10, 30)
    assert all(len(rule.sources[language]) >= 4 for rule in found.rules for language in ("en", "zh"))
    assert found.four_fifths.holds_on(date(2026, 1, 1))
    assert not found.four_fifths.holds_on(date(1978, 1, 1))


def test_more_persons_may_be_asked_for(tmp_path: Path) -> None:
    assert read_fair_rules(changed(tmp_path, "level = 10", "level = 25")).smallest_group == 25


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("level = 10", f"level = {LEAST_PERSONS - 1}", "smallest_group: level = 9 (>= 10)"),
        ("level = 10", "level = 10.5", "smallest_group: level = 10.5"),
        ("level = 10", "level = true", "smallest_group: level = True"),
        ("level = 0.80", "level = 1.2", "four_fifths: level = 1.2"),
        ("level = 0.80", "level = 'most'", "four_fifths: level = most"),
        ("level = 30", "level = 0", "few: level = 0"),
        ("from = 1978-09-25", "from = 'then'", "four_fifths: from = then"),
        ("from = 1978-09-25", "from = 1978-09-25\nto = 1970-01-01", "four_fifths: from = 1978-09-25, to = 1970-01-01"),
        ('mark = "A"', 'mark = "D"', "four_fifths: mark = D"),
        ('source.zh = "内部设定：不足者仅标注，不作提示"', "", "few: source"),
        ("level = 30", "level = 30\ncolour = 1", "few: colour"),
        ("[rule.few]", "[rule.fewer]", "few, fewer"),
        ("dated = 2026-11-25", "dated = 'today'", "dated, rule"),
        ("dated = 2026-11-25", "dated = ", ""),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(FairRulesInvalid) as caught:
        read_fair_rules(changed(tmp_path, old, new))
    assert why in str(caught.value.facts["why"])


def test_a_missing_table_is_said() -> None:
    with pytest.raises(FairRulesInvalid):
        read_fair_rules(FAIR_RULES_FILE.with_name("nowhere.toml"))
