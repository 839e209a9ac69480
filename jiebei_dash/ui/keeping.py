"""Keep a forecast of the vintages, and read those that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from jiebei_dash.desk import kept as desk
from jiebei_dash.errors import DeskUnavailable
from jiebei_dash.settings import read_settings
from jiebei_dash.terms import Role
from jiebei_dash.text.words import Words
from jiebei_dash.ui.frame import Page
from jiebei_dash.ui.vintages_words import Choice


def place(page: Page, chosen: Choice, forecast: pd.DataFrame, may_keep: Sequence[Role]) -> None:
    """Place the heading of the kept forecasts and, for whoever may, the button that keeps this one.

    Parameters
    ----------
    page, chosen
        What the forecast is of.
    forecast
        Of ``answers.vintage_forecast.curves``; without a row there is nothing to keep.
    may_keep
        Roles that have the button.
    """
    words, reader = page.words, page.scope.reader
    st.subheader(words("kept_forecast.sets.name"), anchor=False)
    st.caption(words("kept_forecast.note"))
    # What was known on a past day is told with hindsight: it is looked back on above, not kept.
    if forecast.empty or reader.role not in may_keep or page.scope.known_on is not None:
        return
    if not st.button(words("kept_forecast.keep"), icon=":material/bookmark_add:", key="keep_forecast"):
        return
    made = desk.made_from(
        page.scope, page.book.last_closed_month, chosen.past_due_days, chosen.measure, chosen.basis, chosen.cohort
    )
    try:
        new = desk.keep(read_settings().desk_url, datetime.now(UTC), reader, made, forecast)
    except DeskUnavailable:
        # Said once, where what was kept would stand.
        return
    st.success(words("kept_forecast.done", count=new) if new else words("kept_forecast.there"), icon=":material/check:")


def kept(words: Words) -> pd.DataFrame | None:
    """Return what is kept, or say in a sentence why it cannot be read."""
    try:
        return desk.kept(read_settings().desk_url)
    except DeskUnavailable as error:
        st.error(words.error(error), icon=":material/error:")
        return None
