"""Where a command works: the database made ready, the workspace that is meant, the person who acts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from emberwatch.cli.trouble import WRONG_USE, Stop
from emberwatch.workspaces.models import Membership, Person, Workspace
from emberwatch.workspaces.rules import Ability, Role, check

In = Annotated[
    str,
    typer.Option("--workspace", "-w", envvar="EMBERWATCH_WORKSPACE", help="Its short name. Default: the only one."),
]
As = Annotated[
    str,
    typer.Option("--as", envvar="EMBERWATCH_AS", help="Who acts: a member's e-mail address. Default: the only one."),
]


def home() -> Path:
    """The folder that holds the database, the keys and everything else of this installation."""
    return Path(settings.HOME)


def bring_up_to_date() -> None:
    """Apply what the database lacks of this version's migrations; several processes may start together."""
    if not steps_behind():
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(727274)")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(727274)")


def steps_behind() -> list[str]:
    """The migrations that this version has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def ready() -> None:
    """Make sure that the database can be worked with: a new one is set up, an older one is left for `run`.

    Raises Stop when an older version of Emberwatch made it.
    """
    if "django_migrations" not in connection.introspection.table_names():
        bring_up_to_date()
    elif behind := steps_behind():
        more = f" and {len(behind) - 1} more" if len(behind) > 1 else ""
        raise Stop(
            f"The database was made by an older version (it lacks {behind[0]}{more}). Nothing was"
            " changed. Take a backup (`emberwatch backup FILE`), then start `emberwatch run` or `emberwatch work`"
            " once: it brings the database up to date."
        )


def workspace(slug: str) -> Workspace:
    """The workspace of that short name, or the only one when none is named. Raises Stop."""
    ready()
    there = list(Workspace.objects.order_by("slug"))
    known = ", ".join(one.slug for one in there)
    if slug:
        found = next((one for one in there if one.slug == slug), None)
        if found is None:
            raise Stop(f"There is no workspace named {slug!r}. There are: {known or 'none'}.", WRONG_USE)
        return found
    if not there:
        raise Stop(
            "There is no workspace yet. `emberwatch run` opens one to practise in;"
            " `emberwatch workspaces create SHORT-NAME NAME` opens an empty one."
        )
    if len(there) > 1:
        raise Stop(f"There are several workspaces: {known}. Say which with --workspace SHORT-NAME.", WRONG_USE)
    return there[0]


def person(workspace: Workspace, email: str, ability: Ability) -> Person:
    """The member who acts, whose role must include `ability`. Raises Stop, or NotAllowed.

    Without an address it is the only member who may; the journal must be able to say who did it.
    """
    members = list(Membership.objects.within(workspace).select_related("person").order_by("person__email"))
    if email:
        mine = next((one for one in members if one.person.email == email.lower()), None)
        if mine is None:
            raise Stop(f"{email} is no member of {workspace.slug}. `emberwatch people list` shows who is.", WRONG_USE)
        check(Role(mine.role), ability)
        found: Person = mine.person
        return found
    able: list[Person] = [one.person for one in members if one.may(ability)]
    if len(able) == 1:
        return able[0]
    if not able:
        raise Stop(
            f"Nobody in {workspace.slug} may {ability.value}. Invite someone:"
            " `emberwatch people invite ana@example.org --role agent --name Ana`."
        )
    names = ", ".join(one.email for one in able)
    raise Stop(f"Say who does this with --as EMAIL, for the journal. These may: {names}.", WRONG_USE)

