"""Small books drawn from a seed, full of what is rare in a tidy one.

Segments and amounts that are unknown, months without a row, decisions that come late or never, lines drawn several
times or not at all, loans with gaps, early pay-offs, write-offs and sales, instalments never settled or paid early.
What one table says of a loan agrees with what another says.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from jiebei_dash.book.policy import RULES, make_policy
from jiebei_dash.book.scope import DIMENSIONS, month_plus, months_between
from jiebei_dash.features import FEATURES
from jiebei_dash.load.writer import Replaces, new_book
from jiebei_dash.terms import (
    BUCKETS,
    CASH_KINDS,
    CONTACT_CHANNELS,
    CONTACT_RESULTS,
    ECL_STAGES,
    LINE_EVENTS,
    LINE_REASONS,
    OWN_AGENCY,
    PAST_DUE_DAYS,
    PRODUCT_CLASSES,
    RESULTS,
    STAGES,
    bucket_of,
)

Row = dict[str, Any]
Rows = dict[str, list[Row]]
FIRST = date(2023, 5, 1)
MADE_AT = datetime(2024, 9, 1, 6)


def write_random(
    path: Path,
    seed: int,
    months: int = 14,
    applications: int = 90,
    made_at: datetime = MADE_AT,
    only: dict[str, list[date]] | None = None,
    variant: int = 0,
) -> str:
    """Write the book of a seed and return its address.

    Parameters
    ----------
    path
        File of the book.
    seed
        Equal seeds give equal books.
    months, applications
        How long it is, and how many applied.
    made_at
        When it became current.
    only
        Months by table: only these are taken from the book of the seed and replace those of the book that is there.
    variant
        The same applications and loans, but for how the loans went.
    """
    rows = random_rows(seed, months, applications, variant)
    replaces: Replaces = "months" if only is not None else "book"
    lacks = ["amounts"] if _no_amounts(seed) else []
    with new_book(f"duckdb:///{path}", "tape", f"Random {seed}", "0" * 64, lacks=lacks, made_at=made_at,
                  replaces=replaces) as writer:  # fmt: skip
        for table, found in rows.items():
            if only is not None:
                if table not in only:
                    continue
                found = [row for row in found if row[_PERIOD[table]] in only[table]]
                writer.replace_months(table, only[table])
            if found:
                writer.append(table, pd.DataFrame(found).astype(object))
        writer.record("load_run", [{"load_no": writer.load_no, "outcome": "LOADED", "mode": "WHOLE", "tape": "random",
                                    "source_sha256": "0" * 64, "mapping_sha256": "", "seconds": 1.0,
                                    "stopped_by": ""}])  # fmt: skip
    return f"duckdb:///{path}"


_PERIOD = {"application": "submitted_month", "application_stage": "submitted_month", "decision": "submitted_month",
           "rule_hit": "submitted_month", "feature_snapshot": "submitted_month", "loan": "opened_month",
           "instalment": "due_month", "loan_month": "month", "recovery": "month", "allowance": "month",
           "line_event": "month", "contact": "month"}  # fmt: skip


def _no_amounts(seed: int) -> bool:
    return seed % 4 == 3


def random_rows(seed: int, months: int = 14, applications: int = 90, variant: int = 0) -> Rows:
    """Return the rows of the book of a seed, by table."""
    chance = random.Random(seed)
    found: Rows = {name: [] for name in _PERIOD}
    last = month_plus(FIRST, months - 1)
    used = sorted(chance.sample(range(months), max(2, months - chance.randint(0, 3))))
    for number in range(applications):
        submitted = month_plus(FIRST, chance.choice(used))
        segments: Row = {each.key: chance.choice(each.codes[-3:] if chance.random() < 0.3 else each.codes[:3])
                         for each in DIMENSIONS}  # fmt: skip
        _applied(found, chance, f"A{seed}x{number:04}", submitted, last, segments, variant)
    for month in (month_plus(FIRST, back) for back in range(months)):
        found["allowance"] += _held(chance, month)
    if _no_amounts(seed):
        for table in found.values():
            for row in table:
                for name in row:
                    if name.endswith("_fen"):
                        row[name] = None
    policy = make_policy({})
    found["policy_version"] = [{"policy_version": "P1", "effective_from": datetime(2023, 1, 1),
                                "rules_json": policy.json(), "content_sha256": policy.sha256()}]  # fmt: skip
    return found


def _maybe(chance: random.Random, value: Any, share: float = 0.85) -> Any:
    return value if chance.random() < share else None


def _applied(
    found: Rows, chance: random.Random, number: str, submitted: date, last: date, segments: Row, variant: int
) -> None:
    submitted_at = datetime(submitted.year, submitted.month, chance.randint(1, 28), chance.randint(0, 23))
    result = chance.choice(RESULTS[:2] * 3 + RESULTS)
    wait = timedelta(seconds=chance.choice((1, 30, 3_000, 86_400 * 8, 86_400 * 40)))
    decided_at = _maybe(chance, submitted_at + wait, 0.95) if result in RESULTS[:2] else None
    both: Row = {"submitted_month": submitted, **segments}
    asked = _maybe(chance, chance.randint(1, 60) * 100_000)
    found["application"].append(
        {"application_id": number, "product_code": "P", **both, "requested_fen": asked, "submitted_at": submitted_at,
         "result": result, "decided_at": decided_at, "is_manual": chance.choice((True, False, None))}
    )  # fmt: skip
    for stage_no, stage in enumerate(STAGES[: chance.randint(0, len(STAGES))], start=1):
        entered = submitted_at + timedelta(days=chance.choice((0, 0, 1, 35)))
        outcome = chance.choice(("PASS", "PASS", "FAIL", "LEFT", "OPEN"))
        left = None if outcome == "OPEN" else _maybe(chance, entered + timedelta(days=chance.choice((0, 2, 31))))
        found["application_stage"].append(
            {"application_id": number, "stage_no": stage_no, "stage": stage, "entered_at": _maybe(chance, entered),
             "left_at": left, "outcome": outcome, **both}
        )  # fmt: skip
    if decided_at is None or chance.random() < 0.1:
        return
    granted = result == "APPROVED"
    hits = chance.sample([rule for rule in RULES if rule.effect == "decline"], chance.choice((0, 0, 1, 2)))
    cap = [rule for rule in RULES if rule.effect == "trim" and granted and chance.random() < 0.3]
    decision = f"D{number}"
    for rule in [*hits, *cap]:
        found["rule_hit"].append(
            {"decision_id": decision, "rule_key": rule.key, "rule_no": RULES.index(rule) + 1,
             "observed_value": _maybe(chance, float(chance.randint(1, 900))), "threshold_value": rule.today,
             "submitted_month": submitted}
        )  # fmt: skip
    found["decision"].append(
        {"decision_id": decision, "application_id": number, "decided_at": decided_at,
         "decided_month": decided_at.date().replace(day=1), "decision": result, "submitted_month": submitted,
         "main_reason": hits[0].key if hits and chance.random() < 0.9 else None, "policy_version": "P1",
         "score_points": _maybe(chance, float(chance.randint(500, 700))), "pd_rate": _maybe(chance, chance.random()),
         "requested_fen": asked, "limit_fen": chance.randint(1, 40) * 100_000 if granted else 0, **segments}
    )  # fmt: skip
    if chance.random() < 0.9:
        inputs = {each.key: _maybe(chance, chance.uniform(each.low, each.high)) for each in FEATURES}
        found["feature_snapshot"].append({"decision_id": decision, "submitted_month": submitted, **inputs})
    if granted:
        found["line_event"] += _line(random.Random(f"{number} line"), number, submitted, decided_at, last, segments)
        opened = decided_at.date().replace(day=1)
        for draw_no in range(1, chance.choice((1, 2, 2, 3, 4))):
            opened = month_plus(opened, chance.choice((0, 0, 1, 5)))
            if opened <= last:
                own = random.Random(f"{variant} {number} {draw_no}")
                _drawn(found, own, f"L{number}{draw_no}", number, draw_no, opened, last, segments)


def _drawn(
    found: Rows, chance: random.Random, loan: str, number: str, draw_no: int, opened: date, last: date, segments: Row
) -> None:
    principal, term = chance.randint(1, 30) * 100_000, chance.choice((1, 3, 6))
    asked_at = datetime(opened.year, opened.month, chance.randint(1, 27), 9)
    months = _course(chance, loan, opened, last, principal, segments)
    facts: Row = {}
    for days in PAST_DUE_DAYS:
        late = [row for row in months if row["dpd_days"] > days and row["balance_fen"]]
        if late:
            facts |= {f"first_{days}_month": late[0]["month"], f"first_{days}_mob": late[0]["mob"],
                      f"first_{days}_fen": late[0]["balance_fen"]}  # fmt: skip
    end = months[-1]
    if end["state"] in ("PAID", "WO", "SOLD"):
        facts |= {"closed_month": end["month"], "closed_mob": end["mob"], "closed_state": end["state"]}
    found["loan_month"] += [row for row in months if row is end or row is months[0] or chance.random() < 0.95]
    found["loan"].append(
        {"loan_id": loan, "application_id": number, "product_code": "P", **segments, "opened_month": opened,
         "customer_id": _person(number),
         "requested_at": asked_at, "draw_no": draw_no, "principal_fen": principal, "lost_fen": end["lost_fen"],
         "disbursed_at": _maybe(chance, asked_at + timedelta(seconds=chance.choice((1, 25, 4_000, 900_000)))), **facts}
    )  # fmt: skip
    for instalment_no in range(1, term + 1):
        due = month_plus(opened, instalment_no)
        due_on = due.replace(day=chance.randint(1, 28))
        paid_on = _maybe(chance, due_on + timedelta(days=chance.choice((-3, 0, 0, 0, 1, 5, 16, 29, 30, 31, 75))), 0.8)
        found["instalment"].append(
            {"loan_id": loan, "instalment_no": instalment_no, "opened_month": opened, "due_on": due_on,
             "due_month": due, "due_principal_fen": principal // term, "due_interest_fen": _maybe(chance, 1_000),
             "paid_on": paid_on, "paid_principal_fen": _maybe(chance, principal // term if paid_on else 0),
             "paid_interest_fen": _maybe(chance, 0), "is_prepaid": chance.choice((None, False, False, True)),
             **segments}
        )  # fmt: skip
    if end["state"] in ("WO", "SOLD"):
        for back in range(chance.choice((1, 1, 3))):
            kind = chance.choice(CASH_KINDS)
            found["recovery"].append(
                {"loan_id": loan, "month": month_plus(end["month"], back), "kind": kind, "opened_month": opened,
                 "lost_month": end["month"], "recovered_fen": chance.randint(1, 90_000),
                 "commission_fen": 0 if kind == "SALE" else _maybe(chance, chance.randint(0, 9_000)),
                 "agency_code": None if kind == "SALE" else chance.choice((OWN_AGENCY, "AG1")), **segments}
            )  # fmt: skip
    found["contact"] += _contacts(chance, loan, opened, months, segments)


def _person(number: str) -> str:
    """Two applications in three are of somebody who has another one, in other segments perhaps."""
    return f"K{int(number.partition('x')[2]) // 3:03}"


def _held(chance: random.Random, month: date) -> list[Row]:
    """Months, classes and stages without an allowance; some of a class that nothing is lent in."""
    return [
        {"month": month, "product_class": product, "ecl_stage": stage, "gross_fen": gross,
         "allowance_fen": _maybe(chance, gross // chance.randint(1, 90))}
        for product in PRODUCT_CLASSES for stage in ECL_STAGES
        if chance.random() < 0.6 for gross in [chance.randint(1, 900) * 1_000]
    ]  # fmt: skip


def _line(
    chance: random.Random, number: str, submitted: date, opened_at: datetime, last: date, segments: Row
) -> list[Row]:
    """A line that is opened and then moved, at times twice a month, also after its last drawdown."""
    found: list[Row] = []
    limit, moved_at = chance.randint(1, 40) * 100_000, opened_at
    for event_no in range(1, chance.randint(2, 5)):
        if moved_at.date().replace(day=1) > last:
            break
        kind = LINE_EVENTS[0] if event_no == 1 else chance.choice(LINE_EVENTS[1:])
        change = limit if event_no == 1 else chance.randint(-90, 90) * 1_000
        found.append(
            {"application_id": number, "event_no": event_no, "changed_at": moved_at, "kind": kind,
             "reason_code": chance.choice(LINE_REASONS), "limit_fen": limit, "active_delta_fen": change,
             "frozen_delta_fen": chance.choice((0, 0, -change)), "month": moved_at.date().replace(day=1),
             "submitted_month": submitted, **segments}
        )  # fmt: skip
        moved_at += timedelta(days=chance.choice((1, 9, 45)))
    return found


def _contacts(chance: random.Random, loan: str, opened: date, months: list[Row], segments: Row) -> list[Row]:
    """Some of its late months with contacts, promises kept, broken and not yet due."""
    found: list[Row] = []
    for row in months:
        for _ in range(chance.choice((0, 0, 1, 2)) if row["dpd_days"] and row["state"] in BUCKETS else 0):
            at = datetime(row["month"].year, row["month"].month, chance.randint(1, 28), chance.randint(6, 23))
            result = chance.choice(CONTACT_RESULTS)
            is_promise = result == "PROMISED"
            due_on = at.date() + timedelta(days=chance.choice((1, 5, 20)))
            found.append(
                {"loan_id": loan, "contact_no": len(found) + 1, "contacted_at": at, "opened_month": opened,
                 "month": row["month"], "bucket": row["state"], "agency_code": chance.choice((OWN_AGENCY, "AG1")),
                 "contact_channel": chance.choice(CONTACT_CHANNELS), "result": result,
                 "promised_fen": chance.randint(1, 90_000) if is_promise else None,
                 "promised_on": due_on if is_promise else None,
                 "kept_on": _maybe(chance, due_on, 0.5) if is_promise else None,
                 "is_permitted": chance.choice((True, True, False, None)), **segments}
            )  # fmt: skip
    return found


def _course(chance: random.Random, loan: str, opened: date, last: date, principal: int, segments: Row) -> list[Row]:
    """Its month-ends until it is closed or the book ends; a day more or a payment, as chance has it."""
    found: list[Row] = []
    days, balance, before = 0, principal, None
    for mob in range(months_between(opened, last) + 1):
        state, lost, opening = bucket_of(days), 0, balance if mob else 0
        if mob and chance.random() < (0.4 if days > 60 else 0.1):
            state = chance.choice(("PAID", "WO", "SOLD") if days > 60 else ("PAID",))
            lost, balance = (0 if state == "PAID" else balance), 0
        elif mob and days == 0:
            balance = max(balance - principal // 6, 1)
        found.append(
            {"loan_id": loan, "month": month_plus(opened, mob), "opened_month": opened, "mob": mob, "state": state,
             "prev_state": before, "dpd_days": days, "opening_fen": opening, "balance_fen": balance, "lost_fen": lost,
             "lost_interest_fen": _maybe(chance, lost // 50), "overdue_fen": _maybe(chance, days * 900 * bool(balance)),
             **segments}
        )  # fmt: skip
        if state in ("PAID", "WO", "SOLD"):
            break
        before, days = state, chance.choice((0, days + 30, days + 30, days + 30, days // 2))
    return found
