"""Parts of a decision's file, on frames written by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.features import FEATURES
from jiebei_dash.metrics import decision as metrics
from jiebei_dash.metrics.decision import Section

NAT = pd.NaT


def _snapshot(**values: float) -> pd.DataFrame:
    row = {feature.key: 1.0 for feature in FEATURES} | values
    times = {
        f"{source}_obtained_at": pd.Timestamp("2024-01-08 09:00")
        for source in ("application", "zhima", "bureau", "device")
    }
    return pd.DataFrame([{"decision_id": "D1", **row, **times}])


def test_a_number_keeps_its_last_signs_and_a_hash_its_first() -> None:
    shown = metrics.masked(pd.DataFrame([{"customer_id": "C0001234", "id_hash": "ab12cd34ef", "city_tier": "2"}]))
    assert shown.iloc[0].to_dict() == {"customer_id": "***1234", "id_hash": "ab12cd***", "city_tier": "2"}


def test_a_short_number_keeps_at_most_half_of_its_signs() -> None:
    shown = metrics.masked(pd.DataFrame([{"customer_id": "K01", "id_hash": "0"}]))
    assert shown["customer_id"].tolist() == ["***1"]


def test_a_missing_input_is_missing_and_not_zero() -> None:
    frame = metrics.inputs(_snapshot(bureau_overdue_count=float("nan"), dti_rate=0.0)).set_index("feature")
    assert frame["is_missing"].sum() == 1
    assert frame.loc["bureau_overdue_count", "is_missing"]
    assert pd.isna(frame.loc["bureau_overdue_count", "value"])
    assert frame.loc["dti_rate", "value"] == 0.0
    assert frame.loc["dti_rate", "source"] == "application"
    assert list(frame.index) == [feature.key for feature in FEATURES]


def _in_force() -> pd.DataFrame:
    return pd.DataFrame(
        [
            (1, "zhima_floor", "zhima_score", "at_least", "decline", 600.0),
            (4, "overdue_cap", "bureau_overdue_count", "at_most", "decline", 2.0),
            (5, "dti_cap", "dti_rate", "at_most", "decline", 0.65),
            (6, "score_floor", "score_points", "at_least", "decline", 590.0),
            (7, "amount_cap", "limit_fen", "at_most", "trim", 20_000_000.0),
        ],
        columns=["rule_no", "rule_key", "column", "keeps", "effect", "threshold_value"],
    )


def _hits(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["rule_key", "observed_value", "threshold_value"])


def test_every_rule_in_force_stands_beside_what_it_saw() -> None:
    hits = _hits(("dti_cap", 0.8, 0.7), ("amount_cap", 25_000_000, 20_000_000))
    decision = pd.DataFrame([{"decision": "APPROVED", "score_points": 612.5, "limit_fen": 20_000_000}])
    snapshot = _snapshot(zhima_score=700, bureau_overdue_count=float("nan"))
    frame = metrics.rules(_in_force(), hits, snapshot, decision).set_index("rule_key")
    assert frame["outcome"].to_dict() == {
        "zhima_floor": "PASS",
        "overdue_cap": "MISSING",
        "dti_cap": "HIT",
        "score_floor": "PASS",
        "amount_cap": "TRIM",
    }
    assert frame.loc["score_floor", "observed_value"] == 612.5
    assert frame.loc["amount_cap", "observed_value"] == 25_000_000
    assert frame.loc["dti_cap", ["observed_value", "threshold_value"]].tolist() == [0.8, 0.7]
    assert frame["rule_no"].tolist() == [1, 4, 5, 6, 7]


def test_a_declined_applicant_had_no_limit_to_compare() -> None:
    decision = pd.DataFrame([{"decision": "DECLINED", "score_points": 612.5, "limit_fen": 0}])
    frame = metrics.rules(_in_force(), _hits(("dti_cap", 0.8, 0.7)), _snapshot(zhima_score=700), decision)
    assert frame.set_index("rule_key").loc["amount_cap", "outcome"] == "MISSING"


def test_a_book_without_inputs_shows_rules_without_values() -> None:
    decision = pd.DataFrame([{"decision": "APPROVED", "score_points": 612.5, "limit_fen": 100}])
    frame = metrics.rules(_in_force(), _hits(), pd.DataFrame(), decision).set_index("rule_key")
    assert frame["outcome"].tolist() == ["MISSING", "MISSING", "MISSING", "PASS", "PASS"]


def test_what_happened_after_the_as_of_month_is_not_seen() -> None:
    loans = pd.DataFrame(
        {
            "loan_id": ["L1"],
            "first_30_month": [pd.Timestamp("2024-03-01")],
            "first_30_mob": [2],
            "first_30_fen": [600_000],
            "first_60_month": [pd.Timestamp("2024-05-01")],
            "first_60_mob": [4],
            "first_60_fen": [600_000],
            "first_90_month": [NAT],
            "first_90_mob": [float("nan")],
            "first_90_fen": [float("nan")],
            "closed_month": [pd.Timestamp("2024-08-01")],
            "closed_mob": [7],
            "closed_state": ["WO"],
            "lost_fen": [600_000],
        }
    )
    april = metrics.seen(loans, date(2024, 4, 1)).iloc[0]
    assert april["first_30_mob"] == 2
    assert pd.isna(april["first_60_month"])
    assert pd.isna(april["first_60_fen"])
    assert pd.isna(april["closed_state"])
    assert april["lost_fen"] == 0
    august = metrics.seen(loans, date(2024, 8, 1)).iloc[0]
    assert (august["closed_state"], august["lost_fen"], august["first_60_mob"]) == ("WO", 600_000, 4)


def test_the_course_of_a_loan_ends_with_its_last_month_and_sums_its_cash() -> None:
    months = pd.DataFrame(
        {
            "loan_id": ["L1", "L1", "L1"],
            "month": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
            "mob": [0, 1, 2],
            "state": ["C", "M2", "WO"],
            "dpd_days": [0, 45, 0],
            "balance_fen": [1000, 900, 0],
            "paid_principal_fen": [0, 100, 0],
            "paid_interest_fen": [0, 10, 0],
            "lost_fen": [0, 0, 900],
        }
    )
    recoveries = pd.DataFrame({"loan_id": ["L1", "L1"], "recovered_fen": [30, 20]})
    row = metrics.course(months, recoveries).iloc[0]
    assert (row["state"], row["mob"], row["most_dpd_days"]) == ("WO", 2, 45)
    assert (row["paid_principal_fen"], row["paid_interest_fen"], row["lost_fen"], row["recovered_fen"]) == (
        100,
        10,
        900,
        50,
    )


def test_loans_keep_the_order_in_which_they_were_drawn() -> None:
    months = pd.DataFrame(
        {
            "loan_id": ["L9", "L9", "L1"],
            "month": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01"]),
            **dict.fromkeys(
                ("mob", "dpd_days", "balance_fen", "paid_principal_fen", "paid_interest_fen", "lost_fen"), 0
            ),
            "state": ["C", "PAID", "C"],
        }
    )
    course = metrics.course(months, pd.DataFrame({"loan_id": ["L1"], "recovered_fen": [5]}))
    assert course[["loan_id", "state", "recovered_fen"]].values.tolist() == [["L9", "PAID", 0], ["L1", "C", 5]]


def test_a_book_without_amounts_has_no_sums_rather_than_zero() -> None:
    months = pd.DataFrame(
        {
            "loan_id": ["L1"],
            "month": pd.to_datetime(["2024-01-01"]),
            "mob": [0],
            "state": ["C"],
            "dpd_days": [0],
            **{name: [float("nan")] for name in ("balance_fen", "paid_principal_fen", "paid_interest_fen", "lost_fen")},
        }
    )
    row = metrics.course(months, pd.DataFrame({"loan_id": [], "recovered_fen": []})).iloc[0]
    assert pd.isna(row["paid_principal_fen"])


def test_the_time_in_a_stage_that_is_not_left_is_unknown() -> None:
    stages = pd.DataFrame(
        {
            "entered_at": pd.to_datetime(["2024-01-01 09:00:00"] * 2),
            "left_at": [pd.Timestamp("2024-01-01 09:00:07"), NAT],
        }
    )
    spent = metrics.took_seconds(stages)["took_seconds"]
    assert spent.iloc[0] == 7.0
    assert pd.isna(spent.iloc[1])


def test_contributions_stand_by_weight_between_base_and_score() -> None:
    points = pd.Series({"zhima_score": 3.0, "dti_rate": -12.5, "job_months": 0.5})
    values = pd.Series({"zhima_score": 700.0, "dti_rate": 0.9, "job_months": float("nan")})
    frame = metrics.contributions(600.0, points, values, 591.0)
    assert frame["kind"].tolist() == ["BASE", "FEATURE", "FEATURE", "FEATURE", "SCORE"]
    assert frame["feature"].tolist() == ["", "dti_rate", "zhima_score", "job_months", ""]
    assert frame["points"].tolist() == [600.0, -12.5, 3.0, 0.5, 591.0]
    assert frame["value"].tolist()[1:3] == [0.9, 700.0]
    assert pd.isna(frame["value"].iloc[3])


def test_a_float_is_the_same_only_to_its_last_bit() -> None:
    frame = metrics.compared(
        [("a", 0.1 + 0.2, 0.3), ("b", 0.3, 0.3), ("c", None, float("nan")), ("d", None, "x"), ("e", 0.0, None)]
    )
    assert frame["is_same"].tolist() == [False, True, True, False, False]
    assert frame.loc[0, "stored"] == "0.30000000000000004"


def test_a_hit_on_one_side_only_is_a_difference() -> None:
    columns = ["rule_key", "rule_no", "observed_value", "threshold_value"]
    stored = pd.DataFrame([("zhima_floor", 1, 560.0, 600.0), ("dti_cap", 5, 0.8, 0.7)], columns=columns)
    again = pd.DataFrame([("zhima_floor", 1, 560.0, 600.0), ("score_floor", 6, 580.0, 590.0)], columns=columns)
    frame = metrics.compared(metrics.hit_items(stored, again)).set_index("item")
    assert frame["is_same"].to_dict() == {"rule.zhima_floor": True, "rule.dti_cap": False, "rule.score_floor": False}
    assert frame.loc["rule.dti_cap", "again"] == ""


def test_a_missing_section_is_a_line_of_the_file() -> None:
    frame = metrics.lines(
        [Section("model", pd.DataFrame({"kind": ["linear"]})), Section("ledger", pd.DataFrame(), "NOT_HELD")]
    )
    assert frame.values.tolist() == [["model", 1, "kind", "linear"], ["ledger", 0, "missing", "NOT_HELD"]]


def test_a_frame_of_another_question_is_refused() -> None:
    with pytest.raises(KeyError, match="id_hash"):
        metrics.masked(pd.DataFrame({"customer_id": ["K1"]}))
