"""Frontier and solver on the dozen, submitted November 2023 to April 2024: eleven decisions, eight approved today."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.answers import frontier, what_if
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, DraftApprovesNobody, FrontierUnknown, LimitUnreachable

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def by_item(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    return frame[frame["kind"] == kind].set_index("item")


def test_every_point_is_what_the_what_if_says_of_its_thresholds(asked: tuple[Scope, Fetch]) -> None:
    frame = frontier.points(*asked, maturity_months=6).frame
    for kind in ("PAIR", "ENVELOPE"):
        for _, row in frame[frame["kind"] == kind].iloc[::5].iterrows():
            thresholds = {key: float(row[key]) for key in frontier.MOVE}
            told = what_if.consequences(*asked, maturity_months=6, **thresholds).frame.iloc[1]
            assert row["approval_rate"] == pytest.approx(told["approval_rate"])
            assert row["expected_bad_rate"] == pytest.approx(told["expected_bad_rate"])
            assert row["margin_fen"] == pytest.approx(told["margin_fen"])


@pytest.mark.parametrize("against", frontier.AGAINST)
def test_no_point_beats_the_envelope_and_both_policies_are_marked(asked: tuple[Scope, Fetch], against: str) -> None:
    frame = frontier.points(*asked, against=against, maturity_months=6, score_floor=600.0).frame
    today, proposed = frame.iloc[-2], frame.iloc[-1]
    assert (today["kind"], proposed["kind"]) == ("TODAY", "PROPOSED")
    # D06 with 598 points goes out: seven of eleven, and its loan went bad
    assert (today["approval_rate"], proposed["approval_rate"]) == (pytest.approx(8 / 11), pytest.approx(7 / 11))
    assert (today["expected_bad_rate"], proposed["expected_bad_rate"]) == (pytest.approx(2 / 8), pytest.approx(1 / 7))
    name = "expected_bad_rate" if against == "bad_rate" else "margin_fen"
    sign = 1 if against == "bad_rate" else -1
    envelope, others = frame[frame["kind"] == "ENVELOPE"], frame[frame["kind"] != "ENVELOPE"]
    for _, row in others.iterrows():
        as_many = envelope[envelope["approval_rate"] >= row["approval_rate"] - 1e-9]
        assert (sign * as_many[name]).min() <= sign * row[name] + 1e-9


def test_the_solver_is_said_beside_today_and_equals_a_replay_of_its_policy(asked: tuple[Scope, Fetch]) -> None:
    answer = frontier.solve(*asked, bad_at_most=0.2, approval_at_least=0.5, maturity_months=6)
    rules, figures = by_item(answer.frame, "THRESHOLD"), by_item(answer.frame, "FIGURE")
    assert tuple(rules.index) == frontier.MOVE
    told = what_if.consequences(*asked, maturity_months=6, **rules["solved"].to_dict()).frame
    for name in ("approval_rate", "expected_bad_rate", "margin_fen", "loss_fen", "raroc_rate"):
        assert figures.loc[name, "today"] == pytest.approx(told.iloc[0][name])
        assert figures.loc[name, "solved"] == pytest.approx(told.iloc[1][name])
        assert figures.loc[name, "solved_from"] == pytest.approx(told.iloc[1][f"{name}_from"], nan_ok=True)
    assert figures.loc["expected_bad_rate", "solved"] <= 0.2
    assert figures.loc["approval_rate", "solved"] >= 0.5
    # Each loan of the dozen is three tenths of the own book
    assert figures.loc["own_share_rate", "solved"] == pytest.approx(0.3)
    limits = by_item(answer.frame, "LIMIT")
    assert limits["asked"].to_dict() == {"bad_rate": 0.2, "approval": 0.5}
    assert limits.loc["approval", "solved"] == figures.loc["approval_rate", "solved"]
    names = [question.name for question in answer.questions]
    assert names == ["live.policy", "lab.decisions", "frontier.funded", "stratification.funders"]


def test_only_rules_that_may_move_do(asked: tuple[Scope, Fetch]) -> None:
    frame = frontier.solve(*asked, bad_at_most=0.15, move=("dti_cap",), maturity_months=6, score_floor=600.0).frame
    assert by_item(frame, "THRESHOLD").index.tolist() == ["dti_cap"]
    # The draft's floor stays: without it two of eight went bad
    assert by_item(frame, "FIGURE").loc["expected_bad_rate", "solved"] <= 0.15


def test_more_of_the_own_book_than_any_loan_has_cannot_be_reached(asked: tuple[Scope, Fetch]) -> None:
    with pytest.raises(LimitUnreachable) as error:
        frontier.solve(*asked, own_at_least=0.5, maturity_months=6)
    assert error.value.facts == {"limit": "own_share", "wanted": "50.00%", "best": "30.00%"}


def test_a_book_that_knows_no_funders_has_no_such_limit(asked: tuple[Scope, Fetch]) -> None:
    scope = replace(asked[0], lacks=frozenset({"funding"}))
    with pytest.raises(BookLacks):
        frontier.solve(scope, asked[1], own_at_least=0.1, maturity_months=6)
    frame = frontier.solve(scope, asked[1], bad_at_most=0.2, maturity_months=6).frame
    assert np.isnan(by_item(frame, "FIGURE").loc["own_share_rate", "solved"])


def test_a_draft_that_approves_nobody_is_one_sentence(asked: tuple[Scope, Fetch]) -> None:
    for function in (frontier.points, frontier.solve):
        with pytest.raises(DraftApprovesNobody):
            function(*asked, maturity_months=6, score_floor=700.0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"bad_at_most": 1.2},
        {"approval_at_least": -0.1},
        {"move": ("amount_cap",)},
        {"move": ()},
        {"maturity_months": 3},
    ],
)
def test_what_cannot_be_asked_is_refused(asked: tuple[Scope, Fetch], arguments: dict[str, object]) -> None:
    with pytest.raises(BadArgument):
        frontier.solve(*asked, **{"maturity_months": 6, **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize("arguments", [{"against": "luck"}, {"first": "dti_cap", "second": "dti_cap"}, {"first": "x"}])
def test_a_frontier_that_is_none_is_refused(asked: tuple[Scope, Fetch], arguments: dict[str, str]) -> None:
    with pytest.raises(BadArgument):
        frontier.points(*asked, maturity_months=6, **arguments)  # type: ignore[arg-type]


def test_nobody_approved_then_leaves_nothing_to_compare(asked: tuple[Scope, Fetch]) -> None:
    done = what_if.replay(*asked, 6, {})
    bench = done.bench
    people = replace(bench.people, pd_rate=np.full(len(bench.people), np.nan))
    blind = replace(done, bench=replace(bench, people=people, _bits=type(bench._bits)()))
    with pytest.raises(FrontierUnknown):
        frontier.points_of(blind, "score_floor", "zhima_floor", "bad_rate", frontier.MOVE)
