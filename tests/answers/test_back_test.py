"""The dozen by month of opening, first drawdowns alone: L11 is the second of its line.

========  ======================  ============================  ===========================
opened    made                    bad by month 6 (first 30+)    declined in the month
========  ======================  ============================  ===========================
January   L01 L02 L03             L02 (age 2)                   D13: 591, Zhima 560
February  L04 L05 L06             L04 (age 3), L06 (age 4)      D14: 570
March     L07 L08 L09             none
July      L10 L12                 L12 (age 2), month 6 is open  D18: eight other lenders
========  ======================  ============================  ===========================

Scores: D02 584, D06 598; all others pass a floor of 600. Today's floor is 590.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiebei_dash.answers import back_test
from jiebei_dash.book.engine import Book, Fetch, Question, ask, open_book
from jiebei_dash.book.policy import RULES
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope
from jiebei_dash.metrics.intervals import difference, wilson
from tests.random_books import write_random

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
Asked = tuple[Scope, Fetch]
PD_570 = 1 / (1 + 30 * 2 ** (-30 / 20))


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> Asked:
    return scope_of("analyst"), fetch_as("analyst")


def by_month(asked: Asked, **thresholds: float) -> pd.DataFrame:
    frame = back_test.vintages(*asked, span="month", **thresholds).frame
    return frame.set_index(frame["vintage"].dt.strftime("%Y-%m"))


def curve(asked: Asked, name: str, vintage: str, **thresholds: float) -> pd.DataFrame:
    frame = back_test.curves(*asked, span="month", **thresholds).frame
    return frame[(frame["curve"] == name) & (frame["vintage"] == pd.Timestamp(vintage))].set_index("mob")


def test_vintages_that_have_closed_month_six_stand_beside_each_other(asked: Asked) -> None:
    frame = by_month(asked, score_floor=600.0)
    assert frame.index.to_list() == ["2024-01", "2024-02", "2024-03"]
    assert frame["made_count"].to_list() == [3, 3, 3]
    assert frame["made_rate"].to_list() == pytest.approx([1 / 3, 2 / 3, 0])
    # L02 was let in below the floor: neither policy has it
    assert frame["today_count"].to_list() == [2, 3, 3]
    assert frame["today_observed_rate"].to_list() == pytest.approx([0, 2 / 3, 0])
    assert frame["proposed_count"].to_list() == [2, 2, 3]
    assert frame["proposed_observed_rate"].to_list() == pytest.approx([0, 1 / 2, 0])
    assert frame["proposed_inferred_count"].to_list() == [0, 0, 0]
    assert frame["swapped_count"].to_list() == [0, 1, 0]


def test_the_worst_vintage_is_marked_and_one_alone(asked: Asked) -> None:
    frame = by_month(asked, score_floor=600.0)
    assert frame.index[frame["is_worst"]].to_list() == ["2024-02"]


def test_a_difference_of_one_loan_tells_nothing_apart(asked: Asked) -> None:
    february = by_month(asked, score_floor=600.0).loc["2024-02"]
    # L06, bad, is one of today's three and not the draft's: a third of what divides it from the draft's one of two
    low, high = difference(1, 2, 1, 1)
    assert february["observed_difference_rate"] == pytest.approx(1 / 2 - 2 / 3)
    assert february["observed_difference_low_rate"] == pytest.approx(low / 3)
    assert february["observed_difference_high_rate"] == pytest.approx(high / 3)
    assert (february["observed_verdict"], february["is_few"]) == ("ALIKE", True)


def test_the_curve_is_cumulative_and_stops_where_nothing_has_closed(asked: Asked) -> None:
    february = curve(asked, "made", "2024-02-01")
    assert february["observed_bad_rate"].to_list() == pytest.approx([0, 0, 0, 1 / 3, *[2 / 3] * 5])
    assert february["denominator"].unique().tolist() == [3]
    assert curve(asked, "made", "2024-07-01")["observed_bad_rate"].to_list() == pytest.approx([0, 0, 1 / 2, 1 / 2])
    low, high = wilson(2, 3)
    assert february.loc[6, ["observed_low_rate", "observed_high_rate"]].to_list() == pytest.approx([low, high])


def test_by_principal_a_loan_counts_as_much_as_it_lent(asked: Asked) -> None:
    frame = back_test.vintages(*asked, span="month", basis="balance", score_floor=600.0).frame
    # February lent 6,000, 3,000 and 6,000; L04 and L06 went bad
    assert frame.loc[1, "today_observed_rate"] == pytest.approx(12 / 15)
    assert frame.loc[1, "proposed_observed_rate"] == pytest.approx(6 / 9)
    # 15,000 squared over 81 million: as much as 2.78 even loans
    low, high = wilson(12 / 15 * 225 / 81, 225 / 81)
    assert frame.loc[1, ["today_observed_low_rate", "today_observed_high_rate"]].to_list() == pytest.approx([low, high])


def test_a_looser_draft_is_inferred_from_the_stored_pd(asked: Asked) -> None:
    frame = by_month(asked, score_floor=560.0)
    january, february = frame.loc["2024-01"], frame.loc["2024-02"]
    # D02 comes in and was seen; D13 fails other rules; D14 comes in, every line of February was drawn
    assert (january["proposed_count"], january["proposed_observed_rate"]) == (3, pytest.approx(1 / 3))
    assert (february["proposed_count"], february["proposed_inferred_count"]) == (3, 1.0)
    assert february["proposed_inferred_rate"] == pytest.approx(1.5 * PD_570)
    assert february["proposed_expected_rate"] == pytest.approx((2 + 1.5 * PD_570) / 4)
    assert february["proposed_expected_low_rate"] == pytest.approx((2 + PD_570) / 4)
    assert february["proposed_expected_high_rate"] == pytest.approx((2 + 2.5 * PD_570) / 4)
    assert february["expected_difference_rate"] == pytest.approx((2 + 1.5 * PD_570) / 4 - 2 / 3)


def test_the_principal_of_a_declined_applicant_is_what_the_others_drew_of_what_they_asked(asked: Asked) -> None:
    frame = back_test.vintages(*asked, span="month", basis="balance", score_floor=560.0).frame
    # 15,000 drawn of 30,000 asked for: half of 10,000
    assert frame.loc[1, "proposed_expected_rate"] == pytest.approx((12 + 1.5 * PD_570 * 5) / 20)


def test_what_is_inferred_follows_the_vintage_s_own_development(asked: Asked) -> None:
    draft = curve(asked, "proposed", "2024-02-01", score_floor=560.0)
    # one of the two bads of month 6 was bad at month 3, none at month 2
    assert draft.loc[[2, 3, 6, 8], "inferred_bad_rate"].to_list() == pytest.approx(
        [0, 0.75 * PD_570, 1.5 * PD_570, 1.5 * PD_570]
    )
    assert draft.loc[3, "expected_bad_rate"] == pytest.approx((1 + 0.75 * PD_570) / 4)


def test_before_month_six_nothing_is_inferred(asked: Asked) -> None:
    draft = curve(asked, "proposed", "2024-07-01", other_lenders_cap=20.0)
    # D18 would come in; half the lines approved in July were drawn
    assert draft["inferred_count"].unique().tolist() == [0.5]
    assert draft["inferred_bad_rate"].isna().all()
    assert draft["expected_bad_rate"].isna().all()
    assert draft["observed_bad_rate"].to_list() == pytest.approx([0, 0, 1 / 2, 1 / 2])


def test_a_quarter_is_as_old_as_its_youngest_month_and_a_year_that_runs_is_not_taken(asked: Asked) -> None:
    quarters = back_test.curves(*asked, span="quarter", score_floor=600.0).frame
    first = quarters[(quarters["vintage"] == pd.Timestamp(2024, 1, 1)) & (quarters["curve"] == "proposed")]
    assert first["mob"].max() == 7
    assert first.set_index("mob").loc[6, ["numerator", "denominator"]].to_list() == [1, 7]
    assert back_test.curves(*asked, span="year").frame.empty
    assert back_test.vintages(*asked, span="year").frame.empty


def test_a_span_of_cohorts_is_that_of_the_opening(asked: Asked) -> None:
    # A05 was submitted in January and its loan opened in February
    scope = replace(asked[0], opened_from=date(2024, 2, 1), opened_to=date(2024, 2, 1))
    frame = by_month((scope, asked[1]))
    assert frame["made_count"].to_dict() == {"2024-02": 3}


def test_as_of_an_earlier_month_later_ages_are_not_seen(asked: Asked) -> None:
    earlier = (replace(asked[0], as_of_month=date(2024, 4, 1)), asked[1])
    assert curve(earlier, "made", "2024-02-01")["observed_bad_rate"].to_list() == [0, 0, 0]
    assert by_month(earlier).empty


def test_a_draft_equal_to_today_changes_nothing(asked: Asked) -> None:
    frame = back_test.curves(*asked, span="month").frame
    today, draft = (frame[frame["curve"] == name].drop(columns="curve") for name in ("today", "proposed"))
    pd.testing.assert_frame_equal(today.reset_index(drop=True), draft.reset_index(drop=True))
    vintages = by_month(asked)
    assert (vintages[["observed_difference_rate", "expected_difference_rate"]] == 0).all(axis=None)
    assert set(vintages["observed_verdict"]) | set(vintages["expected_verdict"]) == {"ALIKE"}
    same = back_test.curves(*asked, span="month", score_floor=590.0).frame
    pd.testing.assert_frame_equal(frame, same)


def test_a_draft_that_approves_nobody_has_no_rate_and_no_verdict(asked: Asked) -> None:
    frame = by_month(asked, score_floor=700.0)
    assert frame["proposed_count"].to_list() == [0, 0, 0]
    assert frame["proposed_expected_rate"].isna().all()
    assert set(frame["observed_verdict"]) == {"UNKNOWN"}
    assert not frame["is_worst"].any()


@pytest.mark.parametrize("given", [{"span": "week"}, {"basis": "weight"}, {"score_flor": 600.0}, {"score_floor": 9.0}])
def test_what_is_unknown_or_out_of_range_is_refused(asked: Asked, given: dict[str, object]) -> None:
    with pytest.raises(BadArgument):
        back_test.vintages(*asked, **given)  # type: ignore[arg-type]


def test_a_book_without_declined_applicants_says_so(asked: Asked) -> None:
    with pytest.raises(BookLacks):
        back_test.vintages(replace(asked[0], lacks=frozenset({"declined_applicants"})), asked[1])
    with pytest.raises(BookLacks):
        back_test.vintages(replace(asked[0], lacks=frozenset({"amounts"})), asked[1], basis="balance")


def test_a_scope_without_a_loan_is_said_to_be_empty(asked: Asked) -> None:
    with pytest.raises(EmptyScope):
        back_test.curves(replace(asked[0], province_code=("XZ",)), asked[1])


@pytest.fixture(scope="module")
def rare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scope, Fetch]]:
    """A book full of rare cases."""
    book: Book = open_book(write_random(tmp_path_factory.mktemp("rare") / "book.duckdb", 5, applications=240))

    def fetch(question: Question) -> pd.DataFrame:
        return ask(book, question)

    yield book.scope(Reader("Test", "analyst")), fetch
    book.engine.dispose()


DRAFTS = st.fixed_dictionaries(
    {},
    optional={
        rule.key: st.integers(0, round((rule.high - rule.low) / rule.step)).map(
            lambda place, rule=rule: float(f"{rule.low + place * rule.step:.6f}")
        )
        for rule in RULES
        if rule.effect == "decline"
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draft=DRAFTS)
def test_of_any_draft_loans_add_up_and_none_is_new_when_it_tightens(
    rare: tuple[Scope, Fetch], draft: dict[str, float]
) -> None:
    past = back_test.replay(*rare, "month", "count", draft)
    made, kept, out, into, neither = (
        past.found.loan_count.sum(axis=1),
        *(past.found.loan_count[:, place] for place in range(4)),
    )
    assert (kept + out + into + neither == made).all()
    frame = past.curves().frame
    wide = frame.pivot_table(index=["vintage", "mob"], columns="curve", values="loan_count")
    assert (wide["proposed"] <= wide["made"]).all()
    bads = frame.groupby(["curve", "vintage"])["numerator"]
    assert bads.apply(lambda values: values.is_monotonic_increasing).all()
    for rule in RULES:
        if rule.effect == "decline":
            further = rule.step if rule.keeps == "at_least" else -rule.step
            moved = past.proposed[rule.key] + further * 3
            if rule.low <= moved <= rule.high:
                tighter = back_test.replay(*rare, "month", "count", {**draft, rule.key: moved}).found
                assert (_draft(tighter.loan_count) <= _draft(past.found.loan_count)).all()
                assert (_draft(tighter.other_count) <= _draft(past.found.other_count) + 1e-9).all()


def _draft(cells: object) -> object:
    return cells[:, [0, 2]].sum(axis=1)  # type: ignore[index]
