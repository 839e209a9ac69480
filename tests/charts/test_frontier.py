"""A dot a policy, the best found dashed, and each mark where its numbers are."""

import pandas as pd
import pytest

from jiebei_dash.charts.frontier import frontier
from jiebei_dash.charts.theme import DARK, LIGHT, Look
from jiebei_dash.text.words import load_words

COLUMNS = ["kind", "approval_rate", "expected_bad_rate", "margin_fen", "loan_count", "score_floor"]
FRAME = pd.DataFrame(
    [
        ("PAIR", 0.4, 0.03, 100_00.0, 100, 600.0),
        ("PAIR", 0.001, 0.5, 1_00.0, 1, 700.0),
        ("PAIR", 0.6, 0.06, 50_00.0, 200, 580.0),
        ("ENVELOPE", 0.6, 0.05, 70_00.0, 200, 582.0),
        ("ENVELOPE", 0.4, 0.02, 150_00.0, 100, 604.0),
        ("TODAY", 0.5, 0.04, 80_00.0, 150, 590.0),
        ("PROPOSED", 0.6, 0.06, 50_00.0, 200, 580.0),
    ],
    columns=COLUMNS,
)


@pytest.mark.parametrize("look", [LIGHT, DARK])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_best_found_is_dashed_and_says_inferred(look: Look, language: str) -> None:
    words = load_words(language)  # type: ignore[arg-type]
    drawn = frontier(FRAME, "bad_rate", lambda row: f"{row['score_floor']:.0f}", words, look)
    dots, line, today, draft = drawn.data
    # A policy that approves nearly nobody stretches the picture
    assert list(dots.x) == [0.4, 0.6]
    assert (list(line.x), list(line.y)) == ([0.4, 0.6], [0.02, 0.05])
    assert (line.line.dash, line.line.color) == ("dash", look.inferred)
    assert (today.y[0], today.marker.color, draft.y[0], draft.marker.color) == (0.04, look.today, 0.06, look.proposed)
    assert "604" in line.text[0]
    assert ("inferred" if language == "en" else "推断") in drawn.layout.annotations[0].text


def test_margin_is_in_yuan_and_the_solver_is_a_mark_of_its_own() -> None:
    solved = {"approval_rate": 0.45, "expected_bad_rate": 0.02, "margin_fen": 200_00.0}
    same = FRAME.copy()
    same.loc[6, COLUMNS[1:]] = same.loc[5, COLUMNS[1:]].to_numpy()
    drawn = frontier(same, "margin", lambda row: "", load_words("en"), LIGHT, solved)
    _, line, today, star = drawn.data
    assert list(line.y) == [150.0, 70.0]
    assert (today.y[0], star.y[0], star.marker.color) == (80.0, 200.0, LIGHT.good)
    assert [note.text for note in drawn.layout.annotations[1:]] == ["Today = draft", "Solver"]
