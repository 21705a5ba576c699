"""Listens to every source: one task a source, each under a lease, each mending itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import structlog
from django.db import DatabaseError

from emberwatch.channels.errors import AuthExpired, BadCursor, ChannelError, RateLimited
from emberwatch.channels.interface import Channel, Tools
from emberwatch.channels.registry import open_channel
from emberwatch.channels.spec import Can
from emberwatch.engine.clock import now
from emberwatch.engine.pipeline import take
from emberwatch.engine.threads import in_thread
from emberwatch.engine.workers import worker_name
from emberwatch.listening.actions import sources
from emberwatch.listening.models import Source, SourceState
from emberwatch.workspaces.storage import DISK_FULL, is_disk_full

log = structlog.get_logger()

LOOK_ROUND = 0.5
"""Seconds between looks for sources that were added, changed, paused or resumed."""

LEASE = timedelta(seconds=30)
_KEEP_LEASE_EVERY = 8.0
_NO_ROOM_PAUSE = 5.0


async def listen_forever(tools: Tools, stop: asyncio.Event) -> None:
    """Keep a task on every source that is to be heard, until told to stop."""
    tasks: dict[int, tuple[tuple[object, ...], asyncio.Task[None]]] = {}
    try:
        while not stop.is_set():
            wanted = {source.pk: source for source in await _wanted()}
            for pk, (mark, task) in list(tasks.items()):
                if pk not in wanted or mark != _mark(wanted[pk]) or task.done():
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
                    del tasks[pk]
            for pk, source in wanted.items():
                if pk not in tasks and (source.retry_at is None or source.retry_at <= now()):
                    tasks[pk] = (_mark(source), asyncio.create_task(_hold(source, tools)))
            try:
                await asyncio.wait_for(stop.wait(), LOOK_ROUND)
            except TimeoutError:
                continue
    finally:
        for _, task in tasks.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in tasks.values()), return_exceptions=True)


def _mark(source: Source) -> tuple[object, ...]:
    """What makes a running task out of date."""
    return (source.channel, repr(sorted(source.config.items())), repr(sorted(source.secrets.items())), source.interval)


@in_thread
def _wanted() -> list[Source]:
    rows = Source.objects.everywhere("one listener serves every workspace").filter(state=SourceState.LISTENING)
    return [source for source in rows if source.spec.can & {Can.FETCH, Can.STREAM}]


async def _hold(source: Source, tools: Tools) -> None:
    """Read one source under its lease until cancelled, failed or ended."""
    worker = worker_name()
    keep = partial(in_thread(sources.lease), source, worker, lasts=LEASE)
    if not await keep(now=now()):
        await asyncio.sleep(_KEEP_LEASE_EVERY)
        return
    reading = asyncio.create_task(_read(source, tools))
    try:
        while not reading.done():
            await asyncio.wait({reading}, timeout=_KEEP_LEASE_EVERY)
            if not reading.done() and not await keep(now=now()):
                log.warning("lease lost", source=source.name)
                return
        await reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await in_thread(sources.release)(source, worker)


async def _read(source: Source, tools: Tools) -> None:
    fail = partial(in_thread(sources.failed), source)
    try:
        channel = open_channel(source.channel, source.settings(), tools)
        await _read_on(channel, source)
    except BadCursor as error:
        await in_thread(sources.rewind)(
            source, by="listening", now=now(), cursor=error.restart
        )
        await fail(str(error), now=now())
    except AuthExpired as error:
        await fail(str(error), now=now(), retry_at=now() + timedelta(minutes=5), needs_person=True)
    except RateLimited as error:
        await fail(str(error), now=now(), retry_at=error.until)
    except ChannelError as error:
        await fail(str(error), now=now())
    except DatabaseError as error:
        if not is_disk_full(error):
            raise
        log.error(DISK_FULL, source=source.name)
        await asyncio.sleep(_NO_ROOM_PAUSE)
    except Exception as error:
        log.exception("source failed", source=source.name)
        await fail(f"The connector failed in a way nobody foresaw ({type(error).__name__}: {error}).", now=now())


async def _read_on(channel: Channel, source: Source) -> None:
    """Hear the source without end: as a stream where the network has one, else fetch after fetch."""
    keep = in_thread(take)
    contact = in_thread(sources.contact)
    streams = Can.STREAM in channel.spec.can
    while True:
        batches = channel.stream(source.cursor) if streams else channel.fetch(source.cursor)
        async for batch in batches:
            if batch.events or batch.refused or batch.cursor not in (None, source.cursor):
                await keep(source, batch, now=now)
            else:
                await contact(source, now=now())
        await contact(source, now=now())
        if channel.spec.ends:
            await in_thread(sources.end)(source, now=now())
            return
        await asyncio.sleep(0.2 if streams else source.interval.total_seconds())
