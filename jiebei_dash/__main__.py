"""The command line: make or load a book, ask it, verify the log."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from jiebei_dash import asking, late
from jiebei_dash.book.engine import ask as ask_question
from jiebei_dash.book.engine import open_book
from jiebei_dash.book.lineage import read_lineage
from jiebei_dash.book.servers import identity
from jiebei_dash.book.wording import figure_notes
from jiebei_dash.desk import kept, log
from jiebei_dash.errors import BadArgument, JiebeiError, MartsBusy, MartsNotWritten, MartsStopped
from jiebei_dash.marts.build import refresh
from jiebei_dash.progress import Bar
from jiebei_dash.settings import read_settings
from jiebei_dash.subjects import SUBJECTS
from jiebei_dash.terms import LANGUAGES, ROLES, Language, Role
from jiebei_dash.text import export
from jiebei_dash.text.words import load_words

SAMPLE = "jiebei_dash.sample.make:make_sample"
LOAD = "jiebei_dash.load.loader:load_tape"
PUBLISH = "jiebei_dash.load.publish:publish_book"
MEND = "jiebei_dash.load.quarantine:to_mend"
MONTHLY = "jiebei_dash.report.files:make"
PUT = "jiebei_dash.report.files:put"
VERIFY = "jiebei_dash.load.verify:verify_parts"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        As typed after ``python -m jiebei_dash``.

    Returns
    -------
    int
        0 if it was done; 1 if something expected went wrong, said in one sentence; 2 if the command is not one;
        130 if it was stopped.
    """
    settings = read_settings()
    parser = argparse.ArgumentParser(prog="python -m jiebei_dash", description="One loan book, three readers.")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of sentences")
    commands = parser.add_subparsers(dest="command", required=True)

    sample = commands.add_parser("sample", help="invent a book with known truth and train its models")
    sample.add_argument("--applications", type=int, default=200_000)
    sample.add_argument("--months", type=int, default=94)
    sample.add_argument("--seed", type=int, default=20_260_131)
    sample.add_argument("--if-missing", action="store_true", help="do nothing if a finished book is there")
    sample.set_defaults(run=_sample)

    load = commands.add_parser("load", help="bring in a lender's tape through a mapping file")
    load.add_argument("tape", help="file, folder or SQL address")
    load.add_argument("--mapping", type=Path, required=True)
    load.add_argument("--months", action="store_true", help="the months of the tape replace those of the book")
    load.add_argument("--controls", type=Path, help="CSV file of control totals: table, month, measure, value")
    load.add_argument("--mended", type=Path, help="load a mended list of rows that were set aside, and nothing else")
    load.set_defaults(run=_load)

    mend = commands.add_parser("mend", help="write the rows that a load set aside as CSV in the tape's own layout")
    mend.add_argument("load_no", type=int, help="number of the load")
    mend.add_argument("file", help="name of the tape's file")
    mend.add_argument("target", type=Path, help="CSV file to write")
    mend.add_argument("--to-read", action="store_true", help="for a spreadsheet: formulas made harmless, not to reload")
    mend.set_defaults(run=_mend)

    ask = commands.add_parser("ask", help="print what a page shows, as CSV")
    ask.add_argument("subject", help="one of: " + ", ".join(SUBJECTS))
    ask.add_argument("values", nargs="*", metavar="name=value", help="scope and arguments")
    ask.add_argument("--known-on", type=date.fromisoformat, help="the book as it was known at the end of this day")
    ask.add_argument("--sql", action="store_true", help="print the questions instead")
    ask.add_argument("--role", choices=ROLES, default="manager")
    ask.set_defaults(run=_ask)

    monthly = commands.add_parser("monthly", help="write the risk monthly, as PDF, as a workbook, or both")
    monthly.add_argument("values", nargs="*", metavar="name=value", help="scope, as for ask")
    monthly.add_argument("--as-of", help="month, e.g. 2026-10; the last closed one by default")
    monthly.add_argument("--known-on", type=date.fromisoformat, help="the book as it was known at the end of this day")
    monthly.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help="language of the files")
    monthly.add_argument("--pdf", type=Path)
    monthly.add_argument("--xlsx", type=Path)
    monthly.set_defaults(run=_monthly)

    forecast = commands.add_parser("forecast", help="print what vintages are expected to come to, or keep it")
    forecast.add_argument("values", nargs="*", metavar="name=value", help="scope and arguments, as for ask")
    forecast.add_argument("--keep", action="store_true", help="write it on the desk, to be scored when months close")
    forecast.set_defaults(run=_forecast)

    marts = commands.add_parser("marts", help="sum beforehand what pages add up; sample and load do it at their end")
    marts.set_defaults(run=_marts)

    verify = commands.add_parser("verify", help="check the chain of the audit log, and the files of the book")
    verify.set_defaults(run=_verify)

    publish = commands.add_parser("publish", help="copy the book to a server engine that reads it from then on")
    publish.add_argument("--to", required=True, help="postgresql+psycopg://... or spark://host:port/<folder>")
    publish.add_argument("--folder", type=Path, help="Spark's folder as this machine sees it, if at another place")
    publish.set_defaults(run=_publish)

    for command in (sample, load, mend, ask, monthly, forecast, marts, verify, publish):
        command.add_argument("--book", default=settings.book_url, help="its address, e.g. duckdb:///book.duckdb")
    options = parser.parse_args(arguments)
    words = load_words(cast(Language, options.lang))
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except JiebeiError as error:
        print(words.error(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(words("app.stopped"), file=sys.stderr)
        return 130


def _sample(options: argparse.Namespace) -> int:
    if options.if_missing and identity(options.book):
        return _then_marts(options)
    words = load_words(cast(Language, options.lang))
    with Bar() as bar:
        late.function(SAMPLE)(
            options.book,
            read_settings().models_dir,
            applications=options.applications,
            months=options.months,
            seed=options.seed,
            progress=lambda step, share: bar.show(words.code("sample_step", step), share),
        )
    return _then_marts(options)


def _load(options: argparse.Namespace) -> int:
    words = load_words(cast(Language, options.lang))
    with Bar() as bar:
        report = late.function(LOAD)(
            options.tape,
            options.mapping,
            options.book,
            progress=lambda step, share: bar.show(words.code("load_step", step), share),
            mode="MONTHS" if options.months else "WHOLE",
            controls=options.controls,
            mended=options.mended,
        )
    for line in report.lines(words):
        print(line)
    return _then_marts(options)


def _marts(options: argparse.Namespace) -> int:
    words, folder = load_words(cast(Language, options.lang)), read_settings().marts_dir
    book = open_book(options.book)
    try:
        if folder is not None:
            with Bar() as bar:
                done = refresh(
                    book,
                    folder,
                    lambda family, share: bar.show(words(f"marts.family.{family}"), share),
                    is_patient=True,
                )
            count = sum(map(len, done.months.values()))
            if count:
                print(words("marts.made", months=count, data_version=book.data_version))
            else:
                print(words("marts.fresh", data_version=book.data_version))
    finally:
        book.engine.dispose()
    return 0


def _then_marts(options: argparse.Namespace) -> int:
    """The book is made; that its sums are not only makes pages slower."""
    try:
        return _marts(options)
    except (MartsBusy, MartsNotWritten, MartsStopped) as error:
        print(load_words(cast(Language, options.lang)).error(error), file=sys.stderr)
        return 0


def _publish(options: argparse.Namespace) -> int:
    words = load_words(cast(Language, options.lang))
    with Bar() as bar:
        published = late.function(PUBLISH)(
            options.book,
            options.to,
            lambda table, share: bar.show(words("publish.sending", table=table), share),
            options.folder,
        )
    facts = {name: getattr(published, name) for name in ("data_version", "sent_count", "there_count", "sent_rows")}
    print(words("publish.done", **facts))
    return 0


def _mend(options: argparse.Namespace) -> int:
    words = load_words(cast(Language, options.lang))
    count = late.function(MEND)(options.book, options.load_no, options.file, options.target, options.to_read)
    print(words("load.to_mend", count=count, path=str(options.target)))
    return 0


def _ask(options: argparse.Namespace) -> int:
    values = _values(options)
    role = cast(Role, options.role)
    answer, book = asking.ask_book(options.book, options.subject, values, role, options.known_on)
    if options.sql:
        for question in answer.questions:
            print(f"-- {question.name}\n{question.sql()};\n")
        return 0
    words = load_words(cast(Language, options.lang))
    for line in figure_notes(words, answer.questions[0].scope, read_lineage(book), answer.questions):
        print(f"# {line}", file=sys.stderr)
    sys.stdout.write(export.to_csv(export.labelled(answer.frame, words)))
    return 0


def _forecast(options: argparse.Namespace) -> int:
    words, values = load_words(cast(Language, options.lang)), _values(options)
    answer, book = asking.ask_book(options.book, "vintage_forecast.curves", values, "analyst")
    if answer.frame.empty:
        print(words("vintage_forecast.none"), file=sys.stderr)
        return 1
    if not options.keep:
        sys.stdout.write(export.to_csv(answer.frame))
        return 0
    scope = answer.questions[0].scope
    chosen: dict[str, Any] = {name: values[name] for name in kept.CHOICES if name in values}
    made = kept.made_from(scope, book.last_closed_month, **chosen)
    new = kept.keep(read_settings().desk_url, datetime.now(UTC), scope.reader, made, answer.frame)
    print(words("kept_forecast.done", count=new) if new else words("kept_forecast.there"))
    return 0


def _values(options: argparse.Namespace) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in options.values:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadArgument(name=pair, value="", allowed="name=value")
        values[name] = value
    return values


def _monthly(options: argparse.Namespace) -> int:
    words = load_words(cast(Language, options.lang))
    paths = {kind: path for kind in ("pdf", "xlsx") if (path := getattr(options, kind)) is not None}
    if not paths:
        print(words("monthly.nothing_to_write"), file=sys.stderr)
        return 2
    book = asking.open_book(options.book, options.known_on)
    scope = asking.scope_of(book, _values(options) | ({"as_of": options.as_of} if options.as_of else {}))
    desk = log.open_desk(read_settings().desk_url)
    with Bar() as bar:
        made = late.function(MONTHLY)(
            scope,
            lambda question: ask_question(book, question),
            read_lineage(book),
            book.name,
            words,
            tuple(paths),
            lambda part, share: bar.show(words("monthly.making", part=part), share),
        )
    for file in made:
        log.append(desk, datetime.now(UTC), scope.reader.name, scope.reader.role, "export", "monthly", file.detail())
        late.function(PUT)(file.content, paths[file.kind])
        print(words("monthly.done", path=str(paths[file.kind]), **file.said(words)))
    return 0


def _verify(options: argparse.Namespace) -> int:
    words = load_words(cast(Language, options.lang))
    verdict = log.verify(log.open_desk(read_settings().desk_url))
    if verdict.is_whole:
        print(words("decision.log_whole", count=verdict.entries), verdict.head.entry_hash)
    else:
        print(words("decision.log_broken", seq=verdict.first_broken_seq or 0), file=sys.stderr)
    backend, _, path = options.book.partition(":///")
    if backend != "duckdb" or not Path(path).is_file():
        return 0 if verdict.is_whole else 1
    with Bar() as bar:
        book = late.function(VERIFY)(options.book, lambda share: bar.show(words("load.verifying"), share))
    if book.is_whole:
        print(words("load.parts_whole", count=book.parts, data_version=book.data_version))
    for place in (*book.missing, *book.altered):
        print(words("load.part_broken", place=place), file=sys.stderr)
    return 0 if verdict.is_whole and book.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
