"""A storm that is read quickly, as people see it: the line on every page, the mark on a post, the click that mends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from emberwatch.engine import pipeline
from emberwatch.engine.clock import now
from emberwatch.engine.effort import Allowance
from emberwatch.listening.models import Brand, Source
from emberwatch.workspaces.models import Person
from tests.conftest import PASSWORD
from tests.making import batch, said
from tests.reading import set_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=360, height=780)


@pytest.fixture(params=[(WIDE, "light"), (PHONE, "dark")], ids=["wide-light", "phone-dark"])
def page(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, chromium: Browser, live_server: object,
    brand: Brand, source: Source, ana: Person,
) -> Iterator[Page]:  # fmt: skip
    """Ana's window on a desk in a storm; a script error or anything the content policy blocks fails the test."""
    set_up(monkeypatch, brand, allowance=Allowance(share=0.0))
    said_ = [
        said(1, "broken, @larkfield! The fumes of the crib put my son in hospital, I will call my lawyer"),
        said(2, "@larkfield my pan broke", by="jo"),
    ]
    pipeline.take(source, batch(*said_), now=now)
    size, scheme = request.param
    context = chromium.new_context(viewport=size, color_scheme=scheme, base_url=str(live_server))
    window = context.new_page()
    # Live updates need a server of another kind.
    window.route("**/live*", lambda route: route.abort())
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.on("console", lambda told: errors.append(told.text) if "Content Security Policy" in told.text else None)
    window.goto("/accounts/login/?next=/w/larkfield/settings/profile/")
    window.get_by_label("Email").fill(ana.email)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    window.wait_for_url("**/w/larkfield/**")
    yield window
    context.close()
    assert errors == []


def sound(page: Page) -> None:
    """It pleases axe and does not scroll sideways."""
    faults = [(fault["id"], fault["nodes"][0]["target"]) for fault in Axe().run(page).response["violations"]]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_is_said_marked_and_mended(page: Page) -> None:
    page.goto("/w/larkfield/mentions/")
    expect(page.locator("#coverage")).to_contain_text("2 posts in the last 5 minutes had only a quick reading")
    expect(page.locator(".mentions mark").first).to_be_visible()
    sound(page)
    page.goto("/w/larkfield/cases/1")
    expect(page.get_by_text("read quickly", exact=True)).to_be_visible()
    expect(page.locator(".legend")).to_contain_text("severity")
    sound(page)
    page.get_by_role("button", name="Read closely").click()
    expect(page.get_by_text("read quickly", exact=True)).to_have_count(0)
    expect(page.locator(".legend")).to_be_visible()
