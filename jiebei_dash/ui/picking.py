"""What was clicked on a figure, kept in the address: the link shows the same cell again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from jiebei_dash.ui import link


def cell(key: str, points: Sequence[dict[str, object]], is_known: Callable[[str], bool]) -> str:
    """Return the code of the cell that was clicked last, or that the address names; empty if there is none.

    Parameters
    ----------
    key
        Name in the address.
    points
        What the figure says is selected; its first point has the code as ``customdata``.
    is_known
        Whether a code of the address is one of the figure's; any other is named on the page and not used.
    """
    link.start(key, "", lambda texts: texts[0] if is_known(texts[0]) else None)
    clicked = str(points[0].get("customdata") or "") if points else ""
    seen = f"_{key}_clicked"
    if clicked != st.session_state.get(seen, ""):
        # A click decides, also one on nothing; as long as there is none, the address does.
        st.session_state[seen] = st.session_state[key] = clicked
    code = str(st.session_state[key])
    link.write(key, [code], not code)
    return code
