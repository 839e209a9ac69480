"""Four groups that are counted by hand: see ``tests/metrics/test_what_if.py`` for the people."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.metrics.swap_set import cells, mix
from jiebei_dash.metrics.what_if import consequences
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES, SWAP_CELLS
from jiebei_dash.unit_costs import read_unit_costs

ASSUMED, COSTS = read_assumptions(), read_unit_costs()
PARTS = 3


def sums(counts: dict[tuple[str, str], int], codes: int = PARTS) -> pd.DataFrame:
    """Sums of people alike in each part: a line of 100 fen at 10 %, a declined person bad by 0.1, 0.2 and 0.4."""
    index = pd.MultiIndex.from_product([range(codes), SWAP_CELLS, LOAN_OUTCOMES], names=["group", "cell", "outcome"])
    frame = pd.DataFrame(0.0, index, list(LAB_MEASURES))
    for (cell, outcome), count in counts.items():
        for part in range(codes):
            rows = (part, cell, outcome)
            frame.loc[rows, ["decided_count", "loan_count"]] = count
            frame.loc[rows, "requested_fen"] = 150.0 * count
            if cell != "DECLINED":
                frame.loc[rows, ["limit_fen", "interest_fen"]] = [100.0 * count, 10.0 * count]
            for name, chance in (("low", 0.1), ("central", 0.2), ("high", 0.4)):
                bads = count * {"GOOD": 0.0, "BAD": 1.0}.get(outcome, chance)
                frame.loc[rows, [f"bads_{name}_count", f"bads_{name}_fen"]] = [bads, 100.0 * bads]
    return frame.reset_index()


PEOPLE = {
    ("KEPT", "GOOD"): 90,
    ("KEPT", "BAD"): 10,
    ("KEPT", "NOT_DRAWN"): 100,
    ("SWAPPED_OUT", "GOOD"): 40,
    ("SWAPPED_OUT", "BAD"): 10,
    ("SWAPPED_IN", "DECLINED"): 40,
    ("DECLINED", "DECLINED"): 100,
    ("DECLINED", "BAD"): 2,
}
ALONE = sums({("KEPT", "DECLINED"): 100, ("KEPT", "BAD"): 2})


def test_each_group_has_its_margin_and_two_of_them_make_a_policy() -> None:
    tried = sums(PEOPLE)
    frame = cells(tried, tried, ALONE, 1.0, ASSUMED, COSTS).set_index("cell")
    both = consequences(tried, tried, 1.0, ASSUMED, COSTS).set_index("policy")
    for name in ("margin_fen", "margin_low_fen", "margin_high_fen", "drawn_fen", "loan_count"):
        kept = frame.loc["KEPT", name]
        assert kept + frame.loc["SWAPPED_OUT", name] == pytest.approx(both.loc["today", name])
        assert kept + frame.loc["SWAPPED_IN", name] == pytest.approx(both.loc["proposed", name])
    # Of 250 approved then and decided by either policy, or against both, 152 drew: take-up.
    assert frame.loc["SWAPPED_IN", "loan_count"] == pytest.approx(3 * 40 * 152 / 252)
    # All parts are alike, so chance adds nothing to the range of inference.
    for _, row in frame.iterrows():
        assert row["margin_from_fen"] == pytest.approx(row["margin_low_fen"])
        assert row["margin_to_fen"] == pytest.approx(row["margin_high_fen"])


def test_whoever_both_decline_has_what_it_would_have_been() -> None:
    frame = cells(sums(PEOPLE), sums(PEOPLE), ALONE, 1.0, ASSUMED, COSTS).set_index("cell")
    out = frame.loc["DECLINED"]
    assert (out["decided_count"], out["observed_count"], out["inferred_count"]) == (306, 6, 300)
    rates = [out[f"inferred_{name}_rate"] for name in ("low", "bad", "high")]
    assert rates == pytest.approx([0.1, 0.2, 0.4])
    assert out["loan_count"] == pytest.approx(3 * (100 * 152 / 252 + 2))
    assert math.isnan(out["limit_fen"])
    assert out["margin_low_fen"] < out["margin_fen"] < out["margin_high_fen"]


def test_without_inference_the_declined_are_no_loans() -> None:
    frame = cells(sums(PEOPLE), sums(PEOPLE), ALONE, 0.0, ASSUMED, COSTS).set_index("cell")
    assert frame.loc["SWAPPED_IN", ["loan_count", "margin_fen"]].tolist() == [0, 0]
    assert frame.loc["DECLINED", "loan_count"] == 6


def test_a_mix_is_of_its_group_and_unknown_bands_are_one() -> None:
    tried = sums({("KEPT", "GOOD"): 10})
    tried.loc[(tried["group"] == 0) & (tried["cell"] == "KEPT") & (tried["outcome"] == "GOOD"), "decided_count"] = 20
    frame = mix(tried, ["LT600", "NA", "NA"])
    assert frame[["cell", "zhima_band", "decided_count", "share_rate"]].to_numpy().tolist() == [
        ["KEPT", "LT600", 20, 0.5],
        ["KEPT", "NA", 20, 0.5],
    ]
    # Wilson (1927) of 20 in 40.
    assert frame[["share_low_rate", "share_high_rate"]].iloc[0].tolist() == pytest.approx([0.35200, 0.64800], abs=1e-5)
    assert mix(sums({}), ["LT600", "600_649", "NA"]).empty
    assert np.isclose(mix(sums(PEOPLE), ["LT600", "600_649", "NA"]).groupby("cell")["share_rate"].sum(), 1).all()
