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
"""Of a real load; the writer alone is killed fewer times."""
WRITER_KILLS = 6
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
    while killed < WRITER_KILLS:
        assert balance < 6 * WRITER_KILLS
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
    assert list(tmp_path.glob("book.duckdb.making-*")) == []
    named = {path.name for path in (tmp_path / "book.duckdb.parts" / "loan_month").iterdir()}
    assert len(named) <= 4 * len(good)


MAPPING = """
[book]
name = "Killed"

[files.months]
path = "months.csv"

[panel]
file = "months"

[panel.columns]
loan_id = { column = "acct" }
month = { column = "ym" }
dpd_days = { column = "days" }
balance_fen = { column = "bal", unit = "fen" }
"""
TAPE_LOANS, TAPE_MONTHS = 2_000, 6


def write_tape(folder: Path, more_fen: int) -> None:
    """A panel whose balance grows with every load; a thirtieth of its rows is no good."""
    lines = ["acct,ym,days,bal"]
    for month in range(1, TAPE_MONTHS + 1):
        for loan in range(TAPE_LOANS):
            lines.append(f"L{loan:05},2025-{month:02}-01,{'x' if loan % 30 == 7 else 0},{more_fen + loan}")
    (folder / "months.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def loading(folder: Path, address: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jiebei_dash", "load", str(folder), "--mapping", str(folder / "mapping.toml")]
    return subprocess.Popen(
        [*command, "--book", address], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def timed(run: subprocess.Popen[str]) -> float:
    """Wait for a load to end well; the seconds that it took."""
    started = time.monotonic()
    output = run.communicate()[0]
    assert run.returncode == 0, output
    return time.monotonic() - started


def whole(address: str, more_fen: int) -> str:
    """A reader: the version, once its rows and balance are those of one whole tape."""
    book = open_book(address)
    table = s.loan_month.c
    with book.engine.connect() as connection:
        asked = sa.select(sa.func.count(), sa.cast(sa.func.sum(table.balance_fen), sa.BigInteger))
        count, balance = connection.execute(asked).one()
    book.engine.dispose()
    good = [loan for loan in range(TAPE_LOANS) if loan % 30 != 7]
    assert count == TAPE_MONTHS * len(good)
    assert balance in {TAPE_MONTHS * sum(more + loan for loan in good) for more in (more_fen, more_fen - 1)}
    return book.data_version


@pytest.mark.slow
def test_a_load_killed_at_any_moment_leaves_a_whole_book_and_the_next_load_ends_well(tmp_path: Path) -> None:
    """Twenty kills at random moments of ``python -m jiebei_dash load``, each followed by a reader and a reload."""
    chance = random.Random(20_251_125)
    address = f"duckdb:///{tmp_path / 'book.duckdb'}"
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    write_tape(tmp_path, 0)
    length = timed(loading(tmp_path, address))
    version, more_fen, killed = whole(address, 0), 0, 0
    while killed < KILLS:
        # Who had ended before the kill is no kill; a machine that is busy now and idle then is followed.
        more_fen += 1
        assert more_fen <= 4 * KILLS
        write_tape(tmp_path, more_fen)
        run = loading(tmp_path, address)
        # The first part of a run is the start of the program.
        time.sleep((0.3 + 0.6 * chance.random()) * length)
        run.kill()
        output = run.communicate()[0]
        killed += output == ""
        seen_then = whole(address, more_fen)
        length = timed(loading(tmp_path, address))
        assert seen_then in (version, whole(address, more_fen))
        version = whole(address, more_fen)
        book = open_book(address)
        with book.engine.connect() as connection:
            run_rows = (
                connection.execute(sa.select(s.load_run.c.outcome).order_by(s.load_run.c.load_no)).scalars().all()
            )
        book.engine.dispose()
        assert run_rows[-1] in ("LOADED", "UNCHANGED")
    assert list(tmp_path.glob("book.duckdb.making-*")) == []
    assert len(list((tmp_path / "book.duckdb.quarantine").iterdir())) == len(run_rows)


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
