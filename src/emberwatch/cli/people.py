"""`emberwatch people` and `emberwatch workspaces`: who belongs where, as what."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug

from emberwatch.cli import place
from emberwatch.cli.telling import Json, document, lines, table, words
from emberwatch.cli.trouble import WRONG_USE, Stop
from emberwatch.workspaces import actions
from emberwatch.workspaces.models import Membership, Person, Workspace
from emberwatch.workspaces.rules import Role

people = typer.Typer(no_args_is_help=True, help="Who works here, as what.")
workspaces = typer.Typer(no_args_is_help=True, help="The companies on this server, sealed from each other.")

Email = Annotated[str, typer.Argument(help="The address they sign in with.")]
RoleWord = Annotated[str, typer.Option("--role", help=f"One of: {', '.join(Role)}.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(people, name="people")
    app.add_typer(workspaces, name="workspaces")


@people.command("list")
def list_people(workspace: place.In = "", as_json: Json = False) -> None:
    """Everyone who belongs to a workspace, with their role.

    Example: emberwatch people list --json
    """
    where = place.workspace(workspace)
    rows = [_row(one) for one in actions.members(where)]
    if as_json:
        lines(rows)
    else:
        columns = {"email": "E-mail", "name": "Name", "role": "Role", "active": "Active"}
        table(rows, columns, empty="Nobody yet: emberwatch people invite ana@example.org --role agent --name Ana")


@people.command("invite")
def invite(
    email: Email, role: RoleWord, name: Annotated[str, typer.Option(help="What colleagues call them.")] = "",
    workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Give someone a place here. A new person gets a password, which is shown this once.

    Example: emberwatch people invite ana@example.org --role agent --name "Ana Lindt"
    """
    where, as_what = place.workspace(workspace), _role(role)
    try:
        validate_email(email)
    except ValidationError:
        raise Stop(f"{email!r} is no e-mail address. Nobody was invited.", WRONG_USE) from None
    new = not Person.objects.filter(email=email.lower()).exists()
    password = secrets.token_urlsafe(12) if new else None
    member = actions.invite(where, email, as_what, name=name, password=password)
    if as_json:
        document({**_row(member), "password": password})
        return
    words(f"{member.person.email} is {as_what.label} in {where.name}.")
    words(f"Password, shown only now: {password}" if new else "They sign in with the password they have.")


@people.command("role")
def change_role(
    email: Email, role: Annotated[str, typer.Argument(help=f"One of: {', '.join(Role)}.")],
    workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Change what someone is here.

    Example: emberwatch people role ana@example.org manager
    """
    where, as_what = place.workspace(workspace), _role(role)
    done = actions.change_role(where, _member(where, email).pk, as_what)
    if as_json:
        document(_row(done))
    else:
        words(f"{done.person.email} is now {as_what.label} in {where.name}.")


@people.command("remove")
def remove(email: Email, workspace: place.In = "", as_json: Json = False) -> None:
    """Take someone's place here away; what they wrote stays.

    Example: emberwatch people remove ana@example.org
    """
    where = place.workspace(workspace)
    done = actions.remove(where, _member(where, email).pk)
    if as_json:
        document(_row(done))
    else:
        words(f"{done.person.email} no longer belongs to {where.name}.")


@people.command("password")
def set_password(
    email: Email,
    from_stdin: Annotated[bool, typer.Option("--stdin", help="Read the password from standard input.")] = False,
) -> None:
    """Set someone's password, which is asked for twice; it never stands on a command line.

    Example: emberwatch people password ana@example.org
    """
    place.ready()
    person = _person(email)
    given = sys.stdin.readline().rstrip("\n") if from_stdin else typer.prompt(
        "New password", hide_input=True, confirmation_prompt=True
    )  # fmt: skip
    try:
        validate_password(given, person)
    except ValidationError as error:
        raise Stop(f"{' '.join(error.messages)} The old password stays.") from None
    actions.set_password(person, given)
    words(f"{person.email} signs in with the new password from now on.")


@workspaces.command("list")
def list_workspaces(as_json: Json = False) -> None:
    """The workspaces of this server.

    Example: emberwatch workspaces list
    """
    place.ready()
    rows = [_workspace(one) for one in Workspace.objects.order_by("slug")]
    if as_json:
        lines(rows)
    else:
        columns = {"slug": "Short name", "name": "Name", "zone": "Time zone", "prefix": "Cases begin with"}
        table(rows, columns, empty="No workspace yet: emberwatch workspaces create acme 'Acme Ltd'")


@workspaces.command("create")
def create(
    slug: Annotated[str, typer.Argument(help="Short name for addresses, such as acme.")],
    name: Annotated[str, typer.Argument(help="The company's name.")],
    zone: Annotated[str, typer.Option(help="The desk's time zone, such as Europe/Dublin.")] = "UTC",
    prefix: Annotated[str, typer.Option(help="Letters before case numbers, at most six.")] = "EW",
    as_json: Json = False,
) -> None:
    """Open a workspace for a company. Opening it again changes nothing.

    Example: emberwatch workspaces create acme "Acme Ltd" --zone Europe/Dublin
    """
    place.ready()
    try:
        validate_slug(slug)
        ZoneInfo(zone)
    except ValidationError:
        raise Stop(f"{slug!r} cannot stand in an address: use letters, digits and dashes.", WRONG_USE) from None
    except (LookupError, ValueError, OSError):
        raise Stop(f"There is no time zone {zone!r}. Use a name such as Europe/Dublin.", WRONG_USE) from None
    if not (prefix.isalpha() and len(prefix) <= 6):
        raise Stop(f"{prefix!r} does not fit: one to six letters.", WRONG_USE)
    made = actions.open_workspace(slug, name, zone=zone, prefix=prefix.upper())
    if as_json:
        document(_workspace(made))
    else:
        words(f"{made.name} is open. Next: emberwatch people invite you@example.org --role manager -w {made.slug}")


def _role(word: str) -> Role:
    try:
        return Role(word.strip().lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        raise Stop(f"There is no role {word!r}. There are: {', '.join(Role)}.", WRONG_USE) from None


def _person(email: str) -> Person:
    found = Person.objects.filter(email=email.lower()).first()
    if found is None:
        raise Stop(f"Nobody signs in as {email}. `emberwatch people list` shows who does.", WRONG_USE)
    return found


def _member(workspace: Workspace, email: str) -> Membership:
    rows = Membership.objects.within(workspace).select_related("person")
    found: Membership | None = rows.filter(person__email=email.lower()).first()
    if found is None:
        raise Stop(f"{email} is no member of {workspace.slug}. `emberwatch people list` shows who is.", WRONG_USE)
    return found


def _row(one: Membership) -> dict[str, Any]:
    person = one.person
    last: datetime | None = person.last_login
    return {
        "email": person.email, "name": person.name, "role": one.role, "active": person.is_active,
        "last_sign_in": last.astimezone(UTC) if last else None,
    }  # fmt: skip


def _workspace(one: Workspace) -> dict[str, Any]:
    return {"slug": one.slug, "name": one.name, "zone": one.zone, "prefix": one.prefix, "created_at": one.created_at}
