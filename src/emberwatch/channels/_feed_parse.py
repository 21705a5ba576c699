"""A feed's document as Events. Pure: its address and the time are arguments."""

from __future__ import annotations

import calendar
import contextlib
import hashlib
import html
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import msgspec
import nh3

from emberwatch.channels.errors import Refused
from emberwatch.vocabulary.posts import Author, Counts, Event, EventKind, Media, Origin, Ref, Refusal

MOST_TEXT = 50_000
KEPT_RAW = 64_000
KEPT_OF_DAMAGED = 4_000
# Clocks of blogs are wrong by minutes; a date further ahead is a mistake or a trick to stay on top.
_AHEAD = timedelta(hours=1)

_BREAKS = re.compile(r"<(?:br|hr|/p|/div|/li|/h[1-6]|/tr|/blockquote)\b[^>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r" ?\n ?(?:\n ?)+")
_ALTERNATE = re.compile(rb"<link\b[^>]*application/(?:rss|atom)\+xml[^>]*>", re.IGNORECASE)
_HREF = re.compile(rb"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


class Parsed(msgspec.Struct, frozen=True):
    """What a feed holds. `shared` are the guids that several entries of it use, so that their links are the ids."""

    title: str
    events: tuple[Event, ...] = ()
    refused: tuple[Refusal, ...] = ()
    shared: frozenset[str] = frozenset()


def parse_feed(body: bytes, *, url: str, now: datetime, content_type: str = "", shared: Iterable[str] = ()) -> Parsed:
    """The entries of an RSS or Atom document as Events, oldest first.

    Good entries of a damaged document are kept, beside one Refusal that tells of the damage. Raises Refused when the
    document is no feed at all. `shared` are guids known to be used by more than one entry.
    """
    headers = {"content-location": url, **({"content-type": content_type} if content_type else {})}
    # As a file, because bytes would be taken for the name of one.
    found = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    if not found.entries and not found.get("version"):
        raise Refused(_not_a_feed(body, url, content_type), code="not_a_feed")
    doubtful = set(shared) | _shared(found.entries)
    kept: dict[Ref, Event] = {}
    refused: list[Refusal] = []
    for entry in found.entries:
        event = _event(entry, found.feed, url=url, now=now, shared=doubtful)
        if isinstance(event, Refusal):
            refused.append(event)
        elif event.ref not in kept or kept[event.ref].version < event.version:
            kept[event.ref] = event
    if found.bozo and not isinstance(found.bozo_exception, feedparser.ThingsNobodyCaresAboutButMe):
        refused.append(Refusal(body[:KEPT_OF_DAMAGED], _damage(found.bozo_exception, len(kept))))
    oldest_first = sorted(kept.values(), key=lambda event: event.created_at or datetime.max.replace(tzinfo=UTC))
    return Parsed(str(found.feed.get("title", "")), tuple(oldest_first), tuple(refused), frozenset(doubtful))


def to_text(markup: str) -> str:
    """HTML as the words a reader would see: no tags, no scripts, blocks on lines of their own."""
    broken = _BREAKS.sub("\n", markup)
    bare = nh3.clean(broken, tags=set(), clean_content_tags={"script", "style", "template", "iframe"})
    return tidy(html.unescape(bare))


def tidy(text: str) -> str:
    """Without null characters and needless blanks, cut at MOST_TEXT characters."""
    text = _BLANKS.sub(" ", text.replace("\x00", "").replace("\r\n", "\n"))
    return _LINES.sub("\n\n", text).strip()[:MOST_TEXT]


def _event(
    entry: Mapping[str, Any], feed: Mapping[str, Any], *, url: str, now: datetime, shared: set[str]
) -> Event | Refusal:
    raw = msgspec.json.encode(entry, enc_hook=str)[:KEPT_RAW]
    title, text = _detail(entry.get("title_detail")), _words(entry)
    if not (title or text):
        return Refusal(raw, "an entry has neither a title nor any text")
    link = _link(entry.get("link", ""), url)
    published = _moment(entry, "published", now)
    updated = _moment(entry, "updated", now) or published
    place = urlsplit(url)
    account = (place.hostname or "") + place.path
    own = _id(entry, link, shared) or "entry-" + _digest(title, text)
    parent = entry.get("thr_in-reply-to", {}).get("ref", "")
    return Event(
        kind=EventKind.UPSERT,
        ref=Ref("feed", account, "post", own),
        version=int(updated.timestamp() * 1_000_000) if updated else 0,
        parent=Ref("feed", account, "post", parent) if parent else None,
        author=_author(entry, feed, host=place.hostname or account),
        title=title,
        text=text or title,
        media=tuple(_media(entry, url)),
        created_at=published or updated,
        counts=_counts(entry),
        language=_language(entry, feed),
        url=link,
        origin=Origin.POLL,
        raw=raw,
    )


def _shared(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Guids used by entries with different links; some software gives every entry the same."""
    pairs = {(entry.get("id", ""), entry.get("link", "")) for entry in entries if entry.get("id")}
    times = Counter(guid for guid, _ in pairs)
    return {guid for guid, count in times.items() if count > 1}


def _id(entry: Mapping[str, Any], link: str, shared: set[str]) -> str:
    guid = tidy(entry.get("id", ""))
    return link or guid if guid in shared else guid or link


def _words(entry: Mapping[str, Any]) -> str:
    """The fullest text that the entry gives."""
    details = [*entry.get("content", ()), entry.get("summary_detail")]
    return max((_detail(detail) for detail in details), key=len, default="")


def _detail(detail: Mapping[str, Any] | None) -> str:
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    return tidy(value) if detail.get("type") == "text/plain" else to_text(value)


def _author(entry: Mapping[str, Any], feed: Mapping[str, Any], *, host: str) -> Author:
    """Who signed the entry, else who signs the feed, else the feed itself."""
    who = entry.get("author_detail") or feed.get("author_detail") or {}
    name = tidy(str(who.get("name") or who.get("email") or feed.get("title") or host))[:200]
    page = _link(str(who.get("href") or ""), "")
    return Author(id=f"{host}/{name.casefold()}", name=name, url=page)


def _counts(entry: Mapping[str, Any]) -> Counts | None:
    said = str(entry.get("slash_comments") or entry.get("thr_total") or "")
    return Counts(replies=int(said)) if said.isdecimal() and len(said) < 12 else None


def _media(entry: Mapping[str, Any], url: str) -> Iterable[Media]:
    for enclosure in entry.get("enclosures", ())[:20]:
        link = _link(str(enclosure.get("href") or ""), url)
        length = str(enclosure.get("length") or "")
        if link:
            kind = str(enclosure.get("type") or "file").partition("/")[0]
            yield Media(kind=kind, url=link, size=int(length) if length.isdecimal() and len(length) < 15 else None)


def _language(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str | None:
    said = str((entry.get("title_detail") or {}).get("language") or feed.get("language") or "")
    return said.replace("_", "-").partition("-")[0].lower()[:8] or None


def _moment(entry: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    """A date of the entry, None when it is missing, no date, or still to come."""
    # A plain dict, because the parser's own would answer for one date with another, and warn of it.
    parsed = dict(entry).get(f"{name}_parsed")
    if parsed is None:
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    with contextlib.suppress(ValueError):
        # The parsed form drops parts of a second, which tell two edits of one second apart.
        exact = datetime.fromisoformat(str(entry[name]))
        moment = exact.astimezone(UTC) if exact.tzinfo else moment
    return None if moment > now + _AHEAD else moment


def _link(href: str, base: str) -> str:
    try:
        whole = urljoin(base, href.strip()) if href else ""
    except ValueError:
        return ""
    return whole if whole.startswith(("https://", "http://")) and len(whole) < 2_000 else ""


def _not_a_feed(body: bytes, url: str, content_type: str) -> str:
    host = urlsplit(url).hostname
    if b"<html" in body[:2_000].lower() or b"<!doctype html" in body[:200].lower() or "html" in content_type:
        tag = _ALTERNATE.search(body[:200_000])
        href = _HREF.search(tag[0]) if tag else None
        where = _link(html.unescape(href[1].decode("utf-8", "replace")), url) if href else ""
        way = f"It names its feed as {where}: put that address into the settings." if where else (
            "Look for a link named RSS or Feed there and put its address into the settings."
        )  # fmt: skip
        return f"{host} sent a web page, not a feed. {way}"
    what = f"something that is neither RSS nor Atom ({content_type or 'no type'})" if body.strip() else "an empty page"
    return f"{host} sent {what}. Check the address of the feed in the settings."


def _damage(error: BaseException, kept: int) -> str:
    line = getattr(error, "getLineNumber", lambda: None)()
    where = f" at line {line}" if line else ""
    what = getattr(error, "getMessage", lambda: str(error))()
    return f"the feed is damaged{where} ({what}); its {kept} readable entries were kept"


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(errors="replace"), digest_size=12).hexdigest()
