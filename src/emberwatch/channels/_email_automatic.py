"""Tells mail that no person wrote, so that no case is opened for it and nothing answers it in a loop. Pure."""

from __future__ import annotations

import re
from email.message import Message

from emberwatch.channels._email_headers import header

_NO_REPLY = re.compile(r"(^|[._+-])(no[._-]?reply|do[._-]?not[._-]?reply|noreply|donotreply)([._+-]|$|\d)")
_MACHINES = re.compile(r"^(mailer-?daemon|postmaster|bounces?([+._-].*)?|.*[+._-]bounces?|listserv|majordomo|mdaemon)$")
_SUBJECT = re.compile(
    r"^(automatic reply|autoreply|auto-reply|out of office|out of the office|automatische antwort|abwesenheitsnotiz"
    r"|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord)\b",
    re.IGNORECASE,
)


def why_automatic(message: Message, address: str) -> str:
    """Why this mail was not written by a person to us, in words; empty when nothing says so."""
    submitted = header(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return f"it says of itself that it was sent automatically ({submitted[:40]})"
    return _report(message) or _sender(message, address) or _habits(message)


def is_machine_address(address: str) -> bool:
    """Would a mail to this address reach no person?"""
    local = address.rpartition("@")[0].lower()
    return bool(_NO_REPLY.search(local) or _MACHINES.match(local))


def _report(message: Message) -> str:
    kind = message.get_content_type()
    if kind == "multipart/report" or header(message, "X-Failed-Recipients"):
        return "it reports on the delivery of another mail"
    if kind == "text/calendar" and str(message.get_param("method") or "").upper() == "REPLY":
        return "it is a calendar's answer to an invitation"
    return ""


def _sender(message: Message, address: str) -> str:
    if header(message, "Return-Path") == "<>":
        return "its sender takes no answers (empty return path)"
    if is_machine_address(address):
        return f"it comes from an address that takes no answers ({address[:80]})"
    return ""


def _habits(message: Message) -> str:
    precedence = header(message, "Precedence").lower()
    if precedence in {"bulk", "junk", "list", "auto_reply"}:
        return f"it was sent to many, or by a machine (Precedence: {precedence})"
    if header(message, "List-Id") or header(message, "List-Unsubscribe"):
        return "it came through a mailing list"
    for name in ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Auto-Reply"):
        value = header(message, name).lower()
        if value and value not in {"no", "none"}:
            return f"its sender marked it as automatic ({name})"
    if _SUBJECT.match(header(message, "Subject")):
        return "its subject is that of an automatic answer"
    return ""
