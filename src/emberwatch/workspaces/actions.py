"""The only writer of workspaces, people and memberships."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from emberwatch.workspaces.models import Membership, Person, Workspace
from emberwatch.workspaces.rules import Role


def open_workspace(slug: str, name: str, *, zone: str = "UTC", prefix: str = "EW") -> Workspace:
    """A new company; the one that is there already if the slug is taken."""
    return Workspace.objects.get_or_create(slug=slug, defaults={"name": name, "zone": zone, "prefix": prefix})[0]


@transaction.atomic
def invite(workspace: Workspace, email: str, role: Role, *, name: str = "", password: str | None = None) -> Membership:
    """Give a person a role here, making the person if new. A password is set only for a new person."""
    person = Person.objects.filter(email=email.lower()).first()
    if person is None:
        person = Person.objects.create_user(email, password, name=name, zone=workspace.zone)
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    membership: Membership
    membership, _ = Membership.objects.within(workspace).update_or_create(person=person, defaults={"role": role.value})
    return membership


def memberships_of(person: Person) -> list[Membership]:
    """Where this person belongs, oldest first: the way into every workspace page."""
    found = Membership.objects.everywhere("a person may belong to several workspaces")
    return list(found.filter(person=person).select_related("workspace").order_by("workspace_id"))


def one_writer(workspace: Workspace | int) -> None:
    """Hold this workspace's intake for the rest of the transaction, so that posts and cases are made one batch at a
    time. SQLite has one writer anyway; PostgreSQL takes a row lock that other tables' foreign keys do not feel."""
    key = workspace if isinstance(workspace, int) else workspace.pk
    if connection.vendor == "postgresql":
        Workspace.objects.select_for_update(no_key=True).get(pk=key)


def next_numbers(workspace: Workspace | int, count: int) -> range:
    """The next `count` case numbers, never given twice. Call inside a transaction."""
    key = workspace if isinstance(workspace, int) else workspace.pk
    row = Workspace.objects.select_for_update(no_key=True).only("last_number").get(pk=key)
    Workspace.objects.filter(pk=key).update(last_number=row.last_number + count)
    return range(row.last_number + 1, row.last_number + count + 1)
