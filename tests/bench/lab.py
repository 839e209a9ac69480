"""The policy lab beside masks of pandas on the same decisions, in one run; and how its cost grows with the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from jiebei_dash.answers import frontier, trying
from jiebei_dash.answers.trying import Replay
from jiebei_dash.asking import open_book
from jiebei_dash.book.engine import Book, Fetch, Question, ask
from jiebei_dash.book.grid import GRID_RULES, grid
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.rules import BY_KEY
from jiebei_dash.book.scope import Reader
from jiebei_dash.lab.population import REPLICATES, Population
from jiebei_dash.lab.trying import Bench
from jiebei_dash.metrics.expected import RANGES
from jiebei_dash.metrics.trade_off import trade_off
from jiebei_dash.settings import read_settings
from tests.bench.measure import median_ms, memory_mb, once_s

WINDOW_MONTHS = 36
ROUNDS = 5
BYTES_A_DECISION = 420
"""What the columns, their frame for pandas, and the solver's values need, at the peak."""
SIZES = (100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True)
class Line:
    """One thing done: ours in milliseconds, and pandas on the same rows; none where it has no like."""

    name: str
    ours_ms: float
    pandas_ms: float | None = None


def run(book: Book, url: str) -> None:
    """Print each kind of move on the book at hand, ours beside pandas."""
    scope, fetch = book.scope(Reader("bench", "analyst")), _fetch(book)

    def opened() -> Replay:
        return trying.replay(scope, fetch, trying.MATURITY_MONTHS, {}, window_months=WINDOW_MONTHS)

    seconds = once_s(opened)
    done = opened()
    print(f"\npolicy lab on {len(done.bench.people):,} decisions, ms, median of {ROUNDS}; opening {seconds:.2f} s")
    print(f"{'':44}{'ours':>10}{'pandas':>10}{'times':>8}")
    for line in _lines(done, fetch):
        print(_row(line), flush=True)


def growth(up_to: int) -> None:
    """Print how the cost of each kind of move grows, on the book's own decisions repeated with new hashes."""
    book = open_book(read_settings().book_url)
    scope, fetch = book.scope(Reader("bench", "analyst")), _fetch(book)
    done = trying.replay(scope, fetch, trying.MATURITY_MONTHS, {}, window_months=WINDOW_MONTHS)
    room = memory_mb("MemAvailable") * 1e6 * 0.7 / BYTES_A_DECISION
    sizes = [size for size in SIZES if size <= min(up_to, room or up_to)]
    table: dict[str, list[Line]] = {}
    for size in sizes:
        grown = repeated(done, size)
        for line in _lines(grown, fetch):
            table.setdefault(line.name, []).append(line)
        del grown
    print("\npolicy lab, ms (times faster than pandas masks on the same rows), by decisions")
    print(f"{'':44}" + "".join(f"{size:>20,}" for size in sizes))
    for name, lines in table.items():
        print(f"{name:44}" + "".join(f"{_cell(line):>20}" for line in lines), flush=True)
    book.engine.dispose()


def repeated(done: Replay, size: int, seed: int = 1) -> Replay:
    """Return a replay on a population of a size: the decisions of another, repeated, in an order by lot."""
    people: Population = done.bench.people
    rows = np.random.default_rng(seed).integers(0, len(people), size)
    columns = ("month", "outcome", "lane", "steps", "requested_fen", "limit_fen", "pd_rate", "rate", "is_pd_stored")
    grown = replace(
        people,
        key=f"{people.key} {size}",
        replicate=np.random.default_rng(seed + 1).integers(0, REPLICATES, size).astype(np.uint8),
        segments={name: codes[rows] for name, codes in people.segments.items()},
        inputs={name: values[rows] for name, values in people.inputs.items()},
        **{name: getattr(people, name)[rows] for name in columns},
    )
    old: Bench = done.bench
    bench = Bench(grown, old.policy, old.assumptions, old.legal, old.method)
    return replace(done, bench=bench, tried=bench.tried(done.proposed))


def _lines(done: Replay, fetch: Fetch) -> Iterator[Line]:
    bench: Bench = done.bench
    frame = _frame(bench)
    floor = grid(BY_KEY["score_floor"])
    places = iter(range(10**9))

    def other(*keys: str) -> Policy:
        """A policy near today's that was not asked before: what is kept of an old one must not answer."""
        number, moved = next(places), {}
        for rule in GRID_RULES:
            if rule.key in keys:
                steps = grid(rule)
                stands = int(np.argmin(np.abs(np.array(steps) - done.today[rule.key])))
                moved[rule.key] = steps[max(0, min(stands + (number * 7) % 6 - 4, len(steps) - 1))]
        # One step of the floor more each time, so that no two are alike.
        floors = [place for place in grid(BY_KEY["score_floor"]) if place < 600]
        return done.today.changed(moved | {"score_floor": floors[-1 - number % 30]})

    def masks(policy: Policy) -> Callable[[], object]:
        return lambda: _masked(frame, policy)

    one, whole = other("score_floor"), other(*(rule.key for rule in GRID_RULES))
    # Released somewhere on the rule that is being moved: the sums along it are there.
    bench.along(done.today, "score_floor")

    def along() -> object:
        swept = bench.along(done.today, "score_floor")
        marks = (done.today["score_floor"], one["score_floor"])
        return trade_off(swept, floor, done.both, marks, done.loans_a_declined, done.assumptions, done.costs)

    _ = done.both
    yield Line("one threshold, looked up (whole curve)", median_ms(along, ROUNDS), median_ms(masks(one), ROUNDS))

    def on_grid() -> object:
        return bench.tried(other(*(rule.key for rule in GRID_RULES)))

    bench.tried(done.today)
    yield Line("any combination of rules, whole pass", median_ms(on_grid, ROUNDS), median_ms(masks(whole), ROUNDS))

    def off_grid() -> object:
        return bench.tried(done.today.changed({"score_floor": 581.3 + next(places) / 1000, "dti_cap": 0.683}))

    off = done.today.changed({"score_floor": 581.3, "dti_cap": 0.683})
    yield Line("two thresholds off the grid", median_ms(off_grid, ROUNDS), median_ms(masks(off), ROUNDS))
    rounds = 3 if len(bench.people) <= 1_000_000 else 1
    points = frontier.points_of(done, "score_floor", "zhima_floor", "bad_rate", frontier.MOVE).answer.frame

    def pointed() -> object:
        return frontier.points_of(done, "score_floor", "zhima_floor", "bad_rate", frontier.MOVE)

    some = points[points["kind"] == "PAIR"].iloc[:: max(len(points) // 5, 1)]
    policies = [done.today.changed({key: float(row[key]) for key in frontier.MOVE}) for _, row in some.iterrows()]
    a_point = sum(median_ms(masks(each), 1) for each in policies) / max(len(policies), 1)
    yield Line("frontier of 1,000 points and the envelope", median_ms(pointed, rounds), a_point * 1000)
    today = done.both.iloc[0]

    def solved() -> object:
        bad, approval = float(today["expected_bad_rate"]), float(today["approval_rate"])
        return frontier.solved_of(done, fetch, bad, approval * 0.8, 0.01, frontier.MOVE)

    yield Line("solver over six thresholds, three limits", median_ms(solved, rounds))


def _frame(bench: Bench) -> pd.DataFrame:
    """What pandas needs for the same sums, in memory; today's policy is decided in it already."""
    people, offered = bench.people, bench.offer_today
    rows: dict[str, object] = dict(people.inputs)
    rows |= {"replicate": people.replicate, "outcome": people.outcome, "today": bench.bits(bench.policy) == 0}
    rows |= {"asked": people.requested_fen, "stored": people.pd_rate, "line": offered.limit_fen, "rate": offered.rate}
    return pd.DataFrame(rows | {f"bad_{name}": offered.bad[:, place] for place, name in enumerate(RANGES)})


def _masked(frame: pd.DataFrame, policy: Policy) -> object:
    """The table that the lab makes: parts of the population by cell by outcome."""
    kept = pd.Series(True, index=frame.index)
    for rule in GRID_RULES:
        value = frame[rule.column]
        kept &= ~(value < policy[rule.key] if rule.keeps == "at_least" else value > policy[rule.key])
    passed = frame[kept | frame["today"]]
    lines = {f"line_{name}": passed["line"] * passed[f"bad_{name}"] for name in RANGES}
    sums = passed.assign(kept=kept, interest=passed["line"] * passed["rate"], **lines)
    names = ["asked", "stored", "line", "interest", *lines, *(f"bad_{name}" for name in RANGES)]
    return sums.groupby(["replicate", "today", "kept", "outcome"])[names].agg("sum")


def _fetch(book: Book) -> Fetch:
    def fetch(question: Question) -> pd.DataFrame:
        return ask(book, question, record=lambda question, level: None)

    return fetch


def _row(line: Line) -> str:
    if line.pandas_ms is None:
        return f"{line.name:44}{line.ours_ms:>10.1f}"
    return f"{line.name:44}{line.ours_ms:>10.1f}{line.pandas_ms:>10.0f}{line.pandas_ms / line.ours_ms:>8.0f}"


def _cell(line: Line) -> str:
    times = "" if line.pandas_ms is None else f" ({line.pandas_ms / line.ours_ms:.0f}x)"
    return f"{line.ours_ms:.1f}{times}"
