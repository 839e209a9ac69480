"""Clocks and memory of this machine."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROUNDS = 7


def median_ms(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median of some warm runs."""
    run()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def once_s(run: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process now; 0 if it is gone."""
    return _status(pid, "VmRSS")


def peak_resident_mb(pid: int) -> float:
    """Return the most resident memory that a process ever had; 0 if it is gone."""
    return _status(pid, "VmHWM")


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    children = {each for task in Path(f"/proc/{pid}/task").glob("*") for each in _children(task)}
    return [pid, *(found for child in children for found in family(child))]


class Watched:
    """Most resident memory of a process and its descendants together, looked at ten times a second."""

    peak_mb = 0.0


@contextmanager
def watching(pid: int) -> Iterator[Watched]:
    """Watch the memory of a process."""
    watched, ended = Watched(), threading.Event()

    def look() -> None:
        while not ended.wait(0.1):
            watched.peak_mb = max(watched.peak_mb, sum(resident_mb(each) for each in family(pid)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watched
    finally:
        ended.set()
        thread.join()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_mb(name: str) -> float:
    """Return a line of ``/proc/meminfo``, e.g. ``MemAvailable``; 0 where there is none."""
    return _line(Path("/proc/meminfo"), name)


def _children(task: Path) -> list[int]:
    try:
        return [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _status(pid: int, name: str) -> float:
    return _line(Path(f"/proc/{pid}/status"), name)


def _line(path: Path, name: str) -> float:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)
