"""What a draft changes beyond the thresholds of its rules: segments with another one, and the policy as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import streamlit as st

from jiebei_dash.book.notation import as_sql, draft_of, read_policy
from jiebei_dash.book.policy import Policy, SegmentThreshold
from jiebei_dash.book.rules import BY_KEY
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.errors import PolicyInvalid
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui import drafted, levers, link

MOST_BYTES = 200_000


def from_address() -> str:
    """Return the policy that the sliders start from, as canonical JSON of the address; empty is today's."""
    link.start(drafted.BASE, "", drafted.policy_text)
    text = str(st.session_state[drafted.BASE])
    link.write(drafted.BASE, [text], is_default=not text)
    return text


def start(today: Policy, base: str) -> Policy:
    """Return where the sliders start: today's policy, or the one of the address."""
    return draft_of(today, base, {})


def segments(words: Words, start: Policy, proposed: Policy) -> None:
    """Draw the thresholds that differ by segment, a form for one more, and a button to take each away.

    Parameters
    ----------
    words
        Language.
    start
        Where the sliders start.
    proposed
        The draft, with what the sliders moved.
    """
    for number, each in enumerate(start.exceptions):
        said, button = st.columns([5, 1], vertical_alignment="center")
        said.markdown(drafted.exception_sentence(words, each))
        rest = [other for place, other in enumerate(start.exceptions) if place != number]
        button.button(
            words("lab.remove"),
            icon=":material/close:",
            key=f"remove_segment_{number}",
            on_click=_take(start.where(rest)),
        )
    rule_key = st.selectbox(
        words("controls.rule_key"), levers.SWEPT, format_func=lambda key: words.code("rule", key), key="segment_rule"
    )
    dimension = st.selectbox(
        words("lab.dimension"),
        [each.key for each in DIMENSIONS],
        format_func=lambda key: words.code("split", key),
        key="segment_dimension",
    )
    codes: Sequence[str | int] = next(each.codes for each in DIMENSIONS if each.key == dimension)
    code = st.selectbox(
        words("lab.segment"), codes, format_func=lambda each: words.code(dimension, each), key=f"segment_{dimension}"
    )
    rule = BY_KEY[rule_key]
    low, high, at, step = (float(each) for each in (rule.low, rule.high, proposed[rule_key], rule.step))
    threshold = st.number_input(words("lab.threshold"), low, high, at, step, key=f"segment_of_{rule_key}")
    others = [
        each for each in start.exceptions if (each.rule_key, each.dimension, each.code) != (rule_key, dimension, code)
    ]
    st.button(
        words("lab.add"),
        icon=":material/add:",
        key="add_segment",
        on_click=_take(start.where([*others, SegmentThreshold(rule_key, dimension, code, float(threshold))])),
    )


def files(words: Words, proposed: Policy, version: str) -> None:
    """Draw the draft as a file: JSON with its hash, SQL to run by hand, and a place to bring one back."""
    sha256 = proposed.sha256()
    st.caption(words("lab.hash", hash=sha256[:16]))
    name = f"policy_{sha256[:8]}"
    whole = json.dumps({"policy": json.loads(proposed.json()), "sha256": sha256, "base": version}, indent=1)
    st.download_button(words("lab.as_json"), whole, f"{name}.json", "application/json", on_click="ignore")
    st.download_button(
        words("lab.as_sql"), lambda: as_sql(proposed).encode(), f"{name}.sql", "text/plain", on_click="ignore"
    )
    given = st.file_uploader(words("lab.bring"), type="json", key="policy_file", max_upload_size=1)
    if given is not None and st.session_state.get("_policy_file") != given.file_id:
        with levers.worded(words):
            policy = read_file(given.getvalue())
            st.session_state["_policy_file"] = given.file_id
            _take(policy)()
            st.rerun(scope="fragment")


def read_file(content: bytes) -> Policy:
    """Return the policy of a file: the notation itself, or one with ``policy`` and ``sha256``.

    Raises
    ------
    PolicyInvalid, PolicyChanged, BadArgument
    """
    if len(content) > MOST_BYTES:
        raise PolicyInvalid(part=numbers.count(len(content)))
    try:
        tree = json.loads(content)
    except ValueError as error:
        raise PolicyInvalid(part="JSON") from error
    if isinstance(tree, dict) and "policy" in tree:
        return read_policy(json.dumps(tree["policy"]), str(tree.get("sha256", "")))
    return read_policy(content.decode("utf-8", errors="replace"))


def forget() -> None:
    """Start from today's policy again."""
    st.session_state[drafted.BASE] = ""


def _take(policy: Policy) -> Callable[[], None]:
    """Make a policy what the sliders start from; sliders that were moved stay where they are."""

    def take() -> None:
        st.session_state[drafted.BASE] = policy.json()

    return take
