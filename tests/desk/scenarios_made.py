"""Scenarios for tests: of a book that need not exist."""

from __future__ import annotations

import json
from datetime import date

from jiebei_dash.desk.scenario import Scenario, sha256_of

TODAY = '{"dti_cap":0.7,"score_floor":590.0}'
DRAFT = '{"dti_cap":0.7,"score_floor":600.0}'


def scenario(**other: object) -> Scenario:
    """A draft that raises the score floor from 590 to 600, on HOME as of October 2024; ``other`` differs."""
    policy = str(other.pop("policy_json", DRAFT))
    fields: dict[str, object] = {
        "name": "Stricter floor",
        "note": "",
        "policy_json": policy,
        "policy_sha256": sha256_of(policy),
        "base_version": "P1",
        "base_json": TODAY,
        "base_sha256": sha256_of(TODAY),
        "changes_json": '{"score_floor":600.0}',
        "part_json": json.dumps({"channel": ["HOME"]}),
        "as_of_month": date(2024, 10, 1),
        "maturity_months": 8,
        "first_month": date(2023, 3, 1),
        "last_month": date(2024, 2, 1),
        "method": "parcelling",
        "data_version": "v1",
        "known_on": None,
        "parent_id": None,
        "author": "an",
        "made_at": "2024-11-05T09:00:00+00:00",
    }
    return Scenario(**{**fields, **other})  # type: ignore[arg-type]
