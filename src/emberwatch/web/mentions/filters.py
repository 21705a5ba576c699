"""Which mentions a reader asks for, as a value and as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef

from emberwatch.cases.models import CasePost
from emberwatch.listening.models import Post, Stage
from emberwatch.vocabulary.verdicts import Intent
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.seal import SealedQuerySet

SHOWS = {"": "All", "with": "With a case", "without": "Without a case", "about": "About us", "aside": "Set aside"}
INTENTS = {"": "Any", **{intent.value: intent.value.capitalize() for intent in Intent}}


@dataclass(frozen=True, slots=True)
class Filter:
    """What stands in the address bar; empty strings filter nothing. `before` is the id that the page starts below."""

    show: str = ""
    source: str = ""
    brand: str = ""
    intent: str = ""
    before: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filter:
        """The filter a query string asks for; what cannot be understood is left out."""
        given = {field.name: query.get(field.name, "").strip() for field in fields(cls)}
        numbers = {name: given[name] if _is_number(given[name]) else "" for name in ("source", "brand", "before")}
        show = given["show"] if given["show"] in SHOWS else ""
        intent = given["intent"] if given["intent"] in INTENTS else ""
        return cls(show=show, intent=intent, **numbers)

    def query(self, **changes: str) -> str:
        """The query string of this filter with `changes`."""
        changed = replace(self, **changes)
        pairs = {field.name: getattr(changed, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in pairs.items() if value})

    @property
    def narrowed(self) -> bool:
        """Is anything filtered?"""
        return any((self.show, self.source, self.brand, self.intent))


def mentions(workspace: Workspace, wanted: Filter) -> SealedQuerySet[Post]:
    """The posts of others that fit, the newest heard first, each knowing whether it `has_case`."""
    cased = CasePost.objects.within(workspace).filter(post=OuterRef("pk"))
    rows: SealedQuerySet[Post] = Post.objects.within(workspace).filter(ours=False)
    rows = rows.defer("raw").select_related("source", "brand").order_by("-id")
    if wanted.before:
        rows = rows.filter(pk__lt=int(wanted.before))
    if wanted.source:
        rows = rows.filter(source_id=int(wanted.source))
    if wanted.brand:
        rows = rows.filter(brand_id=int(wanted.brand))
    if wanted.intent:
        rows = rows.filter(verdict__contains=f'"intent":"{wanted.intent}"')
    if wanted.show == "aside":
        rows = rows.filter(stage=Stage.ASIDE)
    elif wanted.show == "about":
        rows = rows.filter(verdict__contains='"about_us":true')
    elif wanted.show:
        rows = rows.filter(Exists(cased)) if wanted.show == "with" else rows.filter(~Exists(cased))
    return rows


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
