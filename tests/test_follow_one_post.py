"""docs/follow-one-post.md is true: its code runs, in order, as one program, and the functions it names exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from emberwatch.engine.clock import now
from emberwatch.listening.actions.sources import add_source
from emberwatch.listening.models import Brand
from emberwatch.workspaces.models import Person, Workspace
from tests.channels.rigs.practice import Rig

PAGE = Path(__file__).parents[1] / "docs" / "follow-one-post.md"
STEP = re.compile(r"^## \d\. `([\w.]+)`, `([\w.]+)`$", re.MULTILINE)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def network() -> Iterator[Rig]:
    """The practice network in a process of its own, on which nobody has spoken."""
    rig = Rig()
    rig.start_process()
    yield rig
    rig.stop_process()


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_the_way_of_a_post_is_as_told(
    network: Rig, workspace: Workspace, brand: Brand, ana: Person, ben: Person
) -> None:
    source = add_source(workspace, "practice", "Practice", network.settings(), by="test", now=now())
    names = {"network": network, "workspace": workspace, "source": source, "ana": ana, "ben": ben}
    page = PAGE.read_text()
    for block in CODE.finditer(page):
        above = page.count("\n", 0, block.start(1))
        exec(compile("\n" * above + block[1], str(PAGE), "exec"), names)


def test_the_nine_files_and_their_functions_are_there() -> None:
    steps = STEP.findall(PAGE.read_text())
    assert len({module for module, _ in steps}) == 9
    for module, name in steps:
        found = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        assert callable(found)
