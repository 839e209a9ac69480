"""What Bank A would take of the dozen, counted by hand.

Approved today: D01, D03 to D09, lines of 8,000 yuan each and of 18,000 for D08. A floor of 560 lets in D02, whose line
was 8,000, and D14, which was declined: 82 % of the 10,000 it asked for. Zhima: D01 720, D02 620, D03 680, D04 610, D05
730, D06 640, D07 780, D08 690, D09 660, D14 615.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash import caps, eligibility
from jiebei_dash.answers import eligible, portfolio_limits
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks, EligibilityInvalid
from tests.test_caps import limits_file
from tests.test_eligibility import eligibility_file

LOOSER = {"maturity_months": 6, "score_floor": 560.0}
BANK: dict[str, object] = {"zhima_at_least": 640, "limit_at_most_yuan": 10_000, "terms_months": [3, 6, 12]}
POOL: dict[str, object] = {
    "funder_code": "POOL", "is_assumed": True, "name": '{ en = "Pool", zh = "资产池" }', "zhima_at_least": None,
    "product_classes": ["JB_STD"],
}  # fmt: skip
Held = Callable[..., tuple[Scope, Fetch]]


@pytest.fixture
def held(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> Held:
    """``held(bank={...})`` is the dozen under these contracts, with the rule of 30 % for banks."""

    def made(**contracts: dict[str, object]) -> tuple[Scope, Fetch]:
        table = eligibility.read_eligibility(eligibility_file(tmp_path, {"b2": {}}, **contracts))
        monkeypatch.setattr(eligible, "read_eligibility", lambda: table)
        return scope_of("analyst"), fetch_as("analyst")

    return made


def row(frame: pd.DataFrame, code: str, policy: str) -> pd.Series:
    return frame[(frame["funder_code"] == code) & (frame["policy"] == policy)].iloc[0]


def test_a_funder_takes_what_meets_every_criterion(held: Held) -> None:
    frame = eligible.funders(*held(bank=BANK), **LOOSER).frame
    today, proposed = row(frame, "BANK_A", "today"), row(frame, "BANK_A", "proposed")
    # D04 lacks Zhima points and D08 wants too much; D02 and D14 come in and lack Zhima points
    assert (today["approved_count"], today["taken_count"], today["taken_fen"]) == (8, 6, 4_800_000)
    assert (proposed["approved_count"], proposed["taken_count"], proposed["taken_fen"]) == (10, 6, 4_800_000)
    assert (proposed["change_count"], proposed["change_fen"], proposed["name"]) == (0, 0, "Bank A")
    assert proposed["change_rate"] == pytest.approx(6 / 10 - 6 / 8)
    # Six taken, two kept and not taken, two new and not taken: 6 x 0.00875^2 + 2 x 0.03375^2 + 2 x 0.06^2
    half = 1.959963984540054 * math.sqrt(6 * 0.00875**2 + 2 * 0.03375**2 + 2 * 0.06**2)
    assert proposed["change_high_rate"] - proposed["change_rate"] == pytest.approx(half)
    assert today["is_small"]


def test_what_no_funder_takes_is_left_to_the_own_book_and_its_inferred_part_is_apart(held: Held) -> None:
    frame = eligible.funders(*held(bank=BANK), **LOOSER).frame
    today, proposed = row(frame, "NOBODY", "today"), row(frame, "NOBODY", "proposed")
    assert (today["taken_count"], today["taken_fen"], today["inferred_count"]) == (2, 2_600_000, 0)
    # D02 was let in by lot and has a line; D14's is inferred
    assert (proposed["taken_count"], proposed["taken_fen"]) == (4, pytest.approx(4_220_000))
    assert (proposed["inferred_count"], proposed["inferred_fen"]) == (1, pytest.approx(820_000))
    assert math.isnan(proposed["share_rate"])


def test_shares_and_own_money_add_up_and_the_rule_of_thirty_percent_binds(held: Held) -> None:
    frame = eligible.funders(*held(bank=BANK), **LOOSER).frame
    bank, own = row(frame, "BANK_A", "today"), row(frame, "OWN", "today")
    assert bank["own_share_rate"] == 0.3
    assert bank["share_rate"] == pytest.approx(0.7 * 48 / 74)
    assert own["share_rate"] == pytest.approx((26 + 0.3 * 48) / 74)
    proposed = row(frame, "OWN", "proposed")
    assert proposed["share_rate"] == pytest.approx((42.2 + 14.4) / 90.2)
    assert proposed["change_share_rate"] == pytest.approx(56.6 / 90.2 - 40.4 / 74)
    # The ratio's variance: (0.3 - R)^2 of six lines of 8, (1 - R)^2 of one of 8 and one of 18
    share = 40.4 / 74
    spread = math.sqrt((0.3 - share) ** 2 * 6 * 8**2 + (1 - share) ** 2 * (8**2 + 18**2)) / 74
    assert own["share_high_rate"] == pytest.approx(min(1.0, share + 1.959963984540054 * spread))


def test_a_loan_that_two_would_take_is_shared_by_what_they_lent(held: Held) -> None:
    # The own book of the dozen is a funder too; under a contract it would share with the bank, 3 to 7 parts
    other = {"funder_code": "OWN", "zhima_at_least": 700}
    scope, fetch = held(bank=BANK, other=other)
    found = eligible.taken(scope, fetch, 6, {})
    frame = replace(found, lent={"BANK_A": 7.0, "OWN": 3.0}).funders().frame
    # D01, D05 and D07 by both, D03, D06 and D09 by the bank alone: 3 x 8 x 0.7 + 3 x 8 parts, less 30 %
    assert frame.iloc[0]["share_rate"] == pytest.approx(0.7 * (0.7 * 24 + 24) / 74)
    assert frame.iloc[2]["share_rate"] == pytest.approx(0.3 * 24 / 74)
    # Of funders that lent nothing lately each takes the same part
    alike = replace(found, lent={}).funders().frame
    assert alike.iloc[0]["share_rate"] == pytest.approx(0.7 * (0.5 * 24 + 24) / 74)
    assert math.isnan(alike["lent_share_rate"].iloc[0])


def test_an_assumed_pool_is_counted_and_takes_part_in_no_share(held: Held) -> None:
    frame = eligible.funders(*held(bank=BANK, pool=POOL), maturity_months=6).frame
    pool = row(frame, "POOL", "today")
    # D01, D03, D05, D07 and D09
    assert (pool["taken_count"], pool["is_assumed"], pool["name"]) == (5, True, "")
    assert math.isnan(pool["share_rate"])
    assert row(frame, "NOBODY", "today")["taken_count"] == 2
    assert row(frame, "BANK_A", "today")["share_rate"] == pytest.approx(0.7 * 48 / 74)


def test_criteria_cut_together_and_alone(held: Held) -> None:
    strict = BANK | {"zhima_at_least": 700}
    frame = eligible.cuts(*held(bank=strict), **LOOSER).frame.set_index(["criterion", "policy"])
    counts = frame[["any_count", "sole_count"]].to_dict("index")
    # Below 700: D03, D04, D06, D08, D09; D08 wants too much as well. D02 and D14 come in below it.
    assert counts["zhima", "today"] == {"any_count": 5, "sole_count": 4}
    assert counts["limit", "today"] == {"any_count": 1, "sole_count": 0}
    assert counts["term", "today"] == {"any_count": 0, "sole_count": 0}
    assert counts["zhima", "proposed"] == {"any_count": 7, "sole_count": 6}
    assert frame.loc[("zhima", "proposed"), "any_rate"] == 0.7


def test_a_cap_on_the_line_lets_a_funder_take_more(held: Held) -> None:
    frame = eligible.funders(*held(bank=BANK), maturity_months=6, amount_cap=10_000_00.0).frame
    # D08's line is cut to 10,000 and meets the highest line
    assert row(frame, "BANK_A", "today")["taken_count"] == 6
    proposed = row(frame, "BANK_A", "proposed")
    assert (proposed["taken_count"], proposed["taken_fen"], proposed["change_fen"]) == (7, 5_800_000, 1_000_000)


@pytest.mark.parametrize(
    ("criterion", "taken"),
    [
        ({"provinces": ["GD"]}, 4),  # D01, D03, D05, D08
        ({"excluded_provinces": ["GD"]}, 4),  # D04, D06, D07, D09
        ({"terms_months": [3]}, 2),  # D03, D05
        ({"product_classes": ["JB_FLEX"]}, 1),  # D06
        ({"pd_at_most": 0.02}, 5),  # odds of 49, so 614.2 points and more: D01, D03, D05, D07, D08
        ({"other_lenders_at_most": 0}, 2),  # D04 and D08, as the place in the list leaves no rest by four
    ],
)
def test_each_criterion_alone(held: Held, criterion: dict[str, object], taken: int) -> None:
    frame = eligible.funders(*held(bank={"zhima_at_least": None, **criterion}), maturity_months=6).frame
    assert row(frame, "BANK_A", "today")["taken_count"] == taken


def test_without_a_change_nothing_moves_and_no_interval_has_a_width(held: Held) -> None:
    frame = eligible.funders(*held(bank=BANK, pool=POOL), maturity_months=6).frame
    proposed = frame[frame["policy"] == "proposed"]
    for name in ("change_count", "change_fen", "change_rate", "change_low_rate", "change_high_rate"):
        assert (proposed[name] == 0).all()
    assert proposed["change_share_low_rate"].dropna().abs().max() == 0


def test_a_limit_on_a_funder_leaves_headroom(held: Held, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limits = {
        "bank": {"figure": "largest", "dimension": "funder_code", "code": "BANK_A", "level": 0.4, "warn": 0.3},
        "own": {"figure": "largest", "dimension": "funder_code", "code": "OWN", "side": "at_least", "level": 0.3,
                "warn": 0.35},
    }  # fmt: skip
    found = caps.read_caps(limits_file(tmp_path, **limits))
    scope, fetch = held(bank=BANK)
    monkeypatch.setattr(portfolio_limits, "read_caps", lambda: found)
    frame = eligible.funders(scope, fetch, maturity_months=6).frame
    bank, own = row(frame, "BANK_A", "today"), row(frame, "OWN", "today")
    assert bank["headroom_rate"] == pytest.approx(0.4 - 0.7 * 48 / 74)
    # Seven tenths of every loan of the year were the bank's
    assert (bank["lent_share_rate"], bank["lent_headroom_rate"]) == (pytest.approx(0.7), pytest.approx(-0.3))
    assert (own["keeps"], own["headroom_rate"]) == ("at_least", pytest.approx(40.4 / 74 - 0.3))
    assert math.isnan(row(frame, "NOBODY", "today")["headroom_rate"])


def test_a_policy_that_approves_nobody_leaves_the_shares_unknown(held: Held) -> None:
    frame = eligible.funders(*held(bank=BANK), maturity_months=6, score_floor=700.0).frame
    proposed = row(frame, "BANK_A", "proposed")
    assert (proposed["approved_count"], proposed["taken_count"], proposed["taken_fen"]) == (0, 0, 0)
    assert all(math.isnan(proposed[name]) for name in ("taken_rate", "low_rate", "share_rate", "change_rate"))


def test_a_funder_without_a_contract_in_force_is_named(held: Held) -> None:
    scope, fetch = held(pool=POOL)
    found = eligible.taken(scope, fetch, 6, {})
    assert found.uncovered == ("Bank A",)
    assert row(found.funders().frame, "NOBODY", "today")["taken_count"] == 8


def test_an_unknown_funder_is_one_sentence(held: Held) -> None:
    with pytest.raises(EligibilityInvalid, match="BANK_X"):
        eligible.funders(*held(bank={"funder_code": "BANK_X"}), maturity_months=6)


def test_a_book_that_knows_no_funders_says_so(held: Held, empty_book: Book, fetch_as: Callable[..., Fetch]) -> None:
    scope, fetch = held(bank=BANK)
    with pytest.raises(BookLacks):
        eligible.funders(replace(scope, lacks=frozenset({"funding"})), fetch)
    empty = replace(scope, data_version=empty_book.data_version)
    with pytest.raises(BookLacks):
        eligible.funders(empty, fetch_as("analyst", empty_book))
