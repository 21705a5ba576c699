"""The rows of the practice network. Only `actions.py` writes them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Account(models.Model):
    """A customer or a company on the network."""

    handle = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    bio = models.CharField(max_length=200, blank=True, default="")
    followers = models.PositiveIntegerField(default=0)
    is_company = models.BooleanField(default=False)
    joined_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"@{self.handle}"


class Token(models.Model):
    """What a company's software signs in with; only its digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()


class Post(models.Model):
    """One post or private message. `id` is the number of the log entry that told of it; `version` that of its last
    change; `key` the writer's own name for it, so that writing it twice gives one post."""

    id = models.BigIntegerField(primary_key=True)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    text = models.TextField()
    reply_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answers")
    root = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="descendants")
    private_to = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="received")
    key = models.CharField(max_length=200, null=True)
    version = models.BigIntegerField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="hid")
    reposts = models.PositiveIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["author", "key"], name="practice_post_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["-id"], condition=Q(root__isnull=True, private_to__isnull=True), name="practice_timeline"
            )
        ]

    @property
    def root_id_or_own(self) -> int:
        """The id of the post that began the talk."""
        return self.root_id or self.id

    def __str__(self) -> str:
        return f"post {self.id}"


class Repost(models.Model):
    """Someone passed a post on to their own followers."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="passed_on")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="reposts")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "account"], name="practice_repost_once")]


class Like(models.Model):
    """Someone liked a post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="liked")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="likes")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "account"], name="practice_like_once")]


class LogEntry(models.Model):
    """What happened, in order, for ever. `company` is set where only that company may read it."""

    seq = models.BigIntegerField(primary_key=True)
    company = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()


class Network(models.Model):
    """The one row whose lock orders all writing; `told` is how far the storyteller has come."""

    last_seq = models.BigIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)


class Fault(models.Model):
    """A failure armed for tests and drills, for the next `times` requests of companies' software."""

    kind = models.CharField(max_length=30)
    seconds = models.FloatField(default=0)
    only = models.CharField(max_length=10, default="any")
    times = models.PositiveIntegerField(default=1)
