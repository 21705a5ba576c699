"""Sends what is in the outbox: one post whatever crashes."""

from __future__ import annotations

import asyncio

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

IDLE = 0.2
"""Seconds between looks into an empty outbox."""

_CALL_LIMIT = 45
"""Seconds a network call may take: less than the lease."""


async def send_forever(tools: Tools, stop: asyncio.Event) -> None:
    """Work the outbox until told to stop."""
    while not stop.is_set():
        if not await send_next(tools):
            try:
                await asyncio.wait_for(stop.wait(), IDLE)
            except TimeoutError:
                continue


async def send_next(tools: Tools) -> bool:
    """Send one reply that is due; False when there is none."""
    claimed = await in_thread(deliver.claim_next)(worker_name(), now=now())
    if claimed is None:
        return False
    reply, look_first = claimed
    outcome = await attempt(reply, tools, look_first=look_first)
    if isinstance(outcome, Receipt):
        await in_thread(deliver.sent)(reply, outcome, now=now())
    else:
        await in_thread(deliver.not_sent)(reply, outcome, now=now())
    return True


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
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the outbox, and may have come after sending
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
