"""The sliders of a what-if: one a policy rule or a model input, each bound to the address by its own key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from jiebei_dash.book.policy import RULES, Policy, Rule
from jiebei_dash.errors import JiebeiError
from jiebei_dash.features import FEATURES, Feature
from jiebei_dash.text.words import Words
from jiebei_dash.ui import controls

R = TypeVar("R", Rule, Feature)

FEN = 100
UNITS: Mapping[str, str] = {feature.key: feature.unit for feature in FEATURES} | {
    "score_points": "points",
    "limit_fen": "fen",
}
"""Unit of each column that a rule or a score reads."""
KEYS: tuple[str, ...] = tuple(rule.key for rule in RULES)
"""Names in the address of the thresholds of a proposal."""
SWEPT: tuple[str, ...] = tuple(rule.key for rule in RULES if rule.effect == "decline")
"""Rules along which approvals and bad rate can be traded off."""


def unit_of(rule_key: str) -> str:
    """Return the unit of a rule's threshold."""
    return UNITS[next(rule.column for rule in RULES if rule.key == rule_key)]


def thresholds(words: Words, today: Policy, starts_with: str) -> dict[str, float]:
    """Draw a slider for each rule and return the thresholds that differ from today, in the rule's unit.

    Parameters
    ----------
    words
        Language.
    today
        Where the sliders start.
    starts_with
        Identity of that start; when it changes, the sliders start over.
    """
    _start_over("rule", starts_with, tuple(rule.key for rule in RULES))
    return dict(_moved(words, "rule", RULES, lambda rule: today[rule.key], lambda rule: unit_of(rule.key)))


def inputs(words: Words, frozen: Mapping[str, float], starts_with: str) -> dict[str, float]:
    """Draw a slider for each known input and return those moved away from where they stood, in the input's unit.

    A missing input has no slider: no position of one means missing. Parameters as :func:`thresholds`.
    """
    _start_over("feature", starts_with, tuple(feature.key for feature in FEATURES))
    known = tuple(feature for feature in FEATURES if frozen[feature.key] == frozen[feature.key])
    return dict(_moved(words, "feature", known, lambda feature: frozen[feature.key], lambda feature: feature.unit))


def move(rule_key: str, threshold: float) -> None:
    """Put the slider of a rule, drawn in an earlier run, on a threshold, before it is drawn again."""
    rule = next(rule for rule in RULES if rule.key == rule_key)
    scale = FEN if unit_of(rule_key) == "fen" else 1
    drawn = st.session_state[rule_key]
    st.session_state[rule_key] = type(drawn)(_on_slider(rule, threshold / scale, scale))


def back(label: str, kind: str) -> None:
    """Draw the button that puts the sliders of a kind, rule or feature, back to where they start."""
    keys = tuple(record.key for record in (RULES if kind == "rule" else FEATURES))
    st.button(label, icon=":material/restart_alt:", on_click=_forget, args=(keys,), key=f"back_{kind}")


def start_afresh(kind: str) -> None:
    """Forget where the sliders of a kind started: the next address to open them says where they stand."""
    st.session_state.pop(f"_levers_{kind}", None)


@contextmanager
def worded(words: Words) -> Iterator[None]:
    """Say an expected failure where it happens: a fragment that runs alone does not pass the frame's own sentence."""
    try:
        yield
    except JiebeiError as error:
        st.error(words.error(error), icon=":material/error:")


def _start_over(kind: str, starts_with: str, keys: tuple[str, ...]) -> None:
    before = st.session_state.get(f"_levers_{kind}")
    if before is not None and before != starts_with:
        _forget(keys)
    st.session_state[f"_levers_{kind}"] = starts_with


def _forget(keys: tuple[str, ...]) -> None:
    for key in keys:
        st.session_state.pop(key, None)
        if key in st.query_params:
            del st.query_params[key]


def _moved(
    words: Words, kind: str, records: tuple[R, ...], start_of: Callable[[R], float], unit: Callable[[R], str]
) -> Iterator[tuple[str, float]]:
    for record in records:
        scale = FEN if unit(record) == "fen" else 1
        low, high, step = record.low / scale, record.high / scale, record.step / scale
        start = _on_slider(record, start_of(record) / scale, scale)
        label = words.code(kind, record.key)
        label = words("controls.in_yuan", label=label) if scale == FEN else label
        label = words("controls.in_months", label=label) if unit(record) == "months" else label
        shown_as = "percent" if unit(record) == "rate" else "localized"
        shown = controls.slider(label, record.key, low, high, step, start, shown_as)
        if _exact(shown) != start:
            yield record.key, _exact(shown) * scale


def _on_slider(record: Rule | Feature, value: float, scale: int) -> float:
    """The nearest position of a slider."""
    low, high, step = record.low / scale, record.high / scale, record.step / scale
    return min(max(_exact(low + round((value - low) / step) * step), low), high)


def _exact(value: float) -> float:
    """A slider's value without the dust of binary fractions."""
    return float(f"{value:.6f}")
