"""Every network is found by being there."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import httpx
import pytest

from emberwatch.channels.interface import Tools
from emberwatch.channels.registry import UnknownChannel, channel, channels, open_channel
from emberwatch.channels.spec import Can


def test_every_channel_of_the_folder_is_found_under_its_own_name() -> None:
    found = channels()
    assert {"file", "feed", "webform"} <= set(found)
    assert list(found) == sorted(found)
    for name, kind in found.items():
        assert kind.spec.name == name


def test_every_channel_says_what_an_agent_and_an_operator_must_know() -> None:
    for name, kind in channels().items():
        spec = kind.spec
        assert spec.label and spec.summary and spec.icon, name
        assert dataclasses.is_dataclass(spec.config), name
        assert Can.REPLY not in spec.can or spec.public is not None, name
        assert not {Can.PRIVATE, Can.PRIVATE_REPLY} & spec.can or spec.private is not None, name


def test_an_unknown_channel_is_told_which_there_are() -> None:
    with pytest.raises(UnknownChannel, match=r"'myspace'.*feed, file"):
        channel("myspace")


def test_a_channel_is_opened_from_stored_values_old_and_new() -> None:
    """A setting that a later release dropped does not keep a source from opening."""
    values = {"url": "https://blog.example/feed.xml", "dropped_last_year": True}
    opened = open_channel("feed", values, Tools(httpx.AsyncClient(), lambda: datetime.now(UTC)))
    assert opened.spec.name == "feed"
    with pytest.raises(TypeError, match="url"):
        open_channel("feed", {}, Tools(httpx.AsyncClient(), lambda: datetime.now(UTC)))
