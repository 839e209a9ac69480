"""The catalogues of a book, present and past: each version has a name of its own beside the book's address.

The embedded engine keeps a file open by its path for as long as anybody in the process reads it, so whoever opened the
address again after a switch would be given the old version. Every catalogue is therefore opened under its own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

VERSIONS = ".versions"
"""Ending of the folder with the names."""
_MOMENT = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class KnownVersion:
    """A catalogue that is or was current.

    Parameters
    ----------
    serial
        The larger, the later it became current.
    made_at
        When its contents became current; local time in Shanghai.
    data_version
        Of its contents.
    path
        Its own name.
    """

    serial: int
    made_at: datetime
    data_version: str
    path: Path


def versions_folder(catalogue: Path) -> Path:
    """Return the folder with the names of a book's catalogues."""
    return catalogue.with_name(f"{catalogue.name}{VERSIONS}")


def version_name(serial: int, made_at: datetime, data_version: str) -> str:
    """Return a catalogue's own name."""
    return f"{serial:06}-{made_at:{_MOMENT}}-{data_version}.duckdb"


def known_versions(catalogue: Path) -> list[KnownVersion]:
    """Return the catalogues that are kept, the current one among them, the oldest first.

    Parameters
    ----------
    catalogue
        The file of the book's address.
    """
    found = []
    for path in versions_folder(catalogue).glob("*-*-*.duckdb"):
        serial, moment, data_version = path.stem.split("-")
        found.append(KnownVersion(int(serial), datetime.strptime(moment, _MOMENT), data_version, path))
    return sorted(found, key=lambda version: version.serial)


def own_name(catalogue: Path) -> Path:
    """Return the own name of the current catalogue; its address if it has none."""
    inode = catalogue.stat().st_ino
    same = [version.path for version in known_versions(catalogue) if version.path.stat().st_ino == inode]
    return same[-1] if same else catalogue


def known_on(catalogue: Path, day: date) -> Path | None:
    """Return the catalogue that was current at the end of a day.

    Parameters
    ----------
    catalogue
        The file of the book's address.
    day
        A day, in Shanghai.

    Returns
    -------
    Path or None
        None if there was no book yet, or none is kept.
    """
    end = datetime.combine(day + timedelta(days=1), time())
    earlier = [version.path for version in known_versions(catalogue) if version.made_at < end]
    return earlier[-1] if earlier else None
