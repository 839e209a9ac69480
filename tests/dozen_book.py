"""Writes the dozen, and a book without a fact."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from jiebei_dash.book.policy import make_policy
from jiebei_dash.load.writer import new_book
from jiebei_dash.terms import STAGES
from tests.dozen import APPLICATIONS, CUSTOMER_OF, FEN, LOANS, Row, segments_of
from tests.dozen_loans import lent, recovered
from tests.dozen_risk import done_about


def write_dozen(path: Path) -> str:
    """Write the book of twelve loans and return its address."""
    url = f"duckdb:///{path}"
    made_at = datetime(2024, 11, 1, 6)
    with new_book(url, "sample", "Dozen", source_sha256="d" * 64, made_at=made_at) as book:
        tables: dict[str, list[Row]] = {
            **_people(),
            **_versions(),
            **_applied(),
            **lent(),
            "recovery": recovered(),
            **done_about(),
        }
        for table, rows in tables.items():
            book.append(table, pd.DataFrame(rows).astype(object))
    return url


def write_empty(path: Path) -> str:
    """Write a book with every table and not one fact; its last closed month is October 2024."""
    url = f"duckdb:///{path}"
    with new_book(url, "tape", "Empty", source_sha256="e" * 64, made_at=datetime(2024, 11, 1, 6)):
        pass
    return url


def _people() -> dict[str, list[Row]]:
    customers = {
        CUSTOMER_OF[number]: {
            "customer_id": CUSTOMER_OF[number],
            "id_hash": f"{place:064x}",
            "age_band": ("18_24", "25_34", "35_44", "45_UP")[place % 4],
            "gender": "FM"[place % 2],
            "city_tier": str(1 + place % 5),
            "province_code": row[2],
            "income_month_fen": (5_000 + 500 * place) * FEN,
            "first_seen_on": pd.Timestamp(str(row[7])).date(),
            "is_first_credit": place % 3 == 0,
        }
        for place, (number, row) in enumerate(sorted(APPLICATIONS.items(), reverse=True))
    }
    products = sorted({(str(loan[2]), int(str(loan[3]))) for loan in LOANS.values()})
    return {
        "customer": list(customers.values()),
        "product": [
            {
                "product_code": f"{product}_{term}",
                "product_class": product,
                "term_months": term,
                "repay_method": "EQ_INSTALLMENT",
                "day_count": "30/360",
                "min_fen": 500 * FEN,
                "max_fen": 200_000 * FEN,
                "licence_entity": "JB_LENDING",
            }
            for product, term in products
        ],
        "funder": [
            {"funder_code": "OWN", "kind": "OWN", "name": "Own book"},
            {"funder_code": "BANK_A", "kind": "BANK", "name": "Bank A"},
        ],
    }


def _versions() -> dict[str, list[Row]]:
    policy = make_policy({})
    start = datetime(2023, 12, 1)
    return {
        "policy_version": [
            {
                "policy_version": "P1",
                "effective_from": start,
                "effective_to": None,
                "rules_json": policy.json(),
                "author": "Lin",
                "approver": "Wang",
                "change_ticket": "CR-1",
                "content_sha256": policy.sha256(),
            }
        ],
        "model_version": [
            {
                "model_version": "EXPERT-1",
                "kind": "linear",
                "effective_from": start,
                "effective_to": None,
                "bad_definition": "ever 30+ within 6 months on book",
                "pdo_points": 20.0,
                "anchor_points": 600.0,
                "anchor_odds": 30.0,
                "artefact_sha256": "0" * 64,
            }
        ],
    }


def _applied() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {
        name: [] for name in ("application", "application_stage", "decision", "rule_hit", "feature_snapshot")
    }
    for place, (number, row) in enumerate(APPLICATIONS.items(), start=1):
        asked, granted, submitted_text, seconds, points, zhima, result, hits = row[5:]
        submitted = datetime.fromisoformat(str(submitted_text))
        decided = None if seconds is None else submitted + timedelta(seconds=int(str(seconds)))
        month = submitted.date().replace(day=1)
        both: Row = {"submitted_month": month, **segments_of(number)}
        drawn = [loan for loan in LOANS.values() if loan[0] == number]
        found["application"].append(
            {
                "application_id": number,
                "customer_id": CUSTOMER_OF[number],
                "product_code": f"{row[0]}_{row[4]}",
                **both,
                "requested_fen": int(str(asked)) * FEN,
                "submitted_at": submitted,
                "result": result,
                "decided_at": decided,
                "decision_seconds": seconds,
                "is_repeat": number == "A10",
                "is_manual": number in ("A05", "A17"),
            }
        )
        for stage_no, (stage, outcome) in enumerate(_path(number, str(result), tuple(hits), bool(drawn)), start=1):
            entered = submitted if stage_no <= 5 else submitted + timedelta(days=4)
            found["application_stage"].append(
                {
                    "application_id": number,
                    "stage_no": stage_no,
                    "stage": stage,
                    "entered_at": entered,
                    "left_at": None if outcome == "OPEN" else entered if stage_no != 5 or decided is None else decided,
                    "outcome": outcome,
                    **both,
                }
            )
        if points is None:
            continue
        decision_id = f"D{number[1:]}"
        found["decision"].append(
            {
                "decision_id": decision_id,
                "application_id": number,
                "decided_at": decided,
                "decided_month": decided and decided.date().replace(day=1),
                "decision": result,
                "main_reason": hits[0] if hits else None,
                "policy_version": "P1",
                "model_version": "EXPERT-1",
                "score_points": points,
                "pd_rate": 1 / (1 + 30 * 2 ** ((float(str(points)) - 600) / 20)),
                "requested_fen": int(str(asked)) * FEN,
                "limit_fen": int(str(granted)) * FEN,
                "rate_day": 0.0004 if result == "APPROVED" else None,
                "price_cell": "B2" if result == "APPROVED" else None,
                "is_random_lane": number == "A02",
                "is_override": number == "A17",
                **both,
            }
        )
        inputs: Row = {
            "zhima_score": float(str(zhima)),
            "other_lender_count": 8.0 if "other_lenders_cap" in hits else float(place % 4),
            "bureau_query_count": float(place % 6),
            "bureau_overdue_count": None if place % 5 == 0 else 0.0,
            "card_utilisation_rate": None if place % 5 == 0 else 0.1 * (place % 7),
            "dti_rate": 0.8 if "dti_cap" in hits else 0.05 * (place % 9),
            "income_month_fen": (5_000.0 + 500 * place) * FEN,
            "job_months": 6.0 * place,
            "account_age_months": 12.0 + 6 * place,
            "spend_month_fen": (1_000.0 + 100 * place) * FEN,
            "night_share_rate": 0.02 * place,
            "device_account_count": 1.0,
        }
        times = {f"{source}_obtained_at": submitted for source in ("application", "zhima", "bureau", "device")}
        found["feature_snapshot"].append({"decision_id": decision_id, "submitted_month": month, **inputs, **times})
        columns = {
            "zhima_floor": ("zhima_score", 600.0),
            "other_lenders_cap": ("other_lender_count", 6.0),
            "dti_cap": ("dti_rate", 0.7),
            "score_floor": ("score_points", 590.0),
        }
        order = ["zhima_floor", "other_lenders_cap", "queries_cap", "overdue_cap", "dti_cap", "score_floor"]
        for rule in hits:
            column, threshold = columns[rule]
            found["rule_hit"].append(
                {
                    "decision_id": decision_id,
                    "rule_key": rule,
                    "rule_no": order.index(rule) + 1,
                    "observed_value": points if column == "score_points" else inputs[column],
                    "threshold_value": threshold,
                    "submitted_month": month,
                }
            )
    return found


def _path(number: str, result: str, hits: tuple[str, ...], drawn: bool) -> list[tuple[str, str]]:
    """Stages entered and how each ended."""
    if number == "A15":
        return [("KYC", "LEFT")]
    if number == "A16":
        return [("KYC", "PASS"), ("ANTI_FRAUD", "FAIL")]
    if number == "A19":
        return [("KYC", "PASS"), ("ANTI_FRAUD", "PASS"), ("RULES", "PASS"), ("SCORE", "OPEN")]
    if result == "DECLINED":
        last = 3 if hits[0] == "score_floor" else 2
        return [*((stage, "PASS") for stage in STAGES[:last]), (STAGES[last], "FAIL")]
    return [(stage, "PASS") for stage in (STAGES if drawn else STAGES[:5])]
