"""How did this loan go?"""

from datetime import date

import streamlit as st

from jiebei_dash.answers import loan
from jiebei_dash.charts import loan as charts
from jiebei_dash.text import records
from jiebei_dash.ui import cache, controls, link, loan_words, show
from jiebei_dash.ui.frame import Page, open_page


def read() -> None:
    page = open_page("loan")
    words = page.words
    with st.columns([1, 2])[0]:
        number = controls.text(words("loan.number"), "loan")
    opened = opening_month()
    if not number:
        st.info(words("loan.none_chosen"))
        return
    facts = loan.facts(page.scope, cache.fetch, number, opened)
    history = loan.history(page.scope, cache.fetch, number, opened)
    said = loan_words.opening(facts.frame.iloc[0], history.frame, words)
    show.sentences(said)
    has_amounts = "amounts" not in page.scope.lacks
    show.figure(charts.course(history.frame, words, page.look, has_amounts), history, page, " ".join(said))
    table = records.table(history.frame.iloc[::-1], words, loan_words.MONTHS, is_markdown=False)
    st.subheader(words("loan.history.name"), anchor=False)
    show.texts(table, slice(3, None))
    st.subheader(words("loan.facts.name"), anchor=False)
    st.table(records.form(facts.frame, words, loan_words.FACTS), hide_index=True, hide_header=True, border="horizontal")
    show.proof(facts, page)
    onward(page, number)


def opening_month() -> date | None:
    """The opening month that a list told along with the number: it saves looking through the whole book."""
    link.start("opened", "", lambda texts: texts[0] if month_of(texts[0]) else None)
    text = str(st.session_state["opened"])
    link.write("opened", [text], not text)
    return month_of(text)


def month_of(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def onward(page: Page, number: str) -> None:
    """An auditor goes on from the loan to the decision behind it."""
    if page.scope.reader.role == "auditor" and st.button(page.words("loan.to_decision"), icon=":material/gavel:"):
        st.switch_page("pages/decision.py", query_params=link.along(number=number))


read()
