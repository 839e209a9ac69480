"""Fetch a slow library while the reader still reads."""

from __future__ import annotations

from threading import Thread

import streamlit as st

from jiebei_dash.late import function


@st.cache_resource(show_spinner=False)
def warm(place: str) -> None:
    """Begin to import ``package.module:name`` beside the page, once a process; whoever needs it waits for the rest."""
    Thread(target=function, args=(place,), name=f"warm {place}").start()
