"""Who reads: a name that they give themselves. Nothing proves it until there is a sign-in, and the page says so."""

from __future__ import annotations

import streamlit as st

from jiebei_dash.desk.course import NOBODY
from jiebei_dash.text.words import Words

_KEY, _KEPT = "reader_name", "_reader_name"


def name() -> str:
    """Return the name that the reader gave, or that of nobody.

    It stays in the session and out of the address, or a link would make whoever opens it somebody else.
    """
    given = str(st.session_state.get(_KEY, st.session_state.get(_KEPT, "")) or "")
    return " ".join(given.split()) or NOBODY


def control(words: Words) -> None:
    """Draw the field for the name."""
    if _KEY not in st.session_state:
        # A change of language draws the field anew, and empty.
        st.session_state[_KEY] = st.session_state.get(_KEPT, "")
    given = st.text_input(
        words("controls.reader_name"), key=_KEY, max_chars=64, help=words("controls.reader_name_note")
    )
    st.session_state[_KEPT] = given
