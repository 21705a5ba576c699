"""`emberwatch demo`: a busy day on the practice network, for trying the desk out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Annotated

import typer

from emberwatch.cli import opening, place
from emberwatch.cli.telling import Json, document, progress, words
from emberwatch.cli.trouble import STOPPED, Stop, say
from emberwatch.cli.usage import anyone
from emberwatch.engine.clock import now
from emberwatch.practice import storyteller

_USUAL = 200


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    posts: Annotated[int, typer.Option(help="How many deeds: posts, answers, reposts, likes.", min=1)] = _USUAL,
    minutes: Annotated[float, typer.Option(help="Spread over so long; 0 tells all at once.", min=0)] = 0,
    seed: Annotated[int | None, typer.Option(help="Tell the day of that number again; default: a new one.")] = None,
    as_json: Json = False,
) -> int:
    """Let invented people have a busy day on the practice network: complaints, questions, praise and idle talk.

    Nothing leaves this machine. Telling the same day again doubles nothing.

    Example: emberwatch demo --posts 500 --minutes 10
    """
    place.ready()
    if not opening.is_there():
        raise Stop("There is no practice workspace here. `emberwatch run` opens one where there is no other workspace.")
    day = secrets.randbelow(1_000_000) if seed is None else seed
    told, stopped = 0, False
    pause = minutes * 60 / posts
    try:
        with progress("Telling", quiet=as_json) as step:
            for number, beat in enumerate(islice(_day(day), posts), 1):
                at = now()
                told += storyteller.tell(beat, at=at, now=at)
                step(number, posts, f"{told} told")
                if pause and number < posts:
                    time.sleep(pause)
    except KeyboardInterrupt:
        stopped = True
        say("Stopped.")
    if as_json:
        document({"told": told, "of": posts, "seed": day, "heard_by": "run" if anyone() else None})
    else:
        words(f"{told} of {posts} deeds of day {day} told on the practice network.")
        if not anyone():
            words("Nobody listens at the moment: start `emberwatch run`, and the desk hears them.")
    return STOPPED if stopped else 0


def _day(seed: int) -> Iterator[storyteller.Beat]:
    """The story as others would live it: the round in which everyone is themselves is told by `run` already."""
    for beat in storyteller.beats(seed):
        name = beat.name or (beat.of[1] if beat.of else "")
        if not name.startswith("story-0-"):
            of = (beat.of[0], f"demo-{seed}-{beat.of[1]}") if beat.of else None
            yield replace(beat, name=beat.name and f"demo-{seed}-{beat.name}", of=of)
