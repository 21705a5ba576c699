"""What is understood of a post, as a line for programs and a row for people."""

from __future__ import annotations

from typing import Any

import msgspec

from emberwatch.vocabulary.verdicts import (
    Abuse,
    Intent,
    Named,
    PersonalData,
    Severity,
    Threat,
    Tier,
    Verdict,
    Vulnerability,
)


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict as programs read it: probabilities by label, places counted in characters of the text."""

    intent: dict[str, float]
    complaint: float
    sarcasm: float
    offensive: float
    hate: float
    spam: float
    sentiment: dict[str, float]
    emotions: dict[str, float]
    severity: Severity
    department: dict[str, float]
    language: str | None
    personal_data: tuple[PersonalData, ...]
    tier: Tier
    abuse: tuple[Abuse, ...]
    vulnerable: tuple[Vulnerability, ...]
    threats: tuple[Threat, ...]
    products: dict[str, float]
    places: tuple[Named, ...]
    competitors: tuple[Named, ...]


class NotUnderstood(msgspec.Struct, frozen=True):
    """Why a line has no verdict. Lines count from 1."""

    error: str
    line: int


def understood(verdict: Verdict) -> Understood:
    """The line of a verdict."""
    return Understood(
        intent=verdict.intents, complaint=verdict.intents.get(Intent.COMPLAINT.value, 0.0), sarcasm=verdict.sarcasm,
        offensive=verdict.offensive, hate=verdict.hate, spam=verdict.spam, sentiment=verdict.sentiments,
        emotions=verdict.emotions, severity=verdict.severity, department=verdict.departments,
        language=verdict.language, personal_data=verdict.personal_data, tier=verdict.tier, abuse=verdict.abuse,
        vulnerable=verdict.vulnerable, threats=verdict.threats, products=verdict.products, places=verdict.places,
        competitors=verdict.competitors,
    )  # fmt: skip


COLUMNS = {
    "line": "Line", "intent": "Intent", "sure": "Sure", "feeling": "Feeling", "severity": "Severity",
    "language": "Language", "tier": "Read", "text": "Text",
}  # fmt: skip


def row(line: int, text: str, verdict: Verdict | None) -> dict[str, Any]:
    """The cells of a verdict for people, by the keys of COLUMNS; without a verdict `text` says why."""
    if verdict is None:
        return {"line": line, "intent": "error", "text": text}
    sure = verdict.intents.get(verdict.intent.value)
    return {
        "line": line, "intent": verdict.intent.value, "sure": None if sure is None else f"{sure:.2f}",
        "feeling": verdict.sentiment.value, "severity": f"{verdict.severity.value} {verdict.severity.label}",
        "language": verdict.language, "tier": verdict.tier.value, "text": text,
    }  # fmt: skip
