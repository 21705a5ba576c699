"""Forms for what a workspace teaches: topics, examples, costs, its own words."""

from __future__ import annotations

from typing import Any

from django import forms

from emberwatch.listening.actions.teaching import LEAST_COST, LEXICON, MOST_COST, MOST_EXAMPLE
from emberwatch.listening.forms import MOST_WORDS, entries
from emberwatch.listening.models import TopicKind, Understanding
from emberwatch.triage.scores import QUESTIONS

COST_WORDS = {
    "complaint": "Complaint", "question": "Question", "praise": "Praise", "suggestion": "Suggestion", "spam": "Spam",
    "sarcasm": "Sarcasm", "offensive": "Offensive words", "hate": "Hatred", "anger": "Anger",
    "disappointment": "Disappointment", "anxiety": "Anxiety", "sadness": "Sadness", "joy": "Joy",
    "optimism": "Optimism", "gratitude": "Gratitude",
}  # fmt: skip


class TopicForm(forms.Form):
    """A new department or product."""

    kind = forms.ChoiceField(label="Kind", choices=TopicKind.choices)
    name = forms.CharField(label="Name", max_length=80, help_text="As your colleagues say it, such as Billing.")


class NameForm(forms.Form):
    """Another name for a department or product."""

    name = forms.CharField(label="Name", max_length=80)


class ExampleForm(forms.Form):
    """What a department or product hears, in a customer's words."""

    text = forms.CharField(
        label="An example, in a customer's words", max_length=MOST_EXAMPLE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One post. Three or more, as different as they come, teach best.",
    )  # fmt: skip


class CostsForm(forms.Form):
    """For each label, how many false alarms a miss is worth."""

    def __init__(self, costs: dict[str, float], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for label in QUESTIONS:
            self.fields[label] = forms.FloatField(
                label=COST_WORDS[label], min_value=LEAST_COST, max_value=MOST_COST, initial=costs.get(label, 1),
                required=False, widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )  # fmt: skip

    def costs(self) -> dict[str, float]:
        """The costs as they are stored; an empty field is one."""
        return {label: value for label in QUESTIONS if (value := self.cleaned_data.get(label)) is not None}


class WordsForm(forms.Form):
    """The workspace's own words, one entry on each line."""

    order_numbers = forms.CharField(
        label="Shapes of your order numbers", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="# stands for a digit, ? for a letter, all else for itself: LF-######. They are kept out of public"
        " answers as personal data.",
    )  # fmt: skip
    competitors = forms.CharField(
        label="Competitors", required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Names that customers hold beside yours.",
    )  # fmt: skip
    places = forms.CharField(
        label="Places", required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Towns, shops, stations or sites that customers name.",
    )  # fmt: skip

    def __init__(self, row: Understanding | None, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if row is not None:
            self.initial = {key: "\n".join(getattr(row, key)) for key in LEXICON}

    def clean(self) -> dict[str, Any]:
        """No list or entry beyond reason; a shape has to have something that varies."""
        cleaned: dict[str, Any] = self.cleaned_data
        for key in LEXICON:
            words = entries(cleaned.get(key, ""))
            if len(words) > MOST_WORDS:
                self.add_error(key, f"That is {len(words):,} entries; {MOST_WORDS:,} fit in one list.")
            long = next((word for word in words if len(word) > 120), None)
            if long:
                self.add_error(key, f"“{long[:40]}…” is longer than 120 characters. Put one entry on each line.")
        for shape in entries(cleaned.get("order_numbers", "")):
            if shape.count("#") + shape.count("?") < 3:
                self.add_error(
                    "order_numbers",
                    f"“{shape[:40]}” would be found in ordinary words: write # for each digit and ? for each letter,"
                    " at least three of them.",
                )
                break
        return cleaned

    def words(self) -> dict[str, list[str]]:
        """The lists as entries."""
        return {key: entries(self.cleaned_data.get(key, "")) for key in LEXICON}
