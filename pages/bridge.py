"""What moved a ratio between two month-ends?"""

from datetime import date
from typing import cast

import streamlit as st

from jiebei_dash import terms
from jiebei_dash.answers import bridge, delinquency
from jiebei_dash.charts import bridge as charts
from jiebei_dash.errors import EmptyScope
from jiebei_dash.terms import Basis, Ratio
from jiebei_dash.text import numbers
from jiebei_dash.ui import bridge_words, cache, choices, controls, listing, overview_words, picking, show
from jiebei_dash.ui.frame import Page, open_page

# Only these are summed beforehand together; the province goes with the age alone.
SMALL = ("product_class", "channel", "zhima_band", "term_months")


def read() -> None:
    page = open_page("bridge")
    words = page.words
    first, second, third = st.columns([2.4, 1, 1])
    with first:
        ratio = cast(Ratio, controls.choice(words, "ratio", terms.RATIOS, terms.RATIOS[0], "ratio"))
    with second:
        basis: Basis = "count" if ratio == "approval" else choices.basis(page)
    with third:
        before = compared(page)
    if before is None:
        # A scope without any loan is told as such, by the frame.
        delinquency.buckets(page.scope, cache.fetch, "count", 1)
        st.info(words("bridge.no_month_before"))
        return
    by, across = split(page, ratio)
    back = (page.scope.as_of_month.year - before.year) * 12 + page.scope.as_of_month.month - before.month
    try:
        answer = bridge.change(page.scope, cache.fetch, ratio, by, across, basis, back)
    except EmptyScope:
        st.info(words("bridge.nothing_then", month=numbers.month(before)))
        return
    keys = [by, *([across] if across else [])]
    months = (numbers.month(before), numbers.month(page.scope.as_of_month))
    said = [
        bridge_words.change(answer.frame, ratio, months, words),
        bridge_words.sides(bridge.sides(answer), ratio, words),
    ]
    if ratio != "approval":
        aged = bridge.change(page.scope, cache.fetch, ratio, "age_band", None, basis, back)
        said.append(bridge_words.age(aged.frame, words))
    show.sentences(said)
    show.figure(
        charts.steps(answer.frame, months, ratio, basis, words, page.look), answer, page, " ".join(said), "steps"
    )
    st.subheader(words("bridge.change.name"), anchor=False)
    if not all(overview_words.is_split(answer.frame, key) for key in keys):
        st.info(words("overview.not_split", by=words.code("split", by)))
        return
    rows = answer.frame.to_dict("records")
    names = [charts.cell_name(row, keys, words) for row in rows]
    carried = bridge_words.cells(answer.frame, names, words)
    show.sentences([carried])
    if ratio != "approval":
        st.caption(words("bridge.pick"))
    drawn = charts.cells(answer.frame, keys, ratio, words, page.look, with_year_ago=True)
    points = show.figure(drawn, answer, page, carried, "cells", on_select="rerun")
    codes = [charts.cell_code(row, keys) for row in rows]
    picked = picking.cell("bar", points, codes.__contains__)
    if picked in codes and ratio != "approval":
        place = codes.index(picked)
        listed(page, ratio, by, across, [str(rows[place][key]) for key in keys], names[place])


def compared(page: Page) -> date | None:
    last, first = page.scope.as_of_month, page.book.first_month
    count = (last.year - first.year) * 12 + last.month - first.month
    months = [earlier(last, back) for back in range(1, count + 1)]
    if not months:
        return None
    return controls.month(page.words, "compared_month", months, months[min(12, count) - 1])


def earlier(month: date, months: int) -> date:
    index = month.year * 12 + month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def split(page: Page, ratio: Ratio) -> tuple[str, str | None]:
    aged = () if ratio == "approval" else ("age_band",)
    left, right = st.columns([2.4, 1])
    with left:
        by = controls.choice(page.words, "split", (*SMALL, "province_code", *aged), SMALL[0], "split")
    allowed = {"province_code": aged, "age_band": (*SMALL, "province_code")}.get(by, (*SMALL, *aged))
    with right:
        options = ("none", *(key for key in allowed if key != by))
        across = controls.choice(page.words, "across", options, "none", "across", wide=True)
    return by, None if across == "none" else across


def listed(page: Page, ratio: Ratio, by: str, across: str | None, codes: list[str], name: str) -> None:
    words = page.words
    key = (codes[0], ratio, by, across, codes[1] if across else "")
    found = bridge.count(page.scope, cache.fetch, *key).frame.iloc[0]
    st.subheader(words("bridge.loans_title", cell=name), anchor=False)
    amount = numbers.UNKNOWN if "amounts" in page.scope.lacks else numbers.yuan(found["balance_fen"], words.language)
    said = words("bridge.loans_said", count=numbers.count(found["loans"]), amount=amount)
    st.caption(f"{said}  \n{words('loan.pick')}")
    listing.place(
        page,
        f"bridge_{'_'.join(map(str, key))}",
        int(found["loans"]),
        lambda at: bridge.loans(page.scope, cache.fetch, *key, page=at, page_size=listing.PAGE_SIZE),
        listing.LOAN_MONTHS,
    )


read()
