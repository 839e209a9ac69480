"""Sentences on rules, groups and ways of inferring: the one that the numbers call for, inferred never unsaid."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from jiebei_dash.book.policy import make_policy
from jiebei_dash.metrics.inference import judged
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import inference_words, policy_rules_words, swap_set_words

EN, ZH = load_words("en"), load_words("zh")


def rules(*verdicts: str) -> pd.DataFrame:
    """One rule for each verdict: the first stops half of a hundred."""
    keys = ("zhima_floor", "dti_cap", "score_floor")
    margin = {"EARNS": (-300_00, -200_00, -100_00), "COSTS": (100_00, 200_00, 300_00), "OPEN": (-100_00, 0, 100_00)}
    rows = []
    for place, (key, verdict) in enumerate(zip(keys, verdicts, strict=False)):
        low, central, high = margin[verdict]
        rows.append(
            {
                "rule_key": key, "entering_count": 100 if place == 0 else 50, "killed_count": 50 if place == 0 else 0,
                "left_count": 50, "hit_count": 50, "unique_count": 10, "observed_count": 8, "observed_bad_rate": 0.25,
                "observed_low_rate": 0.07, "observed_high_rate": 0.59, "goods_per_bad_observed": 3.0,
                "goods_per_bad_low": 1.5, "goods_per_bad_inferred": 4.0, "goods_per_bad_high": 9.0,
                "margin_low_fen": low, "margin_fen": central, "margin_high_fen": high, "rule_verdict": verdict,
                "is_small": True,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def test_a_rule_that_turns_money_away_is_named() -> None:
    said = policy_rules_words.opening(EN, rules("EARNS", "COSTS", "OPEN"))
    assert said[0].startswith("**50** of 100 applications are declined; most at their first rule by Zhima floor (50)")
    assert "Zhima floor earns most: the 10 whom it alone declines would have made an **inferred** margin" in said[1]
    assert "**-¥200**" in said[1]
    assert said[2] == "Turns away money at both ends of the range: Debt to income, at most."
    assert said[3] == "Whether it pays depends on how bad the declined are: Score cut-off."
    assert "**推断**利润" in policy_rules_words.opening(ZH, rules("EARNS"))[1]
    assert policy_rules_words.opening(EN, rules("EARNS", "EARNS"))[-1].startswith("Every rule that declines somebody")
    # Where no rule saves money none is said to.
    assert not [line for line in policy_rules_words.opening(EN, rules("COSTS")) if "earns" in line]


def test_a_row_marks_few_loans_and_ranges() -> None:
    row = policy_rules_words.table(EN, rules("EARNS"), make_policy({})).splitlines()[2]
    assert "| Zhima floor (600) | 100 | 50 | 50 | 50 | 10 | 25.00% (7.00–59.00%; 8) * | 3.0 | 4.0 (1.5 to 9.0) |" in row
    assert row.endswith("| -¥200 (-¥300 to -¥100) | earns its place |")


def test_a_way_that_the_lane_contradicts_is_named() -> None:
    said = [
        {"method": "parcelling", "low_rate": 0.5, "central_rate": 0.6, "high_rate": 0.7},
        {"method": "model_pd", "low_rate": 0.05, "central_rate": 0.12, "high_rate": 0.2},
    ]
    lines = inference_words.judged(EN, judged(100, 10, said))
    assert lines[0] == "Of 100 loans approved by lot against the policy, **10.00%** went bad (5.52% to 17.44%, 95%)."
    assert lines[1].startswith("**Model PD** comes nearest with an inferred 12.00% (5.00% to 20.00%).")
    assert lines[1].endswith("Ranges that hold the observed rate: Model PD.")
    assert lines[2] == "Contradicted by the lane: Parcelling."
    assert "最接近的是**模型 PD**，推断 12.00%" in inference_words.judged(ZH, judged(100, 10, said))[1]
    assert inference_words.judged(EN, judged(0, 0, [])) == [EN("inference.no_lane")]


def test_a_table_shows_what_is_unknown_as_unknown() -> None:
    rows = [
        {"method": "observed_only", "policy": "today", "loan_count": 8.0}
        | {f"inferred_{name}_rate": math.nan for name in ("bad", "low", "high")}
        | {"expected_bad_rate": 0.1, "expected_bad_from_rate": 0.05, "expected_bad_to_rate": 0.2}
        | {f"{stem}{end}_fen": 100_00.0 for stem in ("loss", "margin") for end in ("", "_from", "_to")}
    ]
    line = inference_words.methods_table(EN, pd.DataFrame(rows)).splitlines()[-1]
    assert line == (
        "| Observed only | Today | 8 | – | 10.00% (5.00% to 20.00%) | ¥100 (¥100 to ¥100) | ¥100 (¥100 to ¥100) |"
    )


@pytest.mark.parametrize(("into", "out"), [(0, 0), (5, 0), (0, 5)])
def test_who_comes_in_and_goes_out(into: int, out: int) -> None:
    cells = pd.DataFrame(
        [
            {"cell": cell, "decided_count": count, "observed_count": 0, "inferred_count": count,
             "inferred_bad_rate": 0.2, "inferred_low_rate": 0.1, "inferred_high_rate": 0.4}
            for cell, count in (("KEPT", 90), ("SWAPPED_OUT", out), ("SWAPPED_IN", into), ("DECLINED", 10))
        ]
    )  # fmt: skip
    row = {"figure": "margin_fen", "change": -100_00.0, "change_from": -200_00.0, "change_to": 50_00.0}
    said = swap_set_words.opening(EN, cells, pd.DataFrame([row]))
    if not into and not out:
        assert said == [EN("swap_set.said_nobody", count="100")]
        return
    told = "of 5 without an outcome an **inferred** 20.00% (10.00% to 40.00%)."
    assert said[0] == (f"**5** come in: {told}" if into else "Nobody comes in.")
    assert said[1] == (f"**5** go out: {told}" if out else "Nobody goes out.")
    assert said[2] == "In all the draft moves the margin by **-¥100** (-¥200 to +¥50), part inferred."
