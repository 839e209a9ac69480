"""The four groups on the dozen and their cases: see ``tests/queries/test_what_if.py`` for the eleven decisions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jiebei_dash.answers import swap_set, what_if
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, NotAllowed
from jiebei_dash.terms import SWAP_CELLS

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
# D02 and D04 change sides: the score floor comes down to 570, the Zhima floor up to 620.
MOVED = {"score_floor": 570.0, "zhima_floor": 620.0}


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("KEPT", ["D01", "D03", "D05", "D06", "D07", "D08", "D09"]),
        ("SWAPPED_OUT", ["D04"]),
        ("SWAPPED_IN", ["D02"]),
        ("DECLINED", ["D13", "D14"]),
    ],
)
def test_every_group_opens_its_cases(asked: tuple[Scope, Fetch], cell: swap_set.Cell, numbers: list[str]) -> None:
    frame = swap_set.cases(*asked, cell=cell, maturity_months=6, **MOVED).frame
    assert sorted(frame["decision_id"]) == numbers
    counts = swap_set.cells(*asked, maturity_months=6, **MOVED).frame.set_index("cell")["decided_count"]
    assert counts[cell] == len(numbers)


def test_a_case_says_who_decided_it_and_what_became_of_it(asked: tuple[Scope, Fetch]) -> None:
    one = swap_set.cases(*asked, cell="SWAPPED_IN", maturity_months=6, **MOVED).frame.iloc[0]
    # Let in by lot; its loan went bad
    assert (one["decided_by"], one["loan_outcome"], one["zhima_band"]) == ("LOT", "BAD", "600_649")
    declined = swap_set.cases(*asked, cell="DECLINED", maturity_months=6, **MOVED).frame
    assert set(declined["loan_outcome"]) == {"DECLINED"}
    assert set(declined["decided_by"]) == {"POLICY"}


def test_the_groups_are_all_decided_and_their_margins_those_of_the_policies(asked: tuple[Scope, Fetch]) -> None:
    frame = swap_set.cells(*asked, maturity_months=6, **MOVED).frame.set_index("cell")
    both = what_if.consequences(*asked, maturity_months=6, **MOVED).frame.set_index("policy")
    assert frame["decided_count"].sum() == 11
    margin = frame["margin_fen"]
    assert margin["KEPT"] + margin["SWAPPED_OUT"] == pytest.approx(both.loc["today", "margin_fen"])
    assert margin["KEPT"] + margin["SWAPPED_IN"] == pytest.approx(both.loc["proposed", "margin_fen"])
    assert list(frame.index) == list(SWAP_CELLS)


def test_the_mix_counts_the_bands_of_each_group(asked: tuple[Scope, Fetch]) -> None:
    frame = swap_set.mix(*asked, maturity_months=6, **MOVED).frame
    counted = frame[frame["decided_count"] > 0].set_index(["cell", "zhima_band"])["decided_count"].to_dict()
    # Kept: D06 640; D03 680, D08 690, D09 660; D01 720, D05 730; D07 780
    assert {band: count for (cell, band), count in counted.items() if cell == "KEPT"} == {
        "600_649": 1,
        "650_699": 3,
        "700_749": 2,
        "750_UP": 1,
    }
    assert counted["SWAPPED_OUT", "600_649"] == 1
    assert frame.groupby("cell")["decided_count"].sum().sum() == 11


def test_a_page_behind_the_last_is_empty_and_one_out_of_bounds_is_refused(asked: tuple[Scope, Fetch]) -> None:
    assert swap_set.cases(*asked, cell="KEPT", page=2, maturity_months=6, **MOVED).frame.empty
    for wrong in ({"page": 0}, {"page": swap_set.MOST_PAGES + 1}, {"cell": "IN"}):
        with pytest.raises(BadArgument):
            swap_set.cases(*asked, maturity_months=6, **wrong, **MOVED)  # type: ignore[arg-type]


def test_a_manager_sees_no_case(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    with pytest.raises(NotAllowed):
        swap_set.cases(scope_of("manager"), fetch_as("manager"), maturity_months=6)
