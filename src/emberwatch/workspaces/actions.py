"""The only writer of workspaces, people and memberships."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from emberwatch.workspaces.models import Membership, Person, Workspace
from emberwatch.workspaces.rules import Ability, Role, may


class LastKeeper(ValueError):
    """Nobody would be left who may invite people; the message says what to do first."""


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


@transaction.atomic
def change_role(workspace: Workspace, membership_id: int, role: Role) -> Membership:
    """Give a member another role. Raises LastKeeper if nobody could invite people afterwards."""
    member: Membership = _members(workspace).get(pk=membership_id)
    if not may(role, Ability.PEOPLE):
        _keep_a_keeper(workspace, member)
    member.role = role.value
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove(workspace: Workspace, membership_id: int) -> Membership:
    """Take a member's place here away; the person and what they wrote stay. Raises LastKeeper."""
    member: Membership = _members(workspace).get(pk=membership_id)
    _keep_a_keeper(workspace, member)
    Membership.objects.within(workspace).filter(pk=member.pk).delete()
    return member


def members(workspace: Workspace) -> list[Membership]:
    """Everybody who belongs here, by name."""
    return sorted(_members(workspace), key=lambda member: str(member.person).casefold())


def _members(workspace: Workspace) -> Any:
    return Membership.objects.within(workspace).select_related("person")


def _keep_a_keeper(workspace: Workspace, leaving: Membership) -> None:
    one_writer(workspace)
    others = _members(workspace).filter(person__is_active=True).exclude(pk=leaving.pk)
    if leaving.may(Ability.PEOPLE) and not any(other.may(Ability.PEOPLE) for other in others):
        raise LastKeeper(
            f"{leaving.person} is the last one here who may invite people and change roles."
            " Make somebody else a manager or operator first."
        )


def save_profile(person: Person, *, name: str, zone: str, theme: str) -> None:
    """What a person says of themselves."""
    person.name, person.zone, person.theme = name, zone, theme
    person.save(update_fields=["name", "zone", "theme"])


def set_password(person: Person, password: str) -> None:
    """A new password, which ends every session begun with the old one. The caller has checked that it is a good one."""
    person.set_password(password)
    person.save(update_fields=["password"])


def set_policy(workspace: Workspace, policy: dict[str, Any]) -> None:
    """Store the desk's hours and deadlines, which the caller has read once with `cases.policy.read_policy`."""
    Workspace.objects.filter(pk=workspace.pk).update(policy=policy)
    workspace.policy = policy


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
    """The next `count` case numbers, never given twice; held for the rest of the transaction, so that
    asking for none tells where they would begin."""
    key = workspace if isinstance(workspace, int) else workspace.pk
    row = Workspace.objects.select_for_update(no_key=True).only("last_number").get(pk=key)
    Workspace.objects.filter(pk=key).update(last_number=row.last_number + count)
    return range(row.last_number + 1, row.last_number + count + 1)
