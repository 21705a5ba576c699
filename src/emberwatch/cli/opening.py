"""The first start: a workspace to practise in, furnished so that a newcomer can begin at once."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from django.db import transaction
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table

from emberwatch.cli.place import home
from emberwatch.engine.clock import now as clock
from emberwatch.listening.actions.brands import save_brand
from emberwatch.listening.actions.sources import add_source, change_source
from emberwatch.listening.models import Source
from emberwatch.practice import storyteller
from emberwatch.practice.actions import open_account
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.rules import Role

SLUG = "larkfield"
HANDLE = storyteller.COMPANY
BY = "first start"
PEOPLE = {
    "Ana": Role.AGENT, "Ben": Role.AGENT, "Ruth": Role.MANAGER, "Lee": Role.LEGAL, "Mo": Role.MODERATOR,
    "Dee": Role.DEPARTMENT_OWNER, "Olu": Role.OPERATOR, "Vi": Role.OBSERVER,
}  # fmt: skip
WORDS = {
    "terms": ["larkfield", "@larkfield"],
    "misspellings": ["larkfeild", "lark field", "larksfield"],
    "hashtags": ["larkfail", "larkfieldsucks", "larkfield"],
    "places": ["larkfield café"],
    "exclusions": ["larkfield road", "larkfield village"],
}
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def open_practice_workspace(base_url: str, *, story: bool = True) -> None:
    """Open and furnish the practice workspace where there is no workspace at all; doing it again changes nothing.

    Where it is there already, its source on the built-in network follows the server to `base_url`
    (such as http://127.0.0.1:8000). With `story` the network begins with two hours of talk.
    """
    now = clock()
    found = Workspace.objects.filter(slug=SLUG).first()
    if found is not None:
        _follow(found, base_url, now)
    elif not Workspace.objects.exists():
        with transaction.atomic():
            _furnish(open_workspace(SLUG, "Larkfield (practice)", zone="Europe/Dublin"), base_url, now)
        if story:
            storyteller.tell_past(now)


def _furnish(workspace: Workspace, base_url: str, now: datetime) -> None:
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    for name, role in PEOPLE.items():
        invite(workspace, address(name), role, name=name, password=password)
    save_brand(workspace, "Larkfield", WORDS, by=BY, now=now)
    _, token = open_account(HANDLE, "Larkfield", followers=21_400, bio="Cribs, kitchens and oat spread.", now=now)
    network = {"base_url": _network_at(base_url), "handle": HANDLE, "token": token}
    add_source(workspace, "practice", "Commons", network, by=BY, now=now)
    form = {"form": "care", "secret": secrets.token_urlsafe(32)}
    add_source(workspace, "webform", "Care form", form, by=BY, now=now)
    _keep(password)


def _follow(workspace: Workspace, base_url: str, now: datetime) -> None:
    for source in Source.objects.within(workspace).filter(channel="practice"):
        stands = str(source.config.get("base_url", ""))
        built_in = stands.startswith("http://127.0.0.1:") and stands.endswith("/practice")
        if built_in and stands != _network_at(base_url):
            change_source(source, source.name, {**source.config, "base_url": _network_at(base_url)}, by=BY, now=now)


def _network_at(base_url: str) -> str:
    return f"{base_url}/practice"


def address(name: str) -> str:
    """The address a person of the practice workspace signs in with."""
    return f"{name.lower()}@{SLUG}.example"


def sign_in_file() -> Path:
    """Where the practice people's password is kept, for the owner of this installation only."""
    return home() / "practice-sign-in.txt"


def _keep(password: str) -> None:
    who = "".join(f"{address(name):<28} {role.label}\n" for name, role in PEOPLE.items())
    with os.fdopen(os.open(sign_in_file(), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"In the practice workspace everyone signs in with one password:\n{who}\npassword: {password}\n")


def greeting(url: str) -> RenderableType:
    """Where everything is, how to sign in and what to do first."""
    ways = Table.grid(padding=(0, 2))
    ways.add_column(style="bold")
    ways.add_column(overflow="fold")
    ways.add_row("The desk", url)
    if is_there():
        ways.add_row("Practice network", f"{url}/practice/  (invented people; nothing leaves this machine)")
        ways.add_row("Sign in", ", ".join(f"{address(name)} ({PEOPLE[name].label})" for name in ("Ana", "Ruth", "Olu")))
        ways.add_row("Password", _password())
        ways.add_row(
            "Do this first",
            "Sign in as Ana. In another window complain about Larkfield on the practice network,"
            " and watch the case come in. Answer it there, then close it.",
        )
    else:
        ways.add_row("Sign in", "With your own address. `emberwatch people invite` adds someone.")
    ways.add_row("To stop", "Ctrl-C")
    return Panel(ways, title="Emberwatch is running", expand=False, padding=(1, 2))


def _password() -> str:
    try:
        password = sign_in_file().read_text().split()[-1]
    except (OSError, IndexError):
        return f"not kept here any more; set a new one: emberwatch people password {address('Ana')}"
    return f"{password}  (for all of them; kept in {sign_in_file()})"


def is_there() -> bool:
    """Does this installation have the practice workspace?"""
    return Workspace.objects.filter(slug=SLUG).exists()
