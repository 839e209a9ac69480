"""The tape as it lies: its files found, hashed and looked over; nothing is understood here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from jiebei_dash.errors import TapeMissing
from jiebei_dash.load.formula import columns_of
from jiebei_dash.load.mapping import ColumnRule, FileRule, TableRule, TapeMapping

_CHUNK = 4 << 20


@dataclass(frozen=True)
class Source:
    """Where the rows of a file come from.

    Parameters
    ----------
    rule
        How the mapping says it is written.
    shown
        Its name: the file's, or the table's of a SQL address.
    path
        The file; None for a SQL address.
    address
        The SQL address, with its password; never shown.
    """

    rule: FileRule
    shown: str
    path: Path | None = None
    address: str = ""

    @property
    def file(self) -> Path:
        """The file; asked only of what is one."""
        if self.path is None:
            raise TypeError(f"{self.shown} is no file")
        return self.path

    @property
    def place(self) -> str:
        """How it is named in a failure."""
        return str(self.path or self.shown)


@dataclass(frozen=True)
class Looked:
    """What a look over a file's bytes says."""

    sha256: str
    has_blank_lines: bool


def is_address(tape: Path | str) -> bool:
    """Return whether a tape is a SQL address and no path."""
    return isinstance(tape, str) and "://" in tape


def shown_tape(tape: Path | str) -> str:
    """Return the name of a tape without its place; of an address without its password."""
    if not is_address(tape):
        return Path(tape).resolve().name
    try:
        return make_url(str(tape)).render_as_string(hide_password=True)
    except ArgumentError:
        return str(tape).partition("://")[0]


def find_sources(tape: Path | str, mapping: TapeMapping) -> dict[str, Source]:
    """Return where the files of a tape lie, by their name in the mapping.

    Parameters
    ----------
    tape
        A folder; the file itself, if the mapping names one file only; or a SQL address.
    mapping
        Names the files.

    Raises
    ------
    TapeMissing
        The tape or a file of it is not there.
    """
    if is_address(tape):
        address = str(tape)
        return {name: Source(rule, rule.table or rule.path, address=address) for name, rule in mapping.files.items()}
    place = Path(tape)
    if not place.exists():
        raise TapeMissing(path=str(place))
    found = {}
    for name, rule in mapping.files.items():
        path = place if len(mapping.files) == 1 and place.is_file() else place / rule.path
        if not rule.path or not path.is_file():
            raise TapeMissing(path=str(path))
        found[name] = Source(rule, path.name, path)
    return found


def look_over(path: Path) -> Looked:
    """Return the hash of a file, and whether it has blank lines, which the reader of CSV would not number."""
    whole = hashlib.sha256()
    blank, end = False, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole.update(chunk)
            joined = end + chunk
            blank = blank or b"\n\n" in joined or b"\n\r\n" in joined
            end = joined[-2:]
    return Looked(whole.hexdigest(), blank)


def sha256_of(hashes: Iterable[str]) -> str:
    """Return one hash over the hashes of files, in the order given."""
    whole = hashlib.sha256()
    for each in hashes:
        whole.update(bytes.fromhex(each))
    return whole.hexdigest()


def columns_named(mapping: TapeMapping, file: str) -> list[str]:
    """Return the columns of a file that the mapping names, without those that wide columns are turned into."""
    tables: list[TableRule] = list(mapping.tables)
    rules: list[ColumnRule] = []
    made: set[str] = set()
    named: set[str] = set()
    course = mapping.course
    if course is not None:
        tables += course.tables
        if course.rows.file == file:
            rules += course.loan_columns
            if course.unpivot is not None:
                made = {course.unpivot.name, *(name for name, _ in course.unpivot.values)}
                named = {wide for _, pairs in course.unpivot.values for wide, _ in pairs}
    for table in tables:
        rules += table.columns if table.file == file else ()
    for rule in rules:
        named |= {rule.column} if rule.column is not None else set()
        named |= set(columns_of(rule.expression)) if rule.expression else set()
    currency = mapping.files[file].currency_column
    return sorted((named - made) | ({currency} if currency else set()))
