"""What is to be invented: how many applications, in which months, from which seed, in how many shards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from jiebei_dash.errors import BadArgument
from jiebei_dash.sample.months import month_number, volume
from jiebei_dash.sample.parameters import Calendar
from jiebei_dash.settings import ROOT

LEAST_APPLICATIONS_A_MONTH = 20
SHARD_APPLICATIONS = 200_000
"""A shard of this size needs some 0.8 GB while it is lived; the default book is one."""

_PACKAGE = ROOT / "jiebei_dash"
_DECIDES_THE_ROWS = ("sample", "model", "book/policy.py", "features.py", "terms.py")


@dataclass(frozen=True)
class Plan:
    """A book to be invented; equal plans, calibrations and code give equal books.

    Parameters
    ----------
    applications
        In all.
    months
        How many, the last of which is ``last_month``.
    seed
        Of all chance.
    last_month
        First day of the last closed month.
    shard_applications
        Most applications of a shard.
    models_dir
        The shelf.
    """

    applications: int
    months: int
    seed: int
    last_month: date
    shard_applications: int
    models_dir: Path

    def check(self) -> None:
        """Refuse a plan that cannot be lived.

        Raises
        ------
        BadArgument
            Too few months, or too few applications for them.
        """
        if self.months < 1:
            raise BadArgument(name="months", value=self.months, allowed=">= 1")
        least = LEAST_APPLICATIONS_A_MONTH * self.months
        for name in ("applications", "shard_applications"):
            if getattr(self, name) < least:
                raise BadArgument(name=name, value=getattr(self, name), allowed=f">= {least}")

    @property
    def first(self) -> int:
        """Number of the first month."""
        return self.last - self.months + 1

    @property
    def last(self) -> int:
        """Number of the last month."""
        return month_number(self.last_month)

    @property
    def shards(self) -> int:
        """How many shards."""
        return -(-self.applications // self.shard_applications)

    def of_shard(self, shard: int) -> int:
        """Return the applications of a shard; any two differ by one at most."""
        return self.applications // self.shards + (shard < self.applications % self.shards)

    def by_month(self, shard: int, calendar: Calendar) -> Iterator[tuple[int, int]]:
        """Yield number and applications of each month of a shard: the volume path, to the last application."""
        months = range(self.first, self.last + 1)
        weight = np.array([volume(calendar, self.first, month) for month in months])
        edges = np.rint(np.cumsum(weight) / weight.sum() * self.of_shard(shard)).astype(np.int64)
        return zip(months, (int(count) for count in np.diff(edges, prepend=0)), strict=True)

    def source_sha256(self, calibration_sha256: str) -> str:
        """Return the hash of what the book is invented from; it stands in the book."""
        about = {"calibration": calibration_sha256, "applications": self.applications, "months": self.months,
                 "seed": self.seed, "last_month": self.last_month.isoformat()}  # fmt: skip
        if self.shards > 1:
            about["shard_applications"] = self.shard_applications
        return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()

    def identity(self, calibration_sha256: str) -> str:
        """Return the name of the work folder: finished shards serve only the same book made by the same code."""
        whole = hashlib.sha256(self.source_sha256(calibration_sha256).encode())
        for name in _DECIDES_THE_ROWS:
            place = _PACKAGE / name
            for path in sorted(place.glob("*.py")) if place.is_dir() else [place]:
                whole.update(path.read_bytes())
        return whole.hexdigest()[:16]
