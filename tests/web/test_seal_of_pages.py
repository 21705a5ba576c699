"""Every page and endpoint, walked by a member of another workspace and by a stranger: nothing is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from emberwatch.cases.actions import work
from emberwatch.cases.models import Case
from emberwatch.engine import pipeline
from emberwatch.listening.models import Source
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role
from tests.making import batch, said

SECRET = "the unspeakable kettle"


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Every address under /w/<slug>/, with the kinds of its parts."""
    yield from _walk(get_resolver().url_patterns, "", {})


def _walk(
    patterns: list[URLPattern | URLResolver], before: str, kinds: dict[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        found = {**kinds, **{name: type(kind).__name__ for name, kind in pattern.pattern.converters.items()}}
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route, found)
        else:
            yield route, found


def filled(route: str, kinds: dict[str, str], slug: str, case: Case, number: int) -> str:
    """The address with things that exist in the workspace."""
    address = route
    for name in kinds:
        value = {"slug": slug, "kind": "feed", "channel": "feed"}.get(name, str(number))
        address = re.sub(rf"<(\w+:)?{name}>", value, address)
    return f"/{address}"


DESK = sorted({(route, tuple(sorted(kinds.items()))) for route, kinds in addresses() if route.startswith("w/<slug")})


@pytest.fixture
def case(source: Source, ana: Person, now: datetime) -> Case:
    """A case with a note, in Larkfield's workspace."""
    complaint = said(1, f"@larkfield {SECRET} is broken and nobody answers, terrible")
    pipeline.take(source, batch(complaint), now=lambda: now)
    found: Case = Case.objects.within(source.workspace_id).select_related("workspace").get()
    work.write_note(found.workspace, found.pk, SECRET, by=ana, now=now)
    return found


@pytest.fixture
def outsider(db: None) -> Client:
    """A manager, but of another company."""
    rival: Workspace = open_workspace("rival", "Rival")
    client = Client(raise_request_exception=False)
    client.force_login(invite(rival, "rex@rival.example", Role.MANAGER, name="Rex").person)
    return client


def test_there_is_much_to_walk() -> None:
    assert len(DESK) > 30


def test_a_member_does_see_it(case: Case, ana: Person, client: Client) -> None:
    """Else the walk below would prove nothing."""
    client.force_login(ana)
    assert SECRET in client.get(f"/w/larkfield/cases/{case.number}").content.decode()
    assert SECRET in client.get("/w/larkfield/inbox").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("route", "kinds"), DESK, ids=[route for route, _ in DESK])
def test_a_member_of_another_workspace_sees_nothing(
    route: str, kinds: tuple[tuple[str, str], ...], method: str, outsider: Client, case: Case, source: Source
) -> None:
    before = Case.objects.within(case.workspace_id).get(pk=case.pk).version
    for number in {case.number, case.pk, source.pk}:
        address = filled(route, dict(kinds), case.workspace.slug, case, number)
        answer = getattr(outsider, method)(address)
        body = b"" if answer.streaming else answer.content
        assert answer.status_code in (404, 405), address
        assert SECRET.encode() not in body
        assert b"Larkfield" not in body
    assert Case.objects.within(case.workspace_id).get(pk=case.pk).version == before


@pytest.mark.parametrize(("route", "kinds"), DESK, ids=[route for route, _ in DESK])
def test_a_stranger_is_asked_to_sign_in(
    route: str, kinds: tuple[tuple[str, str], ...], case: Case, client: Client
) -> None:
    answer = client.get(filled(route, dict(kinds), case.workspace.slug, case, case.number))
    assert answer.status_code in (302, 401, 405)
    if answer.status_code == 302:
        assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize(("route", "kinds"), DESK, ids=[route for route, _ in DESK])
def test_things_of_a_neighbour_are_not_reachable_through_ones_own_workspace(
    route: str, kinds: tuple[tuple[str, str], ...], outsider: Client, case: Case, source: Source
) -> None:
    """Rex asks for Larkfield's case and source numbers under his own slug."""
    if len(kinds) < 2:
        return
    for method in ("get", "post"):
        answer = getattr(outsider, method)(filled(route, dict(kinds), "rival", case, source.pk))
        body = b"" if answer.streaming else answer.content
        assert SECRET.encode() not in body
        assert answer.status_code < 500
