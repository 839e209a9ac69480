"""The grid of a draft's cells: what is offered today, and beside it what a reader may change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from jiebei_dash.book.notation import draft_of
from jiebei_dash.book.offers import LIMITS, PRICES, SCORE_BANDS_FROM, Cell, Cells, Kind, by_cell
from jiebei_dash.book.policy import Policy
from jiebei_dash.terms import ZHIMA_BANDS
from jiebei_dash.text.words import Words
from jiebei_dash.ui import drafted, link

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (PRICES, LIMITS)}
_ROW = 34
_HEIGHT = _ROW * (len(ZHIMA_BANDS) + 1) + 2
_BASE = "_offers_base"


def read(today: Policy) -> tuple[str, Policy]:
    """Return the policy that the grids start from: canonical JSON of the address (empty is today's), and itself."""
    link.start(drafted.BASE, "", drafted.policy_text)
    text = str(st.session_state[drafted.BASE])
    return text, draft_of(today, text, {})


def edited(words: Words, start: Policy, text: str, kind: Kind) -> Policy:
    """Draw the cells of one grid and return the policy with what was changed; the other grid stays.

    Parameters
    ----------
    words
        Language.
    start
        The policy of the address.
    text
        The same as canonical JSON; empty is today's.
    kind
        Which grid.

    Notes
    -----
    The table keeps what is typed as changes to what it was first given, so it is given the same until the policy comes
    from elsewhere: another grid, a link, a way back.
    """
    held = st.session_state.get(_BASE, {})
    if (held.get("kind"), held.get("text")) != (kind.name, text):
        held = {"kind": kind.name, "cells": getattr(start, kind.name), "number": held.get("number", 0) + 1}
    cells = _read(
        st.data_editor(
            _table(words, kind, held["cells"]),
            key=f"offers_{kind.name}_{held['number']}",
            height=_HEIGHT,
            num_rows="fixed",
            row_height=_ROW,
            disabled=["_index"],
            column_config={
                "_index": st.column_config.TextColumn(words("offers.zhima"), width=92),
                **{
                    band_name(words, lowest): st.column_config.NumberColumn(
                        min_value=kind.low, max_value=kind.high, step=kind.step, format=_format(kind), width=76
                    )
                    for lowest in SCORE_BANDS_FROM
                },
            },
        ),
        kind,
    )
    others = {name: getattr(start, name) for name in KINDS}
    policy = start.offering(**(others | {kind.name: cells}))
    st.session_state[_BASE] = held
    return policy


def keep(policy: Policy, today: Policy) -> str:
    """Put a policy into the address and return it as canonical JSON; empty if it is today's."""
    text = "" if policy.json() == today.json() else policy.json()
    st.session_state[drafted.BASE] = text
    st.session_state[_BASE] = st.session_state[_BASE] | {"text": text}
    link.write(drafted.BASE, [text], is_default=not text)
    return text


def back(label: str, start: Policy, today: Policy, kind: Kind) -> None:
    """Draw the button that takes the changes of one grid away."""

    def take() -> None:
        others = {name: getattr(start, name) for name in KINDS}
        policy = start.offering(**(others | {kind.name: getattr(today, kind.name)}))
        st.session_state[drafted.BASE] = "" if policy.json() == today.json() else policy.json()
        st.session_state.pop(_BASE, None)

    st.button(label, icon=":material/restart_alt:", on_click=take, key="back_cells")


def shown(words: Words, values: Mapping[tuple[str, int], str]) -> None:
    """Draw the same grid with texts that nobody may change."""
    table = pd.DataFrame(
        [[values.get((band, lowest), "") for lowest in SCORE_BANDS_FROM] for band in ZHIMA_BANDS],
        index=[words.code("zhima_band", band) for band in ZHIMA_BANDS],
        columns=[band_name(words, lowest) for lowest in SCORE_BANDS_FROM],
    )
    config = {name: st.column_config.TextColumn(alignment="right") for name in table.columns}
    st.dataframe(
        table,
        height=_HEIGHT,
        row_height=_ROW,
        column_config={"_index": st.column_config.TextColumn(words("offers.zhima")), **config},
    )


def band_name(words: Words, lowest: int) -> str:
    """Return a band of the score in words."""
    if lowest == SCORE_BANDS_FROM[0]:
        return words("offers.below", points=SCORE_BANDS_FROM[1])
    place = SCORE_BANDS_FROM.index(lowest) + 1
    if place == len(SCORE_BANDS_FROM):
        return words("offers.from", points=lowest)
    return f"{lowest}–{SCORE_BANDS_FROM[place] - 1}"


def _format(kind: Kind) -> str:
    return "%d" if kind is PRICES else "%.2f"


def _table(words: Words, kind: Kind, cells: Cells) -> pd.DataFrame:
    every = by_cell(kind, cells)
    return pd.DataFrame(
        [[every[band, lowest] for lowest in SCORE_BANDS_FROM] for band in ZHIMA_BANDS],
        index=[words.code("zhima_band", band) for band in ZHIMA_BANDS],
        columns=[band_name(words, lowest) for lowest in SCORE_BANDS_FROM],
        dtype=float,
    )


def _read(table: pd.DataFrame, kind: Kind) -> Cells:
    """A cell that was emptied changes nothing."""
    values = table.to_numpy(dtype=np.float64, na_value=np.nan)
    return tuple(
        Cell(band, lowest, float(f"{values[row, column]:.6f}"))
        for row, band in enumerate(ZHIMA_BANDS)
        for column, lowest in enumerate(SCORE_BANDS_FROM)
        if not np.isnan(values[row, column]) and values[row, column] != kind.unchanged
    )
