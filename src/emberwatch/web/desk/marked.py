"""The words of a post as safe HTML: what led triage there is marked, addresses are links, all else is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from emberwatch.vocabulary.verdicts import Emotion, Intent, Reason, Sentiment, Threat, Verdict, Vulnerability

MOST_MARKS = 8
LIGHTEST = 0.4
"""Words with less than this share of a label's weightiest word are not marked."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x20]{3,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\""


class Kind(StrEnum):
    """What marked words told us, the gravest first; each has a look of its own."""

    STAKES = "stakes"
    THREAT = "threat"
    WISH = "wish"
    TONE = "tone"


KINDS = {
    Kind.STAKES: "what is at stake",
    Kind.THREAT: "what is threatened",
    Kind.WISH: "what is wanted",
    Kind.TONE: "how it feels",
}
_WORDS: dict[str, str] = {
    **{label: label.replace("_", " ") for label in ("severity", *Vulnerability, *Intent, *Emotion)},
    Vulnerability.SELF_HARM: "self-harm",
    Threat.LEGAL: "legal threat", Threat.PRESS: "press threat", Threat.CHURN: "may leave us",
    Sentiment.NEGATIVE: "negative feeling", Sentiment.POSITIVE: "positive feeling",
    "us": "insults us", "group": "insults a group", "offensive": "offensive", "hate": "hateful", "sarcasm": "sarcasm",
}  # fmt: skip
_KIND_OF: dict[str, Kind] = {
    **dict.fromkeys(("severity", *Vulnerability), Kind.STAKES),
    **dict.fromkeys(Threat, Kind.THREAT),
    **dict.fromkeys(Intent, Kind.WISH),
}
_INTENTS, _FEELINGS = frozenset(Intent), frozenset(Sentiment)
_RANK = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, in characters, and what it is: the labels it spoke for, gravest first, or none for a link."""

    start: int
    end: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of a legend: the look of the marks, and what they mean."""

    kind: Kind
    words: str


def marked(text: str, verdict: Verdict | None) -> SafeString:
    """`text` as HTML in which nothing the author wrote can be anything but text or an http(s) link."""
    links = _links(text)
    pieces: list[str] = []
    at = 0
    for span in sorted([*links, *_free(links, _marks(text, verdict))], key=lambda span: span.start):
        pieces.append(escape(text[at : span.start]))
        pieces.append(_mark(text, span) if span.labels else _link(text[span.start : span.end]))
        at = span.end
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece above is escaped


def legend(text: str, verdict: Verdict | None) -> list[Told]:
    """What the marks in `text` mean, the gravest first; empty where nothing is marked."""
    labels = {label for span in _free(_links(text), _marks(text, verdict)) for label in span.labels}
    return [Told(_kind(label), _words(label)) for label in sorted(labels, key=_gravest)]


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
    title, words = escape(", ".join(map(_words, span.labels))), escape(text[span.start : span.end])
    return f'<mark class="{_kind(span.labels[0]).value}" title="{title}">{words}</mark>'


def _kind(label: str) -> Kind:
    return _KIND_OF.get(label, Kind.TONE)


def _words(label: str) -> str:
    return _WORDS.get(label, label.replace("_", " "))


def _gravest(label: str) -> tuple[int, str]:
    return _RANK[_kind(label)], label


def _marks(text: str, verdict: Verdict | None) -> list[Span]:
    """The words to mark, in the order of the text: where they would be too many, what is at stake comes before what is
    wanted, and that before the tone."""
    if verdict is None:
        return []
    found = [pair for label in verdict.reasons if _holds(label, verdict) for pair in _weighty(label, verdict)]
    found.sort(key=lambda pair: (_RANK[_kind(pair[1])], -pair[0].weight))
    spans = [
        Span(reason.start, reason.end, (label,))
        for reason, label in found[:MOST_MARKS]
        if 0 <= reason.start < reason.end <= len(text)
    ]
    return _joined(sorted(spans, key=lambda span: (span.start, span.end)))


def _holds(label: str, verdict: Verdict) -> bool:
    """Does the verdict say what these words spoke for? What names the brand is on every post and marked on none."""
    if label == Intent.SPAM:
        return verdict.is_spam or verdict.intent is Intent.SPAM
    if label in _INTENTS:
        return label == verdict.intent
    if label in _FEELINGS:
        return label == verdict.sentiment and label != Sentiment.NEUTRAL
    return label != "about_us"


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
            labels = tuple(sorted({*last.labels, *span.labels}, key=_gravest))
            joined.append(Span(last.start, max(last.end, span.end), labels))
        else:
            joined.append(span)
    return joined


def _free(links: Sequence[Span], marks: Sequence[Span]) -> list[Span]:
    """The marks that touch no link."""
    return [mark for mark in marks if not any(mark.start < link.end and link.start < mark.end for link in links)]
