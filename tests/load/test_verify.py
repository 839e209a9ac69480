"""A part that was changed, or is gone, is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebei_dash.errors import BookHalfMade, BookMissing
from jiebei_dash.load.verify import verify_parts
from tests.load.test_store import FEBRUARY, JANUARY, TWO, month_of, write


def test_a_book_as_it_was_written_is_whole(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO), month_of(FEBRUARY, TWO))
    told: list[float] = []
    verdict = verify_parts(url, told.append)
    assert (verdict.is_whole, verdict.parts) == (True, len(list((tmp_path / "book.duckdb.parts").glob("*/*"))))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_byte_changed_and_a_part_gone_are_named(tmp_path: Path) -> None:
    url = write(tmp_path / "book.duckdb", month_of(JANUARY, TWO))
    folder = tmp_path / "book.duckdb.parts"
    part = next((folder / "loan_month").iterdir())
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(bytes(content))
    gone = next((folder / "product").iterdir())
    gone.unlink()
    verdict = verify_parts(url)
    assert verdict.altered == (f"loan_month/{part.name}",)
    assert verdict.missing == (f"product/{gone.name}",)
    assert not verdict.is_whole


def test_what_is_no_book_cannot_be_verified(tmp_path: Path) -> None:
    with pytest.raises(BookMissing):
        verify_parts(f"duckdb:///{tmp_path / 'none.duckdb'}")
    (tmp_path / "text.duckdb").write_text("hello")
    with pytest.raises(BookHalfMade):
        verify_parts(f"duckdb:///{tmp_path / 'text.duckdb'}")
