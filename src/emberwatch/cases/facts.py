"""What cases tell the journal. Every one but the last has the case as its subject."""

from __future__ import annotations

from emberwatch.journal.facts import Fact


class CaseOpened(Fact, frozen=True):
    """A customer's problem became a case."""


class PostJoined(Fact, frozen=True):
    """A post was added to a case that was there."""


class CaseAssigned(Fact, frozen=True):
    """A case was given to somebody, or to nobody."""


class CaseTaken(Fact, frozen=True):
    """Somebody began to work on a case."""


class CaseReconsidered(Fact, frozen=True):
    """What was understood of a post was corrected, and its case followed."""


class CaseSpread(Fact, frozen=True):
    """The posts of a case were passed on, so its reach changed."""


class CaseTagged(Fact, frozen=True):
    """The tags of a case were changed."""


class CaseCorrected(Fact, frozen=True):
    """A person corrected what the software had understood (severity, title)."""


class NoteWritten(Fact, frozen=True):
    """A colleague left a note."""


class CustomerAnswered(Fact, frozen=True):
    """An answer reached the customer."""


class CaseWaits(Fact, frozen=True):
    """A case was set to wait on the customer, or on us."""


class CaseLate(Fact, frozen=True):
    """A deadline passed without an answer."""


class CaseClosed(Fact, frozen=True):
    """A case ended with an outcome."""


class CaseReopened(Fact, frozen=True):
    """A closed case began again."""


class CaseMerged(Fact, frozen=True):
    """A case was merged into another."""


class CaseSplit(Fact, frozen=True):
    """Posts of a case became a case of their own."""


class WeightsChanged(Fact, frozen=True):
    """How much each part of priority counts was changed; the subject is the workspace."""
