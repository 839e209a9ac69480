"""The book as it was known on a past day: the catalogue of the version that was current at that day's end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

VERSIONS = ".versions"
"""Ending of the folder beside a catalogue that holds those before it."""
MOMENT = "%Y%m%dT%H%M%S"
"""How a kept catalogue's name begins: when it was made, local time in Shanghai."""


@dataclass(frozen=True)
class KnownVersion:
    """A catalogue that was current once.

    Parameters
    ----------
    made_at
        When it became current; local time in Shanghai.
    data_version
        Of its contents.
    path
        Its file.
    """

    made_at: datetime
    data_version: str
    path: Path


def known_versions(catalogue: Path) -> list[KnownVersion]:
    """Return the catalogues that were current before this one, the oldest first.

    Parameters
    ----------
    catalogue
        The current one.
    """
    found = []
    for path in sorted(catalogue.with_name(f"{catalogue.name}{VERSIONS}").glob("*-*.duckdb")):
        moment, _, data_version = path.stem.partition("-")
        found.append(KnownVersion(datetime.strptime(moment, MOMENT), data_version, path))
    return found


def known_on(catalogue: Path, made_at: datetime, day: date) -> Path | None:
    """Return the catalogue that was current at the end of a day.

    Parameters
    ----------
    catalogue
        The current one.
    made_at
        When it was made.
    day
        A day.

    Returns
    -------
    Path or None
        None if there was no book yet.
    """
    end = datetime.combine(day + timedelta(days=1), time())
    if made_at < end:
        return catalogue
    earlier = [version for version in known_versions(catalogue) if version.made_at < end]
    return earlier[-1].path if earlier else None
