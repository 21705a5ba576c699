"""A triage whose readers have set answers and take set times, put in the place of the shipped models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from emberwatch.engine import closely, explaining, pipeline
from emberwatch.engine.effort import Allowance, Keeper
from emberwatch.listening.models import Brand
from emberwatch.triage.interface import BrandTerms, Reading
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.scores import HEADS, Scores
from emberwatch.vocabulary.verdicts import Reason, Tier
from tests.triage.readers import Stub


@dataclass
class Clock:
    """A clock that stands still until told."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


class Paced(Stub):
    """Takes `seconds` a post by a set clock, counts what it reads, and gives a post's first word as every reason."""

    def __init__(self, chances: Mapping[str, float], tier: Tier, clock: Clock, seconds: float) -> None:
        super().__init__(chances, tier=tier)
        self.posts = 0
        self.explained: list[str] = []
        self._clock = clock
        self._seconds = seconds

    def read(self, readings: Sequence[Reading], languages: Sequence[str | None]) -> Scores:
        self.posts += len(readings)
        self._clock.now += self._seconds * len(readings)
        return super().read(readings, languages)

    def words(
        self, reading: Reading, language: str | None, heads: Sequence[int], most: int
    ) -> list[tuple[Reason, ...]]:
        self.explained.append(reading.post.text)
        end = len(reading.post.text.split(maxsplit=1)[0])
        return [(Reason(0, end, 0.1 + head / len(HEADS)),) for head in heads]


DOUBTFUL = {"complaint": 0.6, "neutral": 0.2, "negative": 0.7, "positive": 0.1}
SURE = {"complaint": 0.97, "anger": 0.9, "neutral": 0.02, "negative": 0.97, "positive": 0.01}


@dataclass
class Desk:
    """Both readers of a set triage, its keeper, and their clock."""

    clock: Clock
    quick: Paced
    close: Paced
    triage: Triage
    keeper: Keeper = field(init=False)

    def allow(self, allowance: Allowance) -> None:
        """An hour ago a bucket of this kind was full, and nothing came since."""
        self.keeper = Keeper(allowance, self.clock)
        self.clock.now += 3600


def set_up(monkeypatch: pytest.MonkeyPatch, brand: Brand, *, allowance: Allowance | None = None) -> Desk:
    """Let the engine read with set answers: quickly in 1/10,000 s a post, closely in 1/400 s."""
    clock = Clock()
    quick, close = Paced(DOUBTFUL, Tier.FAST, clock, 1e-4), Paced(SURE, Tier.DEEP, clock, 1 / 400)
    terms = BrandTerms(id=brand.pk, name=brand.name, terms=tuple(brand.terms))
    desk = Desk(clock, quick, close, Triage([terms], fast=quick, deep=close))
    desk.allow(allowance or Allowance())
    for module in (pipeline, explaining, closely):
        monkeypatch.setattr(module, "triage_for", lambda workspace: desk.triage)
    monkeypatch.setattr(pipeline, "keeper", lambda: desk.keeper)
    monkeypatch.setattr(explaining, "_known", type(explaining._known)())
    return desk
