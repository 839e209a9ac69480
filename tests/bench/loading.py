"""A lender's monthly panel brought in: clean Parquet, and CSV with a hundredth of its rows spoilt."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from jiebei_dash.book.engine import Book
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.report import LoadReport
from tests.bench.measure import once_s

LOANS = 200_000
MONTHS = 24
SPOILT = 0.01
STATES = np.array(["C", "M1", "M2", "M3"])

MAPPING = """
[book]
name = "Panel of the bench"
lacks = ["applicants", "declined_applicants", "decision_features", "instalments", "funding"]

[files.panel]
path = "{path}"

[codes.state]
C = "C"
M1 = "M1"
M2 = "M2"
M3 = "M3"

[panel]
file = "panel"

[panel.columns]
loan_id = {{ column = "account" }}
month = {{ column = "month_end", form = "%Y-%m-%d" }}
state = {{ column = "bucket", codes = "state" }}
dpd_days = {{ column = "days_late" }}
balance_fen = {{ column = "owed_yuan", unit = "yuan" }}
product_class = {{ constant = "NA" }}
channel = {{ constant = "NA" }}
province_code = {{ constant = "NA" }}
zhima_band = {{ constant = "NA" }}
term_months = {{ constant = 24 }}

[panel.loan]
customer_id = {{ column = "account" }}
product_code = {{ constant = "NA" }}
repay_method = {{ constant = "REVOLVING" }}
draw_no = {{ constant = 1 }}
"""


def panel() -> pa.Table:
    """Return some millions of account-months, sorted by account, in a foreign lender's columns."""
    chooser = np.random.default_rng(20260131)
    count = LOANS * MONTHS
    late = chooser.choice([0, 12, 44, 75], count, p=[0.95, 0.03, 0.012, 0.008])
    month = np.tile(pd.date_range("2023-01-01", periods=MONTHS, freq="MS").strftime("%Y-%m-%d").to_numpy(), LOANS)
    return pa.table(
        {
            "account": np.char.mod("%09d", np.repeat(np.arange(LOANS), MONTHS)),
            "month_end": pa.array(month.astype("U10")),
            "bucket": pa.array(STATES[np.searchsorted([0, 30, 60], late, side="left")]),
            "days_late": late,
            "owed_yuan": np.round(chooser.gamma(2, 3_000, count), 2),
        }
    )


def spoilt(rows: pa.Table) -> pa.Table:
    """Return the rows as text, some of them with an amount that is no number or a month that is none."""
    chooser = np.random.default_rng(7)
    amount = np.asarray(rows["owed_yuan"].cast(pa.string()))
    month = np.asarray(rows["month_end"]).astype(object)
    at = chooser.permutation(len(amount))[: int(SPOILT * len(amount))]
    amount[at[::2]] = "about 300"
    month[at[1::2]] = "2023-13-01"
    return rows.set_column(4, "owed_yuan", pa.array(amount)).set_column(1, "month_end", pa.array(month))


def run(book: Book, url: str) -> None:
    """Print rows a second of a whole load: reading, checking, deriving loans, totals, writing."""
    rows = panel()
    print(
        f"\na panel of {rows.num_rows:,} rows loaded as a book, with checks{'s':>16}{'M rows/s':>12}{'set aside':>12}"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pq.write_table(rows, place / "panel.parquet")
        pc.write_csv(spoilt(rows), place / "panel.csv")
        for name in ("panel.parquet", "panel.csv"):
            mapping = place / "mapping.toml"
            mapping.write_text(MAPPING.format(path=name), encoding="utf-8")
            target = place / "made"
            reports: list[LoadReport] = []
            seconds = once_s(lambda: reports.append(load_tape(place, mapping, f"duckdb:///{target / 'book.duckdb'}")))  # noqa: B023
            aside = sum(each.quarantined for each in reports[0].brought)
            print(f"  {name:<58}{seconds:>16.2f}{rows.num_rows / seconds / 1e6:>12.2f}{aside:>12,}")
            shutil.rmtree(target)
