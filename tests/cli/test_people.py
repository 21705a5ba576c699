"""People and workspaces from a terminal."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate

from emberwatch.workspaces.models import Membership, Person, Workspace
from tests.cli.conftest import Typed


def test_who_is_invited_can_sign_in_with_the_password_shown_once(emberwatch: Typed, workspace: Workspace) -> None:
    words = ["people", "invite", "Nia@larkfield.example", "--role", "department owner", "--name", "Nia"]
    told = emberwatch(*words, "--json")
    password = told.json["password"]
    assert authenticate(None, email="nia@larkfield.example", password=password) is not None
    again = emberwatch("people", "invite", "nia@larkfield.example", "--role", "agent", "--json").json
    assert (again["password"], again["role"]) == (None, "agent")
    assert password not in emberwatch("people", "list").out


def test_the_last_who_may_invite_stays(emberwatch: Typed, workspace: Workspace, ruth: Person, ana: Person) -> None:
    for words in (["role", ruth.email, "agent"], ["remove", ruth.email]):
        done = emberwatch("people", *words)
        assert done.code == 1
        assert "last one" in done.err
    assert emberwatch("people", "role", ana.email, "manager").code == 0
    assert emberwatch("people", "remove", ruth.email).code == 0
    assert [one.person for one in Membership.objects.within(workspace).select_related("person")] == [ana]


@pytest.mark.parametrize(("given", "code"), [("a-better-password-1", 0), ("short", 1), ("password1234", 1)])
def test_a_new_password(given: str, code: int, emberwatch: Typed, ana: Person) -> None:
    assert emberwatch("people", "password", ana.email, "--stdin", typed=f"{given}\n").code == code
    ana.refresh_from_db()
    assert ana.check_password(given) is (code == 0)


@pytest.mark.django_db
def test_a_workspace_is_opened_once(emberwatch: Typed) -> None:
    for name in ("Acme Ltd", "Another"):
        told = emberwatch("workspaces", "create", "acme", name, "--zone", "Europe/Dublin", "--prefix", "ac", "--json")
        assert (told.json["name"], told.json["prefix"]) == ("Acme Ltd", "AC")
    assert len(emberwatch("workspaces", "list", "--json").lines) == 1
