"""What does a draft do to funding, to the reasons of declines, and to what the model says of both sides?"""

from dataclasses import dataclass

import streamlit as st

from jiebei_dash.answers import decline_mix, eligible, what_if
from jiebei_dash.answers.drafted import drafted as two_policies
from jiebei_dash.charts import decline_mix as mix_charts
from jiebei_dash.charts import eligible as funding_charts
from jiebei_dash.charts import feature_shift as shift_charts
from jiebei_dash.late import function
from jiebei_dash.settings import read_settings
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, consequences_words, drafted, eligible_words, levers, show
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.warm import warm

# Imported last on the page: the explanation library takes seconds.
SHIFTING = "jiebei_dash.answers.feature_shift:by_result"


@dataclass(frozen=True)
class Asked:
    """The draft of the address, as every section asks about it."""

    changed: dict[str, float]
    base: str
    months: int
    window: int


def read() -> None:
    page = open_page("consequences")
    words = page.words
    page.scope.need(*what_if.NEEDS)
    warm(SHIFTING)
    asked = Asked(
        drafted.thresholds(),
        drafted.base(),
        drafted.months("maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS),
        drafted.months("population_months", what_if.WINDOWS_MONTHS, what_if.WINDOW_MONTHS),
    )
    policies = two_policies(page.scope, cache.fetch, asked.months, asked.changed, asked.base, asked.window)
    said, back = st.columns([4, 1], vertical_alignment="center")
    said.markdown(consequences_words.draft(words, policies.today, policies.proposed, policies.policy_version))
    address = drafted.along(asked.changed, asked.base)
    back.page_link("pages/what_if.py", label=words("back_test.to_lab"), query_params=address, icon=":material/tune:")
    window = policies.window
    first, last = numbers.month(window.first_month), numbers.month(window.last_month)
    st.caption(words("consequences.population", first=first, last=last))
    st.subheader(words("consequences.funding"), anchor=False)
    with levers.worded(words):
        found = eligible.taken(page.scope, cache.fetch, asked.months, asked.changed, asked.base, asked.window)
        funding(page, found)
    st.subheader(words("consequences.reasons"), anchor=False)
    with levers.worded(words):
        reasons(page, asked)
    st.subheader(words("consequences.model"), anchor=False)
    with levers.worded(words):
        model(page, asked)


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


def reasons(page: Page, asked: Asked) -> None:
    words = page.words
    answer = decline_mix.reasons(
        page.scope, cache.fetch, asked.months, window_months=asked.window, draft=asked.base, **asked.changed
    )
    said = consequences_words.reasons(words, answer.frame)
    show.sentences(said)
    show.figure(mix_charts.reasons(answer.frame, words, page.look), answer, page, " ".join(said))
    with st.container(key="compact_table_reasons"):
        st.markdown(consequences_words.reasons_table(words, answer.frame))
    st.caption(words("consequences.reasons_note"))


def model(page: Page, asked: Asked) -> None:
    words = page.words
    with st.spinner(words("consequences.wait")):
        answer = function(SHIFTING)(
            page.scope,
            cache.fetch,
            read_settings().models_dir,
            asked.months,
            window_months=asked.window,
            draft=asked.base,
            **asked.changed,
        )
    said = consequences_words.shift(words, answer.frame)
    show.sentences(said)
    show.figure(shift_charts.by_result(answer.frame, words, page.look), answer, page, " ".join(said))
    st.caption(words("consequences.model_note"))


read()
