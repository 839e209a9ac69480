"""Forecasts that were kept in July, scored by hand in October: the cohorts of ``test_vintage_forecast``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash import ask
from jiebei_dash.__main__ import main
from jiebei_dash.answers import kept_forecast, vintage_forecast
from jiebei_dash.book.engine import Book
from jiebei_dash.book.scope import Scope
from jiebei_dash.desk.kept import keep, kept, made_from
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import kept_forecast_words
from tests.answers.test_vintage_forecast import _fetch

Scopes = Callable[..., Scope]
AT = datetime(2024, 8, 5, 9, 0, tzinfo=UTC)
JULY = date(2024, 7, 1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.sqlite'}"


def _keep_in_july(scope: Scope, url: str, **more: object) -> int:
    then = replace(scope, as_of_month=JULY, **more)  # type: ignore[arg-type]
    forecast = vintage_forecast.curves(then, _fetch(then), measure="loss").frame
    return keep(url, AT, then.reader, made_from(then, JULY, measure="loss"), forecast)


def test_what_came_is_set_beside_what_was_kept(scope_of: Scopes, url: str) -> None:
    """In July of the cohorts of May to July more was to come; all are expected at 4 %, and 3 points more came."""
    scope = scope_of()
    assert _keep_in_july(scope, url) > 0
    calm = kept_forecast.scored(scope, _fetch(scope), kept(url), measure="loss").frame.set_index("cohort")
    assert calm.index.month.tolist() == [5, 6, 7]
    assert calm["mob"].tolist() == [4, 4, 3]
    assert calm["predicted_rate"].tolist() == pytest.approx([0.04] * 3)
    assert calm["realised_rate"].tolist() == pytest.approx([0.04] * 3)
    assert calm[["numerator", "denominator"]].to_numpy().tolist() == [[40, 1_000]] * 3
    sets = kept_forecast.sets(scope, _fetch(scope, 30), kept(url), measure="loss").frame.iloc[0]
    assert (sets["as_of_month"], sets["scored_cohorts"]) == (pd.Timestamp(JULY), 3)
    assert sets["inside_cohorts"] == 1
    assert sets["inside_rate"] == pytest.approx(1 / 3)
    assert sets["difference_rate"] == pytest.approx(0.02)


def test_it_is_what_looking_back_says_if_nothing_was_restated(scope_of: Scopes, url: str) -> None:
    scope = scope_of()
    _keep_in_july(scope, url)
    fetch = _fetch(scope, 30)
    found = kept_forecast.scored(scope, fetch, kept(url), measure="loss").frame
    back = vintage_forecast.backtest(scope, fetch, measure="loss", months_back=3).frame
    shared = ["mob", "observed_mob", "predicted_rate", "low_rate", "high_rate", "realised_rate", "is_inside"]
    assert found[shared].to_numpy() == pytest.approx(back[shared].to_numpy(), nan_ok=True)


def test_a_set_of_which_no_month_has_closed_waits(scope_of: Scopes, url: str) -> None:
    scope = scope_of()
    _keep_in_july(scope, url)
    then = replace(scope, as_of_month=JULY)
    sets = kept_forecast.sets(then, _fetch(then), kept(url), measure="loss").frame
    assert sets["scored_cohorts"].tolist() == [0]
    assert sets["inside_rate"].isna().all()
    words = load_words("en")
    assert kept_forecast_words.opening(sets, words) == [words("kept_forecast.said_waiting", sets=1, month="2024-08")]
    table = kept_forecast_words.table(sets, words)
    assert not {"nan", "None", "NaT"} & {str(cell) for name in table for cell in table[name]}
    june = replace(scope, as_of_month=date(2024, 6, 1))
    assert kept_forecast.sets(june, _fetch(june), kept(url), measure="loss").frame.empty


def test_another_measure_and_another_part_have_their_own(scope_of: Scopes, url: str) -> None:
    scope = scope_of()
    _keep_in_july(scope, url)
    part = replace(scope, channel=("HOME",))
    assert kept_forecast.sets(part, _fetch(scope), kept(url), measure="loss").frame.empty
    assert kept_forecast.sets(scope, _fetch(scope), kept(url), past_due_days=60).frame.empty
    assert kept_forecast.sets(scope, _fetch(scope), kept(url), measure="loss", cohort="quarter").frame.empty
    # A loss is the same whatever days past due the page shows.
    assert len(kept_forecast.sets(scope, _fetch(scope), kept(url), measure="loss", past_due_days=90).frame) == 1


def test_the_words_say_how_many_held_and_on_which_side_the_others_lie(scope_of: Scopes, url: str) -> None:
    scope, words = scope_of(), load_words("en")
    _keep_in_july(scope, url)
    fetch = _fetch(scope, 30)
    sets = kept_forecast.sets(scope, fetch, kept(url), measure="loss").frame
    assert "Of 3 cohorts that have closed since, 1 came out inside their interval (33%)" in kept_forecast_words.opening(
        sets, words
    )[0]  # fmt: skip
    scored = kept_forecast.scored(scope, fetch, kept(url), measure="loss").frame
    (label,) = kept_forecast_words.labels(scored)
    assert label == f"2024-07 ({scope.data_version})"
    assert "1 came out inside; 2 lie above, 0 below" in kept_forecast_words.scored(scored, words)


def test_the_command_keeps_prints_and_says_when_there_is_nothing(
    small_book: Book, small_url: str, dozen_url: str, url: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("JIEBEI_DESK", url)
    words = load_words("en")
    command = ["forecast", "cohort=quarter", "measure=loss", "--book", small_url]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("cohort,mob,observed_mob")
    assert kept(url).empty
    assert main([*command, "--keep"]) == 0
    count = len(kept(url))
    assert capsys.readouterr().out.strip() == words("kept_forecast.done", count=count)
    assert main([*command, "--keep"]) == 0
    assert capsys.readouterr().out.strip() == words("kept_forecast.there")
    assert len(kept(url)) == count > 0
    sets = ask(small_book, "kept_forecast.sets", cohort="quarter", measure="loss")
    assert sets["forecasts"].tolist() == [count]
    assert main(["forecast", "--keep", "--book", dozen_url]) == 1
    assert capsys.readouterr().err.strip() == words("vintage_forecast.none")
