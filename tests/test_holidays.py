from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.errors import AssumptionsInvalid
from jiebei_dash.holidays import HOLIDAYS_FILE, KINDS, read_holidays
from jiebei_dash.text.words import load_words


def test_new_years_day_of_the_lunar_calendar_is_a_holiday_in_each_year() -> None:
    days = read_holidays()
    firsts = ["2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29"]
    assert {days.get(date.fromisoformat(first)) for first in [*firsts, "2026-02-17"]} == {"spring_festival"}
    assert {days.get(date(year, 10, 1)) for year in range(2018, 2027)} == {"national_day"}
    assert date(2024, 3, 15) not in days


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_kind_has_its_name(language: str) -> None:
    texts = load_words(language).texts  # type: ignore[arg-type]
    assert {key.removeprefix("codes.holiday.") for key in texts if key.startswith("codes.holiday.")} == set(KINDS)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("dated = 2026-11-25", 'dated = "soon"', "dated"),
        ('kind = "labour_day"', 'kind = "labor_day"', "labor_day"),
        ("[2026-10-01, 2026-10-07]", "[2026-10-07, 2026-10-01]", "2026-10-07 - 2026-10-01"),
        ("[2026-10-01, 2026-10-07]", "[2026-10-01]", "2026-10-01 - None"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = HOLIDAYS_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "holidays.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AssumptionsInvalid, match=why):
        read_holidays(path)
