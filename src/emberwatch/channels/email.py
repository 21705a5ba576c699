"""E-mail: heard from a mailbox by IMAP, answered by SMTP.

A mail's ref is its Message-ID, so a mail seen twice is one post. SMTP cannot be asked whether it took a mail: when
its answer is lost we look for the mail where it would show, and else a person decides.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, NamedTuple

import structlog

from emberwatch.channels import _email_smtp
from emberwatch.channels._abilities import cannot, check_length, denied, verb
from emberwatch.channels._email_compose import Sender, compose, key_id, why_not
from emberwatch.channels._email_imap import Imap, Listed
from emberwatch.channels._email_parse import message_ref, parse_mail
from emberwatch.channels._email_server import Server
from emberwatch.channels._email_worker import Worker, connected
from emberwatch.channels.errors import AuthExpired, BadCursor, ChannelError, Refused, Unreachable
from emberwatch.channels.interface import Challenge, Condition, Health, RawRequest, Tools
from emberwatch.channels.spec import Can, Limit, Measure, Proof, Spec, setting
from emberwatch.vocabulary.acts import Action, Allowed, Denied, Gone, Private, Receipt, Snapshot, Thread, Unknown
from emberwatch.vocabulary.posts import Batch, Event, Origin, Ref, Refusal

_SECURITY = (("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "none (only on this machine)"))
_BATCH = 50
_POLL_SECONDS = 10.0
_LONGEST_PAUSE = 30.0

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """One mailbox: where it is read, where its mail is sent, and who we are in it."""

    imap_host: str = setting("IMAP server", help="Where mail is read, such as imap.example.com.")
    smtp_host: str = setting("SMTP server", help="Where mail is sent, such as smtp.example.com.")
    address: str = setting("Our address", help="Customers write to it, and our answers come from it.", kind="email")
    username: str = setting("User name", help="Often the address itself.")
    password: str = setting("Password", help="Many providers want an app password here.", secret=True, kind="password")
    display_name: str = setting("Our name", help="Customers see it beside the address.", default="")
    imap_port: int = setting("IMAP port", default=993, kind="number")
    imap_security: str = setting("IMAP security", default="tls", choices=_SECURITY)
    smtp_port: int = setting("SMTP port", default=465, kind="number")
    smtp_security: str = setting("SMTP security", default="tls", choices=_SECURITY)
    folder: str = setting("Folder to read", default="INBOX", advanced=True)
    sent_folder: str = setting(
        "Folder for sent mail", default="Sent", advanced=True,
        help="Each answer is copied there. Leave empty if the server does so by itself.",
    )  # fmt: skip
    days: int = setting("Days to look back", help="How far back the first reading goes.", default=14, kind="number")

    def __post_init__(self) -> None:
        for name in ("imap_host", "smtp_host", "address", "username", "display_name", "folder", "sent_folder"):
            if any(ord(character) < 32 for character in getattr(self, name)):
                raise ValueError(f"The setting {name} contains a line break or control character. Type it anew.")


class Place(NamedTuple):
    """How far a mailbox is read: UIDs hold only under their UIDVALIDITY; `heard` is when the newest mail came."""

    validity: int
    uid: int
    heard: int

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}:{self.heard}"

    @classmethod
    def read(cls, cursor: str | None) -> Place | None:
        """The place a cursor stands for, None for no cursor. Raises BadCursor."""
        if not cursor:
            return None
        try:
            validity, uid, heard = map(int, cursor.split(":"))
        except ValueError:
            raise BadCursor(
                "The mailbox's place is not readable; we read the last days again. Nothing is lost."
            ) from None
        return cls(validity, uid, heard)


class Email:
    """One mailbox."""

    spec: ClassVar[Spec] = Spec(
        name="email",
        label="E-mail",
        summary="Reads a mailbox as mail arrives and answers by mail.",
        icon="mail",
        config=Config,
        can=frozenset({Can.FETCH, Can.STREAM, Can.PRIVATE}),
        private=Limit(64 * 1024, Measure.BYTES),
        interval=timedelta(seconds=30),
        proof=Proof.REAL_SERVER,
        notes=(
            "Mail is never marked as read, moved or deleted.",
            "Automatic mail (out-of-office notes, bounces, mailing lists) is kept but opens no case.",
            "Answers go to the address the mail came from, never to another one it asks for.",
            "If the connection breaks at the very moment of sending, a person decides whether to send again.",
        ),
    )

    def __init__(self, config: Config, tools: Tools) -> None:
        self._config = config
        self._tools = tools
        self._sender = Sender(config.address.strip().lower(), config.display_name)
        self._imap = Server(config.imap_host, config.imap_port, config.imap_security, config.username, config.password)
        self._smtp = Server(config.smtp_host, config.smtp_port, config.smtp_security, config.username, config.password)

    async def check(self) -> Health:
        """Can we sign in on both servers and open the folder? Nothing is sent. Raises nothing."""
        try:
            async with connected(self._imap) as worker:
                await worker.run(worker.imap.select, self._config.folder)
                idle = worker.imap.has_idle
            async with _email_smtp.connected(self._smtp):
                pass
        except AuthExpired as error:
            return Health(Condition.REAUTH, str(error), self._sender.address)
        except ChannelError as error:
            return Health(Condition.DEGRADED, str(error), self._sender.address)
        pace = "tells of new mail at once" if idle else f"is asked for new mail every {_POLL_SECONDS:.0f} seconds"
        return Health(Condition.OK, f"Reading and sending work; {self._imap.host} {pace}.", self._sender.address)

    async def fetch(self, cursor: str | None) -> AsyncIterator[Batch]:
        """The mails that came since `cursor`, in the order they came, 50 at a time.

        None, or a mailbox whose UIDVALIDITY changed, is read again by date; what was heard before is recognised by
        its ref. Raises Unreachable, AuthExpired, RateLimited, Refused and BadCursor.
        """
        place = Place.read(cursor)
        async with connected(self._imap) as worker:
            async for batch in self._news(worker, place, Origin.POLL):
                yield batch

    async def stream(self, cursor: str | None) -> AsyncIterator[Batch]:
        """The same without end: IMAP IDLE, or asking every 10 seconds where a server lacks it.

        A broken connection is made again, at first at once, then ever more slowly; after an interval without
        success the reason is raised, so that the silence shows.
        """
        place = Place.read(cursor)
        clock = asyncio.get_running_loop().time
        broken: float | None = None
        pause = 0.0
        while True:
            try:
                async with aclosing(self._listen(place)) as batches:
                    async for batch in batches:
                        place = Place.read(batch.cursor) or place
                        broken, pause = None, 0.0
                        yield batch
            except Unreachable:
                broken = clock() if broken is None else broken
                if clock() - broken > self.spec.interval.total_seconds():
                    raise
            await asyncio.sleep(pause)
            pause = min(max(2 * pause, 0.5), _LONGEST_PAUSE)

    def webhook(self, request: RawRequest) -> Challenge | list[Event]:
        """Mailboxes do not call us. Raises Unsupported."""
        raise cannot(self.spec, "webhook")

    def may(self, action: Action, thread: Thread, now: datetime) -> Allowed | Denied:
        """Answering is allowed for ever, except to ourselves, to machines, and to mail without a sender. Pure."""
        if not isinstance(action, Private):
            return denied(self.spec, action)
        reason = why_not(thread, self._sender.address)
        return Denied(reason) if reason else Allowed()

    async def act(self, action: Action, key: str) -> Receipt:
        """Send an answer; its Message-ID is made from `key`. A copy goes into the folder for sent mail.

        Raises Ambiguous when the connection broke between the mail's last line and the server's answer; after every
        other error the mail has not gone out.
        """
        if not isinstance(action, Private):
            raise cannot(self.spec, verb(action))
        check_length(self.spec, self.spec.private, action.text)
        if reason := why_not(action.thread, self._sender.address):
            raise Refused(f"{reason} Nothing was sent.", code="not_answerable")
        now = self._tools.now()
        mail = compose(action.thread, action.text, sender=self._sender, key=key, now=now)
        recipient = action.thread.author.id.strip()
        await _email_smtp.send(self._smtp, mail, sender=self._sender.address, recipient=recipient)
        await self._keep_copy(mail.as_bytes())
        return Receipt(self._own_ref(key), at=now)

    async def find(self, action: Action, key: str) -> Receipt | Gone | Unknown:
        """A Receipt when the mail, or an answer to it, is in the mailbox; else Unknown, never Gone: a mail that was
        taken by the server leaves no trace that we could ask for."""
        if not isinstance(action, Private):
            raise cannot(self.spec, verb(action))
        try:
            async with connected(self._imap) as worker:
                found = await worker.run(self._trace, worker.imap, key_id(key, self._sender.domain))
        except ChannelError as error:
            return Unknown(f"We could not look whether the mail was sent. {error}")
        if found is not None:
            return Receipt(self._own_ref(key), at=found.arrived)
        return Unknown(
            f"{self._smtp.host} may or may not have sent this mail, and a mail server cannot be asked. It is neither "
            f"in {self._config.sent_folder or 'a folder for sent mail'} nor answered in {self._config.folder}. Ask the "
            "customer, or send it again and risk that it arrives twice."
        )

    async def probe(self, refs: Sequence[Ref]) -> Mapping[Ref, Snapshot | Gone | Unknown]:
        """A mail that is gone from our mailbox was not taken back by the customer. Raises Unsupported."""
        raise cannot(self.spec, "probe")

    async def _listen(self, place: Place | None) -> AsyncGenerator[Batch, None]:
        """Mails over one connection, as long as it holds; an empty Batch when an interval brought none."""
        async with connected(self._imap) as worker:
            seconds = self.spec.interval.total_seconds() / 2 if worker.imap.has_idle else _POLL_SECONDS
            while True:
                found = False
                async for batch in self._news(worker, place, Origin.STREAM):
                    found = True
                    place = Place.read(batch.cursor) or place
                    yield batch
                if not found:
                    yield Batch()
                await worker.wait_for_news(seconds)

    async def _news(self, worker: Worker, place: Place | None, origin: Origin) -> AsyncIterator[Batch]:
        """What came after `place`, in batches; one empty batch tells the place when there was none before."""
        imap = worker.imap
        validity, next_uid = await worker.run(imap.select, self._config.folder)
        if place is not None and place.validity == validity:
            uids = await worker.run(imap.uids_after, place.uid)
        else:
            uids = await worker.run(imap.uids_since, self._first_day(place))
            place = Place(validity, max(next_uid - 1, 0) if not uids else uids[0] - 1, place.heard if place else 0)
            if not uids:
                yield Batch(cursor=str(place), done=0, total=0)
        for start in range(0, len(uids), _BATCH):
            chunk = uids[start : start + _BATCH]
            things, latest = await worker.run(self._read, imap, chunk, origin)
            place = Place(validity, chunk[-1], max(place.heard, latest))
            yield Batch(
                events=tuple(thing for thing in things if isinstance(thing, Event)),
                refused=tuple(thing for thing in things if isinstance(thing, Refusal)),
                cursor=str(place), done=start + len(chunk), total=len(uids),
            )  # fmt: skip

    def _read(self, imap: Imap, uids: Sequence[int], origin: Origin) -> tuple[list[Event | Refusal], int]:
        """These mails, understood, and when the newest came (Unix time)."""
        listed = imap.listed(uids)
        account = self._sender.address
        things: list[Event | Refusal] = []
        for mail in imap.read(listed):
            if mail.raw is None:
                where = f"mail {mail.listed.uid} of {self._config.folder}"
                reason = f"{self._imap.host} could not hand out {where}. Look at it there."
                things.append(Refusal(b"", reason))
            else:
                things.append(parse_mail(mail.raw, account=account, arrived=mail.listed.arrived, origin=origin))
        return things, max((int(one.arrived.timestamp()) for one in listed if one.arrived), default=0)

    def _first_day(self, place: Place | None) -> date:
        """The day from which to read by date: the configured days back, or further if we last heard earlier."""
        first = self._tools.now() - timedelta(days=max(self._config.days, 0))
        if place is not None and place.heard:
            first = min(first, datetime.fromtimestamp(place.heard, UTC))
        # Servers compare days in their own zone.
        return (first - timedelta(days=1)).date()

    def _trace(self, imap: Imap, message_id: str) -> Listed | None:
        """Our mail in the folder for sent mail or the inbox, or a mail there that answers it."""
        folders = [folder for folder in (self._config.sent_folder, self._config.folder) if folder]
        for folder in folders:
            if found := imap.holds(folder, "Message-ID", f"<{message_id}>"):
                return found
        for header in ("In-Reply-To", "References"):
            if found := imap.holds(self._config.folder, header, f"<{message_id}>"):
                return found
        return None

    async def _keep_copy(self, mail: bytes) -> None:
        """Put the sent mail where people look for it. The mail is sent already, so a failure is only told."""
        if not self._config.sent_folder:
            return
        try:
            async with connected(self._imap) as worker:
                await worker.run(worker.imap.append, self._config.sent_folder, mail)
        except ChannelError as error:
            log.warning("sent_copy_not_kept", account=self._sender.address, reason=str(error))

    def _own_ref(self, key: str) -> Ref:
        return message_ref(self._sender.address, key_id(key, self._sender.domain))
