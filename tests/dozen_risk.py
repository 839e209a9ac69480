"""What was done about the twelve loans: limits moved, allowances made, borrowers contacted; amounts in yuan.

Thirteen lines are opened when they are decided: three in Jan, three in Feb, three in Mar, four in Jul. A01 is raised
to 10,000 in Jul; A03 is closed unused in Sep; A02, A04, A06 and A11 are frozen when late, A04 is thawed in Jun, A06 is
cut to 4,000 in Jun; A02 and A06 are closed when their loans are lost. Limits at month-ends, in thousands of yuan, and
lines:

=============  ===  ===  ===  ===  ===  ===  ===  ===  ===  ===
month          Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct
=============  ===  ===  ===  ===  ===  ===  ===  ===  ===  ===
active limit   24   40   74   66   58   66   104  96   88   88
frozen limit   0    8    8    16   24   12   12   12   8    8
active lines   3    5    8    7    6    7    11   10   9    9
frozen lines   0    1    1    2    3    2    2    2    1    1
=============  ===  ===  ===  ===  ===  ===  ===  ===  ===  ===

Eight contacts: five reached somebody, four of them were promised money: L02's was broken in Mar, L04's kept in Jun and
L09's in Jul, L11's falls due after October. One call at 23:00 was not permitted.

Allowances are held for August (3,880 on 32,000, of it 3,600 on the 4,000 of stage 3) and October (2,840 on 22,000).
"""

from __future__ import annotations

from datetime import date, datetime

from tests.dozen import FEN, LOANS, Row, segments_of

# line: kind, reason, when, limit after it, change of the active and of the frozen limit
LINES: tuple[tuple[str, str, str, str, int, int, int], ...] = (
    ("A01", "OPEN", "APPROVED", "2024-01-08 09:00:02", 8_000, 8_000, 0),
    ("A01", "RAISE", "GOOD_PAYER", "2024-07-31 20:00:00", 10_000, 2_000, 0),
    ("A02", "OPEN", "APPROVED", "2024-01-09 09:00:02", 8_000, 8_000, 0),
    ("A02", "FREEZE", "PAST_DUE", "2024-02-29 20:00:00", 8_000, -8_000, 8_000),
    ("A02", "CLOSE", "LOST", "2024-08-31 20:00:00", 0, 0, -8_000),
    ("A03", "OPEN", "APPROVED", "2024-01-10 09:00:03", 8_000, 8_000, 0),
    ("A03", "CLOSE", "NOT_USED", "2024-09-30 20:00:00", 0, -8_000, 0),
    ("A04", "OPEN", "APPROVED", "2024-02-05 09:00:03", 8_000, 8_000, 0),
    ("A04", "FREEZE", "PAST_DUE", "2024-04-30 20:00:00", 8_000, -8_000, 8_000),
    ("A04", "THAW", "CURED", "2024-06-30 20:00:00", 8_000, 8_000, -8_000),
    ("A05", "OPEN", "APPROVED", "2024-02-02 09:00:00", 8_000, 8_000, 0),
    ("A06", "OPEN", "APPROVED", "2024-02-07 09:00:04", 8_000, 8_000, 0),
    ("A06", "FREEZE", "PAST_DUE", "2024-05-31 20:00:00", 8_000, -8_000, 8_000),
    ("A06", "CUT", "PAST_DUE", "2024-06-30 20:00:00", 4_000, 0, -4_000),
    ("A06", "CLOSE", "LOST", "2024-09-30 20:00:00", 0, 0, -4_000),
    ("A07", "OPEN", "APPROVED", "2024-03-04 09:00:04", 8_000, 8_000, 0),
    ("A08", "OPEN", "APPROVED", "2024-03-05 09:00:05", 18_000, 18_000, 0),
    ("A09", "OPEN", "APPROVED", "2024-03-06 09:00:05", 8_000, 8_000, 0),
    ("A10", "OPEN", "APPROVED", "2024-07-08 09:00:08", 12_000, 12_000, 0),
    ("A11", "OPEN", "APPROVED", "2024-07-09 09:00:08", 8_000, 8_000, 0),
    ("A11", "FREEZE", "PAST_DUE", "2024-08-31 20:00:00", 8_000, -8_000, 8_000),
    ("A12", "OPEN", "APPROVED", "2024-07-10 09:00:10", 8_000, 8_000, 0),
    ("A17", "OPEN", "APPROVED", "2024-07-20 09:00:00", 8_000, 8_000, 0),
)

# loan: when, bucket, agency, channel, result, promised, by when, kept when, permitted
CONTACTS: tuple[tuple[str, str, str, str, str, str, int | None, str | None, str | None, bool], ...] = (
    ("L02", "2024-02-20 10:00:00", "M1", "OWN", "SMS", "NOT_REACHED", None, None, None, True),
    ("L02", "2024-03-20 10:00:00", "M2", "AG1", "CALL", "PROMISED", 500, "2024-03-25", None, True),
    ("L02", "2024-03-28 10:00:00", "M2", "AG1", "CALL", "REFUSED", None, None, None, True),
    ("L04", "2024-04-20 10:00:00", "M1", "OWN", "SMS", "NOT_REACHED", None, None, None, True),
    ("L04", "2024-05-30 10:00:00", "M2", "AG1", "CALL", "PROMISED", 3_180, "2024-06-12", "2024-06-12", True),
    ("L09", "2024-06-20 10:00:00", "M1", "OWN", "CALL", "PROMISED", 1_060, "2024-07-05", "2024-07-05", True),
    ("L11", "2024-10-15 23:00:00", "M2", "AG1", "CALL", "NOT_REACHED", None, None, None, False),
    ("L11", "2024-10-20 10:00:00", "M2", "AG1", "CALL", "PROMISED", 1_060, "2024-11-05", None, True),
)

# month, product class, stage: principal, allowance
ALLOWANCES: tuple[tuple[int, str, int, int, int], ...] = (
    (8, "JB_STD", 1, 13_000, 130),
    (8, "JB_M1", 1, 12_000, 120),
    (8, "JB_FLEX", 1, 3_000, 30),
    (8, "JB_FLEX", 3, 4_000, 3_600),
    (10, "JB_STD", 1, 9_000, 90),
    (10, "JB_M1", 1, 5_000, 50),
    (10, "JB_M1", 2, 5_000, 1_500),
    (10, "JB_FLEX", 2, 3_000, 1_200),
)


def done_about() -> dict[str, list[Row]]:
    """Rows of these tables."""
    return {"line_event": _lines(), "contact": _contacts(), "allowance": _allowances()}


def _lines() -> list[Row]:
    rows: list[Row] = []
    for line, kind, reason, at, limit, active, frozen in LINES:
        rows.append(
            {
                "application_id": line,
                "event_no": 1 + sum(row["application_id"] == line for row in rows),
                "changed_at": datetime.fromisoformat(at),
                "kind": kind,
                "reason_code": reason,
                "limit_fen": limit * FEN,
                "active_delta_fen": active * FEN,
                "frozen_delta_fen": frozen * FEN,
                "submitted_month": date(2024, 1 if line == "A05" else int(at[5:7]), 1),
                **segments_of(line),
            }
        )
    opened = {str(row["application_id"]): row["submitted_month"] for row in rows if row["event_no"] == 1}
    for row in rows:
        row["submitted_month"] = opened[str(row["application_id"])]
    return rows


def _contacts() -> list[Row]:
    rows: list[Row] = []
    for loan, at, bucket, agency, channel, result, promised, by, kept, permitted in CONTACTS:
        application, _, product, term, _, opened = LOANS[loan][:6]
        rows.append(
            {
                "loan_id": loan,
                "contact_no": 1 + sum(row["loan_id"] == loan for row in rows),
                "contacted_at": datetime.fromisoformat(at),
                "opened_month": date(2024, int(str(opened)), 1),
                "bucket": bucket,
                "agency_code": agency,
                "contact_channel": channel,
                "result": result,
                "promised_fen": None if promised is None else promised * FEN,
                "promised_on": by and date.fromisoformat(by),
                "kept_on": kept and date.fromisoformat(kept),
                "is_permitted": permitted,
                **segments_of(str(application)),
                "product_class": product,
                "term_months": term,
            }
        )
    return rows


def _allowances() -> list[Row]:
    return [
        {
            "month": date(2024, month, 1),
            "product_class": product,
            "ecl_stage": stage,
            "gross_fen": gross * FEN,
            "allowance_fen": held * FEN,
        }
        for month, product, stage, gross, held in ALLOWANCES
    ]
