"""A command line to type at, and things to find there."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from emberwatch.cases.models import Case
from emberwatch.cli.main import obey
from emberwatch.engine.pipeline import take
from emberwatch.listening.models import Source
from tests.making import NOON, batch, said

Typed = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output; fails when there is anything else."""
        (only,) = self.lines
        return only

    @property
    def lines(self) -> list[Any]:
        """One document a line; fails when there is anything else."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def emberwatch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types a command: `emberwatch("cases", "list", "--json", typed="...")`."""
    monkeypatch.delenv("EMBERWATCH_AS", raising=False)
    monkeypatch.delenv("EMBERWATCH_WORKSPACE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def type_(*words: str, typed: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), "utf-8"))
        capsys.readouterr()
        code = obey(words)
        told = capsys.readouterr()
        return Done(code, told.out, told.err)

    return type_


@pytest.fixture
def complaint(source: Source) -> Case:
    """A case that Mara opened on the practice network: two posts, the second in the same thread."""
    take(
        source,
        batch(
            said(1, "The crib from @larkfield came with a cracked rail and nobody answers. We have a newborn."),
            said(2, "Still nobody answers. I want my money back, @larkfield.", minutes=5, parent=1),
        ),
        now=lambda: NOON,
    )
    found: Case = Case.objects.within(source.workspace).get()
    return found
