"""The same seed gives the same book; a run that dies leaves the old one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.book.engine import open_book
from jiebei_dash.book.history import ABOUT_THE_BOOK
from jiebei_dash.errors import BadArgument
from jiebei_dash.load.finishing import table_hashes
from jiebei_dash.sample.make import make_sample


def make(folder: Path, seed: int = 7, **about: object) -> str:
    url = f"duckdb:///{folder / 'book.duckdb'}"
    make_sample(url, folder / "models", applications=2_000, months=30, seed=seed, **about)  # type: ignore[arg-type]
    return url


def test_the_same_seed_gives_the_same_tables_and_another_seed_others(tmp_path: Path) -> None:
    one, again, other = (tmp_path / name for name in ("one", "again", "other"))
    hashes = [table_hashes(make(one)), table_hashes(make(again)), table_hashes(make(other, seed=8))]
    assert hashes[0] == hashes[1]
    same = {table for table, value in hashes[0].items() if hashes[2][table] == value}
    assert same - ABOUT_THE_BOOK <= {"funder", "product", "model_version", "policy_version"}
    truth = [(folder / "book.truth" / "true_pd.parquet").read_bytes() for folder in (one, again, other)]
    assert truth[0] == truth[1] != truth[2]
    shelves = [sorted(path.name for path in (folder / "models").iterdir()) for folder in (one, again)]
    assert shelves[0] == shelves[1]


def test_a_run_that_dies_leaves_the_old_book(tmp_path: Path) -> None:
    url = make(tmp_path)
    before = open_book(url)
    before.engine.dispose()

    class Killed(BaseException):
        """As a signal would."""

    def die(what: str, done_rate: float) -> None:
        if what == "checks":
            raise Killed

    with pytest.raises(Killed):
        make(tmp_path, seed=9, progress=die)
    after = open_book(url)
    after.engine.dispose()
    assert after.data_version == before.data_version
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "book.duckdb",
        "book.duckdb.lock",
        "book.duckdb.parts",
        "book.duckdb.sample-work",
        "book.duckdb.versions",
        "book.truth",
        "models",
    ]
    make(tmp_path)
    assert not (tmp_path / "book.duckdb.sample-work").exists()


def test_a_book_covers_the_months_asked_for(tmp_path: Path) -> None:
    book = open_book(make(tmp_path, last_month=date(2025, 6, 1)))
    book.engine.dispose()
    assert (book.kind, book.first_month, book.last_closed_month) == ("sample", date(2023, 1, 1), date(2025, 6, 1))
    assert book.lacks == frozenset()


def test_progress_only_grows_and_ends_at_one(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    make(tmp_path, progress=lambda what, done_rate: told.append((what, done_rate)))
    rates = [done_rate for _, done_rate in told]
    assert rates == sorted(rates)
    assert told[-1] == ("done", 1.0)


@pytest.mark.parametrize(("applications", "months"), [(100, 94), (1_000, 0)])
def test_too_small_a_book_is_refused(tmp_path: Path, applications: int, months: int) -> None:
    with pytest.raises(BadArgument):
        make_sample(f"duckdb:///{tmp_path / 'book.duckdb'}", tmp_path, applications=applications, months=months)
    assert not list(tmp_path.iterdir())
