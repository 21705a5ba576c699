"""Finds the words that are new in a mail: quotes of older mails and signatures are folded away. Pure.

mail-parser-reply finds the places in many languages. It is eager, and some of its patterns take quadratic time,
so each place is believed only on evidence, and no line reaches it that could not be a mail's quoted header.
"""

from __future__ import annotations

import re

from mailparser_reply.parser import EmailMessage

# The library's other languages know signatures such as "Tak" or "/word", which swallow words in any language.
_LANGUAGES = ("en", "de", "es", "it", "nl", "cs", "ja", "ko", "zh")
# Its French and Spanish patterns lose words or never match; these lines are put into English for it.
_ATTRIBUTION = re.compile(
    r"^[>\s]*(?:Le|El|Em|Den|W dniu|Dnia)\s[^\n]{4,200}(?:\n[^\n]{1,120})?\s?"
    r"(?:a écrit|escribió|escreveu|skrev|napisał|napisała)\b[^\n]{0,100}:[^\S\n]*$",
    re.MULTILINE,
)
_FORWARDED = re.compile(
    r"^[>\s]*(-{3,} ?(Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|Messaggio "
    r"inoltrato|Doorgestuurd bericht)\b|Begin forwarded message:|Anfang der weitergeleiteten)",
    re.MULTILINE | re.IGNORECASE,
)
_FIELD = re.compile(r"[>*\s]*[^\W\d_]{1,14}[^\n:@]{0,3}:", re.UNICODE)
_SENT = re.compile(r"^[>*\s]*(Sent|Gesendet|Envoyé|Enviado|Inviato|Verzonden|Odesláno)\b", re.MULTILINE | re.IGNORECASE)
_DATED = re.compile(r"[\d@]")
_BLANKS = re.compile(r"\n[^\S\n]*(\n[^\S\n]*)+")
_DASHES = re.compile(r"^-- ?$", re.MULTILINE)
_MOST_SEARCHED = 20_000
_LONGEST_SEARCHED_LINE = 400


def fold(text: str) -> str:
    """The new words of a mail's text. A forwarded mail is kept whole, and so is one where nothing would be left."""
    whole = _BLANKS.sub("\n\n", text).strip()
    if _FORWARDED.search(whole[:_MOST_SEARCHED]):
        return whole
    new = _without_quotes(_above_quotes(whole))
    return _without_signature(new).strip() or new.strip() or whole


def _above_quotes(text: str) -> str:
    """What was written above or between older mails; `text` itself when there is none."""
    head, rest = text[:_MOST_SEARCHED], text[_MOST_SEARCHED:]
    shielded, hidden = _shield(head)
    shielded = _ATTRIBUTION.sub(lambda line: _in_english(line.group()), shielded)
    kept = ""
    replies = EmailMessage(text=shielded, languages=list(_LANGUAGES), keep_hyphen_lists=True).read().replies
    for index, reply in enumerate(replies):
        if reply.headers and _is_quoted_header(reply.headers):
            # Answers below or between ">" lines are new words; without such lines the rest is the old mail.
            below = "\n".join(later.content.removeprefix(later.headers) for later in replies[index:])
            answers = below if re.search(r"^\s*>", below, re.MULTILINE) else ""
            return _unshield(f"{kept}\n\n{answers}", hidden)
        kept += f"\n\n{reply.content}" if kept else reply.content
    return _unshield(kept, hidden) + rest if replies else text


def _in_english(line: str) -> str:
    return "\n\nOn 1 January somebody wrote:" if _DATED.search(line) else line


def _is_quoted_header(header: str) -> bool:
    """A "wrote:" line with a date or address, or fields with an address or a time of sending: "From: Dublin" is a
    customer's own list, and "On Monday your colleague wrote:" a customer's own sentence."""
    if _FIELD.match(header):
        return "@" in header or bool(_SENT.search(header))
    return header.startswith("-") or bool(_DATED.search(header))


def _without_quotes(text: str) -> str:
    lines = [line for line in text.split("\n") if not line.lstrip().startswith(">")]
    return _BLANKS.sub("\n\n", "\n".join(lines))


def _without_signature(text: str) -> str:
    if dashes := _DASHES.search(text):
        return text[: dashes.start()]
    if len(text) > _MOST_SEARCHED:
        return text
    shielded, hidden = _shield(text)
    replies = EmailMessage(text=shielded, languages=list(_LANGUAGES), keep_hyphen_lists=True).read().replies
    signature = replies[-1].signatures if replies else ""
    start = shielded.rfind(signature) if signature else -1
    return _unshield(shielded[:start], hidden) if start > 0 and _is_signature(signature) else text


def _is_signature(words: str) -> bool:
    """Short, and begun by a line that is only the closing formula: "Thanks, but I am still waiting" is none."""
    lines = [line for line in words.split("\n") if line.strip()]
    return len(lines) <= 8 and len(words) <= 400 and len(lines[0]) <= 40 and not re.search(r"[.!?,;:] *\w", lines[0])


def _shield(text: str) -> tuple[str, list[str]]:
    """The text with each very long line replaced by a mark, and those lines."""
    hidden: list[str] = []
    lines = []
    for line in text.split("\n"):
        if len(line) > _LONGEST_SEARCHED_LINE:
            hidden.append(line)
            line = "\ue000"
        lines.append(line.strip())
    return "\n".join(lines), hidden


def _unshield(text: str, hidden: list[str]) -> str:
    before, *after = text.split("\ue000")
    return before + "".join(line + piece for line, piece in zip(hidden, after, strict=False))
