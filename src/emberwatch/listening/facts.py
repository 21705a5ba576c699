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


class PostReadClosely(Fact, frozen=True):
    """A person had a post read closely that had only had a quick reading."""


class PostCorrected(Fact, frozen=True):
    """A person said what a post is; posts like it are understood so from now on."""


class CorrectionUndone(Fact, frozen=True):
    """A person took a correction or an example back."""


class ExampleGiven(Fact, frozen=True):
    """A person wrote down what a department or product hears."""


class TopicNamed(Fact, frozen=True):
    """A department or product was added or renamed."""


class TopicDropped(Fact, frozen=True):
    """A department or product was taken away, with what was learnt of it."""


class CostsSet(Fact, frozen=True):
    """It was said what a miss costs beside a false alarm."""


class LexiconSet(Fact, frozen=True):
    """The workspace's own words were set."""
