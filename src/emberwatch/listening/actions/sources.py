"""Adds, changes and watches over sources."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from emberwatch.channels.registry import channel
from emberwatch.channels.spec import build_config, secret_names
from emberwatch.journal.actions import By, record
from emberwatch.journal.facts import Fact
from emberwatch.listening import facts, rules
from emberwatch.listening.models import Brand, Source, SourceState
from emberwatch.workspaces.leases import free
from emberwatch.workspaces.models import Workspace


class BadSettings(ValueError):
    """The settings do not make a source; the message says which and why."""


def _split(kind: str, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    spec = channel(kind).spec
    try:
        build_config(spec.config, values)
    except (TypeError, ValueError) as error:
        raise BadSettings(f"These settings do not fit {spec.label}: {error}. Nothing was saved.") from error
    hidden = secret_names(spec.config)
    return (
        {name: value for name, value in values.items() if name not in hidden},
        {name: value for name, value in values.items() if name in hidden},
    )


def add_source(
    workspace: Workspace, kind: str, name: str, values: dict[str, Any], *,
    by: By, now: datetime, brand: Brand | None = None, listening: bool = True,
) -> Source:  # fmt: skip
    """A new place to listen. Raises BadSettings, UnknownChannel, or django's IntegrityError for a name taken."""
    config, secrets = _split(kind, values)
    minutes = values.get("interval_minutes")
    interval = timedelta(minutes=float(minutes)) if minutes else channel(kind).spec.interval
    with transaction.atomic():
        source: Source = Source.objects.within(workspace).create(
            channel=kind, name=name, config=config, secrets=secrets, brand=brand, interval=interval, created_at=now,
            state=SourceState.LISTENING if listening else SourceState.PAUSED,
        )  # fmt: skip
        record(workspace, facts.SourceAdded(f"source:{source.pk}", {}, {"channel": kind, "name": name}), by=by, at=now)
    return source


def change_source(source: Source, name: str, values: dict[str, Any], *, by: By, now: datetime) -> None:
    """Change name and settings; a secret left empty keeps its stored value. Listening starts anew with them."""
    hidden = secret_names(source.spec.config)
    kept = {key: value for key, value in values.items() if key not in hidden or value not in ("", None)}
    config, secrets = _split(source.channel, {**source.secrets, **kept})
    with transaction.atomic():
        record(
            source.workspace_id,
            facts.SourceChanged(
                f"source:{source.pk}", {"name": source.name, **source.config}, {"name": name, **config}
            ),
            by=by, at=now,
        )  # fmt: skip
        source.name, source.config, source.secrets = name, config, secrets
        source.failures, source.problem, source.needs_person, source.retry_at = 0, "", False, None
        source.save(update_fields=["name", "config", "secrets", "failures", "problem", "needs_person", "retry_at"])


def pause(source: Source, *, by: By, now: datetime) -> None:
    """Stop listening there until resumed; the cursor stays, so nothing will be missed."""
    _set_state(source, SourceState.PAUSED, facts.SourcePaused(f"source:{source.pk}"), by, now)


def resume(source: Source, *, by: By, now: datetime) -> None:
    """Listen again from where we stopped."""
    _set_state(source, SourceState.LISTENING, facts.SourceResumed(f"source:{source.pk}"), by, now)


def _set_state(source: Source, state: SourceState, fact: Fact, by: By, now: datetime) -> None:
    with transaction.atomic():
        mine = Source.objects.within(source.workspace_id).filter(pk=source.pk).exclude(state=state)
        fresh: dict[str, Any] = {"created_at": now, "last_contact_at": None} if state == SourceState.LISTENING else {}
        if mine.update(state=state, failures=0, problem="", needs_person=False, retry_at=None, **fresh):
            record(source.workspace_id, fact, by=by, at=now)
    source.state = state


def rewind(source: Source, *, by: By, now: datetime, cursor: str | None = None) -> None:
    """Back-fill: read again from `cursor` (None: as far back as the network keeps). Known posts are not doubled."""
    with transaction.atomic():
        Source.objects.within(source.workspace_id).filter(pk=source.pk).update(
            cursor=cursor, state=SourceState.LISTENING, retry_at=None, lease_until=None, done=None, total=None
        )
        record(
            source.workspace_id,
            facts.SourceRewound(f"source:{source.pk}", {"cursor": source.cursor}, {"cursor": cursor}), by=by, at=now,
        )  # fmt: skip
    source.cursor = cursor


def end(source: Source, *, now: datetime) -> None:
    """Mark a source that has an end (a file) as read."""
    Source.objects.within(source.workspace_id).filter(pk=source.pk).update(
        state=SourceState.ENDED, lease_until=None, last_contact_at=now
    )


def lease(source: Source, worker: str, *, now: datetime, lasts: timedelta) -> bool:
    """Take or keep the right to read a source. False when another worker holds it, or it is not to be read."""
    mine = Source.objects.within(source.workspace_id).filter(pk=source.pk, state=SourceState.LISTENING)
    return bool(mine.filter(free(now, worker)).update(lease_until=now + lasts, lease_by=worker))


def release(source: Source, worker: str) -> None:
    """Give the lease back, so that another worker need not wait for its end."""
    mine = Source.objects.within(source.workspace_id).filter(pk=source.pk, lease_by=worker)
    mine.update(lease_until=None, lease_by="")


def contact(source: Source, *, now: datetime) -> None:
    """The network answered properly; if the source had been failing, that is over."""
    with transaction.atomic():
        mine = Source.objects.within(source.workspace_id).filter(pk=source.pk)
        if mine.filter(failures__gt=0).update(failures=0, problem="", needs_person=False, retry_at=None):
            record(source.workspace_id, facts.SourceRecovered(f"source:{source.pk}"), by="listening", at=now)
        mine.update(last_contact_at=now)


def failed(
    source: Source, problem: str, *, now: datetime, retry_at: datetime | None = None, needs_person: bool = False
) -> datetime:
    """Note that a source could not be heard, and when to try again (returned). The first failure in a row is told
    to the journal."""
    with transaction.atomic():
        mine = Source.objects.within(source.workspace_id).filter(pk=source.pk)
        current = mine.only("failures", "interval").get()
        again = retry_at or now + rules.retry_delay(current.failures + 1, current.interval)
        mine.update(failures=F("failures") + 1, problem=problem[:2000], needs_person=needs_person, retry_at=again)
        if current.failures == 0:
            told = facts.SourceFailed(f"source:{source.pk}", {}, {"problem": problem[:2000]})
            record(source.workspace_id, told, by="listening", at=now)
    return again


def set_brand(source: Source, brand: Brand | None, *, by: By, now: datetime) -> None:
    """Say that everything heard from now on is about one brand; None lets the words decide."""
    before, after = source.brand_id, brand.pk if brand else None
    if before == after:
        return
    with transaction.atomic():
        Source.objects.within(source.workspace_id).filter(pk=source.pk).update(brand=brand)
        fact = facts.SourceChanged(f"source:{source.pk}", {"brand": before}, {"brand": after})
        record(source.workspace_id, fact, by=by, at=now)
    source.brand = brand
