"""Reads the headers of mails, however broken or hostile. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

# Charsets of Python's that are no charsets of text; some of them take quadratic time on hostile input.
_NOT_TEXT = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff]")
_ID = re.compile(r"<\s*([^<>\s]{1,900})\s*>")
_ADDRESS = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\]+")
_MOST_OF_A_HEADER = 20_000


def clean(text: str) -> str:
    """The text without null bytes, control characters and broken halves of characters; \\r\\n becomes \\n."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def decode_bytes(data: bytes, charset: str | None) -> str:
    """The words in `data`: by its declared charset if that fits, else as UTF-8 if most of it is, else Windows-1252.
    Never fails."""
    declared = (charset or "").strip().lower().replace("-", "_")
    if declared and declared not in _NOT_TEXT:
        try:
            return data.decode(declared)
        except (LookupError, ValueError):
            pass
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = sum(byte > 127 for byte in data)
    return text if 4 * text.count("\ufffd") <= beyond_ascii else data.decode("cp1252", errors="replace")


def header(message: Message, name: str) -> str:
    """The first header of that name, decoded, on one line; empty when there is none."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """Every header of that name, decoded, each on one line."""
    return [decode_header_text(value) for value in raw_headers(message, name)]


def raw_headers(message: Message, name: str) -> list[str]:
    """Every header of that name as it came, on one line, not decoded; a very long one is cut."""
    wanted = name.lower()
    values = (str(value)[:_MOST_OF_A_HEADER] for key, value in message.raw_items() if key.lower() == wanted)
    return [" ".join(clean(_repair(value)).split()) for value in values]


def decode_header_text(value: str) -> str:
    """A header's value with its encoded words (RFC 2047) read; words that cannot be read stay as they are."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        return value
    return " ".join(clean("".join(_words(piece, charset) for piece, charset in pieces)).split())


def addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """(name, lower-case address) of everyone a header names. Names are decoded only after the addresses are found,
    so that an encoded name cannot pass for an address."""
    found = []
    for value in raw_headers(message, name):
        try:
            pairs = [(label, address) for label, address in getaddresses([value]) if _ADDRESS.fullmatch(address)]
        except RecursionError:
            pairs = []
        if not pairs:
            pairs = [("", address) for address in _ADDRESS.findall(value)]
        found += [(decode_header_text(label)[:200], address.lower()[:320]) for label, address in pairs]
    return found


def message_ids(message: Message, name: str) -> list[str]:
    """The message ids in a header, in order, without their brackets."""
    return [found for value in raw_headers(message, name) for found in _ID.findall(value)]


def moment(value: str) -> datetime | None:
    """A mail's date in UTC, None when it cannot be read; a date without a zone is taken as UTC."""
    try:
        read = parsedate_to_datetime(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, MessageError):
        return None


def _words(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    # What stood between the encoded words comes back in this form, whatever it was.
    return decode_bytes(piece, charset) if charset else piece.decode("raw_unicode_escape", errors="replace")


def _repair(value: str) -> str:
    """Bytes outside ASCII stand in a parsed header as surrogates; give them back their meaning."""
    try:
        return decode_bytes(value.encode("ascii", "surrogateescape"), None)
    except UnicodeEncodeError:
        return value
