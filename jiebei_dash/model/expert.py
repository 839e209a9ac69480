"""The scorecard written by hand, for the years before there are matured loans to learn from."""

from __future__ import annotations

import tomllib
from pathlib import Path

from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.artefact import Artefact, Weight
from jiebei_dash.model.points import Scale
from jiebei_dash.settings import ROOT

CARD_PATH = ROOT / "data" / "expert_card.toml"


def expert_card(model_version: str, path: Path = CARD_PATH) -> Artefact:
    """Return the expert scorecard as written in its file.

    Parameters
    ----------
    model_version
        Name that the version gets.
    path
        The card: ``intercept``, ``[scale]`` and one ``[lines.<feature>]`` an input that counts.

    Raises
    ------
    KeyError
        If a line names something that no score may read.

    Notes
    -----
    **Source**: house definition; the form is a points card as in Siddiqi 2006, ch. 6, on capped, standardised inputs.
    """
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = sorted(set(card["lines"]) - set(FEATURE_KEYS))
    if unknown:
        raise KeyError(f"{path.name}: no score may read {', '.join(unknown)}")
    weights = tuple(Weight(key, **card["lines"][key]) for key in FEATURE_KEYS if key in card["lines"])
    return Artefact(
        model_version=model_version,
        kind="linear",
        features=FEATURE_KEYS,
        scale=Scale(**card["scale"]),
        intercept=card["intercept"],
        slope=1.0,
        weights=weights,
    )
