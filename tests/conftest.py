"""What most tests start from: a company, its people, something to listen to."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from emberwatch.listening.actions.brands import save_brand
from emberwatch.listening.actions.sources import add_source
from emberwatch.listening.models import Brand, Source
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


@pytest.fixture
def now() -> datetime:
    """A Wednesday at noon, UTC."""
    return NOON


@pytest.fixture
def workspace(db: None) -> Workspace:
    """Larkfield, an invented maker of cribs."""
    return open_workspace("larkfield", "Larkfield", zone="Europe/Dublin")


@pytest.fixture
def person(workspace: Workspace) -> Callable[..., Person]:
    """Invites a person: `person("ana", Role.AGENT)`."""

    def make(name: str, role: Role = Role.AGENT, into: Workspace | None = None) -> Person:
        member = invite(
            into or workspace, f"{name}@larkfield.example", role, name=name.title(), password=PASSWORD
        )
        return member.person

    return make


@pytest.fixture
def ana(person: Callable[..., Person]) -> Person:
    """An agent."""
    return person("ana")


@pytest.fixture
def ben(person: Callable[..., Person]) -> Person:
    """Another agent."""
    return person("ben")


@pytest.fixture
def ruth(person: Callable[..., Person]) -> Person:
    """The manager."""
    return person("ruth", Role.MANAGER)


@pytest.fixture
def brand(workspace: Workspace) -> Brand:
    """The words Larkfield is known by."""
    words = {"terms": ["larkfield"], "hashtags": ["larkfail"], "exclusions": ["larkfield road"]}
    return save_brand(workspace, "Larkfield", words, by="test", now=NOON)


@pytest.fixture
def source(workspace: Workspace, brand: Brand) -> Source:
    """A source on the practice network that nobody reads."""
    settings: dict[str, Any] = {"base_url": "http://127.0.0.1:9/practice", "handle": "larkfield", "token": "t"}
    return add_source(workspace, "practice", "Practice", settings, by="test", now=NOON)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell `make test` what was skipped and why."""
    path = os.environ.get("EMBERWATCH_TELL_SKIPS")
    if path and not hasattr(terminalreporter.config, "workerinput"):
        skipped = terminalreporter.stats.get("skipped", [])
        lines = [json.dumps([report.nodeid, str(report.longrepr[-1])]) for report in skipped]
        Path(path).write_text("\n".join(lines))


@pytest.fixture(autouse=True)
def _journal_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests with real transactions empty every table at their end, which the journal's guards on SQLite refuse: take
    the guards down for that moment only."""
    marker = request.node.get_closest_marker("django_db")
    real = (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if not real:
        yield
        return
    request.getfixturevalue("transactional_db")
    from django.db import connection

    guards = import_module("emberwatch.journal.migrations.0003_append_only").SQLITE
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for statement in guards if sqlite else ():
            cursor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS"))
    yield
    with connection.cursor() as cursor:
        for statement in guards if sqlite else ():
            cursor.execute(f"DROP TRIGGER IF EXISTS {statement.split()[2]}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite tests run on a file, as users do: a database in memory locks whole tables between threads."""
    from django.conf import settings
    from django.db import connections

    chosen = connections["default"].settings_dict
    if chosen["ENGINE"].endswith("sqlite3"):
        chosen["TEST"]["NAME"] = str(settings.HOME / "test.sqlite3")
