"""Place the audit log: its head, its newest entries, and whether it is whole."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from jiebei_dash.desk import log
from jiebei_dash.settings import read_settings
from jiebei_dash.text.words import Words
from jiebei_dash.ui import paper

LOGGED = ("seq", "at", "actor", "role", "action", "object", "entry_hash")


def place(words: Words) -> None:
    """Place the hash to keep elsewhere, a button that verifies the chain, and the newest entries."""
    desk = log.open_desk(read_settings().desk_url)
    st.subheader(words("decision.log_title"), anchor=False)
    head = log.head(desk)
    st.markdown(words("decision.log_head", count=head.seq))
    st.code(head.entry_hash, language=None, wrap_lines=True)
    st.caption(words("decision.log_note"))
    if st.button(words("decision.log_verify"), icon=":material/link:", key="verify"):
        verdict = log.verify(desk)
        if verdict.is_whole:
            st.success(words("decision.log_whole", count=verdict.entries), icon=":material/check:")
        else:
            st.error(words("decision.log_broken", seq=verdict.first_broken_seq or 0), icon=":material/link_off:")
    newest = pd.DataFrame([vars(entry) for entry in log.entries(desk, most_rows=20)], columns=list(LOGGED))
    paper.rows(newest, words, LOGGED)
