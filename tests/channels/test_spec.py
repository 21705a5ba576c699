"""How long is a text, and which settings are secret?"""

from __future__ import annotations

import dataclasses

import pytest

from emberwatch.channels.spec import Limit, Measure, build_config, secret_names, setting

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("text", "graphemes", "characters", "bytes_"),
    [
        ("lid", 3, 3, 3),
        (FAMILY, 1, 5, 18),
        ("e\u0301", 1, 2, 3),
        ("\U0001f1ee\U0001f1ea", 1, 2, 8),
        ("a\r\nb", 3, 4, 4),
        ("", 0, 0, 0),
    ],
)
def test_a_text_is_as_long_as_the_network_counts(text: str, graphemes: int, characters: int, bytes_: int) -> None:
    lengths = {measure: Limit(1, measure).length(text) for measure in Measure}
    assert lengths == {Measure.GRAPHEMES: graphemes, Measure.CHARACTERS: characters, Measure.BYTES: bytes_}


@pytest.mark.parametrize(
    ("text", "fits"), [("x" * 10, True), ("x" * 11, False), ("", False), (" \n ", False), (FAMILY * 10, True)]
)
def test_a_text_fits_when_it_says_something_within_the_limit(text: str, fits: bool) -> None:
    assert Limit(10, Measure.GRAPHEMES).allows(text) is fits


@dataclasses.dataclass(frozen=True)
class _Config:
    address: str = setting("Address")
    password: str = setting("Password", secret=True)
    folder: str = setting("Folder", default="INBOX", advanced=True)


def test_a_secret_is_known_as_one_and_never_printed() -> None:
    config = build_config(_Config, {"address": "care@larkfield.example", "password": "hush", "gone": 1})
    assert secret_names(_Config) == {"password"}
    assert "hush" not in repr(config) and "care@larkfield.example" in repr(config)
    assert config.folder == "INBOX"


def test_a_form_can_be_made_from_a_config() -> None:
    labels = {field.name: field.metadata["label"] for field in dataclasses.fields(_Config)}
    assert labels == {"address": "Address", "password": "Password", "folder": "Folder"}
