"""A lender in shards is one lender: numbers are its own, one desk decides, and a run that was stopped is taken up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pytest

from jiebei_dash.book.engine import open_book
from jiebei_dash.book.history import ABOUT_THE_BOOK
from jiebei_dash.book.schema import book as book_schema
from jiebei_dash.errors import BadArgument, SampleStopped
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.load.several import Piece
from jiebei_dash.load.writer import BookWriter
from jiebei_dash.model.scoring import score
from jiebei_dash.model.shelf import get
from jiebei_dash.sample import gathering, workers
from jiebei_dash.sample.arrays import opaque
from jiebei_dash.sample.calibration import read_parameters
from jiebei_dash.sample.make import make_sample
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.plan import Plan
from jiebei_dash.sample.work import Work
from tests.sample.conftest import TWO_SHARDS, Ask, opened
from tests.sample.invent import SHARDS, invent

ROOT = Path(__file__).resolve().parents[2]
THREE_SHARDS = "book.duckdb.sample-work/*/shard-0002/done.json"
LOANS_ARE_WRITTEN = "book.duckdb.making-*/parts/loan/*.parquet"


@pytest.fixture(scope="session")
def ask_two(two_shards_path: Path) -> Iterator[Ask]:
    yield from opened(two_shards_path)


@pytest.fixture(scope="session")
def ask_first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The book that is the first shard alone."""
    folder = tmp_path_factory.mktemp("first")
    make_sample(f"duckdb:///{folder / 'book.duckdb'}", folder / "models", applications=TWO_SHARDS // 2)
    yield from opened(folder / "book.duckdb")


def test_the_first_shard_is_the_book_of_its_size(ask_two: Ask, ask_first: Ask) -> None:
    for table in book_schema.sorted_tables:
        # An allowance is of the lender, not of a shard: that it is the sum of all is tested in test_risk.py.
        if table.name in ABOUT_THE_BOOK | {"allowance"}:
            continue
        key = [column.name for column in table.primary_key]
        alone = ask_first(f"select * from {table.name} order by {', '.join(key)}")
        whole = ask_two(f"select * from {table.name}")
        assert len(alone)
        same = whole.merge(alone[key], on=key).sort_values(key, ignore_index=True)
        pd.testing.assert_frame_equal(same, alone)


def test_numbers_of_shards_are_different_and_every_number_is_used_once(ask_two: Ask) -> None:
    half = TWO_SHARDS // 2
    numbers = [set(opaque("A", half, shard).to_pylist()) for shard in (0, 1)]
    assert not numbers[0] & numbers[1]
    assert set(ask_two("select application_id from application")["application_id"]) == numbers[0] | numbers[1]
    for table, number in (("customer", "customer_id"), ("loan", "loan_id"), ("decision", "decision_id")):
        counted = ask_two(f"select count(*) as rows, count(distinct {number}) as numbers from {table}")
        assert counted["rows"].iloc[0] == counted["numbers"].iloc[0] > half // 2
    assert ask_two("select count(*) as n from customer join customer c using (id_hash)")["n"].iloc[0] == len(
        ask_two("select 1 from customer")
    )


def test_shards_are_different_people(ask_two: Ask) -> None:
    first = set(opaque("A", TWO_SHARDS // 2, 0).to_pylist())
    submitted = ask_two("select application_id, submitted_at, requested_fen from application")
    is_first = submitted["application_id"].isin(first)
    same = submitted[is_first].merge(submitted[~is_first], on=["submitted_at", "requested_fen"])
    assert len(same) < 3


def test_scores_of_the_second_shard_are_those_of_the_first_shards_models(ask_two: Ask, two_shards_path: Path) -> None:
    second = opaque("A", TWO_SHARDS // 2, 1)
    decided = ask_two(
        f"""select d.application_id, d.model_version, d.score_points, d.pd_rate, {", ".join(FEATURE_KEYS)}
            from decision d join feature_snapshot f using (decision_id)"""
    )
    decided = decided[pc.is_in(decided["application_id"].to_numpy(dtype=object), second).to_numpy(False)]
    models = ask_two("select model_version, artefact_sha256, kind from model_version").set_index("model_version")
    assert "hist_gbdt" in set(models["kind"])
    assert set(decided["model_version"]) == set(models.index)
    for version, rows in decided.groupby("model_version"):
        artefact = get(models.loc[version, "artefact_sha256"], two_shards_path.parent / "models", str(version))
        again = score(artefact, rows[list(FEATURE_KEYS)])
        assert (again["score_points"] == rows["score_points"]).all()
        assert (again["pd_rate"] == rows["pd_rate"]).all()


def test_truth_of_all_shards_stands_in_one_file(ask_two: Ask, two_shards_path: Path) -> None:
    truth = two_shards_path.with_suffix(".truth")
    true = pd.read_parquet(truth / "true_pd.parquet")
    assert set(true["application_id"]) == set(ask_two("select application_id from application")["application_id"])
    moves = pd.read_parquet(truth / "true_rolls.parquet")
    sums = moves.groupby(["month", "from_state"])["probability"].sum()
    assert (sums - 1).abs().max() < 1e-9
    at_risk = ask_two("select distinct month, prev_state from loan_month where prev_state is not null")
    assert len(sums) == len(at_risk)


def test_applications_of_shards_and_months_sum_to_those_asked_for() -> None:
    plan = Plan(100_001, 94, 1, date(2026, 10, 1), 30_000, Path())
    sizes = [plan.of_shard(shard) for shard in range(plan.shards)]
    assert (len(sizes), sum(sizes), max(sizes) - min(sizes)) == (4, 100_001, 1)
    calendar = read_parameters().calendar
    for shard, size in enumerate(sizes):
        months = list(plan.by_month(shard, calendar))
        assert len(months) == 94
        assert sum(count for _, count in months) == size


def test_months_are_gathered_in_spans_that_fit() -> None:
    months = {"2024-01-01": 5, "2024-02-01": 6, "2024-03-01": 4, "2024-04-01": 30, "2024-05-01": 1}
    assert list(gathering.spans(months, 11)) == [
        ("2024-01-01", "2024-02-01", 11),
        ("2024-03-01", "2024-03-01", 4),
        ("2024-04-01", "2024-04-01", 30),
        ("2024-05-01", "2024-05-01", 1),
    ]
    assert list(gathering.spans({}, 11)) == []


def test_shards_too_small_for_their_months_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument):
        make_sample(f"duckdb:///{tmp_path / 'b.duckdb'}", tmp_path, applications=20_000, shard_applications=1_000)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("undisturbed")
    return data_version(invent(folder))


def data_version(url: str) -> str:
    book = open_book(url)
    book.engine.dispose()
    return book.data_version


def started(folder: Path, until: str) -> tuple[subprocess.Popen[bytes], Path]:
    """A run in a process group of its own, at the moment when a file is there; and its work folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sample.invent", str(folder)],
        cwd=ROOT,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if next(folder.glob(until), None) is not None:
            return process, next(folder.glob("book.duckdb.sample-work/*"))
        assert process.poll() is None, "the run ended before it could be stopped"
        time.sleep(0.002)
    raise AssertionError(f"{until} was not made")


def wait_for_nobody(group: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a worker outlived its run")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_stopped_is_taken_up_where_it_was(tmp_path: Path, undisturbed: str, how: signal.Signals) -> None:
    process, work = started(tmp_path, until=THREE_SHARDS)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    assert process.wait(timeout=60) != 0
    wait_for_nobody(process.pid)
    finished = {path.name: path.stat().st_mtime_ns for path in work.glob("shard-*") if path.suffix != ".making"}
    assert {"shard-0000", "shard-0001", "shard-0002"} <= set(finished)
    assert not (tmp_path / "book.duckdb").exists()
    kept: Counter[str] = Counter()

    def look(what: str, done_rate: float) -> None:
        if what == "tables" and done_rate >= 0.55:
            kept.update(name for name, made_at in finished.items() if (work / name).stat().st_mtime_ns == made_at)

    assert data_version(invent(tmp_path, progress=look)) == undisturbed
    assert set(kept) == set(finished)
    assert not work.parent.exists()


def test_a_run_killed_while_its_parts_are_written_is_taken_up_with_all_its_shards(
    tmp_path: Path, undisturbed: str
) -> None:
    process, work = started(tmp_path, until=LOANS_ARE_WRITTEN)
    process.kill()
    process.wait()
    wait_for_nobody(process.pid)
    assert not (tmp_path / "book.duckdb").exists()
    assert len(list(work.glob("shard-*"))) == SHARDS
    steps: Counter[str] = Counter()
    assert data_version(invent(tmp_path, progress=lambda what, _: steps.update([what]))) == undisturbed
    assert steps["shards"] == steps["months"] == 0 < steps["tables"]
    assert not list(tmp_path.glob("book.duckdb.making-*"))
    assert not work.parent.exists()


def test_months_that_do_not_fit_into_memory_are_left_to_the_engine(
    tmp_path: Path, undisturbed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiebei_dash.load.several.MOST_ROWS", 300)
    whole: list[str] = []
    given = BookWriter.append_whole

    def spy(writer: BookWriter, pieces: list[Piece], told: Callable[[int], None]) -> None:
        whole.extend(piece.table for piece in pieces)
        assert {"customer", "loan_month", "instalment"} <= set(writer.rows)
        given(writer, pieces, told)

    monkeypatch.setattr(BookWriter, "append_whole", spy)
    assert data_version(invent(tmp_path)) == undisturbed
    assert {"product", "allowance", "policy_version"} <= set(whole)
    assert not {"customer", "loan_month", "instalment"} & set(whole)


def test_work_for_another_book_is_removed_and_spoilt_work_is_done_again(tmp_path: Path, undisturbed: str) -> None:
    process, work = started(tmp_path, until=THREE_SHARDS)
    process.kill()
    process.wait()
    wait_for_nobody(process.pid)
    foreign = work.parent / "0123456789abcdef"
    foreign.mkdir()
    spoilt = work / "shard-0001" / "loan.arrow"
    spoilt.write_bytes(spoilt.read_bytes()[:-100])
    assert Work(work.parent, work.name).counts(1) is None
    for model in (tmp_path / "models").iterdir():
        model.unlink()
    assert data_version(invent(tmp_path)) == undisturbed
    assert not foreign.exists()
    assert list((tmp_path / "models").iterdir())


def test_a_worker_that_is_ended_says_so_and_ends_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: str
) -> None:
    made: list[int] = []
    make_shards = workers.make_shards

    def spy(plan: Plan, parameters: Parameters, work: Work, shards: list[int], count: int, tell: object) -> None:
        def killing(shard: int, done_rate: float) -> None:
            if done_rate == 1.0 and not made:
                made.append(shard)
                children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
                for child in children:
                    if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                        os.kill(int(child), signal.SIGKILL)

        make_shards(plan, parameters, work, shards, count, killing)

    monkeypatch.setattr("jiebei_dash.sample.make.make_shards", spy)
    with pytest.raises(SampleStopped) as stopped:
        invent(tmp_path, workers=2)
    assert stopped.value.facts == {"code": -signal.SIGKILL}
    monkeypatch.undo()
    assert data_version(invent(tmp_path)) == undisturbed


def test_the_number_of_workers_does_not_matter(tmp_path: Path, undisturbed: str) -> None:
    told: list[tuple[str, float]] = []
    version = data_version(invent(tmp_path, workers=3, progress=lambda what, done_rate: told.append((what, done_rate))))
    assert version == undisturbed
    rates = [done_rate for _, done_rate in told]
    assert rates == sorted(rates)
    assert told[-1] == ("done", 1.0)
    assert SHARDS > 3
