"""What the engine keeps of its own work, so that every process can tell it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emberwatch.workspaces.seal import SealedModel


class QuickMinute(SealedModel):
    """A minute in which posts that mattered had only a quick reading: how many, and since when that has been going
    on."""

    minute = models.DateTimeField()
    since = models.DateTimeField()
    posts = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "minute", name="each_quick_minute_once")]
