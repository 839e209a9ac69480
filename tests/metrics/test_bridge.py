"""What a change is made of, on frames given by hand and on any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics import bridge

BEFORE, AFTER = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")


def _amounts(rows: list[tuple[pd.Timestamp, str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["month", "channel", "numerator", "denominator"])


def _new_partner() -> pd.DataFrame:
    rows = [(BEFORE, "HOME", 10, 100), (AFTER, "HOME", 10, 100), (AFTER, "PARTNER", 50, 100)]
    return bridge.change(_amounts(rows), ["channel"], BEFORE, AFTER).set_index("channel")


def test_a_group_that_is_new_is_all_mix_and_the_parts_still_sum() -> None:
    found = _new_partner()
    assert found["total"].sum() == pytest.approx(60 / 200 - 10 / 100)
    assert found.loc["PARTNER", ["mix", "rate", "interaction"]].tolist() == pytest.approx([0.25, 0, 0])
    assert pd.isna(found.loc["PARTNER", "rate_before"])


def test_a_group_that_did_nothing_and_is_as_late_as_the_whole_carries_nothing() -> None:
    found = _new_partner()
    assert found["carries"].to_dict() == pytest.approx({"PARTNER": 0.2, "HOME": 0})
    assert found["carried_rate"].tolist() == pytest.approx([1, 1])


def test_a_group_that_grows_with_a_low_rate_lowers_the_ratio() -> None:
    rows = [(BEFORE, "A", 1, 100), (BEFORE, "B", 19, 100), (AFTER, "A", 3, 300), (AFTER, "B", 19, 100)]
    found = bridge.change(_amounts(rows), ["channel"], BEFORE, AFTER).set_index("channel")
    # 10 % before; the share of A, at 1 %, grows by a quarter.
    assert found.loc["A", "carries"] == pytest.approx(0.25 * (0.01 - 0.10))
    assert found.loc["A", "total"] == pytest.approx(0.25 * 0.01)
    assert found["carries"].sum() == found["total"].sum() == pytest.approx(22 / 400 - 20 / 200)


def test_what_carries_most_of_a_fall_comes_first_when_the_ratio_falls() -> None:
    rows = [
        (BEFORE, "A", 10, 100), (BEFORE, "B", 10, 100), (BEFORE, "C", 10, 100),
        (AFTER, "A", 4, 100), (AFTER, "B", 12, 100), (AFTER, "C", 9, 100),
    ]  # fmt: skip
    found = bridge.change(_amounts(rows), ["channel"], BEFORE, AFTER)
    assert found["channel"].tolist() == ["A", "C", "B"]
    # Of five fewer A is six, C one, and B took two back.
    assert found["carried_rate"].tolist() == pytest.approx([6 / 5, 7 / 5, 1])


def test_the_parts_add_up_on_random_frames() -> None:
    draw = np.random.default_rng(11)
    for _ in range(300):
        count = int(draw.integers(1, 30))
        frame = pd.DataFrame(
            {
                "month": draw.choice([BEFORE, AFTER], size=count),
                "channel": draw.choice(list("ABCDEFG"), size=count),
                "zhima_band": draw.choice(list("uvw"), size=count),
                "denominator": draw.integers(0, 10**12, size=count),
            }
        )
        frame["numerator"] = (frame["denominator"] * draw.random(count)).astype("int64")
        keys = ["channel", "zhima_band"]
        frame = frame.groupby(["month", *keys])[["numerator", "denominator"]].sum().reset_index()
        found = bridge.change(frame, keys, BEFORE, AFTER)
        sums = frame.groupby("month")[["numerator", "denominator"]].sum().reindex([BEFORE, AFTER]).fillna(0)
        if (sums["denominator"] == 0).any():
            assert found.empty
            continue
        rates = sums["numerator"] / sums["denominator"]
        changed = rates[AFTER] - rates[BEFORE]
        parts = found[["mix", "rate", "interaction"]].sum()
        assert parts.sum() == pytest.approx(changed, abs=1e-13)
        assert found["total"].sum() == pytest.approx(changed, abs=1e-13)
        assert found["carries"].sum() == pytest.approx(changed, abs=1e-13)
        sides = bridge.sides(found)
        assert sides["by_numerator"] + sides["by_denominator"] == pytest.approx(changed, abs=1e-13)


def test_ages_are_banded_with_their_ends_and_the_last_is_open() -> None:
    found = bridge.with_age(pd.DataFrame({"mob": [0, 2, 3, 11, 12, 40]}))
    assert found["age_band"].tolist() == ["0_2", "0_2", "3_5", "9_11", "12_UP", "12_UP"]
    assert (bridge.months_of("3_5"), bridge.months_of("12_UP")) == ((3, 5), (12, None))


def test_a_month_without_anything_to_divide_by_has_no_change() -> None:
    assert bridge.change(_amounts([(AFTER, "HOME", 0, 5)]), ["channel"], BEFORE, AFTER).empty
    now = bridge.change(_amounts([(BEFORE, "HOME", 0, 5), (AFTER, "HOME", 1, 5)]), ["channel"], BEFORE, AFTER)
    assert bridge.with_year_ago(now, now.head(0), ["channel"])["year_ago"].isna().all()
    other = _amounts([(BEFORE, "RECALL", 1, 5), (AFTER, "RECALL", 2, 5)])
    then = bridge.change(other, ["channel"], BEFORE, AFTER)
    assert bridge.with_year_ago(now, then, ["channel"])["year_ago"].tolist() == [0]
