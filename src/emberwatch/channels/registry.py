"""Finds the channels: every module of this folder that defines one, and every entry point of other packages."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Any, cast

from emberwatch.channels import interface
from emberwatch.channels.spec import Spec, build_config

_NOT_NETWORKS = {"errors", "interface", "registry", "spec"}


class UnknownChannel(LookupError):
    """No channel has that name; the message lists those there are."""


@cache
def channels() -> dict[str, type[interface.Channel]]:
    """Every channel by its name, in alphabetical order."""
    found: dict[str, type[interface.Channel]] = {}
    package = importlib.import_module("emberwatch.channels")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name in _NOT_NETWORKS or module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"emberwatch.channels.{module.name}")
        for thing in vars(loaded).values():
            spec = getattr(thing, "spec", None)
            if isinstance(thing, type) and isinstance(spec, Spec) and thing.__module__ == loaded.__name__:
                found[spec.name] = cast(type[interface.Channel], thing)
    for point in entry_points(group="emberwatch.channels"):
        found[point.name] = point.load()
    return dict(sorted(found.items()))


def channel(name: str) -> type[interface.Channel]:
    """The channel of that name. Raises UnknownChannel."""
    try:
        return channels()[name]
    except KeyError:
        raise UnknownChannel(f"There is no channel named {name!r}. There are: {', '.join(channels())}.") from None


def open_channel(name: str, values: dict[str, Any], tools: interface.Tools) -> interface.Channel:
    """A channel ready to work, from stored settings with their secrets in clear."""
    kind = channel(name)
    return kind(build_config(kind.spec.config, values), tools)
