"""A post made ready to read, and the way back from what was read to places in the post."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from emberwatch.triage.folding import Folded, fold
from emberwatch.triage.phrases import words_of
from emberwatch.vocabulary.verdicts import Reason

RULES_READ = 100_000
"""Characters of a post (title and text together) that the rules read; the rest is neither matched nor masked."""
MODELS_READ = 2_000
"""Characters of a post that the models read."""


class PostText(msgspec.Struct, frozen=True, kw_only=True):
    """A post as triage sees it.

    `direct` marks what was sent to us (a direct message, an e-mail, a web form), which is always about us.
    `language_hint` is what the network or the author's profile says, None where they say nothing; `reach` is how many
    people follow the author, None where the network hides it.
    """

    text: str
    title: str = ""
    language_hint: str | None = None
    direct: bool = False
    network: str = ""
    author_handle: str = ""
    reach: int | None = None


class Reading(msgspec.Struct, frozen=True):
    """A post made ready to read: title and text as one, the same folded, and its words. The text starts at `shift`."""

    post: PostText
    text: str
    folded: Folded
    words: list[str]
    shift: int

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The place in the post's text of `folded.text[start:end]`; None where that lies in the title."""
        first, last = self.folded.span(start, end)
        return (first - self.shift, last - self.shift) if first >= self.shift else None

    def reasons(self, places: Sequence[tuple[int, int, float]]) -> tuple[Reason, ...]:
        """Reasons for words at these places of the folded text, with their weights; those in the title are left out."""
        if self.folded.places is None and not self.shift:
            return tuple([Reason(start, end, weight) for start, end, weight in places])
        found = [self.reason(start, end, weight) for start, end, weight in places]
        return tuple([reason for reason in found if reason])

    def reason(self, start: int, end: int, weight: float) -> Reason | None:
        """A reason for the words at `folded.text[start:end]`, None where they stand in the title."""
        place = self.span(start, end)
        return Reason(place[0], place[1], weight) if place else None


def make_reading(post: PostText) -> Reading:
    """`post` ready for the stages."""
    if post.title:
        title = post.title[: RULES_READ // 2]
        text = f"{title}\n{post.text}"[:RULES_READ]
        shift = len(title) + 1
    else:
        text, shift = post.text[:RULES_READ], 0
    folded = fold(text)
    return Reading(post, text, folded, words_of(folded.text), shift)
