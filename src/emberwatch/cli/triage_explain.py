"""One post explained: every label with its probability, the words that carried it, the rules and lessons that spoke."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from emberwatch.cli.telling import cell, console, document, words
from emberwatch.cli.triage_label import STANDARD_INPUT
from emberwatch.cli.triage_words import understood
from emberwatch.cli.trouble import Stop
from emberwatch.triage.interface import Failed, PostText
from emberwatch.triage.layer import Influence
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.scores import spoken_for
from emberwatch.triage.settings import Thresholds
from emberwatch.triage.tiers import Effort
from emberwatch.vocabulary.verdicts import Reason, Verdict

_BAR = 10
_SHOWN = 2_000
"""Characters of the post that are shown; the models read no more."""
_MARKED = "bold black on yellow"

Reasons = Mapping[str, Sequence[Reason]]


def explain(text: str, triage: Triage, effort: Effort, *, as_json: bool) -> None:
    """Tell what is understood of one post and why. Raises Stop where it cannot be labelled."""
    if text == STANDARD_INPUT:
        text = sys.stdin.buffer.read().decode("utf-8", "replace").rstrip("\n")
    post = PostText(text=text)
    verdict = triage.label(post, effort)
    if isinstance(verdict, Failed):
        raise Stop(f"The post cannot be labelled: {verdict.stage}: {verdict.reason}.")
    reasons = triage.explain(post, verdict)
    lessons = triage.lessons_of(post, verdict)
    if as_json:
        document(_document(text, verdict, reasons, lessons))
    else:
        _show(text, verdict, reasons, lessons, triage.setting.thresholds)


def _document(text: str, verdict: Verdict, reasons: Reasons, lessons: Sequence[Influence]) -> dict[str, Any]:
    told = {
        label: {
            "by": "rule" if label in verdict.reasons else "model",
            "words": [{**msgspec.structs.asdict(one), "text": text[one.start : one.end]} for one in some],
        }
        for label, some in reasons.items()
    }
    return {
        **msgspec.structs.asdict(understood(verdict)), "severity_means": verdict.severity.label,
        "about_us": verdict.about_us, "model": verdict.model, "reasons": told, "lessons": lessons,
    }  # fmt: skip


def _show(text: str, verdict: Verdict, reasons: Reasons, lessons: Sequence[Influence], thresholds: Thresholds) -> None:
    screen = console()
    screen.print(_marked(text, [one for some in reasons.values() for one in some], screen), soft_wrap=True)
    words("")
    screen.print(_labels(text, verdict, reasons, thresholds))
    words("")
    screen.print(_facts(text, verdict, reasons, lessons))


def _marked(text: str, reasons: Iterable[Reason], screen: Console) -> Text:
    """The post with the words that spoke: highlighted in a terminal, else in brackets."""
    shown = text[:_SHOWN]
    # What customers write may hold control characters, which would play tricks on a terminal.
    plain = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in shown)
    spans = _joined((one.start, min(one.end, len(plain))) for one in reasons if one.start < len(plain))
    more = f"\n... and {len(text) - _SHOWN:,} characters more" if len(text) > _SHOWN else ""
    if screen.is_terminal:
        marked = Text(plain + more)
        for start, end in spans:
            marked.stylize(_MARKED, start, end)
        return marked
    parts, place = [], 0
    for start, end in spans:
        parts += [plain[place:start], "[", plain[start:end], "]"]
        place = end
    return Text("".join([*parts, plain[place:], more]))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _labels(text: str, verdict: Verdict, reasons: Reasons, thresholds: Thresholds) -> Table:
    """Every label of a probability, by kind; those said yes to in bold and with a star."""
    yes = {*spoken_for(verdict, thresholds), verdict.intent.value, verdict.sentiment.value}
    if verdict.spam >= thresholds.of("spam"):
        yes.add("spam")
    own = {"sarcasm": verdict.sarcasm, "offensive": verdict.offensive, "hate": verdict.hate, "spam": verdict.spam}
    intents = {label: chance for label, chance in verdict.intents.items() if label not in own}
    kinds = {
        "Intent": intents, "Feeling": verdict.sentiments, "Emotion": verdict.emotions, "Manner": own,
        "Department": _likeliest(verdict.departments), "Product": _likeliest(verdict.products),
    }  # fmt: skip
    shown = Table(box=None, pad_edge=False, show_header=False)
    for column in ("kind", "label", "bar", "chance", "words"):
        shown.add_column(
            column, overflow="fold", no_wrap=column != "words", justify="right" if column == "chance" else "left"
        )
    for kind, chances in kinds.items():
        for place, (label, chance) in enumerate(chances.items()):
            said = label in yes
            bar = "\u2588" * round(chance * _BAR)
            cells = ("" if place else kind, f"{cell(label)}{' *' if said else ''}", bar, f"{chance:.2f}")
            row = [Text(part, style="bold" if said else "") for part in cells]
            shown.add_row(*row, Text(_words(text, reasons.get(label, ()), by_rule=label in verdict.reasons)))
    return shown


def _likeliest(shares: Mapping[str, float], most: int = 5) -> dict[str, float]:
    return dict(sorted(shares.items(), key=lambda share: -share[1])[:most])


def _facts(text: str, verdict: Verdict, reasons: Reasons, lessons: Sequence[Influence]) -> Table:
    """What has no probability, the rules that spoke, the lessons, and who read it."""
    shown = Table.grid(padding=(0, 2))
    shown.add_column(style="bold", no_wrap=True)
    shown.add_column(overflow="fold")
    facts = [
        ("Severity", f"{verdict.severity.value}: {verdict.severity.label}"),
        ("Language", verdict.language or "unknown"),
    ]
    named = {
        "Vulnerable": verdict.vulnerable, "Threats": verdict.threats, "Insults": verdict.abuse,
        "Places": [one.name for one in verdict.places], "Competitors": [one.name for one in verdict.competitors],
        "Personal data": [f"{one.kind} ({text[one.start : one.end]})" for one in verdict.personal_data],
    }  # fmt: skip
    facts += [(heading, ", ".join(map(str, found))) for heading, found in named.items() if found]
    spoke = [f"{label}: {_words(text, reasons[label])}" for label in verdict.reasons if label in reasons]
    facts += [("Rules" if not place else "", line) for place, line in enumerate(spoke)]
    facts += [("Lessons" if not place else "", _lesson(one)) for place, one in enumerate(lessons)]
    facts.append(("Read", f"{verdict.tier.value}, by {verdict.model}"))
    for heading, said in facts:
        shown.add_row(heading, Text(cell(said)))
    return shown


def _words(text: str, reasons: Sequence[Reason], *, by_rule: bool = False) -> str:
    said = ", ".join(dict.fromkeys(cell(text[one.start : one.end]) for one in reasons))
    return f"{said} (rule)" if said and by_rule else said


def _lesson(one: Influence, most: int = 60) -> str:
    text = one.lesson.text if len(one.lesson.text) <= most else f"{one.lesson.text[:most]}..."
    return f"{one.lesson.about.value} is {one.lesson.label}: {one.moved_by:+.2f} (likeness {one.likeness:.2f}) {text}"
