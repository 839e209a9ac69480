"""Who comes in and who goes out? The four groups, the mix of their scores, and their cases."""

import streamlit as st

from jiebei_dash.answers import swap_set, what_if
from jiebei_dash.charts import swap_set as charts
from jiebei_dash.terms import SWAP_CELLS
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, drafted, levers, show, swap_set_words
from jiebei_dash.ui.frame import Page, open_page


@st.fragment
def swapped(page: Page) -> None:
    words = page.words
    with levers.worded(words):
        changed, base = drafted.thresholds(), drafted.base()
        left, middle, right = st.columns([1.2, 1.8, 2])
        with left:
            months = controls.choice(
                words, "maturity_months", what_if.MATURITIES_MONTHS, what_if.MATURITY_MONTHS, "maturity_months"
            )
        with middle:
            window = controls.choice(
                words, "population_months", what_if.WINDOWS_MONTHS, what_if.WINDOW_MONTHS, "window_months"
            )
        with right:
            method = controls.choice(
                words, "reject_method", what_if.METHODS, what_if.METHOD, "reject_method", wide=True
            )
        done = what_if.replay(page.scope, cache.fetch, months, changed, base, method, window, keep=cache.keep)
        draft, back = st.columns([4, 1], vertical_alignment="center")
        draft.caption(drafted.sentence(words, done.today, done.proposed, done.policy_version))
        back.page_link(
            "pages/what_if.py",
            label=words("back_test.to_lab"),
            query_params=drafted.along(changed, base),
            icon=":material/tune:",
        )
        groups = swap_set.Groups(done)
        cells, mix = groups.cells(), groups.mix()
        show.sentences(swap_set_words.opening(words, cells.frame, done.differences().frame))
        with st.container(key="compact_table_cells"):
            st.markdown(swap_set_words.table(words, cells.frame))
        st.caption(words("swap_set.note"))
        show.proof(cells, page)
        st.subheader(words("swap_set.mix.name"), anchor=False)
        alt = swap_set_words.mix_alt(words, mix.frame)
        st.markdown(alt)
        show.figure(charts.mix(mix.frame, words, page.look), mix, page, alt)
        _cases(page, groups, dict(zip(cells.frame["cell"], cells.frame["decided_count"], strict=True)))


def _cases(page: Page, groups: swap_set.Groups, counts: dict[str, int]) -> None:
    words = page.words
    st.subheader(words("swap_set.cases.name"), anchor=False)
    cell = controls.choice(words, "swap_cell", SWAP_CELLS, "SWAPPED_IN", "swap_cell")
    count = int(counts[cell])
    if not count:
        st.caption(words("swap_set.no_case"))
        return
    listed = min(-(-count // swap_set.PAGE_SIZE), swap_set.MOST_PAGES)
    most = listed * swap_set.PAGE_SIZE
    if count > most:
        st.caption(words("swap_set.bound", most=numbers.count(most), count=numbers.count(count)))
    at = st.pagination(listed, key=f"pages_{cell}") if listed > 1 else 1
    answer = groups.cases(cache.fetch, cell, at)
    picked = st.dataframe(
        swap_set_words.cases(words, answer.frame),
        hide_index=True,
        height="content",
        key=f"cases_{cell}_{at}",
        on_select="rerun",
        selection_mode="single-row",
    )
    for row in picked["selection"]["rows"]:
        number = str(answer.frame["decision_id"].iloc[row])
        places = ("applicant", "decision") if page.scope.reader.role == "auditor" else ("applicant",)
        for place in places:
            label = words(f"swap_set.open_{place}", number=number)
            st.page_link(f"pages/{place}.py", label=label, query_params={"number": number})
    show.proof(answer, page)


def read() -> None:
    page = open_page("swap_set")
    page.scope.need(*what_if.NEEDS)
    swapped(page)


read()
