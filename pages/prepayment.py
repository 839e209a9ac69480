"""How fast are loans repaid ahead of schedule?"""

from typing import cast

import streamlit as st

from jiebei_dash.answers import prepayment
from jiebei_dash.answers.prepayment import Schedule
from jiebei_dash.charts import prepayment as charts
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.ui import cache, controls, overview_words, prepayment_words, show
from jiebei_dash.ui.frame import Page, open_page

# Those that are summed together with the product class, which says whether there is a schedule.
SPLITS = ("product_class", "channel", "zhima_band", "term_months")


def read() -> None:
    page = open_page("prepayment")
    words = page.words
    schedule = cast(
        Schedule, controls.choice(words, "schedule", prepayment.SCHEDULES, prepayment.SCHEDULES[0], "schedule")
    )
    try:
        answer = prepayment.by_month(page.scope, cache.fetch, schedule)
    except BookLacks as error:
        st.info(words.error(error))
        return
    except EmptyScope as error:
        st.info(words.error(error))
        st.caption(words(f"prepayment.none_{schedule}"))
        return
    said = prepayment_words.opening(answer.frame, words, schedule)
    show.sentences(said)
    show.kpis(prepayment_words.kpis(answer.frame, words, schedule))
    st.subheader(words("prepayment.by_month.name"), anchor=False)
    show.figure(charts.by_month(answer.frame, words, page.look, schedule), answer, page, " ".join(said))
    over_age(page, schedule)
    groups(page, schedule)


def over_age(page: Page, schedule: Schedule) -> None:
    words = page.words
    st.subheader(words("prepayment.by_age.name"), anchor=False)
    answer = prepayment.by_age(page.scope, cache.fetch, schedule)
    said = prepayment_words.by_age(answer.frame, words, charts.RATE_OF[schedule])
    show.sentences([said] if said else [])
    show.figure(charts.by_age(answer.frame, words, page.look, schedule), answer, page, said)


def groups(page: Page, schedule: Schedule) -> None:
    words = page.words
    st.subheader(words("prepayment.by_group.name"), anchor=False)
    by = controls.choice(words, "split", SPLITS, SPLITS[0], "split")
    answer = prepayment.by_group(page.scope, cache.fetch, by, schedule)
    if not overview_words.is_split(answer.frame, by):
        st.info(words("overview.not_split", by=words.code("split", by)))
        return
    said = prepayment_words.by_group(answer.frame, by, words, charts.RATE_OF[schedule])
    show.sentences([said])
    show.figure(charts.by_group(answer.frame, words, page.look, schedule, by), answer, page, said)


read()
