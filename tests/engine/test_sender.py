"""Answers leave through a real network, once each, whatever it does to us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emberwatch.cases.models import Case
from emberwatch.channels.interface import Tools
from emberwatch.channels.registry import open_channel
from emberwatch.conformance.rig import Fault
from emberwatch.engine import pipeline
from emberwatch.engine.clock import now
from emberwatch.engine.sender import send_next
from emberwatch.listening.actions.sources import add_source
from emberwatch.listening.models import Brand, Source
from emberwatch.replies.actions.write import send
from emberwatch.replies.models import Reply
from emberwatch.workspaces.models import Person, Workspace
from tests.channels.rigs.practice import Rig

pytestmark = pytest.mark.django_db(transaction=True)
ANGRY = "@larkfield the crib arrived with a cracked rail, third week I am waiting. Terrible service."


@pytest.fixture(scope="module")
def network() -> Iterator[Rig]:
    """The practice network in a process of its own."""
    rig = Rig()
    rig.start_process()
    yield rig
    asyncio.run(rig.stop())


@pytest.fixture
def listening(network: Rig, workspace: Workspace, brand: Brand) -> Source:
    """A source that hears it."""
    return add_source(workspace, "practice", "Practice", network.settings(), by="test", now=now())


def hear(source: Source) -> None:
    """Read all there is, once."""

    async def batches() -> list[Any]:
        async with httpx.AsyncClient(timeout=10) as http:
            channel = open_channel(source.channel, source.settings(), Tools(http, now))
            return [batch async for batch in channel.fetch(source.cursor)]

    for batch in asyncio.run(batches()):
        pipeline.take(source, batch, now=now)


def work(times: int) -> None:
    """Let the outbox take so many steps, however far ahead they are due."""

    async def steps() -> None:
        async with httpx.AsyncClient(timeout=2) as http:
            for _ in range(times):
                await asyncio.to_thread(Reply.objects.everywhere("test").exclude(state="sent").update, due_at=now())
                await send_next(Tools(http, now))

    asyncio.run(steps())


def complain(network: Rig, listening: Source, who: str) -> Case:
    asyncio.run(network.say(ANGRY, author=who))
    hear(listening)
    found: Case = Case.objects.within(listening.workspace_id).select_related("workspace").get(customer_handle=who)
    return found


@pytest.mark.parametrize("fault", [None, *sorted(Fault)])
def test_one_answer_whatever_the_network_does(
    network: Rig, listening: Source, ana: Person, fault: Fault | None
) -> None:
    who = f"mara{(fault or 'fine').replace('_', '')}"
    case = complain(network, listening, who)
    text = f"I am sorry, {who}."
    reply = send(case.workspace, case.pk, text, way="public", by=ana, seen_version=case.version, now=now())
    if fault is not None:
        network.fail(fault)
    work(3)
    reply.refresh_from_db()
    if fault is Fault.UNAUTHORISED:
        assert reply.state == "failed"
        assert "sign" in reply.problem
        return
    assert reply.state == "sent", reply.problem
    assert asyncio.run(network.ours()).count(text) == 1
    hear(listening)
    assert Case.objects.within(listening.workspace_id).get(pk=case.pk).posts == 1
