"""The order of the rules: dragged by hand or moved by buttons, kept in the address by the keys of the rules."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.components.v2 import component

from jiebei_dash.charts.theme import Look
from jiebei_dash.settings import ROOT
from jiebei_dash.text.words import Words
from jiebei_dash.ui import link

KEY = "order"
"""Name in the address: keys of rules parted by commas."""
COLOURS = ("text", "muted", "paper", "context", "proposed")
_LIST, _HEARD = "order_list", "_heard_order"
_MOUNT = component(
    "jiebei_order",
    html='<div class="ordering"></div>',
    css=(ROOT / "static" / "ordering.css").read_text(encoding="utf-8"),
    js=(ROOT / "static" / "ordering.js").read_text(encoding="utf-8"),
)
"""Constant text alone: whatever depends on data is data, and is written as text by the browser."""


def chosen(known: Sequence[str]) -> tuple[str, ...]:
    """Return the order of the address, empty where it holds none.

    Parameters
    ----------
    known
        Keys that may stand there, each once; an address with any other is named and not used.
    """

    def parse(texts: Sequence[str]) -> str | None:
        keys = texts[0].split(",")
        return texts[0] if set(keys) <= set(known) and len(set(keys)) == len(keys) else None

    link.start(KEY, "", parse)
    text = str(st.session_state[KEY])
    link.write(KEY, [text], is_default=not text)
    return tuple(text.split(",")) if text else ()


def arrange(words: Words, look: Look, keys: Sequence[str], usual: Sequence[str]) -> None:
    """Draw the list of rules in their order, and a button back to the policy's own.

    Parameters
    ----------
    words, look
        Language and colours.
    keys
        Of the rules, in the order in which they stand now.
    usual
        In the policy's own order.
    """

    def ordered() -> None:
        message = st.session_state[_LIST]["ordered"]
        told = [str(key) for key in message["keys"]]
        st.session_state[_HEARD] = str(message["id"])
        # What a browser sends is held to what it was sent.
        if sorted(told) == sorted(keys):
            st.session_state[KEY] = "" if told == list(usual) else ",".join(told)

    names = {key: words.code("rule", key) for key in keys}
    rows = [
        {
            "key": key,
            "label": name,
            "up": words("policy_rules.up", rule=name),
            "down": words("policy_rules.down", rule=name),
        }
        for key, name in names.items()
    ]
    data: dict[str, object] = {
        "rows": rows,
        "numbers": [str(number) for number in range(1, len(rows) + 1)],
        "words": {"label": words("policy_rules.order")},
        "colours": {name: getattr(look, name) for name in COLOURS},
    }
    # Which move this answers: the browser leaves an answer alone that is older than its last one.
    data["heard"] = st.session_state.get(_HEARD)
    _MOUNT(key=_LIST, data=data, on_ordered_change=ordered)
    if list(keys) != list(usual):
        st.button(words("policy_rules.usual"), icon=":material/restart_alt:", on_click=forget, key="usual_order")


def forget() -> None:
    """Go back to the policy's own order."""
    st.session_state[KEY] = ""
