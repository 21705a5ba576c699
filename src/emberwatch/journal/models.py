"""The rows of the journal. They are added; nothing changes or removes them, and the database refuses to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from emberwatch.workspaces.seal import SealedModel


class AppendOnly(RuntimeError):
    """The journal is a record: what happened stays."""


class FactRow(SealedModel):
    """One fact: `subject` is what it is about ("case:17"), `actor` the person, or None with `agent` naming the part
    of the software; `before` and `after` hold the fields that changed."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index("workspace", "subject", "id", name="fact_by_subject")]

    def save(self, *args: Any, **options: Any) -> None:
        """Adds the fact; raises AppendOnly if it is there already."""
        if self.pk is not None:
            raise AppendOnly("A recorded fact cannot be changed. Record a new one that corrects it.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Always raises AppendOnly."""
        raise AppendOnly("A recorded fact cannot be removed.")
