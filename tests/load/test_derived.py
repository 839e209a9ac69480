"""Days and seconds that follow from two moments of the same row."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.load.writer import new_book


def test_days_and_seconds_are_counted_where_both_moments_are_known(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'book.duckdb'}"
    due = date(2024, 2, 10)
    with new_book(url, "tape", "Derived", source_sha256="0" * 64) as book:
        book.append(
            "instalment",
            pd.DataFrame(
                {
                    "loan_id": ["L"] * 3,
                    "instalment_no": [1, 2, 3],
                    "due_on": [due] * 3,
                    "paid_on": [date(2024, 2, 8), date(2024, 3, 1), None],
                }
            ),
        )
        book.append(
            "loan",
            pd.DataFrame(
                {
                    "loan_id": ["L"],
                    "requested_at": [datetime(2024, 1, 1, 23, 59, 50)],
                    "disbursed_at": [datetime(2024, 1, 2, 0, 0, 20)],
                }
            ),
        )
        book.append("application", pd.DataFrame({"application_id": ["A"], "decision_seconds": [7]}))
    opened = open_book(url)
    with opened.engine.connect() as connection:
        late = connection.execute(
            sa.select(schema.instalment.c.days_late).order_by(schema.instalment.c.instalment_no)
        ).scalars()
        assert list(late) == [-2, 20, None]
        assert connection.execute(sa.select(schema.loan.c.cash_seconds)).scalar_one() == 30
        assert connection.execute(sa.select(schema.application.c.decision_seconds)).scalar_one() == 7
    opened.engine.dispose()
