"""Workspaces are sealed by construction: no query without a workspace, no row in another's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

import emberwatch
from emberwatch.listening.models import Brand
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import ABILITIES, Ability, NotAllowed, Role, check
from emberwatch.workspaces.seal import SealedModel, Unsealed, sealed_models

SOURCE = Path(emberwatch.__file__).parent
OUTSIDE = {"Person", "Workspace"}
"""Rows of ours that belong to no workspace: people may be in several, and a workspace is not in itself."""


@pytest.mark.parametrize("model", sealed_models(), ids=lambda model: model.__name__)
def test_a_query_without_a_workspace_cannot_be_built(model: type[SealedModel]) -> None:
    for ask in (
        lambda: model.objects.all(),
        lambda: model.objects.filter(pk=1),
        lambda: model.objects.get(pk=1),
        lambda: model.objects.count(),
        lambda: model.objects.create(),
        lambda: model.objects.bulk_create([]),
        lambda: model.objects.everywhere(""),
    ):
        with pytest.raises(Unsealed):
            ask()


def test_every_row_of_ours_is_sealed() -> None:
    rooms = ("workspaces", "journal", "listening", "cases", "replies", "carepoint", "engine")
    loose = {
        model.__name__
        for room in rooms
        for model in apps.get_app_config(room).get_models()
        if not issubclass(model, SealedModel)
    }
    assert loose == OUTSIDE


def test_rows_are_made_in_the_workspace_that_was_asked(workspace: Workspace) -> None:
    other = Workspace.objects.create(slug="rival", name="Rival")
    made = Brand.objects.within(workspace).create(name="A", workspace=other)
    (bulk,) = Brand.objects.within(workspace).bulk_create([Brand(name="B", workspace=other)])
    assert made.workspace_id == bulk.workspace_id == workspace.pk
    assert list(Brand.objects.within(other)) == []
    assert {brand.name for brand in Brand.objects.within(workspace)} == {"A", "B"}


def test_no_relation_leads_back_into_sealed_rows() -> None:
    """A reverse manager (case.notes) would be a way around; so there is none."""
    open_doors = [
        f"{model.__name__}.{field.name}"
        for model in sealed_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and not field.remote_field.hidden
    ]
    assert open_doors == []


def test_pages_never_look_everywhere() -> None:
    guilty = []
    for path in SOURCE.rglob("*pages*.py"):
        nodes = ast.walk(ast.parse(path.read_text()))
        guilty += [path.name for node in nodes if isinstance(node, ast.Attribute) and node.attr == "everywhere"]
    assert guilty == []


def test_every_role_is_in_the_table_and_refusals_name_who_may() -> None:
    assert set(ABILITIES) == set(Role)
    assert all(Ability.SEE in abilities for abilities in ABILITIES.values())
    with pytest.raises(NotAllowed, match="agent, manager"):
        check(Role.OBSERVER, Ability.ANSWER)


def test_addresses_are_kept_once_whatever_their_case(person: object, workspace: Workspace) -> None:
    from emberwatch.workspaces.actions import invite

    one = invite(workspace, "Mo@Larkfield.example", Role.AGENT).person
    two = invite(workspace, "mo@larkfield.EXAMPLE", Role.MANAGER).person
    assert one == two
    assert Person.objects.filter(email="mo@larkfield.example").count() == 1
