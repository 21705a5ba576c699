"""Sends what is in the outbox: one post whatever crashes."""

from __future__ import annotations

import asyncio

import structlog
from django.db import DatabaseError

from emberwatch.channels.errors import ChannelError
from emberwatch.channels.interface import Channel, Tools
from emberwatch.channels.registry import open_channel
from emberwatch.engine.clock import now
from emberwatch.engine.threads import in_thread
from emberwatch.engine.workers import worker_name
from emberwatch.replies import rules
from emberwatch.replies.actions import deliver
from emberwatch.replies.models import Reply
from emberwatch.replies.rules import Next
from emberwatch.replies.states import Sending
from emberwatch.vocabulary.acts import Allowed, Gone, Receipt

log = structlog.get_logger()

AT_ONCE = 4
"""Answers on their way at the same moment."""

IDLE = 0.25
"""Seconds between looks into an empty outbox."""

_CALL_LIMIT = 45
"""Seconds a network call may take: less than the lease."""


async def send_forever(tools: Tools, stop: asyncio.Event) -> None:
    """Work the outbox until told to stop, a few answers at a time, so that one slow network holds up no other."""
    stopping = asyncio.ensure_future(stop.wait())
    under_way: set[asyncio.Task[None]] = set()
    while not stop.is_set():
        claimed = await _claim() if len(under_way) < AT_ONCE else None
        if claimed is not None:
            under_way.add(asyncio.create_task(_finish(*claimed, tools)))
        else:
            await asyncio.wait({stopping, *under_way}, timeout=IDLE, return_when=asyncio.FIRST_COMPLETED)
        under_way = {task for task in under_way if not task.done()}
    await asyncio.gather(*under_way, return_exceptions=True)


async def send_next(tools: Tools) -> bool:
    """Send one reply that is due; False when there is none."""
    claimed = await _claim()
    if claimed is None:
        return False
    await _finish(*claimed, tools)
    return True


async def _claim() -> tuple[Reply, bool] | None:
    try:
        return await in_thread(deliver.claim_next)(worker_name(), now=now())
    except DatabaseError:
        log.exception("the outbox could not be read; it will be tried again")
        return None


async def _finish(reply: Reply, look_first: bool, tools: Tools) -> None:
    outcome = await attempt(reply, tools, look_first=look_first)
    try:
        if isinstance(outcome, Receipt):
            await in_thread(deliver.sent)(reply, outcome, now=now())
        else:
            await in_thread(deliver.not_sent)(reply, outcome, now=now())
    except DatabaseError:
        log.exception("what became of an answer could not be written; its lease brings it back", reply=reply.pk)


async def attempt(reply: Reply, tools: Tools, *, look_first: bool) -> Receipt | Next:
    """Look whether the reply went out before, if it may have; send it if it certainly did not."""
    source = reply.to.source
    if source is None:
        return Next(Sending.FAILED, None, "The source this answer was to go through has been removed.")
    try:
        channel = open_channel(source.channel, source.settings(), tools)
        async with asyncio.timeout(_CALL_LIMIT):
            return await _attempt_on(channel, reply, look_first)
    except TimeoutError:
        reason = f"{source.name} did not answer within {_CALL_LIMIT} seconds."
        return rules.after_vain_look(reason, attempts=reply.attempts, now=now())
    except ChannelError as error:
        return rules.after_failure(error, attempts=reply.attempts, now=now())
    except Exception as error:
        reason = f"The connector failed in a way nobody foresaw ({type(error).__name__}: {error})."
        return rules.after_vain_look(reason, attempts=reply.attempts, now=now())


async def _attempt_on(channel: Channel, reply: Reply, look_first: bool) -> Receipt | Next:
    action = await in_thread(deliver.action_of)(reply)
    if look_first:
        found = await channel.find(action, str(reply.key))
        if isinstance(found, Receipt):
            return found
        if not isinstance(found, Gone):
            return rules.after_vain_look(found.reason, attempts=reply.attempts, now=now())
    allowed = channel.may(action, action.thread, now())
    if not isinstance(allowed, Allowed):
        return Next(Sending.FAILED, None, allowed.reason)
    return await channel.act(action, str(reply.key))
