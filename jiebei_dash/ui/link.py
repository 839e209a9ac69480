"""The address describes the screen: every control is bound to it by code, never by label.

Streamlit's own binding writes the label a reader sees, so a link made in one language would not open in the other, and
it drops a bad value without a word. Here a code is written, and what cannot be used is named once on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

T = TypeVar("T")

_BAD = "_bad_link"
_WRITTEN = "_written_link"


def start(key: str, default: T, parse: Callable[[Sequence[str]], T | None]) -> None:
    """Give a control its value from the address, before it is drawn.

    Parameters
    ----------
    key
        Key of the control and name in the address.
    default
        Value without one.
    parse
        Turns the texts of the address into a value, or None if they are out of range.
    """
    texts = st.query_params.get_all(key)
    page, written = st.session_state.setdefault(_WRITTEN, {}).get(key, ("", tuple(texts)))
    is_new = key not in st.session_state
    if texts and (is_new or tuple(texts) != written):
        value = parse(texts)
        if value is None:
            st.session_state.setdefault(_BAD, {})[key] = ", ".join(texts)
        st.session_state[key] = default if value is None else value
    elif is_new or (written and not texts and page == st.context.url):
        # Gone from the address of the same page: the reader went back to before it was chosen. A change of page empties
        # the address too, and there the choice goes along.
        st.session_state[key] = default


def write(key: str, texts: Sequence[str], is_default: bool) -> None:
    """Put a control's value into the address, or take it out if it is the default."""
    wanted = () if is_default else tuple(texts)
    st.session_state.setdefault(_WRITTEN, {})[key] = (st.context.url, wanted)
    if wanted == tuple(st.query_params.get_all(key)):
        return
    if wanted:
        st.query_params[key] = list(wanted)
    elif key in st.query_params:
        del st.query_params[key]


def bad_values() -> dict[str, str]:
    """Return, once, what the address held and could not be used, by name."""
    found: dict[str, str] = st.session_state.pop(_BAD, {})
    return found
