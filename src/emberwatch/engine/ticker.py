"""What must happen because time passes: deadlines, leftovers, forgotten presences."""

from __future__ import annotations

import asyncio

import structlog

from emberwatch.cases.actions.deadlines import mark_late
from emberwatch.cases.actions.presence import sweep
from emberwatch.cases.actions.reweigh import reweigh_due
from emberwatch.engine.clock import now
from emberwatch.engine.pipeline import understand
from emberwatch.engine.threads import in_thread
from emberwatch.listening.actions.understand import workspaces_waiting

log = structlog.get_logger()
EVERY = 2.0


def tick() -> None:
    """Do all that is due now: understand posts a crash left behind, mark late cases, move up those that wait, forget
    the absent."""
    for workspace_id in workspaces_waiting():
        understand(workspace_id, now=now)
    mark_late(now=now())
    reweigh_due(now=now())
    sweep(now=now())


async def tick_forever(stop: asyncio.Event) -> None:
    """Tick until told to stop; a tick that fails is told to the log and the next one tries again."""
    while not stop.is_set():
        try:
            await in_thread(tick)()
        except Exception:
            log.exception("tick failed")
        try:
            await asyncio.wait_for(stop.wait(), EVERY)
        except TimeoutError:
            continue
