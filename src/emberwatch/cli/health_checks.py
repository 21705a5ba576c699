"""What the doctor looks at: one function for each thing, each finding with its way out."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Max

from emberwatch.channels.spec import Can
from emberwatch.cli import place, usage
from emberwatch.cli.place import home
from emberwatch.engine.clock import now
from emberwatch.engine.effort import SHARE, keeper
from emberwatch.engine.storms import storm
from emberwatch.engine.workers import is_alive
from emberwatch.journal.models import FactRow
from emberwatch.listening.health import health
from emberwatch.listening.models import Post, Source, SourceState, Stage
from emberwatch.replies.models import Reply
from emberwatch.replies.states import Sending
from emberwatch.workspaces.models import Workspace

LITTLE_SPACE, VERY_LITTLE_SPACE = 2_000_000_000, 200_000_000
STUCK_AFTER = timedelta(minutes=2)
_CLOCK_BEGAN = 2026
_KEYS = ("secret.key", "credentials.key", "practice.key")
_ALL = "the doctor looks after the whole server"


class Verdict(StrEnum):
    """How a thing is."""

    GOOD = "good"
    MIND = "mind"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, how it is, what was seen, and what to do (empty when nothing need be)."""

    what: str
    verdict: Verdict
    said: str
    way_out: str = ""


def findings() -> list[Finding]:
    """Everything that was looked at, in the order in which one would mend it."""
    found = [*_python(), *_keys(), *_disk(), *_database()]
    if any(one.what == "database" and one.verdict is Verdict.BAD for one in found):
        return found
    found += _migrations()
    if found[-1].verdict is Verdict.BAD:
        return found
    for look in _WITH_ROWS:
        found += look(now())
    return found


def _python() -> Iterable[Finding]:
    said = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    yield Finding("python", Verdict.GOOD, said)


def _keys() -> Iterable[Finding]:
    for name in _KEYS:
        path = home() / name
        if not path.exists():
            yield Finding(name, Verdict.GOOD, "Given in the environment.")
        elif (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            yield Finding(
                name, Verdict.BAD, f"Others on this machine may read it (mode {mode:o}).", f"Do: chmod 600 {path}"
            )
        else:
            yield Finding(name, Verdict.GOOD, "Only its owner may read it.")


def _disk() -> Iterable[Finding]:
    free = shutil.disk_usage(home()).free
    said = f"{free / 1e9:,.1f} GB free in {home()}"
    if free < VERY_LITTLE_SPACE:
        yield Finding("disk", Verdict.BAD, said, "Free some space now: soon nothing can be stored any more.")
    elif free < LITTLE_SPACE:
        yield Finding("disk", Verdict.MIND, said, "Free some space, or move EMBERWATCH_HOME to a larger disk.")
    elif not os.access(home(), os.W_OK):
        yield Finding("disk", Verdict.BAD, f"{home()} cannot be written to.", "Give this user the folder (chown).")
    else:
        yield Finding("disk", Verdict.GOOD, said)


def _database() -> Iterable[Finding]:
    try:
        connection.ensure_connection()
        yield from _postgresql() if connection.vendor == "postgresql" else _sqlite()
    except (DatabaseError, InterfaceError) as error:
        way = "Check EMBERWATCH_DATABASE_URL, and that its server runs and lets us in."
        if connection.vendor == "sqlite":
            way = "Check that the file is there and may be written to; else `emberwatch restore FILE --force`."
        yield Finding("database", Verdict.BAD, f"It cannot be used: {str(error).strip()}.", way)


def _postgresql() -> Iterable[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0])
    if int(version.split(".")[0]) < 15:
        yield Finding("database", Verdict.BAD, f"PostgreSQL {version} is too old.", "Upgrade it to 15 or later.")
    else:
        yield Finding("database", Verdict.GOOD, f"PostgreSQL {version} answers.")
    if shutil.which("pg_dump") is None:
        yield Finding("pg_dump", Verdict.MIND, "Not installed, so `emberwatch backup` cannot work.",
                      "Install PostgreSQL's client programs.")  # fmt: skip


def _sqlite() -> Iterable[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        sound = str(cursor.fetchone()[0])
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0])
        cursor.execute("SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_FTS5'")
        searchable = cursor.fetchone() is not None
    if sound != "ok":
        way = "Stop Emberwatch and put the last backup in its place: emberwatch restore FILE --force"
        yield Finding("database", Verdict.BAD, f"The file is damaged: {sound}.", way)
        return
    yield Finding("database", Verdict.GOOD, f"SQLite {sqlite3.sqlite_version}, sound.")
    in_memory = mode == "memory"
    if mode != "wal" and not in_memory:
        yield Finding("write-ahead log", Verdict.BAD, f"Off ({mode}): readers and writers wait for each other.",
                      "Move the database to a local disk; network folders cannot do it.")  # fmt: skip
    else:
        yield Finding("write-ahead log", Verdict.GOOD, "On." if not in_memory else "Not needed in memory.")
    if searchable:
        yield Finding("full-text search", Verdict.GOOD, "FTS5 is there.")
    else:
        yield Finding("full-text search", Verdict.BAD, "This Python's SQLite has no FTS5.",
                      "Use a Python built with it (those of Debian and python.org are).")  # fmt: skip


def _migrations() -> Iterable[Finding]:
    if "django_migrations" not in connection.introspection.table_names():
        yield Finding("tables", Verdict.BAD, "The database is empty.", "Start `emberwatch run` once: it sets it up.")
    elif behind := place.steps_behind():
        yield Finding("tables", Verdict.BAD, f"Made by an older version: {', '.join(behind[:3])} is missing.",
                      "Take a backup, then start `emberwatch run` or `work` once.")  # fmt: skip
    else:
        yield Finding("tables", Verdict.GOOD, "In step with this version.")


def _clock(at: datetime) -> Iterable[Finding]:
    last = FactRow.objects.everywhere(_ALL).aggregate(last=Max("at"))["last"]
    if at.year < _CLOCK_BEGAN or (last is not None and last > at + timedelta(minutes=5)):
        said = f"It says {at:%Y-%m-%d %H:%M} UTC, before what the journal has seen."
        yield Finding("clock", Verdict.BAD, said, "Set this machine's clock (timedatectl set-ntp true).")
    else:
        yield Finding("clock", Verdict.GOOD, f"{at:%Y-%m-%d %H:%M} UTC.")


def _engine(at: datetime) -> Iterable[Finding]:
    rows = Source.objects.everywhere(_ALL).filter(state=SourceState.LISTENING)
    to_hear = [source for source in rows if source.spec.can & {Can.FETCH, Can.STREAM}]
    held = [s for s in to_hear if s.lease_until is not None and s.lease_until > at and is_alive(s.lease_by)]
    if held:
        yield Finding("engine", Verdict.GOOD, f"At work: it holds {len(held)} of {len(to_hear)} sources.")
    elif to_hear and usage.anyone():
        yield Finding("engine", Verdict.BAD, "Emberwatch runs, but nobody listens.",
                      "Start it without --no-engine, or start `emberwatch work` beside it.")  # fmt: skip
    elif to_hear:
        yield Finding("engine", Verdict.BAD, f"Nobody listens to the {len(to_hear)} sources that should be heard.",
                      "Start `emberwatch run`, or `emberwatch work`.")  # fmt: skip
    else:
        yield Finding("engine", Verdict.GOOD, "Nothing to listen to.")


def _sources(at: datetime) -> Iterable[Finding]:
    for workspace in Workspace.objects.order_by("slug"):
        for one in health(workspace, at):
            what = f"source {workspace.slug}/{one.source.name}"
            if one.is_trouble:
                way = f'Look: emberwatch sources check "{one.source.name}" -w {workspace.slug}'
                yield Finding(what, Verdict.BAD, f"{one.words.rstrip('.')}.", way)
            else:
                yield Finding(what, Verdict.GOOD, f"{one.words.rstrip('.')}.")


def _understanding(at: datetime) -> Iterable[Finding]:
    rows = Post.objects.everywhere(_ALL)
    waiting = rows.filter(stage=Stage.HEARD, heard_at__lt=at - STUCK_AFTER).count()
    aside = rows.filter(stage=Stage.ASIDE).count()
    if waiting:
        yield Finding("understanding", Verdict.BAD, f"{waiting:,} posts wait to be understood.",
                      "Start `emberwatch run` or `work`; if one runs, its log says what stops it.")  # fmt: skip
    elif aside:
        yield Finding("understanding", Verdict.MIND, f"{aside:,} posts could not be understood and were set aside.",
                      "A person should read them, under Mentions.")  # fmt: skip
    else:
        yield Finding("understanding", Verdict.GOOD, "Nothing waits.")


def _reading(at: datetime) -> Iterable[Finding]:
    if not keeper().allowance.share:
        yield Finding("reading", Verdict.MIND, f"Close reading is switched off ({SHARE}=0): all is read quickly.",
                      f"Leave {SHARE} away to have it back.")  # fmt: skip
        return
    quick = [(one.slug, found) for one in Workspace.objects.order_by("slug") if (found := storm(one, at)) is not None]
    for slug, found in quick:
        said = f"{slug} is read quickly since {found.since:%H:%M} UTC: {found.posts:,} posts in the last 5 minutes."
        way = f"It ends with the storm. If it lasts, start another `emberwatch work`, or raise {SHARE}."
        yield Finding("reading", Verdict.MIND, said, way)
    if not quick:
        yield Finding("reading", Verdict.GOOD, "All that matters is read closely.")


def _outbox(at: datetime) -> Iterable[Finding]:
    rows = Reply.objects.everywhere(_ALL)
    moving = [Sending.QUEUED.value, Sending.SENDING.value, Sending.UNCLEAR.value]
    stuck = rows.filter(state__in=moving, due_at__lt=at - STUCK_AFTER).count()
    asking = rows.filter(state=Sending.ASKING.value).count()
    failed = rows.filter(state=Sending.FAILED.value).count()
    if stuck:
        yield Finding("outbox", Verdict.BAD, f"{stuck:,} answers should have gone out by now.",
                      "Start `emberwatch run` or `work`; look: emberwatch replies list --state queued")  # fmt: skip
    elif asking or failed:
        yield Finding("outbox", Verdict.MIND, f"{failed:,} answers failed and {asking:,} wait for a person's word.",
                      "Look: emberwatch replies list --state failed (or asking)")  # fmt: skip
    else:
        yield Finding("outbox", Verdict.GOOD, "Nothing is stuck.")


_WITH_ROWS: tuple[Callable[[datetime], Iterable[Finding]], ...] = (
    _clock, _engine, _sources, _understanding, _reading, _outbox,
)  # fmt: skip
