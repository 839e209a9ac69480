"""The table of published levels: read whole, or refused by the level that cannot be meant."""

from pathlib import Path

import pytest

from jiebei_dash.errors import PeersInvalid
from jiebei_dash.peers import FIGURES, PEERS_FILE, read_peers
from jiebei_dash.text.words import load_words


def written(tmp_path: Path, old: str, new: str) -> Path:
    text = PEERS_FILE.read_text()
    assert old in text
    path = tmp_path / "peers.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def test_every_figure_has_a_level_and_every_lender_a_name() -> None:
    levels = read_peers().levels
    assert {level.figure for level in levels} == set(FIGURES)
    for language in ("en", "zh"):
        texts = load_words(language).texts  # type: ignore[arg-type]
        assert all(f"codes.lender.{level.lender}" in texts for level in levels)


def test_a_level_is_stated_once() -> None:
    stated = [(level.figure, level.lender, level.month) for level in read_peers().levels]
    assert len(stated) == len(set(stated))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("rate = 0.0108", "rate = 1.08", "level 1: rate = 1.08"),
        ('figure = "past_due_30"', 'figure = "past_due_31"', "level 1: figure = past_due_31"),
        ('period = "2017-12"', 'period = "2017-13"', "level 1: period = 2017-13"),
        ('mark = "A"', 'mark = "Q"', "level 1: mark, source"),
        ("differs.zh = ", "differs.fr = ", "level 1: differs"),
        ("rate = 0.0108\n", "", "level 1: rate"),
        ("rate = 0.0108\n", "rate = 0.0108\nnote = 1\n", "level 1: note"),
        ("dated = 2026-03-31", "dated = 2026", "dated"),
        ("dated = 2026-03-31", "dated = ", "value"),
    ],
)
def test_a_level_that_cannot_be_meant_is_refused_by_its_place(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(PeersInvalid) as caught:
        read_peers(written(tmp_path, old, new))
    assert why in str(caught.value.facts["why"])
