"""Rows of the loans of the dozen, from the facts told in :mod:`tests.dozen`; what is told twice must agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from jiebei_dash.book.scope import month_plus, months_between
from jiebei_dash.terms import bucket_of
from tests.dozen import CUSTOMER_OF, FEN, LAST, LOANS, Row, segments_of


def lent() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {name: [] for name in ("loan", "instalment", "loan_month", "funding_share")}
    for number, loan in LOANS.items():
        application, draw_no, product, term, yuan, opened_no, seconds, states_text, paid_days = loan
        term, principal = int(str(term)), int(str(yuan)) * FEN
        opened = date(2024, int(str(opened_no)), 1)
        states = str(states_text).split()
        both = {**segments_of(str(application)), "product_class": product, "term_months": term}
        paid = [
            None if day is None else date.fromisoformat(f"2024-{day}")
            for day in list(paid_days)[:term] + [None] * (term - len(paid_days))
        ]
        instalments = _instalments(number, opened, principal, paid, both)
        months = _months(number, opened, principal, instalments, states, both)
        found["instalment"] += instalments
        found["loan_month"] += months
        found["loan"].append(
            {
                "loan_id": number,
                "application_id": application,
                "customer_id": CUSTOMER_OF[str(application)],
                "product_code": f"{product}_{term}",
                **both,
                "repay_method": "EQ_INSTALLMENT",
                "opened_month": opened,
                "requested_at": datetime(2024, opened.month, 15, 10),
                "disbursed_at": datetime(2024, opened.month, 15, 10) + timedelta(seconds=int(str(seconds))),
                "cash_seconds": seconds,
                "draw_no": draw_no,
                "principal_fen": principal,
                "rate_day": 0.0004,
                "first_due_on": instalments[0]["due_on"],
                **_milestones(months),
            }
        )
        for funder, tenths in (("OWN", 3), ("BANK_A", 7)):
            found["funding_share"].append(
                {
                    "loan_id": number,
                    "funder_code": funder,
                    "share_rate": tenths / 10,
                    "principal_fen": principal * tenths // 10,
                    "opened_month": opened,
                }
            )
    for name in ("instalment", "loan_month"):
        found[name].sort(key=lambda row: str(row.get("month") or row["due_month"]))
    return found


def _instalments(number: str, opened: date, principal: int, paid: list[date | None], both: Row) -> list[Row]:
    part, interest = principal // len(paid), principal // 100
    rows: list[Row] = []
    for place, paid_on in enumerate(paid, start=1):
        due_on = month_plus(opened, place).replace(day=10)
        is_prepaid = paid_on is not None and paid_on < due_on.replace(day=1)
        rows.append(
            {
                "loan_id": number,
                "instalment_no": place,
                "opened_month": opened,
                "due_on": due_on,
                "due_month": due_on.replace(day=1),
                "due_principal_fen": part,
                "due_interest_fen": interest,
                "paid_on": paid_on,
                "days_late": None if paid_on is None else (paid_on - due_on).days,
                "paid_principal_fen": 0 if paid_on is None else part,
                "paid_interest_fen": 0 if paid_on is None or is_prepaid else interest,
                "is_prepaid": is_prepaid,
                **both,
            }
        )
    return rows


def _months(
    number: str, opened: date, principal: int, instalments: list[Row], states: list[str], both: Row
) -> list[Row]:
    rows: list[Row] = []
    balance = principal
    for mob, state in enumerate(states):
        month = month_plus(opened, mob)
        end = month_plus(month, 1) - timedelta(days=1)
        unpaid = [
            row["due_on"]
            for row in instalments
            if row["due_on"] <= end and (not row["paid_on"] or row["paid_on"] > end)
        ]  # type: ignore[operator]
        dpd = (end - min(unpaid)).days if unpaid else 0  # type: ignore[type-var]
        if state in ("WO", "SOLD", "PAID"):
            dpd = dpd if state != "PAID" else 0
        elif bucket_of(dpd) != state:
            raise ValueError(f"{number} at month {mob}: told {state}, counted {dpd} days")
        cash = [row for row in instalments if row["paid_on"] and row["paid_on"].replace(day=1) == month]  # type: ignore[attr-defined]
        due = [row for row in instalments if row["due_month"] == month]
        received = sum(int(str(row["due_principal_fen"])) for row in cash)
        early = sum(int(str(row["due_principal_fen"])) for row in cash if row["is_prepaid"])
        is_lost = state in ("WO", "SOLD")
        lost = balance - received if is_lost else 0
        owing = [row for row in instalments if row["due_on"] in unpaid]
        closing = balance - received - lost
        rows.append(
            {
                "loan_id": number,
                "month": month,
                "opened_month": opened,
                "mob": mob,
                "state": state,
                "prev_state": states[mob - 1] if mob else None,
                "dpd_days": dpd,
                "opening_fen": balance if mob else 0,
                "balance_fen": closing,
                "scheduled_fen": sum(int(str(row["due_principal_fen"])) for row in due if not row["is_prepaid"]),
                "paid_principal_fen": received,
                "prepaid_fen": early,
                "paid_interest_fen": sum(int(str(row["due_interest_fen"])) for row in cash if not row["is_prepaid"]),
                "lost_fen": lost,
                "lost_interest_fen": sum(int(str(row["due_interest_fen"])) for row in owing) if is_lost else 0,
                "overdue_fen": 0
                if is_lost
                else sum(int(str(row[f"due_{kind}_fen"])) for row in owing for kind in ("principal", "interest")),
                **both,
            }
        )
        balance = closing
    last = rows[-1]
    if last["state"] in ("PAID", "WO", "SOLD"):
        if balance:
            raise ValueError(f"{number} closes with {balance} fen left")
    elif months_between(opened, LAST) != len(states) - 1:
        raise ValueError(f"{number} is open and does not reach October")
    return rows


def _milestones(months: list[Row]) -> Row:
    found: Row = {"lost_fen": sum(int(str(row["lost_fen"])) for row in months)}
    for days in (30, 60, 90):
        late = [row for row in months if int(str(row["dpd_days"])) > days and row["state"] not in ("WO", "SOLD")]
        first = late[0] if late else {"month": None, "mob": None, "balance_fen": None}
        found |= {f"first_{days}_{name}": first[key] for name, key in _MILESTONE}
    last = months[-1]
    closed = last["state"] in ("PAID", "WO", "SOLD")
    for name, key in (("closed_month", "month"), ("closed_mob", "mob"), ("closed_state", "state")):
        found[name] = last[key] if closed else None
    return found


_MILESTONE = (("month", "month"), ("mob", "mob"), ("fen", "balance_fen"))


def recovered() -> list[Row]:
    both: Row = {
        **segments_of("A02"),
        "loan_id": "L02",
        "opened_month": date(2024, 1, 1),
        "lost_month": date(2024, 8, 1),
    }
    sold: Row = {
        **segments_of("A06"),
        "loan_id": "L06",
        "opened_month": date(2024, 2, 1),
        "lost_month": date(2024, 9, 1),
    }
    return [
        {
            **both,
            "month": date(2024, 9, 1),
            "kind": "CASH",
            "recovered_fen": 100 * FEN,
            "commission_fen": 20 * FEN,
            "agency_code": "AG1",
        },
        {
            **both,
            "month": date(2024, 10, 1),
            "kind": "CASH",
            "recovered_fen": 300 * FEN,
            "commission_fen": 90 * FEN,
            "agency_code": "AG1",
        },
        {
            **sold,
            "month": date(2024, 9, 1),
            "kind": "SALE",
            "recovered_fen": 400 * FEN,
            "commission_fen": 0,
            "agency_code": None,
        },
    ]
