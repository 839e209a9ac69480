"""Is the draft fair? Who is approved by it, by group of persons, beside today's policy."""

from typing import cast

import streamlit as st

from jiebei_dash.answers import groups, what_if
from jiebei_dash.charts import groups as charts
from jiebei_dash.errors import BookLacks
from jiebei_dash.fair_rules import read_fair_rules
from jiebei_dash.terms import GROUPS, Group
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, drafted, drafting, fairness_words, levers, link, show
from jiebei_dash.ui.frame import Page, open_page

MOST_ROWS_PX = 620
Draft = dict[str, float]


@st.fragment
def compared(page: Page) -> None:
    words = page.words
    with levers.worded(words):
        version, today, _ = what_if.policy_today(page.scope, cache.fetch)
        said, back = st.columns([4, 1], vertical_alignment="center")
        left, right = st.columns([3, 2], gap="large")
        with left:
            group = cast(Group, controls.choice(words, "group", GROUPS, "gender", "group_by"))
        has_outcomes = "decision_features" not in page.scope.lacks
        with right:
            months = 0
            if has_outcomes:
                months = controls.choice(
                    words, "maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, "maturity_months"
                )
        with st.expander(words("fairness.move"), icon=":material/tune:"):
            base = drafting.from_address()
            start = drafting.start(today, base)
            changed = levers.thresholds(words, start, starts_with=f"{version} {start.sha256()}")
            levers.back(words("what_if.back"), "rule")
        said.markdown(drafted.sentence(words, today, drafting.start(today, base).changed(changed), version))
        carried = {
            key: text for key in (*levers.KEYS, drafted.BASE, "maturity_months") if (text := st.query_params.get(key))
        }
        back.page_link(
            "pages/what_if.py",
            label=words("fairness.back"),
            query_params=link.along(**carried),
            icon=":material/arrow_back:",
        )
        _approval(page, group, months, changed, base)
        with levers.worded(words):
            _like_score(page, group, months, changed, base)
        with levers.worded(words):
            _bad(page, group, months, changed, base)
        _rules(page)


def _approval(page: Page, group: Group, months: int, changed: Draft, base: str) -> None:
    words, rules = page.words, read_fair_rules()
    answer = groups.approval(page.scope, cache.fetch, group, months, base, **changed)
    lines = fairness_words.opening(words, answer.frame, rules)
    show.sentences(lines)
    drawn = charts.approval(answer.frame, rules.four_fifths.level, words, page.look)
    show.figure(drawn, answer, page, " ".join(lines))
    show.texts(fairness_words.approval_table(words, answer.frame), slice(1, 8), MOST_ROWS_PX)
    st.caption(words("fairness.note", floor=numbers.count(rules.smallest_group), few=numbers.count(rules.few)))


def _like_score(page: Page, group: Group, months: int, changed: Draft, base: str) -> None:
    words = page.words
    st.markdown(f"**{words('fairness.like')}**")
    try:
        answer = groups.within_score(page.scope, cache.fetch, group, months, base, **changed)
    except BookLacks as lacking:
        st.info(words.error(lacking))
        return
    show.sentences(fairness_words.like_score(words, answer.frame))
    show.texts(fairness_words.like_table(words, answer.frame), slice(1, 5), MOST_ROWS_PX)
    show.proof(answer, page)


def _bad(page: Page, group: Group, months: int, changed: Draft, base: str) -> None:
    words = page.words
    st.markdown(f"**{words('fairness.bad')}**")
    try:
        answer = groups.bad(page.scope, cache.fetch, group, months, base, **changed)
    except BookLacks as lacking:
        st.info(words.error(lacking))
        return
    st.caption(words("fairness.bad_note"))
    show.texts(fairness_words.bad_table(words, answer.frame), slice(1, 7), MOST_ROWS_PX)
    show.proof(answer, page)


def _rules(page: Page) -> None:
    rules = read_fair_rules()
    with st.expander(page.words("fairness.rules", dated=f"{rules.dated:%Y-%m-%d}")):
        st.markdown(fairness_words.rules_table(page.words, rules))
        st.caption(page.words("fairness.marks"))


def choose() -> None:
    page = open_page("fairness")
    page.scope.need(*groups.NEEDS)
    compared(page)


choose()
