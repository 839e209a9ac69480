"""What the embedded engine is told before it reads a book."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection


def find_parts_from(engine: Engine, folder: Path) -> None:
    """Have every connection of an engine look for the files of views in a folder, and remember their footers."""
    place = str(folder).replace("'", "''")

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _: object) -> None:
        for setting in (f"SET SESSION file_search_path = '{place}'", "SET parquet_metadata_cache = true"):
            connection.cursor().execute(setting)
