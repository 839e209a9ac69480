"""What the page of one loan says, from its months."""

from __future__ import annotations

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.text import numbers
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words

FACTS = (
    "loan_id", "product_class", "product_code", "channel", "province_code", "zhima_band", "term_months", "repay_method",
    "opened_month", "disbursed_at", "cash_seconds", "draw_no", "principal_fen", "rate_day", "first_due_on",
    "first_30_month", "first_60_month", "first_90_month", "closed_state", "closed_month", "lost_fen",
)  # fmt: skip
MONTHS = (
    "month", "mob", "state", "dpd_days", "scheduled_fen", "paid_principal_fen", "paid_interest_fen", "overdue_fen",
    "balance_fen", "lost_fen", "recovered_fen",
)  # fmt: skip


def opening(facts: pd.Series, history: pd.DataFrame, words: Words) -> list[str]:
    """Return what the loan was, where it stands, and how late it ever was."""
    on_book = history[history["state"].notna()]
    last = on_book.iloc[-1]
    said = [
        words(
            "loan.said_opened",
            number=escaped(str(facts["loan_id"])),
            month=numbers.month(facts["opened_month"]),
            amount=_yuan(facts["principal_fen"], words),
            term=words.code("term_months", int(facts["term_months"])),
            product=words.code("product_class", facts["product_class"]),
        ),
        words(
            "loan.said_stands",
            month=numbers.month(last["month"]),
            state=words.code("state", last["state"]),
            balance=_yuan(last["balance_fen"], words),
        ),
    ]
    late = on_book[on_book["state"].isin(terms.BUCKETS[1:])]
    if len(late):
        said.append(words("loan.said_late", days=numbers.count(late["dpd_days"].max()), months=len(late)))
    else:
        said.append(words("loan.said_never_late"))
    came = history["recovered_fen"].sum()
    if last["state"] in ("WO", "SOLD"):
        said.append(words("loan.said_lost", lost=_yuan(last["lost_fen"], words), came=_yuan(came, words)))
    return said


def _yuan(fen: float, words: Words) -> str:
    return numbers.UNKNOWN if numbers.is_unknown(fen) else numbers.yuan(fen, words.language)
