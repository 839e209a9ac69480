"""Who takes the loan at which price: what was seen is solid with its interval, what is inferred is dashed or dotted."""

import pandas as pd
import pytest

from jiebei_dash.charts import offers
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.text.words import load_words

FRAME = pd.DataFrame(
    {
        "price_apart_rate": [-0.01, 0.0, 0.01],
        "loans": [500, 900, 20],
        "bads": [10, 27, 1],
        "bad_rate": [0.02, 0.03, 0.05],
        "low_rate": [0.011, 0.021, 0.009],
        "high_rate": [0.036, 0.043, 0.236],
        "usual_rate": [0.03, 0.03, 0.03],
        "is_small": [False, False, True],
    }
)


def test_the_points_are_those_of_the_frame_and_what_is_inferred_has_its_own_line() -> None:
    flat, rising, dots = offers.takers(FRAME, 0.06, load_words("en"), LIGHT).data
    assert list(dots.x) == [-1.0, 0.0, 1.0]
    assert list(dots.y) == [0.02, 0.03, 0.05]
    assert list(dots.error_y.array) == pytest.approx([0.016, 0.013, 0.186])
    assert list(dots.marker.color) == [LIGHT.today, LIGHT.today, LIGHT.paper]  # fewer than 30 are hollow
    assert (flat.line.dash, flat.line.color) == ("dash", LIGHT.inferred)
    assert rising.line.dash == "dot"
    odds = 0.03 / 0.97
    assert list(rising.y) == pytest.approx([odds / 1.06 / (1 + odds / 1.06), 0.03, odds * 1.06 / (1 + odds * 1.06)])
    assert dots.text[2].endswith("fewer than 30 loans")
    assert "10 / 500" in dots.text[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_inferred_lines_say_so_at_their_end(lang: str) -> None:
    figure = offers.takers(FRAME, 0.06, load_words(lang), LIGHT)  # type: ignore[arg-type]
    said = [label.text for label in figure.layout.annotations]
    assert sum(("inferred" if lang == "en" else "\u63a8\u65ad") in text for text in said) == 2


def test_without_a_fit_the_observed_points_stand_alone() -> None:
    figure = offers.takers(FRAME.assign(usual_rate=float("nan")), 0.06, load_words("en"), LIGHT)
    assert [label.text for label in figure.layout.annotations] == ["observed (95%)"]
    assert list(figure.data[2].y) == [0.02, 0.03, 0.05]
