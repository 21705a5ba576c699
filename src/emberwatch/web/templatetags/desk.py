"""Tags and filters that all pages share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from emberwatch.cases.conversation import Said
from emberwatch.vocabulary.verdicts import Severity, Verdict
from emberwatch.web.desk.choices import language_label, network_label
from emberwatch.web.desk.marked import Told, legend, marked
from emberwatch.web.desk.reading import only_quickly
from emberwatch.web.desk.understood import Known, Label
from emberwatch.web.desk.understood import labels as told_labels

register = template.Library()


@register.simple_tag
def here(request: HttpRequest, *prefixes: str) -> SafeString | str:
    """`aria-current` for a link whose part of the workspace this page is in."""
    inside = "/" + request.path.removeprefix("/w/").partition("/")[2]
    return format_html('aria-current="{}"', "page") if inside.startswith(prefixes) else ""


def span_words(seconds: float) -> str:
    """A length of time in two or three characters and a unit; desk.js says the same in the browser."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 10:
        return f"{hours} h {minutes % 60:02d}"
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


@register.filter
def since(at: datetime | None) -> SafeString | str:
    """How long since ("5 min"), ticking in the browser; the exact time on hover."""
    return _passed(at, "")


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """How long ago ("5 min ago", "just now"), ticking in the browser; the exact time on hover."""
    return _passed(at, "ago")


def _passed(at: datetime | None, suffix: str) -> SafeString | str:
    if at is None:
        return ""
    words = span_words((timezone.now() - at).total_seconds())
    if suffix:
        words = "just now" if words == "now" else f"{words} {suffix}"
    exact = f"{at.astimezone(timezone.get_current_timezone()):%a %-d %b %Y, %H:%M %Z}"
    return format_html('<time datetime="{}" title="{}" data-ago="{}">{}</time>', _iso(at), exact, suffix, words)


@register.filter
def left(at: datetime | None) -> SafeString | str:
    """How long until a deadline, or how late it is, ticking in the browser."""
    if at is None:
        return ""
    seconds = (at - timezone.now()).total_seconds()
    words = f"late {span_words(-seconds)}".replace(" now", "") if seconds < 0 else span_words(seconds)
    hot = "hot" if seconds < 900 else "soon" if seconds < 3600 else ""
    exact = f"due {at.astimezone(timezone.get_current_timezone()):%a %-d %b %Y, %H:%M %Z}"
    return format_html(
        '<time class="left {}" datetime="{}" title="{}" data-left>{}</time>', hot, _iso(at), exact, words
    )


def _iso(at: datetime) -> str:
    return at.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="seconds")


@register.simple_tag
def clock_time(at: datetime | None, zone: str = "UTC") -> SafeString | str:
    """The time of day in the reader's zone, with the day where it is not today's."""
    if at is None:
        return ""
    try:
        local, today = at.astimezone(ZoneInfo(zone)), timezone.now().astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local, today = at, timezone.now()
    day = "" if local.date() == today.date() else "%-d %b " if local.year == today.year else "%-d %b %Y "
    exact = f"{local:%A %-d %B %Y, %H:%M:%S %Z}"
    return format_html('<time datetime="{}" title="{}">{}</time>', _iso(at), exact, f"{local:{day}%H:%M}")


@register.filter
def severity_mark(severity: int) -> SafeString:
    """How bad it is: a shape and a number, with the word for those who hear the page."""
    known = Severity(severity)
    return format_html(
        '<span class="sev s{}" title="Severity {}: {}"><span class="sr">Severity </span>{}</span>',
        int(known), int(known), known.label, int(known),
    )  # fmt: skip


@register.filter
def severity_word(severity: int) -> str:
    """How bad it is, in words."""
    return Severity(severity).label


@register.filter
def short_count(number: int | None) -> str:
    """A count as people say it: 18 k, 1.2 M; empty when it is not known."""
    if number is None:
        return ""
    if number < 10_000:
        return f"{number:,}"
    return f"{number // 1000:,} k" if number < 1_000_000 else f"{number / 1_000_000:.1f} M"


@register.filter
def network_name(name: str) -> str:
    """The name people know a network by."""
    return network_label(name)


@register.filter
def language_name(code: str) -> str:
    """A language by its English name."""
    return language_label(code)


@register.filter
def with_marks(text: str, verdict: Verdict | None) -> SafeString:
    """A post's words with the reasons of triage marked, safe whatever was written."""
    return marked(text, verdict)


@register.filter
def marks_told(text: str, verdict: Verdict | None) -> list[Told]:
    """What the marks in a post's words mean, the gravest first."""
    return legend(text, verdict)


@register.filter
def read_quickly(entry: Said) -> bool:
    """Had this post of the customer only a quick reading?"""
    return only_quickly(entry)


@register.filter
def labels(verdict: Verdict, known: Known) -> list[Label]:
    """What was understood of a post, label by label."""
    return told_labels(verdict, known)
