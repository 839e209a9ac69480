"""Champion and challenger: what is planned on the left; on the right what it needs and what the arms say."""

import streamlit as st

from jiebei_dash.answers import arms as parts
from jiebei_dash.answers import experiment
from jiebei_dash.charts import experiment as charts
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, experiment_words, levers, show
from jiebei_dash.ui.frame import Page, open_page

WINDOWS_MONTHS = (12, 24, 36, 60, 120)
ALPHAS_PERCENT = (1, 5, 10)
POWERS_PERCENT = (70, 80, 90, 95)
RATIOS = (1, 2, 4, 9, 19)
LOOKS = (1, 2, 3, 4, 5)
Chosen = tuple[parts.Arms, int, tuple[str, str], dict[str, float]]


@st.fragment
def compared(page: Page) -> None:
    left, right = st.columns([1, 2], gap="large")
    with levers.worded(page.words):
        with left:
            chosen = _chosen(page)
        with right, levers.worded(page.words):
            _answer(page, *chosen)
        with levers.worded(page.words):
            _read_out(page, *chosen)


def _chosen(page: Page) -> Chosen:
    """What is compared, and what is planned: a row of two controls at a time."""
    words = page.words
    st.markdown(f"**{words('experiment.arms')}**")
    picked = controls.choice(words, "arms_by", parts.BY, "lane", "arms_by", wide=True)
    by = next(each for each in parts.BY if each == picked)
    months = controls.pick(
        words("experiment.window"), "arms_months", WINDOWS_MONTHS, parts.MONTHS,
        lambda count: words("experiment.window_months", months=count),
    )  # fmt: skip
    arms = parts.arms_of(page.scope, cache.fetch, by, months)
    first, second = st.columns(2)
    with second:
        champion = controls.pick(
            words("experiment.champion"), f"champion_{by}", arms.codes, arms.champion, lambda code: words.code(by, code)
        )
    others = tuple(code for code in arms.codes if code != champion) or arms.codes
    usual = arms.challenger if arms.challenger in others else others[0]
    with first:
        challenger = controls.pick(
            words("experiment.challenger"), f"challenger_{by}", others, usual, lambda code: words.code(by, code)
        )
    return arms, months, (challenger, champion), _planned(page, arms, champion)


def _planned(page: Page, arms: parts.Arms, champion: str) -> dict[str, float]:
    words = page.words

    def percent(value: int) -> str:
        return words("experiment.percent", value=value)

    def to_one(value: int) -> str:
        return words("experiment.to_one", value=value)

    st.markdown(f"**{words('experiment.planned')}**")
    seen = arms.beside(champion).set_index("arm").loc[champion, "bad_rate"]
    known = words("experiment.champion_rate_note", rate=numbers.rate(seen))
    note = words("experiment.champion_rate_unknown") if numbers.is_unknown(seen) else known
    own = controls.number(words("experiment.champion_rate"), "planned_champion_rate", 0.0, 50.0, 0.1, 0.0, note)
    apart = controls.number(
        words("experiment.difference"), "planned_difference", -20.0, 20.0, 0.1, 1.0, words("experiment.difference_note")
    )
    first, second = st.columns(2)
    with first:
        alpha = controls.pick(words("experiment.alpha"), "planned_alpha", ALPHAS_PERCENT, 5, percent)
        ratio = controls.pick(words("experiment.ratio"), "planned_ratio", RATIOS, 1, to_one)
    with second:
        power = controls.pick(words("experiment.power"), "planned_power", POWERS_PERCENT, 80, percent)
        looks = controls.pick(words("experiment.look_times"), "planned_looks", LOOKS, 3, str)
    st.caption(words("experiment.planned_note"))
    return {
        **({"champion_rate": own / 100} if own > 0 else {}),
        "difference_rate": apart / 100,
        "alpha_rate": alpha / 100,
        "power_rate": power / 100,
        "champion_per_challenger": float(ratio),
        "looks": float(looks),
    }


def _answer(page: Page, arms: parts.Arms, months: int, pair: tuple[str, str], planned: dict[str, float]) -> None:
    words, scope = page.words, page.scope
    challenger, champion = pair
    found = experiment.read_out(scope, cache.fetch, arms.by, champion, months).frame
    judged = experiment.verdict(scope, cache.fetch, arms.by, challenger, champion, months, **planned)
    row = judged.frame.iloc[0]
    named = experiment_words.names(words, arms.by, found)
    said, *tested = experiment_words.opening(words, row, named)
    needs = experiment_words.needs(words, found, pair, named, parts.BAD_BY_MOB)
    show.sentences([said, needs, experiment_words.drawn(words, arms.by, pair)])
    for line in tested:
        st.caption(line)
    show.proof(judged, page)
    st.markdown(f"**{words('experiment.size')}**")
    size = experiment.plan(scope, cache.fetch, arms.by, champion, months, **planned)
    plan = size.frame.iloc[0]
    sized = experiment_words.size(words, plan, scope.as_of_month, parts.BAD_BY_MOB)
    show.sentences([*sized, experiment_words.finds(words, row, planned["power_rate"])])
    show.proof(size, page)
    now = float(row["information_rate"] * row["challenger_count"])
    curve = experiment.power_curve(scope, cache.fetch, arms.by, champion, months, **planned)
    drawn = charts.power_curve(curve.frame, plan, now, words, page.look)
    show.figure(drawn, curve, page, experiment_words.power_alt(words, plan, now))
    st.markdown(f"**{words('experiment.stop')}**")
    looks = experiment.looks(scope, cache.fetch, arms.by, champion, months, **planned)
    with st.container(key="compact_table_looks"):
        st.markdown(experiment_words.looks_table(words, looks.frame, scope.as_of_month))
    st.caption(words("experiment.stop_note"))
    show.proof(looks, page)


def _read_out(page: Page, arms: parts.Arms, months: int, pair: tuple[str, str], _: dict[str, float]) -> None:
    words, scope = page.words, page.scope
    st.subheader(words("experiment.read_out_title"), anchor=False)
    found = experiment.read_out(scope, cache.fetch, arms.by, pair[1], months)
    named = experiment_words.names(words, arms.by, found.frame)
    with st.container(key="compact_table_arms"):
        st.markdown(experiment_words.arms_table(words, found.frame, named, parts.BAD_BY_MOB))
    st.caption(words("experiment.note", mob=parts.BAD_BY_MOB, least=experiment_words.LEAST))
    if found.frame["matured_count"].sum() > 0:
        drawn = charts.arms(found.frame, named, pair, parts.BAD_BY_MOB, words, page.look)
        show.figure(drawn, found, page, experiment_words.arms_alt(words, found.frame, named))
    else:
        show.proof(found, page)
    if arms.by != "lane":
        return
    st.subheader(words("experiment.rules_title"), anchor=False)
    rules = experiment.by_rule(scope, cache.fetch, months)
    if rules.frame.empty:
        st.caption(words("experiment.rules_none"))
        return
    with st.container(key="compact_table_rules"):
        st.markdown(experiment_words.rules_table(words, rules.frame, parts.BAD_BY_MOB))
    show.proof(rules, page)


def choose() -> None:
    page = open_page("experiment")
    page.scope.need(*parts.NEEDS)
    compared(page)


choose()
