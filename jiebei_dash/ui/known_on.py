"""The book as it was known on a past day: the choice of the day, bound to the address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from jiebei_dash.book.known import KnownVersion, known_versions
from jiebei_dash.settings import Settings
from jiebei_dash.text.words import Words
from jiebei_dash.ui import link

KEY = "known_on"
_FIRST = date(1990, 1, 1)


def _day(texts: Sequence[str]) -> date | None:
    try:
        found = date.fromisoformat(texts[0])
    except ValueError:
        return None
    return found if _FIRST <= found <= today() else None


def today() -> date:
    """Return the day it is in Shanghai."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def chosen() -> date | None:
    """Return the day that the reader or the link chose, before the control is drawn; None is now."""
    link.start(KEY, None, _day)
    day: date | None = st.session_state[KEY]
    return day


def versions(settings: Settings) -> list[KnownVersion]:
    """Return the versions of the book that are kept, the oldest first; none for a book that is no file."""
    backend, _, path = settings.book_url.partition(":///")
    return known_versions(Path(path)) if backend == "duckdb" and path else []


def control(words: Words, settings: Settings) -> None:
    """Draw the choice of a day, where there is an earlier version to go back to or one was asked for."""
    day = chosen()
    if day is not None or len(versions(settings)) > 1:
        st.date_input(words("controls.known_on"), min_value=_FIRST, max_value=today(), key=KEY, format="YYYY-MM-DD")
    day = st.session_state[KEY]
    link.write(KEY, [] if day is None else [f"{day:%Y-%m-%d}"], day is None)
