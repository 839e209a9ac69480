"""How right are these numbers?"""

import streamlit as st

from jiebei_dash.answers import truth
from jiebei_dash.charts import truth as charts
from jiebei_dash.errors import TruthMissing
from jiebei_dash.truth import read_rolls, truth_folder
from jiebei_dash.ui import cache, controls, show, truth_words
from jiebei_dash.ui.frame import Page, open_page

WINDOWS = (1, 3, 6, 12)


def read() -> None:
    page = open_page("truth")
    words = page.words
    window = controls.choice(words, "window_months", WINDOWS, 12, "window_months")
    try:
        placed(page, window)
    except TruthMissing as error:
        st.info(words.error(error))


def placed(page: Page, window: int) -> None:
    words = page.words
    true = read_rolls(truth_folder(page.book.address), page.book.source_sha256)
    answer = truth.rolls(page.scope, cache.fetch, true, window)
    said = truth_words.opening(answer.frame, words)
    show.sentences(said)
    show.figure(charts.rolls(answer.frame, words, page.look), answer, page, " ".join(said))
    show.texts(truth_words.table(answer.frame, words), slice(2, None), show.WHOLE)


read()
