"""What listening tells the journal."""

from __future__ import annotations

from emberwatch.journal.facts import Fact


class SourceAdded(Fact, frozen=True):
    """A place to listen was added."""


class SourceChanged(Fact, frozen=True):
    """A source's settings were changed (secrets are never told)."""


class SourcePaused(Fact, frozen=True):
    """A person stopped listening there."""


class SourceResumed(Fact, frozen=True):
    """Listening began again."""


class SourceFailed(Fact, frozen=True):
    """A source stopped being heard."""


class SourceRecovered(Fact, frozen=True):
    """A source is heard again."""


class SourceRewound(Fact, frozen=True):
    """A back-fill was asked for: the source is read again from an earlier point."""


class BrandSaved(Fact, frozen=True):
    """A brand's words were set."""


class PostEdited(Fact, frozen=True):
    """Somebody changed what they had said."""


class PostDeleted(Fact, frozen=True):
    """Somebody took back what they had said."""


class PostSetAside(Fact, frozen=True):
    """A post could not be understood and waits for a person."""
