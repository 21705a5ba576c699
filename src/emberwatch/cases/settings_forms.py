"""The forms for a desk's hours and deadlines and for its priorities, to and from the stored policy."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from django import forms

from emberwatch.cases.policy import DEFAULT_TARGETS, DEFAULT_WEEK, BadPolicy, read_policy
from emberwatch.cases.priority import MOST_WEIGHT, Weights
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.models import Workspace

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPAN = re.compile(r"^\s*(\d{1,2}[:.]\d\d)\s*(?:-|–|to)\s*(\d{1,2}[:.]\d\d)\s*$")
MOST_MINUTES = 30 * 24 * 60


class HoursForm(forms.Form):
    """When the desk is open, on which days it is closed, and how soon each kind of case must hear from it."""

    zone = forms.ChoiceField(label="Time zone", choices=[(zone, zone) for zone in sorted(available_timezones())])
    always = forms.BooleanField(label="Open round the clock, every day", required=False)
    holidays = forms.CharField(
        label="Closed on", required=False, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One date a line, such as 2026-12-25.",
    )  # fmt: skip
    join_days = forms.IntegerField(
        label="Days a case stays the same case", min_value=1, max_value=365,
        help_text="A customer who writes about the same problem within this time adds to the case that is there.",
    )  # fmt: skip

    def __init__(self, workspace: Workspace, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace = workspace
        stored: dict[str, Any] = workspace.policy
        week = stored.get("week", DEFAULT_WEEK)
        for index, day in enumerate(DAYS):
            told = ", ".join(f"{opens}-{closes}" for opens, closes in week[index])
            self.fields[f"day_{index}"] = forms.CharField(label=day, required=False, max_length=120, initial=told)
        for severity in Severity:
            target = {**DEFAULT_TARGETS, **stored.get("targets", {})}[str(int(severity))]
            for key in ("first", "next"):
                self.fields[f"{key}_{int(severity)}"] = forms.IntegerField(
                    min_value=1, max_value=MOST_MINUTES, initial=target[key],
                    label=f"Minutes to the {key} answer, severity {int(severity)}",
                )  # fmt: skip
            self.fields[f"business_{int(severity)}"] = forms.BooleanField(
                required=False,
                initial=target["business_hours"],
                label=f"Only open hours count, severity {int(severity)}",
            )
        self.initial = {
            "zone": stored.get("zone") or workspace.zone, "always": stored.get("always", False),
            "holidays": "\n".join(stored.get("holidays", [])), "join_days": stored.get("join_days", 14),
        }  # fmt: skip

    @property
    def days(self) -> list[forms.BoundField]:
        """The seven fields of the week."""
        return [self[f"day_{index}"] for index in range(7)]

    @property
    def targets(self) -> list[tuple[Severity, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """One row of the table of deadlines for each severity, the worst first."""
        return [
            (severity, self[f"first_{int(severity)}"], self[f"next_{int(severity)}"], self[f"business_{int(severity)}"])
            for severity in sorted(Severity, reverse=True)
        ]

    def clean(self) -> dict[str, Any]:
        """Reads days and dates, and tries the whole as the policy it will be."""
        cleaned: dict[str, Any] = self.cleaned_data
        cleaned["week"] = [self._day(index) for index in range(7)]
        cleaned["dates"] = self._dates()
        if not cleaned.get("always") and not any(cleaned["week"]) and not self.errors:
            self.add_error(None, "These hours are never open, so no deadline could be kept. Open at least one day.")
        if not self.errors:
            try:
                read_policy(self.policy(), self.workspace.zone)
            except BadPolicy as error:
                self.add_error(None, str(error))
        return cleaned

    def policy(self) -> dict[str, Any]:
        """The policy as it is stored."""
        told = self.cleaned_data
        return {
            "zone": told["zone"], "always": told["always"], "week": told["week"], "holidays": told["dates"],
            "join_days": told["join_days"],
            "targets": {
                str(int(severity)): {
                    "first": told[f"first_{int(severity)}"], "next": told[f"next_{int(severity)}"],
                    "business_hours": told[f"business_{int(severity)}"],
                }
                for severity in Severity
            },
        }  # fmt: skip

    def _day(self, index: int) -> list[list[str]]:
        try:
            return read_day(self.cleaned_data.get(f"day_{index}", ""))
        except ValueError as error:
            self.add_error(f"day_{index}", str(error))
            return []

    def _dates(self) -> list[str]:
        found: list[str] = []
        for line in self.cleaned_data.get("holidays", "").splitlines():
            if line.strip():
                try:
                    found.append(date.fromisoformat(line.strip()).isoformat())
                except ValueError:
                    self.add_error("holidays", f"“{line.strip()[:40]}” is not a date. Write it as 2026-12-25.")
                    break
        return sorted(set(found))


def read_day(text: str) -> list[list[str]]:
    """Open spans of a day, written as 08:00-12:00, 13:00-20:00; nothing means closed. A span that ends at 00:00 ends
    at midnight. Raises ValueError, in words, for what is no time, out of order or overlapping."""
    spans: list[list[str]] = []
    last = time(0)
    for part in (part for part in text.split(",") if part.strip()):
        found = _SPAN.match(part)
        try:
            opens, closes = (time.fromisoformat(f"{told.replace('.', ':'):0>5}") for told in found.groups())  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            raise ValueError(f"“{part.strip()[:40]}” is not a span of hours. Write 08:00-20:00.") from None
        if opens < last or (spans and spans[-1][1] == "00:00"):
            raise ValueError("The spans overlap or are out of order. Write the earlier one first.")
        if closes <= opens and closes != time(0):
            raise ValueError("A span must end after it begins; write 00:00 for midnight.")
        spans.append([opens.isoformat("minutes"), closes.isoformat("minutes")])
        last = closes
    return spans


class WeightsForm(forms.Form):
    """How much each part of priority may count."""

    def __init__(self, weights: Weights, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for part in fields(Weights):
            standard = "" if getattr(weights, part.name) == part.default else f" Standard: {part.default}."
            self.fields[part.name] = forms.IntegerField(
                label=part.metadata["label"], help_text=f"{part.metadata['meaning']}{standard}",
                min_value=0, max_value=MOST_WEIGHT, initial=getattr(weights, part.name),
            )  # fmt: skip

    def weights(self) -> Weights:
        """The weights as they were filled in; of a form that is valid."""
        return Weights(**self.cleaned_data)
