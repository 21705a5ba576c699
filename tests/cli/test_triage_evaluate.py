"""`emberwatch triage evaluate`: a company's own labels against ours, from any file it is likely to have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emberwatch.vocabulary.verdicts import Tier
from tests.cli.conftest import Typed
from tests.triage.readers import Stub

ROWS: list[dict[str, Any]] = [
    {"text": "Oh great, another delay", "sarcasm": 1, "anger": "no", "sentiment": "negative"},
    {"text": "Thanks for nothing", "sarcasm": "yes", "anger": True, "sentiment": "Neutral"},
    {"text": "Lovely crib", "sarcasm": 0, "anger": None, "sentiment": "neutral"},
    {"text": "Where is my parcel", "sarcasm": False, "sentiment": "neutral"},
]


@pytest.fixture(autouse=True)
def _set_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read quickly all is sarcasm, read closely nothing is."""
    monkeypatch.setattr("emberwatch.triage.pipeline.shipped_fast", lambda: Stub({"sarcasm": 0.8, "anger": 0.9}))
    monkeypatch.setattr("emberwatch.triage.pipeline.shipped_deep", lambda: Stub({"sarcasm": 0.1}, tier=Tier.DEEP))


def _write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_both_ways_of_reading_stand_side_by_side(emberwatch: Typed, tmp_path: Path) -> None:
    done = emberwatch("triage", "evaluate", _write(tmp_path / "mine.ndjson", ROWS), "--json")
    assert done.code == 0
    assert list(done.json["labels"]) == ["sentiment", "sarcasm", "anger"]
    sarcasm = done.json["labels"]["sarcasm"]["tiers"]
    assert list(sarcasm) == ["fast", "deep"]
    fast, deep = sarcasm["fast"], sarcasm["deep"]
    assert (fast["rows"], fast["accuracy"], fast["macro_recall"]) == (4, 0.5, 0.5)
    assert fast["macro_f1"] == pytest.approx(1 / 3)
    assert fast["classes"]["yes"] == {"rows": 2, "said": 4, "precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3)}
    assert fast["confusion"] == {"classes": ["no", "yes"], "counts": [[0, 2], [0, 2]]}
    assert fast["calibration_error"] == pytest.approx(0.3)
    assert deep["calibration_error"] == pytest.approx(0.4)
    assert [(one["line"], one["is"], one["said"], one["sure"]) for one in fast["mistakes"]] == [
        (3, "no", "yes", 0.8), (4, "no", "yes", 0.8),
    ]  # fmt: skip
    assert deep["mistakes"][0]["text"] == "Oh great, another delay"


def test_an_empty_cell_is_unknown_and_counts_neither_way(emberwatch: Typed, tmp_path: Path) -> None:
    done = emberwatch("triage", "evaluate", _write(tmp_path / "mine.ndjson", ROWS), "--json", "--tier", "fast")
    assert {label: one["tiers"]["fast"]["rows"] for label, one in done.json["labels"].items()} == {
        "sentiment": 4, "sarcasm": 4, "anger": 2,
    }  # fmt: skip


def test_a_spreadsheet_is_read_as_well(emberwatch: Typed, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "Id;Text;Sarcasm;Emotions;Severity;Language\n"
        '1;"Oh; great";1.0;anger, sadness;2;en-GB\n2;Lovely crib;0;none;0;en\n3;Fine;;;;\n'
    )
    done = emberwatch("triage", "evaluate", str(file), "--tier", "fast", "--json")
    rows = {label: one["tiers"]["fast"]["rows"] for label, one in done.json["labels"].items()}
    assert rows.pop("sarcasm") == rows.pop("severity") == rows.pop("language") == 2
    assert set(rows) == {"anger", "disappointment", "anxiety", "sadness", "joy", "optimism", "gratitude"}
    assert done.json["labels"]["anger"]["tiers"]["fast"]["confusion"]["counts"] == [[0, 1], [0, 1]]
    assert done.json["passed_over"] == ["id"]
    assert "Columns that are no label: id" in done.err


def test_labels_that_nobody_knows_are_named_and_skipped(emberwatch: Typed, tmp_path: Path) -> None:
    rows = [
        *ROWS,
        {"text": "Hm", "sarcasm": "perhaps", "sentiment": "mixed"},
        {"text": "Ho", "emotion": "envy"},
        {"t": 1},
    ]
    done = emberwatch("triage", "evaluate", _write(tmp_path / "mine.ndjson", rows), "--json")
    assert done.code == 3
    assert done.json["unknown"] == {"sarcasm": {"perhaps": 1}, "sentiment": {"mixed": 1}, "emotion": {"envy": 1}}
    assert done.json["labels"]["sarcasm"]["skipped"] == 1
    assert done.json["labels"]["sarcasm"]["tiers"]["fast"]["rows"] == 4
    assert "sentiment: skipped 1 labels that are not known: mixed (1). Known: negative, neutral, positive." in done.err
    assert "the first is line 7" in done.err


def test_people_read_tables_and_the_surest_mistakes(emberwatch: Typed, tmp_path: Path) -> None:
    done = emberwatch("triage", "evaluate", _write(tmp_path / "mine.ndjson", ROWS))
    assert done.code == 0
    lines = [line.strip() for line in done.out.splitlines()]
    assert "sarcasm: 4 posts" in lines
    assert any("fast: precision" in line and "deep: precision" in line for line in lines)
    assert "line 3: said yes (0.80), is no: Lovely crib" in lines
    (error,) = [line.split() for line in lines[lines.index("sarcasm: 4 posts") :] if line.startswith("calibration")][:1]
    assert error == ["calibration", "error", "30.0", "40.0"]


@pytest.mark.parametrize(("name", "content", "why"), [
    ("missing.csv", None, "no such file"),
    ("empty.csv", "", "holds no posts"),
    ("words.csv", "colour,size\nred,2\n", "A column named text is needed; it has: colour, size."),
    ("plain.csv", "text,size\nred,2\n", "no label that is known"),
    ("list.json", '[{"text": "x"}]', "neither NDJSON"),
])  # fmt: skip
def test_a_file_without_labels_is_told_in_words(
    name: str, content: str | None, why: str, emberwatch: Typed, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    done = emberwatch("triage", "evaluate", str(tmp_path / name))
    assert (done.code, done.out) == (1, "")
    assert why in done.err
