"""Makes the values that tests speak in, with plain defaults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from emberwatch.vocabulary.posts import Author, Batch, Event, EventKind, Ref
from emberwatch.vocabulary.verdicts import Intent, Sentiment, Severity, Verdict

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def ref(number: int | str, network: str = "practice") -> Ref:
    """The name of a post on the practice network."""
    return Ref(network, "", "post", str(number))


def said(
    number: int | str, text: str = "", *,
    by: str = "mara", minutes: float = 0, parent: int | str | None = None, **more: Any,
) -> Event:  # fmt: skip
    """Somebody posted."""
    defaults: dict[str, Any] = {"version": 1, "created_at": NOON + timedelta(minutes=minutes)}
    if parent is not None:
        defaults["parent"] = ref(parent)
    author = Author(by, by, by.title(), 120)
    return Event(kind=EventKind.UPSERT, ref=ref(number), author=author, text=text, **{**defaults, **more})


def deleted(number: int | str) -> Event:
    """Somebody took a post back."""
    return Event(kind=EventKind.DELETE, ref=ref(number))


def batch(*events: Event, cursor: str | None = None) -> Batch:
    """Events heard together."""
    return Batch(tuple(events), cursor)


def verdict(intent: Intent = Intent.COMPLAINT, severity: int = 2, **more: Any) -> Verdict:
    """What triage might say of a complaint about us."""
    defaults: dict[str, Any] = {
        "about_us": True, "language": "en", "sentiment": Sentiment.NEGATIVE,
        "sentiments": {"negative": 0.8, "neutral": 0.15, "positive": 0.05},
    }  # fmt: skip
    return Verdict(intent=intent, severity=Severity(severity), **{**defaults, **more})
