"""What Bluesky's JSON means to us. Pure; reads plain dicts, because the network grows new fields and kinds freely.

Shapes: app.bsky.feed.post records, app.bsky.feed.defs#postView, the items of
app.bsky.notification.listNotifications, and commits in the form Jetstream gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from emberwatch.channels._bluesky_names import POST, Uri, micros_of, page_of, post_ref, profile_page
from emberwatch.vocabulary.posts import Author, Counts, Event, EventKind, Media, Origin, Ref, Refusal

# Told to us, but nobody said anything: no post stands behind these.
_WORDLESS = {
    "like", "repost", "follow", "like-via-repost", "repost-via-repost", "starterpack-joined", "verified",
    "unverified", "contact-match",
}  # fmt: skip
_AHEAD = timedelta(minutes=5)
_BEHIND = timedelta(days=1)
_PICTURES = "https://cdn.bsky.app/img/feed_fullsize/plain"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a payload held: events in its own order, and what could not be understood."""

    events: tuple[Event, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Unreadable(ValueError):
    """One item is not what it should be; the message says how."""


def parse(payload: Mapping[str, Any], *, our_did: str, origin: Origin) -> Parsed:
    """The events of a whole answer (`notifications`, `posts`), of one such item, or of one commit.

    An item that cannot be understood becomes a Refusal and harms no other.
    """
    if payload.get("kind") is not None and "did" in payload:
        return _each([payload], our_did=our_did, origin=origin)
    for name in ("notifications", "posts"):
        if isinstance(payload.get(name), list):
            return _each(payload[name], our_did=our_did, origin=origin)
    return _each([payload], our_did=our_did, origin=origin)


def parse_item(item: Any, *, our_did: str, origin: Origin) -> Event | None:
    """One notification, post view or commit as an Event; None where there are no words in it. Raises Unreadable."""
    if not isinstance(item, Mapping):
        raise Unreadable("it is not an object")
    if "commit" in item or "kind" in item:
        return _commit(item, our_did=our_did, origin=origin)
    if item.get("reason") in _WORDLESS:
        return None
    return _post(item, our_did=our_did, origin=origin)


def mentioned(record: Mapping[str, Any]) -> frozenset[str]:
    """The DIDs of the people a record names in its text."""
    return frozenset(did for _, feature in _features(record) if isinstance(did := feature.get("did"), str))


def quoted(record: Mapping[str, Any]) -> str:
    """The URI of the post that a record quotes, empty if it quotes none."""
    return next((uri for kind, part in _embeds(record) if kind == "record" and (uri := _quoted(part))), "")


def said(record: Mapping[str, Any]) -> str:
    """All words of a record that a search should see: text, picture descriptions, link titles, link addresses."""
    event_media = _media(record, did="")
    return "\n".join([_text(record), *(f"{media.alt} {media.name} {media.url}" for media in event_media)])


def _each(items: Iterable[Any], *, our_did: str, origin: Origin) -> Parsed:
    events: list[Event] = []
    refused: list[Refusal] = []
    for item in items:
        try:
            event = parse_item(item, our_did=our_did, origin=origin)
        except (Unreadable, msgspec.ValidationError) as error:
            refused.append(Refusal(raw=raw_of(item), reason=f"A Bluesky item could not be read: {error}."))
        else:
            if event is not None:
                events.append(event)
    return Parsed(tuple(events), tuple(refused))


def raw_of(item: Any) -> bytes:
    """An item as the JSON that is kept with it."""
    return msgspec.json.encode(item)


def _post(item: Mapping[str, Any], *, our_did: str, origin: Origin) -> Event:
    uri = Uri.read(item.get("uri"))
    record = item.get("record")
    if uri is None:
        raise Unreadable(f"{str(item.get('uri'))[:200]!r} is not the address of a record")
    if uri.collection != POST:
        raise Unreadable(f"it is a record of a kind we do not know, {uri.collection}")
    if not isinstance(record, Mapping) or record.get("$type", POST) != POST:
        raise Unreadable("the record of the post is missing or of another kind")
    parent, root = _thread(record)
    return Event(
        kind=EventKind.UPSERT,
        ref=post_ref(str(uri)),
        parent=parent,
        root=root,
        author=_author(item.get("author"), uri.did),
        ours=uri.did == our_did,
        text=_text(record),
        media=_media(record, did=uri.did),
        created_at=_created(record, item.get("indexedAt"), uri.rkey),
        counts=counts(item),
        language=_language(record),
        url=page_of(uri),
        origin=origin,
        raw=raw_of(item),
    )


def _commit(item: Mapping[str, Any], *, our_did: str, origin: Origin) -> Event | None:
    commit, did = item.get("commit"), item.get("did")
    if item.get("kind", "commit") != "commit":
        return None
    if not isinstance(commit, Mapping) or not isinstance(did, str):
        raise Unreadable("the commit is missing")
    if commit.get("collection") != POST:
        return None
    uri = Uri.read(f"at://{did}/{commit.get('collection')}/{commit.get('rkey')}")
    if uri is None:
        raise Unreadable("the commit does not name a post")
    operation, revision = commit.get("operation"), micros_of(str(commit.get("rev", "")))
    if operation == "delete":
        return Event(
            kind=EventKind.DELETE, ref=post_ref(str(uri)), version=revision, author=_author(item.get("author"), did),
            ours=did == our_did, url=page_of(uri), origin=origin, raw=raw_of(item),
        )  # fmt: skip
    if operation not in {"create", "update"}:
        raise Unreadable(f"the commit does something unheard of: {str(operation)[:40]!r}")
    heard = item.get("time_us")
    indexed = datetime.fromtimestamp(heard / 1e6, UTC).isoformat() if isinstance(heard, int) else None
    view = {"uri": str(uri), "author": item.get("author"), "record": commit.get("record"), "indexedAt": indexed}
    event = _post(view, our_did=our_did, origin=origin)
    # A first version is 0 on every road, so that the same post heard twice is the same; only a rewrite is newer.
    return msgspec.structs.replace(event, version=revision if operation == "update" else 0, raw=raw_of(item))


def counts(item: Mapping[str, Any]) -> Counts | None:
    """The counts of a post view; None where it carries none."""
    found = [_count(item.get(name)) for name in ("repostCount", "likeCount", "replyCount")]
    if found == [None, None, None]:
        return None
    return Counts(reposts=found[0], likes=found[1], replies=found[2])


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _author(view: Any, did: str) -> Author:
    person = view if isinstance(view, Mapping) and view.get("did") == did else {}
    handle = _string(person.get("handle"))
    return Author(
        id=did,
        # The network shows this name when a handle no longer proves itself; it is nobody's.
        handle="" if handle == "handle.invalid" else handle,
        name=_string(person.get("displayName")),
        followers=_count(person.get("followersCount")),
        url=profile_page(did),
    )


def _thread(record: Mapping[str, Any]) -> tuple[Ref | None, Ref | None]:
    reply = record.get("reply")
    if not isinstance(reply, Mapping):
        return None, None
    found = [Uri.read(end.get("uri")) if isinstance(end := reply.get(name), Mapping) else None
             for name in ("parent", "root")]  # fmt: skip
    parent, root = (post_ref(str(uri)) if uri else None for uri in found)
    return parent, root


def _created(record: Mapping[str, Any], indexed: Any, rkey: str) -> datetime | None:
    """The author's own clock, unless it runs well ahead of the network's.

    Then the time in the record's key is taken, which is the same on every road by which we hear of the post.
    """
    said_at, heard_at = moment(record.get("createdAt")), moment(indexed)
    if heard_at is None or (said_at is not None and said_at <= heard_at + _AHEAD):
        return said_at
    keyed_at = datetime.fromtimestamp(micros_of(rkey) / 1e6, UTC)
    return keyed_at if heard_at - _BEHIND < keyed_at <= heard_at + _AHEAD else heard_at


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time in UTC; None if it is none. Without a zone it is taken to be UTC, as the network does."""
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _language(record: Mapping[str, Any]) -> str | None:
    languages = record.get("langs")
    first = languages[0] if isinstance(languages, list) and languages else None
    primary = first.split("-")[0].lower() if isinstance(first, str) else ""
    return primary if 2 <= len(primary) <= 3 and primary.isalpha() else None


def _media(record: Mapping[str, Any], *, did: str) -> tuple[Media, ...]:
    found: list[Media] = []
    for kind, part in _embeds(record):
        found.extend(_attached(kind, part, did))
    links = {media.url for media in found}
    for words, feature in _features(record):
        address = _web(feature.get("uri"))
        if address and address not in links:
            links.add(address)
            found.append(Media(kind="link", url=address, name=words if words != address else ""))
    return tuple(found)


def _attached(kind: str, part: Mapping[str, Any], did: str) -> Iterator[Media]:
    if kind == "images":
        for image in _dicts(part.get("images")):
            blob = image.get("image")
            yield Media(
                kind="image", url=_picture(blob, did), alt=_string(image.get("alt")),
                size=_count(blob.get("size")) if isinstance(blob, Mapping) else None,
            )  # fmt: skip
    elif kind == "video":
        blob = part.get("video")
        yield Media(
            kind="video", alt=_string(part.get("alt")),
            size=_count(blob.get("size")) if isinstance(blob, Mapping) else None,
        )  # fmt: skip
    elif kind == "external" and isinstance(link := part.get("external"), Mapping):
        yield Media(
            kind="link", url=_web(link.get("uri")), alt=_string(link.get("description")),
            name=_string(link.get("title")),
        )  # fmt: skip
    elif kind == "record" and (uri := Uri.read(_quoted(part))) is not None and uri.collection == POST:
        yield Media(kind="quote", url=page_of(uri))


def _embeds(record: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The embeds of a record as (kind, content), a quote with pictures as two."""
    embed = record.get("embed")
    if not isinstance(embed, Mapping):
        return
    kind = _string(embed.get("$type")).removeprefix("app.bsky.embed.")
    if kind == "recordWithMedia":
        media, quote = embed.get("media"), embed.get("record")
        if isinstance(media, Mapping):
            yield _string(media.get("$type")).removeprefix("app.bsky.embed."), media
        if isinstance(quote, Mapping):
            yield "record", quote
    else:
        yield kind, embed


def _features(record: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every facet feature with the words it marks. Facets count in UTF-8 bytes, not in characters."""
    text = _text(record).encode()
    for facet in _dicts(record.get("facets")):
        index = facet.get("index")
        place = index if isinstance(index, Mapping) else {}
        start, end = _count(place.get("byteStart")), _count(place.get("byteEnd"))
        if start is None or end is None or not start < end <= len(text):
            continue
        words = text[start:end].decode(errors="ignore")
        for feature in _dicts(facet.get("features")):
            yield words, feature


def _quoted(part: Mapping[str, Any]) -> str:
    target = part.get("record")
    return _string(target.get("uri")) if isinstance(target, Mapping) else ""


def _picture(blob: Any, did: str) -> str:
    reference = blob.get("ref") if isinstance(blob, Mapping) else None
    cid = _string(reference.get("$link")) if isinstance(reference, Mapping) else ""
    return f"{_PICTURES}/{did}/{cid}@jpeg" if cid and did else ""


def _text(record: Mapping[str, Any]) -> str:
    return _string(record.get("text"))


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _web(value: Any) -> str:
    """A web address, empty for any other kind: some would run in the browser of whoever follows them."""
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else ""


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
