"""Invent a book whose truth is known: a lender's life month by month, then its tables.

In each month people apply, the policy and the model of that day decide, lines are drawn and open loans pay. A model is
trained in the course of it, on what had matured by then, so every stored score is of a model that knew only the past.
A large lender is lived in shards, see :mod:`jiebei_dash.sample.shard`, several at once, each put into a work folder; a
run that was stopped or killed goes on with the shards that are missing. The same seed gives the same tables, whatever
the machine's number of cores: each purpose has its own chance in each month of each shard.
**Source**: ``data/sample.toml``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.engine import make_url

from jiebei_dash.load.writer import new_book
from jiebei_dash.sample.calibration import read_parameters
from jiebei_dash.sample.course import has_models
from jiebei_dash.sample.gathering import gather
from jiebei_dash.sample.living import Progress
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.plan import SHARD_APPLICATIONS, Plan
from jiebei_dash.sample.shard import make_shard
from jiebei_dash.sample.truth import truth_folder, write_truth
from jiebei_dash.sample.work import Work
from jiebei_dash.sample.workers import make_shards, workers_here

NAME = "Jiebei-like sample"
_LIVED, _GATHERED = 0.55, 0.90
"""Parts of the whole work that are done when all shards are there, and when their rows are in the book."""


def make_sample(
    book_url: str,
    models_dir: Path,
    applications: int = 200_000,
    months: int = 94,
    seed: int = 20260131,
    last_month: date = date(2026, 10, 1),
    progress: Progress | None = None,
    shard_applications: int = SHARD_APPLICATIONS,
    workers: int | None = None,
) -> None:
    """Invent a book, its models and its truth, and switch to it when it is whole.

    Parameters
    ----------
    book_url
        Address of the book; its truth is written beside it, see :func:`jiebei_dash.sample.truth.truth_folder`.
    models_dir
        The shelf of models.
    applications
        Applications in all; loans and months follow in proportion.
    months
        Months, the last of which is ``last_month``.
    seed
        Same seed, same tables.
    last_month
        Last closed month.
    progress
        Is told what is being done (a code of ``codes.sample_step``) and the done share 0-1.
    shard_applications
        Most applications of a shard; another size gives another book. The models learn from the first shard alone.
    workers
        Processes for the other shards; the number of cores, at most four, if None.

    Raises
    ------
    BadArgument
        Too few months, or too few applications for them.
    BookLocked, BookNotWritable, BookNotWritten
        See :func:`jiebei_dash.load.writer.new_book`; the old book stays.
    SampleStopped
        A process that made shards was ended from outside; what is finished is used by the next run.

    Notes
    -----
    **Source**: ``data/sample.toml``, house calibration to published peers.
    """
    plan = Plan(applications, months, seed, last_month, shard_applications, models_dir)
    plan.check()
    tell = progress or _silent
    parameters = read_parameters()
    source = plan.source_sha256(parameters.sha256)
    with new_book(book_url, "sample", NAME, source) as writer:
        book = Path(str(make_url(book_url).database)).resolve()
        work = Work(book.with_name(f"{book.name}.sample-work"), plan.identity(parameters.sha256))
        work.sweep()
        _live(plan, parameters, work, workers, tell)
        gather(writer, work, plan.shards, lambda what, done: tell(what, _LIVED + (_GATHERED - _LIVED) * done))
        write_truth(truth_folder(book), [work.shard(shard) for shard in range(plan.shards)], parameters, source)
        tell("checks", _GATHERED)
    work.remove()
    tell("done", 1.0)


def _live(plan: Plan, parameters: Parameters, work: Work, workers: int | None, tell: Progress) -> None:
    """Make the shards that are not there yet: the first one alone, for the others live with its models."""
    done = {shard: 1.0 for shard in range(plan.shards) if work.counts(shard) is not None}
    if 0 in done and not has_models(work.course(), plan.models_dir):
        del done[0]

    def told(shard: int, done_rate: float, what: str = "shards") -> None:
        done[shard] = done_rate
        tell(what, _LIVED * sum(done.values()) / plan.shards)

    if 0 not in done:
        make_shard(plan, parameters, work, 0, lambda what, done_rate: told(0, done_rate, what))
        told(0, 1.0, "tables")
    if left := [shard for shard in range(plan.shards) if shard not in done]:
        make_shards(plan, parameters, work, left, workers or workers_here(), told)


def _silent(what: str, done_rate: float) -> None:
    del what, done_rate
