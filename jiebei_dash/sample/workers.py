"""Shards made at once, each in one of a few processes; whoever stops them, nothing half-made is taken for whole.

A worker tells over a pipe how far it is. If the run is stopped the workers are ended; if it is killed their pipes break
and they end by themselves at the next month.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from jiebei_dash.errors import SampleStopped
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.plan import Plan
from jiebei_dash.sample.shard import make_shard
from jiebei_dash.sample.work import Work

MOST_WORKERS = 4
"""More would need more memory than a sample should."""


def workers_here() -> int:
    """Return how many processes this machine's cores are good for."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_WORKERS)


def make_shards(
    plan: Plan,
    parameters: Parameters,
    work: Work,
    shards: Sequence[int],
    workers: int,
    told: Callable[[int, float], None],
) -> None:
    """Make shards, several at once.

    Parameters
    ----------
    plan, parameters, work
        What is invented, from which calibration, and where; the first shard is finished.
    shards
        Their numbers.
    workers
        How many processes.
    told
        Is told a shard and its done share, 1.0 when it is finished.

    Raises
    ------
    SampleStopped
        A worker was ended before its work was done.
    OSError
        What a worker met: a full disk, above all.
    """
    context = get_context("spawn")
    count = min(workers, len(shards))
    running: dict[Connection, BaseProcess] = {}
    try:
        for number in range(count):
            listening, telling = context.Pipe(duplex=False)
            process = context.Process(
                target=_work, args=(plan, parameters, work, shards[number::count], telling), daemon=True
            )
            process.start()
            telling.close()
            running[listening] = process
        while running:
            ready = set(wait(list(running)))
            for listening in [each for each in running if each in ready]:
                try:
                    message = listening.recv()
                except EOFError as error:
                    ended = running.pop(listening)
                    ended.join()
                    if ended.exitcode:
                        raise SampleStopped(code=ended.exitcode) from error
                    continue
                if isinstance(message, OSError):
                    raise message
                told(*message)
    finally:
        for left in running.values():
            left.terminate()
        for left in running.values():
            left.join()


def _work(plan: Plan, parameters: Parameters, work: Work, shards: Sequence[int], telling: Connection) -> None:
    # Ctrl-C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for shard in shards:

            def tell(what: str, done_rate: float, shard: int = shard) -> None:
                del what
                telling.send((shard, done_rate))

            make_shard(plan, parameters, work, shard, tell)
            telling.send((shard, 1.0))
    except BrokenPipeError:
        # Nobody is left to make a book of it.
        return
    except OSError as error:
        telling.send(error)
