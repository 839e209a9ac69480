"""Samples of growing size: time, most memory of all processes together, rows and bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from tests.bench import questions
from tests.bench.measure import median_ms, once_s, watching

ROOT = Path(__file__).resolve().parents[2]
APPLICATIONS = (100_000, 1_000_000, 10_000_000)
GROWS_WITH = ("application", "loan", "loan_month", "instalment")


def run(up_to: int) -> None:
    """Make each sample, print what it took, ask every page's questions, and drop it."""
    print(f"\nsamples{'applications':>20}{'s':>8}{'peak MB':>10}{'on disk MB':>12}  rows, and ms of a page's questions")
    for applications in APPLICATIONS:
        if applications > up_to:
            break
        with tempfile.TemporaryDirectory() as folder:
            seconds, peak_mb = made(Path(folder), applications)
            url = f"duckdb:///{folder}/book.duckdb"
            size = sum(path.stat().st_size for path in Path(f"{folder}/book.duckdb.parts").rglob("*.parquet")) / 1e6
            print(f"{applications:>27,}{seconds:>8.0f}{peak_mb:>10,.0f}{size:>12,.0f}  {rows(url)}", flush=True)
            print(f"{'':>27}{pages(url)}", flush=True)


def made(folder: Path, applications: int) -> tuple[float, float]:
    """Make a sample as one would on the command line; seconds and megabytes."""
    command = [
        sys.executable, "-m", "jiebei_dash", "sample", "--applications", str(applications), "--book",
        f"duckdb:///{folder}/book.duckdb",
    ]  # fmt: skip
    environment = {**os.environ, "JIEBEI_MODELS": str(folder / "models")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    with watching(process.pid) as watched:
        seconds = once_s(process.wait)
    if process.returncode:
        raise RuntimeError(f"the sample was not made: exit code {process.returncode}")
    return seconds, watched.peak_mb


def rows(url: str) -> str:
    """Say how many rows the tables have that grow with the book."""
    book = open_book(url)
    counts = sa.select(s.book_month.c.table_name, sa.func.sum(s.book_month.c.row_count)).group_by("table_name")
    with book.engine.connect() as connection:
        found = {name: int(count) for name, count in connection.execute(counts)}
    book.engine.dispose()
    return ", ".join(f"{name} {found[name] / 1e6:.2f} M" for name in GROWS_WITH)


def pages(url: str) -> str:
    """Say how long the questions of each page take."""
    book = open_book(url)
    said = []
    for page, (role, subjects) in questions.PAGE_SUBJECTS.items():
        asked = questions.asked_by(book, subjects, role)
        said.append(f"{page} {median_ms(lambda asked=asked: questions.ask_all(book, asked), 3):.0f}")
    book.engine.dispose()
    return ", ".join(said)
