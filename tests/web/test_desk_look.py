"""What holds for every template: icons that exist, and nothing that the content policy would block."""

from __future__ import annotations

import re
from pathlib import Path

import lucide
import pytest

import emberwatch

TEMPLATES = sorted(Path(emberwatch.__file__).parent.glob("*/templates/**/*.html"))
DESK = [path for path in TEMPLATES if "practice" not in path.parts]


@pytest.mark.parametrize("path", DESK, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_icon_exists(path: Path) -> None:
    for name in re.findall(r'{% lucide "([^"]+)"', path.read_text()):
        assert "<svg" in lucide._render_icon(name, 16)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_nothing_inline(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_scripts_stay_small() -> None:
    static = Path(emberwatch.__file__).parent / "web/static/web"
    assert all(path.stat().st_size < 15_000 for path in static.glob("*.js"))
