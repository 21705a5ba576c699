"""Hands one mail to an SMTP server, and tells apart what was refused, what never left, and what nobody can know."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import aiosmtplib

from emberwatch.channels._email_compose import envelope_address
from emberwatch.channels._email_server import Server
from emberwatch.channels.errors import Ambiguous, AuthExpired, ChannelError, RateLimited, Refused, Unreachable

TIMEOUT = 30.0
# Filters look at a mail after its last line and before the answer; RFC 5321 asks for patience there.
ACCEPT_TIMEOUT = 120.0
_WAIT_WORDS = ("greylist", "graylist", "try again", "too many", "limit", "4.7.")


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[aiosmtplib.SMTP]:
    """A signed-in connection. Raises Unreachable, AuthExpired, Refused or RateLimited; nothing was sent then."""
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, timeout=TIMEOUT, use_tls=server.security == "tls", start_tls=False,
        tls_context=ssl.create_default_context() if server.security != "none" else None,
    )  # fmt: skip
    try:
        try:
            await client.connect()
            if server.security == "starttls":
                await client.starttls()
            if server.username:
                await client.login(server.username, server.password)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _not_sent(server, error) from None
        yield client
    finally:
        client.close()


async def send(server: Server, mail: EmailMessage, *, sender: str, recipient: str) -> None:
    """Send once; returns when the server has accepted the mail.

    Raises Ambiguous when the connection was lost after the mail had gone out and before the answer came. Every
    other error means that the server has not taken it.
    """
    content = mail.as_bytes()
    async with connected(server) as client:
        try:
            await client.mail(envelope_address(sender), options=_size_option(client, content))
            await client.rcpt(envelope_address(recipient))
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _not_sent(server, error) from None
        try:
            await client.data(content, timeout=ACCEPT_TIMEOUT)
        except aiosmtplib.SMTPResponseException as error:
            raise _not_sent(server, error) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Ambiguous(
                f"{server.place} may have taken the mail, but the connection was lost before it said so "
                f"({_words(server, error)}). Look whether it arrived before sending it again."
            ) from None
        # The mail is accepted; a farewell that goes wrong changes nothing.
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            async with asyncio.timeout(2):
                await client.quit()


def _size_option(client: aiosmtplib.SMTP, content: bytes) -> list[str]:
    return [f"size={len(content)}"] if client.supports_extension("size") else []


def _not_sent(server: Server, error: Exception) -> ChannelError:
    """The error for a conversation that ended before the server took the mail."""
    words = _words(server, error)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code >= 500:
        return AuthExpired(f"{server.place} does not accept the user name and password ({words}). Enter them again.")
    if type(error) is aiosmtplib.SMTPException or isinstance(error, aiosmtplib.SMTPNotSupported):
        return Refused(f"{server.place} cannot do what the settings ask for ({words}). Check the security setting.",
                       code="unsupported", permanent=False)  # fmt: skip
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _not_sent(server, error.recipients[0])
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answered(server, error.code, words)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return Refused(
            f"No secure connection to {server.place} ({words}). Nothing was sent. Check the security setting and the "
            "server's certificate.", code="tls", permanent=False,
        )  # fmt: skip
    return Unreachable(f"{server.place} could not be reached ({words}). Nothing was sent; we try again.")


def _answered(server: Server, code: int, words: str) -> ChannelError:
    if code == 552 or "5.3.4" in words:
        return Refused(
            f"{server.place} says the mail is too large ({words}). Nothing was sent. Shorten it.", code=str(code)
        )
    if code >= 500:
        return Refused(f"{server.place} refused the mail ({words}). Nothing was sent.", code=str(code))
    if code in {450, 451, 421} and any(word in words.lower() for word in _WAIT_WORDS):
        return RateLimited(f"{server.place} asks us to try again later ({words}). Nothing was sent yet.")
    return Unreachable(f"{server.place} cannot take mail now ({words}). Nothing was sent; we try again.")


def _words(server: Server, error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return server.said(f"{error.code} {error.message}")
    if isinstance(error, aiosmtplib.SMTPTimeoutError | TimeoutError):
        return "it took too long"
    return server.said(error) or "the connection broke"
