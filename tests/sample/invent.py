"""Invent a book of small shards in a process of its own, to be stopped or killed: ``python -m tests.sample.invent``."""

from __future__ import annotations

import sys
from pathlib import Path

from jiebei_dash.sample.make import make_sample

SHARDS = 5
SHARD_APPLICATIONS = 4_000


def invent(folder: Path, workers: int | None = None, progress: object = None) -> str:
    url = f"duckdb:///{folder / 'book.duckdb'}"
    make_sample(
        url,
        folder / "models",
        applications=SHARDS * SHARD_APPLICATIONS,
        seed=11,
        shard_applications=SHARD_APPLICATIONS,
        workers=workers,
        progress=progress,  # type: ignore[arg-type]
    )
    return url


if __name__ == "__main__":
    invent(Path(sys.argv[1]), workers=1)
