"""Whole months that lie in memory become the parts that the embedded engine would make, whole or not at all."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import BookNotWritten
from jiebei_dash.load import several as several_module
from jiebei_dash.load.finishing import table_hashes
from jiebei_dash.load.several import Piece, several
from jiebei_dash.load.verify import verify_parts
from jiebei_dash.load.writer import new_book

JANUARY, FEBRUARY, MARCH = (date(2024, month, 1) for month in (1, 2, 3))
LOANS = 4_000


def month_of(month: date, loans: int = LOANS) -> pa.Table:
    """A month whose rows lie in no order, with codes and a column that is unknown now and then."""
    numbers = [f"L{7 * loan % loans:05}" for loan in range(loans)]
    return pa.table(
        {
            "loan_id": numbers,
            "month": pa.array([month] * loans, pa.date32()),
            "opened_month": pa.array([JANUARY] * loans, pa.date32()),
            "mob": pa.array([month.month - 1] * loans, pa.int64()),
            "state": pa.array(["C" if place % 9 else "M1" for place in range(loans)]).dictionary_encode(),
            "balance_fen": pa.array([float(place) if place % 5 else float("nan") for place in range(loans)]),
            "channel": pa.array([None if place % 3 else "家" for place in range(loans)]).dictionary_encode(),
        }
    )


def given(rows: pa.Table, table: str = "loan_month") -> Piece:
    return Piece(table, rows.num_rows, lambda: rows)


def nobody(rows: int) -> None:
    del rows


def write(path: Path, *rows: pa.Table, whole: bool, table: str = "loan_month") -> str:
    url = f"duckdb:///{path}"
    with new_book(url, "tape", "Small", "00", made_at=datetime(2024, 4, 2)) as writer:
        if whole:
            writer.append_whole([given(each, table) for each in rows], nobody)
        else:
            for each in rows:
                writer.append(table, each)
        assert writer.rows == {table: sum(each.num_rows for each in rows)}
    return url


def version_of(url: str) -> str:
    book = open_book(url)
    book.engine.dispose()
    return book.data_version


def files_of(path: Path, table: str = "loan_month") -> list[Path]:
    return sorted(Path(f"{path}.parts").joinpath(table).iterdir())


def test_months_given_whole_are_the_version_that_the_engine_makes(tmp_path: Path) -> None:
    months = [month_of(month) for month in (FEBRUARY, JANUARY, MARCH)]
    whole = write(tmp_path / "whole.duckdb", *months, whole=True)
    staged = write(tmp_path / "staged.duckdb", *months, whole=False)
    assert version_of(whole) == version_of(staged)
    assert table_hashes(whole) == table_hashes(staged)
    assert [file.name[:15] for file in files_of(tmp_path / "whole.duckdb")] == [
        "2024-01_2024-01", "2024-02_2024-02", "2024-03_2024-03",
    ]  # fmt: skip


def test_rows_of_a_part_lie_in_the_same_order_and_types_however_it_was_made(tmp_path: Path) -> None:
    write(tmp_path / "whole.duckdb", month_of(JANUARY), whole=True)
    write(tmp_path / "staged.duckdb", month_of(JANUARY), whole=False)
    whole, staged = (pq.read_table(*files_of(tmp_path / f"{name}.duckdb")) for name in ("whole", "staged"))
    assert whole.schema.equals(staged.schema)
    assert whole.equals(staged)
    assert whole["balance_fen"].null_count == LOANS // 5
    assert pc.is_in(pa.scalar("家"), whole["channel"].unique()).as_py()


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    rows = month_of(JANUARY)
    write(tmp_path / "one.duckdb", rows, whole=True)
    write(tmp_path / "other.duckdb", rows.take(pa.array(range(LOANS - 1, -1, -1))), whole=True)
    one, other = (files_of(tmp_path / f"{name}.duckdb")[0] for name in ("one", "other"))
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_a_part_has_the_first_encodings_that_spark_reads_fast_and_small_groups_of_rows(tmp_path: Path) -> None:
    write(tmp_path / "book.duckdb", month_of(JANUARY, 130_000), whole=True)
    about = pq.ParquetFile(files_of(tmp_path / "book.duckdb")[0]).metadata
    groups = [about.row_group(group) for group in range(about.num_row_groups)]
    assert [group.num_rows for group in groups] == [61_440, 61_440, 7_120]
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    assert {encoding for column in columns for encoding in column.encodings} <= {"PLAIN", "RLE", "RLE_DICTIONARY"}
    assert {column.compression for column in columns} == {"ZSTD"}
    coded = {column.path_in_schema for column in columns if "RLE_DICTIONARY" in column.encodings}
    assert {"state", "channel", "month"} <= coded
    assert "loan_id" not in coded


def test_what_follows_from_other_columns_follows_row_by_row_in_a_part_of_many_rows(tmp_path: Path) -> None:
    count = 300_000
    submitted = pd.Timestamp(2024, 1, 3) + pd.to_timedelta([place * 7 % 86_400 for place in range(count)], "s")
    waited = pd.Series(range(count)) * 11 % 90_000
    rows = pa.table(
        {
            "application_id": [f"A{place * 17 % count:06}" for place in range(count)],
            "submitted_month": pa.array([JANUARY] * count, pa.date32()),
            "submitted_at": pa.array(submitted, pa.timestamp("ms")),
            "decided_at": pa.array(
                (submitted + pd.to_timedelta(waited, "s")).where(waited > 0, pd.NaT), pa.timestamp("ms")
            ),
        }
    )
    whole = write(tmp_path / "whole.duckdb", rows, whole=True, table="application")
    read = pq.read_table(files_of(tmp_path / "whole.duckdb", "application")[0])
    assert read["application_id"].to_pylist() == sorted(rows["application_id"].to_pylist())
    number = pd.Series(rows["application_id"].to_pylist()).argsort()
    expected = waited.where(waited > 0).iloc[number]
    assert read["decision_seconds"].to_pandas().fillna(-1).tolist() == expected.fillna(-1).tolist()
    assert version_of(whole) == version_of(write(tmp_path / "b.duckdb", rows, whole=False, table="application"))


def test_a_month_given_whole_twice_and_a_key_that_stands_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loan_month was given 2024-01 before"):
        write(tmp_path / "book.duckdb", month_of(JANUARY), month_of(JANUARY), whole=True)
    twice = pa.concat_tables([month_of(JANUARY), month_of(JANUARY).slice(5, 1)])
    with pytest.raises(ValueError, match=r"loan_month has the key .* more than once"):
        write(tmp_path / "book.duckdb", twice, whole=True)
    assert not list(tmp_path.glob("*making*"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (month_of(JANUARY).drop_columns("loan_id"), "needs its key loan_id"),
        (month_of(JANUARY).append_column("owed", pa.nulls(LOANS)), "has no column owed"),
        (month_of(JANUARY).set_column(3, "mob", pa.array([0.5] * LOANS)), "mob holds whole numbers"),
        (month_of(JANUARY).set_column(3, "mob", pa.array([1 << 40] * LOANS)), "not in range"),
    ],
)
def test_rows_that_do_not_fit_are_refused(tmp_path: Path, rows: pa.Table, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write(tmp_path / "book.duckdb", rows, whole=True)


def test_a_failure_in_one_piece_leaves_the_old_book_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, month_of(JANUARY), whole=True)
    before, files = version_of(url), sorted(each.name for each in tmp_path.rglob("*"))

    def disk_is_full() -> pa.Table:
        raise OSError(28, "No space left on device")

    pieces = [given(month_of(FEBRUARY)), Piece("loan_month", 1, disk_is_full), given(month_of(MARCH))]
    with pytest.raises(BookNotWritten), new_book(url, "tape", "New", "11") as writer:
        writer.append_whole(pieces, nobody)
    assert version_of(url) == before
    assert sorted(each.name for each in tmp_path.rglob("*")) == files


def test_a_disk_that_takes_no_whole_part_is_said_and_leaves_the_old_book(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, month_of(JANUARY), whole=True)
    before, files = version_of(url), sorted(each.name for each in tmp_path.rglob("*"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.raises(BookNotWritten), new_book(url, "tape", "New", "11") as writer:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        try:
            writer.append_whole([given(month_of(month, 40_000)) for month in (FEBRUARY, MARCH)], nobody)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert version_of(url) == before
    assert sorted(each.name for each in tmp_path.rglob("*")) == files


def test_who_is_stopped_between_pieces_leaves_no_thread_that_writes(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'book.duckdb'}"

    def slowly(month: date) -> pa.Table:
        time.sleep(0.2)
        return month_of(month)

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    pieces = [Piece("loan_month", LOANS, lambda month=month: slowly(month)) for month in (JANUARY, FEBRUARY, MARCH)]  # type: ignore[misc]
    # The lab's threads, of a test before this one, wait for work all the time.
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt), new_book(url, "tape", "New", "11") as writer:
        writer.append_whole(pieces, stop)
    assert not list(tmp_path.glob("*making*"))
    assert threading.active_count() == before


def test_a_changed_byte_of_such_a_part_is_found(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    url = write(path, month_of(JANUARY), month_of(FEBRUARY), whole=True)
    assert verify_parts(url).is_whole
    part = files_of(path)[1]
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    assert list(verify_parts(url).altered) == [f"loan_month/{part.name}"]


def test_a_month_replaced_by_one_given_whole_is_the_same_version(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY), month_of(FEBRUARY), whole=False)
    before = version_of(url)
    for loans, same in ((LOANS - 1, False), (LOANS, True)):
        with new_book(url, "tape", "Small", "00", replaces="months") as writer:
            writer.append_whole([given(month_of(FEBRUARY, loans))], nobody)
        assert (version_of(url) == before) is same
    book = open_book(url)
    with book.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(s.loan_month)).scalar_one() == 2 * LOANS
    book.engine.dispose()


def working(most: list[int], lock: threading.Lock) -> Callable[[Piece], str]:
    now: list[str] = []

    def make(piece: Piece) -> str:
        with lock:
            now.append(piece.table)
            most.append(len(now))
        time.sleep(0.02 if piece.table == "a" else 0.005)
        with lock:
            now.remove(piece.table)
        return piece.table.upper()

    return make


@pytest.mark.parametrize(("room", "together"), [(6_000_000, 3), (19, 1)])
def test_pieces_come_back_in_their_order_and_no_more_are_begun_than_fit(
    monkeypatch: pytest.MonkeyPatch, room: int, together: int
) -> None:
    monkeypatch.setattr(several_module, "MOST_ROWS", room)
    monkeypatch.setattr(several_module, "_threads_here", lambda: 3)
    pieces = [Piece(name, 10, lambda: pa.table({})) for name in "abcdefgh"]
    most: list[int] = []
    made = [(piece.table, name) for piece, name in several(pieces, working(most, threading.Lock()))]
    assert made == [(name, name.upper()) for name in "abcdefgh"]
    assert max(most) == together
