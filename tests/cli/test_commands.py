"""The command line as a whole: help that teaches, wrong use told apart from failure, nothing but JSON when asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emberwatch.cli.main import COMMANDS, _gathered
from emberwatch.workspaces.actions import open_workspace
from emberwatch.workspaces.models import Person, Workspace
from tests.cli.conftest import Typed


def _every(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, one in inner.items():
        yield from _every(one, (*path, name))


EVERY = dict(_every(_gathered([])))


def test_every_command_that_is_promised_is_there() -> None:
    promised = {"run", "import", "sources", "cases", "replies", "doctor", "backup", "restore", "demo"}
    assert promised <= {path[0] for path in EVERY} == set(COMMANDS)


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_shows_an_example_of_the_command_itself(path: tuple[str, ...], emberwatch: Typed) -> None:
    done = emberwatch(*path, "--help")
    assert done.code == 0
    assert f"emberwatch {' '.join(path)}" in " ".join(EVERY[path].help.partition("Example:")[2].split())
    assert "Example" in done.out


@pytest.mark.parametrize("words", [
    ["cases", "list", "--no-such-option"],
    ["no-such-command"],
    ["cases", "list", "--box", "attic"],
    ["cases", "list", "--workspace", "elsewhere"],
    ["cases", "close", "1", "--outcome", "vanished"],
    ["replies", "list", "--state", "lost"],
    ["sources", "add", "pigeon", "Post"],
    ["sources", "check", "Nowhere"],
    ["people", "invite", "not an address", "--role", "agent"],
    ["people", "invite", "x@larkfield.example", "--role", "king"],
    ["workspaces", "create", "a b", "A B"],
    ["workspaces", "create", "ab", "A B", "--zone", "Mars/Base"],
    ["import", __file__, "--format", "xml"],
    ["import", __file__, "--brand", "Nobody knows"],
    ["run", "--port", "99999"],
], ids=" ".join)  # fmt: skip
def test_wrong_use_is_told_apart_and_says_nothing_on_stdout(
    words: list[str], emberwatch: Typed, workspace: Workspace
) -> None:
    done = emberwatch(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()


@pytest.mark.django_db
def test_without_a_workspace_it_says_how_to_get_one(emberwatch: Typed) -> None:
    done = emberwatch("cases", "list")
    assert done.code == 1
    assert "emberwatch run" in done.err


def test_of_several_workspaces_one_must_be_named(emberwatch: Typed, workspace: Workspace) -> None:
    open_workspace("other", "Other")
    assert emberwatch("cases", "list").code == 2
    assert emberwatch("cases", "list", "--workspace", "other").code == 0


def test_who_acts_must_be_clear_and_allowed(emberwatch: Typed, complaint: Any, ana: Person, ben: Person) -> None:
    assert emberwatch("cases", "note", "1", "Hello").code == 2
    assert emberwatch("cases", "note", "1", "Hello", "--as", "stranger@larkfield.example").code == 2
    assert emberwatch("cases", "note", "1", "Hello", "--as", ana.email).code == 0


@pytest.mark.usefixtures("complaint", "ana")
@pytest.mark.parametrize("words", [
    ["cases", "list"], ["cases", "show", "1"], ["sources", "list"], ["replies", "list"], ["people", "list"],
    ["workspaces", "list"], ["version"], ["sources", "refused", "Practice"], ["doctor"],
], ids=" ".join)  # fmt: skip
def test_json_is_all_that_stands_on_stdout(words: list[str], emberwatch: Typed) -> None:
    done = emberwatch(*words, "--json")
    assert done.code in (0, 1)
    assert all(isinstance(line, dict) for line in done.lines)
