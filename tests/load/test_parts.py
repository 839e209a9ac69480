"""Parts: what is the same on every row is written as if it had been sorted with the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.load.parts import constants, write_part

MONTH = date(2024, 1, 1)


def test_a_column_that_says_the_same_on_every_row_leaves_the_bytes_of_a_part_as_they_are(tmp_path: Path) -> None:
    engine = sa.create_engine(sa.URL.create("duckdb", database=":memory:"))
    table = schema.loan_month
    rows = sa.Table("rows", sa.MetaData(), *[sa.Column(each.name, each.type) for each in table.columns])
    told = {"month": MONTH, "opened_month": MONTH, "mob": 0, "dpd_days": 0, "channel": "a 'quoted' 100 %:one"}
    with engine.connect() as connection:
        rows.create(connection)
        connection.execute(
            sa.insert(rows),
            [{**told, "loan_id": f"L{7 * number % 3000:04}", "state": "C"} for number in range(3000)],
        )
        connection.execute(sa.update(rows).where(rows.c.loan_id == "L0001").values(state="M1"))
        same = constants(connection, table, rows)
        whole = write_part(connection, sa.select(*rows.c), table, [MONTH], tmp_path / "whole")
        differ = sa.select(*[column for column in rows.c if column.name not in same])
        apart = write_part(connection, differ, table, [MONTH], tmp_path / "apart", same)
    engine.dispose()
    assert {"opened_month", "mob", "dpd_days", "channel", "balance_fen", "lost_fen"} <= set(same)
    assert not {"loan_id", "month", "state"} & set(same)
    assert whole.row_count == apart.row_count == 3000
    assert whole.sha256 == apart.sha256


def test_a_table_without_rows_has_no_column_that_says_the_same() -> None:
    engine = sa.create_engine(sa.URL.create("duckdb", database=":memory:"))
    rows = sa.Table("rows", sa.MetaData(), *[sa.Column(each.name, each.type) for each in schema.loan.columns])
    with engine.connect() as connection:
        rows.create(connection)
        assert constants(connection, schema.loan, rows) == {}
    engine.dispose()
