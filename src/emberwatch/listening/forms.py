"""Forms for sources and brands. A source's form is made from what its channel declares of its settings."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Any
from zoneinfo import available_timezones

from django import forms

from emberwatch.channels.spec import Spec
from emberwatch.listening.actions.brands import WORD_LISTS
from emberwatch.listening.models import Brand, Source
from emberwatch.workspaces.models import Workspace

OWN_SECRET = "secret"  # noqa: S105 - the name of a setting, not its value
"""A secret that only we need to know, by the name all channels give it: left empty on a new source, it is made."""

NEW_BRAND = "new"
PREFIX = "set_"
MOST_WORDS = 2_000


class SourceForm(forms.Form):
    """Name, brand and the channel's own settings. A stored secret is never put back into the page."""

    name = forms.CharField(
        label="Name", max_length=120, help_text="What your colleagues see beside each post, such as Help desk mailbox."
    )
    brand = forms.ChoiceField(
        label="Brand", required=False,
        help_text="Choose one if everything said here is about it. Otherwise the words of your brands decide.",
    )  # fmt: skip

    def __init__(
        self, spec: Spec, workspace: Workspace, *args: Any, source: Source | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.spec, self.workspace, self.source = spec, workspace, source
        self.fields["brand"].choices = brand_choices(workspace)  # type: ignore[attr-defined]
        stored = source.config if source else {}
        for setting in dataclasses.fields(spec.config):
            if setting.metadata.get("kind") != "file":
                self.fields[PREFIX + setting.name] = _field(setting, stored, adding=source is None)
        if source is not None:
            self.initial = {"name": source.name, "brand": str(source.brand_id or ""), **self.initial}

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields everybody fills in."""
        return [self[name] for name in self.fields if not self._is_advanced(name)]

    @property
    def advanced(self) -> list[forms.BoundField]:
        """The fields few people need."""
        return [self[name] for name in self.fields if self._is_advanced(name)]

    @property
    def opens_advanced(self) -> bool:
        """Is there something to mend among the advanced fields?"""
        return any(field.errors for field in self.advanced)

    def _is_advanced(self, name: str) -> bool:
        settings = dataclasses.fields(self.spec.config)
        return any(PREFIX + setting.name == name and setting.metadata.get("advanced") for setting in settings)

    def clean_name(self) -> str:
        """The name, if no other source has it."""
        name: str = self.cleaned_data["name"]
        others = Source.objects.within(self.workspace).filter(name=name)
        if others.exclude(pk=self.source.pk if self.source else None).exists():
            raise forms.ValidationError("Another source has this name. Choose a different one.")
        return name

    def values(self) -> dict[str, Any]:
        """The channel's settings, with its own names; what the browser does not show is kept."""
        given = {
            name.removeprefix(PREFIX): value for name, value in self.cleaned_data.items() if name.startswith(PREFIX)
        }
        if self.source is None and given.get(OWN_SECRET) == "":
            given[OWN_SECRET] = secrets.token_urlsafe(32)
        return {**(self.source.config if self.source else {}), **given}

    def values_to_check(self) -> dict[str, Any]:
        """The same, with stored secrets where the form leaves them empty: to be used, never to be shown."""
        stored = self.source.secrets if self.source else {}
        return {**stored, **{name: value for name, value in self.values().items() if value != "" or name not in stored}}

    def chosen_brand(self) -> Brand | None:
        """The brand everything here is about; None where words decide."""
        return find_brand(self.workspace, self.cleaned_data["brand"])


def brand_choices(workspace: Workspace) -> list[tuple[str, str]]:
    """No brand, then each brand of the workspace."""
    brands = Brand.objects.within(workspace).order_by("name")
    return [("", "Decided by its words"), *((str(brand.pk), brand.name) for brand in brands)]


def find_brand(workspace: Workspace, chosen: str) -> Brand | None:
    """The brand of a choice made in a form."""
    found: Brand | None = Brand.objects.within(workspace).filter(pk=chosen).first() if chosen.isdecimal() else None
    return found


def _field(setting: dataclasses.Field[Any], stored: dict[str, Any], *, adding: bool) -> forms.Field:
    told = setting.metadata
    default = None if setting.default is dataclasses.MISSING else setting.default
    secret, kind = told["secret"], told["kind"]
    made = adding and secret and setting.name == OWN_SECRET
    common: dict[str, Any] = {
        "label": told["label"],
        "help_text": _help(told["help"], secret=secret, adding=adding, made=made),
        "required": setting.default is dataclasses.MISSING and not made and (adding or not secret),
        "initial": None if secret else stored.get(setting.name, default),
    }
    if told["choices"]:
        return forms.ChoiceField(choices=told["choices"], **common)
    if kind == "boolean":
        return forms.BooleanField(**{**common, "required": False})
    if kind == "number":
        return _Number(otherwise=default, **common)
    if kind == "lines":
        return _Lines(widget=forms.Textarea(attrs={"rows": 3}), **common)
    if secret or kind == "password":
        return forms.CharField(
            strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), **common
        )
    if kind == "email":
        return forms.EmailField(**common)
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "url"} if kind == "url" else {}), **common)


def _help(told: str, *, secret: bool, adding: bool, made: bool) -> str:
    if secret and not adding:
        return f"{told} Stored; leave empty to keep it.".strip()
    return f"{told} Leave empty and we make one.".strip() if made else told


class _Number(forms.IntegerField):
    """A whole number that falls back on the channel's own default when left empty."""

    def __init__(self, *, otherwise: int | None, **options: Any) -> None:
        super().__init__(**options)
        self.otherwise = otherwise

    def clean(self, value: Any) -> Any:
        """The number, or the default."""
        cleaned = super().clean(value)
        return self.otherwise if cleaned is None else cleaned


class _Lines(forms.CharField):
    """One entry a line, with one kind of line break."""

    def to_python(self, value: Any) -> str:
        """The text with plain line breaks."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


_WORDS_HELP = {
    "terms": ("Words and handles", "Names, products, @handles: a post with one of them is about this brand."),
    "misspellings": ("Misspellings", "As customers really write it."),
    "hashtags": ("Hashtags", "With or without #."),
    "places": ("Places", "Shops, towns, streets: they count where another of the words above is there too."),
    "exclusions": ("Not about us when", "Phrases that mean somebody else, such as larkfield road."),
}


class BrandForm(forms.Form):
    """A brand's name and its lists of words, one entry a line."""

    name = forms.CharField(label="Name", max_length=120, help_text="How colleagues call it.")

    def __init__(self, workspace: Workspace, *args: Any, brand: Brand | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace, self.brand = workspace, brand
        for key in WORD_LISTS:
            label, told = _WORDS_HELP[key]
            self.fields[key] = _Lines(
                label=label, required=False, help_text=told, initial="\n".join(getattr(brand, key, [])),
                widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            )  # fmt: skip
        if brand is not None:
            self.initial = {"name": brand.name}

    def clean_name(self) -> str:
        """The name, if no other brand has it."""
        name: str = self.cleaned_data["name"]
        others = Brand.objects.within(self.workspace).filter(name=name)
        if others.exclude(pk=self.brand.pk if self.brand else None).exists():
            raise forms.ValidationError("Another brand has this name. Choose a different one.")
        return name

    def clean(self) -> dict[str, Any]:
        """At least one way to know the brand, and no list beyond reason."""
        cleaned: dict[str, Any] = self.cleaned_data
        lists = {key: entries(cleaned.get(key, "")) for key in WORD_LISTS}
        if not any(lists[key] for key in WORD_LISTS if key != "exclusions"):
            self.add_error(
                "terms", "Write at least one word, misspelling, hashtag or place; without one nothing is found."
            )
        for key, words in lists.items():
            if len(words) > MOST_WORDS:
                self.add_error(key, f"That is {len(words):,} entries; {MOST_WORDS:,} fit in one list.")
            for word in words:
                if len(word) > 120:
                    self.add_error(key, f"“{word[:40]}…” is longer than 120 characters. Put one entry on each line.")
                    break
        return cleaned

    def words(self) -> dict[str, list[str]]:
        """The lists as entries."""
        return {key: entries(self.cleaned_data.get(key, "")) for key in WORD_LISTS}


def entries(lines: str) -> list[str]:
    """The entries of a text with one a line; empty lines and repeats are dropped."""
    return list(dict.fromkeys(line.strip() for line in lines.splitlines() if line.strip()))


class ImportForm(forms.Form):
    """A file of posts, what they are about, and where they come from."""

    file = forms.FileField(label="File", help_text="NDJSON (one JSON object a line) or CSV, in UTF-8.")
    brand = forms.ChoiceField(label="Every post in this file is about", required=False)
    brand_name = forms.CharField(
        label="Name of the new brand", max_length=120, required=False, help_text="Only if you chose a new brand above."
    )
    network = forms.CharField(
        label="Network", max_length=40, required=False, help_text="Where the posts come from, such as x or phone."
    )
    zone = forms.ChoiceField(label="Time zone", required=False, help_text="For dates in the file that name none.")
    date_order = forms.ChoiceField(
        label="Dates like 02/03/2026", required=False,
        choices=[("auto", "Find out"), ("day", "Day first"), ("month", "Month first")],
    )  # fmt: skip
    columns = forms.CharField(
        label="Columns", required=False, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="Only if they are not found by themselves. One a line: text = Customer comment",
    )  # fmt: skip

    def __init__(self, workspace: Workspace, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace = workspace
        choices = [*brand_choices(workspace), (NEW_BRAND, "A new brand…")]
        self.fields["brand"].choices = choices  # type: ignore[attr-defined]
        self.fields["zone"].choices = [(zone, zone) for zone in sorted(available_timezones())]  # type: ignore[attr-defined]
        self.fields["zone"].initial = workspace.zone
        self.fields["network"].widget.attrs["placeholder"] = "file"

    def clean(self) -> dict[str, Any]:
        """A new brand needs a name."""
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("brand") == NEW_BRAND and not cleaned.get("brand_name"):
            self.add_error("brand_name", "Give the new brand a name, or choose one that is there.")
        return cleaned
