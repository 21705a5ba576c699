"""Writes our answer as a mail. Pure: the key and the time are arguments, so the same action gives the same mail."""

from __future__ import annotations

import email
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, compat32

from emberwatch.channels._email_automatic import is_machine_address, why_automatic
from emberwatch.channels._email_flowed import flow
from emberwatch.channels._email_headers import clean, message_ids
from emberwatch.vocabulary.acts import Thread

_SAFE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_ID = re.compile(r"[^<>\s@]+@[^<>\s@]+")
_REPLY_MARK = re.compile(r"^\s*(re|aw|sv|antw|r|ref|odp|vs)(\[\d+\])?\s*:\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s<>(),;:\"\\\[\]\x00-\x20]+@[^@\s<>(),;:\"\\\[\]\x00-\x20]+\.?[^@\s<>(),;:\"\\\[\]]*")
_MOST_REFERENCES = 20
# Not every server on the way takes 8-bit lines.
_POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who we are in our mails."""

    address: str
    name: str

    @property
    def domain(self) -> str:
        """The part of our address that our message ids end in."""
        return _ascii_domain(self.address).rpartition("@")[2].lower()


def key_id(key: str, domain: str) -> str:
    """The Message-ID, without brackets, of the one mail that `key` stands for."""
    local = key if _SAFE_KEY.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()
    return f"{local}@{domain}"


def why_not(thread: Thread, own_address: str) -> str:
    """Why this thread must not be answered by mail, in words; empty when it may be."""
    address = thread.author.id.strip().lower()
    if not _ADDRESS.fullmatch(address):
        return "There is no address to answer to: the mail does not say who sent it."
    if address == own_address.lower():
        return "This mail is from our own address; an answer would only come back to us."
    if is_machine_address(address):
        return f"Nobody reads {address}. Find another way to reach this customer."
    if thread.raw and (why := why_automatic(email.message_from_bytes(thread.raw, policy=compat32), address)):
        return f"No person wrote this mail: {why}. An answer could start a loop."
    if not _ascii_domain(address).isascii():
        return f"{address} has letters before the @ that mail servers do not all take. Find another way."
    return ""


def compose(thread: Thread, text: str, *, sender: Sender, key: str, now: datetime) -> EmailMessage:
    """Our answer to the mail that `thread` holds. `why_not` must have been empty.

    Nothing from a customer reaches a header without being cleaned, so no header can be smuggled in.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = f"<{key_id(key, sender.domain)}>"
    mail["Date"] = now
    mail["From"] = _mailbox(sender.name, sender.address)
    mail["To"] = _mailbox(thread.author.name, thread.author.id)
    mail["Subject"] = subject(thread.subject)
    if answered := _known_id(thread.target.id):
        mail["In-Reply-To"] = f"<{answered}>"
        mail["References"] = " ".join(f"<{known}>" for known in _references(thread, answered))
    mail.set_content(flow(clean(text)), params={"format": "flowed"})
    return mail


def subject(original: str) -> str:
    """The subject of an answer: "Re: " once, however often it was answered before."""
    words = " ".join(clean(original).split())
    while (mark := _REPLY_MARK.match(words)) is not None:
        words = words[mark.end() :]
    return f"Re: {words[:300] or 'your message'}"


def envelope_address(address: str) -> str:
    """The address as SMTP takes it: a domain in other letters goes in its ASCII form."""
    return _ascii_domain(address.strip())


def _references(thread: Thread, answered: str) -> list[str]:
    """The thread's ids, oldest first, ending with the mail answered; of a very long thread the first and the last."""
    from_mail = message_ids(email.message_from_bytes(thread.raw, policy=compat32), "References") if thread.raw else []
    known = from_mail or list(thread.references) or ([thread.root.id] if thread.root else [])
    ids = list(dict.fromkeys(found for found in map(_known_id, known) if found and found != answered))
    return [*ids[:1], *ids[1:][-_MOST_REFERENCES:], answered]


def _known_id(value: str) -> str:
    found = value.strip().strip("<>")
    return found if _ID.fullmatch(found) and found.isascii() and not found.endswith(".invalid") else ""


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=" ".join(clean(name).split())[:100], addr_spec=envelope_address(address))


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address
