"""The file of a tape on the page: who may bring one in, where it lies, its first rows."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from jiebei_dash.book import access
from jiebei_dash.load import proposing
from jiebei_dash.load.looking import ENDINGS, Looked, files_of, look
from jiebei_dash.terms import Role
from jiebei_dash.text.words import Words
from jiebei_dash.ui import controls

PREVIEW_ROWS = 8
HIDDEN = "•••"
_PLACES = ("upload", "here")
_FOLDER = "_tape_folder"


def allow(role: Role) -> None:
    """Refuse a reader who may not bring in a tape.

    Raises
    ------
    MayNotLoad
    """
    access.check_load(role)


def place(words: Words) -> Path | None:
    """Draw where the tape lies and return its file; None until there is one."""
    where = controls.choice(words, "tape_place", _PLACES, _PLACES[0], "tape_place")
    if where == "here":
        text = st.text_input(words("bring_tape.path"), placeholder=words("bring_tape.path_hint"), key="tape_path")
        found = files_of(Path(text).expanduser()) if text.strip() else []
    else:
        kinds = [ending.removeprefix(".") for ending in ENDINGS]
        given = st.file_uploader(words("bring_tape.upload"), type=kinds, key="tape_file")
        found = [] if given is None else [_kept(given.name, given.getvalue(), given.file_id)]
    if len(found) < 2:
        return found[0] if found else None
    return st.selectbox(words("bring_tape.which_file"), found, format_func=lambda path: path.name, key="tape_which")


def _kept(name: str, content: bytes, identity: str) -> Path:
    """An upload lies in a folder that only its owner can read, for as long as the session lasts."""
    folder = st.session_state.get(_FOLDER)
    if folder is None:
        folder = st.session_state[_FOLDER] = tempfile.TemporaryDirectory(prefix="tape-")
    path = Path(folder.name) / identity / Path(name).name
    if not path.exists():
        path.parent.mkdir()
        path.write_bytes(content)
    return path


def preview(words: Words, looked: Looked) -> None:
    """Place the first rows; a column behind which a person seems to stand is hidden."""
    personal = {name for name in looked.columns if proposing.is_personal(name, looked.values(name))}
    shown = pd.DataFrame(
        [
            [HIDDEN if name in personal and cell else cell for name, cell in zip(looked.columns, row, strict=True)]
            for row in looked.rows[:PREVIEW_ROWS]
        ],
        columns=list(looked.columns),
    )
    st.dataframe(shown, hide_index=True, height="auto", key="tape_preview")
    hidden = words("scope.separator").join(sorted(personal))
    st.caption(words("bring_tape.hidden", columns=hidden) if personal else words("bring_tape.nothing_hidden"))


def totals(words: Words) -> Path | None:
    """Draw where control totals may be given, and return their file; None if there are none."""
    given = st.file_uploader(words("bring_tape.totals"), type="csv", key="tape_totals")
    return None if given is None else _kept(given.name, given.getvalue(), given.file_id)


def looked_into(path: Path) -> Looked:
    """Return the first rows of a file, kept for as long as the session looks at it."""
    held = st.session_state.get("_looked")
    identity = (path, path.stat().st_mtime_ns, path.stat().st_size)
    if held is None or held[0] != identity:
        held = st.session_state["_looked"] = (identity, look(path))
    found: Looked = held[1]
    return found
