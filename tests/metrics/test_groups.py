"""Selection rates of groups: the library on rows and on counts, ratios, signals, and a difference among like scores."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, demographic_parity_difference, demographic_parity_ratio, selection_rate
from hypothesis import given, settings
from hypothesis import strategies as st

from jiebei_dash.fair_rules import FairRule
from jiebei_dash.metrics import fair, groups, within_score

RULE = FairRule("four_fifths", 0.8, date(1978, 9, 25), None, "A", {"en": "", "zh": ""})


def counts(**given: tuple[int, int, int, int]) -> pd.DataFrame:
    """By group: decided, approved then and by today's policy, let in, kept out."""
    return pd.DataFrame(
        [
            {
                "group": group, "decided_count": decided, "then_count": today, "today_count": today,
                "proposed_count": today + into - out, "in_count": into, "out_count": out,
            }
            for group, (decided, today, into, out) in given.items()
        ]
    )  # fmt: skip


def approval(frame: pd.DataFrame, few: int = 30) -> pd.DataFrame:
    return groups.approval(frame, RULE, few, fair.selection).set_index(["policy", "group"])


def test_forty_eight_of_eighty_and_twelve_of_forty() -> None:
    """The ratio is one half; log-scale interval by hand: 0.5 exp(-+1.96 sqrt(1/12 - 1/40 + 1/48 - 1/80))."""
    found = approval(counts(A=(80, 48, 0, 0), B=(40, 12, 6, 0)))
    b = found.loc[("today", "B")]
    assert (b["approval_rate"], b["ratio_to_highest_rate"]) == (pytest.approx(0.3), pytest.approx(0.5))
    assert b["ratio_to_highest_low_rate"] == pytest.approx(0.3014, abs=1e-4)
    assert b["ratio_to_highest_high_rate"] == pytest.approx(0.8294, abs=1e-4)
    assert b["signal"] == "UNSURE"
    assert (b["lowest_over_highest_rate"], b["parity_difference_rate"]) == (pytest.approx(0.5), pytest.approx(0.3))
    drafted = found.loc[("proposed", "B")]
    assert (drafted["ratio_to_highest_rate"], drafted["change_rate"]) == (pytest.approx(0.75), pytest.approx(0.15))
    assert found.loc[("today", "A"), ["ratio_to_largest_rate", "signal", "is_largest"]].tolist() == [1.0, "NONE", True]


def test_a_ratio_at_the_rule_is_no_signal_and_one_clearly_below_it_is() -> None:
    found = approval(counts(A=(1_000, 500, 0, 0), B=(1_000, 400, 0, 0), C=(1_000, 300, 0, 0)))
    assert found.loc["today", "signal"].to_dict() == {"A": "NONE", "B": "NONE", "C": "CLEAR"}


def test_few_and_unknown_are_neither_highest_nor_lowest() -> None:
    frame = counts(A=(100, 50, 0, 0), B=(100, 45, 0, 0), C=(29, 29, 0, 0), NA=(500, 5, 0, 0), SMALL=(40, 40, 0, 0))
    found = approval(frame).loc["today"]
    assert found["lowest_over_highest_rate"].tolist() == [pytest.approx(0.9)] * 5
    assert found["is_largest"].to_dict() == {"A": True, "B": False, "C": False, "NA": False, "SMALL": False}
    assert found["signal"].to_dict() == {"A": "NONE", "B": "NONE", "C": "FEW", "NA": "FEW", "SMALL": "FEW"}
    assert found.loc["C", "ratio_to_largest_rate"] == pytest.approx(2.0)
    assert found.loc[["NA", "SMALL"], ["ratio_to_largest_rate", "difference_rate"]].isna().all(axis=None)
    assert found.loc["NA", "approval_rate"] == pytest.approx(0.01)


def test_nobody_approved_has_no_ratio() -> None:
    found = approval(counts(A=(80, 0, 0, 0), B=(40, 0, 0, 0)))
    assert found[["ratio_to_highest_rate", "lowest_over_highest_rate"]].isna().all(axis=None)
    assert set(found["signal"]) == {"FEW"}
    assert found["approval_rate"].tolist() == [0.0] * 6


def test_one_group_alone_is_compared_with_nobody() -> None:
    found = approval(counts(A=(80, 40, 0, 0)))
    assert found["lowest_over_highest_rate"].isna().all()
    assert found["approval_rate"].tolist() == [0.5] * 3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=2, max_size=6))
def test_counts_give_what_the_library_gives_on_rows(pairs: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(
        [{"group": f"G{place}", "decided_count": decided, "approved_count": min(approved, decided)}
         for place, (decided, approved) in enumerate(pairs)]
    )  # fmt: skip
    rows = frame.loc[frame.index.repeat(frame["decided_count"])]
    approved = (rows.groupby("group").cumcount() < rows["approved_count"]).astype(int).to_numpy()
    people = {"sensitive_features": rows["group"].to_numpy()}
    by_group, ratio, widest = fair.selection(frame)
    on_rows = MetricFrame(metrics=selection_rate, y_true=approved, y_pred=approved, **people)
    assert by_group.to_numpy() == pytest.approx(on_rows.by_group.to_numpy())
    assert widest == pytest.approx(demographic_parity_difference(approved, approved, **people))
    if approved.any():
        assert ratio == pytest.approx(demographic_parity_ratio(approved, approved, **people))
    else:
        assert np.isnan(ratio)


def test_groups_are_named_and_the_rest_stands_last() -> None:
    frame = counts(b=(40, 20, 0, 0), a=(50, 30, 0, 0), none=(20, 10, 0, 0)).replace({"group": {"none": None}})
    frame["person_count"] = frame["decided_count"]
    # Fifteen decisions on fourteen persons are left
    whole = counts(all=(125, 65, 0, 0)).assign(person_count=124)
    found = groups.with_small(frame, whole, 14)
    assert found["group"].tolist() == ["a", "b", "NA", "SMALL"]
    assert found["decided_count"].tolist() == [50, 40, 20, 15]
    assert groups.with_small(frame, whole, 15)["group"].tolist() == ["a", "b", "NA"]
    flags = pd.Series([True, False, None], dtype=object)
    assert groups.named_groups(flags).tolist() == ["YES", "NO", "NA"]


def by_score(rows: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"score_band": band, "group": group, "decided_count": decided, "then_count": approved,
             "today_count": approved, "proposed_count": approved, "in_count": 0, "out_count": 0}
            for band, group, decided, approved in rows
        ]
    )  # fmt: skip


def test_a_difference_that_comes_from_the_score_alone_is_gone_within_it() -> None:
    """Simpson: in each band both are approved alike, 20 % and 80 %, but A has more of the high one."""
    frame = by_score([("LOW", "A", 100, 20), ("HIGH", "A", 400, 320), ("LOW", "B", 300, 60), ("HIGH", "B", 100, 80)])
    found = (
        within_score.within_score(frame, ("LOW", "HIGH"), 30).set_index(["policy", "score_band", "group"]).sort_index()
    )
    everybody = found.loc[("today", "ALL")]
    assert everybody["approval_rate"].to_dict() == {"A": pytest.approx(0.68), "B": pytest.approx(0.35)}
    assert everybody.loc["B", "difference_rate"] == pytest.approx(0.0)
    # Weights 75 and 80; variances 0.16 (1/100 + 1/300) and 0.16 (1/400 + 1/100)
    spread = (75**2 * 0.16 * (1 / 100 + 1 / 300) + 80**2 * 0.16 * (1 / 400 + 1 / 100)) ** 0.5 / 155
    assert everybody.loc["B", "difference_high_rate"] == pytest.approx(1.959964 * spread)
    assert found.loc[("today", "LOW", "A"), "is_largest"]


def test_the_interval_among_like_scores_holds_the_truth_as_often_as_it_says() -> None:
    chance = np.random.default_rng(7)
    inside = 0
    for _ in range(300):
        rows = []
        for band, rate in (("1", 0.2), ("2", 0.5), ("3", 0.8)):
            for group, shift, size in (("A", 0.0, 400), ("B", -0.05, 150)):
                rows.append((band, group, size, int(chance.binomial(size, rate + shift))))
        found = within_score.within_score(by_score(rows), ("1", "2", "3"), 30)
        b = found[(found["policy"] == "today") & (found["score_band"] == "ALL") & (found["group"] == "B")].iloc[0]
        inside += b["difference_low_rate"] <= -0.05 <= b["difference_high_rate"]
    assert 0.92 <= inside / 300 <= 0.98
