"""What a workspace wants posts to be understood by: departments, products, examples, costs, its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from emberwatch.journal.actions import By, record
from emberwatch.listening.actions.stamp import renew
from emberwatch.listening.facts import CostsSet, ExampleGiven, LexiconSet, TopicDropped, TopicNamed
from emberwatch.listening.models import Correction, Topic, TopicKind, Understanding
from emberwatch.listening.rules import storable
from emberwatch.triage.scores import QUESTIONS
from emberwatch.workspaces.models import Person, Workspace

MOST_TOPICS = 60
MOST_EXAMPLE = 2_000
LEAST_COST, MOST_COST = 0.1, 100.0
LEXICON = ("order_numbers", "competitors", "places")


class CannotTeach(ValueError):
    """That cannot be taught; the message says why, and what can be."""


def name_topic(workspace: Workspace, kind: TopicKind, name: str, *, by: By, now: datetime) -> Topic:
    """A new department or product; the one that is there already if the name is taken. Raises CannotTeach."""
    name = _name(name)
    with transaction.atomic():
        rows = Topic.objects.within(workspace).filter(kind=kind)
        found: Topic | None = rows.filter(name=name).first()
        if found is not None:
            return found
        if rows.count() >= MOST_TOPICS:
            raise CannotTeach(f"There are {MOST_TOPICS} already. Take one away before you add another.")
        made: Topic = Topic.objects.within(workspace).create(kind=kind, name=name, created_at=now)
        record(workspace, TopicNamed(f"topic:{made.pk}", {}, {"kind": kind.value, "name": name}), by=by, at=now)
    return made


def rename_topic(workspace: Workspace, topic: Topic, name: str, *, by: By, now: datetime) -> None:
    """Call a department or product something else; what was learnt of it stays. Raises CannotTeach."""
    name = _name(name)
    with transaction.atomic():
        rows = Topic.objects.within(workspace).filter(kind=topic.kind)
        if rows.filter(name=name).exclude(pk=topic.pk).exists():
            raise CannotTeach(f"Another {topic.kind} is named “{name}”. Choose a different name.")
        Correction.objects.within(workspace).filter(about=topic.kind, label=topic.name).update(label=name)
        fact = TopicNamed(f"topic:{topic.pk}", {"name": topic.name}, {"kind": topic.kind, "name": name})
        topic.name = name
        topic.save(update_fields=["name"])
        record(workspace, fact, by=by, at=now)
        renew(workspace)


def drop_topic(workspace: Workspace, topic: Topic, *, by: Person, now: datetime) -> None:
    """Take a department or product away; its examples and corrections teach nothing any more."""
    with transaction.atomic():
        taught = Correction.objects.within(workspace).filter(about=topic.kind, label=topic.name, undone_at=None)
        ids = list(taught.values_list("pk", flat=True))
        taught.update(undone_at=now, undone_by=by)
        fact = TopicDropped(f"topic:{topic.pk}", {"kind": topic.kind, "name": topic.name, "corrections": ids})
        Topic.objects.within(workspace).filter(pk=topic.pk).delete()
        record(workspace, fact, by=by, at=now)
        renew(workspace)


def give_example(workspace: Workspace, topic: Topic, text: str, *, by: Person, now: datetime) -> Correction:
    """Write down what a department or product hears; the example that is there already if the words are the same.
    Raises CannotTeach for no words."""
    text = storable(text).strip()[:MOST_EXAMPLE]
    if not any(letter.isalpha() for letter in text):
        raise CannotTeach("The example has no words. Write down what a customer would say.")
    with transaction.atomic():
        rows = Correction.objects.within(workspace).filter(about=topic.kind, label=topic.name, undone_at=None)
        found: Correction | None = rows.filter(text=text).first()
        if found is not None:
            return found
        made: Correction = Correction.objects.within(workspace).create(
            text=text, about=topic.kind, label=topic.name, by=by, at=now
        )
        told = {topic.kind: topic.name, "correction": made.pk}
        record(workspace, ExampleGiven(f"topic:{topic.pk}", {}, told), by=by, at=now)
        renew(workspace)
    return made


def set_costs(workspace: Workspace, costs: Mapping[str, float], *, by: By, now: datetime) -> None:
    """For each label, how many false alarms a miss is worth, from 0.1 to 100; one where unsaid. Raises CannotTeach."""
    for label, cost in costs.items():
        if label not in QUESTIONS:
            raise CannotTeach(f"There is no label “{label[:40]}”; there are {', '.join(QUESTIONS)}.")
        if not LEAST_COST <= cost <= MOST_COST:
            raise CannotTeach(f"A miss can be worth {LEAST_COST:g} to {MOST_COST:g} false alarms, not {cost:g}.")
    kept = {label: float(cost) for label, cost in costs.items() if cost != 1}
    with transaction.atomic():
        row = _understanding(workspace)
        fact = CostsSet("understanding", {"costs": row.costs}, {"costs": kept})
        row.costs = kept
        row.save(update_fields=["costs"])
        record(workspace, fact, by=by, at=now)


def set_lexicon(workspace: Workspace, words: Mapping[str, Sequence[str]], *, by: By, now: datetime) -> None:
    """The shapes of order numbers, competitors and places; lists not given stay. Repeats and empty entries go."""
    with transaction.atomic():
        row = _understanding(workspace)
        before = {key: getattr(row, key) for key in LEXICON}
        for key, entries in words.items():
            if key not in LEXICON:
                raise KeyError(f"There is no list named {key}; there are {', '.join(LEXICON)}.")
            setattr(row, key, list(dict.fromkeys(entry.strip() for entry in entries if entry.strip())))
        row.save(update_fields=list(LEXICON))
        record(
            workspace,
            LexiconSet("understanding", before, {key: getattr(row, key) for key in LEXICON}),
            by=by,
            at=now,
        )


def _understanding(workspace: Workspace) -> Understanding:
    """The workspace's row, with a new stamp."""
    renew(workspace)
    row: Understanding = Understanding.objects.within(workspace).select_for_update(no_key=True).get()
    return row


def _name(name: str) -> str:
    name = " ".join(storable(name).split())
    if not name:
        raise CannotTeach("Give it a name.")
    if len(name) > 80:
        raise CannotTeach("The name is too long: at most 80 characters.")
    return name
