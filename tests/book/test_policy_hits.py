"""Which rules one applicant hits."""

from __future__ import annotations

import json

from jiebei_dash.book.policy import Hit, hits, make_policy, stored_policy

POLICY = make_policy({"zhima_floor": 600, "dti_cap": 0.7, "score_floor": 590, "amount_cap": 20_000_000})
GOOD = {
    "zhima_score": 600.0,
    "other_lender_count": 6.0,
    "bureau_query_count": 0.0,
    "bureau_overdue_count": 0.0,
    "dti_rate": 0.7,
    "score_points": 590.0,
    "limit_fen": 20_000_000.0,
}


def test_a_value_on_the_threshold_passes() -> None:
    assert hits(POLICY, GOOD) == ()


def test_all_hits_are_found_in_the_policys_order() -> None:
    found = hits(POLICY, {**GOOD, "score_points": 589.9, "zhima_score": 595.0, "limit_fen": 30_000_000.0})
    assert found == (
        Hit("zhima_floor", 1, 595.0, 600.0),
        Hit("score_floor", 6, 589.9, 590.0),
        Hit("amount_cap", 7, 30_000_000.0, 20_000_000.0),
    )


def test_a_missing_value_hits_nothing() -> None:
    assert hits(POLICY, {"zhima_score": None, "dti_rate": float("nan")}) == ()


def test_a_stored_policy_is_read_as_it_was_even_where_no_slider_goes() -> None:
    text = json.dumps({"zhima_floor": 200, "dti_cap": 0.5})
    assert dict(stored_policy(text).thresholds) == {"zhima_floor": 200.0, "dti_cap": 0.5}
    assert [hit.rule_key for hit in hits(stored_policy(text), {**GOOD, "score_points": 1.0})] == ["dti_cap"]


def test_a_policy_written_and_read_back_has_the_same_hash() -> None:
    assert stored_policy(POLICY.json()).sha256() == POLICY.sha256()
