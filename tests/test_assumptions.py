from pathlib import Path

import pytest

from jiebei_dash.assumptions import ASSUMPTIONS_FILE, read_assumptions
from jiebei_dash.errors import AssumptionsInvalid


def written(tmp_path: Path, old: str, new: str) -> Path:
    text = ASSUMPTIONS_FILE.read_text()
    assert old in text
    path = tmp_path / "assumptions.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def test_costs_are_what_the_house_table_says() -> None:
    # 2.85 + 0.8 + 0.25 + 0.15 + 0.45 + 0.9 for each 100 of average balance; VAT and tax are unit costs
    lines = read_assumptions().lines
    assert sum(line.value for line in lines if line.kind == "cost") == pytest.approx(0.054)
    assert [line.key for line in lines if line.kind == "income"] == ["yield"]


def test_every_line_has_a_mark_and_a_source() -> None:
    lines = read_assumptions().lines
    assert len(lines) == 19
    assert all(line.mark in "ABCX" for line in lines)
    assert all(len(line.sources[language]) >= 4 for line in lines for language in ("en", "zh"))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("value = 0.4\n", "value = 4.0\n", "balance_years"),
        ("value = 2.5", "value = 1.2", "reject_factor"),
        ("[cost.data]", "[cost.date]", "cost.dat"),
        ('mark = "B"', 'mark = "D"', "mark"),
        ('source.zh = "支付通道"\n', "", "payment"),
        ("dated = 2026-11-01", "", "dated"),
        ("dated = 2026-11-01", "dated = ", "value"),
        ("value = 0.130", 'value = "much"', "yield"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(AssumptionsInvalid) as caught:
        read_assumptions(written(tmp_path, old, new))
    assert why in str(caught.value.facts["why"])


def test_a_missing_file_is_said() -> None:
    with pytest.raises(AssumptionsInvalid):
        read_assumptions(Path("nowhere.toml"))
