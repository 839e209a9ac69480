"""What can go wrong when people write: scenarios, proposals, signatures."""

from __future__ import annotations

from jiebei_dash.errors.base import JiebeiError


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


class PersonUnnamed(JiebeiError):
    """Somebody wants to sign and has given no name."""


class MayNotSign(JiebeiError):
    """The reader's role may not take this step on a proposal. Facts: ``role``, ``step``."""


class OwnProposal(JiebeiError):
    """Nobody approves, rejects or takes back what is their own. Facts: ``policy``, ``step``."""


class NotTheAuthor(JiebeiError):
    """A step that only the author of a proposal takes. Facts: ``policy``, ``person``, ``step``."""


class ProposalMissing(JiebeiError):
    """There is no proposal of that number. Facts: ``policy``."""


class ProposalClosed(JiebeiError):
    """A proposal was decided or withdrawn already. Facts: ``proposal_id``, ``proposal_state``, ``person``."""


class QuestionOpen(JiebeiError):
    """A proposal whose author was asked cannot be approved before the answer. Facts: ``policy``."""


class NothingAsked(JiebeiError):
    """An answer where nothing was asked. Facts: ``policy``."""


class TextNeeded(JiebeiError):
    """A step that has to say why, and does not. Facts: ``step``."""


class BaseReplaced(JiebeiError):
    """A proposal changes a policy that is no longer the one signed last. Facts: ``policy``, ``base``, ``newest``."""


class EffectiveInPast(JiebeiError):
    """The first day of a proposal has passed. Facts: ``effective_on``, ``today``."""


class EffectiveTooEarly(JiebeiError):
    """A proposal would begin before the policy it changes. Facts: ``effective_on``, ``newest``, ``newest_on``."""


class PolicyHashWrong(JiebeiError):
    """The text of a policy is not the one that was hashed. Facts: ``sha256``."""


class PolicyTextInvalid(JiebeiError):
    """The text of a policy is no JSON object. Facts: ``sha256``."""


class PolicyUnknown(JiebeiError):
    """There is no policy of that name, in the book or on the desk. Facts: ``policy``."""


class ProposalUnchanged(JiebeiError):
    """A proposal is the policy that it would change. Facts: ``base``."""


class NothingBefore(JiebeiError):
    """No policy was in force before the one to be taken back. Facts: ``policy``."""


class SigningUnavailable(JiebeiError):
    """Proposals cannot be read or written, or the log cannot take them. Facts: ``address``."""
