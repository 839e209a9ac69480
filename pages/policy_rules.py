"""Which rule earns its place? Rules in any order, whom each stops first and alone, and what that is worth."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from jiebei_dash.answers import policy_rules, what_if
from jiebei_dash.charts import policy_rules as charts
from jiebei_dash.ui import cache, controls, drafted, levers, ordering, policy_rules_words, show
from jiebei_dash.ui.frame import Page, open_page

POLICIES = ("proposed", "today")


@st.fragment
def ordered(page: Page) -> None:
    words = page.words
    with levers.worded(words):
        changed, base = drafted.thresholds(), drafted.base()
        left, right = st.columns([1, 2.6], gap="large")
        below = st.container()
        with left:
            order = ordering.chosen(policy_rules.RULE_KEYS)
            listed = st.container()
            months = controls.choice(
                words, "maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, "maturity_months"
            )
            window = controls.choice(
                words, "population_months", what_if.WINDOWS_MONTHS, what_if.WINDOW_MONTHS, "window_months", wide=True
            )
            method = controls.choice(
                words, "reject_method", what_if.METHODS, what_if.METHOD, "reject_method", wide=True
            )
        with right, levers.worded(words):
            done = what_if.replay(page.scope, cache.fetch, months, changed, base, method, window, keep=cache.keep)
            said = drafted.sentence(words, done.today, done.proposed, done.policy_version)
            _waterfall(page, done, order, said, below)
            with listed:
                _order(page, done, order, drafted.along(changed, base))


def _order(page: Page, done: what_if.Replay, order: tuple[str, ...], as_it_was: dict[str, list[str]]) -> None:
    words = page.words
    st.markdown(f"**{words('policy_rules.order')}**")
    usual = policy_rules.declining_order(done.proposed)
    ordering.arrange(words, page.look, policy_rules.declining_order(done.proposed, order), usual)
    st.caption(words("policy_rules.order_note"))
    # In another order the draft is another policy: it goes along whole.
    whole = drafted.along({}, policy_rules.ordered(done.proposed, order).json()) if order else as_it_was
    st.page_link("pages/what_if.py", label=words("back_test.to_lab"), query_params=whole, icon=":material/tune:")


def _waterfall(page: Page, done: what_if.Replay, order: tuple[str, ...], draft: str, below: DeltaGenerator) -> None:
    words = page.words
    is_draft = done.proposed != done.today
    policy = controls.choice(words, "shown_policy", POLICIES, POLICIES[0], "shown_policy") if is_draft else "today"
    answer = policy_rules.Rules(done).waterfall(order)
    rules = answer.frame[answer.frame["policy"] == policy].reset_index(drop=True)
    st.caption(draft)
    said = policy_rules_words.opening(words, rules)
    show.sentences(said)
    show.figure(charts.waterfall(rules, words, page.look), answer, page, " ".join(said))
    with below, st.container(key="compact_table_rules"):
        st.markdown(policy_rules_words.table(words, rules, done.proposed if policy == "proposed" else done.today))
        st.caption(words("policy_rules.note"))


def read() -> None:
    page = open_page("policy_rules")
    page.scope.need(*what_if.NEEDS)
    ordered(page)


read()
