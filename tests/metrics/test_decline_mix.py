import math

import pandas as pd
import pytest

from jiebei_dash.metrics.decline_mix import cells, moved

KEYS = ("a", "b")
# 50 pass both, 30 hit a today, 20 hit a and b today; the draft lets 10 of the 30 in and declines 5 of the 50 by b.
CROSSED = pd.DataFrame(
    {
        "today_hits": [0, 0, 1, 1, 3],
        "proposed_hits": [0, 2, 1, 0, 3],
        "decided_count": [45, 5, 20, 10, 20],
    }
)


def test_the_order_decides_the_main_reason() -> None:
    frame = moved(CROSSED, KEYS, ("a", "b"), ("b", "a")).set_index(["reason", "policy"])
    found = frame[["main_count", "any_count", "sole_count"]].apply(tuple, axis=1).to_dict()
    assert found == {
        ("b", "today"): (0, 20, 0),
        ("b", "proposed"): (25, 25, 5),
        ("a", "today"): (50, 50, 30),
        ("a", "proposed"): (20, 40, 20),
    }
    assert frame["declined_count"].to_list() == [50, 45, 50, 45]


def test_the_change_of_a_share_knows_that_the_applications_are_the_same() -> None:
    frame = moved(CROSSED, KEYS, ("a", "b"), ("a", "b")).set_index(["reason", "policy"])
    row = frame.loc[("a", "proposed")]
    # 50 of 50 today and 40 of 45: twenty and twenty on both sides, ten today alone, five in the draft alone
    share = 40 / 45
    assert row["change_rate"] == pytest.approx(share - 1)
    variance = 40 * ((1 - share) / 45) ** 2 + 5 * (share / 45) ** 2
    half = 1.959963984540054 * math.sqrt(variance)
    assert row["change_high_rate"] == pytest.approx(share - 1 + half)
    assert row["change_low_rate"] == pytest.approx(share - 1 - half)


def test_cells_add_up_to_all() -> None:
    assert cells(CROSSED) == {"KEPT": 45, "SWAPPED_OUT": 5, "SWAPPED_IN": 10, "DECLINED": 40}
