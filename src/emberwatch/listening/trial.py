"""What would these words have caught? Tries a brand's words on the latest stored posts, saving nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emberwatch.listening.highlights import pieces
from emberwatch.listening.models import Brand, Post
from emberwatch.triage.pipeline import BrandTerms, Effort, PostText, Triage
from emberwatch.triage.stages.about_us import AboutUs
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.models import Workspace

TRIED = 500
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Caught:
    """A post that the words catch, cut at them. `is_new` if the brand does not have it now."""

    post: Post
    cut: list[tuple[str, bool]]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """How many posts were looked at and caught, how many the brand would gain and lose, and some of each."""

    looked_at: int
    caught: int
    gained: int
    lost: int
    shown: list[Caught]
    shown_lost: list[Post]


def try_words(workspace: Workspace, brand: Brand | None, words: dict[str, list[str]]) -> Trial:
    """Judge the newest public posts of others by these words alone. Private messages are left out: what is written
    to us is always about us."""
    rows = Post.objects.within(workspace).filter(private=False, ours=False).defer("raw", "verdict")
    posts = list(rows.order_by("-id")[:TRIED])
    verdicts = _judge(posts, words)
    caught = [
        Caught(post, _cut(post, verdict), brand is None or post.brand_id != brand.pk)
        for post, verdict in zip(posts, verdicts, strict=True)
        if verdict is not None and verdict.about_us
    ]
    kept = {one.post.pk for one in caught}
    lost = [post for post in posts if brand is not None and post.brand_id == brand.pk and post.pk not in kept]
    caught.sort(key=lambda one: not one.is_new)
    gained = sum(one.is_new for one in caught)
    return Trial(len(posts), len(caught), gained, len(lost), caught[:SHOWN], lost[:SHOWN])


def _judge(posts: Sequence[Post], words: dict[str, list[str]]) -> list[Verdict | None]:
    terms = BrandTerms(id=1, name="", **{key: tuple(entries) for key, entries in words.items()})
    texts = [PostText(text=post.text, title=post.title, network=post.network) for post in posts]
    answers = Triage([terms], kinds=[AboutUs]).label_many(texts, Effort.FAST)
    return [answer if isinstance(answer, Verdict) else None for answer in answers]


def _cut(post: Post, verdict: Verdict) -> list[tuple[str, bool]]:
    spans = [(reason.start, reason.end) for reason in verdict.reasons.get("about_us", ())]
    first = max(0, min((start for start, _ in spans), default=0) - 80)
    text = post.text[first : first + 280]
    return pieces(text, [(start - first, end - first) for start, end in spans])
