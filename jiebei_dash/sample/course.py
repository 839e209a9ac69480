"""The course of the desk: which policy and model decided in each month. The first shard sets it, the others follow.

All shards are one lender: its models and policies are made from the first shard alone, and the rest of the lender lives
with them. It is also how a run that was stopped is taken up: the course is kept beside the first shard's tables.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jiebei_dash.book.policy import RULES, Policy, stored_policy
from jiebei_dash.errors import ModelChanged, ModelMissing
from jiebei_dash.model.shelf import get
from jiebei_dash.sample.applying import Desk
from jiebei_dash.sample.learning import Version
from jiebei_dash.sample.months import Floats
from jiebei_dash.sample.parameters import PolicyStart

_FLAGS = ("policy_no", "model_no", "changes_next", "is_last_month")


@dataclass(frozen=True)
class Course:
    """Policies and models in the order in which they came, and the desk of each month number.

    Parameters
    ----------
    policies
        Name and thresholds.
    models
        Name and hash of the artefact.
    desks
        By month number.
    """

    policies: tuple[tuple[str, Policy], ...]
    models: tuple[tuple[str, str], ...]
    desks: dict[int, Desk]

    def thresholds(self) -> Floats:
        """Return a row a policy and a column a rule."""
        return np.array([[policy[rule.key] for rule in RULES] for _, policy in self.policies])


def course_of(policies: list[tuple[PolicyStart, Policy]], versions: list[Version], desks: dict[int, Desk]) -> Course:
    """Return the course that a shard took while it learned."""
    return Course(
        tuple((start.policy_version, policy) for start, policy in policies),
        tuple((version.model_version, version.sha256) for version in versions),
        desks,
    )


def write_course(course: Course, path: Path) -> None:
    """Write a course to a file."""
    about = {
        "policies": [[name, policy.json()] for name, policy in course.policies],
        "models": course.models,
        "desks": {month: [getattr(desk, name) for name in _FLAGS] for month, desk in course.desks.items()},
    }
    path.write_text(json.dumps(about), encoding="utf-8")


def read_course(path: Path, models_dir: Path) -> Course:
    """Return the course in a file, with the models from the shelf.

    Raises
    ------
    ModelMissing, ModelChanged
        The shelf has lost a model.
    """
    about = json.loads(path.read_text(encoding="utf-8"))
    policies = tuple((name, stored_policy(rules)) for name, rules in about["policies"])
    models = tuple((name, sha256) for name, sha256 in about["models"])
    artefacts = [get(sha256, models_dir, name) for name, sha256 in models]
    desks = {}
    for month, values in about["desks"].items():
        flags = dict(zip(_FLAGS, values, strict=True))
        desks[int(month)] = Desk(policy=policies[flags["policy_no"]][1], artefact=artefacts[flags["model_no"]], **flags)
    return Course(policies, models, desks)


def has_models(path: Path, models_dir: Path) -> bool:
    """Return whether the shelf still has every model of the course in a file."""
    try:
        read_course(path, models_dir)
    except (ModelMissing, ModelChanged):
        return False
    return True
