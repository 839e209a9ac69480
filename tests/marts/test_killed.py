"""Whoever is killed while summing leaves the last good marts, and the next one finishes the work."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from jiebei_dash.book.engine import open_book
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.places import file_of, files_in, folder_of
from jiebei_dash.marts.serving import is_whole
from tests.marts.test_refresh import contents, fresh
from tests.random_books import MADE_AT, write_random

ROOT = Path(__file__).resolve().parents[2]
SUM = """
import sys
from pathlib import Path
from jiebei_dash.book.engine import open_book
from jiebei_dash.marts.build import refresh
book = open_book(sys.argv[1])
refresh(book, Path(sys.argv[2]), lambda family, share: print(family, flush=True))
print("done", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_killed_run_leaves_the_last_good_file(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    url, folder = write_random(tmp_path / "book.duckdb", 6), tmp_path / "marts"
    book = open_book(url)
    first = refresh(book, folder).path
    good = contents(first)
    write_random(tmp_path / "book.duckdb", 6, made_at=MADE_AT + timedelta(days=1), variant=1)
    with subprocess.Popen([sys.executable, "-c", SUM, url, str(folder)], cwd=ROOT, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        for _ in range(chance.randint(0, 24)):
            run.stdout.readline()
        run.kill()
    now = open_book(url)
    assert is_whole(first, book.data_version)
    assert contents(first) == good
    assert file_of(now, folder) not in files_in(folder_of(now, folder)) or is_whole(
        file_of(now, folder), now.data_version
    )
    assert contents(refresh(now, folder).path) == fresh(url, tmp_path / "afresh")
    assert not list(folder_of(now, folder).glob("making-*"))
