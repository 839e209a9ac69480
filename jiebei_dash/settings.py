"""The environment, read once."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: relative addresses start here, wherever the command was typed."""


@dataclass(frozen=True)
class Settings:
    """Where things are.

    Parameters
    ----------
    book_url
        The loan book, read only (``JIEBEI_BOOK``).
    desk_url
        What people write: the log (``JIEBEI_DESK``).
    models_dir
        The shelf of model artefacts, one file a version named by its hash (``JIEBEI_MODELS``).
    marts_dir
        Where sums are kept that make pages quick (``JIEBEI_MARTS``); None, set as an empty text, is to do without.
    mappings_dir
        Mapping files that were made on the screen (``JIEBEI_MAPPINGS``).
    """

    book_url: str
    desk_url: str
    models_dir: Path
    marts_dir: Path | None
    mappings_dir: Path


def read_settings() -> Settings:
    """Return the settings from the environment, with defaults under ``data/``.

    Returns
    -------
    Settings
        With absolute places.
    """
    data = ROOT / "data"
    return Settings(
        book_url=os.environ.get("JIEBEI_BOOK", f"duckdb:///{data / 'book.duckdb'}"),
        desk_url=os.environ.get("JIEBEI_DESK", f"sqlite:///{data / 'desk.sqlite'}"),
        models_dir=Path(os.environ.get("JIEBEI_MODELS", str(data / "models"))),
        marts_dir=Path(marts) if (marts := os.environ.get("JIEBEI_MARTS", str(data / "marts"))) else None,
        mappings_dir=Path(os.environ.get("JIEBEI_MAPPINGS", str(data / "mappings" / "own"))),
    )


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return which code runs: a hash over the product's own Python files, 12 hex digits.

    It is written into every book and load, so that a figure names the code that made it, committed or not.
    """
    whole = hashlib.sha256()
    for path in sorted((ROOT / "jiebei_dash").rglob("*.py")):
        whole.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]
