"""How well departments are learnt from a handful of examples each, on posts with known ones.

The reasons of airline complaints stand for departments of which the shipped models learnt something when they were
made, so they show what is kept; the 77 topics of bank customers were in nothing that the models learnt from, so they
show what a workspace can expect of its own departments.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
import pytest

from emberwatch.triage.fast import shipped
from emberwatch.triage.layer import About, Layer, Lesson
from emberwatch.triage.reading import PostText, make_reading

LEFT = 20
"""Posts that a label must have beyond its examples, to be tested on."""


def labelled(name: str, field: str, examples: int) -> dict[str, list[str]]:
    """The texts of each label, shuffled the same way every time."""
    folder = os.environ.get("EMBERWATCH_DATA")
    path = Path(folder or ".") / f"{name}.jsonl"
    if not folder or not path.is_file():
        pytest.skip(f"{name}.jsonl is not here. To measure departments, set EMBERWATCH_DATA to the folder it is in.")
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row[field] and row[field] != "Can't Tell":
            found.setdefault(row[field], set()).add(row["text"])
    kept = {label: sorted(texts) for label, texts in sorted(found.items()) if len(texts) >= examples + LEFT}
    for texts in kept.values():
        random.Random(1).shuffle(texts)
    return kept


@pytest.mark.parametrize(
    ("name", "field", "examples", "least"),
    [
        ("airline", "reason", 5, 0.6),
        ("airline", "reason", 20, 0.7),
        ("banking77_train", "label", 5, 0.5),
        ("banking77_train", "label", 20, 0.65),
    ],
)
def test_a_handful_of_examples_teaches_departments(
    name: str, field: str, examples: int, least: float, record_property
) -> None:
    texts = labelled(name, field, examples)
    told = [(label, text) for label, own in texts.items() for text in own[:examples]]
    lessons = [
        Lesson(id=n, text=text, language="en", about=About.DEPARTMENT, label=label)
        for n, (label, text) in enumerate(told)
    ]
    asked = [(label, text) for label, own in texts.items() for text in own[examples : examples + 100]]
    reader = shipped()
    readings = [make_reading(PostText(text=text)) for _, text in asked]
    scores = reader.read(readings, ["en"] * len(asked))
    taught = Layer(lessons).moved(scores, reader, readings).taught
    assert taught is not None
    assert taught.departments is not None
    chosen = taught.departments.values.argmax(axis=1).tolist()
    right = [taught.departments.labels[place] == label for place, (label, _) in zip(chosen, asked, strict=True)]
    accuracy = float(np.mean(right))
    record_property("accuracy", round(accuracy, 3))
    assert accuracy >= least, f"{accuracy:.3f} among {len(texts)} labels"
