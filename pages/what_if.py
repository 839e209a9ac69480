"""What if a rule moved? The draft on the left, what it would have done on the right."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from jiebei_dash.answers import back_test, decline_mix, eligible, groups, policy_promises, what_if
from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.charts import what_if as charts
from jiebei_dash.errors import JiebeiError
from jiebei_dash.late import function
from jiebei_dash.settings import ROOT, read_settings
from jiebei_dash.terms import Group
from jiebei_dash.text import numbers
from jiebei_dash.ui import (
    cache,
    controls,
    drafted,
    drafting,
    dragging,
    eligible_words,
    five_words,
    levers,
    saving,
    show,
    submitting,
    what_if_words,
)
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.warm import warm

MOST_EXPLAINED = 200
# Imported when somebody moves: the explanation library takes seconds.
EXPLAINING = "jiebei_dash.answers.moved_reasons:by_side"
BENCH = "jiebei_dash.answers.compiled:BENCH_MAKER"
# Pages that read the same draft.
LINKED = ("consequences", "fairness", "back_test")
GO_ON = ("policy_rules", "swap_set", "frontier", "offers", "inference")


@dataclass(frozen=True)
class Draft:
    """What the controls say, as every page of the lab asks about it."""

    changed: dict[str, float]
    base: str
    months: int
    window: int


@st.fragment
def replayed(page: Page) -> None:
    words = page.words
    left, right = st.columns([1, 2], gap="large")
    with levers.worded(words):
        with left:
            version, today, _ = what_if.policy_today(page.scope, cache.fetch)
            base = drafting.from_address()
            start = drafting.start(today, base)
            st.markdown(f"**{words('what_if.thresholds')}**")
            changed = levers.thresholds(words, start, starts_with=f"{version} {start.sha256()}")
            _back(page, base)
            months, window, method = _population(page)
        with right, levers.worded(words):
            done = what_if.replay(page.scope, cache.fetch, months, changed, base, method, window, keep=cache.keep)
            five = _consequences(page, done)
            _go_on(page, changed, base)
            why = st.container()
            _assumptions(page)
            with left:
                with st.expander(words("lab.segments"), icon=":material/call_split:"):
                    drafting.segments(words, start, done.proposed)
                with st.expander(words("lab.file"), icon=":material/description:"):
                    drafting.files(words, done.proposed, version)
                saving.save_box(page, done, method)
            submitting.submit_box(page, done, policy_promises.prepared, left)
            with left:
                said = words("what_if.policy", version=version) if version else words("what_if.no_policy")
                st.caption(f"{said} {words('what_if.score_note')}")
            _five(page, five, done, Draft(changed, base, months, window))
            with why, levers.worded(words):
                _why(page, done)


def _back(page: Page, base: str) -> None:
    levers.back(page.words("what_if.back"), "rule")
    if base:
        st.button(page.words("lab.from_today"), icon=":material/undo:", on_click=drafting.forget, key="back_base")


def _population(page: Page) -> tuple[int, int, str]:
    words = page.words
    months = controls.choice(
        words, "maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, "maturity_months"
    )
    window = controls.choice(
        words, "population_months", what_if.WINDOWS_MONTHS, what_if.WINDOW_MONTHS, "window_months", wide=True
    )
    method = controls.choice(words, "reject_method", what_if.METHODS, what_if.METHOD, "reject_method", wide=True)
    return months, window, method


def _consequences(page: Page, done: what_if.Replay) -> DeltaGenerator:
    words = page.words
    both, cells, moved = done.consequences(), done.swap_set(), done.differences()
    rule_key = controls.choice(words, "rule_key", levers.SWEPT, "score_floor", "rule", wide=True)
    curve = done.trade_off(rule_key)
    dragging.along(page, curve.frame, rule_key)
    show.proof(curve, page)
    show.sentences(what_if_words.opening(words, both.frame, cells.frame, done.policy_version))
    five = st.container()
    with st.container(key="compact_table_consequences"):
        st.markdown(what_if_words.consequences_table(words, both.frame, moved.frame))
    window = done.window
    said = what_if_words.population(words, both.frame, window.first_month, window.last_month, window.seen_to_month)
    st.caption(f"{words('lab.kept_interval')} {said}")
    show.proof(both, page)
    st.markdown(f"**{words('what_if.swap')}**")
    with st.container(key="compact_table_swap"):
        st.markdown(what_if_words.swap_table(words, cells.frame))
    show.proof(cells, page)
    return five


def _five(page: Page, place: DeltaGenerator, done: what_if.Replay, draft: Draft) -> None:
    """Each of its own questions, after the picture: one that cannot be answered says so, the others stand."""
    words, scope = page.words, page.scope

    def groups_of() -> dict[str, pd.DataFrame]:
        asked: tuple[Group, ...] = ("gender", "age_band")
        return {
            kind: groups.approval(scope, cache.fetch, kind, draft.months, draft.base, **draft.changed).frame
            for kind in asked
        }

    def funders() -> pd.DataFrame:
        return eligible.taken(scope, cache.fetch, draft.months, draft.changed, draft.base, draft.window).funders().frame

    def years() -> pd.DataFrame:
        past = back_test.replay(scope, cache.fetch, "year", "count", draft.changed, draft.base)
        return past.vintages().frame

    def mix() -> pd.DataFrame:
        return decline_mix.reasons(scope, cache.fetch, draft.months, draft.window, draft.base, **draft.changed).frame

    told: tuple[tuple[str, str, Callable[[], five_words.Said]], ...] = (
        ("profit", "unit_economics", lambda: five_words.profit(words, done.differences().frame)),
        ("vintages", "back_test", lambda: five_words.vintages(words, years())),
        ("fairness", "fairness", lambda: five_words.fairness(words, groups_of())),
        ("funding", "consequences", lambda: five_words.funding(words, funders(), eligible_words.NOBODY)),
        ("reasons", "consequences", lambda: five_words.reasons(words, mix())),
    )
    with place:
        st.markdown(f"**{words('lab.five')}**")
        columns = st.columns(len(told), gap="small")
    for column, (name, key, tell) in zip(columns, told, strict=True):
        with column:
            st.caption(words(f"lab.name_{name}"))
            try:
                figure, said = tell()
            except JiebeiError as error:
                st.caption(words.error(error))
                continue
            st.markdown(f"**{figure}**")
            st.caption(said)
            if key in LINKED:
                where = drafted.along(draft.changed, draft.base)
                st.page_link(ROOT / "pages" / f"{key}.py", label=words("lab.details"), query_params=where)


def _go_on(page: Page, changed: dict[str, float], base: str) -> None:
    st.markdown(f"**{page.words('lab.more')}**")
    for place, key in zip(st.columns(len(GO_ON)), GO_ON, strict=True):
        where = drafted.along(changed, base)
        place.page_link(ROOT / "pages" / f"{key}.py", label=page.words(f"{key}.menu"), query_params=where)


def _why(page: Page, done: what_if.Replay) -> None:
    words = page.words
    st.markdown(f"**{words('what_if.why')}**")
    cases = done.moved_cases(cache.fetch, MOST_EXPLAINED)
    if cases.frame.empty:
        st.caption(words("what_if.why_nobody"))
        return
    with st.spinner(words("what_if.why_wait")):
        reasons = function(EXPLAINING)(page.scope, cache.fetch, read_settings().models_dir, moved=cases)
    drawn = charts.moved_reasons(reasons.frame, words, page.look)
    show.figure(drawn, reasons, page, what_if_words.reasons_alt(words, reasons.frame))
    st.caption(words("what_if.why_note", most=numbers.count(MOST_EXPLAINED)))
    st.markdown(f"**{words('what_if.cases')}**")
    picked = st.dataframe(
        what_if_words.cases_table(words, cases.frame),
        hide_index=True,
        height=220,
        key="moved_cases",
        on_select="rerun",
        selection_mode="single-row",
    )
    show.proof(cases, page)
    for row in picked["selection"]["rows"]:
        number = str(cases.frame["decision_id"].iloc[row])
        st.page_link("pages/applicant.py", label=words("what_if.cases_open"), query_params={"number": number})


def _assumptions(page: Page) -> None:
    assumed = read_assumptions()
    with st.expander(page.words("what_if.assumptions", dated=f"{assumed.dated:%Y-%m-%d}")):
        st.markdown(what_if_words.assumptions_table(page.words, assumed))
        st.caption(page.words("what_if.marks"))


def choose() -> None:
    page = open_page("what_if")
    page.scope.need(*what_if.NEEDS)
    warm(BENCH)
    warm(EXPLAINING)
    replayed(page)


choose()
