"""How the practice network's pages show text, numbers and times."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from emberwatch.practice import rules

register = template.Library()


@register.filter
def rich(text: str) -> SafeString:
    """A post's text, escaped, with its addresses, names and hashtags as links."""
    return format_html_join("", "{}", ((_piece(kind, words),) for kind, words in rules.pieces(text)))


def _piece(kind: str, words: str) -> str:
    if kind == "url":
        return format_html('<a href="{}" rel="nofollow noopener noreferrer ugc">{}</a>', words, words)
    if kind == "handle":
        return format_html('<a href="{}">{}</a>', reverse("practice:profile", args=[words[1:].lower()]), words)
    if kind == "tag":
        return format_html('<a href="{}?q={}">{}</a>', reverse("practice:timeline"), quote(words), words)
    return words


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture that only repeats what the words beside it say."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _pictures(), name)


@cache
def _pictures() -> str:
    return static("practice/icons.svg")


@register.filter
def short(number: int) -> str:
    """A count as people say it: 940, 1.8k, 38k, 2.1M."""
    for size, mark in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            tenths = number * 10 // size
            return f"{tenths // 10}{mark}" if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10:.1f}{mark}"
    return str(number)


@register.filter
def ago(moment: datetime) -> str:
    """How long since, in few words."""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {word}"
    return "now"


@register.filter
def initials(name: str) -> str:
    """Up to two letters for someone's picture."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


@register.filter
def hue(handle: str) -> int:
    """Which of eight colours someone's picture has; always the same for one handle."""
    return zlib.crc32(handle.encode()) % 8
