"""What do we lose, and on which base?"""

import streamlit as st

from jiebei_dash.answers import losses, outcomes
from jiebei_dash.charts import losses as charts
from jiebei_dash.charts import outcomes as outcome_charts
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.terms import Basis
from jiebei_dash.ui import cache, choices, controls, losses_words, parts, show
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.parts import Part

AGES = (6, 9, 12, 18)
AFTER_MONTHS = 12
SPOKEN_MOB = 12


def read() -> None:
    page = open_page("losses")
    words, scope = page.words, page.scope
    basis = choices.basis(page)
    defaults = losses.defaults(scope, cache.fetch, basis)
    if "write_offs" in scope.lacks:
        st.info(words.error(BookLacks(capability="write_offs")))
        default(page, basis)
        return
    annual = losses.annual(scope, cache.fetch, basis)
    bridge = parts.ask(lambda: losses.bridge(scope, cache.fetch), words)
    severity = parts.ask(lambda: losses.severity(scope, cache.fetch), words)
    said = [*losses_words.annual(annual.frame, words, basis), losses_words.defaults(defaults.frame, words)]
    show.sentences(said)
    show.kpis(
        losses_words.kpis(
            annual.frame,
            defaults.frame,
            bridge.frame,
            severity.frame,
            AFTER_MONTHS,
            words,
            basis,
        )
    )
    st.subheader(words("losses.annual.name"), anchor=False)
    if annual.frame.empty:
        st.info(words.error(EmptyScope()))
    else:
        show.figure(charts.annual(annual.frame, words, page.look, basis), annual, page, " ".join(said))
    over_three(page, bridge)
    default(page, basis)
    becoming(page, basis)
    at_age(page)
    not_back(page, severity)
    ahead(page)


def over_three(page: Page, part: Part) -> None:
    words, answer = page.words, part.answer
    st.subheader(words("losses.bridge.name"), anchor=False)
    if answer is None or answer.frame.empty:
        st.info(part.why or words("losses.no_bridge"))
        return
    matured = losses.matured(page.scope, cache.fetch)
    said = losses_words.bridge(answer.frame, matured.frame, words)
    show.sentences(said)
    show.texts(losses_words.bridge_table(answer.frame, words), slice(1, None))
    show.proof(answer, page, " ".join(said))


def default(page: Page, basis: Basis) -> None:
    words = page.words
    st.subheader(words("losses.defaults.name"), anchor=False)
    answer = losses.defaults(page.scope, cache.fetch, basis)
    said = losses_words.defaults(answer.frame, words)
    show.figure(charts.defaults(answer.frame, words, page.look, basis), answer, page, said)


def becoming(page: Page, basis: Basis) -> None:
    words = page.words
    st.subheader(words("outcomes.by_age.name"), anchor=False)
    part = parts.ask(lambda: outcomes.by_age(page.scope, cache.fetch, basis), words)
    if part.answer is None:
        st.info(part.why)
        return
    frame = part.answer.frame
    said = losses_words.outcomes(frame, SPOKEN_MOB, words)
    show.sentences([said])
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        show.figure(outcome_charts.by_age(frame, words, page.look, basis), part.answer, page, said)
    with right:
        show.figure(outcome_charts.losing(frame, words, page.look, basis), part.answer, page, said, "losing")


def at_age(page: Page) -> None:
    words = page.words
    st.subheader(words("losses.cohorts.name"), anchor=False)
    left, right, _ = st.columns([1.6, 1, 1])
    with left:
        mob = controls.choice(words, "loss_mob", AGES, 12, "loss_mob")
    with right:
        cohort = choices.cohort(page)
    part = parts.ask(lambda: losses.cohorts(page.scope, cache.fetch, mob, cohort), words)
    if part.answer is None or part.answer.frame.empty:
        st.info(part.why or words("losses.no_cohorts", mob=mob))
        return
    said = losses_words.cohorts(part.answer.frame, words)
    show.sentences(said)
    show.figure(charts.cohorts(part.answer.frame, words, page.look), part.answer, page, " ".join(said))
    st.caption(words("losses.cohort_marks"))


def not_back(page: Page, part: Part) -> None:
    words, answer = page.words, part.answer
    st.subheader(words("losses.severity.name"), anchor=False)
    young = words("losses.no_severity", months=AFTER_MONTHS)
    if answer is None or answer.frame.empty:
        st.info(part.why or young)
        return
    said = young
    if answer.frame["months_since"].max() >= AFTER_MONTHS:
        by_cohort = losses.severity_by_cohort(page.scope, cache.fetch, AFTER_MONTHS)
        said = losses_words.severity(by_cohort.frame, answer.frame, AFTER_MONTHS, words)
    show.sentences([said])
    if "commissions" in page.scope.lacks:
        st.caption(words("losses.no_fees"))
    show.figure(charts.severity(answer.frame, words, page.look), answer, page, said)


def ahead(page: Page) -> None:
    words = page.words
    st.subheader(words("losses.expected.name"), anchor=False)
    part = parts.ask(lambda: losses.expected(page.scope, cache.fetch, AFTER_MONTHS), words)
    if part.answer is None or part.answer.frame["expected_rate"].isna().all():
        st.info(part.why or words("losses.no_expected"))
        return
    said = losses_words.expected(part.answer.frame, words)
    show.sentences(said)
    show.figure(charts.expected(part.answer.frame, words, page.look), part.answer, page, " ".join(said))


read()
