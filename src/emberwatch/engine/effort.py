"""How much close reading the machine can afford: seconds earned while nothing else is to be done, spent on reading.

A process earns seconds only while no batch is in its hands. So close reading lives on idle time alone, and the batches
of a quiet hour are read closely whole. Where one batch follows upon another, posts may be waiting: then only a small
part of what is saved goes to each, for those that matter most, nothing is earned, and soon everything is read quickly,
at once.

Each process keeps a bucket of its own. It is the process that is idle or busy, one process reads on about one core, and
processes may stand on several machines; a common bucket would be one more row for all of them to wait for. What a
reading costs is its time on the clock, not on the processor: where processes share a core a reading takes longer, costs
more, and each reads less.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

from django.core.exceptions import ImproperlyConfigured

from emberwatch.triage.interface import Failed, PostText
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.tiers import Effort
from emberwatch.vocabulary.verdicts import Tier, Verdict

LONGEST = 2.0
"""Seconds of close reading in one batch: no post waits longer than this for its neighbours."""
HURRIED = 1 / 40
"""The part of what is saved that goes to a batch that follows upon another."""
_PATIENCE = 64
"""Posts after which a new measurement weighs as much as what was known before."""
_SAMPLE = 64
_FASTEST = 1e-5


@dataclass(frozen=True, slots=True)
class Allowance:
    """`share` seconds of close reading are earned in each idle second; `most` can be saved up. No share, no close
    reading."""

    share: float = 0.5
    most: float = 10.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds a post takes: to be read at all, and to be read closely besides. The first figures are those of a slow
    machine, so that the first batch is not held up."""

    quick: float = 1 / 5_000
    close: float = 1 / 100


@dataclass(frozen=True, slots=True)
class Bucket:
    """Seconds `saved`, as they stood `at` a moment of a clock that only runs forward."""

    saved: float
    at: float


def earned(bucket: Bucket, allowance: Allowance, now: float) -> Bucket:
    """The bucket after idle time up to `now`; a clock that seems to run backwards earns nothing and costs nothing."""
    gained = max(0.0, now - bucket.at) * allowance.share
    return Bucket(min(allowance.most, bucket.saved + gained), max(bucket.at, now))


def paid(bucket: Bucket, allowance: Allowance, seconds: float) -> Bucket:
    """The bucket less `seconds` (below zero: given back), never empty beyond nothing nor full beyond its most. What a
    reading took beyond all that was saved is forgiven: the pace has learnt from it."""
    return replace(bucket, saved=min(allowance.most, max(0.0, bucket.saved - seconds)))


def room(bucket: Bucket, pace: Pace, *, idle: float, leave: float = 0.0) -> int:
    """How many posts of a batch can be read closely after `idle` seconds without one, if `leave` are to stay.

    A batch is held up no longer than nobody came before it, or, where it follows upon another, by a part of what is
    saved that shrinks with each: so close reading makes no queue that lasts.
    """
    free = max(0.0, bucket.saved - leave)
    return int(min(free, LONGEST, max(idle, free * HURRIED)) / pace.close)


def learnt(pace: Pace, *, posts: int, closely: int, seconds: float) -> Pace:
    """The pace after a batch of `posts`, of which some were read `closely`, took `seconds`."""
    if not closely:
        return replace(pace, quick=_blend(pace.quick, seconds / posts, posts)) if posts else pace
    return replace(pace, close=_blend(pace.close, max(0.0, seconds - pace.quick * posts) / closely, closely))


def _blend(known: float, seen: float, posts: int) -> float:
    weight = posts / (posts + _PATIENCE)
    return max(_FASTEST, known + (seen - known) * weight)


class Keeper:
    """Keeps this process's bucket. Safe from several threads: what a batch may spend is set aside before it begins."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self.allowance = allowance
        self.pace = Pace()
        self.bucket = Bucket(allowance.most if allowance.share else 0.0, clock())
        self._clock = clock
        self._lock = threading.Lock()
        self._batches = 0
        self._idle = 0.0

    def warm_up(self, triage: Triage) -> None:
        """Load the models and learn their pace, so that the first complaint waits for neither."""
        if not self.allowance.share:
            return
        sample = [
            PostText(text=f"@someone the parcel never came, order {number}, what now?") for number in range(_SAMPLE)
        ]
        triage.label_many(sample[:1], Effort.DEEP)
        for effort in (Effort.FAST, Effort.DEEP):
            began = self._clock()
            triage.label_many(sample, effort)
            closely = len(sample) if effort is Effort.DEEP else 0
            self.pace = learnt(self.pace, posts=len(sample), closely=closely, seconds=self._clock() - began)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """A batch is in hand: until it is stored nothing is earned."""
        with self._lock:
            if not self._batches:
                self._idle = max(0.0, self._clock() - self.bucket.at)
                self.bucket = earned(self.bucket, self.allowance, self._clock())
            self._batches += 1
        try:
            yield
        finally:
            with self._lock:
                self._batches -= 1
                self.bucket = replace(self.bucket, at=self._clock())

    def read(self, triage: Triage, texts: Sequence[PostText], *, old: bool = False) -> list[Verdict | Failed]:
        """A verdict for each post, read as closely as can be afforded now, those that matter first. `old` posts leave
        half of what can be saved up to those that are being written meanwhile."""
        with self.at_work():
            leave = self.allowance.most / 2 if old else 0.0
            with self._lock:
                posts = min(len(texts), room(self.bucket, self.pace, idle=self._idle, leave=leave))
                self._idle = 0.0
                aside = posts * self.pace.close
                self.bucket = paid(self.bucket, self.allowance, aside)
            began = self._clock()
            answers: list[Verdict | Failed] = []
            try:
                answers = triage.label_many(texts, Effort.AUTO, room=posts)
            finally:
                closely = sum(isinstance(answer, Verdict) and answer.tier is Tier.DEEP for answer in answers)
                self._settle(len(answers), closely, self._clock() - began, aside)
            return answers

    def _settle(self, posts: int, closely: int, seconds: float, aside: float) -> None:
        with self._lock:
            took = max(0.0, seconds - self.pace.quick * posts) if closely else 0.0
            self.bucket = paid(self.bucket, self.allowance, took - aside)
            self.pace = learnt(self.pace, posts=posts, closely=closely, seconds=seconds)


SHARE, MOST = "EMBERWATCH_CLOSE_READING", "EMBERWATCH_CLOSE_READING_SAVED"


def allowance_of(environ: Mapping[str, str]) -> Allowance:
    """What the operator allows. Raises ImproperlyConfigured, naming the setting and what it may be."""
    default = Allowance()
    return Allowance(_number(environ, SHARE, default.share, 0, 1), _number(environ, MOST, default.most, 1, 600))


def _number(environ: Mapping[str, str], name: str, default: float, least: float, most: float) -> float:
    given = environ.get(name, "").strip()
    try:
        number = float(given) if given else default
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {given!r}. Give a number from {least} to {most}, or leave it away.")
    return number


@cache
def keeper() -> Keeper:
    """The keeper of this process's bucket."""
    return Keeper(allowance_of(os.environ))
