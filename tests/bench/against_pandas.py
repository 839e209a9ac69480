"""The same sums in pandas, from the same base rows already in memory; reading them is not counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from jiebei_dash.asking import answer_of
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book
from jiebei_dash.book.scope import month_plus
from tests.bench.measure import ROUNDS, median_ms, memory_mb

BYTES_A_ROW = 150
"""What pandas needs to sum a loan-month, at its peak."""


def read(book: Book, columns: list[Any], *conditions: Any) -> pd.DataFrame:
    """Return the columns of base rows."""
    statement = sa.select(*columns).where(*conditions)
    with book.engine.connect() as connection:
        arrow = connection.execution_options(duckdb_arrow=True).execute(statement).arrow  # type: ignore[attr-defined]
    frame: pd.DataFrame = arrow.to_pandas(self_destruct=True, split_blocks=True)
    return frame


def first_month_that_fits(book: Book) -> date:
    """Return the first cohort from which all loan-months fit into the free memory."""
    counts = sa.select(s.book_month.c.month, s.book_month.c.row_count).where(s.book_month.c.table_name == "loan_month")
    with book.engine.connect() as connection:
        months = sorted(((row.month, row.row_count) for row in connection.execute(counts)), reverse=True)
    room = memory_mb("MemAvailable") * 1e6 * 0.6 / BYTES_A_ROW if memory_mb("MemAvailable") else float("inf")
    first = book.last_closed_month
    for month, count in months:
        room -= count
        if room < 0:
            break
        first = month
    return first


def run(book: Book, url: str) -> None:
    """Print our whole answer (questions and metric) beside pandas on the base rows."""
    print(f"\nbase rows in pandas, ms, median of 3; ours is the whole answer, median of {ROUNDS}", flush=True)
    for measured in (vintages_then, vintages_ever, roll_rates):
        measured(book)


def vintages_then(book: Book) -> None:
    """Past due at each age, from the loan-months of as many cohorts as fit into memory."""
    first = first_month_that_fits(book)
    m = s.loan_month.c
    epoch = date(1970, 1, 1)
    cohort = sa.cast(sa.func.date_diff("month", epoch, m.opened_month), sa.SmallInteger).label("opened_month")
    panel = read(book, [cohort, m.mob, m.dpd_days, m.balance_fen, m.lost_fen], m.opened_month >= first)

    def theirs() -> object:
        bad = (panel["balance_fen"] + panel["lost_fen"]).where(panel["dpd_days"] > 30, 0)
        return bad.groupby([panel["opened_month"], panel["mob"]]).agg(["size", "sum"])

    scope = {} if first <= book.first_month else {"opened_from": first}
    _line(book, "vintages, past due then", len(panel), theirs, "vintages.curves", scope)


def vintages_ever(book: Book) -> None:
    """Ever past due at each age, from the milestones of all loans."""
    loan = s.loan.c
    loans = read(book, [loan.opened_month, loan.first_30_mob, loan.first_30_fen, loan.principal_fen])

    def theirs() -> object:
        return (
            loans.groupby("opened_month")["principal_fen"].agg(["size", "sum"]),
            loans.groupby(["opened_month", "first_30_mob"])["first_30_fen"].agg(["size", "sum"]),
        )

    _line(book, "vintages, ever past due", len(loans), theirs, "vintages.curves", {"measure": "ever"})


def roll_rates(book: Book) -> None:
    """Moves between states in the last two years."""
    m = s.loan_month.c
    months = m.month >= month_plus(book.last_closed_month, -23)
    panel = read(book, [m.month, m.prev_state, m.state, m.opening_fen, m.balance_fen], months)
    for name in ("prev_state", "state"):
        panel[name] = panel[name].astype("category")

    def theirs() -> object:
        keys = [panel["month"], panel["prev_state"], panel["state"]]
        return panel[["opening_fen", "balance_fen"]].groupby(keys, observed=True).agg(["size", "sum"])

    _line(book, "roll rates, 24 months", len(panel), theirs, "roll_rates.chain", {"months": 24})


def _line(
    book: Book, name: str, count: int, theirs: Callable[[], object], subject: str, values: dict[str, Any]
) -> None:
    their_ms = median_ms(theirs, 3)
    our_ms = median_ms(lambda: answer_of(book, subject, values, "manager"))
    ratio = f"ratio {their_ms / our_ms:>7.1f}x"
    print(f"  {name:<26}{count:>14,} rows  ours {our_ms:>8.1f}   pandas {their_ms:>9.1f}   {ratio}", flush=True)
