"""Sources from a terminal: added with secrets that stay secret, watched, paused, read again."""

from __future__ import annotations

import pytest

from emberwatch.listening.models import Source, SourceState
from emberwatch.workspaces.models import Workspace
from tests.cli.conftest import Typed


def test_a_secret_comes_by_standard_input_and_is_never_shown(emberwatch: Typed, workspace: Workspace) -> None:
    added = emberwatch(
        "sources", "add", "practice", "Commons", "--set", "base_url=http://127.0.0.1:9/practice",
        "--set", "handle=larkfield", "--secret", "token", "--json", typed="hush-hush\n",
    )  # fmt: skip
    assert added.json["hearing"] == "waiting"
    source = Source.objects.within(workspace).get()
    assert source.secrets == {"token": "hush-hush"}
    everything = added.out + emberwatch("sources", "list", "--json").out + emberwatch("sources", "list").out
    assert "hush" not in everything


@pytest.mark.parametrize("words", [
    ["--set", "handle=larkfield", "--secret", "token"],
    ["--set", "token=hush"],
    ["--set", "colour=red"],
    ["--set", "handle"],
    ["--secret", "handle"],
], ids=" ".join)  # fmt: skip
def test_settings_that_do_not_fit_add_nothing(words: list[str], emberwatch: Typed, workspace: Workspace) -> None:
    done = emberwatch("sources", "add", "practice", "Commons", *words, typed="hush\n")
    assert done.code == 2
    assert not Source.objects.within(workspace).exists()


def test_a_name_is_taken_once(emberwatch: Typed, source: Source) -> None:
    words = ["--set", "form=care", "--secret", "secret"]
    done = emberwatch("sources", "add", "webform", source.name, *words, typed="x" * 20)
    assert done.code == 1
    assert "already" in done.err


def test_a_network_that_is_not_there_is_told_and_fails(emberwatch: Typed, source: Source) -> None:
    done = emberwatch("sources", "check", source.name, "--json")
    assert done.code == 1
    assert done.json["condition"] == "degraded"


def test_pause_resume_and_backfill(emberwatch: Typed, source: Source) -> None:
    Source.objects.within(source.workspace).update(cursor="17")
    assert emberwatch("sources", "pause", "practice", "--json").json["hearing"] == "paused"
    assert emberwatch("sources", "resume", "Practice", "--json").json["hearing"] == "waiting"
    assert emberwatch("sources", "backfill", "Practice").code == 0
    source.refresh_from_db()
    assert (source.cursor, source.state) == (None, SourceState.LISTENING)
