"""Labels measured against people's: both ways of reading side by side, with where they are surely wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.table import Table

from emberwatch.cli.telling import cell, console, document, progress, words
from emberwatch.cli.triage_label import BATCH
from emberwatch.cli.triage_labelled import Labelled, Sheet, read_sheet
from emberwatch.cli.trouble import SET_ASIDE, say
from emberwatch.triage.answers import Question, known_departments, questions
from emberwatch.triage.interface import Failed
from emberwatch.triage.judging import Judgement, Pair, judge
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.tiers import Effort

Judged = dict[str, dict[str, Judgement]]
"""Label, then tier."""

_MOST_CLASSES = 12
"""Beyond so many classes a confusion table fits no screen; `--json` has it whole."""
_MOST_UNKNOWN = 5
_SHOWN = 100


def evaluate(file: Path, triage: Triage, tiers: Sequence[Effort], *, as_json: bool) -> int:
    """Measure and tell; 3 when labels or lines were skipped, else 0. Raises Stop for a file without labelled posts."""
    asked = questions(known_departments(triage.setting.layer))
    sheet = read_sheet(file, asked)
    judged: Judged = {}
    failed = 0
    with progress(f"Measuring {file.name}", quiet=as_json) as step:
        for number, tier in enumerate(tiers):
            done = number * len(sheet.posts)
            pairs: dict[str, list[Pair]] = {}
            for start in range(0, len(sheet.posts), BATCH):
                failed += _answer(sheet.posts, start, triage, tier, asked, pairs)
                step(done + start, len(tiers) * len(sheet.posts), f"{tier.value}: {start:,} of {len(sheet.posts):,}")
            for label, some in pairs.items():
                judged.setdefault(label, {})[tier.value] = judge(some, asked[label].known)
    judged = {label: judged[label] for label in asked if label in judged}
    if as_json:
        document(_document(file, sheet, judged, failed))
    else:
        _show(sheet, judged, asked)
    _tell_skipped(sheet, failed, asked)
    return SET_ASIDE if sheet.unknown or sheet.refused or failed else 0


def _answer(
    posts: Sequence[Labelled],
    start: int,
    triage: Triage,
    tier: Effort,
    asked: Mapping[str, Question],
    pairs: dict[str, list[Pair]],
) -> int:
    """Add the answers to one batch; how many posts could not be labelled."""
    failed = 0
    some = posts[start : start + BATCH]
    verdicts = triage.label_many([one.post for one in some], tier)
    for place, (one, verdict) in enumerate(zip(some, verdicts, strict=True), start):
        if isinstance(verdict, Failed):
            failed += 1
            continue
        for label, truth in one.labels.items():
            answer = asked[label].answer(verdict, triage.setting.thresholds)
            pairs.setdefault(label, []).append(Pair(place, truth, answer))
    return failed


def _document(file: Path, sheet: Sheet, judged: Judged, failed: int) -> dict[str, Any]:
    labels = {
        label: {
            "skipped": sum(sheet.unknown.get(label, {}).values()),
            "tiers": {tier: _figures(sheet, found) for tier, found in tiers.items()},
        }
        for label, tiers in judged.items()
    }
    return {
        "file": str(file), "posts": len(sheet.posts), "refused": len(sheet.refused), "failed": failed,
        "labels": labels, "unknown": sheet.unknown, "passed_over": sheet.passed_over,
    }  # fmt: skip


def _figures(sheet: Sheet, found: Judgement) -> dict[str, Any]:
    mistakes = [
        {
            "line": sheet.posts[pair.row].line, "text": sheet.posts[pair.row].post.text, "is": pair.truth,
            "said": pair.answer.said, "sure": pair.answer.sure,
        }
        for pair in found.mistakes
    ]  # fmt: skip
    return {
        "rows": found.rows, "accuracy": found.accuracy, "macro_f1": found.macro_f1,
        "macro_recall": found.macro_recall, "calibration_error": found.calibration_error, "classes": found.classes,
        "confusion": {"classes": list(found.classes), "counts": found.counts}, "mistakes": mistakes,
    }  # fmt: skip


def _show(sheet: Sheet, judged: Judged, asked: Mapping[str, Question]) -> None:
    words(f"{len(sheet.posts):,} posts. Figures are per cent; calibration error: 0 is honest, 5 and more is not.")
    for label, tiers in judged.items():
        words(f"\n{label}: {next(iter(tiers.values())).rows:,} posts")
        console().print(_scores(tiers))
        for tier, found in tiers.items():
            if len(found.classes) <= _MOST_CLASSES:
                words(f"{tier}: what is (down) was called (across)")
                console().print(_confusion(found))
            _tell_mistakes(sheet, tier, found)


def _scores(tiers: Mapping[str, Judgement]) -> Table:
    """Each class, then the means, one group of columns a tier."""
    shown = _table(["", "Posts"])
    for tier in tiers:
        for heading in (f"{tier}: precision", "recall", "F1"):
            shown.add_column(heading, justify="right")

    def add(heading: str, posts: str, figures: Callable[[Judgement], Sequence[str]]) -> None:
        shown.add_row(_safe(heading), posts, *(figure for found in tiers.values() for figure in figures(found)))

    for name in dict.fromkeys(name for found in tiers.values() for name in found.classes):
        rows = max(found.classes[name].rows for found in tiers.values() if name in found.classes)
        add(name, f"{rows:,}", partial(_of_class, name=name))
    add("macro", "", lambda found: ("", _percent(found.macro_recall), _percent(found.macro_f1)))
    add("accuracy", "", lambda found: ("", "", _percent(found.accuracy)))
    add("calibration error", "", lambda found: ("", "", _percent(found.calibration_error)))
    return shown


def _of_class(found: Judgement, name: str) -> Sequence[str]:
    """Precision, recall and F1 of a class, unknown to a tier that neither met nor said it."""
    one = found.classes.get(name)
    return [_percent(value) for value in ((one.precision, one.recall, one.f1) if one else (None, None, None))]


def _confusion(found: Judgement) -> Table:
    """The classes down and, by their numbers, across, since names would be too wide."""
    shown = _table(["", *map(str, range(1, len(found.classes) + 1))])
    for number, (name, counts) in enumerate(zip(found.classes, found.counts, strict=True), 1):
        shown.add_row(f"{number} {_safe(name)}", *(f"{count:,}" for count in counts))
    return shown


def _tell_mistakes(sheet: Sheet, tier: str, found: Judgement) -> None:
    if found.mistakes:
        words(f"{tier}: surest mistakes")
    for pair in found.mistakes:
        sure = "" if pair.answer.sure is None else f" ({pair.answer.sure:.2f})"
        one = sheet.posts[pair.row]
        text = cell(one.post.text)
        text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        words(f"  line {one.line}: said {cell(pair.answer.said)}{sure}, is {cell(pair.truth)}: {text}")


def _tell_skipped(sheet: Sheet, failed: int, asked: Mapping[str, Question]) -> None:
    for label, written in sheet.unknown.items():
        named = ", ".join(f"{cell(word)} ({count:,})" for word, count in written.most_common(_MOST_UNKNOWN))
        more = f" and {len(written) - _MOST_UNKNOWN} more" if len(written) > _MOST_UNKNOWN else ""
        known = asked[label].known if label in asked else ()
        way_out = f" Known: {', '.join(known)}." if known else ""
        say(f"{label}: skipped {sum(written.values()):,} labels that are not known: {named}{more}.{way_out}")
    if sheet.refused:
        line, why = sheet.refused[0]
        say(f"{len(sheet.refused):,} lines have no post and were passed over; the first is line {line}: {why}.")
    if failed:
        say(f"{failed:,} posts could not be labelled and are not in the figures.")
    if sheet.passed_over:
        say(f"Columns that are no label: {', '.join(map(cell, sheet.passed_over))}. Labels are: {', '.join(asked)}.")


def _table(headings: Sequence[str]) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        shown.add_column(heading, justify="right" if heading else "left")
    return shown


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f}"


def _safe(text: str) -> str:
    return cell(text).replace("[", r"\[")
