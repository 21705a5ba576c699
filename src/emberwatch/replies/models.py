"""What we are about to say, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from emberwatch.cases.models import Case
from emberwatch.listening.models import Post
from emberwatch.replies.states import Sending
from emberwatch.workspaces.leases import Leased
from emberwatch.workspaces.seal import SealedModel

PERSON = settings.AUTH_USER_MODEL


class Draft(SealedModel):
    """What one person is writing on one case, kept as it is typed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=8, default="public")
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("case", "person", name="one_draft_a_person")]


class Reply(Leased):
    """One answer on its way out or gone: the outbox.

    `key` is unique for ever and goes with every attempt, so that a network which knows it sends once. A worker holds
    the row while `lease_until` is ahead; a row found in SENDING with its lease over was cut off by a crash and is
    looked up before anything else.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    private = models.BooleanField(default=False)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in Sending], default=Sending.QUEUED.value)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    receipt_uid = models.UUIDField(null=True)
    receipt_ref = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case",
                name="one_reply_on_its_way_a_case",
                condition=models.Q(state__in=[s.value for s in Sending if s.is_on_its_way]),
            )
        ]
        indexes: ClassVar = [
            models.Index(
                "due_at", name="reply_to_send", condition=models.Q(state__in=["queued", "sending", "unclear"])
            ),
            models.Index("workspace", "case", "id", name="reply_by_case"),
            models.Index("workspace", "receipt_uid", name="reply_by_receipt"),
        ]
