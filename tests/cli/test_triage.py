"""`emberwatch triage label` and `explain`: a verdict a line, in order and at once, and every label with its reasons."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.cli import triage_explain
from emberwatch.cli.triage_lines import LONGEST, arriving
from emberwatch.listening.models import Brand
from emberwatch.triage.interface import Batch, Setting
from emberwatch.triage.layer import Layer
from emberwatch.triage.layer_votes import About, Lesson
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.reading import Reading
from emberwatch.triage.registry import stages
from emberwatch.triage.tiers import Effort
from emberwatch.vocabulary.verdicts import Reason, Tier
from emberwatch.workspaces.models import Workspace
from tests.cli.conftest import Typed
from tests.servers.desk import EMBERWATCH
from tests.triage.readers import Stub

KEYS = [
    "intent", "complaint", "sarcasm", "offensive", "hate", "spam", "sentiment", "emotions", "severity", "department",
    "language", "personal_data", "tier", "abuse", "vulnerable", "threats", "products", "places", "competitors",
]  # fmt: skip
EMOTIONS = {"anger", "disappointment", "anxiety", "sadness", "joy", "optimism", "gratitude"}


class Pointing(Stub):
    """Says that the first word of a post carried everything."""

    def words(
        self, reading: Reading, language: str | None, heads: Sequence[int], most: int
    ) -> list[tuple[Reason, ...]]:
        end = len(reading.post.text.partition(" ")[0])
        return [(Reason(0, end, 1.0),) for _ in heads]


class Breaks:
    """A stage that cannot read posts that say boom."""

    name: ClassVar[str] = "breaks"
    order: ClassVar[int] = 99

    def __init__(self, setting: Setting) -> None:
        """Nothing of the workspace matters."""

    def read(self, batch: Batch) -> None:
        if any("boom" in reading.text for reading in batch.readings):
            raise RuntimeError("it broke")


Readers = Callable[..., None]


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Readers:
    """Puts readers with set answers in the place of the shipped ones."""

    def put(fast: Mapping[str, float], deep: Mapping[str, float] | None = None) -> None:
        monkeypatch.setattr("emberwatch.triage.pipeline.shipped_fast", lambda: Pointing(fast))
        monkeypatch.setattr(
            "emberwatch.triage.pipeline.shipped_deep", lambda: Pointing(fast if deep is None else deep, tier=Tier.DEEP)
        )

    return put


def _ndjson(*rows: Any) -> str:
    return "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)


def test_each_post_gets_one_line_with_every_label(emberwatch: Typed, readers: Readers) -> None:
    readers({"complaint": 0.9, "negative": 0.8, "neutral": 0.2, "anger": 0.7, "sarcasm": 0.6})
    done = emberwatch("triage", "label", "-", typed=_ndjson({"text": "Call me on +44 20 7946 0958 about my parcel"}))
    (line,) = done.lines
    assert (done.code, done.err) == (0, "")
    assert list(line) == KEYS
    assert set(line["emotions"]) == EMOTIONS
    assert set(line["intent"]) == {"complaint", "question", "praise", "suggestion", "spam", "other"}
    assert line["sentiment"] == {"negative": 0.8, "neutral": 0.2, "positive": 0.0}
    assert (line["complaint"], line["sarcasm"], line["emotions"]["anger"]) == (0.9, 0.6, 0.7)
    assert line["complaint"] == line["intent"]["complaint"]
    assert (line["severity"], line["language"], line["tier"]) == (1, "en", "deep")
    assert line["personal_data"] == [{"kind": "phone", "start": 11, "end": 27}]


def test_bad_lines_get_an_error_in_their_place_and_the_rest_goes_on(emberwatch: Typed, readers: Readers) -> None:
    readers({})
    broken = ['{"text": "cut off\n', "[1, 2]\n", "\n", '{"tekst": "x"}\n', '{"text": 5}\n', '{"text": null}\n']
    typed = _ndjson({"text": "first"}, *broken, {"text": ""}, {"text": "last", "title": "T", "extra": {"a": 1}})
    done = emberwatch("triage", "label", "-", typed=typed)
    assert done.code == 1
    assert ["error" in line for line in done.lines] == [False, *[True] * 6, False, False]
    assert [line["line"] for line in done.lines if "error" in line] == [2, 3, 4, 5, 6, 7]
    assert "6 of 9 lines" in done.err


def test_a_post_that_fails_costs_no_other_its_verdict(
    emberwatch: Typed, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers({})
    monkeypatch.setattr("emberwatch.triage.pipeline.stages", lambda: (*stages(), Breaks))
    done = emberwatch("triage", "label", "-", typed=_ndjson({"text": "fine"}, {"text": "boom"}, {"text": "fine"}))
    assert done.code == 1
    assert [line.get("error") for line in done.lines] == [
        None, "cannot be labelled: breaks: RuntimeError: it broke", None,
    ]  # fmt: skip


def test_what_others_cut_in_half_is_read_all_the_same(emberwatch: Typed, readers: Readers) -> None:
    readers({})
    half = '{"text": "half \\ud83d mail mara@larkfield.example", "title": "\\ud83d"}\n'
    done = emberwatch("triage", "label", "-", typed=_ndjson("\ufeff", {"text": "after a byte order mark"}, half))
    assert done.code == 0
    assert done.lines[1]["personal_data"] == [{"kind": "email", "start": 12, "end": 34}]


def test_the_hint_counts_where_the_words_do_not_tell(emberwatch: Typed, readers: Readers) -> None:
    readers({})
    done = emberwatch("triage", "label", "-", typed=_ndjson({"text": "ok", "language": "pt-BR"}, {"text": "ok"}))
    assert [line["language"] for line in done.lines] == ["pt", None]


@pytest.mark.parametrize(("tier", "read"), [
    ("fast", ["fast", "fast"]), ("deep", ["deep", "fast"]), ("auto", ["deep", "fast"]), ("", ["deep", "fast"]),
])  # fmt: skip
def test_the_tier_is_as_asked_and_a_post_without_words_is_never_read_closely(
    tier: str, read: list[str], emberwatch: Typed, readers: Readers
) -> None:
    readers({"complaint": 0.5})
    options = ["--tier", tier] if tier else []
    done = emberwatch("triage", "label", "-", *options, typed=_ndjson({"text": "my parcel"}, {"text": "\U0001f600"}))
    assert [line["tier"] for line in done.lines] == read


def test_many_lines_keep_their_order(emberwatch: Typed, readers: Readers, tmp_path: Path) -> None:
    readers({})
    file = tmp_path / "posts.ndjson"
    file.write_text("\n".join(json.dumps({"text": "x" * (number % 7) + " a@b.example"}) for number in range(1000)))
    done = emberwatch("triage", "label", str(file), "--tier", "fast")
    assert [line["personal_data"][0]["start"] for line in done.lines] == [n % 7 + 1 for n in range(1000)]


def test_a_table_for_people_plays_no_tricks_on_their_terminal(emberwatch: Typed, readers: Readers) -> None:
    readers({"complaint": 0.9, "negative": 1.0})
    typed = _ndjson({"text": "My [bold]crib[/bold] \x1b[31m broke"}, "oops\n")
    done = emberwatch("triage", "label", "-", "--format", "table", "--tier", "fast", typed=typed)
    heading, first, second = done.out.splitlines()
    assert heading.split()[:3] == ["Line", "Intent", "Sure"]
    assert ("complaint" in first, "[bold]crib[/bold]" in first, "\x1b" in first) == (True, True, False)
    assert ("error" in second, "not JSON" in second) == (True, True)


@pytest.mark.parametrize(("content", "why"), [
    (None, "no such file"), (b"\xff\xfe{", "UTF-16"), (b"\x1f\x8b\x08", "compressed"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_in_words(
    content: bytes | None, why: str, emberwatch: Typed, readers: Readers, tmp_path: Path
) -> None:
    readers({})
    if content is not None:
        (tmp_path / "posts").write_bytes(content)
    done = emberwatch("triage", "label", str(tmp_path / "posts"))
    assert (done.code, done.out) == (1, "")
    assert why in done.err


@pytest.mark.parametrize("words", [
    ["label", "-", "--tier", "slow"], ["label", "-", "--format", "xml"], ["evaluate", "x.csv", "--tier", "slow"],
], ids=" ".join)  # fmt: skip
def test_wrong_use_is_told_apart(words: list[str], emberwatch: Typed) -> None:
    done = emberwatch("triage", *words)
    assert (done.code, done.out) == (2, "")


def test_explaining_tells_labels_words_severity_and_who_read(emberwatch: Typed, readers: Readers) -> None:
    readers({}, {"complaint": 0.9, "negative": 0.8, "neutral": 0.2, "anger": 0.7})
    done = emberwatch("triage", "explain", "Dreadful [sic] crib, mail mara@larkfield.example", "--tier", "deep")
    assert done.code == 0
    assert done.out.startswith("[Dreadful] [sic] crib")
    said = {line.split()[0]: line for line in done.out.splitlines() if line.strip()}
    assert ("complaint *" in said["Intent"], "0.90" in said["Intent"], "Dreadful" in said["Intent"]) == (True,) * 3
    assert "0.70" in said["Emotion"]
    assert "1: inconvenience" in said["Severity"]
    assert "email (mara@larkfield.example)" in said["Personal"]
    assert "deep, by stub-deep" in said["Read"]


def test_explaining_in_json_gives_the_words_with_their_places(emberwatch: Typed, readers: Readers) -> None:
    readers({"complaint": 0.9, "negative": 1.0})
    done = emberwatch("triage", "explain", "-", "--tier", "fast", "--json", typed="Dreadful crib\n")
    assert list(done.json)[: len(KEYS)] == KEYS
    assert (done.json["severity_means"], done.json["model"], done.json["lessons"]) == ("inconvenience", "stub-fast", [])
    words = [{"start": 0, "end": 8, "weight": 1.0, "text": "Dreadful"}]
    assert done.json["reasons"]["complaint"] == {"by": "model", "words": words}


def test_explaining_names_the_lessons_that_moved_it(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson(id=7, text="Dreadful crib from the shop", about=About.SARCASM, label="yes")
    triage = Triage(Setting(layer=Layer([lesson])), fast=Stub())
    triage_explain.explain("Dreadful crib from the shop", triage, Effort.FAST, as_json=False)
    assert "sarcasm is yes: +" in capsys.readouterr().out
    triage_explain.explain("Dreadful crib from the shop", triage, Effort.FAST, as_json=True)
    (found,) = json.loads(capsys.readouterr().out)["lessons"]
    assert found["lesson"]["id"] == 7
    assert found["moved_by"] > 0.5


def test_a_workspace_brings_its_brands(emberwatch: Typed, workspace: Workspace, brand: Brand) -> None:
    about = [
        emberwatch("triage", "explain", "My larkfield crib broke", "--tier", "fast", "--json", *option).json["about_us"]
        for option in ([], ["--workspace", workspace.slug])
    ]
    assert about == [False, True]


class Trickle(io.RawIOBase):
    """Gives its bytes in set pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter([piece for piece in pieces if piece])

    def read1(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


@given(pieces=st.lists(st.lists(st.sampled_from([b"a", b"bc", b"\n"]), max_size=6).map(b"".join), max_size=12))
def test_lines_are_the_same_however_they_arrive(pieces: list[bytes]) -> None:
    groups = list(arriving(Trickle(pieces), 3))  # type: ignore[arg-type]
    whole = b"".join(pieces)
    assert [line for group in groups for line in group] == io.BytesIO(whole).read().removesuffix(b"\n").split(b"\n")[
        : None if whole else 0
    ]
    assert all(1 <= len(group) <= 3 for group in groups)


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    pieces = [b"x" * 500_000] * 20 + [b"\nnext\n"]
    (lines,) = arriving(Trickle(pieces), 256)  # type: ignore[arg-type]
    assert LONGEST < len(lines[0]) <= LONGEST + 500_000
    assert lines[1] == b"next"


def _start(home: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "EMBERWATCH_HOME": str(home), "EMBERWATCH_DATABASE_URL": "postgres://127.0.0.1:9/no"}
    return subprocess.Popen(
        [str(EMBERWATCH), "triage", "label", *words], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip


def test_a_slow_writer_gets_each_answer_before_asking_again_and_no_database_is_needed(tmp_path: Path) -> None:
    home = tmp_path / "never-made"
    with _start(home, "-", "--tier", "fast") as running:
        assert running.stdin and running.stdout and running.stderr
        for text in ("Where is my parcel?", "It came broken."):
            running.stdin.write(json.dumps({"text": text}).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["language"] == "en"
        running.stdin.close()
        assert (running.wait(60), running.stdout.read(), running.stderr.read()) == (0, b"", b"")
    assert not home.exists()


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """More than any pipe holds."""
    file = tmp_path / "long.ndjson"
    file.write_text((json.dumps({"text": "Where is my parcel?"}) + "\n") * 20_000)
    return file


def test_a_reader_that_leaves_ends_it_quietly(long_file: Path, tmp_path: Path) -> None:
    with _start(tmp_path, str(long_file), "--tier", "fast") as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert (running.wait(60), running.stderr.read()) == (0, b"")


def test_ctrl_c_ends_it_quietly(long_file: Path, tmp_path: Path) -> None:
    with _start(tmp_path, str(long_file), "--tier", "fast") as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        running.stdout.read()
        assert (running.wait(60), running.stderr.read()) == (130, b"")
