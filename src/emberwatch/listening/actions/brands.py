"""Sets the words that a brand is known by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from emberwatch.journal.actions import By, record
from emberwatch.listening.actions.stamp import renew
from emberwatch.listening.facts import BrandSaved
from emberwatch.listening.models import Brand
from emberwatch.workspaces.models import Workspace

WORD_LISTS = ("terms", "misspellings", "hashtags", "places", "exclusions")


def save_brand(
    workspace: Workspace, name: str, words: Mapping[str, Sequence[str]], *, by: By, now: datetime, pk: int | None = None
) -> Brand:
    """Make or change a brand; lists not given stay as they are. Repeats and empty entries are dropped."""
    with transaction.atomic():
        brands = Brand.objects.within(workspace)
        brand = brands.get(pk=pk) if pk else brands.filter(name=name).first() or Brand(workspace=workspace, name=name)
        before = {key: getattr(brand, key) for key in WORD_LISTS}
        brand.name = name
        for key, entries in words.items():
            if key not in WORD_LISTS:
                raise KeyError(f"A brand has no list named {key}; there are {', '.join(WORD_LISTS)}.")
            setattr(brand, key, list(dict.fromkeys(entry.strip() for entry in entries if entry.strip())))
        brand.save()
        after = {key: getattr(brand, key) for key in WORD_LISTS}
        record(workspace, BrandSaved(f"brand:{brand.pk}", before, {"name": name, **after}), by=by, at=now)
        renew(workspace)
    return brand
