"""A cut-off dragged in Chromium: how often the picture follows the hand, and how long an exact answer takes."""

from __future__ import annotations

import statistics
import tempfile
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Locator, Page

from jiebei_dash.book.engine import Book
from jiebei_dash.settings import read_settings
from tests.browser.site import chromium, served, settle

RELEASES = 15
SWEEPS = 6
WATCH = """drag => {
    const seen = drag.seen = {shown: [], painted: [], frame: [], picture: []};
    let moved = null, before = drag.dataset.threshold;
    drag.querySelector('input').addEventListener('input', event => { moved = event.timeStamp; }, {capture: true});
    new MutationObserver(() => {
        if (moved === null) return;
        seen.shown.push(performance.now() - moved);
        const began = moved;
        moved = null;
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => seen.painted.push(performance.now() - began);
            channel.port2.postMessage(0);
        });
    }).observe(drag, {attributes: true, attributeFilter: ['data-threshold']});
    const tick = now => {
        seen.frame.push(now);
        if (drag.dataset.threshold !== before) seen.picture.push(now);
        before = drag.dataset.threshold;
        requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
}"""
"""Times are of the browser: the event's own stamp, the text in its place, the frame drawn after it."""
ANSWER = """drag => new Promise(done => {
    const up = event => {
        const began = event.timeStamp;
        const watch = new MutationObserver(() => {
            if (drag.dataset.state !== 'answered') return;
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => { drag.answered = performance.now() - began; }, 0));
        });
        watch.observe(drag, {attributes: true, attributeFilter: ['data-heard']});
    };
    window.addEventListener('pointerup', up, {once: true, capture: true});
    done();
})"""


def run(book: Book, url: str) -> None:
    """Print medians and 90th percentiles of a drag and of the answers to its releases."""
    settings = read_settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(url, settings.models_dir, Path(folder) / "desk.sqlite") as address,
        chromium() as browser,
    ):
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{address}/what_if?lang=en&role=analyst")
        settle(page)
        drag = page.locator(".dragging")
        print(f"\nthe cut-off dragged in Chromium{'median':>40}{'worst tenth':>14}")
        seen = dragged(page, drag)
        for name, stamps in (("frames a second", seen["frame"]), ("pictures a second, each another", seen["picture"])):
            gaps = [after - before for before, after in pairwise(stamps)]
            _line(name, 1000 / statistics.median(gaps), 1000 / _tenth(gaps))
        for name, key in (("hand's event to text in place, ms", "shown"), ("hand's event to painted, ms", "painted")):
            _line(name, statistics.median(seen[key]), _tenth(seen[key]))
        answers = released(page, drag)
        _line("release to the exact answer painted, ms", statistics.median(answers), _tenth(answers))


def dragged(page: Page, drag: Locator) -> dict[str, list[float]]:
    """Return the stamps of frames and the waits of events while a hand goes to and fro."""
    left, right, height = rail(drag)
    drag.evaluate(WATCH)
    page.mouse.move((left + right) / 2, height)
    page.mouse.down()
    drag.evaluate("drag => Object.values(drag.seen).forEach(list => list.length = 0)")
    for sweep in range(SWEEPS):
        page.mouse.move(right if sweep % 2 else left, height, steps=90)
    seen: dict[str, list[float]] = drag.evaluate("drag => structuredClone(drag.seen)")
    page.mouse.up()
    settle(page)
    return seen


def released(page: Page, drag: Locator) -> list[float]:
    """Return the waits from a release to the answer on the screen, each at another threshold; ms."""
    waits = []
    for place in range(RELEASES + 1):
        # The sentences above may have grown by a line.
        left, right, height = rail(drag)
        drag.evaluate("drag => { drag.answered = null; }")
        drag.evaluate(ANSWER)
        page.mouse.move(left + (right - left) * 0.5, height)
        page.mouse.down()
        page.mouse.move(left + (right - left) * (0.3 + 0.02 * place), height, steps=4)
        page.mouse.up()
        while (waited := drag.evaluate("drag => drag.answered")) is None:
            page.wait_for_timeout(20)
        if place:
            waits.append(float(waited))
        settle(page)
    return waits


def rail(drag: Locator) -> tuple[float, float, float]:
    """Return the ends of the handle's way, and its height, once it is in sight."""
    drag.evaluate("drag => drag.scrollIntoView({block: 'center'})")
    drag.page.wait_for_timeout(100)
    box = drag.locator("input[type=range]").bounding_box()
    if box is None:
        raise RuntimeError("no cut-off on the page")
    return box["x"] + 9, box["x"] + box["width"] - 9, box["y"] + box["height"] / 2


def _line(name: str, middle: float, tenth: float) -> None:
    print(f"  {name:<52}{middle:>17.1f}{tenth:>14.1f}")


def _tenth(values: list[float]) -> float:
    """What nine in ten stay under."""
    return statistics.quantiles(values, n=10)[-1]
