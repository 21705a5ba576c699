"""The settings, sign-in and care pages in a real browser: sound to axe, without script errors or sideways scroll."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect, sync_playwright

from emberwatch.engine.pipeline import take, understand
from emberwatch.listening.actions import sources
from emberwatch.listening.models import Aside, Source, SourceState
from emberwatch.vocabulary.posts import Batch
from tests.making import batch, said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
CHROMIUM = "/usr/bin/chromium"
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 780}

DESK_PAGES = [
    "sources/", "sources/new/", "sources/new/email/", "sources/new/bluesky/", "imports/new/", "settings/",
    "settings/brands/", "settings/brands/new/", "settings/people/", "settings/profile/", "settings/hours/", "mentions/",
    "settings/priority/", "settings/learnt/", "settings/topics/", "settings/thresholds/", "settings/words/",
]  # fmt: skip
ACCOUNT_PAGES = ["/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/", "/accounts/reauthenticate/"]
OPEN_PAGES = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/care/larkfield/care-page/"]


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
def furnished(workspace, ruth, ana, brand, source) -> Source:
    """A workspace with something on every page; returns its care form."""
    cache.clear()
    take(
        source,
        batch(said(1, "larkfield charged me twice, I want my money back"), said(2, "thanks larkfield!")),
        now=now,
    )
    Aside.objects.within(workspace).create(source=source, at=now(), line=3, reason="Not JSON", raw=b"{broken")
    sources.failed(source, "The network cannot be reached.", now=now())
    return sources.add_source(
        workspace,
        "webform",
        "Care page",
        {"secret": "a secret of sixteen characters", "form": "care"},
        by="test",
        now=now(),
    )


@pytest.fixture(params=[(WIDE, "light"), (PHONE, "dark")], ids=["wide-light", "phone-dark"])
def page(request, chromium, live_server, furnished) -> Iterator[Page]:
    """A window of that size and scheme on the desk; a script error fails the test."""
    size, scheme = request.param
    context = chromium.new_context(viewport=size, color_scheme=scheme, base_url=live_server.url)
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.on("console", lambda told: errors.append(told.text) if "Content Security Policy" in told.text else None)
    yield window
    context.close()
    assert errors == []


def sign_in(page: Page, email: str = "ruth@larkfield.example") -> None:
    """As a person does, and straight to a page without live updates, which need a server of another kind."""
    page.goto("/accounts/login/?next=/w/larkfield/settings/profile/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/larkfield/**")


def check(page: Page, path: str) -> None:
    """Opens the page; it must please axe and not scroll sideways."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    faults = [(fault["id"], fault["nodes"][0]["target"]) for fault in Axe().run(page).response["violations"]]
    assert faults == [], path
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"


def until(true: Callable[[], bool], *, within: float = 10) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_every_page_is_sound(page, furnished, source):
    for path in OPEN_PAGES:
        check(page, path)
    sign_in(page)
    own = [f"sources/{source.pk}/", f"sources/{source.pk}/refused/", f"sources/{furnished.pk}/"]
    for path in DESK_PAGES + own:
        check(page, f"/w/larkfield/{path}")
    for path in ACCOUNT_PAGES:
        check(page, path)


def test_a_file_is_imported_and_watched_to_its_end(page, workspace, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    posts = tmp_path / "calls.ndjson"
    rows = [{"id": n, "text": f"larkfield charged me {n} euro", "author": f"a{n}"} for n in range(100, 104)]
    posts.write_text("\n".join([*map(json.dumps, rows), "{broken"]) + "\n")
    sign_in(page)
    page.goto("/w/larkfield/imports/new/")
    page.get_by_label("File", exact=True).set_input_files(posts)
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/sources/*/")
    expect(page.get_by_text("is being read")).to_be_visible()
    kept = Source.objects.within(workspace).get(channel="file")
    events = batch(*(said(row["id"], row["text"], by=row["author"]) for row in rows))
    take(kept, Batch(events.events, "half", (), 80, 160), now=now)
    expect(page.locator("#heard")).to_have_text("4")
    expect(page.locator("#health progress")).to_have_attribute("value", "80")
    sources.end(kept, now=now())
    expect(page.get_by_role("link", name="See the cases it made")).to_be_visible()
    assert Source.objects.within(workspace).get(pk=kept.pk).state == SourceState.ENDED


def test_settings_are_checked_before_they_are_saved(page, workspace):
    sign_in(page)
    page.goto("/w/larkfield/sources/new/practice/")
    page.get_by_role("button", name="Check first").click()
    expect(page.locator("#checked")).to_contain_text("Not checked yet")
    page.get_by_label("Address of the network").fill("http://127.0.0.1:9/practice")
    page.get_by_label("Company's handle").fill("larkfield")
    page.get_by_label("Token").fill("wrong")
    page.get_by_role("button", name="Check first").click()
    expect(page.locator("#checked")).to_contain_text("does not work yet")
    assert Axe().run(page).response["violations"] == []
    assert Source.objects.within(workspace).filter(channel="practice").count() == 1


def test_a_brand_is_tried_on_what_was_heard(page):
    sign_in(page)
    page.goto("/w/larkfield/settings/brands/")
    page.get_by_role("link", name="Larkfield", exact=True).click()
    page.get_by_label("Words and handles").fill("charged")
    page.get_by_role("button", name="Try these words").click()
    expect(page.locator("#tried")).to_contain_text("1 of the latest 2 posts")
    expect(page.locator("#tried mark")).to_have_text("charged")
    assert Axe().run(page).response["violations"] == []


def test_a_visitor_writes_and_writes_again(page, workspace):
    page.goto("/care/larkfield/care-page/")
    page.wait_for_timeout(2_100)
    page.get_by_label("Your message").fill("The rail of our crib cracked.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_timeout(2_100)
    page.get_by_label("Write more").fill("And nobody answers the phone.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message has reached us.")).to_be_visible()
    expect(page.locator(".talk li")).to_have_count(2)
    understand(workspace.pk, now=now)
    until(lambda: "at the latest" in page.locator(".stands").inner_text())


def test_two_steps_can_be_turned_on(page):
    sign_in(page)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Turn it on").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_label("Authenticator secret")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
