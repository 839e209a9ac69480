"""The first chart of a fresh process: opening the book, and the first answer."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from jiebei_dash.book.engine import Book

ROOT = Path(__file__).resolve().parents[2]
TRIES = 5
FIRST = """
import sys, time
from jiebei_dash.asking import answer_of, open_book
import jiebei_dash.answers.{module}
started = time.perf_counter()
book = open_book(sys.argv[1])
opened = time.perf_counter()
answer_of(book, {subject!r}, {{}}, "manager")
print((opened - started) * 1000, (time.perf_counter() - opened) * 1000)
"""
"""Libraries are imported before the clock starts: a server has them."""


def run(book: Book, url: str) -> None:
    """Print the medians of some fresh processes; the files may be in the system's memory."""
    print(f"\nfirst chart of a fresh process, median of {TRIES}, ms{'opening':>12}{'answer':>12}{'in all':>12}")
    for subject in ("overview.headline", "vintages.curves", "roll_rates.matrix"):
        code = FIRST.format(subject=subject, module=subject.split(".")[0])
        found = []
        for _ in range(TRIES):
            done = subprocess.run(
                [sys.executable, "-c", code, url], cwd=ROOT, capture_output=True, text=True, check=True
            )
            found.append([float(each) for each in done.stdout.split()])
        opening, answer = (statistics.median(column) for column in zip(*found, strict=True))
        whole = statistics.median(sum(row) for row in found)
        print(f"  {subject:<46}{opening:>12.0f}{answer:>12.0f}{whole:>12.0f}")
