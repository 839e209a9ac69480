"""What the page on losses says, from its numbers: each rate with its denominator."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.headed import header
from jiebei_dash.text.words import Words
from jiebei_dash.ui.show import Kpi

_SERIES = 13
_PACE_MONTHS = 3


def annual(frame: pd.DataFrame, words: Words, basis: Basis) -> list[str]:
    """Return the loss of the last twelve months, and whether the last three ran otherwise than those before."""
    year, quarter = (frame[frame["window_months"] == window] for window in (12, 3))
    said = []
    if len(year):
        last = year.iloc[-1]
        kind = "_count" if basis == "count" else "_gross" if numbers.is_unknown(last["rate"]) else ""
        said.append(
            words(
                f"losses.said_annual{kind}",
                month=numbers.month(last["month"]),
                lost=_amount(last["lost"], basis, words),
                recovered=_amount(last["recovered"], basis, words),
                rate=numbers.rate(last["gross_rate"] if kind == "_gross" else last["rate"]),
            )
        )
    if len(quarter) > _PACE_MONTHS and not numbers.is_unknown(quarter["low_change_rate"].iloc[-1]):
        last, before = quarter.iloc[-1], quarter.iloc[-1 - _PACE_MONTHS]
        column = "gross_rate" if numbers.is_unknown(last["rate"]) else "rate"
        verdict = "up" if last["low_change_rate"] > 0 else "down" if last["high_change_rate"] < 0 else "noise"
        said.append(
            words(
                "losses.said_pace",
                rate=numbers.rate(last[column]),
                before=numbers.rate(before[column]),
                loans=numbers.count(last["lost_loans"]),
                loans_before=numbers.count(before["lost_loans"]),
                verdict=words(f"losses.verdict_{verdict}"),
            )
        )
    return said


def kpis(
    annual: pd.DataFrame,
    defaults: pd.DataFrame,
    bridge: pd.DataFrame | None,
    severity: pd.DataFrame | None,
    after_months: int,
    words: Words,
    basis: Basis,
) -> list[Kpi]:
    """Return the loss over each of its denominators; what cannot be known is left out.

    Parameters
    ----------
    annual, defaults, bridge, severity
        Of ``answers.losses``; None where the book cannot give it.
    after_months
        Months since the loss at which the severity is read.
    words, basis
        Language, and what the first two are counted in.
    """
    kind = "_count" if basis == "count" else ""
    year = annual[annual["window_months"] == 12]
    column, key = ("rate", kind) if year["rate"].notna().any() else ("gross_rate", kind or "_gross")
    found = [
        _moving(year[column], f"annual{key}", f"annual{kind}", words),
        _moving(defaults["cdr_year_rate"], f"default{kind}", "default", words),
    ]
    if bridge is not None and len(bridge):
        lifetime = bridge.set_index("bridge_row").loc["original", "rate"]
        found.append(Kpi(words("losses.kpi_lifetime"), numbers.rate(lifetime), note=words("losses.note_lifetime")))
    if severity is not None and (severity["months_since"] == after_months).any():
        rate = severity.set_index("months_since").loc[after_months, "severity_rate"]
        found.append(Kpi(words("losses.kpi_severity"), numbers.rate(rate), note=words("losses.note_severity")))
    return found


def defaults(frame: pd.DataFrame, words: Words) -> str:
    """Return what part defaulted in twelve months, and the pace of the last one."""
    last = frame.iloc[-1]
    return words(
        "losses.said_default",
        year=numbers.rate(last["cdr_year_rate"]),
        month=numbers.month(last["month"]),
        cdr=numbers.rate(last["cdr_rate"]),
    )


def cohorts(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return the net loss of the youngest cohort at the age beside all others, and which are worse beyond chance."""
    last, worse = frame.iloc[-1], frame[frame["low_difference_rate"] > 0]
    verdict = "up" if last["low_difference_rate"] > 0 else "down" if last["high_difference_rate"] < 0 else "noise"
    said = words(
        "losses.said_cohorts",
        mob=int(last["mob"]),
        cohort=numbers.month(last["cohort"]),
        rate=numbers.rate(last["rate"]),
        others=numbers.rate(last["others_rate"]),
        verdict=words(f"losses.cohort_{verdict}"),
    )
    if worse.empty:
        return [said, words("losses.said_none_worse", of=len(frame))]
    cohort = numbers.month(worse["cohort"].iloc[-1])
    return [said, words("losses.said_worse", count=len(worse), cohort=cohort, of=len(frame))]


def bridge(frame: pd.DataFrame, matured: pd.DataFrame, words: Words) -> list[str]:
    """Return one loss over its three denominators, and the residual against the book's year with its name."""
    rows = frame.set_index("bridge_row")
    rate = rows["rate"].map(numbers.rate)
    years = f"{rows.loc['life', 'years']:.2f}"
    said = [
        words(
            "losses.said_bridge",
            cohorts=len(matured),
            first=numbers.month(matured["opened_month"].iloc[0]),
            last=numbers.month(matured["opened_month"].iloc[-1]),
            original=rate["original"],
            years=years,
            annual=rate["average_balance"],
            share=rate["default_share"],
            severity=rate["at_default"],
        )
    ]
    if numbers.is_unknown(rows.loc["residual", "rate"]):
        return said
    residual = numbers.rate_change(rows.loc["residual", "rate"], words.language)
    facts = {"book": rate["book_year"], "explained": rate["explained"], "annual": rate["average_balance"]}
    return [*said, words("losses.said_residual", years=years, residual=residual, **facts)]


def bridge_table(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the bridge as people read it: each line names its numerator and denominator."""
    rows = [
        {
            "bridge_row": words.code("bridge_row", row["bridge_row"]),
            "numerator_fen": numbers.yuan(row["numerator_fen"], words.language),
            "denominator_fen": numbers.yuan(row["denominator_fen"], words.language),
            "rate": numbers.rate_change(row["rate"], words.language)
            if row["bridge_row"] == "residual"
            else numbers.rate(row["rate"]),
            "years": numbers.UNKNOWN if numbers.is_unknown(row["years"]) else f"{row['years']:.2f}",
        }
        for row in frame.to_dict("records")
    ]
    found = pd.DataFrame(rows)
    plain = {"numerator_fen": "columns.numerator", "denominator_fen": "columns.denominator"}
    names = {name: words(plain[name]) if name in plain else header(name, "losses.bridge", words) for name in found}
    return found.rename(columns=names)


def severity(by_cohort: pd.DataFrame, pooled: pd.DataFrame, after_months: int, words: Words) -> str:
    """Return what had not come back after so many months, with its interval and its discount."""
    row = pooled.set_index("months_since").loc[after_months]
    discount = by_cohort["discount_rate"].mean()
    facts = {"lost": numbers.yuan(row["lost_fen"], words.language), "cohorts": numbers.count(row["cohorts"])}
    rates = {key: numbers.rate(row[f"{name}_rate"]) for key, name in
             (("rate", "severity"), ("low", "low"), ("high", "high"))}  # fmt: skip
    if numbers.is_unknown(discount):
        return words("losses.said_severity_plain", months=after_months, **facts, **rates)
    return words("losses.said_severity", months=after_months, discount=numbers.rate(discount), **facts, **rates)


def expected(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return the loss expected of the last book, and how earlier ones turned out."""
    last, over = frame.iloc[-1], frame[frame["realised_rate"].notna() & frame["expected_rate"].notna()]
    said = []
    if not numbers.is_unknown(last["expected_rate"]):
        said.append(
            words(
                "losses.said_expected",
                exposure=numbers.yuan(last["exposure_fen"], words.language),
                month=numbers.month(last["month"]),
                rate=numbers.rate(last["expected_rate"]),
                amount=numbers.yuan(last["expected_fen"], words.language),
                pd=numbers.rate(last["pd_rate"]),
                lgd=numbers.rate(last["lgd_rate"]),
            )
        )
    if len(over):
        said.append(
            words(
                "losses.said_realised",
                count=len(over),
                month=numbers.month(over["month"].iloc[-1]),
                expected=numbers.rate(over["expected_rate"].iloc[-1]),
                realised=numbers.rate(over["realised_rate"].iloc[-1]),
                mean_expected=numbers.rate(over["expected_rate"].mean()),
                mean_realised=numbers.rate(over["realised_rate"].mean()),
            )
        )
    return said


def outcomes(frame: pd.DataFrame, mob: int, words: Words) -> str:
    """Return the four outcomes at an age, or at the oldest that there is."""
    age = min(mob, int(frame["mob"].max()))
    rows = frame[frame["mob"] == age].set_index("became")
    shares = {str(became): numbers.rate(share) for became, share in rows["share_rate"].items()}
    return words("outcomes.said", mob=age, loans=numbers.count(rows["loans"].iloc[0]), **shares)


def _moving(values: pd.Series, key: str, note: str, words: Words) -> Kpi:
    """The last value with its change on the month, worse upwards."""
    series: Sequence[float] = [float(value) for value in values.dropna()][-_SERIES:]
    change = numbers.rate_change(series[-1] - series[-2], words.language) if len(series) > 1 else ""
    return Kpi(
        label=words(f"losses.kpi_{key}"),
        value=numbers.rate(series[-1] if series else None),
        change=words("overview.on_month", change=change) if change else "",
        more_is="bad" if change[:1] in ("+", "-") else "neutral",
        series=tuple(series),
        note=words(f"losses.note_{note}"),
    )


def _amount(value: float, basis: Basis, words: Words) -> str:
    return numbers.count(value) if basis == "count" else numbers.yuan(value, words.language)
