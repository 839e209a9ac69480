"""A cut-off under the hand: the picture follows from sums in the browser, and the server answers on release.

The component is a range input and an SVG of our own; it is sent every text for every threshold at once, so nothing
travels while the hand moves. On release it sends one message, and the exact answer takes the picture's place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.components.v2 import component

from jiebei_dash.charts.theme import Look
from jiebei_dash.settings import ROOT
from jiebei_dash.text.words import Words
from jiebei_dash.ui import dragging_words, levers
from jiebei_dash.ui.frame import Page

_MOUNT = component(
    "jiebei_drag",
    html='<div class="dragging"></div>',
    css=(ROOT / "static" / "dragging.css").read_text(encoding="utf-8"),
    js=(ROOT / "static" / "dragging.js").read_text(encoding="utf-8"),
)
"""Constant text alone: whatever depends on data is data, and is written as text by the browser."""


def drag(
    words: Words,
    look: Look,
    curve: pd.DataFrame,
    unit: str,
    today: Mapping[str, Any],
    proposed: Mapping[str, Any],
    key: str,
    label: str,
    decided_count: int | None = None,
    on_release: Callable[[float], None] | None = None,
) -> float | None:
    """Draw a cut-off that can be dragged, with what it does, and return where it was let go.

    Parameters
    ----------
    words, look
        Language and colours.
    curve
        A row a threshold of the rule, from the loosest to the strictest, over those who pass: ``threshold``,
        ``approved_count``, ``loan_count``, ``observed_count``, ``observed_bad_count`` (or ``approval_rate``,
        ``observed_share_rate``, ``observed_bad_rate``), ``expected_low_rate``, ``expected_bad_rate``,
        ``expected_high_rate``; where known ``loss_fen``, ``margin_low_fen``, ``margin_fen``, ``margin_high_fen``.
        Figures that it lacks are not shown, and nothing is for a rule without a threshold.
    unit
        Of the threshold: points, count, months, rate or fen.
    today, proposed
        A row of the same columns for today's policy, and the server's exact one for the proposal.
    key
        Of this control on the page; another for another rule.
    label
        What is cut off, in the reader's language.
    decided_count
        How many were decided; may be left out where the rows have ``approval_rate``.
    on_release
        Is told the threshold before the page runs again, so that a slider can follow.

    Returns
    -------
    float or None
        The threshold at which the hand let go, in the run that this began; None in any other.
    """
    if curve.empty:
        return None
    heard, released = f"_heard_{key}", f"_released_{key}"

    def let_go() -> None:
        told = st.session_state[key]["released"]
        threshold = float(told["threshold"])
        st.session_state[heard], st.session_state[released] = told["id"], threshold
        if on_release is not None:
            on_release(threshold)

    rows, now, then = (
        dragging_words.with_rates(frame, decided_count)
        for frame in (curve, pd.DataFrame([today]), pd.DataFrame([proposed]))
    )
    said = dragging_words.payload(words, look, rows, unit, now.iloc[0].to_dict(), then.iloc[0].to_dict(), label)
    # Which release this answers: the browser leaves an answer alone that is older than its last one.
    _MOUNT(key=key, data={**said, "heard": st.session_state.get(heard)}, on_released_change=let_go)
    found: float | None = st.session_state.pop(released, None)
    return found


def along(page: Page, trade_off: pd.DataFrame, rule_key: str) -> float | None:
    """Draw the cut-off of a rule from its trade-off, and let the rule's slider follow; see :func:`drag`.

    Parameters
    ----------
    page
        Language and colours.
    trade_off
        A row a threshold (``kind`` CURVE), today's policy (TODAY) and the proposal (PROPOSED).
    rule_key
        Which rule.
    """
    kinds = {kind: rows.drop(columns="kind") for kind, rows in trade_off.groupby("kind")}
    if "CURVE" not in kinds:
        return None
    # As the rule's grid runs, from the loosest: approvals never rise.
    return drag(
        page.words,
        page.look,
        kinds["CURVE"].iloc[::-1],
        levers.unit_of(rule_key),
        kinds["TODAY"].iloc[0].to_dict(),
        kinds["PROPOSED"].iloc[0].to_dict(),
        key=f"drag_{rule_key}",
        label=page.words.code("rule", rule_key),
        on_release=partial(levers.move, rule_key),
    )
