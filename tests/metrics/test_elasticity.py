"""Known slopes come back, inside their intervals as often as they say; a logit by hand; what cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics.elasticity import effects, takers
from jiebei_dash.metrics.logit import fit

BANDS = (0, 600, 620, 640, 660)
SLOPE, ADVERSE = -1.6, np.log(1.08)


def lines(seed: int, count: int = 40_000, moved: float = 0.15, slope: float = SLOPE) -> pd.DataFrame:
    """Lines whose price follows the score but for some, and whose take-up and risk follow price and score."""
    chance = np.random.default_rng(seed)
    score = chance.normal(630, 22, count).clip(560, 700)
    step = np.round(10 - (score - 560) / 20) + np.where(
        chance.random(count) < moved, chance.choice([-1.0, 1.0], count), 0.0
    )
    rate_day = 0.0002 + 0.00003 * step
    apart = (score - 630) / 22
    channel = chance.integers(0, 3, count)
    drawn = chance.random(count) < _chance(
        0.45 + slope * np.log(rate_day * 365 / 0.15) - 0.1 * apart + 0.2 * (channel == 1)
    )
    bad = chance.random(count) < _chance(-2.4 - (score - 630) / 28.9 + ADVERSE * (rate_day * 365 - 0.15) * 100)
    rows = pd.DataFrame(
        {
            "submitted_month": pd.to_datetime(chance.choice(["2024-01-01", "2024-05-01"], count)),
            "rate_day": rate_day, "points_from": np.floor(score / 10) * 10,
            "channel": np.array(["HOME", "RECALL", "PARTNER"])[channel], "lines": 1, "drawn": drawn.astype(int),
            "loans": drawn.astype(int), "bads": (drawn & bad).astype(int), "score_tenths": np.floor(score * 10),
            "limit_fen": 1_000_000,
        }
    )  # fmt: skip
    keys = ["submitted_month", "rate_day", "points_from", "channel"]
    return rows.groupby(keys, as_index=False).sum()


def _chance(log_odds: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def test_known_slopes_lie_inside_their_intervals_at_the_rate_they_state() -> None:
    seeds = range(40)
    hits = {"take_up_elasticity": 0, "adverse_selection": 0}
    found, truths = [], []
    for seed in seeds:
        taken = lines(seed, 15_000)
        frame = effects(taken, BANDS).groupby("effect").first()
        share = float(taken["drawn"].sum() / taken["lines"].sum())
        # the slope is the same for everybody, so the elasticity is nearly slope x share that does not draw
        truth = {"take_up_elasticity": -SLOPE * (1 - share), "adverse_selection": np.expm1(ADVERSE)}
        for name, value in truth.items():
            row = frame.loc[name]
            hits[name] += row["estimate_from"] <= value <= row["estimate_to"]
        found.append(frame["estimate"])
        truths.append(pd.Series(truth))
    # 95 % of forty are 38; fewer than 34 would come by chance once in a hundred
    assert min(hits.values()) >= 34
    mean, truth_mean = (pd.concat(each, axis=1).mean(axis=1) for each in (found, truths))
    assert mean["take_up_elasticity"] == pytest.approx(truth_mean["take_up_elasticity"], rel=0.1)
    assert mean["adverse_selection"] == pytest.approx(truth_mean["adverse_selection"], abs=0.02)


def test_a_price_that_changes_nothing_is_found_to_change_nothing() -> None:
    frame = effects(lines(7, slope=0.0), BANDS)
    row = frame[frame["effect"] == "take_up_elasticity"].iloc[0]
    assert row["estimate_from"] < 0 < row["estimate_to"]
    assert abs(row["estimate"]) < 0.2


def test_bands_and_counts() -> None:
    taken = lines(3)
    frame = effects(taken, BANDS)
    assert frame["effect"].tolist() == ["take_up_elasticity"] * 6 + ["adverse_selection"]
    assert frame["counted"].iloc[0] == taken["lines"].sum() == 40_000
    assert frame["counted"].iloc[1:6].sum() == 40_000
    assert frame["events_count"].iloc[0] == taken["drawn"].sum()
    assert frame.iloc[-1][["counted", "events_count"]].tolist() == [taken["loans"].sum(), taken["bads"].sum()]
    assert (frame["estimate_from"] < frame["estimate"]).all()
    assert (frame["estimate"] < frame["estimate_to"]).all()


def test_one_price_for_all_or_too_few_events_are_unknown_and_not_zero() -> None:
    one = (
        lines(1)
        .assign(rate_day=0.0004)
        .groupby(["submitted_month", "rate_day", "points_from", "channel"])
        .sum()
        .reset_index()
    )
    assert effects(one, BANDS)["estimate"].isna().all()
    few = lines(2, 40)
    assert effects(few, BANDS).iloc[-1][["estimate", "estimate_from", "estimate_to"]].isna().all()
    assert takers(few.assign(loans=0, bads=0), 0.00003).empty


def test_takers_are_all_counted_and_the_dear_ones_are_worse_than_at_their_usual_price() -> None:
    taken = lines(5, 120_000)
    frame = takers(taken, 0.00003)
    assert (frame["loans"].sum(), frame["bads"].sum()) == (taken["loans"].sum(), taken["bads"].sum())
    assert frame["price_apart_rate"].is_monotonic_increasing
    apart = np.average(frame["price_apart_rate"], weights=frame["loans"])
    assert abs(apart) < 0.002
    big = frame[frame["loans"] > 2_000]
    dearest, cheapest = big.iloc[-1], big.iloc[0]
    assert dearest["bad_rate"] > dearest["usual_rate"]
    assert cheapest["bad_rate"] < cheapest["usual_rate"]
    assert ((frame["low_rate"] <= frame["bad_rate"]) & (frame["bad_rate"] <= frame["high_rate"])).all()


def test_the_logit_of_a_two_by_two_table_is_the_log_of_its_odds_ratio() -> None:
    # 30 of 100 against 15 of 100: odds 30/70 and 15/85
    found = fit(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([15.0, 30.0]), np.array([100.0, 100.0]))
    assert found is not None
    assert found.slopes == pytest.approx([np.log(15 / 85), np.log((30 / 70) / (15 / 85))])
    # Woolf (1955): the variance of a log odds ratio is the sum of one over each cell
    assert found.covariance[1, 1] == pytest.approx(1 / 30 + 1 / 70 + 1 / 15 + 1 / 85)
    assert found.interval(1)[1] == pytest.approx(0.8873, abs=1e-4)


def test_what_cannot_be_told_is_none_and_a_column_that_follows_from_others_is_left_out() -> None:
    constant, doubled = np.ones(4), np.array([0.0, 1.0, 2.0, 3.0])
    trials = np.full(4, 50.0)
    assert fit(np.column_stack([constant, doubled]), np.zeros(4), trials) is None
    assert fit(np.column_stack([constant, doubled]), np.array([0.0, 0.0, 50.0, 50.0]), trials) is None
    found = fit(np.column_stack([constant, doubled, 2 * doubled]), np.array([5.0, 9.0, 14.0, 21.0]), trials)
    assert found is not None
    assert np.isnan(found.slopes[2])
    assert not np.isnan(found.slopes[:2]).any()
