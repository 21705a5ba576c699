"""Filters that people gave a name."""

from __future__ import annotations

from emberwatch.cases.models import SavedView
from emberwatch.workspaces.models import Person, Workspace


def save_view(workspace: Workspace, name: str, query: str, *, person: Person, shared: bool) -> SavedView:
    """Keep a filter under a name, for oneself or for everybody. Raises ValueError for an empty name."""
    name = name.strip()[:60]
    if not name:
        raise ValueError("Give the view a name.")
    owner = None if shared else person
    view: SavedView
    view, _ = SavedView.objects.within(workspace).update_or_create(
        person=owner, name=name, defaults={"query": query[:500]}
    )
    return view


def drop_view(workspace: Workspace, view_id: int, *, person: Person) -> None:
    """Forget one's own view, or a shared one."""
    rows = SavedView.objects.within(workspace).filter(pk=view_id)
    (rows.filter(person=person) | rows.filter(person=None)).delete()


def views_for(workspace: Workspace, person: Person) -> list[SavedView]:
    """The views a person can choose from: their own, then shared ones, by name."""
    rows = SavedView.objects.within(workspace)
    own_and_shared = rows.filter(person=person) | rows.filter(person=None)
    return sorted(own_and_shared, key=lambda view: (not view.person_id, view.name))
