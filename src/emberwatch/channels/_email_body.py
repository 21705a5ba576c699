"""Finds what a mail says and what hangs on it, in any nesting of its parts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from emberwatch.channels._email_flowed import unflow
from emberwatch.channels._email_headers import clean, decode_bytes, decode_header_text, header
from emberwatch.channels._email_html import html_to_text
from emberwatch.vocabulary.posts import Media

_DEEPEST = 200
_MOST_TEXT = 1_000_000
_MOST_MEDIA = 100
_KINDS = {"image", "video", "audio"}


def body_text(message: Message) -> str:
    """The mail's own words as plain text, quotes included. Of alternatives the plain one, unless it is empty."""
    return "\n\n".join(text for text in _texts(message, 0) if text.strip())


def attachments(message: Message) -> tuple[Media, ...]:
    """What hangs on the mail: kind, name and size only; the contents stay with the mail server."""
    found = []
    for part in _leaves(message, 0):
        if not _is_text(part):
            found.append(_media(part))
        if len(found) == _MOST_MEDIA:
            break
    return tuple(found)


def _texts(part: Message, depth: int) -> list[str]:
    if depth > _DEEPEST:
        return []
    kind = part.get_content_type()
    children = _children(part)
    if children and kind == "multipart/alternative":
        options = [(child.get_content_type(), _texts(child, depth + 1)) for child in children]
        said = [(name, texts) for name, texts in options if any(text.strip() for text in texts)]
        said.sort(key=lambda option: option[0] != "text/plain")
        return said[0][1] if said else []
    if children:
        return [text for child in children for text in _texts(child, depth + 1)]
    return [_text(part)] if _is_text(part) else []


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    children = _children(part)
    if not children:
        yield part
    elif depth < _DEEPEST:
        for child in children:
            yield from _leaves(child, depth + 1)


def _children(part: Message) -> list[Message]:
    """The parts of a multipart; a mail inside a mail counts as one attachment, not as parts."""
    payload = part.get_payload()
    if not isinstance(payload, list) or part.get_content_maintype() == "message":
        return []
    return [child for child in payload if isinstance(child, Message)]


def _is_text(part: Message) -> bool:
    """Words to be read with the mail, rather than a text file hung on it."""
    # A multipart without parts is a broken mail; showing what there is beats showing nothing.
    shown = part.get_content_type() in {"text/plain", "text/html"} or part.get_content_maintype() == "multipart"
    return shown and part.get_content_disposition() != "attachment" and not _name(part)


def _text(part: Message) -> str:
    data = _content(part)[:_MOST_TEXT]
    charset = part.get_content_charset()
    text = decode_bytes(data, charset)
    if part.get_content_subtype() == "html":
        return clean(html_to_text(clean(text)))
    text = clean(text)
    if str(part.get_param("format") or "").lower() == "flowed":
        return unflow(text, delete_space=str(part.get_param("delsp") or "").lower() == "yes")
    return text


def _content(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _media(part: Message) -> Media:
    kind = part.get_content_maintype()
    name = _name(part)
    if kind == "message":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        title = header(first, "Subject") if isinstance(first, Message) else ""
        return Media(kind="message", name=(name or title)[:200])
    if part.get_content_type() == "text/calendar":
        kind = "calendar"
    return Media(kind=kind if kind in {*_KINDS, "calendar"} else "file", name=name, size=len(_content(part)))


def _name(part: Message) -> str:
    try:
        return clean(decode_header_text(part.get_filename() or ""))[:200].replace("\n", " ")
    except (ValueError, LookupError, TypeError):
        return ""
