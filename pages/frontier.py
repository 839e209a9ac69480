"""How good could the policy be? Limits on the left; the frontier and the best policy within them on the right."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from jiebei_dash.answers import frontier, what_if
from jiebei_dash.charts import frontier as charts
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, drafted, frontier_words, levers, show
from jiebei_dash.ui.frame import Page, open_page

ASKED, FOUND, POINTS = "_solver_asked", "_solver_found", "_frontier_points"
# How often a search tells how far it is; each time it can be stopped.
SECONDS = 0.1


# No fragment: the server breaks off a run of the whole page alone, and a search must be one that can be stopped.
def read(page: Page) -> None:
    words = page.words
    base, changed = drafted.base(), drafted.thresholds()
    left, right = st.columns([1, 2.4], gap="large")
    with levers.worded(words):
        with left:
            months = controls.choice(
                words, "maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, "maturity_months"
            )
            method = controls.choice(
                words, "reject_method", what_if.METHODS, what_if.METHOD, "reject_method", wide=True
            )
        done = what_if.replay(page.scope, cache.fetch, months, changed, base, method, keep=cache.keep)
        with left:
            against = controls.choice(words, "frontier_against", frontier.AGAINST, "bad_rate", "frontier_goal")
            first = controls.choice(words, "frontier_first", levers.SWEPT, "score_floor", "rule", wide=True)
            others = tuple(key for key in levers.SWEPT if key != first)
            second = controls.choice(
                words, "frontier_second", others, "zhima_floor" if first != "zhima_floor" else "score_floor", "rule",
                wide=True,
            )  # fmt: skip
            limits, move = _form(page, done)
        key = (done.questions[-1].key, done.today.json(), done.proposed.json(), method)
        with right:
            st.markdown(drafted.sentence(words, done.today, done.proposed, done.policy_version))
            drawn, said = st.container(), st.container()
            solved = None
            with said, levers.worded(words):
                solved = _solver(page, done, (*key, limits, move), limits, move)
                if solved is not None:
                    _answer(page, done, solved, changed, base)
            with drawn, levers.worded(words):
                _points(page, done, (*key, first, second, against, move), first, second, against, move, solved)


def _form(page: Page, done: what_if.Replay) -> tuple[tuple[float, float, float], tuple[str, ...]]:
    words = page.words
    today = done.both.iloc[0]
    st.markdown(f"**{words('frontier.solver')}**")
    # At first what today's policy keeps to: then the answer is what it gives away.
    bad, approval = (round(float(today[name]) * 100, 1) for name in ("expected_bad_rate", "approval_rate"))
    found = [
        controls.number(words("frontier.bad_at_most"), "bad_at_most", 0.0, 100.0, 0.1, _known(bad + 0.1, 100.0)),
        controls.number(
            words("frontier.approval_at_least"), "approval_at_least", 0.0, 100.0, 1.0, _known(approval - 0.1, 0.0)
        ),
    ]
    if "funding" in page.scope.lacks:
        st.caption(words("frontier.no_funding"))
        found.append(0.0)
    else:
        found.append(controls.number(words("frontier.own_at_least"), "own_at_least", 0.0, 100.0, 1.0, 0.0))
    move = controls.several(words, "solver_move", levers.SWEPT, "rule") or levers.SWEPT
    st.button(
        words("frontier.find"), icon=":material/search:", type="primary", key="solve", on_click=_ask, width="stretch"
    )
    st.caption(words("frontier.solver_note"))
    return (found[0] / 100, found[1] / 100, found[2] / 100), move


def _known(value: float, otherwise: float) -> float:
    return min(max(round(value, 1), 0.0), 100.0) if value == value else otherwise


def _solver(
    page: Page, done: what_if.Replay, key: object, limits: tuple[float, float, float], move: tuple[str, ...]
) -> Any:
    """The answer to these limits, found now if the button was pressed; None if they were not asked about."""
    state = st.session_state
    if state.pop(ASKED, False):
        state.pop(FOUND, None)
        place = st.empty()
        with place.container():
            told, stop = st.columns([5, 1], vertical_alignment="center")
            bar = told.progress(0.0, page.words("frontier.searching"))
            stop.button(page.words("frontier.stop"), icon=":material/stop:", key="stop_solver")
            watch = _watched(bar, page.words("frontier.searching"))
            try:
                state[FOUND] = key, frontier.solved_of(done, cache.fetch, *limits, move, watch)
            finally:
                place.empty()
    found = state.get(FOUND)
    return found[1] if found is not None and found[0] == key else None


def _watched(bar: Any, text: str) -> Callable[[float], None]:
    """Moving the bar is also where the server breaks off a run whose page was left, or stopped."""
    last = [0.0]

    def watch(share: float) -> None:
        if time.monotonic() - last[0] >= SECONDS:
            last[0] = time.monotonic()
            bar.progress(min(share, 1.0), text)

    return watch


def _ask() -> None:
    st.session_state[ASKED] = True


def _points(
    page: Page, done: what_if.Replay, key: object, first: str, second: str, against: str, move: tuple[str, ...],
    solved: Any,
) -> None:  # fmt: skip
    words, state = page.words, st.session_state
    known = () if solved is None else (solved.policy,)
    key = (key, *(policy.json() for policy in known))
    if state.get(POINTS, (None,))[0] != key:
        state[POINTS] = key, frontier.points_of(done, first, second, against, move, known)
    answer, gaps = state[POINTS][1].answer, state[POINTS][1].gaps
    said = frontier_words.opening(words, answer.frame, against, gaps)
    show.sentences(said)
    names = ("approval_rate", "expected_bad_rate", "margin_fen")
    mark = None if solved is None else {name: float(solved.done.both.iloc[1][name]) for name in names}
    keys = [name for name in answer.frame.columns if name in levers.SWEPT]
    drawn = charts.frontier(answer.frame, against, frontier_words.rules_of(words, keys), words, page.look, mark)
    count = numbers.count(len(answer.frame))
    show.figure(drawn, answer, page, words("frontier.alt", count=count, said=" ".join(said)))
    st.caption(words("frontier.said_honest"))


def _answer(page: Page, done: what_if.Replay, solved: Any, changed: dict[str, float], base: str) -> None:
    words, frame = page.words, solved.answer.frame
    has_draft = done.today.json() != done.proposed.json()
    st.markdown(f"**{words('frontier.answer')}**")
    show.sentences(frontier_words.answer(words, frame))
    with st.container(key="compact_table_solver_rules"):
        st.markdown(frontier_words.thresholds_table(words, frame, has_draft))
    with st.container(key="compact_table_solver_figures"):
        st.markdown(frontier_words.figures_table(words, frame, has_draft))
    address = drafted.along({**changed, **solved.thresholds}, base)
    st.page_link("pages/what_if.py", label=words("frontier.take"), query_params=address, icon=":material/tune:")
    if "funding" not in page.scope.lacks:
        st.caption(words("frontier.own_note"))
    show.proof(solved.answer, page)


def choose() -> None:
    page = open_page("frontier")
    page.scope.need(*frontier.NEEDS)
    read(page)


choose()
