"""Where does the book stand, and what moved?"""

import streamlit as st

from jiebei_dash.answers import bridge, overview
from jiebei_dash.charts import bridge as charts
from jiebei_dash.errors import EmptyScope
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, choices, controls, link, overview_words, show
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.meeting import QUESTIONS

SPLITS = ("product_class", "channel", "zhima_band", "term_months", "province_code")


def read() -> None:
    page = open_page("overview")
    words = page.words
    basis = choices.basis(page)
    answer = overview.headline(page.scope, cache.fetch, basis)
    lines = overview_words.opening(answer.frame, overview.moved(answer), words, numbers.month(page.scope.as_of_month))
    show.sentences(lines)
    show.kpis(overview_words.kpis(answer.frame, words))
    show.proof(answer, page)
    questions(page)
    where(page, basis)


def questions(page: Page) -> None:
    """From the head of the month to the view that answers each question of the meeting, in one click."""
    words = page.words
    st.subheader(words("meeting.title"), anchor=False)
    columns = st.columns(3)
    for place, question in enumerate(QUESTIONS):
        columns[place % 3].page_link(
            f"pages/{question.page}.py",
            label=words(f"meeting.{question.key}"),
            icon=":material/arrow_forward:",
            query_params=link.along(**question.view),
        )


def where(page: Page, basis: Basis) -> None:
    words = page.words
    st.subheader(words("overview.where"), anchor=False)
    by = controls.choice(words, "split", SPLITS, SPLITS[0], "split")
    try:
        answer = bridge.change(page.scope, cache.fetch, by=by, basis=basis, months_back=1)
    except EmptyScope:
        st.info(words("overview.no_month_before"))
        return
    if not overview_words.is_split(answer.frame, by):
        st.info(words("overview.not_split", by=words.code("split", by)))
        return
    said = overview_words.bridge(answer.frame, by, words)
    show.sentences([said])
    st.caption(words("overview.narrow"))
    codes = {charts.cell_code(row, [by]): row[by] for row in answer.frame.to_dict("records")}
    drawn = charts.cells(answer.frame, [by], "past_due_30", words, page.look)
    show.figure(drawn, answer, page, said, on_select=lambda points: narrow(by, codes, points))


def narrow(by: str, codes: dict[str, object], points: list[dict[str, object]]) -> None:
    """A bar that is clicked narrows the whole page, and all that follow, to its group."""
    code = codes.get(str(points[0].get("customdata"))) if points else None
    if code is not None:
        st.session_state[by] = [code]


read()
