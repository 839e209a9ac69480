"""The fields in which each line of the unit economics can be changed; every one stands in the address."""

from __future__ import annotations

import streamlit as st

from jiebei_dash.text.words import Words
from jiebei_dash.ui import controls
from jiebei_dash.unit_costs import CHANGES, MOST_CHANGE, UnitCost, UnitCosts

LINE_OF = {"yield_change": "yield", "loss_change": "loss", "commission_change": "commission"} | dict.fromkeys(
    ("capital", "capital_cost", "capital_return"), "capital_charge"
)
"""Line of the figure that a field moves, where it is not its own."""
_COLUMNS = 4
_KEY = "cost_"


def fields(words: Words, costs: UnitCosts) -> dict[str, float]:
    """Draw a field for every line and return the values that differ from the agreed ones, in the line's unit."""
    columns = st.columns(_COLUMNS)
    changed: dict[str, float] = {}
    for place, name in enumerate((*CHANGES, *(line.key for line in costs.lines))):
        with columns[place % _COLUMNS]:
            value = _change(words, name) if name in CHANGES else _line(words, costs.line(name))
        if value is not None:
            changed[name] = value
    st.button(words("unit_economics.back"), icon=":material/restart_alt:", on_click=_forget, args=(costs,))
    return changed


def lines_of(changed: dict[str, float]) -> list[str]:
    """Return the lines of the figure that the changed fields move, each once, in order."""
    return list(dict.fromkeys(LINE_OF.get(name, name) for name in changed))


def _change(words: Words, name: str) -> float | None:
    most = MOST_CHANGE * 100
    label = words("unit_economics.field_change", line=words(f"unit_economics.line.{LINE_OF[name]}"))
    moved = controls.number(label, f"{_KEY}{name}", -most, most, 0.25, 0.0, words("unit_economics.change_note"))
    return moved / 100 if moved else None


def _line(words: Words, line: UnitCost) -> float | None:
    scale = 1.0 if line.unit in ("application", "loan") else 100.0
    label = words(f"unit_economics.unit.{line.unit}", line=words(f"unit_economics.cost.{line.key}"))
    note = words("unit_economics.field_note", mark=line.mark, source=line.sources[words.language])
    start = round(line.value * scale, 2)
    step = 0.5 if scale == 1.0 else 0.05 if line.unit == "balance" and line.value < 0.1 else 1.0
    shown = controls.number(label, f"{_KEY}{line.key}", line.low * scale, line.high * scale, step, start, note)
    return shown / scale if shown != start else None


def _forget(costs: UnitCosts) -> None:
    for name in (*CHANGES, *(line.key for line in costs.lines)):
        st.session_state.pop(f"{_KEY}{name}", None)
        if f"{_KEY}{name}" in st.query_params:
            del st.query_params[f"{_KEY}{name}"]
