"""The address describes the screen: every control is bound to it by code, never by label.

Streamlit's own binding writes the label a reader sees, so a link made in one language would not open in the other, and
it drops a bad value without a word. Here a code is written, and what cannot be used is named once on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from jiebei_dash.book.scope import DIMENSION_KEYS

T = TypeVar("T")
OF_ALL_PAGES = ("lang", "role", "as_of", *DIMENSION_KEYS, "opened_from", "opened_to", "known_on")
"""Names in the address that mean the same on every page."""

_BAD = "_bad_link"
_WRITTEN = "_written_link"
_LEFT = "_left_values"
_PARSE = "_parse_link"
_MAY_ADOPT = "_may_adopt_link"


def enter() -> None:
    """Decide, as a run of the whole page begins, whether the address may move controls that are already drawn.

    It may when the reader went back or typed: then no control has moved. When one has, the address that came with it
    may be older than the control, since the browser learns of our last writing a moment later; following it would undo
    what the reader just did. A run of a part of the page comes from a control: there the address never moves anything.
    """
    left = st.session_state.get(_LEFT, {})
    st.session_state[_MAY_ADOPT] = not any(_has_moved(key, value) for key, value in left.items())


def leave() -> None:
    """End a run of the whole page: from here on the address moves no control."""
    st.session_state[_MAY_ADOPT] = False


def _has_moved(key: str, left: object) -> bool:
    """After a change of language a control may come back as the label it had in the other one: that is no move."""
    value = _kept(st.session_state.get(key, left))
    if value == left:
        return False
    texts = value if isinstance(value, tuple) else (value,)
    is_label = all(isinstance(text, str) for text in texts) and st.session_state[_PARSE][key](texts) is None
    return not is_label


def _kept(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


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
    st.session_state.setdefault(_PARSE, {})[key] = parse
    texts = st.query_params.get_all(key)
    page, written = st.session_state.setdefault(_WRITTEN, {}).get(key, ("", tuple(texts)))
    is_new = key not in st.session_state
    may_adopt = st.session_state.get(_MAY_ADOPT, False)
    if texts and (is_new or (may_adopt and tuple(texts) != written)):
        value = parse(texts)
        if value is None:
            st.session_state.setdefault(_BAD, {})[key] = ", ".join(texts)
        st.session_state[key] = default if value is None else value
    elif is_new or (may_adopt and written and not texts and page == st.context.url):
        # Gone from the address of the same page: the reader went back to before it was chosen. A change of page empties
        # the address too, and there the choice goes along.
        st.session_state[key] = default
    elif page and page != st.context.url:
        # A control of the same name was drawn on another page: this one would start empty if it were not told.
        st.session_state[key] = st.session_state[key]


def write(key: str, texts: Sequence[str], is_default: bool) -> None:
    """Put a control's value into the address, or take it out if it is the default."""
    wanted = () if is_default else tuple(texts)
    st.session_state.setdefault(_LEFT, {})[key] = _kept(st.session_state.get(key))
    st.session_state.setdefault(_WRITTEN, {})[key] = (st.context.url, wanted)
    if wanted == tuple(st.query_params.get_all(key)):
        return
    if wanted:
        st.query_params[key] = list(wanted)
    elif key in st.query_params:
        del st.query_params[key]


def along(**values: str) -> dict[str, list[str]]:
    """Return the address for a change of page: what was chosen for all pages goes along, and some values are new."""
    of_all = {key: st.query_params.get_all(key) for key in st.query_params if key in OF_ALL_PAGES}
    return of_all | {key: [value] for key, value in values.items()}


def read(key: str, parse: Callable[[Sequence[str]], T | None]) -> T | None:
    """Return what the address says for another page's control; what cannot be used is named once, None without one."""
    texts = st.query_params.get_all(key)
    value = parse(texts) if texts else None
    if texts and value is None:
        st.session_state.setdefault(_BAD, {})[key] = ", ".join(texts)
    return value


def bad_values() -> dict[str, str]:
    """Return, once, what the address held and could not be used, by name."""
    found: dict[str, str] = st.session_state.pop(_BAD, {})
    return found
