"""What we listen for, where, and what was heard."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from emberwatch.channels.registry import channel
from emberwatch.channels.spec import Spec
from emberwatch.listening.secrets import SealedJSONField
from emberwatch.vocabulary.posts import Ref
from emberwatch.workspaces.leases import Leased
from emberwatch.workspaces.models import Person
from emberwatch.workspaces.seal import SealedModel


class Brand(SealedModel):
    """A name customers speak of, as they write it. Lists hold one entry each."""

    name = models.CharField(max_length=120)
    terms = models.JSONField(default=list, blank=True)
    misspellings = models.JSONField(default=list, blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    places = models.JSONField(default=list, blank=True)
    exclusions = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "name", name="one_brand_a_name")]

    def __str__(self) -> str:
        return self.name


class SourceState(models.TextChoices):
    """Whether we listen there."""

    LISTENING = "listening", "Listening"
    PAUSED = "paused", "Paused by a person"
    ENDED = "ended", "Read to its end"


class Source(Leased):
    """One place we listen to and answer in. `cursor` is the channel's own mark of how far we have read.

    `last_contact_at` is when the network last answered us properly, with posts or with nothing;
    `failures` counts failures since then and `problem` says what is wrong, in words. A worker holds the source
    while `lease_until` is ahead.
    """

    channel = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    config = models.JSONField(default=dict, blank=True)
    secrets = SealedJSONField(default=dict, blank=True)
    brand = models.ForeignKey(Brand, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=SourceState.choices, default=SourceState.LISTENING)
    cursor = models.TextField(null=True)
    interval = models.DurationField()
    created_at = models.DateTimeField()
    last_contact_at = models.DateTimeField(null=True)
    last_post_at = models.DateTimeField(null=True)
    heard = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(null=True)
    total = models.PositiveBigIntegerField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    needs_person = models.BooleanField(default=False)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "name", name="one_source_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> Spec:
        """What its channel declares."""
        return channel(self.channel).spec

    def settings(self) -> dict[str, Any]:
        """All its settings with the secrets in clear; never to be shown or logged."""
        return {**self.config, **self.secrets}


class Stage(models.IntegerChoices):
    """How far a post has come."""

    HEARD = 0, "Heard"
    UNDERSTOOD = 1, "Understood"
    ASIDE = 2, "Set aside"


class Post(SealedModel):
    """One thing said, stored once. `uid` is made from its Ref alone, so a parent can be named before it is heard;
    `thread_uid` is the topmost post of its conversation that we know of. A deleted post keeps its row and its
    words (a tombstone): what happened in public stays part of the case."""

    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    uid = models.UUIDField()
    network = models.CharField(max_length=40)
    account = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=40)
    external_id = models.CharField(max_length=1000)
    version = models.BigIntegerField(default=0)
    parent_uid = models.UUIDField(null=True)
    thread_uid = models.UUIDField()
    repost_of_uid = models.UUIDField(null=True)
    author_id = models.CharField(max_length=320, blank=True)
    author_handle = models.CharField(max_length=320, blank=True)
    author_name = models.CharField(max_length=320, blank=True)
    author_url = models.CharField(max_length=1000, blank=True)
    followers = models.BigIntegerField(null=True)
    ours = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    automatic = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    media = models.JSONField(default=list)
    url = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    reposts = models.BigIntegerField(null=True)
    likes = models.BigIntegerField(null=True)
    replies = models.BigIntegerField(null=True)
    views = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=10)
    raw = models.BinaryField(default=b"")
    language = models.CharField(max_length=8, blank=True)
    brand = models.ForeignKey(Brand, null=True, on_delete=models.SET_NULL, related_name="+")
    stage = models.SmallIntegerField(choices=Stage.choices, default=Stage.HEARD)
    trouble = models.TextField(blank=True)
    verdict = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "uid", name="each_post_once")]
        indexes: ClassVar = [
            models.Index("workspace", "thread_uid", "created_at", name="post_by_thread"),
            models.Index("id", name="post_to_understand", condition=models.Q(stage=0)),
            models.Index("workspace", "id", name="post_set_aside", condition=models.Q(stage=2)),
        ]

    @property
    def ref(self) -> Ref:
        """Its name on its network."""
        return Ref(self.network, self.account, self.type, self.external_id)

    @property
    def author_label(self) -> str:
        """The name a person would call its author by."""
        return self.author_name or self.author_handle or self.author_id or "Somebody"


class PostVersion(SealedModel):
    """The words of a post before an edit."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    version = models.BigIntegerField()
    text = models.TextField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("post", "version", name="each_version_once")]


class Tombstone(SealedModel):
    """A delete that came before the post it deletes: when that post arrives, it arrives deleted."""

    uid = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "uid", name="each_tombstone_once")]


class Aside(SealedModel):
    """Bad input, kept as it came (its first 64 KB) with the reason, for a person to look at."""

    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    line = models.PositiveBigIntegerField(null=True)
    reason = models.TextField()
    raw = models.BinaryField(default=b"")

    class Meta:
        indexes: ClassVar = [models.Index("workspace", "source", "id", name="aside_by_source")]


class Understanding(SealedModel):
    """How a workspace wants posts to be understood: for each label how many false alarms a miss is worth (one where
    unsaid), and its own words. `stamp` is new whenever anything changes that triage is made from, here or in brands,
    topics and corrections, so that a process sees at once that its triage is out of date."""

    stamp = models.UUIDField()
    costs = models.JSONField(default=dict)
    order_numbers = models.JSONField(default=list)
    competitors = models.JSONField(default=list)
    places = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", name="one_understanding_a_workspace")]


class TopicKind(models.TextChoices):
    """What posts are sorted by."""

    DEPARTMENT = "department", "Department"
    PRODUCT = "product", "Product"


class Topic(SealedModel):
    """A department or a product of the workspace, by the name its people use."""

    kind = models.CharField(max_length=12, choices=TopicKind.choices)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "kind", "name", name="one_topic_a_name")]

    def __str__(self) -> str:
        return self.name


class Correction(SealedModel):
    """What a person said of a post, or of an example written down: the `label` it has in what it is `about`, and what
    it `was` taken for (empty for an example).

    It holds the words themselves, so that it teaches every later model, also when the post is gone. `before` is the
    post's verdict as it was before any correction, to return to. One correction stands for a post and an `about`; a
    later one undoes it.
    """

    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    about = models.CharField(max_length=16)
    was = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=80)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "about"], condition=models.Q(undone_at=None), name="one_standing_correction"
            )
        ]
        indexes: ClassVar = [
            models.Index("workspace", "id", name="correction_standing", condition=models.Q(undone_at=None))
        ]
