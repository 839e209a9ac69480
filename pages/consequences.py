"""What does a draft do to funding, to the reasons of declines, and to what the model says of both sides?"""

import streamlit as st

from jiebei_dash.answers import decline_mix, eligible, what_if
from jiebei_dash.charts import decline_mix as mix_charts
from jiebei_dash.charts import eligible as funding_charts
from jiebei_dash.charts import feature_shift as shift_charts
from jiebei_dash.late import function
from jiebei_dash.settings import read_settings
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, consequences_words, controls, draft_link, eligible_words, levers, show
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.warm import warm

# Imported last on the page: the explanation library takes seconds.
SHIFTING = "jiebei_dash.answers.feature_shift:by_result"
MATURITY = "maturity_months"


@st.fragment
def drafted(page: Page) -> None:
    words = page.words
    with levers.worded(words):
        top = st.container()
        version, today, _ = what_if.policy_today(page.scope, cache.fetch)
        with st.expander(words("consequences.thresholds"), icon=":material/tune:"):
            changed = levers.thresholds(words, today, starts_with=f"{version} {today.sha256()}")
            levers.back(words("what_if.back"), "rule")
            months = controls.choice(words, MATURITY, what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, MATURITY)
        with top:
            show.sentences([consequences_words.draft(words, version, today, changed)])
            label = words("consequences.lab")
            st.page_link("pages/what_if.py", label=label, icon=":material/arrow_back:", query_params=draft_link.along())
        st.subheader(words("consequences.funding"), anchor=False)
        with levers.worded(words):
            funding(page, eligible.taken(page.scope, cache.fetch, months, changed))
        st.subheader(words("consequences.reasons"), anchor=False)
        with levers.worded(words):
            reasons(page, months, changed)
        st.subheader(words("consequences.model"), anchor=False)
        with levers.worded(words):
            model(page, months, changed)


def funding(page: Page, taken: eligible.Taken) -> None:
    words = page.words
    answer, cuts = taken.funders(), taken.cuts()
    names = eligible_words.names_of(words, taken.contracts, taken.names)
    said = eligible_words.funding(words, answer.frame, names)
    show.sentences(said)
    drawn = funding_charts.funders(answer.frame, names, words, page.look)
    show.figure(drawn, answer, page, " ".join(said))
    with st.container(key="compact_table_taken"):
        st.markdown(eligible_words.taken_table(words, answer.frame, names))
    st.markdown(f"**{words('consequences.room')}**")
    with st.container(key="compact_table_room"):
        st.markdown(eligible_words.room_table(words, answer.frame, cuts.frame, names))
    st.caption(words("consequences.room_note"))
    show.proof(cuts, page)
    if taken.uncovered:
        listed = words("consequences.joiner").join(taken.uncovered)
        st.caption(words("consequences.uncovered", names=listed, day=numbers.day(page.scope.as_of_end)))
    with st.expander(words("consequences.contracts", dated=numbers.day(taken.table.dated))):
        st.markdown(eligible_words.criteria_table(words, taken.table, taken.contracts, names))
        st.caption(words("consequences.contracts_note", file="data/eligibility.toml"))


def reasons(page: Page, months: int, changed: dict[str, float]) -> None:
    words = page.words
    answer = decline_mix.reasons(page.scope, cache.fetch, months, **changed)
    said = consequences_words.reasons(words, answer.frame)
    show.sentences(said)
    show.figure(mix_charts.reasons(answer.frame, words, page.look), answer, page, " ".join(said))
    with st.container(key="compact_table_reasons"):
        st.markdown(consequences_words.reasons_table(words, answer.frame))
    st.caption(words("consequences.reasons_note"))


def model(page: Page, months: int, changed: dict[str, float]) -> None:
    words = page.words
    with st.spinner(words("consequences.wait")):
        answer = function(SHIFTING)(page.scope, cache.fetch, read_settings().models_dir, months, **changed)
    said = consequences_words.shift(words, answer.frame)
    show.sentences(said)
    show.figure(shift_charts.by_result(answer.frame, words, page.look), answer, page, " ".join(said))
    st.caption(words("consequences.model_note"))


def choose() -> None:
    page = open_page("consequences")
    page.scope.need(*what_if.NEEDS)
    warm(SHIFTING)
    drafted(page)


choose()
