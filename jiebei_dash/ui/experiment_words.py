"""A comparison in sentences and tables: what it shows, what it needs, and what was not drawn by lot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from jiebei_dash.book.scope import month_plus
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

LEAST = 30


def names(words: Words, by: str, arms: pd.DataFrame) -> dict[str, str]:
    """Return each arm's name in the reader's language."""
    return {str(arm): words.code(by, arm) for arm in arms["arm"]}


def opening(words: Words, verdict: pd.Series, named: Mapping[str, str]) -> list[str]:
    """Return whether the difference is real, and how far the comparison has come.

    Parameters
    ----------
    verdict
        Row of ``metrics.experiment.verdict``.
    named
        Arm to its name.
    """
    pair = {side: named[verdict[side]] for side in ("challenger", "champion")}
    if verdict["verdict"] == "TOO_FEW":
        matured = numbers.count(verdict["challenger_matured_count"])
        own = numbers.count(verdict["champion_matured_count"])
        return [words("experiment.said_too_few", matured=matured, own_matured=own, least=LEAST, **pair)]
    said = words(
        f"experiment.said_{str(verdict['verdict']).lower()}",
        rate=numbers.rate(verdict["challenger_rate"]),
        own=numbers.rate(verdict["champion_rate"]),
        difference=_change(verdict["difference_rate"], words),
        low=_change(verdict["difference_low_rate"], words),
        high=_change(verdict["difference_high_rate"], words),
        **pair,
    )
    tested = words(
        "experiment.said_test",
        information=numbers.rate(verdict["information_rate"], 0),
        z=numbers.ratio(verdict["z"]),
        critical=numbers.ratio(verdict["critical_z"]),
    )
    one_sided = verdict["difference_low_rate"] > 0 or verdict["difference_high_rate"] < 0
    if verdict["verdict"] == "NOT_YET" and one_sided:
        return [said, f"{tested} {words('experiment.said_early')}"]
    return [said, tested]


def finds(words: Words, verdict: pd.Series, power_rate: float) -> str:
    """Return the smallest rise that the loans there are would show; empty if none is known."""
    smallest = verdict["smallest_difference_rate"]
    if numbers.is_unknown(smallest):
        return ""
    return words(
        "experiment.said_finds", smallest=_change(smallest, words).lstrip("+"), power=numbers.rate(power_rate, 0)
    )


def needs(words: Words, arms: pd.DataFrame, pair: tuple[str, str], named: Mapping[str, str], mob: int) -> str:
    """Return how long the two arms must mature, and how many of their loans have.

    Parameters
    ----------
    arms
        Of ``metrics.experiment.read_out``.
    pair
        Challenger and champion.
    named
        Arm to its name.
    mob
        Month on book that must have closed.
    """
    first, base = (arms[arms["arm"] == arm].iloc[0] for arm in pair)
    facts: dict[str, str | int] = {
        "mob": mob,
        "challenger": named[pair[0]],
        "n": numbers.count(first["matured_count"]),
        "m": numbers.count(first["drawn_count"]),
        "champion": named[pair[1]],
        "own_n": numbers.count(base["matured_count"]),
        "own_m": numbers.count(base["drawn_count"]),
    }
    newest, ready = (arms.loc[arms["arm"].isin(pair), name].max() for name in ("last_opened_month", "ready_month"))
    if numbers.is_unknown(newest):
        return words("experiment.needs_nothing", **facts)
    return words("experiment.needs", month=numbers.month(newest), ready=numbers.month(ready), **facts)


def drawn(words: Words, by: str, pair: tuple[str, str]) -> str:
    """Return what else the difference holds: who is in an arm was not always drawn by lot."""
    kind = by if by != "lane" else "override" if "OVERRIDE" in pair else "lot"
    return words(f"experiment.drawn_{kind}")


def size(words: Words, plan: pd.Series, as_of_month: date, mob: int) -> list[str]:
    """Return how many loans are needed, and when the last look is.

    Parameters
    ----------
    plan
        Row of ``metrics.trial_size.plan``.
    as_of_month
        From where months are counted.
    mob
        Months to mature.
    """
    said = [
        words(
            "experiment.said_size",
            own=numbers.rate(plan["challenger_rate"]),
            rate=numbers.rate(plan["champion_rate"]),
            challenger=numbers.count(plan["challenger_count"]),
            champion=numbers.count(plan["champion_count"]),
            alpha=numbers.rate(plan["alpha_rate"], 0),
            power=numbers.rate(plan["power_rate"], 0),
            one_look=numbers.count(plan["one_look_count"]),
        )
    ]
    if numbers.is_unknown(plan["fill_months"]):
        return [*said, words("experiment.said_no_inflow")]
    said.append(
        words(
            "experiment.said_months",
            opened=numbers.count(plan["opened_month_count"]),
            fill=numbers.quantity(plan["fill_months"], "months", words.language),
            mob=numbers.quantity(mob, "months", words.language),
            ready=_later(as_of_month, plan["after_months"]),
        )
    )
    if not numbers.is_unknown(plan["lane_after_months"]):
        opened = numbers.ratio(plan["lane_month_count"], 1)
        months = numbers.quantity(plan["lane_after_months"], "months", words.language)
        said.append(words("experiment.said_lane", opened=opened, months=months))
    return said


def looks_table(words: Words, looks: pd.DataFrame, as_of_month: date) -> str:
    """Return the looks with their boundaries, as markdown."""
    columns = ("look", "date", "loans", "critical", "stop", "spent", "stopped")
    lines = [_row(*(words(f"experiment.column_{name}") for name in columns)), "| ---: | :-: |" + " ---: |" * 5]
    for _, look in looks.iterrows():
        loans = {"value": look["challenger_count"], "other": look["champion_count"]}
        lines.append(
            _row(
                numbers.count(look["look_no"]),
                _later(as_of_month, look["after_months"]),
                words("experiment.with_other", **{name: numbers.count(value) for name, value in loans.items()}),
                numbers.ratio(look["critical_z"], 3),
                _change(look["stop_difference_rate"], words).lstrip("+"),
                numbers.rate(look["spent_rate"], 3),
                numbers.rate(look["stopped_rate"], 1),
            )
        )
    return "\n".join(lines)


def arms_table(words: Words, arms: pd.DataFrame, named: Mapping[str, str], mob: int) -> str:
    """Return the arms beside the champion, as markdown."""
    columns = ("arm", "approved", "drawn", "matured", "bad", "rate", "difference", "ready")
    lines = [_header(words, columns, mob), "| --- |" + " ---: |" * 7]
    for _, arm in arms.iterrows():
        cells = _cells(words, arm)
        lines.append(_row(named[arm["arm"]], *cells, numbers.month(arm["ready_month"])))
    return "\n".join(lines)


def rules_table(words: Words, rules: pd.DataFrame, mob: int) -> str:
    """Return what was approved against the policy by rule, as markdown; few loans have no rate and say so."""
    columns = ("arm", "rule", "approved", "drawn", "matured", "bad", "rate", "difference")
    lines = [_header(words, columns, mob), "| --- | --- |" + " ---: |" * 6]
    for _, row in rules.iterrows():
        named = (words.code("lane", row["arm"]), words.code("rule", row["rule_key"]))
        lines.append(_row(*named, *_cells(words, row)))
    return "\n".join(lines)


def arms_alt(words: Words, arms: pd.DataFrame, named: Mapping[str, str]) -> str:
    """Return the bad rates of the arms, in a sentence."""
    said = [
        words(
            "experiment.arm_said",
            arm=named[arm["arm"]],
            rate=numbers.rate(arm["bad_rate"]),
            low=numbers.rate(arm["low_rate"]),
            high=numbers.rate(arm["high_rate"]),
        )
        for _, arm in arms[arms["matured_count"] > 0].iterrows()
    ]
    return words("experiment.arms_alt", arms=words("scope.joiner").join(said))


def power_alt(words: Words, plan: pd.Series, now_count: float) -> str:
    """Return what the curve of the power shows, in a sentence."""
    return words(
        "experiment.power_alt",
        count=numbers.count(plan["challenger_count"]),
        power=numbers.rate(plan["power_rate"], 0),
        now=numbers.count(now_count),
    )


def _cells(words: Words, row: pd.Series) -> list[str]:
    counts = [numbers.count(row[f"{name}_count"]) for name in ("approved", "drawn", "matured", "bad")]
    rate, low, high = (numbers.rate(row[name]) for name in ("bad_rate", "low_rate", "high_rate"))
    apart = [row[name] for name in ("difference_rate", "difference_low_rate", "difference_high_rate")]
    shown = _ranged(words, rate, low, high)
    if row["is_small"]:
        few = words("experiment.few", least=LEAST)
        shown = few if rate == numbers.UNKNOWN else f"{shown} {few}"
    return [*counts, shown, _ranged(words, *(_change(value, words) for value in apart))]


def _ranged(words: Words, value: str, low: str, high: str) -> str:
    return value if numbers.UNKNOWN in (value, low) else words("experiment.with_range", value=value, low=low, high=high)


def _header(words: Words, columns: tuple[str, ...], mob: int) -> str:
    facts = {"matured": {"mob": mob}}
    return _row(*(words(f"experiment.column_{name}", **facts.get(name, {})) for name in columns))


def _change(value: float, words: Words) -> str:
    return numbers.rate_change(value, words.language)


def _later(as_of_month: date, months: float) -> str:
    return numbers.UNKNOWN if numbers.is_unknown(months) else numbers.month(month_plus(as_of_month, int(months)))


def _row(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"
