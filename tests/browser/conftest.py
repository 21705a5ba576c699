"""A browser for the journeys, and people in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.journey import CHROMIUM, People


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium as Debian ships it."""
    if not Path(CHROMIUM).exists():
        pytest.skip("No Chromium on this machine, so no journey can be walked. To have it: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def people(chromium: Browser) -> Iterator[People]:
    """Seats people at browsers of their own. A script error or anything the content policy blocks fails the test."""
    seated = People(chromium)
    yield seated
    seated.leave()
    assert seated.trouble == []
