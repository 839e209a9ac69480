"""What can go wrong, each with the facts that its sentence needs.

The sentences themselves stand in ``text/<language>/errors.toml`` under the class's name in snake case;
``app.py`` and ``__main__`` word them once. Anything that is not a :class:`JiebeiError` is a bug.
"""

from __future__ import annotations

import re

Fact = str | int | float


class JiebeiError(Exception):
    """An expected failure that a reader can mend.

    Parameters
    ----------
    **facts
        The values that its sentence names, e.g. ``path`` or ``column``.
    """

    def __init__(self, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(f"{self.key()}: {facts}")

    @classmethod
    def key(cls) -> str:
        """Return the key of the sentence, ``errors.<name in snake case>``."""
        return "errors." + re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class BookMissing(JiebeiError):
    """There is no book at the address. Facts: ``address``."""


class BookLocked(JiebeiError):
    """Another process holds the book for writing. Facts: ``address``."""


class BookNotWritable(JiebeiError):
    """A book cannot be made at the address: no DuckDB file, or no place to write. Facts: ``address``."""


class BookUnknownThen(JiebeiError):
    """No version of the book is kept that was current on a day. Facts: ``day``."""


class BookNotWritten(JiebeiError):
    """A book could not be finished: the disk is full or failed; the old one is as it was. Facts: ``address, why``."""


class BookReplaced(JiebeiError):
    """Another version has taken the place of the one that was asked about. Facts: ``data_version``."""


class DriverMissing(JiebeiError):
    """What speaks to the server of an address is not installed, or not known. Facts: ``address``."""


class PublishFailed(JiebeiError):
    """A book could not be published; the server holds what it held. Facts: ``address, why``."""


class SampleStopped(JiebeiError):
    """A process that made part of the sample was ended from outside. Facts: ``code``."""


class BookHalfMade(JiebeiError):
    """The address holds something, but no finished book. Facts: ``address``, ``missing``."""


class BookLacks(JiebeiError):
    """The book never had what the question needs. Facts: ``capability``."""


class EmptyScope(JiebeiError):
    """Nothing in the book fits the chosen scope. No facts."""


class OneArm(JiebeiError):
    """A comparison has only one arm in the scope. Facts: ``arm``."""


class NothingMatured(JiebeiError):
    """No loan of the champion has closed its sixth month on book, so its bad rate has to be given."""


class TruthMissing(JiebeiError):
    """No truth is kept beside the book, or it is of another book or of no part of it."""


class PeersInvalid(JiebeiError):
    """The table of published levels cannot be used. Facts: ``path, why``."""


class LoanNotFound(JiebeiError):
    """No drawdown has the number, or none had by the as-of month. Facts: ``number``."""


class RecordNotFound(JiebeiError):
    """No such case in the book. Facts: ``number``."""


class NotAllowed(JiebeiError):
    """The reader's role may not ask this. Facts: ``role``, ``level``."""


class MayNotLoad(JiebeiError):
    """The reader's role may not bring in a tape. Facts: ``role``."""


class LogUnavailable(JiebeiError):
    """A single case was asked for and the log could not take it. Facts: ``address``."""


class DeskUnavailable(JiebeiError):
    """What people keep on the desk cannot be read or written. Facts: ``address``."""


class AnswerTooLarge(JiebeiError):
    """A question returned more rows than a page may carry. Facts: ``rows``, ``bound``."""


class UnknownSubject(JiebeiError):
    """``ask`` was given a subject that does not exist. Facts: ``subject``, ``known``."""


class BadArgument(JiebeiError):
    """An argument is unknown or out of range. Facts: ``name``, ``value``, ``allowed``."""


class PolicyInvalid(JiebeiError):
    """A text is not a policy. Facts: ``part``."""


class PolicyChanged(JiebeiError):
    """A policy does not have the hash that came with it. Facts: ``expected``, ``found``."""


class MartsBusy(JiebeiError):
    """Another process sums the marts of the book. Facts: ``path``."""


class MartsNotWritten(JiebeiError):
    """The marts could not be finished; questions add up the rows themselves. Facts: ``path``, ``why``."""


class MartsStopped(JiebeiError):
    """Whoever asked for the marts wants them no more. No facts."""


class ModelMissing(JiebeiError):
    """The artefact of a model version is not on the shelf. Facts: ``model_version``."""


class ModelChanged(JiebeiError):
    """An artefact's bytes are not those that were registered. Facts: ``model_version``."""


class ModelUntrainable(JiebeiError):
    """The matured loans cannot train a model. Facts: ``loans``, ``bads``."""


class AssumptionsInvalid(JiebeiError):
    """The file of assumptions cannot be used. Facts: ``path``, ``why``."""


class LimitsInvalid(JiebeiError):
    """The table of portfolio limits cannot be used. Facts: ``path``, ``why``."""


class ClassesInvalid(JiebeiError):
    """The table of the five classes cannot be used. Facts: ``path``, ``why``."""


class AllowanceTooNarrow(JiebeiError):
    """Allowances are kept by month, product class and stage alone. Facts: ``split``."""


class BorrowersTooNarrow(JiebeiError):
    """Borrowers are counted once each in the whole book or in one code of one dimension. No facts."""


class TapeMissing(JiebeiError):
    """There is no tape at the path. Facts: ``path``."""


class TapeColumnMissing(JiebeiError):
    """The mapping names a column that the tape has not. Facts: ``column``, ``tape``, ``known``."""


class MappingInvalid(JiebeiError):
    """The mapping file cannot be used. Facts: ``path``, ``why``."""


class TapeUnreadable(JiebeiError):
    """The tape cannot be read as what it claims to be. Facts: ``path``, ``why``."""


class TapeCurrency(JiebeiError):
    """Amounts are in another currency than the book's. Facts: ``file``, ``column``, ``found``, ``currency``."""


class ControlsInvalid(JiebeiError):
    """The control totals cannot be read. Facts: ``path``, ``line``."""


class LoadStopped(JiebeiError):
    """A load was stopped, nothing was changed. Facts: ``file``, ``load_stop``, ``count``, ``bound``, ``listed``."""


class LoadCancelled(JiebeiError):
    """Somebody stopped a load; nothing was changed. No facts."""


class MonthsImpossible(JiebeiError):
    """A tape cannot replace months of a book. Facts: ``course``."""


class MendedInvalid(JiebeiError):
    """A mended list cannot be loaded. Facts: ``path``, ``why``."""


class PortTaken(JiebeiError):
    """Another program listens where the app wants to. Facts: ``port``."""


class ReportNotWritten(JiebeiError):
    """A report cannot be put where it was asked for. Facts: ``path``, ``why``."""


class ScenariosUnavailable(JiebeiError):
    """Saved scenarios cannot be written or read: the log or the desk failed. Facts: ``address``."""


class ScenarioUnnamed(JiebeiError):
    """A scenario has no name, or too long a one. Facts: ``most``."""


class ScenarioNotFound(JiebeiError):
    """No saved scenario has the number. Facts: ``scenario``."""


class ScenarioParentUnknown(JiebeiError):
    """A scenario was made from one that is not on the desk. Facts: ``name``, ``parent``."""


class ScenarioCycle(JiebeiError):
    """A scenario was made from itself, by way of others. Facts: ``file``, ``name``."""


class ScenarioChanged(JiebeiError):
    """The hash of a scenario is not that of its content. Facts: ``file``, ``name``."""


class ScenarioFileUnreadable(JiebeiError):
    """A file holds no scenarios. Facts: ``file``, ``scenario_flaw``."""


class ScenarioFileUnusable(JiebeiError):
    """A field of a scenario is not what it should be. Facts: ``file``, ``field``, ``scenario_flaw``."""


class ScenarioDraftUnusable(JiebeiError):
    """What a scenario says of policy or book means nothing here. Facts: ``name, item, value, allowed``."""


class ScenarioDataGone(JiebeiError):
    """The version of the book on which a scenario was saved is not kept. Facts: ``name, data_version, today``."""


class MayNotSave(JiebeiError):
    """The reader's role may not save scenarios. Facts: ``role``."""


class FrontierUnknown(JiebeiError):
    """Lines, chances or take-up of whoever a policy would approve are unknown, so none can be compared. No facts."""


class DraftApprovesNobody(JiebeiError):
    """The draft approves nobody in the window, so nothing can be told of its loans. No facts."""


class LimitUnreachable(JiebeiError):
    """No policy was found that keeps to a limit of the solver. Facts: ``limit``, ``wanted``, ``best``."""


class LimitsClash(JiebeiError):
    """Two limits of the solver hold alone, and not together. Facts: ``limit, wanted, other_limit, other_wanted``."""


class LimitsClashTogether(JiebeiError):
    """Any two limits of the solver hold together, and not all three. No facts."""
