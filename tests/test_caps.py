"""The table of limits: what it holds, and what is refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.caps import LIMITS_FILE, read_caps
from jiebei_dash.errors import LimitsInvalid

PLAIN: dict[str, object] = {
    "figure": "past_due_30", "side": "at_most", "level": 0.5, "warn": 0.4, "from": date(2020, 1, 1), "mark": "X",
    "source": '{ en = "assumed", zh = "假设" }',
}  # fmt: skip


def limits_file(tmp_path: Path, **limits: dict[str, object]) -> Path:
    """A table of limits, each with what differs from a harmless one; None leaves a line out."""
    lines = ["dated = 2026-11-01"]
    for key, changes in limits.items():
        lines.append(f"[limit.{key}]")
        for name, value in {**PLAIN, **changes}.items():
            if value is not None:
                is_text = isinstance(value, str) and not value.startswith("{")
                lines.append(f'{name} = "{value}"' if is_text else f"{name} = {value}")
    path = tmp_path / "limits.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_table_of_the_house_can_be_used_and_every_line_has_a_source() -> None:
    found = read_caps()
    assert len(found) == 18
    assert {cap.mark for cap in found} <= set("ABCX")
    assert all(len(cap.sources[language]) >= 4 for cap in found for language in ("en", "zh"))
    assert [cap.level for cap in found if cap.key == "own_share"] == [0.30]  # 2021 No. 24, item II


def test_a_limit_is_read_with_its_days(tmp_path: Path) -> None:
    limit = {"to": date(2023, 6, 30), "figure": "top", "dimension": "province_code", "top": 5}
    cap = read_caps(limits_file(tmp_path, five=limit))[0]
    assert (cap.dimension, cap.top, cap.level, cap.warn) == ("province_code", 5, 0.5, 0.4)
    assert cap.holds_on(date(2023, 6, 30))
    assert not cap.holds_on(date(2023, 7, 1))
    assert not cap.holds_on(date(2019, 12, 31))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"figure": "happiness"}, "figure = happiness"),
        ({"side": "about"}, "side = about"),
        ({"level": 3.5}, "level = 3.5"),
        ({"level": "much"}, "level = much"),
        ({"level": -0.1, "warn": -0.2}, "level = -0.1"),
        ({"level": None}, "level = None"),
        ({"warn": 0.6}, "warn = 0.6"),
        ({"side": "at_least", "warn": 0.4}, "warn = 0.4"),
        ({"from": "soon"}, "from = soon"),
        ({"to": date(2019, 1, 1)}, "from = 2020-01-01, to = 2019-01-01"),
        ({"mark": "D"}, "mark = D"),
        ({"source": '{ en = "assumed" }'}, "source"),
        ({"colour": "red"}, "colour"),
        ({"dimension": "channel"}, "dimension = channel"),
        ({"figure": "largest"}, "dimension = "),
        ({"figure": "largest", "dimension": "gender"}, "dimension = gender"),
        ({"figure": "largest", "dimension": "channel", "code": "NOWHERE"}, "code = NOWHERE"),
        ({"figure": "herfindahl", "dimension": "channel", "code": "HOME"}, "code = HOME"),
        ({"figure": "top", "dimension": "channel"}, "top = 0"),
        ({"figure": "largest", "dimension": "channel", "top": 3}, "top = 3"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, changes: dict[str, object], why: str) -> None:
    with pytest.raises(LimitsInvalid) as caught:
        read_caps(limits_file(tmp_path, mine=changes))
    assert f"mine: {why}" in str(caught.value.facts["why"])


@pytest.mark.parametrize("text", ["dated = ", "[limit.a]\nfigure = 'top'", "dated = 2026-01-01\nlimit = 3"])
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "limits.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LimitsInvalid):
        read_caps(path)


def test_a_missing_table_is_said() -> None:
    with pytest.raises(LimitsInvalid):
        read_caps(LIMITS_FILE.with_name("nowhere.toml"))
