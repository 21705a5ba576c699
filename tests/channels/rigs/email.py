"""E-mail on a bench: real Dovecot and aiosmtpd, with a proxy before IMAP that can misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import email
import uuid
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path
from typing import Any, ClassVar

from emberwatch.channels._email_flowed import unflow
from emberwatch.channels._email_parse import message_ref, parse_mail
from emberwatch.conformance.rig import Fault
from emberwatch.vocabulary.acts import Thread
from emberwatch.vocabulary.posts import Event, Ref, Refusal
from tests.servers.imap_proxy import ImapProxy
from tests.servers.mail import PASSWORD, MailServers, mail, why_missing

CARE = "care@larkfield.example"
_ADDRESSES = {"mara": "mara@quill.example"}
_NAMES = {"mara": "Mara Quill"}
_ANSWERS: dict[Fault, dict[str, str]] = {
    Fault.TIMEOUT_AFTER_ACCEPT: {"DROP": "taken, and the connection cut"},
    Fault.UNAUTHORISED: {"AUTH": "535 5.7.8 Bad credentials", "LOGIN": "NO [AUTHENTICATIONFAILED] Bad credentials"},
    Fault.TOO_MANY: {"RCPT": "451 4.7.1 Greylisted, try again later", "LOGIN": "NO [LIMIT] Too many connections"},
    Fault.SERVER_ERROR: {"RCPT": "451 4.3.0 Local error", "LOGIN": "NO [UNAVAILABLE] Temporary failure"},
}


class Rig:
    """A mailbox of ours and one of each customer, on real servers."""

    name: ClassVar[str] = "email"
    fixtures: ClassVar[Path] = Path(__file__).parent.parent / "fixtures" / "email"
    faults: ClassVar[frozenset[Fault]] = frozenset(_ANSWERS)
    unavailable: ClassVar[str] = why_missing()

    servers: MailServers
    proxy: ImapProxy

    def __init__(self) -> None:
        self._running = contextlib.ExitStack()

    async def start(self) -> None:
        """Start both servers with empty mailboxes."""
        self.servers = self._running.enter_context(mail([CARE, *_ADDRESSES.values()]))
        self.proxy = ImapProxy(self.servers.imap_port, self.servers.delivery.answers)
        self._running.callback(self.proxy.close)

    async def stop(self) -> None:
        """Stop everything."""
        await asyncio.to_thread(self._running.close)

    def settings(self) -> dict[str, Any]:
        """Settings of our mailbox."""
        return {
            "imap_host": "127.0.0.1", "imap_port": self.proxy.port, "imap_security": "none",
            "smtp_host": "127.0.0.1", "smtp_port": self.servers.smtp_port, "smtp_security": "none",
            "username": CARE, "password": PASSWORD, "address": CARE, "display_name": "Larkfield Care",
        }  # fmt: skip

    def parse(self, raw: bytes) -> list[Event | Refusal]:
        """The pure parse of one mail."""
        return [parse_mail(raw, account=CARE)]

    async def say(self, text: str, *, author: str = "mara", parent: Ref | None = None) -> Ref:
        """A customer sends a mail, which lies in our mailbox when this returns."""
        address = _ADDRESSES.get(author, f"{author}@customers.example")
        if address not in self.servers.delivery.users:
            self.servers.add_user(address)
        made = message_ref(CARE, f"{uuid.uuid4().hex}@{address.partition('@')[2]}")
        message = EmailMessage()
        message["From"] = f"{_NAMES.get(author, author.title())} <{address}>"
        message["To"] = CARE
        message["Subject"] = "My order" if parent is None else "Re: My order"
        message["Message-ID"] = f"<{made.id}>"
        if parent is not None:
            message["In-Reply-To"] = f"<{parent.id}>"
            message["References"] = f"<{parent.id}>"
        message.set_content(text)
        await asyncio.to_thread(self.servers.send, address, CARE, message)
        return made

    async def edit(self, ref: Ref, text: str) -> None:
        """A mail that was sent cannot be changed."""
        raise NotImplementedError("E-mail knows no editing.")

    async def delete(self, ref: Ref) -> None:
        """A mail that was sent cannot be taken back."""
        raise NotImplementedError("E-mail knows no taking back.")

    async def thread(self, ref: Ref) -> Thread:
        """The thread of a mail that lies in our mailbox."""
        for raw in self.servers.mails(CARE):
            event = parse_mail(raw, account=CARE)
            if isinstance(event, Event) and event.ref == ref:
                assert event.author is not None
                return Thread(
                    target=ref, author=event.author, root=event.root, private=True, subject=event.title, raw=event.raw
                )
        raise LookupError(f"{ref} is not in our mailbox")

    async def ours(self) -> list[str]:
        """The texts that reached customers from us, oldest first."""
        received = [self.servers.mails(user) for user in self.servers.delivery.users if user != CARE]
        messages = [email.message_from_bytes(raw, policy=default) for mails in received for raw in mails]
        return [_text(message) for message in sorted(messages, key=lambda message: message["Date"].datetime)]

    def fail(self, fault: Fault) -> None:
        """Arm one fault for whichever server is asked next."""
        self.servers.delivery.answers.arm(**_ANSWERS[fault])


def _text(message: Message) -> str:
    return unflow(str(message.get_content())).strip()  # type: ignore[attr-defined]
