"""People in the browser: invitations, roles, and the last one who holds the keys."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.models import Membership, Person
from emberwatch.workspaces.rules import Ability, Role, may

PEOPLE = "/w/larkfield/settings/people/"


@pytest.fixture
def manager(client: Client, ruth) -> Client:
    """A browser in which the manager is signed in."""
    client.force_login(ruth)
    return client


def member(person: Person) -> Membership:
    """That person's place at Larkfield."""
    return Membership.objects.within(open_workspace("larkfield", "Larkfield")).get(person=person)


def test_an_invited_person_can_sign_in_with_the_password_shown_once(manager, workspace):
    answer = manager.post(f"{PEOPLE}invite/", {"email": "Tomasz@Larkfield.example", "name": "Tomasz", "role": "agent"})
    password = re.search(r'id="first-password">([^<]+)<', answer.content.decode()).group(1)
    assert answer["Cache-Control"] == "no-store"
    assert password not in manager.get(PEOPLE).content.decode()
    browser = Client()
    browser.post("/accounts/login/", {"login": "tomasz@larkfield.example", "password": password})
    assert browser.get("/w/larkfield/settings/profile/").status_code == 200


def test_a_person_known_elsewhere_keeps_their_own_password(manager, workspace):
    other = open_workspace("otherfield", "Otherfield")
    eve = invite(other, "eve@otherfield.example", Role.AGENT, password="her own long password").person
    page = manager.post(f"{PEOPLE}invite/", {"email": eve.email, "name": "", "role": "observer"}).content.decode()
    assert "have an account already" in page
    assert "first-password" not in page
    assert Person.objects.get(pk=eve.pk).check_password("her own long password")


def test_inviting_somebody_again_changes_nothing(manager, ana, workspace):
    page = manager.post(f"{PEOPLE}invite/", {"email": ana.email, "name": "", "role": "observer"}).content.decode()
    assert "is here already" in page
    assert member(ana).role == "agent"


def test_the_last_keeper_can_neither_step_down_nor_leave(manager, ruth, ana, workspace):
    pk = member(ruth).pk
    assert (
        "is the last one here" in manager.post(f"{PEOPLE}{pk}/role/", {"role": "agent"}, follow=True).content.decode()
    )
    manager.post(f"{PEOPLE}{pk}/remove/", {"sure": "yes"})
    assert may(Role(member(ruth).role), Ability.PEOPLE)
    manager.post(f"{PEOPLE}{member(ana).pk}/role/", {"role": "operator"})
    manager.post(f"{PEOPLE}{pk}/role/", {"role": "agent"})
    assert member(ruth).role == "agent"


def test_removing_asks_first_and_then_shuts_the_door(manager, ana, workspace):
    pk = member(ana).pk
    assert "Remove Ana?" in manager.post(f"{PEOPLE}{pk}/remove/").content.decode()
    browser = Client()
    browser.force_login(ana)
    assert browser.get(PEOPLE).status_code == 200
    manager.post(f"{PEOPLE}{pk}/remove/", {"sure": "yes"})
    assert browser.get(PEOPLE).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if not may(role, Ability.PEOPLE)])
def test_other_roles_see_the_list_and_change_nothing(person, ruth, workspace, role):
    browser = Client()
    browser.force_login(person("sam", role))
    page = browser.get(PEOPLE).content.decode()
    assert "Ruth" in page
    assert "Invite somebody" not in page
    pk = member(ruth).pk
    assert browser.post(f"{PEOPLE}invite/", {"email": "x@larkfield.example", "role": "manager"}).status_code == 403
    assert browser.post(f"{PEOPLE}{pk}/role/", {"role": "observer"}).status_code == 403
    assert browser.post(f"{PEOPLE}{pk}/remove/", {"sure": "yes"}).status_code == 403
    assert member(ruth).role == "manager"


def test_a_member_of_another_workspace_cannot_be_reached(manager, workspace):
    other = open_workspace("otherfield", "Otherfield")
    pk = invite(other, "eve@otherfield.example", Role.MANAGER).pk
    assert manager.post(f"{PEOPLE}{pk}/role/", {"role": "observer"}).status_code == 404
    assert manager.post(f"{PEOPLE}{pk}/remove/", {"sure": "yes"}).status_code == 404
    assert Membership.objects.within(other).get(pk=pk).role == "manager"


@pytest.mark.parametrize("role", ["emperor", "", "<b>"])
def test_a_role_nobody_knows_changes_nothing(manager, ana, workspace, role):
    assert (
        "no such role" in manager.post(f"{PEOPLE}{member(ana).pk}/role/", {"role": role}, follow=True).content.decode()
    )
    assert member(ana).role == "agent"


def test_the_profile_is_ones_own(client, ana, workspace):
    client.force_login(ana)
    client.post("/w/larkfield/settings/profile/", {"name": "Ana <b>", "zone": "Europe/Lisbon", "theme": "dark"})
    changed = Person.objects.get(pk=ana.pk)
    assert (changed.name, changed.zone, changed.theme) == ("Ana <b>", "Europe/Lisbon", "dark")
    page = client.get("/w/larkfield/settings/profile/").content.decode()
    assert 'data-theme="dark"' in page
    assert "Ana <b>" not in page
    assert (
        client.post("/w/larkfield/settings/profile/", {"name": "A", "zone": "Moon/Base", "theme": "x"}).status_code
        == 200
    )
    assert Person.objects.get(pk=ana.pk).zone == "Europe/Lisbon"
