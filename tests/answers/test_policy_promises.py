"""Promises beside what came, on the dozen; see ``test_policies.py`` for what was decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jiebei_dash.answers import policy_promises, what_if
from jiebei_dash.answers.policies import of_the_book
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.desk.proposal_store import courses, frame
from jiebei_dash.desk.proposals import Draft, submit, take
from jiebei_dash.metrics.intervals import wilson

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
ANN, BO = Reader("Ann", "analyst"), Reader("Bo", "manager")
APPROVAL = {"approval_rate": 0.9, "approval_low_rate": 0.8, "approval_high_rate": 1.0}
BAD = {"bad_rate": 0.1, "bad_low_rate": 0.0, "bad_high_rate": 0.2}
PROMISE = {"months": [{"month": f"2024-0{month}", **APPROVAL, **BAD} for month in range(2, 8)]}


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def adopt(url: str, asked: tuple[Scope, Fetch], floor: float, base: tuple[str, str], at: datetime, day: date) -> str:
    """Somebody promised in time: the step is of a day before the months that it speaks of."""
    book, _ = of_the_book(*asked)
    policy = make_policy({"score_floor": floor})
    draft = Draft(policy.json(), policy.sha256(), *base, day, "why", json.dumps(PROMISE), "v")
    number = submit(url, at, ANN, draft, book)
    take(url, at, BO, number, "APPROVE", "", book)
    return policy.sha256()


@pytest.fixture
def url(tmp_path: Path, asked: tuple[Scope, Fetch]) -> str:
    address = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    base = ("P1", make_policy({}).sha256())
    adopt(address, asked, 600, base, datetime(2024, 1, 20, tzinfo=UTC), date(2024, 2, 1))
    return address


def test_each_month_is_scored_against_what_was_decided_in_it(asked: tuple[Scope, Fetch], url: str) -> None:
    found = policy_promises.scored(*asked, frame(courses(url))).frame
    approval = found[found["promised_measure"] == "approval"]
    assert approval["promise_status"].tolist() == ["OUTSIDE", "INSIDE", "NOBODY", "NOBODY", "NOBODY", "INSIDE"]
    assert approval["realised_count"].tolist() == [3, 3, 0, 0, 0, 4]
    assert approval["out_of_count"].tolist() == [4, 3, 0, 0, 0, 5]
    bad = found[found["promised_measure"] == "bad"]
    assert bad["promise_status"].tolist() == ["OUTSIDE", *["NOT_YET"] * 5]
    assert bad["realised_rate"].iloc[0] == pytest.approx(2 / 3)
    assert bad["realised_count"].isna().tolist() == [False, *[True] * 5]
    assert [f"{month:%Y-%m}" for month in bad["known_from_month"][:2]] == ["2024-10", "2024-11"]


def test_promises_kept_are_counted_by_policy_and_by_author(asked: tuple[Scope, Fetch], url: str) -> None:
    found = policy_promises.kept(*asked, frame(courses(url))).frame
    assert found[["kept_by", "name", "promises", "scored", "inside"]].to_numpy().tolist() == [
        ["ALL", "", 12, 4, 2],
        ["POLICY", "PR-1", 12, 4, 2],
        ["AUTHOR", "Ann", 12, 4, 2],
    ]
    low, high = wilson(2, 4)
    assert (found["low_rate"].iloc[0], found["high_rate"].iloc[0]) == (low, high)


def test_a_policy_answers_for_the_months_in_which_it_alone_decided(asked: tuple[Scope, Fetch], url: str) -> None:
    first = courses(url)[0].first
    base = ("PR-1", str(first.policy_sha256))
    adopt(url, asked, 610, base, datetime(2024, 5, 20, tzinfo=UTC), date(2024, 6, 15))
    found = policy_promises.kept(*asked, frame(courses(url))).frame.set_index("name")
    # PR-1 to May: February out, March in; PR-2 from July on: in, its loans are too young
    assert found.loc["PR-1", ["promises", "scored", "inside"]].tolist() == [8, 3, 1]
    assert found.loc["PR-2", ["promises", "scored", "inside"]].tolist() == [2, 1, 1]
    assert found.loc["Ann", ["promises", "scored", "inside"]].tolist() == [10, 4, 2]


def test_what_is_not_known_at_the_as_of_is_not_scored(asked: tuple[Scope, Fetch], url: str) -> None:
    scope, fetch = asked
    found = policy_promises.scored(replace(scope, as_of_month=date(2024, 2, 1)), fetch, frame(courses(url))).frame
    assert found["promise_status"].value_counts().to_dict() == {"NOT_YET": 11, "OUTSIDE": 1}


def test_a_filter_changes_no_promise(asked: tuple[Scope, Fetch], url: str) -> None:
    scope, fetch = asked
    narrow = policy_promises.scored(replace(scope, channel=("HOME",)), fetch, frame(courses(url))).frame
    assert narrow.equals(policy_promises.scored(scope, fetch, frame(courses(url))).frame)


def test_an_empty_desk_has_promised_nothing(asked: tuple[Scope, Fetch]) -> None:
    assert policy_promises.scored(*asked, frame(())).frame.empty
    assert policy_promises.kept(*asked, frame(())).frame.empty


def test_a_draft_is_made_ready_with_what_it_changes_and_promises(asked: tuple[Scope, Fetch]) -> None:
    done = what_if.replay(*asked, 8, {"score_floor": 600.0})
    ready = policy_promises.prepared(done, asked[1], frame(()))
    assert (ready.base.policy_id if ready.base else "", ready.starts_from_base) == ("P1", True)
    assert [(each.path, each.before, each.after) for each in ready.differences] == [(("score_floor",), 590, 600)]
    told = json.loads(ready.forecast_json(date(2024, 12, 15)))
    assert [month["month"] for month in told["months"]] == [*(f"2025-{month:02d}" for month in range(1, 13))]
    assert told["made_from"] == {"first_month": "2024-01", "last_month": "2024-02", "as_of_month": "2024-10"}
    # Nine pass in four months: A01, A03, A05, A04, A07 to A09, A10 and A12; in the window four
    both = done.both.set_index("policy").loc["proposed"]
    assert told["months"][0]["margin_fen"] == pytest.approx(both["margin_fen"] / 4 * 9 / 4)


def test_the_rates_promised_follow_the_months_up_to_now(asked: tuple[Scope, Fetch]) -> None:
    """At 600 pass 3 of 5, 1 of 3, 3 of 3 and 2 of 5; of five who fail today's policy A02 and A17 were approved."""
    done = what_if.replay(*asked, 8, {"score_floor": 600.0})
    ready = policy_promises.prepared(done, asked[1], frame(()))
    rates = [share + (1 - share) * 2 / 5 for share in (3 / 5, 1 / 3, 1.0, 2 / 5)]
    assert ready.approval_rates == pytest.approx(rates)
    told = json.loads(ready.forecast_json(date(2024, 12, 1)))["months"]
    drift = (rates[3] - rates[0]) / 3
    assert [month["approval_rate"] for month in told[:2]] == pytest.approx(
        [rates[3] + 2 * drift, rates[3] + 3 * drift], abs=1e-6
    )
    assert told[0]["approval_high_rate"] - told[0]["approval_low_rate"] <= (
        told[5]["approval_high_rate"] - told[5]["approval_low_rate"]
    )
    # A01, A03 and A05 paid; A04 went bad: one loan of each month's three and one
    assert told[0]["bad_rate"] == told[11]["bad_rate"] == pytest.approx((0 / 3 + 1 / 1) / 2)


def test_a_forecast_by_name_is_the_one_that_is_submitted(asked: tuple[Scope, Fetch]) -> None:
    found = policy_promises.forecast(*asked, maturity_months=8, score_floor=600.0).frame
    done = what_if.replay(*asked, 8, {"score_floor": 600.0})
    told = json.loads(policy_promises.prepared(done, asked[1], frame(())).forecast_json(date(2024, 11, 1)))["months"]
    assert [f"{month:%Y-%m}" for month in found["month"]] == [month["month"] for month in told]
    for name in ("approval_rate", "approval_low_rate", "bad_rate", "margin_fen", "margin_high_fen"):
        assert found[name].round(6).tolist() == [month[name] for month in told]


@pytest.mark.parametrize("part", [{"channel": ("HOME", "RECALL")}, {"opened_to": date(2024, 9, 1)}])
def test_a_part_of_the_book_promises_nothing(asked: tuple[Scope, Fetch], part: dict[str, object]) -> None:
    scope, fetch = asked
    assert policy_promises.prepared(what_if.replay(scope, fetch, 8, {}), fetch, frame(())).is_of_everybody
    narrow = replace(scope, **part)  # type: ignore[arg-type]
    assert not policy_promises.prepared(what_if.replay(narrow, fetch, 8, {}), fetch, frame(())).is_of_everybody
