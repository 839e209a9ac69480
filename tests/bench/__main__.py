"""Sizes, medians and ratios of the book at ``JIEBEI_BOOK``: ``python -m tests.bench [part ...]``; never fails on time.

The machines that run this are shared: read the ratios and medians, not single figures. Without a part named, all those
of the book are measured; ``--growth`` makes samples of growing size in a temporary folder, which takes minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from playwright.sync_api import Error as PlaywrightError

from jiebei_dash.asking import open_book
from jiebei_dash.book.engine import Book
from jiebei_dash.settings import read_settings
from tests.bench import (
    against_pandas,
    app,
    browser,
    cold,
    drag,
    growth,
    lab,
    loading,
    lookups,
    machine,
    marts,
    monthly,
    questions,
    writing,
)

PARTS: dict[str, Callable[[Book, str], None]] = {
    "sizes": machine.sizes,
    "questions": questions.run,
    "cold": cold.run,
    "pandas": against_pandas.run,
    "marts": marts.run,
    "lookups": lookups.run,
    "append": writing.run,
    "load": loading.run,
    "monthly": monthly.run,
    "app": app.run,
    "browser": browser.run,
    "lab": lab.run,
    "drag": drag.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument(
        "--growth", action="store_true", help="make samples of 0.1, 1 and 10 M applications and time it"
    )
    parser.add_argument(
        "--lab-growth", action="store_true", help="repeat the book's decisions to 0.1, 1 and 10 M and time the lab"
    )
    parser.add_argument("--up-to", type=int, default=10_000_000, help="largest sample of --growth; applications")
    options = parser.parse_args()
    unknown = sorted(set(options.parts) - set(PARTS))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    machine.about()
    if options.growth:
        growth.run(options.up_to)
        return
    if options.lab_growth:
        lab.growth(options.up_to)
        return
    url = read_settings().book_url
    for part in options.parts or PARTS:
        book = open_book(url)
        try:
            if part in ("questions", "cold", "pandas"):
                print("\nfrom marts" if book.marts else "\nfrom the rows: no fresh marts")
            PARTS[part](book, url)
        except PlaywrightError as error:
            print(
                f"\n{part}: not measured, {str(error).splitlines()[0]}; sh tests/browser/install.sh installs a browser"
            )
        finally:
            book.engine.dispose()


if __name__ == "__main__":
    main()
