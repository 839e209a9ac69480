"""What does 100 of average balance earn, and what loss rate kills it?"""

import pandas as pd
import streamlit as st

from jiebei_dash.answers import unit_economics
from jiebei_dash.charts import unit_economics as charts
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, overview_words, show, unit_costs
from jiebei_dash.ui import unit_economics_words as said
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.unit_costs import read_unit_costs

SPLITS = ("product_class", "channel", "zhima_band", "term_months", "province_code")
WHOLE = "whole"


def read() -> None:
    page = open_page("unit_economics")
    words = page.words
    left, right = st.columns([2.4, 1])
    with left:
        by = controls.choice(words, "split", SPLITS, SPLITS[0], "split")
    agreed = unit_economics.segments(page.scope, cache.fetch)
    top = st.container()
    st.subheader(words("unit_economics.fields"), anchor=False)
    costs = read_unit_costs()
    st.caption(words("unit_economics.fields_note", dated=f"{costs.dated:%Y-%m-%d}"))
    changed = unit_costs.fields(words, costs)
    lines = unit_costs.lines_of(changed)
    whole = unit_economics.segments(page.scope, cache.fetch, None, **changed)
    groups = unit_economics.segments(page.scope, cache.fetch, by, **changed)
    is_split = overview_words.is_split(groups.frame, by)
    with right:
        place = segment(page, groups.frame, by) if is_split else None
    with top:
        month = numbers.month(page.scope.as_of_month)
        opening = said.opening(whole.frame.iloc[0], agreed.frame.iloc[0], month, lines, words)
        show.sentences([*opening, *said.left_out(page.scope.lacks, words)])
        if numbers.is_unknown(whole.frame["margin_rate"].iloc[0]):
            return
        row, one = (whole.frame.iloc[0], whole) if place is None else (groups.frame.loc[place], groups)
        show.kpis(figures(page, row))
        st.subheader(words("unit_economics.segments.name"), anchor=False)
        show.figure(charts.waterfall(row, lines, words, page.look), one, page, " ".join(opening), "waterfall")
    st.subheader(words("unit_economics.side_by_side"), anchor=False)
    if is_split:
        compared = said.groups(groups.frame, by, words)
        show.sentences([compared])
        drawn = charts.break_even(groups.frame, by, bool(lines), words, page.look)
        show.figure(drawn, groups, page, compared, "break_even")
    else:
        st.info(words("overview.not_split", by=words.code("split", by)))
    frames = [whole.frame, *([groups.frame] if is_split else [])]
    show.texts(said.table(frames, by, lines, words), slice(1, None), height=show.WHOLE)
    st.caption(words("unit_economics.table_note"))


def segment(page: Page, groups: pd.DataFrame, by: str) -> int | None:
    codes = {str(code): int(place) for place, code in groups.dropna(subset=["margin_rate"])[by].items()}
    picked = controls.pick(
        page.words("controls.segment"),
        "segment",
        [WHOLE, *codes],
        WHOLE,
        lambda code: page.words.code("split", "none") if code == WHOLE else page.words.code(by, code),
    )
    return codes.get(picked)


def figures(page: Page, row: pd.Series) -> list[show.Kpi]:
    words = page.words
    room = words("unit_economics.kpi_room", room=said.hundred(row["headroom_rate"]))
    range_ = words("unit_economics.interval", low=said.hundred(row["loss_low_rate"]),
                   high=said.hundred(row["loss_high_rate"]))  # fmt: skip
    values = {
        "yield": ("yield_rate", ""),
        "loss": ("loss_rate", words("unit_economics.kpi_interval", interval=range_)),
        "margin": ("margin_rate", words("unit_economics.kpi_margin_note")),
        "break_even": ("break_even_rate", room),
    }
    return [
        show.Kpi(words(f"unit_economics.line.{name}"), said.of_hundred(row[column], words), note=note)
        for name, (column, note) in values.items()
    ]


read()
