"""The invented book lies where published books lie: the acceptance bands of the calibration.

The book of these tests has 50,000 applications and some 9,000 loans a year. A band that holds for the default size is
widened here by about two standard errors of the smaller book, and each such place says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from jiebei_dash.sample.calibration import read_parameters
from jiebei_dash.sample.months import month_date, month_number, step
from tests.sample.conftest import APPLICATIONS, Ask

Number = Callable[[str], float]

CALM_STRESS = 1.30
RAMP_MONTHS = 12
"""The lender starts with an empty book: its first year has too few old loans to compare."""

OWED = """
    select month, sum(balance_fen) as balance,
           sum(case when dpd_days > 30 then balance_fen else 0 end) as past_30,
           sum(case when dpd_days > 90 then balance_fen else 0 end) as past_90,
           sum(case when state = 'M1' then balance_fen else 0 end) as m1,
           sum(case when state = 'M2' then balance_fen else 0 end) as m2
    from loan_month group by month order by month"""
ROLLS = """
    select prev_state, state, sum(opening_fen) as opening, count(*) as loans
    from loan_month where prev_state is not null group by prev_state, state"""
DUE = """
    with payment as (
        select *, lag(paid_on) over (partition by loan_id order by instalment_no) as before,
               due_principal_fen + due_interest_fen as due,
               case when paid_on is null then 999 else date_diff('day', due_on, paid_on) end as late_days
        from instalment where not is_prepaid)
    select due_month as month, due_on, instalment_no, due, late_days
    from payment where due_month <= date '2026-09-01' and (instalment_no = 1 or before <= due_on)"""
"""Instalments of loans that were current when they fell due: others were missed long before."""


def is_calm(month: pd.Timestamp) -> bool:
    """No stress now or in the five months before, whose arrears are still on the book."""
    path = read_parameters().paying.stress_steps
    at = month_number(month.date())
    return at >= month_number(path[0][0]) + RAMP_MONTHS and max(step(path, at - ago) for ago in range(6)) <= CALM_STRESS


@pytest.fixture(scope="session")
def owed(ask_sample: Ask) -> pd.DataFrame:
    return ask_sample(OWED)


@pytest.fixture(scope="session")
def calm(owed: pd.DataFrame) -> pd.DataFrame:
    return owed[owed["month"].map(is_calm)]


@pytest.fixture(scope="session")
def due(ask_sample: Ask) -> pd.DataFrame:
    return ask_sample(DUE)


def rolled(rolls: pd.DataFrame, start: str, *ends: str) -> float:
    of_start = rolls[rolls["prev_state"] == start]
    return float(of_start[of_start["state"].isin(ends)]["opening"].sum() / of_start["opening"].sum())


def test_past_due_balances_of_calm_months_are_those_of_listed_peers(calm: pd.DataFrame) -> None:
    assert len(calm) >= 30
    assert 0.012 <= calm["past_30"].sum() / calm["balance"].sum() <= 0.034
    assert 0.008 <= calm["past_90"].sum() / calm["balance"].sum() <= 0.023


def test_every_calm_year_stays_near_the_band(calm: pd.DataFrame) -> None:
    # The calm months of a year hold some 150 different loans past 30 days here: a standard error of a tenth.
    years = calm[calm["month"] >= "2021-01-01"].groupby(calm["month"].dt.year)[["past_30", "balance"]].sum()
    assert len(years) >= 5
    assert (years["past_30"] / years["balance"]).between(0.010, 0.037).all()


def test_the_stock_of_m2_is_half_of_m1(owed: pd.DataFrame) -> None:
    settled = owed.iloc[RAMP_MONTHS:]
    assert 0.42 <= settled["m2"].sum() / settled["m1"].sum() <= 0.60


def test_two_shocks_show_in_what_is_past_due(owed: pd.DataFrame) -> None:
    rate = (owed["past_30"] / owed["balance"]).set_axis(owed["month"])
    assert rate["2020-04":"2020-07"].max() > 1.6 * rate["2020-01":"2020-02"].mean()
    assert rate["2026-01":"2026-04"].max() > 1.35 * rate["2025-03":"2025-08"].mean()


def test_rolls_are_those_of_the_calibration(ask_sample: Ask) -> None:
    rolls = ask_sample(ROLLS)
    assert 0.0075 <= rolled(rolls, "C", "M1") <= 0.0125
    assert 0.42 <= rolled(rolls, "M1", "M2") <= 0.54
    assert 0.80 <= rolled(rolls, "M2", "M3") <= 0.92
    assert rolled(rolls, "M4", "M5") * rolled(rolls, "M5", "M6") >= 0.92 - 0.02
    assert rolled(rolls, "M6", "WO", "SOLD") >= 0.92
    sums = rolls.groupby("prev_state")["loans"].sum()
    assert set(sums.index) == {"C", "M1", "M2", "M3", "M4", "M5", "M6"}


def test_first_payments_fail_as_often_as_peers_say(due: pd.DataFrame) -> None:
    first = due[due["instalment_no"] == 1]
    assert 0.010 <= (first["late_days"] > 7).mean() <= 0.028
    assert (first["late_days"] > 30).mean() < 0.010


def test_one_day_entry_and_thirty_day_collection(due: pd.DataFrame) -> None:
    missed = due[due["late_days"] > 0]["due"].sum()
    assert 0.024 <= missed / due["due"].sum() <= 0.07
    assert 0.84 <= 1 - due[due["late_days"] > 30]["due"].sum() / missed <= 0.92


def test_the_holiday_week_has_more_missed_payments_and_fewer_collected(due: pd.DataFrame) -> None:
    calendar = read_parameters().calendar
    holiday = pd.Series(False, index=due.index)
    for day in calendar.new_year_days:
        holiday |= (due["due_on"] - pd.Timestamp(day)).dt.days.between(
            -calendar.new_year_days_before, calendar.new_year_days_after
        )
    months = due[holiday]["month"].unique()
    same_months = due[due["month"].isin(months)]
    in_week = holiday.loc[same_months.index]
    rate = (same_months["late_days"] > 0).groupby(in_week).mean()
    # Truth is 1.20; the week has some 100 missed payments here.
    assert 1.0 < rate[True] / rate[False] < 1.5
    missed = same_months[same_months["late_days"] > 0]
    kept = (missed["late_days"] <= 30).groupby(in_week.loc[missed.index]).mean()
    assert kept[True] < kept[False] + 0.04


def test_vintages_at_month_six_are_in_band_and_ordered_by_zhima_band(ask_sample: Ask) -> None:
    cohorts = ask_sample(
        """
        with cell as (
            select loan_id, sum(case when mob = 6 and dpd_days > 30 and lost_fen = 0 then balance_fen else 0 end)
                   + sum(case when mob <= 6 then lost_fen else 0 end) as bad
            from loan_month where mob <= 6 group by loan_id)
        select zhima_band, sum(bad) as bad, sum(principal_fen) as principal
        from loan join cell using (loan_id)
        where opened_month between date '2020-07-01' and date '2026-04-01' group by zhima_band order by zhima_band"""
    ).set_index("zhima_band")
    assert 0.008 <= cohorts["bad"].sum() / cohorts["principal"].sum() <= 0.022
    rate = cohorts["bad"] / cohorts["principal"]
    assert rate["600_649"] > rate["650_699"] > rate["700_749"] > rate["750_UP"]


def test_bad_rates_by_zhima_band_are_near_the_calibration(ask_sample: Ask) -> None:
    rate = ask_sample(
        """
        select zhima_band, avg(case when first_30_mob <= 6 then 1.0 else 0 end) as bad_rate from loan
        where opened_month <= date '2026-04-01' group by zhima_band"""
    ).set_index("zhima_band")["bad_rate"]
    # Aimed at 3.6, 1.9, 0.9 and 0.4 % in months of average stress; the years hold more stress than calm.
    for band, aim in {"600_649": 0.036, "650_699": 0.019, "700_749": 0.009, "750_UP": 0.004}.items():
        assert 0.5 * aim <= rate[band] <= 1.7 * aim, band


def test_recovery_and_sale(number: Number) -> None:
    lost = "select sum(lost_fen) from loan where closed_state = 'WO' and closed_month <= date '2025-10-01'"
    cash = """select sum(recovered_fen) from recovery where kind = 'CASH' and lost_month <= date '2025-10-01'
              and date_diff('month', lost_month, month) <= 12"""
    assert 0.03 <= number(cash) / number(lost) <= 0.08
    sold = "select sum(lost_fen) from loan where closed_state = 'SOLD'"
    assert 0.08 <= number("select sum(recovered_fen) from recovery where kind = 'SALE'") / number(sold) <= 0.12
    assert number("select count(*) from loan where closed_state = 'SOLD' and closed_month < date '2023-03-01'") == 0
    assert number("select max(month(closed_month) % 3) from loan where closed_state = 'SOLD'") == 0


def test_prepayment_is_three_to_seven_per_cent_a_month(number: Number) -> None:
    assert 0.03 <= number(
        """select sum(prepaid_fen) / sum(case when prev_state = 'C' then opening_fen - scheduled_fen end)
           from loan_month where mob > 0"""
    ) <= 0.07  # fmt: skip


def test_the_models_separate_as_an_application_card_does(ask_sample: Ask) -> None:
    trained = ask_sample("select * from model_version where kind = 'hist_gbdt' order by effective_from")
    assert list(trained["model_version"]) == ["A2", "A3"]
    # Bands 0.70-0.74 and 0.30-0.36 are of the default size. Here a model learns from a quarter of the bads and some 70
    # bads are held out: two standard errors are 0.07 of AUC and 0.12 of KS.
    assert trained["holdout_auc_rate"].between(0.63, 0.80).all()
    assert trained["holdout_ks_rate"].between(0.18, 0.47).all()


def test_the_stored_scores_order_the_loans_that_followed(ask_sample: Ask) -> None:
    loans = ask_sample(
        """select model_version, score_points, coalesce(first_30_mob <= 6, false) as is_bad
           from loan join decision using (application_id) where opened_month <= date '2026-04-01'"""
    )
    for version, of_version in loans[loans["model_version"] != "A3"].groupby("model_version"):
        rank = of_version["score_points"].rank()
        bads = of_version["is_bad"].sum()
        goods = len(of_version) - bads
        auc = (rank[~of_version["is_bad"]].sum() - goods * (goods + 1) / 2) / (goods * bads)
        assert 0.66 <= auc <= 0.77, version


def test_a_model_learns_only_from_loans_that_had_matured_when_it_went_live(ask_sample: Ask) -> None:
    trained = ask_sample("select * from model_version where kind = 'hist_gbdt'")
    known_by = trained["effective_from"] - pd.DateOffset(months=7)
    assert (trained["holdout_to_month"] <= known_by).all()
    assert (trained["trained_to_month"] < trained["holdout_to_month"]).all()


def test_the_funnel_holds_on_average(ask_sample: Ask) -> None:
    passed = ask_sample(
        """select stage, sum(case when outcome = 'PASS' then 1 else 0 end) as passed
           from application_stage group by stage"""
    ).set_index("stage")["passed"]
    passed = passed / APPLICATIONS
    aim = {"KYC": 0.97, "ANTI_FRAUD": 0.94, "RULES": 0.74, "SCORE": 0.56, "LINE": 0.46}
    for stage, share in aim.items():
        assert abs(passed[stage] - share) <= 0.035, (stage, passed[stage])


def test_take_up_and_times(number: Number) -> None:
    assert 0.58 <= number(
        """select avg(case when outcome = 'PASS' and left_at - entered_at <= interval 30 day then 1.0 else 0 end)
           from application_stage where stage = 'DRAWDOWN' and submitted_month <= date '2026-08-01'"""
    ) <= 0.66  # fmt: skip
    seconds = "(epoch_ms(decided_at) - epoch_ms(submitted_at)) / 1000.0"
    automatic = "from application where result = 'APPROVED' and not is_manual"
    assert 5 <= number(f"select quantile_cont({seconds}, 0.5) {automatic}") <= 7
    assert 20 <= number(f"select quantile_cont({seconds}, 0.9) {automatic}") <= 30
    cash = "epoch_ms(disbursed_at) - epoch_ms(requested_at)"
    assert 50 <= number(f"select quantile_cont({cash}, 0.5) / 1000 from loan") <= 62
    assert 200 <= number(f"select quantile_cont({cash}, 0.9) / 1000 from loan") <= 300
    assert 1_200 <= number(f"select quantile_cont({cash}, 0.99) / 1000 from loan") <= 3_000


def test_limits_prices_and_products(ask_sample: Ask, number: Number) -> None:
    approved = "from decision where decision = 'APPROVED'"
    assert 10_000 <= number(f"select median(limit_fen) / 100 {approved}") <= 14_000
    assert 17_000 <= number(f"select avg(limit_fen) / 100 {approved}") <= 25_000
    apr = ask_sample(f"select year(decided_month) as year, avg(rate_day) * 365 as apr {approved} group by 1")
    path = apr.set_index("year")["apr"]
    assert path[2019] == pytest.approx(0.153, abs=0.003)
    assert path[2024] == pytest.approx(0.127, abs=0.003)
    assert path[2026] == pytest.approx(0.120, abs=0.002)
    term = ask_sample("select term_months, count(*) as loans from loan group by 1").set_index("term_months")["loans"]
    assert term[12] / term.sum() == pytest.approx(0.58, abs=0.03)
    assert term[3] / term.sum() == pytest.approx(0.14, abs=0.03)


def test_months_are_those_of_the_calendar(owed: pd.DataFrame) -> None:
    assert len(owed) == 94
    assert owed["month"].iloc[0].date() == month_date(month_number(owed["month"].iloc[-1].date()) - 93)
    assert owed["month"].iloc[-1] == pd.Timestamp("2026-10-01")
