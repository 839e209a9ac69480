"""The command line: make or load a book, ask it, verify the log."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import cast

from jiebei_dash import asking, late
from jiebei_dash.book.engine import open_book
from jiebei_dash.book.lineage import read_lineage
from jiebei_dash.book.wording import figure_notes
from jiebei_dash.desk import log
from jiebei_dash.errors import BadArgument, JiebeiError
from jiebei_dash.progress import Bar
from jiebei_dash.settings import read_settings
from jiebei_dash.terms import LANGUAGES, ROLES, Language, Role
from jiebei_dash.text import export
from jiebei_dash.text.words import load_words

SAMPLE = "jiebei_dash.sample.make:make_sample"
LOAD = "jiebei_dash.load.loader:load_tape"
MEND = "jiebei_dash.load.quarantine:to_mend"
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
    ask.add_argument("subject", help="one of: " + ", ".join(asking.SUBJECTS))
    ask.add_argument("values", nargs="*", metavar="name=value", help="scope and arguments")
    ask.add_argument("--known-on", type=date.fromisoformat, help="the book as it was known at the end of this day")
    ask.add_argument("--sql", action="store_true", help="print the questions instead")
    ask.add_argument("--role", choices=ROLES, default="manager")
    ask.set_defaults(run=_ask)

    verify = commands.add_parser("verify", help="check the chain of the audit log, and the files of the book")
    verify.set_defaults(run=_verify)

    for command in (sample, load, mend, ask, verify):
        command.add_argument(
            "--book", default=settings.book_url, help="address of the book, e.g. duckdb:///book.duckdb"
        )
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
    if options.if_missing and Path(options.book.partition(":///")[2]).exists():
        open_book(options.book).engine.dispose()
        return 0
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
    return 0


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
    return 0


def _mend(options: argparse.Namespace) -> int:
    words = load_words(cast(Language, options.lang))
    count = late.function(MEND)(options.book, options.load_no, options.file, options.target, options.to_read)
    print(words("load.to_mend", count=count, path=str(options.target)))
    return 0


def _ask(options: argparse.Namespace) -> int:
    values: dict[str, str] = {}
    for pair in options.values:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadArgument(name=pair, value="", allowed="name=value")
        values[name] = value
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
