"""What the filters offer: only values that some case has, looked up rarely and cheaply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.core.cache import cache as kept

from emberwatch.cases.models import Case, CaseTag, Customer
from emberwatch.channels.registry import channels
from emberwatch.listening.models import Brand
from emberwatch.workspaces.models import Workspace

RECENT = 1000
_KEEP_SECONDS = 60
_LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """The values each filter offers, as (value, words) pairs."""

    networks: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    brands: list[tuple[str, str]]
    tags: list[str]


def choices(workspace: Workspace) -> Choices:
    """What can be filtered by in this workspace now, at most a minute old."""
    found: Choices | None = kept.get(f"choices:{workspace.pk}")
    if found is None:
        found = _look(workspace)
        kept.set(f"choices:{workspace.pk}", found, _KEEP_SECONDS)
    return found


def network_label(name: str) -> str:
    """The name people know a network by."""
    return _labels().get(name) or name.replace("_", " ").replace("-", " ").capitalize()


def language_label(code: str) -> str:
    """A language by its English name."""
    return _LANGUAGES.get(code.split("-")[0], code)


@cache
def _labels() -> dict[str, str]:
    return {name: channel.spec.label for name, channel in channels().items()}


def _look(workspace: Workspace) -> Choices:
    recent = Case.objects.within(workspace).order_by("-last_post_at", "-id")
    languages = sorted({code for code in recent.values_list("language", flat=True)[:RECENT] if code})
    newest = CaseTag.objects.within(workspace).order_by("-id")
    return Choices(
        [(name, network_label(name)) for name in _networks(workspace)],
        [(code, language_label(code)) for code in languages],
        [(str(brand.pk), brand.name) for brand in Brand.objects.within(workspace).order_by("name")],
        sorted(set(newest.values_list("tag", flat=True)[:RECENT])),
    )


def _networks(workspace: Workspace) -> list[str]:
    """The networks customers wrote on: one step down the index for each, never a walk over all customers."""
    found: list[str] = []
    rows = Customer.objects.within(workspace).order_by("network").values_list("network", flat=True)
    while len(found) < 50:
        after = rows.filter(network__gt=found[-1]) if found else rows
        following = after.first()
        if following is None:
            break
        found.append(following)
    return found
