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
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jiebei_dash import terms
from jiebei_dash.sample import arrays
from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.arrays import Names
from jiebei_dash.sample.months import Floats, Ints, month_date, step
from jiebei_dash.sample.parameters import Parameters

_TRUE_PD = "true_pd.parquet"
_TRUE_ROLLS = "true_rolls.npz"


def truth_folder(book: Path) -> Path:
    """Return the folder of a book's truth: ``book.truth`` beside ``book.duckdb``."""
    return book.with_suffix(".truth")


def write_shard_truth(
    folder: Path, applications: Columns, names: Names, moves: dict[int, Floats], at_risk: dict[int, Ints]
) -> None:
    """Write the truth of a shard beside its tables.

    Parameters
    ----------
    folder
        Of the shard.
    applications
        With ``true_log_odds``.
    names
        Opaque numbers.
    moves
        Mean true chances by month number: rows from, columns to, NaN where nobody stood.
    at_risk
        Loans that stood in each state, by month number.
    """
    log_odds = applications["true_log_odds"]
    true_pd = pa.table(
        {
            "application_id": names.application,
            "pd_bad_mob6": pa.array(1 / (1 + np.exp(-log_odds))),
            "log_odds_bad": pa.array(log_odds),
        }
    )
    pq.write_table(true_pd, folder / _TRUE_PD)
    np.savez(folder / _TRUE_ROLLS, months=sorted(moves), moves=_by_month(moves), at_risk=_by_month(at_risk))


def write_truth(folder: Path, shards: Sequence[Path], parameters: Parameters, source_sha256: str) -> None:
    """Write the truth of a book beside its place, then switch to it.

    Parameters
    ----------
    folder
        See :func:`truth_folder`; an existing one is replaced.
    shards
        Folders of all shards.
    parameters
        The calibration.
    source_sha256
        That of the book it belongs to: whoever joins the two compares it with ``book_version``.
    """
    aside = folder.with_name(f"{folder.name}.making")
    if aside.exists():
        shutil.rmtree(aside)
    aside.mkdir(parents=True)
    with pq.ParquetWriter(aside / _TRUE_PD, pq.read_schema(shards[0] / _TRUE_PD)) as file:
        for shard in shards:
            file.write_table(pq.read_table(shard / _TRUE_PD))
    months, moves = _pooled([np.load(shard / _TRUE_ROLLS) for shard in shards])
    pq.write_table(_rolls(months, moves), aside / "true_rolls.parquet")
    (aside / "true_effects.json").write_text(_effects(months, parameters, source_sha256), encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    aside.rename(folder)


def _by_month(values: Mapping[int, np.ndarray]) -> np.ndarray:
    return np.stack([values[month] for month in sorted(values)])


def _pooled(shards: Sequence[Mapping[str, np.ndarray]]) -> tuple[list[int], Floats]:
    """Mean chances of the loans of all shards, one row a loan at risk."""
    months = [int(month) for month in shards[0]["months"]]
    if len(shards) == 1:
        return months, shards[0]["moves"]
    at_risk = np.stack([shard["at_risk"] for shard in shards])[..., None]
    total = np.nansum(np.stack([shard["moves"] for shard in shards]) * at_risk, axis=0)
    count = at_risk.sum(axis=0)
    return months, np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _rolls(months: Sequence[int], moves: Floats) -> pa.Table:
    at, start, end = np.nonzero(~np.isnan(moves))
    states = pa.array(list(terms.STATES))
    return pa.table(
        {
            "month": arrays.months(np.asarray(months)[at]),
            "from_state": states.take(pa.array(start)),
            "to_state": states.take(pa.array(end)),
            "probability": pa.array(moves[at, start, end]),
        }
    )


def _effects(months: Sequence[int], parameters: Parameters, source_sha256: str) -> str:
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
                month_date(month).isoformat(): step(parameters.paying.stress_steps, month) for month in months
            },
            "parameters_sha256": parameters.sha256,
            "source_sha256": source_sha256,
        },
        indent=1,
    )
