"""Marks a test as part of a numbered promise, and says for which channels the promise has a meaning."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

from emberwatch.channels.spec import Can, Spec
from emberwatch.conformance.rig import Fault, Rig

TITLES = {
    1: "Honest capabilities",
    2: "Golden parse",
    3: "Convergence",
    4: "Cursor",
    5: "Webhooks",
    6: "Sent once",
    7: "Windows",
    8: "Faults",
    9: "Probe",
    10: "Secrecy",
    11: "Privacy",
    12: "Text",
    13: "Round trip",
}

WRITING = frozenset({Can.REPLY, Can.PRIVATE, Can.PRIVATE_REPLY})
HEARING = frozenset({Can.FETCH, Can.STREAM})

_T = TypeVar("_T", bound=Callable[..., object])


@dataclasses.dataclass(frozen=True, slots=True)
class Promise:
    """Which promise a test holds, and what a channel must declare, and its rig offer, for it to apply."""

    number: int
    every: frozenset[Can]
    some: frozenset[Can]
    rig: type | None
    faults: frozenset[Fault]

    def applies(self, spec: Spec, rig: type[Rig]) -> bool:
        """Does the promise mean anything for this channel? Where not, no test is made, and none is skipped."""
        if not self.every <= spec.can or (self.some and not self.some & spec.can):
            return False
        if self.rig is not None and not issubclass(rig, self.rig):
            return False
        return not self.faults or bool(self.faults & rig.faults)


def promise(
    number: int,
    *,
    every: frozenset[Can] | set[Can] = frozenset(),
    some: frozenset[Can] | set[Can] = frozenset(),
    rig: type | None = None,
    faults: frozenset[Fault] | set[Fault] = frozenset(),
) -> Callable[[_T], _T]:
    """Declare a test to be part of promise `number`.

    It is generated for each channel that declares `every` ability and at least one of `some`, whose rig has the
    further hands of `rig`, and whose network can show one of `faults` (with an argument `fault`, once for each).
    """

    def mark(test: _T) -> _T:
        test.__promise__ = Promise(number, frozenset(every), frozenset(some), rig, frozenset(faults))  # type: ignore[attr-defined]
        return test

    return mark
