"""The words of a post as safe HTML: what led triage there is marked, addresses are links, all else is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from emberwatch.vocabulary.verdicts import Intent, Reason, Sentiment, Verdict

MOST_MARKS = 8
LIGHTEST = 0.4
"""Words with less than this share of a label's weightiest word are not marked."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x20]{3,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, in characters, and what it is: the labels it spoke for, or nothing for a link."""

    start: int
    end: int
    labels: tuple[str, ...] = ()


def marked(text: str, verdict: Verdict | None) -> SafeString:
    """`text` as HTML in which nothing the author wrote can be anything but text or an http(s) link."""
    links = _links(text)
    marks = [mark for mark in _marks(text, verdict) if not any(_overlap(mark, link) for link in links)]
    pieces: list[str] = []
    at = 0
    for span in sorted([*links, *marks], key=lambda span: span.start):
        pieces.append(escape(text[at : span.start]))
        pieces.append(_mark(text, span) if span.labels else _link(text[span.start : span.end]))
        at = span.end
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece above is escaped


def _links(text: str) -> list[Span]:
    found = []
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_TRAILING)
        found.append(Span(match.start(), match.start() + len(address)))
    return found


def _link(address: str) -> str:
    safe = escape(address)
    return f'<a href="{safe}" rel="nofollow noopener noreferrer" target="_blank">{safe}</a>'


def _mark(text: str, span: Span) -> str:
    return f'<mark title="{escape(", ".join(span.labels))}">{escape(text[span.start : span.end])}</mark>'


def _marks(text: str, verdict: Verdict | None) -> list[Span]:
    if verdict is None:
        return []
    wanted = {"severity"} | ({"spam"} if verdict.is_spam else set())
    if verdict.intent is not Intent.OTHER:
        wanted.add(verdict.intent.value)
    if verdict.sentiment is Sentiment.NEGATIVE:
        wanted.add(verdict.sentiment.value)
    found = [pair for label in wanted for pair in _weighty(label, verdict)]
    found.sort(key=lambda pair: -pair[0].weight)
    spans = [
        Span(reason.start, reason.end, (label,))
        for reason, label in found[:MOST_MARKS]
        if 0 <= reason.start < reason.end <= len(text)
    ]
    return _joined(sorted(spans, key=lambda span: (span.start, span.end)))


def _weighty(label: str, verdict: Verdict) -> list[tuple[Reason, str]]:
    """The words that carried a label; those that hardly counted beside the first are left out."""
    reasons = verdict.reasons.get(label, ())
    least = LIGHTEST * max((reason.weight for reason in reasons), default=0.0)
    return [(reason, label) for reason in reasons if reason.weight >= least]


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Overlapping spans made one, with the labels of all."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start < joined[-1].end:
            last = joined.pop()
            labels = tuple(dict.fromkeys((*last.labels, *span.labels)))
            joined.append(Span(last.start, max(last.end, span.end), labels))
        else:
            joined.append(span)
    return joined


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
