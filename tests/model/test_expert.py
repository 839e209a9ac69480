"""The card as it stands in its file."""

from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.features import FEATURES
from jiebei_dash.model.expert import CARD_PATH, expert_card
from jiebei_dash.model.scoring import score


def mean_person() -> dict[str, float]:
    """The person for whom every line of the card gives nothing."""
    return {feature.key: 0.0 for feature in FEATURES} | {line.key: line.mean for line in expert_card("A1").weights}


def test_the_mean_person_has_the_intercept() -> None:
    scored = score(expert_card("A1"), pd.DataFrame([mean_person()]))
    assert scored["pd_rate"].iloc[0] == pytest.approx(0.022977, abs=1e-6)
    assert scored["score_points"].iloc[0] == pytest.approx(501.862 + 28.8539 * 3.75, abs=1e-3)


def test_one_spread_of_zhima_score_is_worth_half_a_log_odds_and_the_cap_ends_it() -> None:
    people = pd.DataFrame([mean_person() | {"zhima_score": value} for value in (670.0, 720.0, 800.0, 900.0)])
    points = score(expert_card("A1"), people)["score_points"]
    assert points.diff().tolist()[1:] == pytest.approx([0.5 * 28.8539, 0.8 * 28.8539, 0.0], abs=1e-3)


def test_a_missing_overdue_record_counts_as_the_card_says() -> None:
    people = pd.DataFrame([mean_person() | {"bureau_overdue_count": value} for value in (float("nan"), 0.8)])
    points = score(expert_card("A1"), people)["score_points"]
    assert points[0] == points[1] < score(expert_card("A1"), pd.DataFrame([mean_person()]))["score_points"][0]


def test_every_line_points_the_way_of_its_input() -> None:
    risk = {feature.key: feature.risk for feature in FEATURES}
    for line in expert_card("A1").weights:
        assert line.weight * risk[line.key] > 0, line.key
        assert line.low < line.mean < line.high and line.low <= line.if_missing <= line.high, line.key


def test_a_card_may_not_read_what_no_score_may_read(tmp_path: Path) -> None:
    card = CARD_PATH.read_text(encoding="utf-8").replace("[lines.job_months]", "[lines.gender]")
    (tmp_path / "card.toml").write_text(card, encoding="utf-8")
    with pytest.raises(KeyError, match="gender"):
        expert_card("A1", tmp_path / "card.toml")
