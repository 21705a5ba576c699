"""Correcting a post and teaching a workspace in a real browser, at a desk and on a phone, sound to axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect, sync_playwright

from emberwatch.cases.models import Case
from emberwatch.engine.pipeline import take
from emberwatch.listening.actions import teaching
from emberwatch.listening.models import Correction, TopicKind, Understanding
from tests.conftest import PASSWORD
from tests.making import batch, said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("stub")]
CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=20_000)
SIZES = [({"width": 1280, "height": 860}, "light"), ({"width": 360, "height": 780}, "dark")]
PAGES = ("", "learnt/", "topics/", "thresholds/", "words/")


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
def furnished(workspace, ruth, source) -> Case:
    """A case of two posts that say nearly the same, and a department with an example."""
    cache.clear()
    take(source, batch(said(1, "larkfield how long does the oak finish take to dry"),
                       said(2, "larkfield how long does the oak finish take to dry!", parent=1)), now=now)  # fmt: skip
    topic = teaching.name_topic(workspace, TopicKind.DEPARTMENT, "Workshop", by=ruth, now=now())
    teaching.give_example(workspace, topic, "the finish is sticky", by=ruth, now=now())
    return Case.objects.within(workspace).get()


@pytest.fixture(params=SIZES, ids=["wide-light", "phone-dark"])
def page(request, chromium, live_server, furnished) -> Iterator[Page]:
    """A window of that size and scheme in which the manager is signed in; a script error fails the test."""
    size, scheme = request.param
    context = chromium.new_context(viewport=size, color_scheme=scheme, base_url=live_server.url)
    context.set_default_timeout(60_000)
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.on("console", lambda told: errors.append(told.text) if "Content Security Policy" in told.text else None)
    window.route("**/live?*", lambda route: route.abort())
    window.goto("/accounts/login/?next=/w/larkfield/settings/profile/")
    window.get_by_label("Email").fill("ruth@larkfield.example")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    window.wait_for_url("**/w/larkfield/**")
    yield window
    context.close()
    assert errors == []


def sound(page: Page) -> None:
    """The page pleases axe and does not scroll sideways."""
    faults = [(fault["id"], fault["nodes"][0]["target"]) for fault in Axe().run(page).response["violations"]]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_post_is_set_right_and_contradicted_and_the_pages_of_teaching_are_sound(page, furnished, workspace) -> None:
    page.goto(f"/w/larkfield/cases/{furnished.number}")
    first, second = page.locator("#thread .entry").all()
    first.get_by_text("Not right?").click()
    expect(first.get_by_role("button", name="question")).to_be_visible()
    sound(page)
    first.get_by_role("button", name="question").click()
    expect(page.locator("#notices")).to_contain_text("Learnt: this post is a question")
    expect(page.locator("#thread .entry").first).to_contain_text("question (said by Ruth)")
    summary = second.locator("summary", has_text="Not right?")
    summary.focus()
    page.keyboard.press("Enter")
    second.get_by_role("button", name="praise").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("It was said otherwise of nearly the same words")
    sound(page)
    page.locator("#notices").get_by_role("button", name="Take that back").click()
    expect(page.locator("#notices")).to_contain_text("Taken back")
    assert Correction.objects.within(workspace).filter(undone_at=None, about="intent").count() == 1
    for path in PAGES:
        page.goto(f"/w/larkfield/settings/{path}")
        sound(page)


def test_thresholds_show_what_they_would_change_as_one_types(page, workspace) -> None:
    page.goto("/w/larkfield/settings/thresholds/")
    expect(page.locator("#previewed")).to_contain_text("Complaint")
    page.get_by_label("Sarcasm").fill("9")
    expect(page.locator("#previewed")).to_contain_text("Sarcasm: 2 of the latest 2 posts change")
    sound(page)
    assert Understanding.objects.within(workspace).get().costs == {}
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Posts heard from now on")).to_be_visible()
    assert Understanding.objects.within(workspace).get().costs == {"sarcasm": 9.0}


def test_a_department_is_taught_from_a_recent_post(page, workspace) -> None:
    page.goto("/w/larkfield/settings/topics/")
    page.get_by_role("link", name="Workshop").click()
    sound(page)
    page.get_by_role("button", name="For Workshop").first.click()
    expect(page.locator("#notices")).to_contain_text("Learnt: this post is for Workshop")
    page.reload()
    expect(page.get_by_role("heading", name="2 examples")).to_be_visible()
