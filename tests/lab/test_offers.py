"""Cells of price and limit on drawn populations: identities, cuts as plain pandas counts them, and the law."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiebei_dash.book.offers import LIMITS, PRICES, SCORE_BANDS_FROM, Cell
from jiebei_dash.book.policy import Policy, make_policy
from jiebei_dash.lab.cells import by_cell, cut_by_rule, offered
from jiebei_dash.lab.offering import CELLS, LegalCaps, cell_of, legal_on
from jiebei_dash.lab.population import NOT_DRAWN
from jiebei_dash.lab.trying import Bench
from jiebei_dash.line_caps import LICENCES
from jiebei_dash.metrics.offers import limit_cells, price_cells
from jiebei_dash.terms import LAB_MEASURES, ZHIMA_BANDS
from jiebei_dash.unit_costs import read_unit_costs
from tests.lab.populations import bench_of, people_of

TODAY = make_policy({})
LAW = legal_on(date(2026, 11, 1))


def cells(kind: object, values: st.SearchStrategy[float]) -> st.SearchStrategy[list[Cell]]:
    place = st.tuples(st.sampled_from(ZHIMA_BANDS), st.sampled_from(SCORE_BANDS_FROM))
    return st.dictionaries(place, values, max_size=6).map(
        lambda found: [Cell(*where, value) for where, value in found.items()]
    )


FACTORS = cells(LIMITS, st.floats(LIMITS.low, LIMITS.high).map(lambda value: round(value, 2)))
STEPS = cells(PRICES, st.integers(int(PRICES.low), int(PRICES.high)).map(float))
CAPS = st.sampled_from((50_000_00.0, 200_000_00.0, 300_000_00.0))


def bench(seed: int, count: int = 600, legal: LegalCaps = LAW) -> Bench:
    return bench_of(people_of(count, seed)).under(legal)


def metric(kind: str, found: object, weight: float, values: list[float] | None = None) -> pd.DataFrame:
    made = price_cells if kind == "prices" else limit_cells
    told = bench_of(people_of(10, 0)).assumptions
    steps = values or [0.0] * len(CELLS)
    return made(
        found.tried.today, found.tried.proposed, found.today, found.proposed, steps, weight, told, read_unit_costs()  # type: ignore[attr-defined]
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(FACTORS, STEPS, CAPS, st.integers(0, 3), st.sampled_from(LICENCES), st.floats(0.05, 0.3))
def test_no_offer_ever_lies_above_a_legal_cap(
    limits: list[Cell], prices: list[Cell], amount_cap: float, seed: int, licence: str, yearly_rate: float
) -> None:
    legal = replace(legal_on(date(2026, 11, 1), licence), yearly_rate=yearly_rate)  # type: ignore[arg-type]
    here = bench(seed, 400, legal)
    offer = here.offer(make_policy({"amount_cap": amount_cap}).offering(limits, prices))
    assert offer.line_fen.max() <= min(legal.line_fen, amount_cap)
    assert offer.rate.max() <= np.float32(yearly_rate) + 1e-6
    assert ((offer.bad >= 0) & (offer.bad <= 1)).all()
    assert (offer.line_fen > 0).all()


def test_the_law_of_a_day_is_the_lowest_in_force() -> None:
    assert (LAW.line_fen, LAW.yearly_rate) == (200_000_00.0, 0.24)
    assert [rule.id for rule in LAW.lines] == ["A5", "A6", "A7"]
    draft_alone = legal_on(date(2021, 1, 1), "micro_loan")
    assert draft_alone.line_fen == float("inf")
    assert [rule.id for rule in draft_alone.lines] == ["A1"]


def test_a_shadow_is_counted_and_binds_nobody() -> None:
    legal = legal_on(date(2021, 1, 1), "micro_loan")
    here = bench(1, legal=legal)
    draft = make_policy({"amount_cap": 300_000_00}).offering([Cell(band, lowest, 3.0) for band, lowest in CELLS])
    large = replace(here.people, limit_fen=here.people.limit_fen + 100_000_00)
    wide = Bench(
        large,
        here.policy,
        here.assumptions,
        replace(legal, lines=(replace(legal.lines[0], cap_fen=250_000_00),)),
        "parcelling",
    )
    frame = cut_by_rule(wide, draft).set_index("cap")
    passes = wide.bits(draft) == 0
    asked = np.minimum(np.floor(large.limit_fen * 3 + 0.5), 300_000_00)[passes]
    assert frame.loc["A1", "cut_count"] == int((asked > 250_000_00).sum()) > 0
    assert not frame.loc["A1", "is_binding"]
    assert wide.offer(draft).line_fen[passes].max() == 300_000_00


@pytest.mark.parametrize("draft", [TODAY, TODAY.offering([Cell("650_699", 620, 1.0)], [Cell("NA", 0, 0.0)])])
def test_a_draft_without_cells_or_with_cells_that_change_nothing_is_today_to_the_fen(draft: Policy) -> None:
    here = bench(2, 2_000)
    assert draft.json() == TODAY.json()
    found = by_cell(here, draft)
    pd.testing.assert_frame_equal(found.tried.today, found.tried.proposed, check_exact=True)
    pd.testing.assert_frame_equal(found.today, found.proposed, check_exact=True)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CELLS), st.sampled_from((-3.0, 2.0, 8.0)), st.sampled_from((0.5, 1.35, 3.0)), st.integers(0, 3))
def test_one_cell_moved_changes_that_cell_alone(place: tuple[str, int], steps: float, factor: float, seed: int) -> None:
    here = bench(seed, 1_500)
    own = CELLS.index(place)
    for draft in (TODAY.offering(prices=[Cell(*place, steps)]), TODAY.offering([Cell(*place, factor)])):
        found = by_cell(here, draft)
        for was, new in ((found.tried.today, found.tried.proposed), (found.today, found.proposed)):
            column = "group" if "group" in was else None
            elsewhere = was[column] != own if column else was.index != own
            pd.testing.assert_frame_equal(was[elsewhere], new[elsewhere], check_exact=True)
        inside = found.tried.today["group"] == own
        if found.today["approved_count"][own] >= 10:  # among fewer all may stand at a cap
            names = ["limit_fen", "interest_fen", "bads_central_fen"]
            assert not found.tried.today.loc[inside, names].equals(found.tried.proposed.loc[inside, names])


def test_cells_add_up_to_the_whole() -> None:
    here = bench(3, 3_000)
    draft = make_policy({"score_floor": 580.0}).offering([Cell("650_699", 600, 1.5)], [Cell("600_649", 600, 4.0)])
    whole = here.tried(draft).proposed[list(LAB_MEASURES)].sum()
    found = by_cell(here, draft)
    assert found.tried.proposed[list(LAB_MEASURES)].sum().to_numpy() == pytest.approx(whole.to_numpy(), rel=1e-9)
    frame = metric("prices", found, here.loan_weight)
    passing = here.bits(draft) == 0
    assert frame["approved_count"].sum() == passing.sum()
    assert frame["approved_today_count"].sum() == (here.bits(TODAY) == 0).sum()


def test_cuts_are_those_that_pandas_counts_on_the_rows() -> None:
    here = bench(4, 5_000)
    people = here.people
    draft = make_policy({"amount_cap": 250_000_00}).offering(
        [Cell("650_699", 600, 2.0), Cell("NA", 0, 3.0)], [Cell("650_699", 600, 6.0), Cell("600_649", 0, 8.0)]
    )
    rows = pd.DataFrame({"cell": cell_of(people), "limit": people.limit_fen, "rate": people.rate.astype(float)})
    rows = rows[here.bits(draft) == 0]
    factor = rows["cell"].map({CELLS.index(("650_699", 600)): 2.0, CELLS.index(("NA", 0)): 3.0}).fillna(1.0)
    steps = rows["cell"].map({CELLS.index(("650_699", 600)): 6.0, CELLS.index(("600_649", 0)): 8.0}).fillna(0.0)
    rows["asked"], rows["price"] = rows["limit"] * factor, rows["rate"] + steps * 0.01825
    rows["effective"] = (1 + rows["price"] / 12) ** 12 - 1
    frame = cut_by_rule(here, draft).set_index("cap")["cut_count"]
    assert frame["policy"] == (rows["asked"] > 250_000_00).sum() > 0
    capped = rows["asked"].clip(upper=250_000_00)
    assert frame["A5"] == frame["A7"] == (capped > 200_000_00).sum() > frame["policy"]
    assert frame["A6"] == (capped > 300_000_00).sum() == 0
    assert frame["nominal"] == (rows["price"] > 0.240001).sum() > 0
    assert frame["effective"] == (rows["effective"] > 0.240001).sum() > frame["nominal"]
    ours = offered(here, draft)
    counted = {
        "cut_policy_count": rows["asked"] > 250_000_00,
        "cut_line_count": capped > 200_000_00,
        "cut_rate_count": rows["price"] > 0.240001,
        "over_effective_count": rows["effective"] > 0.240001,
    }
    for name, column in counted.items():
        by = column.groupby(rows["cell"]).sum().reindex(range(len(CELLS)), fill_value=0)
        assert ours[name].tolist() == by.tolist()
    assert here.cut(draft) == (frame["A7"], frame["nominal"])


def test_a_dearer_price_is_drawn_less_and_is_worse_and_a_cheaper_one_never_by_more_than_all() -> None:
    here = bench(5, 8_000)
    place = ("650_699", 600)
    today = metric("prices", by_cell(here, TODAY), 1.0).set_index(["zhima_band", "score_from"]).loc[place]
    for steps, dearer in ((3.0, True), (-3.0, False), (-8.0, False)):
        found = by_cell(here, TODAY.offering(prices=[Cell(*place, steps)]))
        row = metric("prices", found, 1.0).set_index(["zhima_band", "score_from"]).loc[place]
        assert (row["take_up_rate"] < today["take_up_rate"]) == dearer
        assert (row["expected_bad_rate"] > today["expected_bad_rate"]) == dearer
        assert row["take_up_rate"] <= 1.0
        assert row["take_up_today_rate"] == today["take_up_today_rate"]
        assert row["nominal_rate"] == pytest.approx(row["nominal_today_rate"] + steps * 0.01825, abs=0.02)
    # the elasticity itself, where nothing is cut and nobody draws whole: price up by three steps
    people = here.people
    inside = (cell_of(people) == CELLS.index(place)) & (here.bits(TODAY) == 0) & (people.outcome > NOT_DRAWN)
    often = ((people.rate[inside] + 3 * 0.01825) / people.rate[inside]) ** -here.assumptions["take_up_elasticity"]
    row = metric("prices", by_cell(here, TODAY.offering(prices=[Cell(*place, 3.0)])), 1.0)
    row = row.set_index(["zhima_band", "score_from"]).loc[place]
    assert row["take_up_rate"] / row["take_up_today_rate"] == pytest.approx(float(often.mean()), rel=1e-5)


def test_a_larger_line_is_used_less_and_is_riskier() -> None:
    here = bench(6, 8_000, LegalCaps())
    place = ("650_699", 600)
    found = by_cell(here, make_policy({"amount_cap": 300_000_00}).offering([Cell(*place, 2.0)]))
    row = metric("limits", found, 1.0, [1.0] * len(CELLS)).set_index(["zhima_band", "score_from"]).loc[place]
    assert row["mean_line_fen"] > row["mean_line_today_fen"]
    assert row["utilisation_rate"] < row["utilisation_today_rate"] == pytest.approx(here.assumptions["drawn_share"])
    assert (
        row["utilisation_rate"] >= here.assumptions["drawn_share"] * 2 ** -here.assumptions["utilisation_fall"] - 1e-9
    )
    assert row["expected_bad_rate"] > row["expected_today_rate"]
    assert row["drawn_today_fen"] < row["drawn_fen"] < 2 * row["drawn_today_fen"]


def test_raising_the_policy_s_cap_beyond_the_law_grows_nobody_s_line_in_an_unmoved_cell() -> None:
    here = bench(7, 3_000)
    wide = make_policy({"amount_cap": 300_000_00}).offering([Cell("650_699", 600, 1.5)])
    moved = here.offer(wide)
    others = cell_of(here.people) != CELLS.index(("650_699", 600))
    assert (moved.limit_fen == moved.line_fen)[others].all()
    assert (moved.bad == here.guess.bad)[others].all()


def test_another_law_leaves_what_is_inferred_and_makes_its_own_offers() -> None:
    here = bench_of(people_of(500, 8))
    other = here.under(LAW)
    assert other is not here
    assert other.guess is here.guess
    assert here.under(LegalCaps()) is here
    assert other.offer_today.line_fen.max() <= 200_000_00 < here.people.limit_fen.max()
