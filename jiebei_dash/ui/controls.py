"""Controls: each is bound to the address by code and labelled in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import streamlit as st

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui import link

C = TypeVar("C", str, int)


def _code(options: Sequence[C], text: str) -> C | None:
    return next((option for option in options if str(option) == text), None)


def _drop_label(key: str, options: Sequence[object]) -> None:
    """Going back across a change of language, a drop-down holds labels of the other one: the address is read again."""
    held = st.session_state.get(key)
    if not set(held if isinstance(held, list) else [held]) <= {None, *options}:
        st.session_state.pop(key, None)


def choice(words: Words, key: str, options: Sequence[C], default: C, kind: str, wide: bool = False) -> C:
    """Draw a choice of one code and return it.

    Parameters
    ----------
    words
        Language; the label is ``controls.<key>``.
    key
        Name in the address.
    options
        Codes in display order.
    default
        Code chosen at first.
    kind
        Section of ``codes.toml`` that labels the options.
    wide
        A drop-down instead of a row of segments, for more than five options.
    """
    _drop_label(key, options)
    link.start(key, default, lambda texts: _code(options, texts[0]))
    if st.session_state[key] not in options:
        st.session_state[key] = default
    label = words(f"controls.{key}")

    def shown(option: C) -> str:
        return words.code(kind, option)

    picked: C | None
    if wide:
        picked = st.selectbox(label, options, format_func=shown, key=key)
    else:
        picked = st.segmented_control(label, options, format_func=shown, key=key, required=True)
    value: C = default if picked is None else picked
    link.write(key, [str(value)], value == default)
    return value


def pick(label: str, key: str, options: Sequence[C], default: C, shown: Callable[[C], str]) -> C:
    """Draw a drop-down of numbers or names that are no codes, each shown in words, and return the chosen one."""
    _drop_label(key, options)
    link.start(key, default, lambda texts: _code(options, texts[0]))
    if st.session_state[key] not in options:
        st.session_state[key] = default
    chosen: C = st.selectbox(label, options, format_func=shown, key=key)
    link.write(key, [str(chosen)], chosen == default)
    return chosen


def one_or_all(words: Words, label: str, key: str, options: Sequence[str], kind: str) -> str | None:
    """Draw a choice of one code or none, and return it; none means all."""
    _drop_label(key, options)
    link.start(key, None, lambda texts: _code(options, texts[0]))
    if st.session_state[key] not in options:
        st.session_state[key] = None
    chosen: str | None = st.selectbox(
        label,
        [None, *options],
        format_func=lambda option: words("controls.all") if option is None else words.code(kind, option),
        placeholder=words("controls.all"),
        key=key,
    )
    link.write(key, [] if chosen is None else [chosen], chosen is None)
    return chosen


def several(words: Words, key: str, options: Sequence[C], kind: str) -> tuple[C, ...]:
    """Draw a choice of any number of codes; none chosen means all."""

    def parse(texts: Sequence[str]) -> list[C] | None:
        found = [code for text in texts if (code := _code(options, text)) is not None]
        return found if len(found) == len(texts) else None

    _drop_label(key, options)
    nothing: list[C] = []
    link.start(key, nothing, parse)
    chosen = st.multiselect(
        words(f"controls.{key}"),
        options,
        format_func=lambda option: words.code(kind, option),
        key=key,
        placeholder=words("controls.all"),
    )
    link.write(key, [str(value) for value in chosen], not chosen)
    return tuple(chosen)


def month(words: Words, key: str, months: Sequence[date], default: date | None, none_label: str = "") -> date | None:
    """Draw a choice of one month, newest first; ``none_label`` names the option of not choosing."""
    options = list(months) if default is not None else [None, *months]

    def parse(texts: Sequence[str]) -> date | None:
        return next((option for option in months if f"{option:%Y-%m}" == texts[0]), None)

    _drop_label(key, options)
    link.start(key, default, parse)
    if st.session_state[key] not in options:
        st.session_state[key] = default
    chosen = st.selectbox(
        words(f"controls.{key}"),
        options,
        format_func=lambda option: none_label if option is None else numbers.month(option),
        placeholder=none_label or None,
        key=key,
    )
    link.write(key, [] if chosen is None else [f"{chosen:%Y-%m}"], chosen == default)
    return chosen


def slider(label: str, key: str, low: float, high: float, step: float, default: float, shown_as: str = "%g") -> float:
    """Draw a slider that answers on release and return its value.

    Parameters
    ----------
    label
        In the reader's language, with the unit.
    key
        Name in the address.
    low, high, step, default
        In the unit shown; a value of the address outside the range is named and not used.
    shown_as
        printf format of the value.
    """

    def parse(texts: Sequence[str]) -> float | None:
        try:
            value = float(texts[0])
        except ValueError:
            return None
        return value if low <= value <= high else None

    whole = all(float(number).is_integer() for number in (low, high, step, default))
    kind = int if whole else float
    link.start(key, kind(default), lambda texts: None if (value := parse(texts)) is None else kind(value))
    value = st.slider(label, kind(low), kind(high), step=kind(step), format=shown_as, key=key)
    link.write(key, [f"{value:g}"], value == kind(default))
    return float(value)


def number(label: str, key: str, low: float, high: float, step: float, default: float, note: str = "") -> float:
    """Draw a field for a number and return it.

    Parameters
    ----------
    label
        In the reader's language, with the unit.
    key
        Name in the address.
    low, high, step, default
        In the unit shown; a value of the address outside the range is named and not used.
    note
        Behind the question mark: where the number comes from.
    """

    def parse(texts: Sequence[str]) -> float | None:
        try:
            value = float(texts[0])
        except ValueError:
            return None
        return value if low <= value <= high else None

    link.start(key, default, parse)
    value: float = st.number_input(label, low, high, step=step, format="%.2f", key=key, help=note or None)
    link.write(key, [f"{value:g}"], value == default)
    return value


def text(label: str, key: str, placeholder: str = "") -> str:
    """Draw a line of text bound to the address, at most 64 signs."""
    link.start(key, "", lambda texts: texts[0][:64])
    value = st.text_input(label, key=key, placeholder=placeholder, max_chars=64)
    link.write(key, [value], not value)
    return value.strip()
