"""What made this score? Inputs on the left, the parts of the score on the right, moving together."""

import streamlit as st

from jiebei_dash.charts import contributions
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.late import function
from jiebei_dash.settings import read_settings
from jiebei_dash.ui import applicant_words, cache, controls, levers, show
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.warm import warm

# Imported when a number is given: the explanation library takes seconds.
FROZEN = "jiebei_dash.answers.applicant:frozen"
EXPLAINING = "jiebei_dash.answers.applicant:one"


@st.fragment
def explained(page: Page, number: str) -> None:
    words = page.words
    left, right = st.columns([1, 2], gap="large")
    with levers.worded(words):
        decided, _ = function(FROZEN)(page.scope, cache.fetch, number)
        values = {key: float(decided[key]) for key in FEATURE_KEYS}
        with left:
            st.markdown(f"**{words('applicant.inputs')}**")
            changed = levers.inputs(words, values, starts_with=str(decided["decision_id"]))
            levers.back(words("applicant.back"), "feature")
            st.caption(words("applicant.note"))
        with right:
            answer = function(EXPLAINING)(
                page.scope, cache.fetch, str(decided["decision_id"]), read_settings().models_dir, **changed
            )
            show.sentences(applicant_words.opening(words, decided, answer.frame, len(changed)))
            drawn = contributions.waterfall(answer.frame, words, page.look, levers.UNITS)
            show.figure(drawn, answer, page, applicant_words.alt(words, answer.frame))


def choose() -> None:
    page = open_page("applicant")
    page.scope.need("applicants", "decision_features")
    warm(EXPLAINING)
    number = controls.text(page.words("applicant.number"), "number", page.words("applicant.number_hint"))
    if number:
        explained(page, number)
    else:
        st.info(page.words("applicant.ask_number"), icon=":material/person_search:")


choose()
