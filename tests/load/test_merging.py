"""Months that come one by one, late, twice or out of order make the book that all of them at once would make."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash import terms
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from jiebei_dash.book.scope import month_plus
from jiebei_dash.load import parts
from jiebei_dash.load.merging import merge_panel
from jiebei_dash.load.panel import loan_months, loans
from jiebei_dash.load.writer import BookWriter, new_book

FIRST = date(2024, 1, 1)
MONTHS = [month_plus(FIRST, place) for place in range(8)]
GIVEN = ("loan_id", "month", "dpd_days", "state", "balance_fen", "lost_fen", "channel")


def panel_of(seed: int, count: int = 30) -> pd.DataFrame:
    """Loans with gaps, cures, write-offs and early ends."""
    chance = np.random.default_rng(seed)
    rows = []
    for loan in range(count):
        first = int(chance.integers(0, 6))
        for place in range(first, int(chance.integers(first + 1, 9))):
            if chance.random() < 0.1:
                continue
            days = int(chance.choice([0, 0, 0, 15, 40, 75, 95, 200]))
            state = terms.bucket_of(days)
            gone = place > first and chance.random() < 0.08
            if gone:
                state = str(chance.choice(["PAID", "WO", "SOLD"]))
            rows.append(
                {"loan_id": f"L{loan:03}", "month": MONTHS[place], "dpd_days": days, "state": state,
                 "balance_fen": 0 if gone else int(chance.integers(1, 900)),
                 "lost_fen": int(chance.integers(1, 900)) if state in ("WO", "SOLD") else 0,
                 "channel": str(chance.choice(["HOME", "CHECKOUT"]))}
            )  # fmt: skip
            if gone:
                break
    return pd.DataFrame(rows)


def derive(writer: BookWriter, panel: pd.DataFrame) -> tuple[sa.Select, sa.Select]:
    numbered = panel.assign(_line=range(len(panel)))
    writer.connection.connection.driver_connection.register("panel_rows", numbered)  # type: ignore[union-attr]
    writer.connection.exec_driver_sql("create or replace temp table panel_now as select * from panel_rows")
    rows = sa.table("panel_now", *[sa.column(name) for name in numbered.columns])
    return loan_months(rows), loans(rows)


def whole(path: Path, panel: pd.DataFrame) -> str:
    with new_book(f"duckdb:///{path}", "tape", "Panel", "00") as writer:
        months, lines = derive(writer, panel)
        writer.append("loan", lines)
        writer.append("loan_month", months)
    return f"duckdb:///{path}"


def merged(path: Path, panel: pd.DataFrame) -> str:
    with new_book(f"duckdb:///{path}", "tape", "Panel", "00", replaces="months") as writer:
        merge_panel(writer, *derive(writer, panel), given=GIVEN)
    return f"duckdb:///{path}"


def contents(url: str) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    book = open_book(url)
    frames = []
    with book.engine.connect() as connection:
        for table in (s.loan, s.loan_month):
            key = [table.c[column.name] for column in table.primary_key]
            frames.append(pd.DataFrame(connection.execute(sa.select(table).order_by(*key)).mappings().all()))
    book.engine.dispose()
    return book.data_version, frames[0], frames[1]


def assert_same(one: str, other: str) -> None:
    (version, loans_one, months_one), (other_version, loans_other, months_other) = contents(one), contents(other)
    pd.testing.assert_frame_equal(months_one, months_other)
    pd.testing.assert_frame_equal(loans_one, loans_other)
    assert version == other_version


@pytest.fixture(autouse=True, params=[1, 400_000], ids=["a part a month", "packed"])
def _packing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PACK_ROWS", request.param)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_month_by_month_is_all_at_once(tmp_path: Path, seed: int) -> None:
    panel = panel_of(seed)
    url = whole(tmp_path / "grown.duckdb", panel[panel["month"] <= MONTHS[2]])
    for month in MONTHS[3:]:
        if (panel["month"] == month).any():
            merged(tmp_path / "grown.duckdb", panel[panel["month"] == month])
    assert_same(url, whole(tmp_path / "whole.duckdb", panel))


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_months_out_of_order_and_twice_are_all_at_once(tmp_path: Path, seed: int) -> None:
    panel = panel_of(seed)
    order = list(
        np.random.default_rng(seed).permutation([month for month in MONTHS if (panel["month"] == month).any()])
    )
    url = whole(tmp_path / "grown.duckdb", panel[panel["month"] == order[0]])
    for month in [*order[1:], order[2]]:
        merged(tmp_path / "grown.duckdb", panel[panel["month"] == month])
    assert_same(url, whole(tmp_path / "whole.duckdb", panel))


@pytest.mark.parametrize("seed", [7, 8])
def test_a_month_that_is_restated_is_as_if_it_had_always_been_so(tmp_path: Path, seed: int) -> None:
    panel, other = panel_of(seed), panel_of(seed + 100)
    month = MONTHS[4]
    before = panel[panel["month"] != month]
    # Loans open in their first month: one that this month alone knows comes or goes with it.
    stays = set(before["loan_id"])
    restated = other[(other["month"] == month) & other["loan_id"].isin(stays)]
    opened = before.groupby("loan_id")["month"].min()
    restated = restated[restated["loan_id"].map(opened) < month]
    url = whole(tmp_path / "grown.duckdb", panel)
    merged(tmp_path / "grown.duckdb", restated)
    now = pd.concat([before, restated], ignore_index=True)
    was_first = panel[panel["month"] == month].set_index("loan_id").index
    same_opening = now[~now["loan_id"].isin([loan for loan in was_first if opened.get(loan, month) >= month])]
    _, lines, rows = contents(url)
    _, expected_lines, expected_rows = contents(whole(tmp_path / "whole.duckdb", now))
    keep = set(same_opening["loan_id"])
    for found, expected in ((lines, expected_lines), (rows, expected_rows)):
        pd.testing.assert_frame_equal(
            found[found["loan_id"].isin(keep)].reset_index(drop=True),
            expected[expected["loan_id"].isin(keep)].reset_index(drop=True),
        )
    assert set(lines["loan_id"]) == set(expected_lines["loan_id"])
