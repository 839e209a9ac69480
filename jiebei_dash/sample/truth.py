"""What only an invented book can tell: the truth behind its numbers, kept beside it and never inside it.

``true_pd.parquet`` has a row an application: ``pd_bad_mob6`` is the true probability that a twelve-month drawdown of
an average month goes more than 30 days past due by month 6, given everything about the person (also what no lender
sees) and, where a line was offered, its price; ``log_odds_bad`` is its log-odds. ``true_rolls.parquet`` has the mean
true probability of each move between states in each month, one row a loan at risk, and ``true_effects.json`` the
calibration's effects, the stress by month and what the transforms mean.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jiebei_dash import terms
from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.months import Floats, month_date, step
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.tables import Names, months


def truth_folder(book: Path) -> Path:
    """Return the folder of a book's truth: ``book.truth`` beside ``book.duckdb``."""
    return book.with_suffix(".truth")


def write_truth(
    folder: Path,
    applications: Columns,
    names: Names,
    moves: dict[int, Floats],
    parameters: Parameters,
    source_sha256: str,
) -> None:
    """Write the truth beside its place, then switch to it.

    Parameters
    ----------
    folder
        See :func:`truth_folder`; an existing one is replaced.
    applications
        With ``true_log_odds``.
    names
        Opaque numbers.
    moves
        Mean true chances by month number: rows from, columns to, NaN where nobody stood.
    parameters
        The calibration.
    source_sha256
        That of the book it belongs to: whoever joins the two compares it with ``book_version``.
    """
    aside = folder.with_name(f"{folder.name}.making")
    if aside.exists():
        shutil.rmtree(aside)
    aside.mkdir(parents=True)
    log_odds = applications["true_log_odds"]
    true_pd = pa.table(
        {
            "application_id": names.application,
            "pd_bad_mob6": pa.array(1 / (1 + np.exp(-log_odds))),
            "log_odds_bad": pa.array(log_odds),
        }
    )
    pq.write_table(true_pd, aside / "true_pd.parquet")
    pq.write_table(_rolls(moves), aside / "true_rolls.parquet")
    (aside / "true_effects.json").write_text(_effects(moves, parameters, source_sha256), encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    aside.rename(folder)


def _rolls(moves: dict[int, Floats]) -> pa.Table:
    stacked = np.stack([moves[month] for month in sorted(moves)])
    at, start, end = np.nonzero(~np.isnan(stacked))
    number = np.asarray(sorted(moves))[at]
    states = pa.array(list(terms.STATES))
    return pa.table(
        {
            "month": months(number),
            "from_state": states.take(pa.array(start)),
            "to_state": states.take(pa.array(end)),
            "probability": pa.array(stacked[at, start, end]),
        }
    )


def _effects(moves: dict[int, Floats], parameters: Parameters, source_sha256: str) -> str:
    effects = {name: getattr(parameters.effects, name) for name in parameters.effects.__dataclass_fields__}
    scaled = {
        "zhima_score": "(665 - x) / 50",
        "other_lender_count": "(ln(1 + x) - 1.1) / 0.5",
        "bureau_query_count": "(ln(1 + x) - 1.5) / 0.6",
        "bureau_overdue_count": "min(x, 4), 0 if missing",
        "card_utilisation_rate": "(x - 0.5) / 0.3, 0 if missing",
        "dti_rate": "(x - 0.35) / 0.2",
        "income_month_fen": "-(ln(x) - ln(620000)) / 0.55",
        "job_months": "-(ln(1 + x) - 3.4) / 0.9",
        "account_age_months": "-(ln(1 + x) - 4.1) / 0.5",
        "spend_month_fen": "0: no true effect",
        "night_share_rate": "(x - 0.15) / 0.15",
        "device_account_count": "x - 1.2",
        "low_zhima_and_many_lenders": "1 if zhima_score < 650 and other_lender_count > 4",
        "overdue_missing": "1 if bureau_overdue_count is missing",
        "card_missing": "1 if card_utilisation_rate is missing",
    }
    inputs = [key for key in effects if key != "intercept" and effects[key] != 0]
    return json.dumps(
        {
            "log_odds_effects": effects,
            "transforms": scaled,
            "order": sorted(inputs, key=lambda key: -effects[key]),
            "channel_log_odds": dict(zip(parameters.people.channels, parameters.people.channel_log_odds, strict=True)),
            "unobserved_sd": parameters.people.unobserved_sd,
            "adverse_log_odds_per_apr_point": float(np.log1p(parameters.take_up.adverse_per_apr_point)),
            "stress_by_month": {
                month_date(month).isoformat(): step(parameters.paying.stress_steps, month) for month in sorted(moves)
            },
            "parameters_sha256": parameters.sha256,
            "source_sha256": source_sha256,
        },
        indent=1,
    )
