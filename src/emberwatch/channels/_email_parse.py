"""Turns one mail, exactly as it lies on the server, into an Event or a Refusal. Pure; it never raises."""

from __future__ import annotations

import email
import hashlib
import re
from datetime import datetime, timedelta
from email.message import Message
from email.policy import compat32

from emberwatch.channels._email_automatic import why_automatic
from emberwatch.channels._email_body import attachments, body_text
from emberwatch.channels._email_folding import fold
from emberwatch.channels._email_headers import addresses, header, headers, message_ids, moment, raw_headers
from emberwatch.vocabulary.posts import Author, Event, EventKind, Origin, Ref, Refusal

MOST_RAW = 256 * 1024
"""How much of a mail is kept with its event."""

NETWORK = "email"
_MOST_TEXT = 100_000
_MOST_PARTS = 200
_FUTURE = timedelta(days=1)
_PAST = timedelta(days=30)


def parse_mail(
    raw: bytes, *, account: str, arrived: datetime | None = None, origin: Origin = Origin.POLL
) -> Event | Refusal:
    """One mail to the mailbox `account` as an Event, or a Refusal with the reason and the mail's beginning.

    `arrived` is when the mail server took it, used when the mail itself gives no time that can be true. The ref
    is the Message-ID; a mail without one is named by a hash of what does not change on its way.
    """
    if raw.lower().count(b"boundary=") > _MOST_PARTS:
        return Refusal(
            raw[:MOST_RAW], f"This mail has more than {_MOST_PARTS} nested parts; no mail program makes such."
        )
    try:
        return _event(raw, account.lower(), arrived, origin)
    except RecursionError:
        return Refusal(raw[:MOST_RAW], "The parts of this mail are nested too deeply to be read.")
    except Exception as error:
        return Refusal(raw[:MOST_RAW], f"This mail could not be understood ({type(error).__name__}).")


def message_ref(account: str, message_id: str) -> Ref:
    """The ref of a mail in the mailbox `account`."""
    return Ref(NETWORK, account.lower(), "message", message_id)


def _event(raw: bytes, account: str, arrived: datetime | None, origin: Origin) -> Event | Refusal:
    message = email.message_from_bytes(raw, policy=compat32)
    if not message.keys():
        return Refusal(raw[:MOST_RAW], "This is not a mail: it has no headers.")
    author = _author(message, account)
    own = message_id(message, raw)
    parent, root = _ancestors(message, own)
    return Event(
        kind=EventKind.UPSERT,
        ref=message_ref(account, own),
        parent=message_ref(account, parent) if parent else None,
        root=message_ref(account, root) if root else None,
        author=author,
        ours=author is not None and author.id == account,
        automatic=why_automatic(message, author.id if author else ""),
        private=True,
        title=header(message, "Subject")[:500],
        text=fold(body_text(message)[:_MOST_TEXT]),
        media=attachments(message),
        created_at=_when(message, arrived),
        origin=origin,
        raw=raw[:MOST_RAW],
    )


def message_id(message: Message, raw: bytes) -> str:
    """The Message-ID without its brackets, or a stable name for a mail that has none."""
    found = message_ids(message, "Message-ID")
    if found:
        return found[0]
    bare = header(message, "Message-ID")
    if bare and " " not in bare and len(bare) <= 900:
        return bare.strip("<>")
    same = [value for name in ("From", "To", "Date", "Subject") for value in raw_headers(message, name)]
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1][:MOST_RAW]
    digest = hashlib.sha256("\n".join(same).encode(errors="replace") + b"\n\n" + body.replace(b"\r\n", b"\n"))
    return f"{digest.hexdigest()[:32]}@no-message-id.invalid"


def _author(message: Message, account: str) -> Author | None:
    """Who wrote it. Of several authors the first that is not us, so that nobody hides behind our own address."""
    for name in ("From", "Sender", "Reply-To", "Return-Path"):
        people = addresses(message, name)
        if people:
            label, address = next((person for person in people if person[1] != account), people[0])
            # A name that holds an address is none, and may be there to pass for somebody else's.
            return Author(id=address, handle=address, name="" if "@" in label else label)
    return None


def _ancestors(message: Message, own: str) -> tuple[str, str]:
    """(the mail answered, the first mail of the thread), empty where there is none; never the mail itself."""
    thread = [found for found in message_ids(message, "References") if found != own]
    answered = [found for found in message_ids(message, "In-Reply-To") if found != own]
    parent = (answered or thread[-1:] or [""])[0]
    return parent, (thread[:1] or [parent])[0]


def _when(message: Message, arrived: datetime | None) -> datetime | None:
    """When it was written. A sender's clock that is a day ahead of the servers on the way, or a month behind, is
    wrong; then the time counts at which the last server took it."""
    sent = next(filter(None, map(moment, headers(message, "Date"))), None)
    took = (moment(value.rpartition(";")[2].strip()) for value in headers(message, "Received"))
    received = next(filter(None, took), None) or arrived
    if sent is None or received is None:
        return sent or received
    return sent if received - _PAST <= sent <= received + _FUTURE else received
