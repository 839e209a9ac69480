"""What does each number mean, and where is it shown?"""

import streamlit as st

from jiebei_dash.ui import controls, dictionary_words, show
from jiebei_dash.ui.frame import open_page
from jiebei_dash.ui.pages import PAGES


def read() -> None:
    page = open_page("dictionary")
    words = page.words
    show.sentences([dictionary_words.opening(words)])
    wanted = controls.text(words("dictionary.find"), "find", words("dictionary.find_example"))
    metrics = dictionary_words.found(words, wanted)
    codes = dictionary_words.codes(words, wanted)
    if not metrics and codes.empty:
        st.info(words("dictionary.nothing"))
    for key, of_page in dictionary_words.by_page(metrics):
        if key:
            icon = next(record.icon for record in PAGES if record.key == key)
            st.page_link(f"pages/{key}.py", label=f"**{words(f'{key}.title')}**", icon=icon)
        else:
            st.markdown(f"**{words('dictionary.not_shown')}**")
        with st.container(key=f"dictionary_table_{key or 'none'}"):
            st.table(dictionary_words.table(words, of_page), hide_index=True, border="horizontal")
    if not codes.empty:
        st.subheader(words("dictionary.codes"), anchor=False)
        st.table(codes, hide_index=True, border="horizontal")


read()
