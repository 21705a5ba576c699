"""One connection to an IMAP server. It only ever reads what others wrote: folders are opened read-only and mails are
peeked at, so nothing is marked as seen and nothing is deleted. Calls block; `_email_worker` runs them in a thread."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from emberwatch.channels._email_server import Server
from emberwatch.channels.errors import AuthExpired, ChannelError, RateLimited, Refused, Unreachable

TIMEOUT = 30.0
MOST_BYTES = 25_000_000
_PEEKED_OF_TOO_LARGE = 256 * 1024
_TOGETHER = 4_000_000
_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")
_WAIT = ("too many", "limit", "try again")
_BROKEN = ("unavailable", "inuse", "temporar")


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in a folder, before it is read."""

    uid: int
    size: int
    arrived: datetime | None


@dataclass(frozen=True, slots=True)
class Lying:
    """A mail as it lies on the server; `raw` is None when the server could not hand it out."""

    listed: Listed
    raw: bytes | None


class Imap:
    """A signed-in connection. Every method raises a channel error and nothing else."""

    def __init__(self, server: Server) -> None:
        self.server = server
        with self._told():
            self._box = _connect(server)
        try:
            with self._told():
                self._sign_in()
        except ChannelError:
            self.release()
            raise

    @property
    def has_idle(self) -> bool:
        """Does the server tell of new mail by itself?"""
        return "IDLE" in self._box.client.capabilities

    @property
    def socket(self) -> socket.socket:
        """The connection, to be watched while idling."""
        return self._box.client.sock

    def select(self, folder: str) -> tuple[int, int]:
        """Open a folder for reading: its UIDVALIDITY and the UID that the next mail will get (0 if untold)."""
        with self._told():
            try:
                self._box.folder.set(folder, readonly=True)
            except MailboxFolderSelectError:
                names = ", ".join(sorted(found.name for found in self._box.folder.list()))
                raise Refused(
                    f"{self.server.place} has no folder {folder!r} for this mailbox. It has: {names[:300]}.",
                    code="folder", permanent=False,
                ) from None  # fmt: skip
            return self._number("UIDVALIDITY"), self._number("UIDNEXT")

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above `uid` in the open folder, ascending."""
        with self._told():
            # "n:*" always names the last mail too, even when its UID is below n.
            return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of what arrived on `day` or later, ascending."""
        with self._told():
            return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def holds(self, folder: str, header: str, value: str) -> Listed | None:
        """A mail in `folder` whose header contains `value`, None when there is none or no such folder."""
        with self._told():
            try:
                self._box.folder.set(folder, readonly=True)
            except MailboxFolderSelectError:
                return None
            found = self._search(f'HEADER {header} "{value}"')
        return next(iter(self.listed(found[:1])), None)

    def listed(self, uids: Sequence[int]) -> list[Listed]:
        """Size and time of arrival of these mails, ascending; those gone meanwhile are left out."""
        if not uids:
            return []
        with self._told():
            answer = self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)")
        found = {}
        for line in (item if isinstance(item, bytes) else item[0] for item in answer if item):
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid and size:
                found[int(uid[1])] = Listed(int(uid[1]), int(size[1]), _internal_date(line))
        return [found[uid] for uid in sorted(found)]

    def read(self, listed: Sequence[Listed]) -> Iterator[Lying]:
        """The mails, in that order and a few at a time; of one over 25 MB only the beginning.

        A mail that the server cannot hand out comes with raw None; one that is gone meanwhile is left out.
        """
        for group in _groups(listed):
            try:
                bodies = self._bodies(group)
            except Refused:
                bodies = {}
                for one in group:
                    try:
                        bodies |= self._bodies([one])
                    except Refused:
                        yield Lying(one, None)
            for one in group:
                if one.uid in bodies:
                    yield Lying(one, bodies[one.uid])

    def append(self, folder: str, mail: bytes) -> None:
        """Put a mail of ours into a folder, read; the folder is made if it is missing."""
        with self._told():
            try:
                self._box.append(mail, folder, flag_set=["\\Seen"])
            except ImapToolsError:
                self._box.folder.create(folder)
                self._box.append(mail, folder, flag_set=["\\Seen"])

    def start_idling(self) -> bool:
        """Ask to be told of new mail; True when something was told at once."""
        with self._told():
            self._box.idle.start()
            return self._told_already()

    def stop_idling(self) -> None:
        """End idling. Raises Unreachable when the server is gone."""
        with self._told():
            self._box.idle.stop()

    def close(self) -> None:
        """Say goodbye, without insisting on an answer."""
        with contextlib.suppress(Exception):
            self.socket.settimeout(2)
            self._box.logout()
        self.release()

    def cut(self) -> None:
        """Drop the connection at once; safe from another thread, where a call under way then fails."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Drop the connection and all it holds; only from the thread that uses it."""
        with contextlib.suppress(OSError):
            self._box.client.shutdown()

    def _sign_in(self) -> None:
        user, password = self.server.username, self.server.password
        try:
            if "AUTH=PLAIN" in self._box.client.capabilities:
                self._box.login_utf8(user, password, initial_folder=None)
            else:
                self._box.login(user, password, initial_folder=None)
        except (MailboxLoginError, imaplib.IMAP4.error) as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            said = self.server.said(_last_words(error))
            if any(word in said.lower() for word in _BROKEN):
                raise Unreachable(f"{self.server.place} cannot let us in now ({said}). We try again.") from None
            if any(word in said.lower() for word in _WAIT):
                raise RateLimited(f"{self.server.place} asks us to wait ({said}). We try again later.") from None
            raise AuthExpired(
                f"{self.server.place} does not accept the user name and password ({said}). Enter them again."
            ) from None

    def _search(self, criteria: str) -> list[int]:
        return sorted(int(uid) for uid in self._box.uids(criteria, charset=None))

    def _bodies(self, group: Sequence[Listed]) -> dict[int, bytes]:
        part = f"<0.{_PEEKED_OF_TOO_LARGE}>" if group[0].size > MOST_BYTES else ""
        with self._told():
            answer = self._fetch([one.uid for one in group], f"(UID BODY.PEEK[]{part})")
        bodies = {}
        for index, item in enumerate(answer):
            if isinstance(item, tuple):
                # The UID may stand before the mail or after it.
                tail = answer[index + 1] if index + 1 < len(answer) and isinstance(answer[index + 1], bytes) else b""
                uid = _UID.search(item[0]) or _UID.search(tail)
                if uid:
                    bodies[int(uid[1])] = item[1]
        return bodies

    def _fetch(self, uids: Sequence[int], parts: str) -> list[Any]:
        status, answer = self._box.client.uid("FETCH", ",".join(map(str, uids)), parts)
        if status != "OK":
            raise Refused(f"{self.server.place} did not hand out a mail ({self.server.said(answer)}).", permanent=False)
        return answer

    def _number(self, name: str) -> int:
        _, found = self._box.client.response(name)
        return int(found[0]) if found and found[0] else 0

    def _told_already(self) -> bool:
        """What came in one packet with the server's "go ahead" waits in a buffer, where the socket does not show it."""
        client = self._box.client
        buffer = getattr(client, "_file", None)
        if buffer is None:
            return False
        client.sock.settimeout(0)
        try:
            return bool(buffer.peek(1))
        except OSError:
            return False
        finally:
            client.sock.settimeout(TIMEOUT)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what libraries and networks raise into channel errors, with no password in them."""
        place = self.server.place
        try:
            yield
        except (OSError, imaplib.IMAP4.abort, EOFError) as error:
            if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                words = "it took too long" if isinstance(error, TimeoutError) else self.server.said(error)
                raise Unreachable(f"{place} could not be reached or broke off ({words}). We try again.") from None
            raise Refused(
                f"No secure connection to {place} ({self.server.said(error)}). Check the security setting and the "
                "server's certificate.", code="tls", permanent=False,
            ) from None  # fmt: skip
        except (ImapToolsError, imaplib.IMAP4.error) as error:
            raise Refused(
                f"{place} refused ({self.server.said(_last_words(error))}).", code="imap", permanent=False
            ) from None
        except (ValueError, AttributeError, IndexError) as error:
            raise Unreachable(
                f"{place} answered with something that is not IMAP ({self.server.said(error)})."
            ) from None


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _connect(server: Server) -> BaseMailBox:
    if server.security == "none":
        return MailBoxUnencrypted(server.host, server.port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if server.security == "starttls":
        return MailBoxStartTls(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
    return MailBox(server.host, server.port, timeout=TIMEOUT, ssl_context=context)


def _groups(listed: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Mails to ask for together: a few megabytes at a time, and one too large by itself."""
    group: list[Listed] = []
    for one in listed:
        if group and (one.size > MOST_BYTES or sum(other.size for other in group) + one.size > _TOGETHER):
            yield group
            group = []
        group.append(one)
        if one.size > MOST_BYTES:
            yield group
            group = []
    if group:
        yield group


def _internal_date(line: bytes) -> datetime | None:
    """Python's own reader gives local time; this keeps the zone."""
    found = re.search(rb'INTERNALDATE "([^"]+)"', line)
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC) if found else None
    except ValueError:
        return None


def _last_words(error: Exception) -> str:
    if isinstance(error, UnexpectedCommandStatusError):
        data = error.command_result[1]
        return b" ".join(item for item in data if isinstance(item, bytes)).decode(errors="replace") if data else ""
    first = error.args[0] if error.args else ""
    return first.decode(errors="replace") if isinstance(first, bytes) else str(first)
