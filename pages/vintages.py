"""How do our vintages age?"""

from datetime import date
from typing import Any

import streamlit as st

from jiebei_dash.answers import (
    kept_forecast,
    loans,
    outcomes,
    same_age,
    vintage_calendar,
    vintage_forecast,
    vintage_parts,
    vintages,
)
from jiebei_dash.charts import same_age as same_age_charts
from jiebei_dash.charts import vintage_calendar as calendar_charts
from jiebei_dash.charts import vintage_forecast as forecast_charts
from jiebei_dash.charts import vintage_parts as parts_charts
from jiebei_dash.charts import vintages as charts
from jiebei_dash.errors import BookLacks
from jiebei_dash.terms import COHORT_MONTHS, NEED_WRITE_OFFS, PAST_DUE_DAYS, Basis, Cohort, Measure, Role
from jiebei_dash.text import numbers
from jiebei_dash.ui import (
    cache,
    choices,
    controls,
    keeping,
    kept_forecast_words,
    listing,
    picking,
    same_age_words,
    show,
    vintage_forecast_words,
    vintage_parts_words,
    vintages_words,
)
from jiebei_dash.ui.frame import Page, open_page
from jiebei_dash.ui.vintages_words import Choice
from jiebei_dash.ui.warm import warm

VIEWS = ("age", "same_age", "parts", "calendar", "forecast")
SPLITS = ("zhima_band", "product_class", "channel", "term_months", "province_code")
SPANS_MONTHS = (12, 18, 24, 30)
MONTHS_BACK = (3, 6, 12)
MOST_AGE = 36
MAY_KEEP: tuple[Role, ...] = ("analyst",)
# Scope and fetch, which a page only hands on, and what was chosen.
Arguments = tuple[Any, Any, int, Measure, Basis, Cohort]


def read() -> None:
    page = open_page("vintages")
    if "whole_cohorts" in page.scope.lacks:
        under_observation(page)
        return
    warm(vintage_forecast.DEVELOP)
    view = controls.choice(page.words, "vintage_view", VIEWS, VIEWS[0], "vintage_view")
    chosen = choose(page)
    {"age": age, "same_age": at_one_age, "parts": by_part, "calendar": by_month, "forecast": forecast}[view](
        page, chosen
    )


def under_observation(page: Page) -> None:
    """Place what can be said by age where loans were not watched from their opening on."""
    words = page.words
    st.info(words.error(BookLacks(capability="whole_cohorts")))
    past_due_days = controls.choice(words, "past_due_days", PAST_DUE_DAYS, 30, "past_due_days")
    answer = outcomes.watched(page.scope, cache.fetch, past_due_days)
    said = vintages_words.watched(answer.frame, past_due_days, words)
    show.sentences([said])
    st.subheader(words("outcomes.watched.name"), anchor=False)
    show.figure(charts.watched(answer.frame, past_due_days, words, page.look), answer, page, said)


def age(page: Page, chosen: Choice) -> None:
    """Place the curves over the age, and the triangle with the loans behind a square."""
    arguments = arguments_of(page, chosen)
    curves, triangle = vintages.curves(*arguments), vintages.triangle(*arguments)
    at_age = vintages.at_age(page.scope, cache.fetch, chosen.compared_at, *arguments[2:])
    said = vintages_words.opening(curves.frame, at_age.frame, chosen, page.words)
    show.sentences(said)
    quantity = vintages_words.quantity(chosen, page.words)
    drawn = charts.curves(curves.frame, page.words, page.look, chosen.basis, quantity)
    show.figure(drawn, curves, page, " ".join(said))
    st.subheader(page.words("vintages.triangle.name"), anchor=False)
    st.caption(page.words("vintages.pick", quantity=quantity))
    squares = charts.triangle(triangle.frame, page.words, page.look, chosen.basis)
    points = show.figure(squares, triangle, page, " ".join(said), on_select="rerun")
    codes = set(charts.cell_codes(triangle.frame))
    picked = picking.cell("cell", points, codes.__contains__)
    if picked in codes:
        month, _, mob = picked.partition(".")
        listed(page, chosen, date.fromisoformat(f"{month}-01"), int(mob))


def at_one_age(page: Page, chosen: Choice) -> None:
    """Place the cohorts at one age with their intervals, and which of them first looks worse."""
    words, arguments = page.words, arguments_of(page, chosen)
    oldest = int(vintages.curves(*arguments).frame["mob"].max())
    ages = list(range(min(oldest, MOST_AGE) + 1))
    with st.columns([1, 3])[0]:
        mob = controls.pick(words("same_age.mob"), "same_age_mob", ages, min(chosen.compared_at, ages[-1]), str)
    answer = same_age.cohorts(page.scope, cache.fetch, mob, *arguments[2:])
    newest = None if answer.frame.empty else answer.frame["cohort"].iloc[-1].date()
    if newest is None:
        st.info(words("same_age.none", mob=mob))
        return
    open_quarter = same_age_words.partial(newest, page.scope.as_of_month, mob, chosen.cohort, words)
    said = same_age_words.opening(answer.frame, mob, words)
    show.sentences(said)
    quantity = vintages_words.quantity(chosen, words)
    drawn = same_age_charts.cohorts(answer.frame, words, page.look, chosen.basis, quantity)
    show.figure(drawn, answer, page, " ".join(said))
    st.caption(" ".join([words("same_age.marks"), open_quarter]))
    show.texts(same_age_words.table(answer.frame, chosen.basis, words), right=slice(1, 11))


def by_part(page: Page, chosen: Choice) -> None:
    """Place one panel a code of a dimension over a range of cohorts, and the codes at one age."""
    words = page.words
    left, middle, right = st.columns([2.6, 1, 1], vertical_alignment="bottom")
    with left:
        by = controls.choice(words, "split", SPLITS, SPLITS[0], "split")
    with middle:
        page = choices.cohort_span(page, SPANS_MONTHS, 24)
    arguments = arguments_of(page, chosen)
    whole = vintages.curves(*arguments).frame
    ages = list(range(int(whole["mob"].max()) + 1))
    with right:
        mob = controls.pick(words("vintage_parts.mob"), "parts_mob", ages, min(chosen.compared_at, ages[-1]), str)
    answer = vintage_parts.curves(page.scope, cache.fetch, by, *arguments[2:])
    if set(answer.frame[by]) <= {"NA", 0}:
        st.info(words("overview.not_split", by=words.code("split", by)))
        return
    compared = vintage_parts.at_age(page.scope, cache.fetch, by, mob, *arguments[2:])
    said = vintage_parts_words.parts(compared.frame, by, mob, words)
    quantity = vintages_words.quantity(chosen, words)
    show.sentences([words("vintages.said_measure", quantity=quantity), *said])
    pooled = whole[whole["cohort"].isna()]
    drawn = parts_charts.curves(answer.frame, pooled, by, words, page.look, chosen.basis)
    show.figure(drawn, answer, page, " ".join(said))
    count = answer.frame[by].nunique()
    st.caption(words("vintage_parts.marks", count=min(count, parts_charts.MOST_PANELS), all=count))
    st.subheader(words("vintage_parts.table", mob=mob), anchor=False)
    show.texts(vintage_parts_words.parts_table(compared.frame, by, chosen.basis, words), right=slice(1, 11))
    show.proof(compared, page)


def by_month(page: Page, chosen: Choice) -> None:
    """Place the cohorts over the calendar, and each month against what is usual at its cohorts' ages."""
    words, arguments = page.words, arguments_of(page, chosen)
    curves = vintages.curves(*arguments)
    measure: vintage_calendar.Adding = "loss" if chosen.measure in NEED_WRITE_OFFS else "ever"
    answer = vintage_calendar.months(*arguments[:3], measure, chosen.basis, chosen.cohort)
    said = [] if answer.frame.empty else vintage_parts_words.months(answer.frame, words)
    show.sentences(said)
    quantity = vintages_words.quantity(chosen, words)
    months = COHORT_MONTHS[chosen.cohort]
    drawn = calendar_charts.cohorts(curves.frame, months, words, page.look, quantity)
    show.figure(drawn, curves, page, " ".join([quantity, *said]), key="calendar")
    st.subheader(words("vintage_calendar.title"), anchor=False)
    if answer.frame.empty:
        st.info(words("vintage_calendar.none"))
        return
    what = words(f"vintage_calendar.what_{measure}", days=chosen.past_due_days, of=words(f"vintages.of_{chosen.basis}"))
    st.caption(words("vintage_calendar.note", what=what))
    show.figure(calendar_charts.against_usual(answer.frame, words, page.look), answer, page, " ".join(said))
    st.caption(words("vintage_calendar.marks"))
    show.texts(vintage_parts_words.months_table(answer.frame, chosen.basis, words), right=slice(1, 9))


def forecast(page: Page, chosen: Choice) -> None:
    """Place what the cohorts are expected to come to, how such forecasts turned out, and those that were kept."""
    with st.spinner(page.words("vintage_forecast.wait")):
        expected = vintage_forecast.curves(*arguments_of(page, chosen))
    if expected.frame.empty:
        st.info(page.words("vintage_forecast.none"))
        show.sentences(vintage_forecast_words.notes(vintages.curves(*arguments_of(page, chosen)).frame, page.words))
    else:
        expected_to(page, chosen, expected)
    keeping.place(page, chosen, expected.frame, MAY_KEEP)
    turned_out(page, chosen)


def expected_to(page: Page, chosen: Choice, expected: Any) -> None:
    words, arguments = page.words, arguments_of(page, chosen)
    going = forecast_charts.going_on(expected.frame)
    cohorts = sorted(going["cohort"].map(numbers.month).unique())
    if not cohorts:
        st.info(words("vintage_forecast.settled"))
        return
    # The newest that has anything to go on from says most; older ones can be picked.
    begun = going[going["numerator"] > 0]["cohort"].map(numbers.month)
    newest = begun.max() if len(begun) else cohorts[-1]
    with st.columns([1, 3])[0]:
        cohort = controls.pick(words("vintage_forecast.chosen"), "forecast_cohort", cohorts[::-1], newest, str)
    curves, ultimates = vintages.curves(*arguments), vintage_forecast.ultimates(*arguments)
    mature = int(expected.frame["mature_mob"].iloc[0])
    said = vintage_forecast_words.opening(ultimates.frame, mature, cohort, words)
    show.sentences([*said, *vintage_forecast_words.notes(curves.frame, words)])
    quantity = vintages_words.quantity(chosen, words)
    drawn = forecast_charts.curves(curves.frame, expected.frame, words, page.look, quantity, cohort)
    show.figure(drawn, expected, page, " ".join(said))
    st.caption(words("vintage_forecast.marks"))
    st.subheader(words("vintage_forecast.ultimates.name"), anchor=False)
    show.texts(vintage_forecast_words.table(ultimates.frame, cohorts, chosen, words), right=slice(1, 9))
    show.proof(ultimates, page)
    looked_back(page, chosen, quantity)


def looked_back(page: Page, chosen: Choice, quantity: str) -> None:
    words = page.words
    heading = st.container()
    months = controls.choice(words, "months_back", MONTHS_BACK, 6, "months_back")
    heading.subheader(words("vintage_forecast.backtest_title", months=months), anchor=False)
    answer = vintage_forecast.backtest(*arguments_of(page, chosen), months_back=months)
    if answer.frame.empty:
        st.info(words("vintage_forecast.back_none", months=months))
        return
    said = vintage_forecast_words.backtest(answer.frame, months, words)
    show.sentences([said])
    show.figure(forecast_charts.backtest(answer.frame, words, page.look, quantity), answer, page, said)
    st.caption(words("vintage_forecast.back_marks"))


def turned_out(page: Page, chosen: Choice) -> None:
    """Place how the kept forecasts of this measure turned out, set by set, and one of them cohort by cohort."""
    words = page.words
    kept = keeping.kept(words)
    if kept is None:
        return
    arguments = arguments_of(page, chosen)
    sets = kept_forecast.sets(page.scope, cache.fetch, kept, *arguments[2:])
    if sets.frame.empty:
        st.info(words("kept_forecast.none"))
        return
    show.sentences(kept_forecast_words.opening(sets.frame, words))
    show.texts(kept_forecast_words.table(sets.frame, words), right=slice(3, 11))
    show.proof(sets, page)
    scored = kept_forecast.scored(page.scope, cache.fetch, kept, *arguments[2:])
    if scored.frame.empty:
        return
    labels = kept_forecast_words.labels(scored.frame)
    with st.columns([1.4, 2.6])[0]:
        one = controls.pick(words("kept_forecast.one"), "kept_set", list(labels), next(iter(labels)), str)
    shown = scored.frame[labels[one]]
    said = kept_forecast_words.scored(shown, words)
    show.sentences([said])
    drawn = forecast_charts.backtest(shown, words, page.look, vintages_words.quantity(chosen, words))
    show.figure(drawn, scored, page, said)
    st.caption(words("vintage_forecast.back_marks"))


def arguments_of(page: Page, chosen: Choice) -> Arguments:
    return page.scope, cache.fetch, chosen.past_due_days, chosen.measure, chosen.basis, chosen.cohort


def choose(page: Page) -> Choice:
    first, second, third, fourth = st.columns([2.1, 1, 1.1, 1.1])
    with first:
        measure = choices.measure(page)
    with second:
        days = controls.choice(page.words, "past_due_days", PAST_DUE_DAYS, 30, "past_due_days")
    with third:
        basis = choices.basis(page, measure)
    with fourth:
        cohort = choices.cohort(page)
    return Choice(days, measure, basis, cohort, has_losses="write_offs" not in page.scope.lacks)


def listed(page: Page, chosen: Choice, opened: date, mob: int) -> None:
    words = page.words
    key = (opened, mob, chosen.past_due_days, chosen.measure, chosen.cohort)
    total = loans.count(page.scope, cache.fetch, *key)
    found = total.frame.iloc[0]
    st.subheader(words("loans.title", cohort=numbers.month(opened), mob=mob), anchor=False)
    amount = numbers.yuan(found["amount_fen"], words.language) if chosen.basis == "balance" else numbers.UNKNOWN
    said = words("loans.said", count=numbers.count(found["loans"]), amount=amount)
    st.caption(f"{said}  \n{words('loan.pick')}")
    if found["loans"] == 0:
        return
    if chosen.measure == "net_loss":
        st.caption(words("vintages.before_recoveries"))
    listing.place(
        page,
        f"vintages_{'_'.join(map(str, key))}",
        int(found["loans"]),
        lambda at: loans.of_cell(page.scope, cache.fetch, *key, page=at, page_size=listing.PAGE_SIZE),
        vintages_words.loan_columns(chosen),
    )


read()
