"""Tables that leave the screen."""

import pandas as pd

from jiebei_dash.text.export import labelled, to_csv
from jiebei_dash.text.words import load_words


def test_a_text_that_begins_like_a_formula_is_made_text() -> None:
    frame = pd.DataFrame({"name": ["=1+1", "+7", "-2", "@x", "\tx", "plain"], "rate": [-0.5, 1, 2, 3, 4, 5]})
    lines = to_csv(frame).splitlines()
    assert lines[0] == "name,rate"
    assert [line.rsplit(",", 1)[0] for line in lines[1:]] == ["'=1+1", "'+7", "'-2", "'@x", "'\tx", "plain"]
    assert lines[1].endswith(",-0.5")


def test_months_are_dates_and_unknown_is_empty() -> None:
    frame = pd.DataFrame({"month": pd.to_datetime(["2024-01-01", None]), "rate": [0.1, None]})
    assert to_csv(frame, ("as of 2024-01",)) == "# as of 2024-01\nmonth,rate\n2024-01-01,0.1\n,\n"


def test_no_state_leaves_the_screen_as_a_bare_code() -> None:
    frame = pd.DataFrame({"prev_state": ["C", "M1", None], "state": ["M1", "WO", "C"], "n": [1, 2, 3]})
    text = to_csv(labelled(frame, load_words("en")))
    assert text.splitlines()[1:] == ["Current,M1 (1–30 d),1", "M1 (1–30 d),Written off,2", ",Current,3"]
