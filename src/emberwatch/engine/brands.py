"""Keeps each workspace's triage at hand, and renews it when the workspace's brands change."""

from __future__ import annotations

from threading import Lock

from emberwatch.listening.models import Brand
from emberwatch.triage.interface import BrandTerms, PostText
from emberwatch.triage.pipeline import Triage
from emberwatch.workspaces.models import Workspace

_kept: dict[int, tuple[tuple[BrandTerms, ...], Triage]] = {}
_lock = Lock()


def triage_for(workspace_id: int) -> Triage:
    """The triage that knows this workspace's brands as they are now."""
    terms = tuple(_terms(brand) for brand in Brand.objects.within(workspace_id).order_by("pk"))
    with _lock:
        kept = _kept.get(workspace_id)
        if kept is None or kept[0] != terms:
            kept = _kept[workspace_id] = (terms, Triage(terms))
        return kept[1]


def warm_up() -> None:
    """Make every workspace's triage ready, so that the first complaint does not wait for models to be read."""
    for workspace_id in Workspace.objects.values_list("pk", flat=True):
        triage_for(workspace_id).label_many([PostText(text="@someone warm up, please")])


def _terms(brand: Brand) -> BrandTerms:
    return BrandTerms(
        id=brand.pk, name=brand.name, terms=tuple(brand.terms), misspellings=tuple(brand.misspellings),
        hashtags=tuple(brand.hashtags), places=tuple(brand.places), exclusions=tuple(brand.exclusions),
    )  # fmt: skip
