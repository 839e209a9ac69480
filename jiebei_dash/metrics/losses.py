"""Three loss rates over three denominators, and the bridge between them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.metrics import vintages
from jiebei_dash.metrics.frames import every_month, need
from jiebei_dash.metrics.intervals import difference, wilson
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS
from jiebei_dash.terms import Basis

WINDOWS_MONTHS: tuple[int, ...] = (1, 3, 12)
MATURED_LEFT_RATE = 0.01
"""A cohort has matured once it and all older ones have no more than this share of their principal on the book; else
those that repaid early would be picked. Source: house definition."""
MATURED_COHORTS = 12
"""So many of the youngest matured ones are added up: a full year, so that no season weighs more."""
BRIDGE_ROWS: tuple[str, ...] = (
    "original", "average_balance", "life", "at_default", "default_share", "book_year", "explained", "residual",
)  # fmt: skip


def annual(months: pd.DataFrame, recovered: pd.DataFrame | None, basis: Basis) -> pd.DataFrame:
    """Return the loss of each month and of 3 and 12 months, over the mean book and over a year.

    Parameters
    ----------
    months
        ``month``, ``loans``, ``balance_fen``, ``lost_loans``, ``lost_fen``; one row a month, none where
        nothing was.
    recovered
        ``month``, ``recovered_fen``; None where the source does not tell what came back.
    basis
        ``balance``, or ``count``: loans lost over loans, nothing recovered.

    Returns
    -------
    DataFrame
        ``month`` (last of the window), ``window_months``, ``lost`` and ``recovered`` (fen or loans, of the window),
        ``mean_book`` (mean of both month-ends, mean over the window), ``gross_rate``, ``rate`` (net; by count the
        gross one; NaN where recoveries are not known), ``low_rate``, ``high_rate`` (Wilson, by count alone),
        ``lost_loans``, ``mean_loans``, ``low_change_rate`` and ``high_change_rate`` (Newcombe: by how much the share of
        loans lost, over a year, moved against the window before; NaN without one), ``is_small`` (fewer than 30 loans on
        the book). A window that begins before the frame is absent.

    Notes
    -----
    **Source**: house definition L2. A window is 12 x its loss / the sum of its months' mean books: months weigh by
    their book.
    """
    need(months, "month", "loans", "balance_fen", "lost_loans", "lost_fen")
    frame = every_month(months).set_index("month")
    book = frame["balance_fen" if basis == "balance" else "loans"].astype(float)
    lost = frame["lost_fen" if basis == "balance" else "lost_loans"].astype(float)
    back = pd.Series(0.0 if basis == "count" else np.nan, index=frame.index)
    if recovered is not None and basis == "balance":
        need(recovered, "month", "recovered_fen")
        back = recovered.set_index("month")["recovered_fen"].reindex(frame.index, fill_value=0).astype(float)
    means = pd.DataFrame({"book": book, "loans": frame["loans"].astype(float)}).rolling(2).mean()
    parts = []
    for window in WINDOWS_MONTHS:
        sums = (
            pd.DataFrame({"lost": lost, "recovered": back, "lost_loans": frame["lost_loans"], "book": means["book"]})
            .rolling(window)
            .sum()
        )
        loans = means["loans"].rolling(window).mean()
        before = sums.assign(loans=loans).shift(window)
        moved = [difference(*counts) for counts in zip(sums["lost_loans"], loans * window, before["lost_loans"],
                                                       before["loans"] * window, strict=True)]  # fmt: skip
        below = sums["book"].replace(0.0, np.nan)
        bounds = [wilson(n, d) if basis == "count" else (np.nan, np.nan)
                  for n, d in zip(sums["lost_loans"], sums["book"], strict=True)]  # fmt: skip
        part = pd.DataFrame(
            {
                "window_months": window,
                "lost": sums["lost"],
                "recovered": sums["recovered"],
                "mean_book": sums["book"] / window,
                "gross_rate": 12 * sums["lost"] / below,
                "rate": 12 * (sums["lost"] - sums["recovered"]) / below,
                "low_rate": [12 * low for low, _ in bounds],
                "high_rate": [12 * high for _, high in bounds],
                "lost_loans": sums["lost_loans"],
                "mean_loans": loans,
                "low_change_rate": [12 * low for low, _ in moved],
                "high_change_rate": [12 * high for _, high in moved],
                "is_small": loans < SMALL_CELL_LOANS,
            }
        )
        parts.append(part[sums["book"].notna()].reset_index())
    return pd.concat(parts, ignore_index=True).sort_values(["month", "window_months"], ignore_index=True)


def defaults(months: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return what part of the performing book defaulted in each month, and what that is over a year.

    Parameters
    ----------
    months
        ``month``, ``performing_loans``, ``performing_fen``, ``defaulted_loans``, ``defaulted_fen``.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    DataFrame
        ``month``, ``defaulted``, ``performing`` (fen or loans), ``mdr_rate``, ``low_rate`` and ``high_rate`` (Wilson,
        by count alone), ``cdr_rate`` = 1 - (1 - MDR)^12, ``cdr_year_rate`` = 1 - the product of (1 - MDR) of twelve
        months (NaN without them), ``defaulted_loans``, ``performing_loans``, ``is_small``.

    Notes
    -----
    **Source**: house definition L3.
    """
    need(months, "month", "performing_loans", "performing_fen", "defaulted_loans", "defaulted_fen")
    frame = every_month(months)
    unit = "fen" if basis == "balance" else "loans"
    defaulted, performing = frame[f"defaulted_{unit}"], frame[f"performing_{unit}"]
    mdr = defaulted / performing.astype(float).replace(0.0, np.nan)
    bounds = [wilson(n, d) if basis == "count" else (np.nan, np.nan)
              for n, d in zip(defaulted, performing, strict=True)]  # fmt: skip
    kept = (1 - mdr).rolling(12).apply(np.prod, raw=True)
    return pd.DataFrame(
        {
            "month": frame["month"],
            "defaulted": defaulted,
            "performing": performing,
            "mdr_rate": mdr,
            "low_rate": [low for low, _ in bounds],
            "high_rate": [high for _, high in bounds],
            "cdr_rate": 1 - (1 - mdr) ** 12,
            "cdr_year_rate": 1 - kept,
            "defaulted_loans": frame["defaulted_loans"],
            "performing_loans": frame["performing_loans"],
            "is_small": frame["performing_loans"] < SMALL_CELL_LOANS,
        }
    )


def at_age(found: pd.DataFrame, counted: pd.DataFrame, mob: int) -> pd.DataFrame:
    """Return the net loss of each cohort at one age, on its original principal.

    Parameters
    ----------
    found
        Closed cells of :func:`jiebei_dash.metrics.vintages.cells` for ``net_loss``.
    counted
        The same cohorts for ``loss`` by count.
    mob
        The age.

    Returns
    -------
    DataFrame
        ``cohort``, ``mob``, ``net_lost_fen``, ``principal_fen``, ``rate``, ``others_rate`` (all other cohorts that
        have reached the age), ``difference_rate``, ``loans``, ``lost_loans``, ``low_difference_rate`` and
        ``high_difference_rate`` (Newcombe: share of its loans lost less that of the others; NaN without others),
        ``is_small``. Younger cohorts are absent.

    Notes
    -----
    **Source**: house definitions L1 and V4.
    """
    compared = vintages.against_pooled(found, mob).set_index("cohort")
    cells = found[found["mob"] == mob].set_index("cohort").loc[compared.index]
    lost = counted[counted["mob"] == mob].set_index("cohort").loc[compared.index, "numerator"]
    loans = compared["loans"]
    others = [difference(*counts) for counts in zip(lost, loans, lost.sum() - lost, loans.sum() - loans, strict=True)]
    shown = compared.assign(
        mob=mob,
        net_lost_fen=cells["numerator"],
        principal_fen=cells["denominator"],
        lost_loans=lost,
        low_difference_rate=[low for low, _ in others],
        high_difference_rate=[high for _, high in others],
        is_small=loans < SMALL_CELL_LOANS,
    )
    columns = ["cohort", "mob", "net_lost_fen", "principal_fen", "rate", "others_rate", "difference_rate", "loans"]
    counts = ["lost_loans", "low_difference_rate", "high_difference_rate", "is_small"]
    return shown.reset_index()[[*columns, *counts]]


def matured(originated: pd.DataFrame, lives: pd.DataFrame, recovered: pd.DataFrame, as_of_month: date) -> pd.DataFrame:
    """Return the youngest cohorts whose principal, and that of all before them, has left the book.

    Parameters
    ----------
    originated
        ``opened_month``, ``loans``, ``principal_fen``.
    lives
        ``opened_month``, ``balance_fen`` (sum over month-ends), ``left_fen``, ``defaulted_fen``, ``lost_fen``.
    recovered
        ``opened_month``, ``month``, ``recovered_fen``.
    as_of_month
        The last closed month.

    Returns
    -------
    DataFrame
        At most ``MATURED_COHORTS`` rows, oldest first: ``opened_month``, ``loans``, ``principal_fen``,
        ``balance_fen``, ``defaulted_fen``, ``net_lost_fen`` (lost less what came back by the as-of month).
    """
    need(originated, "opened_month", "loans", "principal_fen")
    need(lives, "opened_month", "balance_fen", "left_fen", "defaulted_fen", "lost_fen")
    need(recovered, "opened_month", "month", "recovered_fen")
    until = recovered[pd.to_datetime(recovered["month"]) <= pd.Timestamp(as_of_month)]
    back = until.groupby("opened_month")["recovered_fen"].sum()
    joined = originated.merge(lives, on="opened_month").sort_values("opened_month")
    joined = joined[joined["principal_fen"] > 0]
    gone = (joined["left_fen"] <= MATURED_LEFT_RATE * joined["principal_fen"]).cummin()
    kept = joined[gone].tail(MATURED_COHORTS)
    net = kept["lost_fen"] - kept["opened_month"].map(back).fillna(0)
    columns = ["opened_month", "loans", "principal_fen", "balance_fen", "defaulted_fen", "net_lost_fen"]
    return kept.assign(net_lost_fen=net.astype("int64"))[columns].reset_index(drop=True)


def bridge(cohorts: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    """Return one loss over three denominators, and how far the book's year explains the cohorts' lives.

    Parameters
    ----------
    cohorts
        What :func:`matured` returned; at least one row.
    year
        Rows of :func:`annual` by balance; the last one of twelve months is the book's year.

    Returns
    -------
    DataFrame
        A row each of ``BRIDGE_ROWS``: ``bridge_row``, ``numerator_fen``, ``denominator_fen``, ``rate``, ``years``.
        ``original`` = net loss / original principal; ``average_balance`` = net loss / balance-years, a year;
        ``life`` = balance-years / original principal, in years; ``at_default`` = net loss / principal defaulted;
        ``default_share`` = principal defaulted / original principal; ``book_year`` the book's net loss of the last
        twelve months on its mean balance; ``explained`` = ``book_year`` x ``life``; ``residual`` = ``original`` -
        ``explained``. ``original`` = ``average_balance`` x ``life`` = ``at_default`` x ``default_share`` exactly.

    Notes
    -----
    **Source**: house definition 1.10. The mean balances of a life (mean of both month-ends, from nothing to nothing)
    add up to the sum of its month-ends, so balance-years are that sum / 12. The residual is what the book's last
    year lost otherwise than the lives of these cohorts: another time, and in a growing book younger loans.
    """
    need(cohorts, "principal_fen", "balance_fen", "defaulted_fen", "net_lost_fen")
    principal, defaulted, net = (
        float(cohorts[name].sum()) for name in ("principal_fen", "defaulted_fen", "net_lost_fen")
    )
    balance_years = float(cohorts["balance_fen"].sum()) / 12
    of_year = year[year["window_months"] == 12]
    last = of_year.iloc[-1] if len(of_year) else None
    lost = float(last["lost"] - last["recovered"]) if last is not None else np.nan
    book = float(last["mean_book"]) if last is not None else np.nan
    book_rate, life = _over(lost, book), _over(balance_years, principal)
    explained, lifetime = book_rate * life, _over(net, principal)
    values = {
        "original": (net, principal, lifetime, np.nan),
        "average_balance": (net, balance_years, _over(net, balance_years), np.nan),
        "life": (balance_years, principal, np.nan, life),
        "at_default": (net, defaulted, _over(net, defaulted), np.nan),
        "default_share": (defaulted, principal, _over(defaulted, principal), np.nan),
        "book_year": (lost, book, book_rate, np.nan),
        "explained": (np.nan, np.nan, explained, np.nan),
        "residual": (np.nan, np.nan, lifetime - explained, np.nan),
    }
    columns = ["bridge_row", "numerator_fen", "denominator_fen", "rate", "years"]
    return pd.DataFrame([(row, *values[row]) for row in BRIDGE_ROWS], columns=columns)


def _over(above: float, below: float) -> float:
    return above / below if below else np.nan
