"""A decision made again: identical to the bit, or every difference by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.answers import decision, replay
from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks, ModelChanged, ModelMissing, NotAllowed, RecordNotFound
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.artefact import Artefact, Weight
from jiebei_dash.model.points import Scale
from jiebei_dash.model.scoring import score
from jiebei_dash.model.shelf import put

FetchAs = Callable[..., Fetch]
ScopeOf = Callable[..., Scope]
Change = Callable[[pd.DataFrame], pd.DataFrame]

CARD = Artefact(
    model_version="EXPERT-1",
    kind="linear",
    features=FEATURE_KEYS,
    scale=Scale(),
    intercept=-3.4012,
    slope=1.0,
    weights=(
        Weight("zhima_score", 350, 950, 640, 50, -1.05, 600),
        Weight("night_share_rate", 0.0, 1.0, 0.2, 0.1, 0.01, 0.2),
    ),
)
"""About 600 points at a Zhima score of 640, 0.6 more for each point of it."""


class Shelf:
    """The dozen as if the card on the shelf had scored it, with one answer changed at will."""

    def __init__(self, fetch: Fetch, directory: Path) -> None:
        self.fetch, self.directory = fetch, directory
        self.sha256 = put(CARD, directory)
        self.changes: dict[str, Change] = {}
        self.scores: dict[str, pd.Series] = {}

    def __call__(self, question: Question) -> pd.DataFrame:
        frame = self.fetch(question).copy()
        number = question.sql().rpartition("decision_id = '")[2][:3]
        if question.name == "decision.record" and len(frame):
            frame[["score_points", "pd_rate"]] = self._score(question, number)[["score_points", "pd_rate"]].to_numpy()
        if question.name == "decision.rule_hits" and len(frame):
            own = frame["rule_key"] == "score_floor"
            frame.loc[own, "observed_value"] = self._score(question, number)["score_points"]
        if question.name == "decision.model":
            frame["artefact_sha256"] = self.sha256
        change = self.changes.get(question.name)
        return frame if change is None else change(frame)

    def _score(self, question: Question, number: str) -> pd.Series:
        snapshot = self.fetch(decision.queries.snapshot(question.scope, number))
        return score(CARD, snapshot).iloc[0]


@pytest.fixture
def shelf(fetch_as: FetchAs, tmp_path: Path) -> Shelf:
    return Shelf(fetch_as("auditor"), tmp_path)


def _replay(shelf: Shelf, scope_of: ScopeOf, number: str):
    return replay.decision(scope_of("auditor"), shelf, number, shelf.directory)


@pytest.mark.parametrize(
    ("number", "story", "result"),
    [
        ("D03", "approved without a hit", "APPROVED"),
        ("D18", "declined by a rule", "DECLINED"),
        ("D14", "declined by the score", "DECLINED"),
        ("D02", "approved by lot in spite of the score", "APPROVED"),
        ("D17", "approved by a person in spite of a rule", "APPROVED"),
    ],
)
def test_a_decision_comes_out_as_it_was_stored(
    shelf: Shelf, scope_of: ScopeOf, number: str, story: str, result: str
) -> None:
    answer = _replay(shelf, scope_of, number)
    assert answer.frame.loc[~answer.frame["is_same"]].empty, story
    assert replay.is_identical(answer)
    again = answer.frame.set_index("item")["again"]
    assert again["decision"] == result
    assert {"score_points", "pd_rate", "main_reason", "limit_fen", "policy_sha256", "policy_in_force"} <= set(
        again.index
    )


def test_the_hits_are_replayed_one_by_one(shelf: Shelf, scope_of: ScopeOf) -> None:
    items = _replay(shelf, scope_of, "D18").frame.set_index("item")
    assert items.loc["rule.other_lenders_cap", "again"] == "2: 8.0 / 6.0"


def _set(column: str, value: object) -> Change:
    return lambda frame: frame.assign(**{column: value})


NUDGE = 2.0**-40


@pytest.mark.parametrize(
    ("number", "question", "change", "differs"),
    [
        ("D03", "decision.record", lambda f: f.assign(score_points=f["score_points"] + NUDGE), {"score_points"}),
        ("D03", "decision.record", lambda f: f.assign(pd_rate=f["pd_rate"] + NUDGE), {"pd_rate"}),
        ("D03", "decision.record", _set("decision", "DECLINED"), {"decision"}),
        ("D03", "decision.record", _set("main_reason", "dti_cap"), {"main_reason"}),
        ("D03", "decision.record", _set("limit_fen", 20_000_001), {"limit_fen", "main_reason", "rule.amount_cap"}),
        ("D18", "decision.record", _set("decision", "APPROVED"), {"decision"}),
        ("D18", "decision.record", _set("limit_fen", 1), {"limit_fen"}),
        ("D02", "decision.record", _set("is_random_lane", False), {"decision", "limit_fen"}),
        ("D17", "decision.record", _set("is_override", False), {"decision", "limit_fen"}),
        ("D18", "decision.rule_hits", _set("observed_value", 7.0), {"rule.other_lenders_cap"}),
        ("D18", "decision.rule_hits", _set("threshold_value", 5.0), {"rule.other_lenders_cap"}),
        ("D18", "decision.rule_hits", lambda f: f.iloc[:0], {"rule.other_lenders_cap"}),
        ("D03", "decision.policy", _set("content_sha256", "0" * 64), {"policy_sha256"}),
        ("D03", "decision.policy", _set("effective_from", pd.Timestamp("2024-02-01")), {"policy_in_force"}),
        ("D03", "decision.model", _set("effective_to", pd.Timestamp("2024-01-05")), {"model_in_force"}),
    ],
)
def test_each_thing_changed_afterwards_is_named(
    shelf: Shelf, scope_of: ScopeOf, number: str, question: str, change: Change, differs: set[str]
) -> None:
    shelf.changes[question] = change
    answer = _replay(shelf, scope_of, number)
    assert set(answer.frame.loc[~answer.frame["is_same"], "item"]) == differs
    assert not replay.is_identical(answer)


def test_a_changed_input_changes_the_score_and_its_rule(shelf: Shelf, scope_of: ScopeOf) -> None:
    shelf.changes["decision.snapshot"] = _set("zhima_score", 580.0)
    differs = set(_replay(shelf, scope_of, "D03").frame.query("not is_same")["item"])
    assert differs == {
        "score_points", "pd_rate", "rule.zhima_floor", "rule.score_floor", "decision", "main_reason", "limit_fen",
    }  # fmt: skip


def test_a_limit_that_was_cut_comes_out_cut(shelf: Shelf, scope_of: ScopeOf) -> None:
    shelf.changes["decision.record"] = lambda frame: frame.assign(limit_fen=20_000_000, main_reason="amount_cap")
    hit = {"rule_key": "amount_cap", "rule_no": 7, "observed_value": 25_000_000.0, "threshold_value": 20_000_000.0}
    shelf.changes["decision.rule_hits"] = lambda frame: pd.DataFrame([hit])
    assert replay.is_identical(_replay(shelf, scope_of, "D03"))
    shelf.changes["decision.record"] = lambda frame: frame.assign(limit_fen=25_000_000, main_reason="amount_cap")
    assert set(_replay(shelf, scope_of, "D03").frame.query("not is_same")["item"]) == {"limit_fen"}


def test_a_changed_artefact_is_never_used(shelf: Shelf, scope_of: ScopeOf) -> None:
    path = next(shelf.directory.glob("*.zip"))
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ModelChanged):
        _replay(shelf, scope_of, "D03")


def test_a_missing_artefact_is_said_to_be_missing(shelf: Shelf, scope_of: ScopeOf) -> None:
    next(shelf.directory.glob("*.zip")).unlink()
    with pytest.raises(ModelMissing):
        _replay(shelf, scope_of, "D03")


def test_a_version_that_the_book_does_not_know_is_missing(shelf: Shelf, scope_of: ScopeOf) -> None:
    shelf.changes["decision.model"] = lambda frame: frame.iloc[:0]
    with pytest.raises(ModelMissing):
        _replay(shelf, scope_of, "D03")


def test_without_inputs_there_is_nothing_to_replay(shelf: Shelf, scope_of: ScopeOf) -> None:
    shelf.changes["decision.snapshot"] = lambda frame: frame.iloc[:0]
    with pytest.raises(BookLacks):
        _replay(shelf, scope_of, "D03")


def test_an_unknown_decision_is_not_replayed(shelf: Shelf, scope_of: ScopeOf) -> None:
    with pytest.raises(RecordNotFound):
        _replay(shelf, scope_of, "D99")


def test_a_manager_may_not_replay(fetch_as: FetchAs, scope_of: ScopeOf, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        replay.decision(scope_of("manager"), fetch_as("manager"), "D03", tmp_path)


def test_contributions_add_up_to_the_score_and_name_reasons(shelf: Shelf, scope_of: ScopeOf) -> None:
    frame = decision.contributions(scope_of("auditor"), shelf, "D14", shelf.directory).frame
    stored = shelf(decision.queries.record(scope_of("auditor"), "D14"))["score_points"].iloc[0]
    points = frame.set_index("kind")["points"]
    assert points["BASE"] + points["FEATURE"].sum() == pytest.approx(stored, abs=1e-9)
    assert points["SCORE"] == stored
    told = frame.dropna(subset="side")
    assert told[["feature", "side", "rank"]].values.tolist() == [["zhima_score", "AGAINST", 1.0]]
    # (615 - 640) / 50 standard deviations at -1.05 log-odds each, in points of 28.85
    assert frame["points"].iloc[1] == pytest.approx(-25 / 50 * 1.05 * 28.853900817779268)


def test_a_reason_for_is_ranked_on_its_own_side(shelf: Shelf, scope_of: ScopeOf) -> None:
    frame = decision.contributions(scope_of("auditor"), shelf, "D07", shelf.directory).frame
    assert frame.dropna(subset="side")[["feature", "side", "rank"]].values.tolist() == [["zhima_score", "FOR", 1.0]]
