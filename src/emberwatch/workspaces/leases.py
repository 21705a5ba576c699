"""Work that one process at a time may hold: a row with a lease, taken and kept by conditional updates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import models
from django.db.models import Q

from emberwatch.workspaces.seal import SealedModel


class Leased(SealedModel):
    """A row that a worker holds while `lease_until` is ahead; `lease_by` names the worker."""

    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True


def free(now: datetime, worker: str = "") -> Q:
    """Rows that nobody holds at this moment, or that `worker` holds itself."""
    nobody = Q(lease_until=None) | Q(lease_until__lt=now)
    return nobody | Q(lease_by=worker) if worker else nobody


def take_back(kind: type[Leased], is_gone: Callable[[str], bool], now: datetime) -> int:
    """End the leases whose worker is gone, so that nobody need wait for their end; returns how many."""
    rows = kind.objects.everywhere("a dead worker may have held anything").filter(lease_until__gt=now)
    gone = [worker for worker in set(rows.values_list("lease_by", flat=True)) if is_gone(worker)]
    return rows.filter(lease_by__in=gone).update(lease_until=None) if gone else 0
