"""What is heard and what is not, for people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from emberwatch.channels.spec import Can
from emberwatch.listening.models import Source
from emberwatch.listening.rules import Hearing, hearing
from emberwatch.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source and how well it is heard, with words for what may be missing."""

    source: Source
    hearing: Hearing
    words: str

    @property
    def told(self) -> str:
        """The words without the source's name, for where it stands above them."""
        rest = self.words.removeprefix(f"{self.source.name} ")
        return rest[:1].upper() + rest[1:]

    @property
    def only_told(self) -> bool:
        """Is this a source that nobody reads, since others send to it?"""
        return not self.source.spec.can & {Can.FETCH, Can.STREAM}

    @property
    def is_trouble(self) -> bool:
        """Is something not being heard that should be?"""
        return self.hearing in (Hearing.SILENT, Hearing.FAILING, Hearing.SIGNED_OUT)


def health(workspace: Workspace, now: datetime) -> list[SourceHealth]:
    """Every source of a workspace, those in trouble first."""
    rows = Source.objects.within(workspace).select_related("brand").order_by("name")
    return sorted((judge(source, now) for source in rows), key=lambda one: not one.is_trouble)


def unheard(workspace: Workspace, now: datetime) -> list[SourceHealth]:
    """The sources that are not heard though they should be: shown on every page."""
    return [one for one in health(workspace, now) if one.is_trouble]


def judge(source: Source, now: datetime) -> SourceHealth:
    """How well one source is heard."""
    found = hearing(
        state=source.state, now=now, created_at=source.created_at, last_contact_at=source.last_contact_at,
        interval=source.interval, failures=source.failures, needs_person=source.needs_person,
    )  # fmt: skip
    told = SourceHealth(source, found, _words(source, found, now))
    if found is Hearing.WAITING and told.only_told:
        return replace(told, words="Open: what is sent to it is heard at once")
    return told


def _words(source: Source, found: Hearing, now: datetime) -> str:
    since = _ago(now - (source.last_contact_at or source.created_at))
    if found is Hearing.SIGNED_OUT:
        return f"{source.name} has signed us out: {source.problem}"
    if found is Hearing.FAILING:
        return f"{source.name} has not been heard for {since}: {source.problem}"
    if found is Hearing.SILENT:
        return f"{source.name} has been silent for {since}; posts may be waiting there."
    return {
        Hearing.WELL: "Heard",
        Hearing.WAITING: "Waiting for its first answer",
        Hearing.PAUSED: "Paused: nothing is heard there until it is resumed",
        Hearing.ENDED: "Read to its end",
    }[found]


def _ago(span: object) -> str:
    seconds = int(span.total_seconds())  # type: ignore[attr-defined]
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} s"
