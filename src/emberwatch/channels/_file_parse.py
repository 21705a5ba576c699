"""One row of an imported file as an Event. Pure: columns, zone and network are arguments."""

from __future__ import annotations

import dataclasses
import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

from emberwatch.vocabulary.posts import Author, Counts, Event, EventKind, Origin, Ref, Refusal

MOST_TEXT = 100_000
KEPT_RAW = 64_000

# Header names that exports really use, letters and digits only, best guess first.
_GUESSES: dict[str, tuple[str, ...]] = {
    "text": ("text", "fulltext", "body", "message", "content", "comment", "tweet", "post", "review", "reviewtext",
             "complaint", "narrative", "comments", "description"),
    "id": ("id", "idstr", "postid", "tweetid", "statusid", "messageid", "reviewid", "commentid", "uri", "guid"),
    "author": ("authorid", "userid", "useridstr", "author", "user", "username", "handle", "screenname",
               "userscreenname", "from", "name", "customer"),
    "handle": ("handle", "screenname", "userscreenname", "username", "authorhandle", "authorusername", "nick"),
    "name": ("name", "authorname", "displayname", "username", "fullname", "author", "customer"),
    "created": ("createdat", "created", "date", "datetime", "timestamp", "time", "publishedat", "published",
                "postedat", "posted", "tweetcreated", "datereceived"),
    "url": ("url", "link", "permalink", "posturl", "tweeturl"),
    "title": ("title", "subject", "headline"),
    "language": ("language", "lang"),
    "likes": ("likes", "likecount", "favoritecount", "favouritecount", "favorites", "favourites"),
    "reposts": ("reposts", "repostcount", "retweets", "retweetcount", "shares", "sharecount", "boosts"),
    "replies": ("replycount", "replies", "commentcount"),
    "views": ("views", "viewcount", "impressions", "impressioncount"),
    "followers": ("followers", "followerscount", "followercount", "userfollowerscount"),
    "parent": ("inreplyto", "inreplytoid", "inreplytostatusid", "inreplytostatusidstr", "parentid", "replyto"),
}  # fmt: skip

_ENTITIES = re.compile(r"&(?:amp|lt|gt|quot|apos|#39|#x27);", re.IGNORECASE)
_BARE = re.compile(r"[<>]|&(?![a-z0-9#]{1,10};)", re.IGNORECASE)
_NUMBERS = re.compile(
    r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?\Z"
)
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}\Z)")
_WORDED = ("%a %b %d %H:%M:%S %z %Y", "%b %d, %Y %I:%M %p", "%b %d, %Y, %I:%M %p", "%b %d, %Y", "%d %b %Y %H:%M",
           "%d %b %Y", "%B %d, %Y", "%d %B %Y", "%Y%m%d", "%Y%m%d%H%M%S")  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file holds what; None where the file has none. Names are as the file spells them."""

    text: str | None = None
    id: str | None = None
    author: str | None = None
    handle: str | None = None
    name: str | None = None
    created: str | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    likes: str | None = None
    reposts: str | None = None
    replies: str | None = None
    views: str | None = None
    followers: str | None = None
    parent: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """How the rows of one file are to be read. `day_first` settles 02/03/2026; `zone` holds for naive dates."""

    columns: Columns
    network: str = "file"
    account: str = ""
    zone: tzinfo = UTC
    day_first: bool = False


def guess_columns(names: Iterable[str], chosen: Mapping[str, str] | None = None) -> Columns:
    """The columns of a file with these header names; `chosen` (our name to the file's) goes first.

    Raises ValueError when `chosen` names something we do not know.
    """
    chosen = dict(chosen or {})
    if unknown := sorted(chosen.keys() - _GUESSES.keys()):
        raise ValueError(f"no such field: {', '.join(unknown)}; there are {', '.join(_GUESSES)}")
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    found = {ours: next((by_plain[g] for g in guesses if g in by_plain), None) for ours, guesses in _GUESSES.items()}
    return Columns(**{**found, **chosen})


def guess_day_first(dates: Iterable[str]) -> bool:
    """Do these dates put the day before the month? Dots say yes; else the first date with a number over 12 decides."""
    for date in dates:
        parts = _NUMBERS.match(date.strip())
        if parts is None or len(parts[1]) == 4:
            continue
        if "." in date[:6] or int(parts[1]) > 12:
            return True
        if int(parts[2]) > 12:
            return False
    return False


def flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with objects inside it opened one level: {"user": {"name": x}} gains "user.name"."""
    if not any(isinstance(value, dict) for value in row.values()):
        return row
    opened = {k: v for k, v in row.items() if not isinstance(v, dict)}
    for key, value in row.items():
        if isinstance(value, dict):
            opened |= {f"{key}.{inner}": v for inner, v in value.items()}
    return opened


def parse_row(row: Mapping[str, Any], form: Form, *, raw: bytes = b"", line: int | None = None) -> Event | Refusal:
    """One row as an Event, or a Refusal that says in words what is wrong with it.

    A row without an id gets one from its author, date and text, so that importing it again changes nothing.
    Numbers that are missing or unreadable are None, not 0.
    """
    columns = form.columns
    text = clean(_cell(row, columns.text))
    if not text.strip():
        return Refusal(raw[:KEPT_RAW], f"there is no text in the column {columns.text!r}", line)
    if len(text) > MOST_TEXT:
        return Refusal(raw[:KEPT_RAW], f"the text has {len(text):,} characters; {MOST_TEXT:,} is the most", line)
    written = _cell(row, columns.created).strip()
    created = read_date(written, zone=form.zone, day_first=form.day_first) if written else None
    if written and created is None:
        return Refusal(raw[:KEPT_RAW], f"the date {written[:40]!r} cannot be read", line)
    author = _author(row, columns)
    own = clean(_cell(row, columns.id)).strip()
    parent = clean(_cell(row, columns.parent)).strip()
    return Event(
        kind=EventKind.UPSERT,
        ref=Ref(form.network, form.account, "post", own or fingerprint(author, written, text)),
        parent=Ref(form.network, form.account, "post", parent) if parent else None,
        author=author,
        title=clean(_cell(row, columns.title)).strip(),
        text=text,
        created_at=created,
        counts=_counts(row, columns),
        language=_cell(row, columns.language).strip()[:20] or None,
        url=_link(_cell(row, columns.url).strip()),
        origin=Origin.IMPORT,
        raw=raw,
    )


def fingerprint(author: Author | None, written: str, text: str) -> str:
    """An id for a row that has none: the same author, date and text always give the same."""
    told = "\x1f".join((author.id if author else "", written, text))
    return "row-" + hashlib.blake2b(told.encode(errors="replace"), digest_size=12).hexdigest()


def clean(text: str) -> str:
    """Text that every database can keep: no null characters, whole letters, and the escapes of exports undone.

    An export that escapes does so throughout, so that a bare < or & shows the escapes to be the author's own.
    """
    if "\x00" in text or "\r" in text:
        text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if "&" in text and not _BARE.search(text):
        text = _ENTITIES.sub(lambda found: html.unescape(found[0]), text)
    return text


def read_date(written: str, *, zone: tzinfo, day_first: bool) -> datetime | None:
    """A date in UTC from the forms that exports use, None when it is none of them.

    ISO 8601, Unix time in seconds or milliseconds, 2/24/2015 11:35 (and 24.2.2015), RFC 5322 and a few with
    month names.
    """
    try:
        moment = _moment(written, day_first)
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _moment(written: str, day_first: bool) -> datetime | None:
    if parts := _NUMBERS.match(written):
        return _numbered(parts, day_first)
    if written.isdigit() and len(written) in (9, 10, 12, 13):
        return datetime.fromtimestamp(int(written) / (1000 if len(written) > 10 else 1), UTC)
    try:
        return datetime.fromisoformat(_SPACED_OFFSET.sub("", written).removesuffix(" UTC"))
    except ValueError:
        pass
    for form in _WORDED:
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the caller gives it the file's zone
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(written)
    except (ValueError, TypeError):
        return None


def _numbered(parts: re.Match[str], day_first: bool) -> datetime:
    first, second, third = int(parts[1]), int(parts[2]), int(parts[3])
    if len(parts[1]) == 4:
        year, month, day = first, second, third
    else:
        year = third + 2000 if third < 70 else third + 1900 if third < 100 else third
        month, day = (second, first) if day_first or first > 12 else (first, second)
    hour, minute, second_ = int(parts[4] or 0), int(parts[5] or 0), int(parts[6] or 0)
    if parts[7]:
        hour = hour % 12 + (12 if parts[7].lower() == "pm" else 0)
    return datetime(year, month, day, hour, minute, second_)  # noqa: DTZ001 - the caller gives it the file's zone


def _author(row: Mapping[str, Any], columns: Columns) -> Author | None:
    given = (clean(_cell(row, name)).strip() for name in (columns.author, columns.handle, columns.name))
    who, handle, name = given
    if not (who or handle or name):
        return None
    return Author(
        id=(who or handle or name).removeprefix("@"),
        handle=handle.removeprefix("@"),
        name=name.removeprefix("@"),
        followers=_number(row, columns.followers),
    )


def _counts(row: Mapping[str, Any], columns: Columns) -> Counts | None:
    counts = Counts(
        reposts=_number(row, columns.reposts),
        likes=_number(row, columns.likes),
        replies=_number(row, columns.replies),
        views=_number(row, columns.views),
    )
    return None if counts == Counts() else counts


def _cell(row: Mapping[str, Any], name: str | None) -> str:
    value = row.get(name) if name is not None else None
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)


def _number(row: Mapping[str, Any], name: str | None) -> int | None:
    value = row.get(name) if name is not None else None
    if value is None or isinstance(value, bool):
        return None
    try:
        number = int(value) if not isinstance(value, str) else int(float(value.strip().replace(",", "")))
    except (ValueError, TypeError, OverflowError):
        return None
    return number if 0 <= number < 2**53 else None


def _link(url: str) -> str:
    return url if url.startswith(("https://", "http://")) and len(url) < 2000 else ""


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
