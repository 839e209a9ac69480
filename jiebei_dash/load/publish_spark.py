"""A version of a book put into a folder that Spark sees: its parts, and one manifest that is switched by a rename.

Parts are immutable and named by their bytes, so what is there already is not copied again, and nothing is removed:
whoever reads an earlier version goes on reading it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.engine import URL

from jiebei_dash.book.spark_book import MANIFEST, Manifest, folder_of
from jiebei_dash.errors import BookLocked, PublishFailed
from jiebei_dash.load.catalogue import HISTORY, Catalogue
from jiebei_dash.load.publish_rows import arrow_schema, history_rows
from jiebei_dash.load.store import to_disk

Tell = Callable[[str, float], None]
Sent = tuple[int, int, int]
"""Parts sent, their rows, parts that were there already."""


def publish(address: URL, catalogue: Catalogue, parts: Path, tell: Tell, folder: Path | None = None) -> Sent:
    """Copy a version; on one file system its parts are linked, and take no room.

    Parameters
    ----------
    address
        ``spark://host:port/<folder as Spark sees it>``.
    catalogue
        Of the version.
    parts
        Folder of the book's parts.
    tell
        Is told the table and the share done.
    folder
        The same folder as this machine sees it; None if both see it at one place.

    Raises
    ------
    BookLocked
        Another run is publishing to this folder.
    PublishFailed
        Spark's folder is no folder of this machine, and none was given.
    """
    shown = address.render_as_string(hide_password=True)
    place = folder_of(address)
    if folder is None and "://" in place:
        raise PublishFailed(address=shown, why="--folder")
    target = folder or Path(place)
    target.mkdir(parents=True, exist_ok=True)
    with (target / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BookLocked(address=shown) from error
        sent = there = rows = 0
        for number, part in enumerate(catalogue.parts):
            tell(part.table, number / len(catalogue.parts))
            if _put(parts / part.place, target / part.place):
                sent, rows = sent + 1, rows + part.row_count
            else:
                there += 1
        _switch(target, catalogue, _manifest(catalogue, target))
        return sent, rows, there


def _manifest(catalogue: Catalogue, target: Path) -> Manifest:
    files: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    for part in catalogue.parts:
        files.setdefault(part.table, []).append(part.place)
        rows[part.table] = rows.get(part.table, 0) + part.row_count
    for table in HISTORY:
        told = history_rows(catalogue, table.name)
        files[table.name] = [_write(pa.Table.from_pylist(told, arrow_schema(table)), table.name, target)]
        rows[table.name] = len(told)
    return Manifest(catalogue.version["data_version"], {name: tuple(each) for name, each in files.items()}, rows)


def _switch(target: Path, catalogue: Catalogue, manifest: Manifest) -> None:
    """The manifest under its own name first, then over the current one."""
    versions = target / "versions"
    versions.mkdir(exist_ok=True)
    own = versions / f"{catalogue.made_at:%Y%m%dT%H%M%S}-{manifest.data_version}.json"
    for path in (own, target / MANIFEST):
        aside = path.with_name(f".{path.name}.making")
        aside.write_text(manifest.json() + "\n", encoding="utf-8")
        to_disk(aside)
        aside.replace(path)
        to_disk(path.parent)


def _put(source: Path, target: Path) -> bool:
    """A file under its final name is whole: it was moved there after it was written."""
    if target.is_file():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.making")
    aside.unlink(missing_ok=True)
    try:
        os.link(source, aside)
    except OSError:
        shutil.copyfile(source, aside)
        to_disk(aside)
    aside.replace(target)
    return True


def _write(rows: pa.Table, name: str, target: Path) -> str:
    buffer = pa.BufferOutputStream()
    pq.write_table(rows, buffer, compression="zstd")
    content = buffer.getvalue().to_pybytes()
    file = f"{name}/{hashlib.sha256(content).hexdigest()[:16]}.parquet"
    path = target / file
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        aside = path.with_name(f".{path.name}.making")
        aside.write_bytes(content)
        to_disk(aside)
        aside.replace(path)
    return file
