"""The applications of the invented book as tables, each in the order of its months."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from jiebei_dash import terms
from jiebei_dash.book.policy import RULES
from jiebei_dash.features import FEATURE_KEYS, SOURCES
from jiebei_dash.sample.applying import APPROVED, DECLINED, OUTCOMES, RULES_STAGE, SCORE, Columns
from jiebei_dash.sample.arrays import Names, days, moments, months, take, words
from jiebei_dash.sample.borrowing import EQ_INSTALLMENT
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Flags, Ints
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.people import Crowd

_METHOD_WORD = ("EQ", "IO", "RV")
CLASSES = ("JB_STD", "JB_M1", "JB_FLEX")


def class_of(method: Ints, is_m1: Flags) -> Ints:
    """Return the product class: JB_FLEX without a schedule of principal, else by the person's class."""
    return np.where(method != EQ_INSTALLMENT, 2, np.where(is_m1, 1, 0))


def product_codes(product_class: Ints, term: Ints, method: Ints) -> pa.Array:
    """Return product codes such as ``JB_M1-12-EQ``."""
    codes = [f"{name}-{term}-{word}" for name in CLASSES for term in terms.TERMS_MONTHS for word in _METHOD_WORD]
    place = np.searchsorted(np.sort(terms.TERMS_MONTHS), term)
    place = np.argsort(terms.TERMS_MONTHS)[place]
    return words(codes, (product_class * len(terms.TERMS_MONTHS) + place) * len(_METHOD_WORD) + method)


def products(applications: Columns, loans: Columns, parameters: Parameters) -> pa.Table:
    """Return the table ``product``: the combinations that were asked for or drawn."""
    widest = max(terms.TERMS_MONTHS) + 1
    numbers = np.unique(
        np.concatenate(
            [
                (rows["class"] * widest + rows["term"]) * len(_METHOD_WORD) + rows["method"]
                for rows in (applications, loans)
            ]
        )
    )
    term_of, method = np.divmod(numbers, len(_METHOD_WORD))
    used = np.column_stack([*np.divmod(term_of, widest), method])
    count = len(used)
    return pa.table(
        {
            "product_code": product_codes(used[:, 0], used[:, 1], used[:, 2]),
            "product_class": words(CLASSES, used[:, 0]),
            "term_months": pa.array(used[:, 1]),
            "repay_method": words(parameters.draws.repay_methods, used[:, 2]),
            "day_count": pa.array(["30/360"] * count),
            "min_fen": pa.array(np.full(count, parameters.draws.least_fen)),
            "max_fen": pa.array(np.full(count, max(int(policy.amount_cap) for policy in parameters.policies))),
            "licence_entity": words(("Consumer finance company", "Micro-loan company"), used[:, 0] == 2),
        }
    )


def segments(applications: Columns, parameters: Parameters) -> dict[str, pa.Array]:
    """Return the columns that every fact repeats, by application; loans bring their own class and term."""
    return {
        "channel": words(parameters.people.channels, applications["channel"]),
        "province_code": words(terms.PROVINCES, applications["province"]),
        "zhima_band": words(terms.ZHIMA_BANDS, applications["band"]),
    }


def own_product(rows: Columns) -> dict[str, pa.Array]:
    """Return product class and term as columns."""
    return {"product_class": words(CLASSES, rows["class"]), "term_months": pa.array(rows["term"])}


def application_table(rows: Columns, names: Names, same: dict[str, pa.Array]) -> pa.Table:
    """Return the table ``application``."""
    left, outcome = rows["left_ms"], rows["outcome"]
    last_stage = 4 - np.argmax(outcome[:, 4::-1] != 0, axis=1)
    at_end = left[np.arange(len(left)), last_stage]
    decided = np.where(np.isin(rows["result"], (APPROVED, DECLINED)), at_end, -1)
    return pa.table(
        {
            "application_id": names.application,
            "customer_id": names.customer.take(pa.array(rows["person"])),
            "product_code": product_codes(rows["class"], rows["term"], rows["method"]),
            **own_product(rows),
            **same,
            "requested_fen": pa.array(rows["requested_fen"]),
            "submitted_at": moments(rows["submitted_ms"]),
            "submitted_month": months(rows["month"]),
            "result": words(terms.RESULTS, rows["result"]),
            "decided_at": moments(decided),
            "is_repeat": pa.array(rows["is_repeat"]),
            "is_manual": pa.array(rows["is_manual"]),
        }
    )


def stage_table(rows: Columns, names: Names, same: dict[str, pa.Array]) -> pa.Table:
    """Return the table ``application_stage``."""
    row, stage = np.nonzero(rows["outcome"])
    return pa.table(
        {
            "application_id": names.application.take(pa.array(row)),
            "stage_no": pa.array(stage + 1),
            "stage": words(terms.STAGES, stage),
            "entered_at": moments(rows["entered_ms"][row, stage]),
            "left_at": moments(rows["left_ms"][row, stage]),
            "outcome": words(OUTCOMES, rows["outcome"][row, stage]),
            "submitted_month": months(rows["month"][row]),
            **take({**own_product(rows), **same}, row),
        }
    )


def decision_table(
    rows: Columns, names: Names, same: dict[str, pa.Array], policies: Sequence[str], models: Sequence[str]
) -> pa.Table:
    """Return the table ``decision``; its rows are the applications that entered the rules."""
    row = np.flatnonzero(rows["has_decision"])
    approved, hits = rows["approved"][row], rows["hits"][row]
    price = [f"P{cell:02d}-L{band}" for cell in range(1, 11) for band in range(1, 7)]
    width = 6
    decided = decided_ms(rows)[row]
    return pa.table(
        {
            "decision_id": names.decision.take(pa.array(row)),
            "application_id": names.application.take(pa.array(row)),
            "decided_at": moments(decided),
            "decided_month": months(decided.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)),
            "submitted_month": months(rows["month"][row]),
            "decision": words(("DECLINED", "APPROVED"), approved),
            "main_reason": words([rule.key for rule in RULES], np.argmax(hits, axis=1), np.asarray(~hits.any(axis=1))),
            "policy_version": words(policies, rows["policy_no"][row]),
            "model_version": words(models, rows["model_no"][row]),
            "score_points": pa.array(rows["points"][row]),
            "pd_rate": pa.array(rows["pd_rate"][row]),
            "requested_fen": pa.array(rows["requested_fen"][row]),
            "limit_fen": pa.array(np.where(approved, rows["limit_fen"][row], 0)),
            "rate_day": pa.array(rows["rate_day"][row], mask=~approved),
            "price_cell": words(price, rows["price_cell"][row] * width + rows["limit_band"][row], ~approved),
            "is_random_lane": pa.array(rows["is_lane"][row]),
            "is_override": pa.array(rows["is_override"][row]),
            **take({**own_product(rows), **same}, row),
        }
    )


def decided_ms(rows: Columns) -> Ints:
    """Return when rules and score had decided: the end of the last of both stages that was entered."""
    left = rows["left_ms"]
    return np.where(left[:, SCORE] >= 0, left[:, SCORE], left[:, RULES_STAGE])


def hit_table(rows: Columns, names: Names, thresholds: np.ndarray) -> pa.Table:
    """Return the table ``rule_hit``; ``thresholds`` has a row a policy and a column a rule."""
    row, rule = np.nonzero(rows["hits"])
    observed = np.empty(len(row))
    for place, record in enumerate(RULES):
        at = rule == place
        if record.column == "limit_fen":
            observed[at] = rows["untrimmed_fen"][row[at]]
        elif record.column == "score_points":
            observed[at] = rows["points"][row[at]]
        else:
            observed[at] = rows["matrix"][row[at], FEATURE_KEYS.index(record.column)]
    return pa.table(
        {
            "decision_id": names.decision.take(pa.array(row)),
            "rule_key": words([record.key for record in RULES], rule),
            "rule_no": pa.array(rule + 1),
            "observed_value": pa.array(observed),
            "threshold_value": pa.array(thresholds[rows["policy_no"][row], rule]),
            "submitted_month": months(rows["month"][row]),
        }
    )


def snapshot_table(rows: Columns, names: Names) -> pa.Table:
    """Return the table ``feature_snapshot``: each source answered between anti-fraud and the rules."""
    row = np.flatnonzero(rows["has_decision"])
    entered = rows["entered_ms"][row, RULES_STAGE]
    return pa.table(
        {
            "decision_id": names.decision.take(pa.array(row)),
            **{key: pa.array(rows["matrix"][row, place], from_pandas=True) for place, key in enumerate(FEATURE_KEYS)},
            **{
                f"{source}_obtained_at": moments(np.maximum(entered - 40 * place, rows["submitted_ms"][row]))
                for place, source in enumerate(SOURCES)
            },
            "submitted_month": months(rows["month"][row]),
        }
    )


def customer_table(crowd: Crowd, rows: Columns, names: Names, lot: np.ndarray) -> pa.Table:
    """Return the table ``customer``; age, sex and city lean on the factors a little, and on no score.

    Parameters
    ----------
    crowd, rows
        The people, and their applications in order of time.
    names
        Opaque numbers.
    lot
        Four uniform numbers a person.
    """
    count = crowd.count
    person, first = np.unique(rows["person"], return_index=True)
    seen = np.zeros(count, dtype=np.int64)
    seen[person] = rows["submitted_ms"][first]
    income = np.zeros(count)
    income[person] = rows["matrix"][first, FEATURE_KEYS.index("income_month_fen")]
    age = np.clip(31 + 6 * crowd.factors[:count, 3] + 9 * (lot[0] - 0.4), 18, 62)
    tier = np.clip(3.1 - 0.7 * crowd.factors[:count, 1] + 2.2 * (lot[1] - 0.5), 1, 5).astype(np.int64)
    sex = np.where(lot[2] < 0.005, 2, (lot[2] < 0.56 + 0.02 * crowd.factors[:count, 4]).astype(np.int64))
    salt = "jiebei-dash sample"
    hashed = [hashlib.sha256(f"{salt}{name}".encode()).hexdigest()[:32] for name in names.customer.to_pylist()]
    return pa.table(
        {
            "customer_id": names.customer,
            "id_hash": pa.array(hashed),
            "age_band": words(
                ("18_24", "25_34", "35_44", "45_54", "55_UP"), np.searchsorted((25, 35, 45, 55), age, side="right")
            ),
            "gender": words(("F", "M", "NA"), sex),
            "city_tier": words(("1", "2", "3", "4", "5"), tier - 1),
            "province_code": words(terms.PROVINCES, crowd.province[:count]),
            "income_month_fen": pa.array(income.astype(np.int64)),
            "first_seen_on": days(seen // 86_400_000),
            "is_first_credit": pa.array(crowd.is_thin[:count] & (lot[3] < 0.8)),
        }
    )


def loan_columns(loans: Ledger, lines: Ledger) -> Columns:
    """Return a loan's product and application, by number."""
    line = loans["line"]
    return {
        "application": lines["application"][line],
        "class": class_of(loans["method"], lines["is_m1"][line]),
        "term": loans["term"],
        "method": loans["method"],
    }
