"""What triage knows of a workspace: its brands, its own words, and how sure it wants to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from emberwatch.triage.layer import Layer


class BrandTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How people name a brand. Case and accents do not matter anywhere.

    `terms` and `misspellings` are words, phrases or @handles, matched whole. `hashtags` also match inside a longer
    tag. `places` count where another word names the brand too, or where the brand has nothing but places. An
    exclusion that contains one of the brand's words ("delta river") spoils only that match; any other ("airport")
    spoils the whole post for the brand.
    """

    id: int
    name: str
    terms: tuple[str, ...] = ()
    misspellings: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()


class Lexicon(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace's own words, matched whole, without case and accents.

    `order_numbers` are shapes of its order numbers: # stands for a digit, ? for a letter, all else for itself
    ("LF-######"). `competitors` and `places` are names that a post may mention beside the brand's.
    """

    order_numbers: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


EVEN = 0.5


class Thresholds(msgspec.Struct, frozen=True):
    """From which probability on a label counts as a yes: `by_label["complaint"]` and so on, one half where unsaid.

    Where a miss costs m times as much as a false alarm, calling it from 1 / (1 + m) on costs least (Elkan, "The
    foundations of cost-sensitive learning", 2001), provided that the probabilities are calibrated.
    """

    by_label: dict[str, float] = msgspec.field(default_factory=dict)

    def of(self, label: str) -> float:
        """The threshold of one label."""
        return self.by_label.get(label, EVEN)


def threshold(miss: float, false_alarm: float) -> float:
    """The threshold that costs least where a miss and a false alarm cost this much; both are above zero."""
    return false_alarm / (false_alarm + miss)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What the stages of one workspace are made from. `layer` is what it taught, None where it taught nothing."""

    brands: tuple[BrandTerms, ...] = ()
    lexicon: Lexicon = Lexicon()
    thresholds: Thresholds = Thresholds()
    layer: Layer | None = None
