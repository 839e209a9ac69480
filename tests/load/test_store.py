"""Months are replaced, versions are kept, and what a load changed in a closed month is listed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import BookMissing, BookUnknownThen
from jiebei_dash.load import parts
from jiebei_dash.load.finishing import record_stopped
from jiebei_dash.load.writer import new_book

JANUARY, FEBRUARY, MARCH = (date(2024, month, 1) for month in (1, 2, 3))
RUN = {"outcome": "LOADED", "mode": "MONTHS", "tape": "tape.csv", "source_sha256": "00", "mapping_sha256": "11",
       "seconds": 1.0, "stopped_by": ""}  # fmt: skip


def month_of(month: date, balances_fen: dict[str, int], channel: str = "HOME") -> pd.DataFrame:
    rows = [
        {"loan_id": loan, "month": month, "opened_month": JANUARY, "mob": month.month - 1, "state": "C", "dpd_days": 0,
         "balance_fen": balance, "channel": channel}
        for loan, balance in balances_fen.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def write(
    path: Path,
    *frames: pd.DataFrame,
    replaces: str = "book",
    made_at: datetime = datetime(2024, 4, 2, 8),
    load: bool = True,
) -> str:
    url = f"duckdb:///{path}"
    with new_book(url, "tape", "Small", "00", made_at=made_at, replaces=replaces) as writer:  # type: ignore[arg-type]
        for frame in frames:
            writer.append("loan_month", frame)
        if load:
            writer.record("load_run", [RUN | {"load_no": writer.load_no}])
    return url


def rows_of(url: str, *columns: sa.Column[object], known_on: date | None = None) -> list[tuple[object, ...]]:
    book = open_book(url, known_on)
    with book.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.select(*columns).order_by(*columns))]
    book.engine.dispose()
    return rows


def version_of(url: str) -> str:
    book = open_book(url)
    book.engine.dispose()
    return book.data_version


BALANCE = (s.loan_month.c.month, s.loan_month.c.loan_id, s.loan_month.c.balance_fen)
TWO = {"L1": 500, "L2": 700}


@pytest.fixture(autouse=True, params=[1, 400_000], ids=["a part a month", "packed"])
def _packing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PACK_ROWS", request.param)


def test_a_month_given_again_replaces_that_month_and_no_other(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", *[month_of(month, TWO) for month in (JANUARY, FEBRUARY, MARCH)])
    write(tmp_path / "book.duckdb", month_of(FEBRUARY, {"L1": 400}), replaces="months")
    assert rows_of(url, *BALANCE) == [
        (JANUARY, "L1", 500), (JANUARY, "L2", 700), (FEBRUARY, "L1", 400), (MARCH, "L1", 500), (MARCH, "L2", 700),
    ]  # fmt: skip


def test_the_same_month_twice_changes_nothing_but_the_history(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO), month_of(FEBRUARY, TWO))
    before = version_of(url)
    write(tmp_path / "book.duckdb", month_of(FEBRUARY, TWO), replaces="months", made_at=datetime(2024, 5, 2))
    assert version_of(url) == before
    assert rows_of(url, s.load_run.c.load_no, s.load_run.c.outcome) == [(1, "LOADED"), (2, "UNCHANGED")]
    assert rows_of(url, s.restatement.c.load_no) == []


def test_months_in_another_order_or_at_once_make_the_same_version(tmp_path: Path) -> None:
    frames = [month_of(month, TWO) for month in (JANUARY, FEBRUARY, MARCH)]
    at_once = write(tmp_path / "one.duckdb", pd.concat(frames))
    late = write(tmp_path / "two.duckdb", frames[0])
    for frame in (frames[2], frames[1]):
        write(tmp_path / "two.duckdb", frame, replaces="months")
    assert version_of(at_once) == version_of(late)


def test_a_statement_over_what_is_staged_is_appended_like_a_frame(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'book.duckdb'}"
    with new_book(url, "tape", "Small", "00") as writer:
        writer.connection.exec_driver_sql("create table tape as select 'L1' as number, 5 as owed")
        tape = sa.table("tape", sa.column("number"), sa.column("owed"))
        month = sa.literal(JANUARY).label("month")
        rows = sa.select(tape.c.number.label("loan_id"), month, tape.c.owed.label("balance_fen"))
        writer.append("loan_month", rows)
        assert writer.rows == {"loan_month": 1}
    assert rows_of(url, *BALANCE) == [(JANUARY, "L1", 5)]


def test_a_key_of_another_month_is_found(tmp_path: Path) -> None:
    loans = pd.DataFrame({"loan_id": ["L1"], "opened_month": [JANUARY]})
    url = f"duckdb:///{tmp_path / 'book.duckdb'}"
    with new_book(url, "tape", "Small", "00") as writer:
        writer.append("loan", loans)
    with pytest.raises(ValueError, match=r"loan has the key \('L1',\) more than once"):  # noqa: SIM117
        with new_book(url, "tape", "Small", "00", replaces="months") as writer:
            writer.append("loan", loans.assign(opened_month=FEBRUARY))


def test_months_of_a_book_that_is_not_there_cannot_be_replaced(tmp_path: Path) -> None:
    with pytest.raises(BookMissing):
        write(tmp_path / "book.duckdb", month_of(JANUARY, TWO), replaces="months")


def test_a_closed_month_that_changes_is_listed_with_both_values(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO), month_of(FEBRUARY, TWO))
    write(tmp_path / "book.duckdb", month_of(JANUARY, {"L1": 500, "L2": 650, "L3": 9}), replaces="months")
    r = s.restatement.c
    listed = rows_of(url, r.load_no, r.month, r.measure, r.value_before, r.value_after)
    assert listed == [(2, JANUARY, "balance", 1200.0, 1159.0), (2, JANUARY, "count", 2.0, 3.0)]


def test_a_change_that_no_sum_shows_is_listed_by_its_rows(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO))
    write(tmp_path / "book.duckdb", month_of(JANUARY, {"L1": 700, "L2": 500}), replaces="months")
    r = s.restatement.c
    assert rows_of(url, r.measure, r.value_before, r.value_after) == [("rows_changed", 0.0, 2.0)]


def test_a_new_month_is_no_restatement(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO))
    write(tmp_path / "book.duckdb", month_of(FEBRUARY, TWO), replaces="months")
    assert rows_of(url, s.restatement.c.month) == []


def test_the_book_answers_as_it_was_known_on_a_past_day(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, month_of(JANUARY, {"L1": 500}), made_at=datetime(2024, 2, 3, 9))
    write(path, month_of(JANUARY, {"L1": 480}), replaces="months", made_at=datetime(2024, 3, 3, 9))
    write(path, month_of(FEBRUARY, {"L1": 300}), replaces="months", made_at=datetime(2024, 3, 4, 9))
    assert rows_of(url, *BALANCE, known_on=date(2024, 3, 2)) == [(JANUARY, "L1", 500)]
    assert rows_of(url, *BALANCE, known_on=date(2024, 3, 3)) == [(JANUARY, "L1", 480)]
    assert rows_of(url, *BALANCE, known_on=date(2024, 3, 4)) == rows_of(url, *BALANCE)
    with pytest.raises(BookUnknownThen):
        open_book(url, date(2024, 2, 2))


def test_contents_that_come_back_are_still_known_on_the_day_when_they_stood_first(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, month_of(JANUARY, {"L1": 500}), made_at=datetime(2024, 2, 3, 9))
    write(path, month_of(JANUARY, {"L1": 480}), made_at=datetime(2024, 3, 3, 9))
    write(path, month_of(JANUARY, {"L1": 500}), made_at=datetime(2024, 4, 3, 9))
    assert [rows_of(url, *BALANCE, known_on=date(2024, month, 10))[0][2] for month in (2, 3, 4)] == [500, 480, 500]


def test_a_book_that_is_moved_finds_its_parts_and_its_past(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    write(folder / "book.duckdb", month_of(JANUARY, {"L1": 500}), made_at=datetime(2024, 2, 3, 9))
    write(folder / "book.duckdb", month_of(JANUARY, {"L1": 480}), made_at=datetime(2024, 3, 3, 9))
    folder.rename(tmp_path / "it's moved")
    url = f"duckdb:///{tmp_path}/it's moved/book.duckdb"
    assert rows_of(url, *BALANCE) == [(JANUARY, "L1", 480)]
    assert rows_of(url, *BALANCE, known_on=date(2024, 2, 20)) == [(JANUARY, "L1", 500)]


def test_who_opens_the_book_after_a_switch_gets_the_new_version_though_another_reads_the_old(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    old = open_book(write(path, month_of(JANUARY, {"L1": 1})))
    with old.engine.connect() as connection:
        balance = sa.select(s.loan_month.c.balance_fen)
        assert connection.execute(balance).scalar_one() == 1
        url = write(path, month_of(JANUARY, {"L1": 2}))
        assert rows_of(url, *BALANCE) == [(JANUARY, "L1", 2)]
        assert connection.execute(balance).scalar_one() == 1
    old.engine.dispose()


def test_parts_that_no_kept_version_names_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = f"duckdb:///{path}"
    for balance in (1, 2, 3, 4):
        with new_book(url, "sample", "Invented", "00", made_at=datetime(2024, 3, balance)) as writer:
            writer.append("loan_month", month_of(JANUARY, {"L1": balance}))
    folder = tmp_path / "book.duckdb.parts" / "loan_month"
    assert len(list(folder.iterdir())) == 2  # the current version, and the one before, which somebody may still read
    assert rows_of(url, *BALANCE) == [(JANUARY, "L1", 4)]


def test_a_load_that_was_stopped_is_in_the_history_and_changes_nothing(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO))
    before, rows = version_of(url), rows_of(url, *BALANCE)
    record_stopped(url, {"load_run": [RUN | {"load_no": 2, "outcome": "STOPPED", "stopped_by": "too_many_bad_rows"}]})
    assert (version_of(url), rows_of(url, *BALANCE)) == (before, rows)
    assert rows_of(url, s.load_run.c.load_no, s.load_run.c.stopped_by) == [(1, ""), (2, "too_many_bad_rows")]


def test_a_load_names_the_versions_it_found_and_left(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO))
    one = version_of(url)
    write(tmp_path / "book.duckdb", month_of(FEBRUARY, TWO), replaces="months")
    r = s.load_run.c
    assert rows_of(url, r.load_no, r.data_version_before, r.data_version_after) == [
        (1, "", one),
        (2, one, version_of(url)),
    ]
