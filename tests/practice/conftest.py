"""The practice network in a process of its own, for tests that need a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.rigs.practice import Rig


@pytest.fixture(scope="module")
def network() -> Iterator[Rig]:
    """A running network, shared by the tests of a module."""
    rig = Rig()
    rig.start_process()
    yield rig
    rig.stop_process()
