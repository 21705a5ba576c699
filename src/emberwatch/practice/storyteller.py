"""Makes Commons alive: invented people who talk, answer and pass things on, for a demonstration and for trying."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import islice, takewhile
from random import Random
from typing import Any

from django.db import transaction

from emberwatch.practice import actions
from emberwatch.practice.models import Account, Post
from emberwatch.practice.rules import NotAllowed
from emberwatch.practice.wire import Saying

COMPANY = "larkfield"
BETWEEN_TALKS = timedelta(minutes=4)


class Deed(StrEnum):
    """What someone does in the story."""

    SAY = "say"
    WRITE = "write"
    REPOST = "repost"
    LIKE = "like"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Beat:
    """One deed, `at` so long after the story began; `name` names a post, `of` the one it answers or is about."""

    at: timedelta
    deed: Deed
    handle: str
    person: str
    followers: int
    name: str = ""
    text: str = ""
    of: tuple[str, str] | None = None


def beats(seed: int) -> Iterator[Beat]:
    """The story in order of time, without end; the same for the same seed.

    When every talk was told it starts over with the parts dealt anew, as if others met the same troubles.
    """
    waiting: list[Beat] = []
    for begins, talk in _talks(Random(seed)):  # noqa: S311 - a story, not a secret
        waiting.sort(key=lambda beat: beat.at)
        while waiting and waiting[0].at <= begins:
            yield waiting.pop(0)
        waiting += talk


def tell_past(now: datetime, *, seed: int = 1, span: timedelta = timedelta(hours=2)) -> int:
    """On a network where nobody has spoken, tell the story of the time just gone; how many beats that were."""
    if Post.objects.exists():
        return 0
    began = now - span
    told = 0
    with transaction.atomic():
        for beat in takewhile(lambda beat: beat.at <= span, beats(seed)):
            tell(beat, at=began + beat.at, now=now)
            told += 1
        actions.take_turns(told)
    return told


def tell_next(now: datetime, *, seed: int = 1) -> timedelta:
    """Tell the next beat; how long the story then pauses. Several processes never tell the same one."""
    turn = actions.take_turns(1).start
    beat, following = islice(beats(seed), turn, turn + 2)
    tell(beat, at=now, now=now)
    return following.at - beat.at


def tell(beat: Beat, *, at: datetime, now: datetime) -> bool:
    """Do what the beat says; False when the network, which others use too, no longer allows it."""
    try:
        _do(beat, at, now)
    except (NotAllowed, actions.NotThere):
        return False
    return True


def _do(beat: Beat, at: datetime, now: datetime) -> None:
    about = _id_of(*beat.of) if beat.of else None
    if beat.deed in (Deed.SAY, Deed.WRITE):
        actions.say(
            Saying(handle=beat.handle, name=beat.person, followers=beat.followers, text=beat.text, key=beat.name, at=at,
                   reply_to=about, private_to=COMPANY if beat.deed is Deed.WRITE else None),
            now=now,
        )  # fmt: skip
        return
    who = actions.join(beat.handle, beat.person, followers=beat.followers, now=now)
    if about is None:
        raise actions.NotThere("The post of the story is not there.")
    if beat.deed is Deed.REPOST:
        actions.repost(about, by=who, now=at)
    elif beat.deed is Deed.LIKE:
        actions.like(about, by=who, now=at)
    else:
        actions.delete(about, by=who, now=at)


def _id_of(handle: str, name: str) -> int:
    author = Account.objects.filter(handle=handle).first()
    if author is None:
        raise actions.NotThere("That part of the story was not told.")
    return actions.by_key(name, by=author).id


def _talks(chance: Random) -> Iterator[tuple[timedelta, list[Beat]]]:
    """Each talk with its beginning, round after round."""
    told = _told()
    people: dict[str, tuple[str, int]] = {handle: (name, size) for handle, (name, size) in told["people"].items()}
    begins, turn = timedelta(), 0
    while True:
        parts = _parts(list(people), chance, turn)
        talks = list(enumerate(told["talk"]))
        chance.shuffle(talks)
        for number, talk in talks:
            begins += BETWEEN_TALKS * chance.uniform(0.4, 1.6)
            yield begins, _beats_of(talk, f"story-{turn}-{number}", begins, parts, people, chance)
        turn += 1


def _parts(handles: list[str], chance: Random, turn: int) -> dict[str, str]:
    """Who plays whom; in the first round everyone is themselves."""
    others = list(handles)
    if turn:
        chance.shuffle(others)
    return dict(zip(handles, others, strict=True))


def _beats_of(
    talk: dict[str, Any], name: str, begins: timedelta, parts: dict[str, str], people: dict[str, tuple[str, int]],
    chance: Random,
) -> list[Beat]:  # fmt: skip
    made: list[Beat] = []
    times: list[timedelta] = []
    for number, (role, text, *of) in enumerate(talk["says"]):
        at = times[of[0]] + timedelta(minutes=chance.uniform(1.5, 14)) if of else begins
        # An answer to an answer must not overtake what stands before it.
        times.append(max(at, times[-1] + timedelta(seconds=20)) if times else at)
        handle = parts[role]
        deed = Deed.DELETE if text == "-" else Deed.WRITE if text.startswith("^") else Deed.SAY
        about = (parts[talk["says"][of[0]][0]], f"{name}-{of[0]}") if of else None
        made.append(Beat(times[number], deed, handle, *people[handle], f"{name}-{number}", text.lstrip("^"), about))
    opener = made[0]
    for deed, count in ((Deed.REPOST, talk.get("reposts", 0)), (Deed.LIKE, talk.get("likes", 0))):
        crowd = [handle for handle in people if handle != opener.handle]
        for handle in chance.sample(crowd, min(count, len(crowd))):
            at = begins + timedelta(minutes=min(chance.expovariate(1 / 25), 90))
            made.append(Beat(at, deed, handle, *people[handle], of=(opener.handle, opener.name)))
    return made


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((files("emberwatch.practice") / "stories.toml").read_text(encoding="utf-8"))
