"""The public tapes beside this checkout, brought in through their mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Select

from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.report import LoadReport
from jiebei_dash.terms import Role

ROOT = Path(__file__).resolve().parent.parent.parent
MAPPINGS = ROOT / "data" / "mappings"
TAPES = ROOT.parent / "shared" / "data"
needs_tapes = [
    pytest.mark.slow,
    pytest.mark.skipif(not TAPES.is_dir(), reason="the public tapes are not beside this checkout"),
]
"""Marks of a module that reads a public tape."""


@dataclass(frozen=True)
class Loaded:
    """A tape that was brought in."""

    report: LoadReport
    book: Book

    def scope(self, role: Role = "manager") -> Scope:
        """The whole book for a reader."""
        return self.book.scope(Reader("Test", role))

    def fetch(self, question: Question) -> pd.DataFrame:
        """Answer a question."""
        return ask(self.book, question)

    def ask(
        self, name: str, select: Select, role: Role = "manager", record: Callable[[Question, str], None] | None = None
    ) -> pd.DataFrame:
        """Answer a question of a test's own."""
        return ask(self.book, Question(f"tests.{name}", select, self.scope(role)), record, most_rows=300_000)

    @property
    def told(self) -> list[tuple[str, int, int, int]]:
        """By our table: rows in, loaded, set aside."""
        return sorted((each.table, each.rows_in, each.loaded, each.quarantined) for each in self.report.brought)


@contextmanager
def brought_in(folder: Path, mapping: str, tape: Path = TAPES, checks: str = "") -> Iterator[Loaded]:
    """Bring a tape in through a mapping of the project, with other checks if they are given, and open its book."""
    url = f"duckdb:///{folder / 'book.duckdb'}"
    path = MAPPINGS / f"{mapping}.toml"
    if checks:
        path = folder / "mapping.toml"
        path.write_text(f"{(MAPPINGS / f'{mapping}.toml').read_text(encoding='utf-8')}\n{checks}\n", encoding="utf-8")
    report = load_tape(tape, path, url)
    book = open_book(url)
    yield Loaded(report, book)
    book.engine.dispose()


def raw(name: str) -> pd.DataFrame:
    """The tape's own file, read without the loader."""
    return pd.read_parquet(TAPES / f"{name}.parquet")


def fen(values: pd.Series) -> int:
    """The sum of amounts in units, each rounded to whole hundredths."""
    return int((values * 100).round().sum())
