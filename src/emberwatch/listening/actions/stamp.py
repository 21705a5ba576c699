"""Tells every process that a workspace's triage must be made anew."""

from __future__ import annotations

import uuid

from emberwatch.listening.models import Understanding
from emberwatch.workspaces.models import Workspace


def renew(workspace: Workspace | int) -> None:
    """Give the workspace's understanding a new stamp; call inside the transaction that changed what it is made from."""
    Understanding.objects.within(workspace).update_or_create(defaults={"stamp": uuid.uuid4()})
