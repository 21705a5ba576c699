"""Keeps each workspace's triage at hand, and renews it when anything changed that it is made from."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock

from emberwatch.listening.learnt import layer_of, lexicon_of, stamp_of, thresholds_of
from emberwatch.listening.models import Brand
from emberwatch.triage.interface import BrandTerms, PostText
from emberwatch.triage.pipeline import Effort, Setting, Triage
from emberwatch.workspaces.models import Workspace

_kept: dict[int, tuple[Hashable, Triage]] = {}
_lock = Lock()


def triage_for(workspace_id: int) -> Triage:
    """The triage that knows this workspace's brands, lessons, thresholds and words as they are now.

    One small row tells whether they changed, in this process or another.
    """
    mark: Hashable = stamp_of(workspace_id) or brands_of(workspace_id)
    kept = _kept.get(workspace_id)
    if kept is not None and kept[0] == mark:
        return kept[1]
    with _lock:
        kept = _kept.get(workspace_id)
        if kept is None or kept[0] != mark:
            kept = _kept[workspace_id] = (mark, Triage(setting_of(workspace_id)))
        return kept[1]


def setting_of(workspace_id: int) -> Setting:
    """All that triage is told of a workspace, read anew."""
    return Setting(
        brands=brands_of(workspace_id),
        lexicon=lexicon_of(workspace_id),
        thresholds=thresholds_of(workspace_id),
        layer=layer_of(workspace_id),
    )


def brands_of(workspace_id: int) -> tuple[BrandTerms, ...]:
    """How people name each of the workspace's brands."""
    return tuple(
        BrandTerms(
            id=brand.pk, name=brand.name, terms=tuple(brand.terms), misspellings=tuple(brand.misspellings),
            hashtags=tuple(brand.hashtags), places=tuple(brand.places), exclusions=tuple(brand.exclusions),
        )
        for brand in Brand.objects.within(workspace_id).order_by("pk")
    )  # fmt: skip


def warm_up() -> None:
    """Make every workspace's triage ready, its lessons read by both tiers, before the first complaint comes."""
    for workspace_id in Workspace.objects.values_list("pk", flat=True):
        triage_for(workspace_id).label_many([PostText(text="@someone warm up, please")], Effort.DEEP)
