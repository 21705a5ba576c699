"""The priority page and a case that comes first, in a real browser: sound to axe, wide and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from emberwatch.cases.models import Case
from emberwatch.cases.priority import read_weights
from emberwatch.engine.clock import now as this_moment
from emberwatch.listening.models import Source
from emberwatch.vocabulary.verdicts import Intent, Threat, Vulnerability
from emberwatch.workspaces.models import Person, Workspace
from tests.cases.rig import hear_all
from tests.conftest import PASSWORD
from tests.making import said, verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = "/usr/bin/chromium"
SIZES = {"wide": (1280, 860), "phone": (360, 780)}
CALM = {"emotions": {"anger": 0.0}, "sentiments": {"negative": 0.0}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def furnished(source: Source, ruth: Person) -> list[Case]:
    """A calm loss of money above an angry trifle; and somebody who may harm themselves."""
    at = this_moment()
    read = [
        (said(1, "@larkfield you kept my deposit", by="calm", created_at=at), verdict(severity=3, **CALM)),
        (said(2, "@larkfield the lid squeaks, HOW", by="angry", created_at=at),
         verdict(severity=1, emotions={"anger": 1.0}, threats=(Threat.CHURN,))),
        (said(3, "@larkfield after this bill I do not want to live any more", by="low", created_at=at),
         verdict(Intent.OTHER, 4, vulnerable=(Vulnerability.SELF_HARM,))),
    ]  # fmt: skip
    return hear_all(source, read, now=at)


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, chromium: Browser, live_server, furnished: list[Case]) -> Iterator[Page]:
    """A manager's window of that size; a script error or anything the content policy blocks fails the test."""
    width, height = SIZES[request.param]
    context = chromium.new_context(viewport={"width": width, "height": height}, base_url=live_server.url)
    # Live updates never end, so this server of one process could not be stopped while they run.
    context.route(re.compile(r"/live\?"), lambda route: route.abort())
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.on("console", lambda told: errors.append(told.text) if "Content Security Policy" in told.text else None)
    window.goto("/accounts/login/?next=/w/larkfield/settings/priority/")
    window.get_by_label("Email").fill("ruth@larkfield.example")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    window.wait_for_url("**/settings/priority/")
    yield window
    context.close()
    assert errors == []


def sound(page: Page) -> None:
    """Axe finds nothing, and nothing scrolls sideways."""
    faults = [(fault["id"], fault["nodes"][0]["target"]) for fault in Axe().run(page).response["violations"]]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_weights_are_tried_saved_and_taken_back(page: Page, workspace: Workspace) -> None:
    sound(page)
    then = page.locator("#preview section").nth(1).locator("li a")
    expect(then).to_have_count(3)
    expect(then.nth(1)).to_contain_text("deposit")
    page.get_by_label("Anger").fill("100")
    expect(then.nth(1)).to_contain_text("squeaks")
    expect(then.nth(0)).to_contain_text("want to live")
    assert page.locator("[data-slides=id_anger]").input_value() == "100"
    page.locator("[data-slides=id_severity]").fill("12")
    expect(page.get_by_label("What is at stake")).to_have_value("12")
    sound(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The weights are saved")).to_be_visible()
    kept = read_weights(Workspace.objects.get(pk=workspace.pk).policy)
    assert (kept.anger, kept.severity) == (100, 12)
    page.get_by_role("button", name="Back to the standard weights").click()
    expect(page.get_by_text("The standard weights hold again")).to_be_visible()
    expect(page.get_by_label("Anger")).to_have_value("15")
    assert Workspace.objects.get(pk=workspace.pk).policy == {}


def test_a_case_that_comes_first_says_so_and_stays_usable(page: Page, furnished: list[Case]) -> None:
    page.goto(f"/w/larkfield/cases/{furnished[2].number}")
    panel = page.get_by_role("region", name="This person may harm themselves")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("listitem")).to_have_count(5)
    expect(page.get_by_role("region", name="Conversation")).to_be_in_viewport()
    sound(page)
    page.goto("/w/larkfield/inbox")
    first = page.locator("#rows .row").first
    expect(first).to_contain_text("may harm themselves")
    sound(page)
