"""Fairness of a draft on the dozen several times over, counted by hand.

Decided to April: of odd-numbered applications, all of women, A01, A03, A05, A07, A09 approved and A13 declined; of even
ones, of men, A02 (584 points, by lot), A04 (600), A06 (598), A08 (618) approved and A14 (570) declined. By today's
floor of 590 points A02 fails. Bad are the loans of A02, A04, A06.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd
import pytest

from jiebei_dash.answers import groups, what_if
from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.book.engine import Answer, Book, Fetch, open_book
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope, GroupsTooSmall, NotAllowed
from jiebei_dash.lab.deciding import fails
from jiebei_dash.lab.population import DECLINED, population
from jiebei_dash.queries import lab
from jiebei_dash.queries.what_if import window_of
from jiebei_dash.subjects import SUBJECTS
from tests.copied_book import write_copied

FetchAs = Callable[..., Fetch]
ScopeOf = Callable[..., Scope]
Asked = tuple[Scope, Fetch]


@pytest.fixture(scope="module")
def six(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Six of everybody."""
    book = open_book(write_copied(dozen_url, tmp_path_factory.mktemp("six") / "book.duckdb", 6))
    yield book
    book.engine.dispose()


@pytest.fixture(scope="module")
def twelve(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Twelve of everybody."""
    book = open_book(write_copied(dozen_url, tmp_path_factory.mktemp("twelve") / "book.duckdb", 12))
    yield book
    book.engine.dispose()


@pytest.fixture
def of_six(six: Book, fetch_as: FetchAs, scope_of: ScopeOf) -> Asked:
    return scope_of("analyst", six), fetch_as("analyst", six)


@pytest.fixture
def of_twelve(twelve: Book, fetch_as: FetchAs, scope_of: ScopeOf) -> Asked:
    return scope_of("analyst", twelve), fetch_as("analyst", twelve)


def rows(answer: Answer, *keys: str) -> pd.DataFrame:
    return answer.frame.set_index(list(keys))


def test_approval_by_gender_is_counted(of_six: Asked) -> None:
    found = rows(groups.approval(*of_six, "gender", 6, score_floor=600.0), "policy", "group")
    counted = {key: (row["decided_count"], row["approved_count"]) for key, row in found.iterrows()}
    assert counted == {
        ("then", "F"): (36, 30), ("then", "M"): (30, 24),
        ("today", "F"): (36, 30), ("today", "M"): (30, 18),
        ("proposed", "F"): (36, 30), ("proposed", "M"): (30, 12),
    }  # fmt: skip
    men = found.loc[("today", "M")]
    assert men["approval_rate"] == pytest.approx(0.6)
    assert men["ratio_to_largest_rate"] == pytest.approx(0.6 / (30 / 36))
    assert men["ratio_to_highest_rate"] == pytest.approx(0.72)
    assert men["lowest_over_highest_rate"] == pytest.approx(0.72)
    assert men["difference_rate"] == pytest.approx(0.6 - 30 / 36)
    assert found.loc[("today", "F")][["ratio_to_highest_rate", "difference_rate"]].tolist() == [1.0, 0.0]
    # 0.72 is below four fifths, its interval reaches beyond it; under the proposal 0.48, and all of the interval below
    assert found["signal"].tolist() == ["NONE", "NONE", "NONE", "UNSURE", "NONE", "CLEAR"]
    assert found.loc[("proposed", "M"), "change_rate"] == pytest.approx(-6 / 30)
    assert found.loc[("proposed", "F"), ["change_rate", "change_low_rate"]].tolist() == [
        0.0,
        pytest.approx(-0.0825, abs=1e-4),
    ]


def test_a_draft_that_is_todays_policy_changes_nothing(of_six: Asked) -> None:
    found = rows(groups.approval(*of_six, "gender", 6), "policy", "group")
    kept = [name for name in found if not name.startswith("change")]
    pd.testing.assert_frame_equal(found.loc["today", kept], found.loc["proposed", kept])
    assert found.loc["proposed", "change_rate"].tolist() == [0.0, 0.0]
    assert found["change_low_rate"].isna().all()


def test_groups_too_small_stand_together_and_alone_not_at_all(of_six: Asked, of_twelve: Asked) -> None:
    # A13 and A14 are six persons each, of two groups: twelve together
    found = rows(groups.approval(*of_six, "group_code", 6), "policy", "group")
    assert found.loc["then", "decided_count"].to_dict() == {"Z": 54, "SMALL": 12}
    assert found.loc["then", "approved_count"].to_dict() == {"Z": 54, "SMALL": 0}
    assert found.loc[("then", "SMALL"), ["ratio_to_largest_rate", "ratio_to_highest_rate"]].isna().all()
    assert found.loc[("then", "SMALL"), "signal"] == "FEW"
    # Without A14's channel only the six of A13 are left, and nobody sees them
    scope = replace(of_six[0], channel=("HOME", "CHECKOUT", "PARTNER"))
    found = rows(groups.approval(scope, of_six[1], "group_code", 6), "policy", "group")
    assert found.loc["then", "decided_count"].to_dict() == {"Z": 48}
    found = rows(groups.approval(*of_twelve, "group_code", 6), "policy", "group")
    assert found.loc["then", "decided_count"].to_dict() == {"X": 12, "Y": 12, "Z": 108}


def test_no_frame_that_was_fetched_holds_a_small_group(of_six: Asked) -> None:
    seen: list[pd.DataFrame] = []

    def watched(question: object) -> pd.DataFrame:
        seen.append(of_six[1](question))  # type: ignore[arg-type]
        return seen[-1]

    groups.approval(of_six[0], watched, "group_code", 6)
    groups.bad(of_six[0], watched, "group_code", 6, zhima_floor=550.0, other_lenders_cap=10.0)
    groups.within_score(of_six[0], watched, "gender", 6)
    by_group = [frame for frame in seen if "group" in frame]
    assert len(by_group) == 3
    counts = pd.concat([frame.filter(regex="(decided|observed|unseen)_count").stack() for frame in by_group])
    assert len(counts) == 8
    assert counts[(counts > 0) & (counts < 10)].empty


def test_groups_of_few_are_marked_and_give_no_signal(of_six: Asked) -> None:
    found = rows(groups.approval(*of_six, "age_band", 6), "policy", "group")
    assert found.loc["today", "decided_count"].to_dict() == {"18_24": 12, "25_34": 18, "35_44": 24, "45_UP": 12}
    assert found["is_few"].all()
    assert set(found["signal"]) == {"FEW"}
    assert found["lowest_over_highest_rate"].isna().all()


def test_a_flag_and_a_province_are_groups_too(of_six: Asked) -> None:
    first = rows(groups.approval(*of_six, "is_first_credit", 6), "policy", "group")
    assert first.loc["today", "decided_count"].to_dict() == {"NO": 42, "YES": 24}
    assert first.loc["today", "approved_count"].to_dict() == {"NO": 30, "YES": 18}
    province = rows(groups.approval(*of_six, "province_code", 6), "policy", "group")
    # GD A01 A03 A05 A08; JS A04 A06 A09; ZJ A02 A07; HA A13 and SD A14 are six persons each
    assert province.loc["then", "decided_count"].to_dict() == {"GD": 24, "JS": 18, "ZJ": 12, "SMALL": 12}


def test_the_bad_rate_by_gender_is_observed(of_six: Asked) -> None:
    found = rows(groups.bad(*of_six, "gender", 6, score_floor=600.0), "policy", "group")
    counted = {key: (row["observed_count"], row["observed_bad_count"]) for key, row in found.iterrows()}
    assert counted == {
        ("today", "F"): (30, 0), ("today", "M"): (18, 12),
        ("proposed", "F"): (30, 0), ("proposed", "M"): (12, 6),
    }  # fmt: skip
    assert found.loc[("today", "M"), "observed_bad_rate"] == pytest.approx(2 / 3)
    assert found.loc[("today", "M"), "difference_rate"] == pytest.approx(2 / 3)
    assert found["is_few"].tolist() == [False, True, False, True]
    assert found["inferred_count"].tolist() == [0.0] * 4
    assert found["inferred_bad_rate"].isna().all()


LOOSER = {"zhima_floor": 550.0, "other_lenders_cap": 10.0, "score_floor": 560.0}
"""Lets in A02, A13 and A14: the last two were declined then."""


def test_an_inferred_bad_rate_stands_apart(of_twelve: Asked) -> None:
    found = rows(groups.bad(*of_twelve, "gender", 6, **LOOSER), "policy", "group")
    assumed = read_assumptions()
    for group, points in (("F", 591.0), ("M", 570.0)):
        row, pd_rate = found.loc[("proposed", group)], 1 / (1 + 30 * 2 ** ((points - 600) / 20))
        # Every line that was approved was drawn
        assert row["inferred_count"] == pytest.approx(12 * assumed["take_up_ratio"])
        for name, factor in zip(("low", "bad", "high"), assumed.reject_factors, strict=True):
            assert row[f"inferred_{name}_rate"] == pytest.approx(min(1.0, pd_rate * factor))
    assert found.loc["proposed", "observed_count"].to_dict() == {"F": 60, "M": 48}
    assert found.loc["proposed", "observed_bad_count"].to_dict() == {"F": 0, "M": 36}


def test_groups_add_up_to_what_the_draft_does(of_twelve: Asked) -> None:
    both = what_if.consequences(*of_twelve, 6, **LOOSER).frame.set_index("policy")
    approved = groups.approval(*of_twelve, "gender", 6, **LOOSER).frame.groupby("policy")["approved_count"].sum()
    assert approved[["today", "proposed"]].tolist() == both["approved_count"].tolist()
    found = groups.bad(*of_twelve, "gender", 6, **LOOSER).frame
    found["inferred_bads"] = found["inferred_count"] * found["inferred_bad_rate"]
    added = found.groupby("policy")[["observed_count", "inferred_count", "inferred_bads"]].sum()
    assert added.loc["proposed", "observed_count"] == both.loc["proposed", "observed_count"]
    assert added.loc["proposed", "inferred_count"] == pytest.approx(both.loc["proposed", "inferred_count"])
    inferred = added.loc["proposed", "inferred_bads"] / added.loc["proposed", "inferred_count"]
    # Groups are added up by the database, where an inferred loan has its stored chance times the central factor.
    question = lab.decisions(of_twelve[0], window_of(of_twelve[0], 6))
    people = population(question.key, of_twelve[1](question))
    let_in = (fails(people, what_if.policy_today(*of_twelve)[1].changed(LOOSER)) == 0) & (people.outcome == DECLINED)
    central = read_assumptions().reject_factors[1]
    assert inferred == pytest.approx(float((people.pd_rate[let_in] * central).clip(max=1.0).mean()))


def test_what_is_known_of_few_is_not_told(of_six: Asked) -> None:
    found = rows(groups.bad(*of_six, "gender", 6, **LOOSER), "policy", "group")
    # Six of each gender were declined then
    assert found.loc["proposed", ["inferred_count", "inferred_low_rate", "inferred_bad_rate"]].isna().all(axis=None)
    assert found.loc["proposed", "observed_count"].to_dict() == {"F": 30, "M": 24}


def test_approval_among_applicants_of_like_score(of_twelve: Asked) -> None:
    found = rows(groups.within_score(*of_twelve, "gender", 6), "policy", "score_band", "group").loc["today"]
    counted = {key: (row["decided_count"], row["approved_count"]) for key, row in found.iterrows() if key[0] != "ALL"}
    assert counted == {
        ("560_579", "M"): (12, 0), ("580_599", "F"): (12, 0), ("580_599", "M"): (24, 12),
        ("600_619", "F"): (12, 12), ("600_619", "M"): (24, 24), ("620_639", "F"): (12, 12), ("640_UP", "F"): (36, 36),
    }  # fmt: skip
    assert found.loc[("580_599", "M"), "difference_rate"] == pytest.approx(0.5)
    assert pd.isna(found.loc[("560_579", "M"), "difference_rate"])
    # Two bands have both; each weighs 24 x 12 / 36
    men = found.loc[("ALL", "M")]
    assert (men["decided_count"], men["approved_count"]) == (48, 36)
    assert men["difference_rate"] == pytest.approx(0.25)
    assert men["difference_high_rate"] - men["difference_rate"] == pytest.approx(
        1.96 * (0.25 / 24) ** 0.5 / 2, rel=1e-4
    )
    assert found.loc[("ALL", "F"), "difference_rate"] == 0.0


def test_a_manager_is_refused_whatever_the_group(six: Book, fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    scope, fetch = scope_of("manager", six), fetch_as("manager", six)
    for subject in (groups.approval, groups.bad, groups.within_score):
        for group in ("gender", "province_code"):
            with pytest.raises(NotAllowed):
                subject(scope, fetch, group, 6)


def test_an_auditor_gets_the_same(six: Book, of_six: Asked, fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    asked = scope_of("auditor", six), fetch_as("auditor", six)
    pd.testing.assert_frame_equal(
        groups.approval(*asked, "gender", 6).frame, groups.approval(*of_six, "gender", 6).frame
    )


def test_what_a_book_lacks_is_said(of_six: Asked) -> None:
    scope, fetch = of_six
    with pytest.raises(BookLacks):
        groups.approval(replace(scope, lacks=frozenset({"declined_applicants"})), fetch, "gender", 6)
    with pytest.raises(BookLacks):
        groups.bad(replace(scope, lacks=frozenset({"decision_features"})), fetch, "gender", 6)
    lacks = replace(scope, lacks=frozenset({"amounts", "decision_features"}))
    assert len(groups.approval(lacks, fetch, "gender", 6).frame) == 6


def test_nobody_in_the_scope_or_too_few_is_said(
    of_six: Asked, dozen: Book, fetch_as: FetchAs, scope_of: ScopeOf
) -> None:
    for subject in (groups.approval, groups.bad, groups.within_score):
        with pytest.raises(EmptyScope):
            subject(replace(of_six[0], channel=("NA",)), of_six[1], "gender", 6)
        with pytest.raises(GroupsTooSmall):
            subject(scope_of("analyst"), fetch_as("analyst"), "gender", 6)


@pytest.mark.parametrize("given", [{"score_floor": 9.0}, {"score_flor": 600.0}, {"maturity_months": -1}])
def test_what_is_out_of_range_is_refused(of_six: Asked, given: dict[str, float]) -> None:
    with pytest.raises(BadArgument):
        groups.approval(*of_six, **given)  # type: ignore[arg-type]


def test_outcomes_need_six_months_and_approvals_none(of_six: Asked) -> None:
    with pytest.raises(BadArgument):
        groups.bad(*of_six, "gender", 5)
    assert groups.approval(*of_six, "gender", 0).frame["decided_count"].max() > 36


def test_every_question_asked_is_named(of_six: Asked) -> None:
    assert {"groups.approval", "groups.bad", "groups.within_score"} <= set(SUBJECTS)
    names = [[question.name for question in subject(*of_six, "gender", 6).questions]
             for subject in (groups.approval, groups.bad, groups.within_score)]  # fmt: skip
    assert names == [
        ["live.policy", "groups.approvals_of_all", "groups.approvals"],
        ["live.policy", "groups.take_up", "groups.outcomes"],
        ["live.policy", "groups.take_up", "groups.approvals_by_score"],
    ]
