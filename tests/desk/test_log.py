"""The log: appended in order, forked by nobody, and honest about what a chain can show."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from jiebei_dash.desk import log
from jiebei_dash.desk.chain import GENESIS, Entry, Head, Verdict
from jiebei_dash.desk.tables import audit_log
from jiebei_dash.errors import LogUnavailable

AT = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path):
    opened = log.open_desk(f"sqlite:///{tmp_path / 'new' / 'desk.sqlite'}")
    yield opened
    opened.engine.dispose()


def _write(desk: log.Desk, count: int) -> list[Entry]:
    return [log.append(desk, AT, "an", "auditor", "read", f"D{n}", {"n": n}) for n in range(1, count + 1)]


def _tamper(desk: log.Desk, *statements: str) -> None:
    """As someone with the file in hand would: past the triggers."""
    with sqlite3.connect(str(desk.engine.url.database)) as raw:
        for act in ("update", "delete"):
            raw.execute(f"DROP TRIGGER audit_log_no_{act}")
        for statement in statements:
            raw.execute(statement)
    raw.close()


def test_the_hash_of_an_entry_can_be_computed_by_hand(desk: log.Desk) -> None:
    first, second = _write(desk, 2)
    assert (first.seq, first.prev_hash) == (1, "0" * 64)
    assert (second.seq, second.prev_hash) == (2, first.entry_hash)
    text = (
        '{"action":"read","actor":"an","at":"2026-10-03T09:00:00+00:00","detail_json":"{\\"n\\":2}",'
        '"object":"D2","role":"auditor","seq":2}'
    )
    assert second.entry_hash == hashlib.sha256((first.entry_hash + text).encode()).hexdigest()


def test_a_log_just_written_is_whole_and_its_head_is_the_last_entry(desk: log.Desk) -> None:
    assert log.verify(desk) == Verdict(0, True, None, Head(0, GENESIS))
    last = _write(desk, 5)[-1]
    assert log.head(desk) == Head(5, last.entry_hash)
    assert log.verify(desk) == Verdict(5, True, None, Head(5, last.entry_hash))


def test_entries_come_newest_first_and_in_pages(desk: log.Desk) -> None:
    written = _write(desk, 5)
    assert log.entries(desk, most_rows=2) == (written[4], written[3])
    assert log.entries(desk, most_rows=2, before_seq=4) == (written[2], written[1])


def test_a_log_opened_again_goes_on_where_it_ended(desk: log.Desk) -> None:
    last = _write(desk, 3)[-1]
    again = log.open_desk(str(desk.engine.url))
    assert log.append(again, AT, "bo", "auditor", "read", "D9", {}).prev_hash == last.entry_hash
    assert log.verify(desk).is_whole
    again.engine.dispose()


@pytest.mark.parametrize(
    "column", ["at", "actor", "role", "action", "object", "detail_json", "prev_hash", "entry_hash"]
)
def test_a_changed_byte_is_found_where_it_stands(desk: log.Desk, column: str) -> None:
    _write(desk, 6)
    _tamper(desk, f"UPDATE audit_log SET {column} = 'x' || substr({column}, 2) WHERE seq = 3")
    verdict = log.verify(desk)
    assert (verdict.is_whole, verdict.first_broken_seq, verdict.entries, verdict.head.seq) == (False, 3, 6, 2)


def test_a_row_deleted_in_the_middle_is_found(desk: log.Desk) -> None:
    _write(desk, 6)
    _tamper(desk, "DELETE FROM audit_log WHERE seq = 4")
    verdict = log.verify(desk)
    assert (verdict.is_whole, verdict.first_broken_seq, verdict.entries) == (False, 4, 5)


def test_a_row_deleted_and_the_rest_renumbered_is_found(desk: log.Desk) -> None:
    _write(desk, 6)
    _tamper(
        desk,
        "DELETE FROM audit_log WHERE seq = 4",
        "UPDATE audit_log SET seq = 4 WHERE seq = 5",
        "UPDATE audit_log SET seq = 5 WHERE seq = 6",
    )
    assert log.verify(desk).first_broken_seq == 4


def test_two_rows_in_each_others_place_are_found(desk: log.Desk) -> None:
    _write(desk, 6)
    _tamper(
        desk,
        "UPDATE audit_log SET seq = 99 WHERE seq = 2",
        "UPDATE audit_log SET seq = 2 WHERE seq = 5",
        "UPDATE audit_log SET seq = 5 WHERE seq = 99",
    )
    assert log.verify(desk).first_broken_seq == 2


def test_a_cut_at_the_end_is_seen_only_with_an_anchor_kept_elsewhere(desk: log.Desk) -> None:
    _write(desk, 6)
    anchor = log.head(desk)
    _tamper(desk, "DELETE FROM audit_log WHERE seq > 4")
    assert log.verify(desk).is_whole
    with_anchor = log.verify(desk, anchor)
    assert (with_anchor.is_whole, with_anchor.first_broken_seq) == (False, 5)


def test_a_chain_written_anew_is_seen_only_with_an_anchor(desk: log.Desk, tmp_path: Path) -> None:
    _write(desk, 3)
    anchor = log.head(desk)
    forged = log.open_desk(f"sqlite:///{tmp_path / 'forged.sqlite'}")
    for n in (1, 2, 7):
        log.append(forged, AT, "an", "auditor", "read", f"D{n}", {"n": n})
    assert log.verify(forged).is_whole
    verdict = log.verify(forged, anchor)
    assert (verdict.is_whole, verdict.first_broken_seq, verdict.head.seq) == (False, 3, 2)
    forged.engine.dispose()


def test_an_anchor_in_the_chain_stays_good_when_the_log_grows(desk: log.Desk) -> None:
    _write(desk, 3)
    anchor = log.head(desk)
    _write(desk, 2)
    assert log.verify(desk, anchor).is_whole


def test_the_log_itself_refuses_changes(desk: log.Desk) -> None:
    _write(desk, 2)
    with sqlite3.connect(str(desk.engine.url.database)) as raw:
        for statement in ("UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                raw.execute(statement)
    raw.close()


def _write_fifty(url: str, actor: str) -> None:
    desk = log.open_desk(url)
    for n in range(50):
        log.append(desk, AT, actor, "auditor", "read", f"D{n}", {})
    desk.engine.dispose()


def test_two_processes_writing_at_once_do_not_fork_the_chain(desk: log.Desk) -> None:
    context = multiprocessing.get_context("spawn")
    url = str(desk.engine.url)
    writers = [context.Process(target=_write_fifty, args=(url, actor)) for actor in ("an", "bo")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    verdict = log.verify(desk)
    assert (verdict.entries, verdict.is_whole) == (100, True)
    by_actor = [entry.actor for entry in log.entries(desk, 200)]
    assert (by_actor.count("an"), by_actor.count("bo")) == (50, 50)


def test_it_is_written_through_to_the_disk(desk: log.Desk) -> None:
    with desk.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://log@127.0.0.1:1/none", "sqlite:////proc/no/desk"])
def test_a_desk_that_cannot_be_kept_is_refused(url: str) -> None:
    with pytest.raises(LogUnavailable):
        log.open_desk(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_bytes(b"not a database at all, but long enough" * 40)
    with pytest.raises(LogUnavailable):
        log.open_desk(f"sqlite:///{tmp_path / 'desk.sqlite'}")


def test_a_log_whose_table_is_gone_cannot_be_written_or_read(desk: log.Desk) -> None:
    with desk.engine.begin() as connection:
        connection.execute(sa.schema.DropTable(audit_log))
    with pytest.raises(LogUnavailable):
        _write(desk, 1)
    with pytest.raises(LogUnavailable):
        log.head(desk)


def test_a_time_without_a_zone_is_refused(desk: log.Desk) -> None:
    with pytest.raises(ValueError, match="zone"):
        log.append(desk, datetime(2026, 10, 3), "an", "auditor", "read", "D1", {})
    assert log.verify(desk).entries == 0


class _Scope:
    class reader:  # noqa: N801
        name = "an"
        role = "auditor"

    data_version = "v1"


class _Question:
    name = "decision.record"
    key = "k1"
    scope = _Scope

    def sql(self) -> str:
        return "SELECT 1 WHERE decision_id = 'D7'"


def test_a_recorded_question_says_who_asked_what_at_which_level(desk: log.Desk) -> None:
    log.recorder(desk, lambda: AT)(_Question(), "applicant")
    entry = log.entries(desk)[0]
    assert (entry.actor, entry.role, entry.action, entry.object) == ("an", "auditor", "read", "decision.record")
    assert json.loads(entry.detail_json) == {
        "level": "applicant",
        "key": "k1",
        "data_version": "v1",
        "sql": "SELECT 1 WHERE decision_id = 'D7'",
    }
