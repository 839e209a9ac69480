"""Rules in an order: sums that hold in any order, and a table that is counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.metrics.expected import Floats, figures, take_up
from jiebei_dash.metrics.policy_rules import waterfall
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES
from jiebei_dash.unit_costs import read_unit_costs

ASSUMED, COSTS = read_assumptions(), read_unit_costs()
KEYS = ("a", "b", "c", "d", "e", "f", "g")
BITS = {key: place for place, key in enumerate(KEYS)}
AT = {name: place for place, name in enumerate(LAB_MEASURES)}


def table_of(seed: int, rules: int = len(KEYS)) -> Floats:
    """Random sums, whole numbers of people, chances and money that go with them."""
    chance = np.random.default_rng(seed)
    table = np.zeros((2**rules, len(LOAN_OUTCOMES), len(LAB_MEASURES)))
    count = chance.integers(0, 40, table.shape[:2]) * (chance.random(table.shape[:2]) < 0.4)
    table[..., AT["decided_count"]] = table[..., AT["loan_count"]] = count
    for name in ("requested_fen", "limit_fen"):
        table[..., AT[name]] = count * 50_000.0
    table[..., AT["interest_fen"]] = count * 8_000.0
    for name, rate in (("low", 0.05), ("central", 0.1), ("high", 0.2)):
        table[..., AT[f"bads_{name}_count"]] = count * rate
        table[..., AT[f"bads_{name}_fen"]] = count * rate * 50_000.0
    return table


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(KEYS), weight=st.sampled_from([0.0, 0.5, 1.0]))
def test_in_any_order_the_first_hits_add_up_and_what_falls_alone_stays(
    seed: int, order: list[str], weight: float
) -> None:
    table = table_of(seed)
    frame = waterfall(table, BITS, order, weight, ASSUMED, COSTS)
    count = table[..., 0].sum(axis=1)
    assert frame["rule_key"].tolist() == order
    assert frame["killed_count"].sum() == count[1:].sum()
    assert frame["left_count"].iloc[-1] == count[0]
    assert (frame["entering_count"] - frame["killed_count"]).tolist() == frame["left_count"].tolist()
    assert frame["entering_count"].tolist()[1:] == frame["left_count"].tolist()[:-1]
    # The last place kills those whom nobody else does; the first all whom it hits.
    assert frame["killed_count"].iloc[-1] == frame["unique_count"].iloc[-1]
    assert frame["killed_count"].iloc[0] == frame["hit_count"].iloc[0]
    moves = ["rule_no", "entering_count", "killed_count", "left_count"]
    usual = waterfall(table, BITS, KEYS, weight, ASSUMED, COSTS).set_index("rule_key").drop(columns=moves)
    assert frame.set_index("rule_key").drop(columns=moves).loc[list(KEYS)].equals(usual)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), key=st.sampled_from(KEYS))
def test_without_a_rule_approvals_rise_by_those_alone_and_margin_by_theirs(seed: int, key: str) -> None:
    table = table_of(seed)
    row = waterfall(table, BITS, KEYS, 0.8, ASSUMED, COSTS).set_index("rule_key").loc[key]
    weight = take_up(table.sum(axis=0)) * 0.8
    decided = table[..., 0].sum()
    approved = figures(table[0], decided, weight, ASSUMED, COSTS)
    # A policy without the rule: its bit is no reason any more.
    passes = [bits for bits in range(len(table)) if not bits & ~(1 << BITS[key])]
    without = figures(table[passes].sum(axis=0), decided, weight, ASSUMED, COSTS)
    assert without["approved_count"] - approved["approved_count"] == row["unique_count"]
    for name in ("margin_low_fen", "margin_fen", "margin_high_fen"):
        assert float(without[name] - approved[name]) == pytest.approx(row[name], abs=1e-3)
    assert row["margin_low_fen"] <= row["margin_fen"] <= row["margin_high_fen"]


def test_two_rules_by_hand() -> None:
    # Ten pass, all drawn and good. The first rule alone stops 40 (of whom 3 bad and 27 good were seen), the second
    # alone 20, both 5.
    table = np.zeros((4, len(LOAN_OUTCOMES), len(LAB_MEASURES)))
    declined, good, bad = (LOAN_OUTCOMES.index(name) for name in ("DECLINED", "GOOD", "BAD"))
    for bits, outcome, count in ((0, good, 10), (1, declined, 10), (1, good, 27), (1, bad, 3), (2, declined, 20)):
        table[bits, outcome, [AT["decided_count"], AT["loan_count"]]] = count
    table[3, declined, [AT["decided_count"], AT["loan_count"]]] = 5
    table[1, declined, AT["bads_central_count"]] = 2.0
    table[1, declined, AT["bads_low_count"]], table[1, declined, AT["bads_high_count"]] = 1.0, 4.0
    frame = waterfall(table, {"a": 0, "b": 1}, ("b", "a"), 1.0, ASSUMED, COSTS).set_index("rule_key")
    assert frame.loc["b", ["entering_count", "killed_count", "left_count", "hit_count", "unique_count"]].tolist() == [
        75, 25, 50, 25, 20,
    ]  # fmt: skip
    assert frame.loc["a", ["entering_count", "killed_count", "left_count", "hit_count", "unique_count"]].tolist() == [
        50, 40, 10, 45, 40,
    ]  # fmt: skip
    a = frame.loc["a"]
    assert (a["observed_count"], a["observed_bad_count"], a["goods_per_bad_observed"]) == (30, 3, 9.0)
    # Wilson (1927) of 3 in 30.
    assert (a["observed_low_rate"], a["observed_high_rate"]) == pytest.approx((0.03460, 0.25621), abs=1e-5)
    assert (a["inferred_count"], a["inferred_bad_rate"]) == (10, pytest.approx(0.2))
    assert [a[f"goods_per_bad_{name}"] for name in ("low", "inferred", "high")] == pytest.approx([1.5, 4.0, 9.0])
    assert (bool(a["is_small"]), bool(frame.loc["b", "is_small"])) == (False, True)
    assert math.isnan(frame.loc["b", "goods_per_bad_observed"])


def test_a_rule_earns_costs_or_stays_open() -> None:
    table = np.zeros((8, len(LOAN_OUTCOMES), len(LAB_MEASURES)))
    good = LOAN_OUTCOMES.index("GOOD")
    # All were seen, so both ends of the range are one number: who pays only interest, and who is only lost.
    table[1, good, [AT["decided_count"], AT["loan_count"]]] = 5
    table[1, good, AT["limit_fen"]] = 1_000_000.0
    table[1, good, AT["interest_fen"]] = 300_000.0
    table[2] = table[1]
    for name in ("low", "central", "high"):
        table[2, good, AT[f"bads_{name}_fen"]] = 1_000_000.0
    table[4] = table[1]
    table[4, good, AT["bads_high_fen"]] = 1_000_000.0
    frame = waterfall(table, {"a": 0, "b": 1, "c": 2}, ("a", "b", "c"), 1.0, ASSUMED, COSTS)
    assert frame["rule_verdict"].tolist() == ["COSTS", "EARNS", "OPEN"]
    nobody = waterfall(np.zeros_like(table), {"a": 0, "b": 1, "c": 2}, ("a", "b", "c"), 1.0, ASSUMED, COSTS)
    assert set(nobody["rule_verdict"]) == {"ALONE_NOBODY"}
