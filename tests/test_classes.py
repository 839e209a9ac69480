"""The dated table of the five classes: what it says of a loan, and what it refuses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.classes import CLASSES_FILE, read_classes, table_at
from jiebei_dash.errors import ClassesInvalid
from jiebei_dash.text.words import load_words

EDGES = "{ SPECIAL_MENTION = 0, SUBSTANDARD = 90, DOUBTFUL = 270, LOSS = 360 }"


def written(tmp_path: Path, edges: str, old: str = EDGES) -> Path:
    text = CLASSES_FILE.read_text()
    assert old in text
    path = tmp_path / "five_classes.toml"
    path.write_text(text.replace(old, edges, 1))
    return path


@pytest.mark.parametrize(
    ("state", "long_days", "risk_class"),
    [
        ("C", 0, "PASS"),
        ("M1", 0, "SPECIAL_MENTION"),
        ("M3", 0, "SPECIAL_MENTION"),
        ("M4", 0, "SUBSTANDARD"),
        ("M7+", 0, "SUBSTANDARD"),
        ("M7+", 270, "DOUBTFUL"),
        ("M7+", 360, "LOSS"),
    ],
)
def test_a_loan_is_of_the_class_whose_days_it_has_passed(state: str, long_days: int, risk_class: str) -> None:
    assert table_at(read_classes(), date(2024, 1, 1)).class_of(state, long_days) == risk_class


def test_the_table_in_force_at_a_month_end_holds_and_the_first_before_all() -> None:
    tables = read_classes()
    assert [table.from_month for table in tables] == [date(2007, 7, 1), date(2023, 7, 1)]
    assert table_at(tables, date(2023, 6, 1)) is tables[0]
    assert table_at(tables, date(2023, 7, 1)) is tables[1]
    assert table_at(tables, date(1999, 1, 1)) is tables[0]
    assert tables[1].mark == "B"


def test_a_table_may_be_kinder_as_long_as_the_sums_can_tell(tmp_path: Path) -> None:
    kinder = EDGES.replace("SUBSTANDARD = 90", "SUBSTANDARD = 120")
    table = read_classes(written(tmp_path, kinder))[0]
    assert [table.class_of(state, 0) for state in ("M4", "M5")] == ["SPECIAL_MENTION", "SUBSTANDARD"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("SPECIAL_MENTION = 0", "SPECIAL_MENTION = 7", "SPECIAL_MENTION = 7 (0, 30, 60, 90, 120, 150, 180, 270, 360)"),
        ("SUBSTANDARD = 90", "SUBSTANDARD = 200", "SUBSTANDARD = 200 (0, 30, 60, 90, 120, 150, 180)"),
        ("DOUBTFUL = 270", "DOUBTFUL = 360", "SPECIAL_MENTION < SUBSTANDARD < DOUBTFUL < LOSS"),
        ("LOSS = 360", "LOST = 360", "SPECIAL_MENTION, SUBSTANDARD, DOUBTFUL, LOSS"),
        ('mark = "C"', 'mark = "D"', "mark, source"),
        ("from = 2007-07-01", "", "from"),
    ],
)
def test_what_the_sums_cannot_tell_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(ClassesInvalid) as caught:
        read_classes(written(tmp_path, new, old))
    said = load_words("en").error(caught.value)
    assert said.startswith("The five classes in five_classes.toml cannot be used: ")
    assert why in said


def test_a_missing_or_empty_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ClassesInvalid):
        read_classes(Path("nowhere.toml"))
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(ClassesInvalid):
        read_classes(tmp_path / "empty.toml")
