"""Customers and their cases."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from emberwatch.cases.priority import THREATS, VULNERABLE
from emberwatch.cases.states import NEEDS_US, Outcome, State
from emberwatch.listening.models import Brand, Post
from emberwatch.vocabulary.verdicts import Severity, Vulnerability
from emberwatch.workspaces.seal import SealedModel

PERSON = settings.AUTH_USER_MODEL


class Customer(SealedModel):
    """Someone who speaks to or of us on one network."""

    network = models.CharField(max_length=40)
    author_id = models.CharField(max_length=320)
    handle = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=320, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    followers = models.BigIntegerField(null=True)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("workspace", "network", "author_id", name="one_customer_an_author")
        ]

    @property
    def label(self) -> str:
        """The name a person would call them by."""
        return self.name or self.handle or self.author_id or "Somebody"


class Case(SealedModel):
    """One customer's one problem, until it has an outcome.

    `version` grows with everything that could change what an agent would say or do; actions name the version they
    saw. `needs_us`, `excerpt` and the customer's name are kept here so that the inbox reads one table.

    `weigh_at` is when time will next move its priority (None: not while nobody touches it), `moved_at` when time or
    new weights last did. `severity_set` says that a person set the severity.
    """

    number = models.PositiveIntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    customer_label = models.CharField(max_length=320)
    customer_handle = models.CharField(max_length=320, blank=True)
    followers = models.BigIntegerField(null=True)
    brand = models.ForeignKey(Brand, null=True, on_delete=models.SET_NULL, related_name="+")
    network = models.CharField(max_length=40)
    private = models.BooleanField(default=False)
    thread_uid = models.UUIDField()
    title = models.CharField(max_length=160)
    excerpt = models.CharField(max_length=300, blank=True)
    words = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    intent = models.CharField(max_length=12, default="complaint")
    state = models.CharField(max_length=24, choices=[(s.value, s.label) for s in State], default=State.NEW.value)
    needs_us = models.BooleanField(default=True)
    severity = models.SmallIntegerField(default=0)
    severity_set = models.BooleanField(default=False)
    anger = models.FloatField(default=0)
    vulnerable = models.JSONField(default=list)
    threats = models.JSONField(default=list)
    earlier_cases = models.PositiveIntegerField(default=0)
    unhappy_before = models.BooleanField(default=False)
    reposts = models.BigIntegerField(null=True)
    posts = models.PositiveIntegerField(default=0)
    priority = models.IntegerField(default=0)
    priority_why = models.JSONField(default=list)
    weigh_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    assignee = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    tags = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    last_post_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_why = models.CharField(max_length=200, blank=True)
    late = models.BooleanField(default=False)
    first_answered_at = models.DateTimeField(null=True)
    last_answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, choices=[(o.value, o.label) for o in Outcome])
    outcome_note = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("workspace", "number", name="each_number_once"),
            models.CheckConstraint(
                name="closed_has_an_outcome",
                condition=~models.Q(state=State.CLOSED.value) | ~models.Q(outcome=""),
            ),
        ]
        indexes: ClassVar = [
            # The filtered columns stand in the index too, so that a filter few cases fit reads no rows to find them.
            models.Index(
                "workspace", "needs_us", models.F("priority").desc(), models.F("id").desc(),
                "assignee", "late", "severity", "network", "language", "brand", name="inbox",
            ),
            models.Index(
                "workspace", "needs_us", "late", models.F("priority").desc(), models.F("id").desc(), name="inbox_late"
            ),
            models.Index(
                "workspace", "needs_us", "due_at", models.F("priority").desc(), models.F("id").desc(),
                name="inbox_by_due",
            ),
            models.Index(
                "workspace", "state", models.F("last_post_at").desc(), models.F("id").desc(), name="case_by_state"
            ),
            models.Index(
                "workspace", "assignee", "needs_us", models.F("priority").desc(), models.F("id").desc(),
                name="inbox_of_one",
            ),
            models.Index("workspace", models.F("last_post_at").desc(), models.F("id").desc(), name="case_by_recency"),
            models.Index("workspace", "customer", models.F("id").desc(), name="case_by_customer"),
            models.Index("workspace", "thread_uid", name="case_by_thread"),
            models.Index("due_at", name="case_due", condition=models.Q(needs_us=True, late=False)),
            models.Index("weigh_at", name="case_to_weigh", condition=models.Q(weigh_at__isnull=False)),
            models.Index("moved_at", name="case_moved", condition=models.Q(moved_at__isnull=False)),
        ]  # fmt: skip

    @property
    def key(self) -> str:
        """The number that people say to each other, such as EW-1042."""
        return f"{self.workspace.prefix}-{self.number}"

    @property
    def state_(self) -> State:
        """Its state as a value."""
        return State(self.state)

    @property
    def severity_(self) -> Severity:
        """Its severity as a value."""
        return Severity(self.severity)

    @property
    def at_risk(self) -> bool:
        """May its customer harm themselves, as far as we know, and is it still open?"""
        return Vulnerability.SELF_HARM.value in self.vulnerable and self.state_ is not State.CLOSED

    @property
    def marks(self) -> list[str]:
        """What else calls for care, in a word or two each: illness, a loss, a threat."""
        frail = [words for kind, words in VULNERABLE.items() if kind.value in self.vulnerable]
        said = [words for kind, words in THREATS.items() if kind.value in self.threats]
        return [*(words for words in frail if words != VULNERABLE[Vulnerability.SELF_HARM]), *said]

    def enter(self, state: State) -> None:
        """Set the state and what follows from it."""
        self.state = state.value
        self.needs_us = state in NEEDS_US


class CasePost(SealedModel):
    """A post that belongs to a case; no post belongs to two."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("post", name="a_post_has_one_case")]


class CaseTag(SealedModel):
    """A word a case can be found by."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    tag = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("case", "tag", name="each_tag_once")]
        indexes: ClassVar = [models.Index("workspace", "tag", "case", name="case_by_tag")]


class Note(SealedModel):
    """A word between colleagues. It has no way out: nothing that sends can read this table."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()


class Presence(SealedModel):
    """Who has a case in front of them now, and whether they are writing."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    typing = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("case", "person", name="one_presence_a_person")]


class SavedView(SealedModel):
    """A filter with a name; without a person it belongs to everybody."""

    person = models.ForeignKey(PERSON, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "person", "name", name="one_view_a_name")]
