"""What can go wrong when a book is read and asked."""

from __future__ import annotations

from jiebei_dash.errors.base import JiebeiError


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


class FairRulesInvalid(JiebeiError):
    """The table of fair-lending rules cannot be used. Facts: ``path, why``."""


class GroupsTooSmall(JiebeiError):
    """No group of the scope has as many persons as a group must have to be shown. Facts: ``floor``."""


class EligibilityInvalid(JiebeiError):
    """The table of what funders take cannot be used. Facts: ``path``, ``why``."""


class ClassesInvalid(JiebeiError):
    """The table of the five classes cannot be used. Facts: ``path``, ``why``."""


class AllowanceTooNarrow(JiebeiError):
    """Allowances are kept by month, product class and stage alone. Facts: ``split``."""


class BorrowersTooNarrow(JiebeiError):
    """Borrowers are counted once each in the whole book or in one code of one dimension. No facts."""


class PortTaken(JiebeiError):
    """Another program listens where the app wants to. Facts: ``port``."""


class ReportNotWritten(JiebeiError):
    """A report cannot be put where it was asked for. Facts: ``path``, ``why``."""
