"""The environment, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
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
    """

    book_url: str
    desk_url: str
    models_dir: Path


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
    )
