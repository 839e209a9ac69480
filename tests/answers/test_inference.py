"""Ways of inferring on the dozen: one loan by lot, two declined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from jiebei_dash.answers import inference, what_if
from jiebei_dash.answers.trying import METHODS
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks, TruthMissing

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
LOOSER = {"score_floor": 560.0}


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def test_each_way_is_what_the_lab_says_with_it(asked: tuple[Scope, Fetch]) -> None:
    frame = inference.methods(*asked, maturity_months=6, **LOOSER).frame
    assert frame["method"].tolist() == [method for method in METHODS for _ in range(2)]
    for method, rows in frame.groupby("method", sort=False):
        own = what_if.consequences(*asked, maturity_months=6, method=str(method), **LOOSER).frame
        for column in ("approved_count", "loan_count", "inferred_bad_rate", "expected_bad_rate", "margin_fen"):
            assert rows[column].tolist() == pytest.approx(own[column].tolist(), nan_ok=True)
        assert rows["margin_from_fen"].tolist() == pytest.approx(own["margin_fen_from"].tolist(), nan_ok=True)


def test_the_lane_is_one_bad_loan(asked: tuple[Scope, Fetch]) -> None:
    frame = inference.judged(*asked, maturity_months=6, window_months=12).frame
    assert frame["method"].tolist() == list(inference.INFERRING)
    assert frame[["observed_count", "observed_bad_count", "observed_bad_rate"]].iloc[0].tolist() == [1, 1, 1.0]
    assert frame["is_small"].all()
    # Too few were seen to learn from: its stored chance, at 584 points.
    assert frame.set_index("method").loc["model_pd", "central_rate"] == pytest.approx(1 / (1 + 30 * 2 ** (-16 / 20)))


def truth_of(**log_odds: float) -> pd.DataFrame:
    return pd.DataFrame({"application_id": list(log_odds), "log_odds_bad": list(log_odds.values())})


def test_truth_is_joined_by_the_application(asked: tuple[Scope, Fetch]) -> None:
    # Eleven applications, all alike but A14, whom the draft lets in; three of nine loans seen went bad
    known = {f"A{number:02d}": 0.0 for number in range(1, 10)}
    truth = truth_of(**known, A13=0.0, A14=1.0)
    frame = inference.beside_truth(*asked, truth, maturity_months=6, **LOOSER).frame
    by = frame.drop_duplicates("declined_group").set_index("declined_group")
    shift_odds = (3 / 9) / (6 / 9)
    let_in = 2.718281828459045 * shift_odds
    assert by.loc["LET_IN", ["people_count", "true_rate"]].tolist() == pytest.approx([1, let_in / (1 + let_in)])
    assert by.loc["DECLINED", "people_count"] == 2
    assert by.loc["DECLINED", "true_rate"] == pytest.approx((let_in / (1 + let_in) + 1 / 3) / 2)


def test_a_truth_that_knows_none_of_them_is_refused(asked: tuple[Scope, Fetch]) -> None:
    with pytest.raises(TruthMissing):
        inference.beside_truth(*asked, truth_of(X1=0.0), maturity_months=6, **LOOSER)


def test_a_book_without_the_declined_says_so(asked: tuple[Scope, Fetch]) -> None:
    scope = replace(asked[0], lacks=frozenset({"declined_applicants"}))
    with pytest.raises(BookLacks):
        inference.judged(scope, asked[1])
