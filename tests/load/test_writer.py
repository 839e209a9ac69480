"""A book is there whole or not at all, and says the same thing under the same name."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import BookLocked, BookMissing, BookNotWritable
from jiebei_dash.load.finishing import table_hashes
from jiebei_dash.load.writer import new_book

ROOT = Path(__file__).resolve().parent.parent.parent
MADE_AT = datetime(2024, 11, 2, 8, 0, 0)


def months_of(loans: int, balance_fen: int = 100) -> pd.DataFrame:
    rows = [
        {
            "loan_id": f"L{loan:04}",
            "month": date(2024, month, 1),
            "opened_month": date(2024, 1, 1),
            "mob": month - 1,
            "state": "C",
            "dpd_days": 0,
            "balance_fen": balance_fen * month,
            "term_months": 6,
        }
        for month in (1, 2, 3)
        for loan in range(loans)
    ]
    return pd.DataFrame(rows)


def write(path: Path, rows: pd.DataFrame | pa.Table, **about: object) -> str:
    url = f"duckdb:///{path}"
    given = {"kind": "tape", "name": "Small", "source_sha256": "00", "made_at": MADE_AT} | about
    with new_book(url, **given) as writer:  # type: ignore[arg-type]
        writer.append("loan_month", rows)
    return url


def first_rows(url: str, *columns: sa.Column[object]) -> list[tuple[object, ...]]:
    book = open_book(url)
    with book.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.select(*columns).limit(3))]
    book.engine.dispose()
    return rows


def test_the_finished_book_knows_its_months_and_what_it_lacks(tmp_path: Path) -> None:
    book = open_book(write(tmp_path / "book.duckdb", months_of(2), lacks=["funding", "calendar"]))
    assert (book.first_month, book.last_closed_month) == (date(2024, 1, 1), date(2024, 3, 1))
    assert book.lacks == {"calendar", "funding"}
    assert (book.kind, book.name) == ("tape", "Small")
    assert len(book.data_version) == 12


def test_months_come_from_applications_where_there_is_no_loan(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'book.duckdb'}"
    with new_book(url, "tape", "Small", "00", made_at=MADE_AT) as writer:
        months = [date(2024, 5, 1), date(2024, 7, 1)]
        writer.append("application", pd.DataFrame({"application_id": ["A1", "A2"], "submitted_month": months}))
    book = open_book(url)
    assert (book.first_month, book.last_closed_month) == (date(2024, 5, 1), date(2024, 7, 1))


def test_an_empty_book_is_as_of_the_month_that_closed_last(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'book.duckdb'}"
    with new_book(url, "tape", "Small", "00", made_at=MADE_AT):
        pass
    assert open_book(url).last_closed_month == date(2024, 10, 1)


def test_a_column_left_out_and_nan_are_unknown(tmp_path: Path) -> None:
    rows = months_of(1).astype({"balance_fen": "float64"})
    rows.loc[0, "balance_fen"] = float("nan")
    url = write(tmp_path / "book.duckdb", rows)
    columns = (schema.loan_month.c.balance_fen, schema.loan_month.c.channel, schema.loan_month.c.term_months)
    assert first_rows(url, *columns) == [(None, None, 6), (200, None, 6), (300, None, 6)]


def test_a_column_that_no_table_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loan_month has no column ballance"):
        write(tmp_path / "book.duckdb", months_of(1).rename(columns={"balance_fen": "ballance"}))
    assert list(tmp_path.glob("*making*")) == []


def test_half_a_fen_is_refused_and_not_rounded(tmp_path: Path) -> None:
    rows = months_of(1).astype({"balance_fen": "float64"})
    rows.loc[1, "balance_fen"] = 0.5
    with pytest.raises(ValueError, match=r"loan_month\.balance_fen holds whole numbers"):
        write(tmp_path / "book.duckdb", rows)


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"loan_month has the key .* more than once"):
        write(tmp_path / "book.duckdb", pd.concat([months_of(1), months_of(1)]))
    with pytest.raises(BookMissing):
        open_book(f"duckdb:///{tmp_path / 'book.duckdb'}")


def test_an_unknown_capability_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown capability"):
        write(tmp_path / "book.duckdb", months_of(1), lacks=["money"])


def test_rows_in_another_order_and_at_another_time_are_the_same_version(tmp_path: Path) -> None:
    one = write(tmp_path / "one.duckdb", months_of(50))
    other = write(
        tmp_path / "other.duckdb",
        pa.Table.from_pandas(months_of(50).sample(frac=1, random_state=7), preserve_index=False),
        made_at=datetime(2025, 1, 1),
        name="Other",
    )
    assert table_hashes(one) == table_hashes(other)
    assert open_book(one).data_version == open_book(other).data_version


def test_one_fen_more_is_another_version_of_that_table_alone(tmp_path: Path) -> None:
    rows = months_of(50)
    one = write(tmp_path / "one.duckdb", rows)
    rows.loc[75, "balance_fen"] += 1
    other = write(tmp_path / "other.duckdb", rows)
    before, after = table_hashes(one), table_hashes(other)
    assert {table for table in before if before[table] != after[table]} == {"loan_month"}
    assert open_book(one).data_version != open_book(other).data_version


def test_text_that_holds_a_separator_is_not_taken_for_two_columns(tmp_path: Path) -> None:
    one, other = months_of(1), months_of(1)
    one["state"], one["prev_state"] = "C;1:D", None
    other["state"], other["prev_state"] = "C", "D;-"
    assert table_hashes(write(tmp_path / "one.duckdb", one)) != table_hashes(write(tmp_path / "other.duckdb", other))


def test_a_failure_leaves_the_old_book_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, months_of(2))
    bytes_before = path.read_bytes()
    with pytest.raises(RuntimeError), new_book(url, "tape", "New", "11") as writer:
        writer.append("loan_month", months_of(9))
        raise RuntimeError
    assert path.read_bytes() == bytes_before
    lies = [f"book.duckdb{ending}" for ending in ("", ".lock", ".parts", ".versions")]
    assert sorted(each.name for each in tmp_path.iterdir()) == lies


def test_a_reader_of_the_old_book_goes_on_and_a_new_reader_gets_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, months_of(2))
    reader = open_book(url)
    with reader.engine.connect() as connection:
        count = sa.select(sa.func.count()).select_from(schema.loan_month)
        assert connection.execute(count).scalar_one() == 6
        write(path, months_of(5))
        assert connection.execute(count).scalar_one() == 6
    reader.engine.dispose()
    assert first_rows(url, sa.func.count(schema.loan_month.c.loan_id)) == [(15,)]


DIES = """
import sys, time
from jiebei_dash.load.writer import new_book
from tests.load.test_writer import months_of
with new_book(sys.argv[1], "tape", "New", "11") as writer:
    writer.append("loan_month", months_of(3000))
    print("half", flush=True)
    time.sleep(60)
"""


def test_a_killed_run_leaves_the_old_book_and_the_next_run_clears_up(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, months_of(2))
    version = open_book(url).data_version
    run = subprocess.Popen([sys.executable, "-c", DIES, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stdout.readline() == "half\n"
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert len(list(tmp_path.glob("book.duckdb.making-*"))) >= 1
    assert open_book(url).data_version == version
    write(path, months_of(3))
    assert list(tmp_path.glob("book.duckdb.making-*")) == []
    assert open_book(url).data_version != version


def _write_slowly(url: str, half: object, go_on: object) -> None:
    with new_book(url, "tape", "First", "11", made_at=MADE_AT) as writer:
        writer.append("loan_month", months_of(4))
        half.set()  # type: ignore[attr-defined]
        go_on.wait(30)  # type: ignore[attr-defined]


def test_the_second_of_two_writers_is_told_and_the_first_ends_well(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'book.duckdb'}"
    spawn = multiprocessing.get_context("spawn")
    half, go_on = spawn.Event(), spawn.Event()
    first = spawn.Process(target=_write_slowly, args=(url, half, go_on))
    first.start()
    try:
        assert half.wait(30)
        with pytest.raises(BookLocked):
            write(tmp_path / "book.duckdb", months_of(1))
    finally:
        go_on.set()
        first.join(30)
    assert first.exitcode == 0
    assert open_book(url).name == "First"


@pytest.mark.parametrize("url", ["sqlite:///book.sqlite", "duckdb:///:memory:", "duckdb:////proc/none/book.duckdb"])
def test_an_address_that_cannot_hold_a_book_is_refused(url: str) -> None:
    with pytest.raises(BookNotWritable), new_book(url, "tape", "Small", "00"):
        pass


def test_rows_lie_by_month_and_number_in_whatever_order_they_were_given(tmp_path: Path) -> None:
    rows = months_of(2).iloc[::-1]
    url = write(tmp_path / "book.duckdb", rows)
    expected = [("L0000", date(2024, 1, 1)), ("L0001", date(2024, 1, 1)), ("L0000", date(2024, 2, 1))]
    assert first_rows(url, schema.loan_month.c.loan_id, schema.loan_month.c.month) == expected
