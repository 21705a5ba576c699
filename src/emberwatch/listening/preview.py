"""What other thresholds would have called among the workspace's own latest posts; nothing is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from emberwatch.listening.models import Post, Stage
from emberwatch.triage.scores import QUESTIONS
from emberwatch.triage.settings import Thresholds
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.models import Workspace

LOOKED_AT = 500
SHOWN = 8

INTENTS = ("complaint", "question", "praise", "suggestion", "spam")


@dataclass(frozen=True, slots=True)
class Changed:
    """A post that is called otherwise: how likely it holds the label, and whether it would be called."""

    post: Post
    chance: int
    called: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What one label's threshold does: how many posts it calls now and would call, and some that change."""

    label: str
    threshold: float
    now: int
    then: int
    changed: int
    shown: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """How many posts were looked at, and what each label's threshold does to them."""

    looked_at: int
    effects: tuple[Effect, ...]


def chances(verdict: Verdict) -> dict[str, float]:
    """How likely each label with a threshold is; labels that the verdict does not tell are left out."""
    told = {label: verdict.intents[label] for label in INTENTS if label in verdict.intents}
    tone = {"spam": verdict.spam, "sarcasm": verdict.sarcasm, "offensive": verdict.offensive, "hate": verdict.hate}
    return {**told, **tone, **verdict.emotions}


def preview(workspace: Workspace, now: Thresholds, then: Thresholds) -> Preview:
    """Judge the latest understood posts of others by both thresholds. What a person said of a post does not count:
    no threshold changes it."""
    posts = list(_latest(workspace))
    told = [(post, _free(msgspec.json.decode(post.verdict, type=Verdict))) for post in posts]
    return Preview(len(posts), tuple(_effect(label, told, now.of(label), then.of(label)) for label in QUESTIONS))


def _latest(workspace: Workspace) -> Iterator[Post]:
    rows = Post.objects.within(workspace).filter(stage=Stage.UNDERSTOOD, ours=False).exclude(verdict="")
    yield from rows.only("id", "workspace_id", "text", "title", "verdict", "author_name", "author_handle", "author_id",
                         "network", "created_at").order_by("-id")[:LOOKED_AT]  # fmt: skip


def _free(verdict: Verdict) -> Mapping[str, float]:
    """The chances of what nobody corrected."""
    fixed = set(verdict.corrected) | (set(INTENTS) if "intent" in verdict.corrected else set())
    return {label: chance for label, chance in chances(verdict).items() if label not in fixed}


def _effect(label: str, told: list[tuple[Post, Mapping[str, float]]], now: float, then: float) -> Effect:
    likely = [(post, each[label]) for post, each in told if label in each]
    changed = [(post, chance) for post, chance in likely if (chance >= now) != (chance >= then)]
    changed.sort(key=lambda pair: -pair[1])
    return Effect(
        label, then, sum(chance >= now for _, chance in likely), sum(chance >= then for _, chance in likely),
        len(changed), tuple(Changed(post, round(chance * 100), chance >= then) for post, chance in changed[:SHOWN]),
    )  # fmt: skip
