"""The dozen by cell. Zhima 650-699, score 600-619 are D08 and D09: lines of 18,000 and 8,000, both drawn, both good.

Every price is 0.04 % a day: 14.60 % a year.
"""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import offers, trying
from jiebei_dash.book.engine import Book, Fetch, ask
from jiebei_dash.book.notation import decides
from jiebei_dash.book.offers import Cell
from jiebei_dash.book.policy import Policy, make_policy
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.errors import BadArgument, BookLacks, PolicyInvalid
from jiebei_dash.lab.offering import line_asked, price_asked
from jiebei_dash.lab.population import population
from jiebei_dash.queries import lab

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
PLACE = ("650_699", 600)
PRICE = 0.0004 * 365


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def today(asked: tuple[Scope, Fetch]) -> Policy:
    return trying.policy_today(*asked)[1]


def by_cell(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(["zhima_band", "score_from"])


def test_a_cell_says_what_it_pays_and_gets_today(asked: tuple[Scope, Fetch]) -> None:
    prices = by_cell(offers.price_cells(*asked, maturity_months=6).frame)
    assert list(prices.index) == [
        ("600_649", 0), ("600_649", 600), ("650_699", 600), ("650_699", 620), ("700_749", 640), ("750_UP", 640),
    ]  # fmt: skip
    row = prices.loc[PLACE]
    assert (row["approved_count"], row["observed_count"], row["observed_bad_rate"]) == (2, 2, 0.0)
    assert row["nominal_rate"] == row["nominal_today_rate"] == pytest.approx(PRICE)
    assert row["effective_rate"] == pytest.approx((1 + PRICE / 12) ** 12 - 1)
    assert row["take_up_rate"] == row["take_up_today_rate"] == 1.0
    assert bool(row["is_small"])
    limits = by_cell(offers.limit_cells(*asked, maturity_months=6).frame).loc[PLACE]
    assert limits["mean_line_fen"] == limits["mean_line_today_fen"] == 13_000_00
    assert limits["drawn_fen"] == pytest.approx(0.6 * 26_000_00)
    assert limits["utilisation_rate"] == pytest.approx(0.6)


def test_a_price_three_steps_up_is_drawn_less_in_that_cell_alone(asked: tuple[Scope, Fetch]) -> None:
    draft = today(asked).offering(prices=[Cell(*PLACE, 3.0)]).json()
    was = by_cell(offers.price_cells(*asked, maturity_months=6).frame)
    new = by_cell(offers.price_cells(*asked, maturity_months=6, draft=draft).frame)
    dearer = PRICE + 3 * 0.00005 * 365
    assert new.loc[PLACE, "price_steps"] == 3.0
    assert new.loc[PLACE, "nominal_rate"] == pytest.approx(dearer)
    assert new.loc[PLACE, "take_up_rate"] == pytest.approx((dearer / PRICE) ** -0.6, rel=1e-6)
    assert new.loc[PLACE, "take_up_today_rate"] == 1.0
    pd.testing.assert_frame_equal(was.drop(index=[PLACE]), new.drop(index=[PLACE]), check_exact=True)


def test_a_price_above_the_cap_is_cut_and_counted_in_both_readings(asked: tuple[Scope, Fetch]) -> None:
    # 14.60 + 6 x 1.825 = 25.55 % is above 24 nominal; 5 steps, 23.73 %, are above 24 effective alone
    for steps, cut, over, price in ((6.0, 2, 2, 0.24), (5.0, 0, 2, PRICE + 5 * 0.01825)):
        draft = today(asked).offering(prices=[Cell(*PLACE, steps)]).json()
        row = by_cell(offers.price_cells(*asked, maturity_months=6, draft=draft).frame).loc[PLACE]
        assert (row["cut_rate_count"], row["over_effective_count"]) == (cut, over)
        assert row["nominal_rate"] == pytest.approx(price, rel=1e-6)
        caps = offers.legal_caps(*asked, maturity_months=6, draft=draft).frame.set_index("cap")
        assert caps.loc[["nominal", "effective"], "cut_count"].tolist() == [cut, over]
        assert caps.drop(index="four_lpr")["cut_today_count"].sum() == 0


def test_a_larger_line_and_the_policy_s_cap(asked: tuple[Scope, Fetch]) -> None:
    draft = today(asked).offering([Cell(*PLACE, 1.5)]).json()
    row = by_cell(offers.limit_cells(*asked, maturity_months=6, draft=draft).frame).loc[PLACE]
    assert (row["limit_factor"], row["mean_line_fen"], row["cut_policy_count"]) == (1.5, 19_500_00, 0)
    assert row["utilisation_rate"] == pytest.approx(0.6 * 1.5**-0.2)
    assert row["drawn_fen"] == pytest.approx(0.6 * 1.5**-0.2 * 39_000_00)
    capped = offers.limit_cells(*asked, maturity_months=6, draft=draft, amount_cap=10_000_00.0).frame
    # D08 would have 27,000 and D09 12,000
    assert by_cell(capped).loc[PLACE, ["mean_line_fen", "cut_policy_count"]].tolist() == [10_000_00, 2]
    assert capped["cut_policy_count"].sum() == 2


def test_each_licence_has_its_caps_and_the_draft_of_2020_binds_nobody(asked: tuple[Scope, Fetch]) -> None:
    caps = {
        licence: offers.legal_caps(*asked, maturity_months=6, licence=licence).frame.set_index("cap")["is_binding"]
        for licence in ("consumer_finance", "bank", "micro_loan")
    }
    # November 2024: the raise of 2025-03, the rule for micro-loans of 2025-01 and the guidance of 2025-10 are to come
    prices = {"nominal": True, "effective": False, "four_lpr": False}
    assert caps["consumer_finance"].to_dict() == {"policy": True, "A5": True, "A7": True, **prices}
    assert caps["bank"].to_dict() == {"policy": True, "A5": True, **prices}
    assert caps["micro_loan"].to_dict() == {"policy": True, "A1": False, **prices}
    frame = offers.legal_caps(*asked, maturity_months=6).frame.set_index("cap")
    # every price of the dozen is 14.60 %: above four times the LPR of 2024-10-21, which only casts its shadow
    assert frame.loc["four_lpr", ["status", "cap_rate", "cut_count"]].tolist() == ["shadow", 0.124, 8]


def test_the_licence_is_that_of_most_product_classes(asked: tuple[Scope, Fetch]) -> None:
    scope, fetch = asked
    assert offers.licence_of(scope, fetch)[:2] == ("consumer_finance", False)
    told = pd.DataFrame(
        [
            ("JB_M1", "Some Bank"),
            ("JB_STD", "\u91cd\u5e86\u5c0f\u989d\u8d37\u6b3e\u516c\u53f8"),
            ("JB_FLEX", "Micro-loan company"),
        ],
        columns=["product_class", "licence_entity"],
    ).assign(products=1)
    assert offers.licence_of(scope, lambda question: told)[:2] == ("micro_loan", True)
    assert offers.licence_of(replace(scope, product_class=("JB_M1",)), lambda question: told)[:2] == ("bank", True)


def test_a_dozen_tells_nothing_about_prices(asked: tuple[Scope, Fetch]) -> None:
    frame = offers.elasticity(*asked, taken_months=12).frame
    assert frame["estimate"].isna().all()
    # of thirteen lines granted to August 2024, eleven were drawn within thirty days; three of nine loans are bad
    assert frame.loc[0, ["counted", "events_count", "assumed", "mark"]].tolist() == [13, 11, 0.6, "X"]
    assert frame.iloc[-1][["effect", "counted", "events_count", "assumed"]].tolist() == [
        "adverse_selection",
        9,
        3,
        0.06,
    ]
    takers = offers.takers(*asked, taken_months=12).frame
    assert takers[["price_apart_rate", "loans", "bads", "is_small"]].to_numpy().tolist() == [[0.0, 9, 3, True]]


def draft_json(limits: str = "", prices: str = "") -> str:
    """A draft as somebody might write it by hand."""
    return (
        f'{{"exceptions":[],"limits":[{limits}],"order":["zhima_floor"],"prices":[{prices}],'
        '"thresholds":{"zhima_floor":600}}'
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"licence": "pawnbroker"},
        {"draft": draft_json(limits='["650_699",600,9.0]')},
        {"draft": draft_json(prices='["650_699",601,1]')},
        {"draft": draft_json(prices='["MOON",600,1]')},
        {"method": "wish"},
    ],
)
def test_a_licence_cell_or_factor_that_is_none_is_refused(
    asked: tuple[Scope, Fetch], arguments: dict[str, str]
) -> None:
    with pytest.raises(BadArgument):
        offers.limit_cells(*asked, maturity_months=6, **arguments)  # type: ignore[arg-type]


def test_a_draft_that_is_no_policy_a_window_and_a_book_without_applicants_are_refused(
    asked: tuple[Scope, Fetch],
) -> None:
    with pytest.raises(PolicyInvalid):
        offers.price_cells(*asked, maturity_months=6, draft="half")
    with pytest.raises(BadArgument):
        offers.elasticity(*asked, taken_months=7)
    with pytest.raises(BookLacks):
        offers.price_cells(replace(asked[0], lacks=frozenset({"declined_applicants"})), asked[1])
    with pytest.raises(BookLacks):
        offers.takers(replace(asked[0], lacks=frozenset({"applicants"})), asked[1])


@pytest.mark.slow
def test_sql_offers_every_application_what_the_lab_offers_before_the_law(small_book: Book) -> None:
    scope = small_book.scope(Reader("Test", "analyst"))
    policy = make_policy({"amount_cap": 150_000_00}).offering(
        [Cell("650_699", 620, 1.35), Cell("600_649", 600, 0.75), Cell("700_749", 640, 3.0)],
        [Cell("650_699", 620, 2.0), Cell("600_649", 600, -8.0), Cell("750_UP", 660, 8.0)],
    )
    window = trying.queries.window_of(scope, 6, 120)
    question = lab.decisions(scope, window)
    people = population(question.key, ask(small_book, question))
    inner = decides(policy).order_by(None).subquery("decided")
    held = sa.text("submitted_month between :first and :last and decided_month <= :as_of").bindparams(
        first=window.first_month, last=window.last_month, as_of=scope.as_of_month
    )
    numbers = sa.select(sa.column("decision_id")).select_from(sa.table("decision")).where(held)
    # The lab holds no number of a case: its rows and those of SQL come in the order of the same hash.
    spread = sa.func.substr(sa.func.md5(inner.c.decision_id), 1, 4)
    ordered = (
        sa.select(inner.c.limit_fen, inner.c.rate_day)
        .where(inner.c.decision_id.in_(numbers))
        .order_by(spread, inner.c.decision_id)
    )
    with small_book.engine.connect() as connection:
        rows = pd.DataFrame(connection.execute(ordered).all(), columns=["limit_fen", "rate_day"])
    approved = rows["limit_fen"].notna().to_numpy()
    assert len(rows) == len(people) > 1_000
    assert (approved == (people.outcome != 0)).all()
    line = line_asked(people, policy).clip(max=150_000_00)
    assert line[approved].tolist() == rows["limit_fen"][approved].tolist()
    assert (line != people.limit_fen)[approved].any()
    yearly = price_asked(people, policy)[approved]
    assert yearly == pytest.approx(rows["rate_day"][approved].to_numpy() * 365, abs=1e-7)
    assert (yearly == 0).any() or yearly.min() >= 0
