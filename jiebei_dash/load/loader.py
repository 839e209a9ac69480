"""A lender's tape into a book: stage, map, check, set aside what is not understood, derive, compare totals, write.

Every row of the tape is either loaded or in quarantine with a reason; the report and the book's history count both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import BookMissing, LoadStopped, TapeUnreadable
from jiebei_dash.load.checks import checks_for
from jiebei_dash.load.controls import Total, compared, control_totals
from jiebei_dash.load.course import bring_in
from jiebei_dash.load.deriving import together
from jiebei_dash.load.finishing import record_stopped
from jiebei_dash.load.mapping import TapeMapping
from jiebei_dash.load.mapping_file import read_mapping
from jiebei_dash.load.mended import mended_part, with_old_rows
from jiebei_dash.load.quarantine import quarantine_path, write_quarantine
from jiebei_dash.load.records import History, brought_of, reasons_of
from jiebei_dash.load.report import LoadReport, Told
from jiebei_dash.load.splitting import Split, Splitting, counted
from jiebei_dash.load.staging import Staged, one_currency, stage
from jiebei_dash.load.supervised import Progress, Watch, supervised
from jiebei_dash.load.tape import Source, columns_named, find_sources, is_address, sha256_of, shown_tape
from jiebei_dash.load.thresholds import within_limits
from jiebei_dash.load.writer import BookWriter, new_book

Mode = Literal["WHOLE", "MONTHS"]
_ORDER = [table.name for table in schema.book.sorted_tables]
_AFTER = {"application": 0, "decision": 1, "loan": 2}
"""Tables that others refer to come first."""


@dataclass(frozen=True)
class _Task:
    """One load."""

    tape: Path | str
    sources: dict[str, Source]
    mapping: TapeMapping
    book_url: str
    mode: Mode
    controls: Path | None
    is_mended: bool
    started: float


def load_tape(
    tape: Path | str,
    mapping_path: Path,
    book_url: str,
    progress: Progress | None = None,
    *,
    mode: Mode = "WHOLE",
    controls: Path | None = None,
    mended: Path | None = None,
    stop: Callable[[], bool] | None = None,
) -> LoadReport:
    """Bring a lender's tape in as a book; an existing book at the address is replaced when all went well.

    Parameters
    ----------
    tape
        The folder with the files that the mapping names; the file, if it names one; or a SQL address.
    mapping_path
        The mapping, a TOML file.
    book_url
        Address of the book to make.
    progress
        Told how far the work is.
    mode
        ``WHOLE``: the book is what the tape says. ``MONTHS``: the months in the tape replace those of the book; without
        a book it is made.
    controls
        CSV file of control totals, instead of the mapping's.
    mended
        A mended list of what an earlier load set aside: its rows alone are loaded, into the months they belong to.
    stop
        Asked again and again whether to stop.

    Returns
    -------
    LoadReport

    Raises
    ------
    MappingInvalid
        The mapping is not understood.
    TapeMissing
        The tape, or a file of it, is not there.
    TapeColumnMissing
        The mapping names a column that the tape has not.
    TapeCurrency
        Amounts are in another currency than the book's.
    TapeUnreadable
        A file is not what its ending claims, or no row of it can be loaded.
    LoadStopped
        A threshold of the mapping was passed; the history says so, and the book is as it was.
    LoadCancelled
        ``stop`` said so; the book is as it was.
    BookLocked, BookNotWritable, BookNotWritten
        The book cannot be written.
    """
    tell: Progress = progress if progress is not None else _silent
    mapping = read_mapping(mapping_path)
    tell("reading", 0.0)
    if mended is not None:
        mapping, sources = mended_part(mapping, mended)
        mode = "MONTHS"
    else:
        sources = find_sources(tape, mapping)
    task = _Task(mended or tape, sources, mapping, book_url, mode, controls, mended is not None, time.monotonic())
    report = supervised(lambda watch: _loaded(task, watch), tell, stop if stop is not None else _never)
    tell("done", 1.0)
    return report


def _silent(step: str, share: float) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


def _loaded(task: _Task, watch: Watch) -> LoadReport:
    """The load, in the mode that is possible: months of a book that is not there are a whole one."""
    mode = task.mode
    if mode == "MONTHS" and not task.is_mended:
        try:
            open_book(task.book_url).engine.dispose()
        except BookMissing:
            mode = "WHOLE"
    history = History(task.mapping, shown_tape(task.tape), mode, task.started)
    try:
        made = _made(task, mode, watch, history)
    except LoadStopped as stopped:
        record_stopped(task.book_url, history.rows(stopped_by=str(stopped.facts["load_stop"])))
        raise
    book = open_book(task.book_url)
    with book.engine.connect() as connection:
        runs = schema.load_run
        outcome: str = connection.execute(
            sa.select(runs.c.outcome).where(runs.c.load_no == history.load_no)
        ).scalar_one()
    book.engine.dispose()
    return LoadReport(
        name=task.mapping.name,
        data_version=book.data_version,
        brought=tuple(history.brought),
        rows=dict(made.rows),
        reasons=tuple(history.reasons),
        quarantine_path=history.quarantine,
        seconds=time.monotonic() - task.started,
        totals=tuple(history.totals),
        load_no=history.load_no,
        outcome=outcome,
        mode=mode,
    )


def _made(task: _Task, mode: Mode, watch: Watch, history: History) -> BookWriter:
    mapping = task.mapping
    replaces: Any = "months" if mode == "MONTHS" else "book"
    with new_book(task.book_url, "tape", mapping.name, "", mapping.sha256, mapping.lacks, replaces=replaces) as writer:
        watch.driver = writer.connection.connection.driver_connection
        history.load_no = writer.load_no
        staged = _staged(writer, mapping, task.sources, watch)
        history.sha256 = writer.source_sha256 = sha256_of(staged[name].sha256 for name in sorted(staged))
        history.hashes = {each.source.shown: each.sha256 for each in staged.values()}
        splits = _split(writer, mapping, staged, mode, watch)
        history.brought, history.reasons = brought_of(splits), reasons_of(writer.connection, splits)
        path = quarantine_path(task.book_url, writer.load_no)
        history.quarantine = write_quarantine(writer.connection, list(splits.values()), writer.load_no,
                                              writer.scratch, path)  # fmt: skip
        for split in splits.values():
            if split.row_count == split.bad_count:
                raise TapeUnreadable(path=split.staged.source.place, why="no_good_rows")
        within_limits(mapping.limits, history.brought, history.reasons, history.quarantine)
        watch.enter("deriving", 0.45, 0.7)
        _append(writer, task, splits, mode, history)
        folder = None if is_address(task.tape) else _folder(Path(task.tape))
        totals = control_totals(mapping.controls, folder, task.controls)
        history.totals = compared(writer.connection, totals, mapping.controls, writer.given)
        _ties_or_stops(history.totals, mapping, history.quarantine)
        watch.enter("finishing", 0.7, 1.0)
        for table, rows in history.rows().items():
            writer.record(table, rows)
    return writer


def _staged(writer: BookWriter, mapping: TapeMapping, sources: dict[str, Source], watch: Watch) -> dict[str, Staged]:
    staged = {}
    for place, (name, source) in enumerate(sources.items()):
        watch.enter("reading", 0.2 * place / len(sources), 0.2 * (place + 1) / len(sources))
        staged[name] = stage(writer.connection, name, source, writer.scratch, columns_named(mapping, name))
        one_currency(writer.connection, staged[name], mapping.currency)
    return staged


def _split(
    writer: BookWriter, mapping: TapeMapping, staged: dict[str, Staged], mode: Mode, watch: Watch
) -> dict[str, Split]:
    """Every table's rows, good and bad apart; those that others refer to first."""
    splitting = Splitting(writer.connection, mapping.newest_month, [name for name, _ in mapping.limits.off])
    splits: dict[str, Split] = {}
    course = mapping.course
    rules = sorted(mapping.tables, key=lambda rule: (_AFTER.get(rule.table, 9), _ORDER.index(rule.table)))
    if course is not None and course.loans is not None:
        rules.insert(0, course.loans)
    count = len(rules) + 1
    for place, rule in enumerate(rules):
        watch.enter("checking", 0.2 + 0.25 * place / count, 0.2 + 0.25 * (place + 1) / count)
        split = splitting.table(rule, staged[rule.file])
        splits[rule.table] = split
        splitting.others[rule.table] = _known(writer, split.good, rule.table, mode)
    if course is not None:
        watch.enter("checking", 0.45 - 0.25 / count, 0.45)
        splits |= (courses := splitting.courses(course, staged))
        if course.loans is not None and mode == "WHOLE":
            splits["loan"] = splitting.with_course(splits["loan"], courses.values())
    return splits


def _known(writer: BookWriter, good: sa.FromClause, table: str, mode: Mode) -> sa.FromClause:
    """Records that others may refer to: those of the tape, and, where months are replaced, those of the book."""
    if mode == "WHOLE":
        return good
    key = [column.name for column in schema.book.tables[table].primary_key]
    old = writer.old(table)
    return sa.union(sa.select(*[good.c[name] for name in key]), sa.select(*[old.c[name] for name in key])).subquery()


def _append(writer: BookWriter, task: _Task, splits: dict[str, Split], mode: Mode, history: History) -> None:
    mapping, course = task.mapping, task.mapping.course
    for rule in mapping.tables:
        rows = splits[rule.table].loaded
        if task.is_mended:
            rows = sa.select(*with_old_rows(writer, schema.book.tables[rule.table], rows.subquery()).c)
        writer.append(rule.table, rows)
    if course is None:
        return
    split = splits["course"]
    lines = splits["loan"].good if course.loans is not None else None
    good = together(split, splits.get("also"))
    if task.is_mended and course.kind == "panel":
        good = with_old_rows(writer, schema.loan_month, good)
    bring_in(writer, course, good, lines, mode)
    others = {"loan": writer.given("loan")}
    off = [name for name, _ in mapping.limits.off]
    months = writer.given("loan_month")
    near = others if "principal_fen" in _with_values(writer, others["loan"]) else ()
    checks = checks_for("loan_month", _with_values(writer, months), near, off, of_course=True)
    counts = counted(writer.connection, months, [check.broken(months, others) for check in checks])
    file = split.staged.source.shown
    history.reasons += [
        Told(file, "loan_month", check.name, "", count, is_warning=True)
        for check, count in zip(checks, counts, strict=True)
        if count
    ]


def _with_values(writer: BookWriter, rows: sa.Table) -> list[str]:
    """Columns of which at least one value is known."""
    counts = sa.select(*[sa.func.max(column.is_not(None).cast(sa.Integer)).label(column.name) for column in rows.c])
    found = writer.connection.execute(counts).mappings().one()
    return [name for name, is_known in found.items() if is_known]


def _folder(tape: Path) -> Path:
    return tape if tape.is_dir() else tape.parent


def _ties_or_stops(totals: list[Total], mapping: TapeMapping, listed: Path | None) -> None:
    apart = [total for total in totals if not total.ties]
    if apart and mapping.controls is not None and mapping.controls.must_tie:
        raise LoadStopped(
            file=apart[0].table, load_stop="does_not_tie", count=len(apart), bound=0, listed=str(listed or "-")
        )
