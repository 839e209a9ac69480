"""How bad would the declined have been? Five ways of inferring, judged by the random lane, and of a sample by truth."""

import streamlit as st

from jiebei_dash.answers import inference, what_if
from jiebei_dash.charts import inference as charts
from jiebei_dash.errors import TruthMissing
from jiebei_dash.truth import read_chances, truth_folder
from jiebei_dash.ui import cache, controls, drafted, inference_words, levers, show
from jiebei_dash.ui.frame import Page, open_page

# Decisions up to which the truth is shown unasked: more of them take seconds.
AT_ONCE = 300_000


@st.fragment
def inferred(page: Page) -> None:
    words = page.words
    with levers.worded(words):
        changed, base = drafted.thresholds(), drafted.base()
        left, right, _ = st.columns([1.2, 2.2, 1])
        with left:
            months = controls.choice(
                words, "maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, "maturity_months"
            )
        with right:
            judges = controls.choice(
                words, "judge_months", inference.JUDGES_MONTHS, inference.JUDGED_MONTHS, "judge_months"
            )
        _lane(page, months, judges)
        st.subheader(words("inference.methods.name"), anchor=False)
        window = controls.choice(
            words, "population_months", what_if.WINDOWS_MONTHS, what_if.WINDOW_MONTHS, "window_months"
        )
        done = what_if.replay(page.scope, cache.fetch, months, changed, base, window_months=window, keep=cache.keep)
        st.caption(drafted.sentence(words, done.today, done.proposed, done.policy_version))
        answer = inference.Ways(done).methods()
        with st.container(key="compact_table_methods"):
            st.markdown(inference_words.methods_table(words, answer.frame))
        st.caption(words("inference.note"))
        show.proof(answer, page)
        _truth(page, done)
        st.page_link(
            "pages/what_if.py",
            label=words("back_test.to_lab"),
            query_params=drafted.along(changed, base),
            icon=":material/tune:",
        )


def _lane(page: Page, months: int, judges: int) -> None:
    words = page.words
    answer = inference.judged(page.scope, cache.fetch, months, judges, cache.keep)
    said = inference_words.judged(words, answer.frame)
    show.sentences(said)
    if answer.frame.empty:
        return
    beside = "observed_bad_rate"
    show.figure(charts.ranges(answer.frame, beside, words, page.look), answer, page, " ".join(said))
    with st.container(key="compact_table_lane"):
        st.markdown(inference_words.near_table(words, answer.frame, beside))


def _truth(page: Page, done: what_if.Replay) -> None:
    """Place how near each way comes to the truth, if the book is an invented one."""
    words = page.words
    folder = truth_folder(page.book.address)
    if folder is None or not folder.is_dir():
        return
    if len(done.bench.people) > AT_ONCE and not st.toggle(words("inference.beside_truth.name"), key="with_truth"):
        return
    try:
        known = read_chances(folder, page.book.source_sha256)
        answer = inference.Ways(done).beside_truth(cache.fetch, known)
    except TruthMissing:
        return
    st.subheader(words("inference.beside_truth.name"), anchor=False)
    said = inference_words.true(words, answer.frame)
    show.sentences(said)
    shown = inference_words.of_group(answer.frame)
    if shown["people_count"].iloc[0]:
        show.figure(charts.ranges(shown, "true_rate", words, page.look), answer, page, " ".join(said))
        with st.container(key="compact_table_truth"):
            st.markdown(inference_words.near_table(words, shown, "true_rate"))
        st.caption(words("inference.true_note"))


def read() -> None:
    page = open_page("inference")
    page.scope.need(*what_if.NEEDS)
    inferred(page)


read()
