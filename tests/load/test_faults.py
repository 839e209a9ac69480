"""Whole or not at all, tried: killed at any moment, a full disk, two loaders at once, a reader during the switch."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import BookLocked
from jiebei_dash.load.writer import new_book
from tests.load.test_store import JANUARY, month_of

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 20
LOAD = """
import sys
from datetime import date
from jiebei_dash.errors import JiebeiError
from jiebei_dash.load.writer import new_book
from tests.load.test_faults import RUN, panel
print("up", flush=True)
try:
    with new_book(sys.argv[1], "tape", "Killed", "00", replaces="months") as writer:
        for month in range(1, 13):
            writer.append("loan_month", panel(date(2025, month, 1), int(sys.argv[2])))
        writer.append("loan", panel(date(2025, 1, 1), 1)[["loan_id", "opened_month"]])
        writer.record("load_run", [RUN | {"load_no": writer.load_no}])
except JiebeiError as error:
    print(error.key(), flush=True)
    sys.exit(3)
print("done", flush=True)
"""
RUN = {"outcome": "LOADED", "mode": "MONTHS", "tape": "t", "source_sha256": "0", "mapping_sha256": "1", "seconds": 1.0,
       "stopped_by": ""}  # fmt: skip
LOANS = 4_000


def panel(month: date, balance_fen: int) -> object:
    return month_of(month, {f"L{loan:05}": balance_fen + loan for loan in range(LOANS)})


def start(url: str, balance_fen: int, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOAD, url, str(balance_fen)]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]
    assert run.stdout is not None
    assert run.stdout.readline() == "up\n"
    return run


def seen(url: str) -> tuple[str, int, int]:
    """A reader: the version, the rows, and the balance that only whole versions have."""
    book = open_book(url)
    table = s.loan_month
    with book.engine.connect() as connection:
        count, balance = connection.execute(
            sa.select(sa.func.count(), sa.cast(sa.func.sum(table.c.balance_fen), sa.BigInteger))
        ).one()
        months = connection.execute(sa.select(sa.func.count(sa.distinct(table.c.month)))).scalar_one()
    book.engine.dispose()
    assert count == months * LOANS
    return book.data_version, count, balance


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"duckdb:///{tmp_path / 'book.duckdb'}"
    with new_book(address, "tape", "Whole", "00") as writer:
        writer.append("loan_month", panel(JANUARY, 100))
    return address


@pytest.mark.slow
def test_killed_at_any_moment_the_last_good_version_is_served_and_the_next_load_ends_well(
    url: str, tmp_path: Path
) -> None:
    chance = random.Random(20_241_123)
    started = time.monotonic()
    whole = start(url, 1)
    assert whole.communicate()[0] == "done\n"
    length = time.monotonic() - started
    good, balance, killed = {seen(url)}, 2, 0
    for _ in range(KILLS):
        before = seen(url)
        run = start(url, balance)
        time.sleep(chance.random() * length)
        run.kill()
        output = run.communicate()[0]
        killed += output == ""
        after = seen(url)
        # The old version, or, if the switch had been made, the new one: whole in either case.
        assert after == before or (after[0] not in {version for version, _, _ in good})
        good.add(after)
        again = start(url, balance)
        assert again.communicate()[0] == "done\n"
        assert again.returncode == 0
        reloaded = seen(url)
        assert reloaded[1] == 13 * LOANS
        assert reloaded[2] == sum(month * balance_of(value) for month, value in ((1, 100), (12, balance)))
        good.add(reloaded)
        balance += 1
    assert killed >= KILLS // 2
    assert list(tmp_path.glob("book.duckdb.making-*")) == []
    named = {path.name for path in (tmp_path / "book.duckdb.parts" / "loan_month").iterdir()}
    assert len(named) <= 4 * len(good)


def balance_of(balance_fen: int) -> int:
    return sum(balance_fen + loan for loan in range(LOANS))


def test_a_full_disk_is_said_and_leaves_the_old_version(url: str, tmp_path: Path) -> None:
    before = seen(url)
    files = sorted(path.name for path in tmp_path.rglob("*"))

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    run = start(url, 7, preexec_fn=little_room)
    assert run.communicate()[0] == "errors.book_not_written\n"
    assert run.returncode == 3
    assert seen(url) == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == files
    assert start(url, 7).communicate()[0] == "done\n"


def test_of_two_loaders_at_once_one_loads_and_the_other_is_told(url: str) -> None:
    first, second = start(url, 1), start(url, 2)
    ends = sorted([first.communicate()[0], second.communicate()[0]])
    assert ends in (["done\n", "errors.book_locked\n"], ["done\n", "done\n"])
    assert seen(url)[1] == 13 * LOANS
    with new_book(url, "tape", "Held", "00", replaces="months"), pytest.raises(BookLocked):  # noqa: SIM117
        with new_book(url, "tape", "Second", "00", replaces="months"):
            pass


def test_readers_during_the_switch_see_one_version_or_the_other(url: str) -> None:
    stop, found, wrong, known = threading.Event(), set(), [], {seen(url)}

    def read() -> None:
        while not stop.is_set():
            try:
                found.add(seen(url))
            except Exception as error:
                wrong.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for balance in (1, 2, 3):
            assert start(url, balance).communicate()[0] == "done\n"
            known.add(seen(url))
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert len(known) == 4
    assert found <= known
    assert len(found) > 1
