"""The inbox and a case in a real browser, against a real installation: keys alone, two people, a lost connection."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.servers.desk import Desk, desk

pytestmark = [pytest.mark.browser, pytest.mark.server]
CHROMIUM = "/usr/bin/chromium"
WIDE, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=360, height=780)
MOST_TRANSFER = 150_000
Open = Callable[..., Page]

PREPARE = """
import django; django.setup()
from datetime import timedelta
from emberwatch.cases.actions import work
from emberwatch.cases.models import Case
from emberwatch.engine import pipeline
from emberwatch.engine.clock import now
from emberwatch.listening.models import Source
from emberwatch.vocabulary.posts import *
from emberwatch.workspaces.models import Person, Workspace
source = Source.objects.within(1).get(channel="practice")
def heard(number, text, by, minutes=5, **more):
    ref = Ref("practice", "", "post", f"{number}")
    kind = more.pop("kind", EventKind.UPSERT)
    return Event(kind=kind, ref=ref, author=Author(by, by, by.title(), 900), text=text,
                 created_at=now() - timedelta(minutes=minutes), **{"version": 1, **more})
"""
FURNISH = """
wrong = "@larkfield the {} arrived broken, nobody answers, I want my money back"
told = [heard(n, wrong.format(thing), f"customer{n}") for n, thing in enumerate(("crib", "oven", "lamp", "chair"), 10)]
told.append(heard(1, wrong.format("rail <b>x</b>") + ". Call 087 123 4567 https://pics.example/1", "mara",
                  counts=Counts(214, 388, 41, None)))
told.append(heard(2, "same here, mine split", "jo", 4, parent=told[-1].ref))
told.append(heard(3, "and the chat bot is useless, terrible", "mara", 3, parent=told[-2].ref))
pipeline.take(source, Batch(tuple(told)), now=now)
pipeline.take(source, Batch((heard(1, "@larkfield CRACKED rail, furious!", "mara", version=2),
                             heard(3, "", "mara", kind=EventKind.DELETE))), now=now)
space, ben = Workspace.objects.get(pk=1), Person.objects.get(name="Ben")
mara = Case.objects.within(1).get(customer_label="Mara")
work.write_note(space, mara.pk, "Lot 44 again.", by=ben, now=now())
work.retag(space, mara.pk, ["cribs"], by=ben, now=now())
"""


def prepare(one: Desk, code: str) -> None:
    """Let another process change what is in the installation."""
    done = subprocess.run([sys.executable, "-c", PREPARE + code], env=one.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def complain(one: Desk, number: int, thing: str) -> None:
    """Somebody complains about a thing."""
    prepare(one, f"""
text = "@larkfield my {thing} came broken, nobody answers, terrible service"
pipeline.take(source, Batch((heard({number}, text, "late{number}", 0),)), now=now)""")


@pytest.fixture(scope="module")
def running() -> Iterator[Desk]:
    """An installation with some cases, whose sending is done by nobody."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed.")
    with desk("--no-story", "--no-engine") as one:
        prepare(one, FURNISH)
        yield one


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tickets(running: Desk) -> dict[str, str]:
    """The session cookies of people who signed in."""
    found = {}
    for who in ("ana", "ben", "vi"):
        browser = httpx.Client(base_url=running.url, timeout=30)
        browser.get("/accounts/login/")
        values = {"login": f"{who}@larkfield.example", "password": running.password}
        browser.post("/accounts/login/", data={**values, "csrfmiddlewaretoken": browser.cookies["csrftoken"]})
        found[who] = browser.cookies["sessionid"]
    return found


@pytest.fixture
def opened(running: Desk, chromium: Browser, tickets: dict[str, str]) -> Iterator[Open]:
    """Opens a page for somebody. A script error, or anything the content policy blocks, fails the test."""
    contexts, trouble = [], []

    def at(path: str, who: str = "ana", size: ViewportSize = WIDE, scheme: str = "light") -> Page:
        context = chromium.new_context(viewport=size, color_scheme=scheme, base_url=running.url)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": tickets[who], "url": running.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda told: trouble.append(told.text) if "Content Security" in told.text else None)
        page.goto(f"/w/larkfield/{path}")
        expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=15_000)
        return page

    yield at
    for context in contexts:
        context.close()
    assert trouble == []


def number_of(page: Page, customer: str) -> str:
    """The number of a customer's case, as the queue shows it."""
    page.goto("/w/larkfield/inbox?box=all")
    return str(page.locator(".row", has_text=customer).first.get_attribute("data-n"))


def check_sound(page: Page) -> None:
    """Axe finds nothing, and the page does not scroll sideways."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280", "360"])
def test_every_state_of_the_desk_is_sound(opened: Open, size: ViewportSize, scheme: str) -> None:
    page = opened("inbox", size=size, scheme=scheme)
    check_sound(page)
    page.locator(".filters > summary").click()
    check_sound(page)
    number = number_of(page, "Mara")
    page.goto(f"/w/larkfield/cases/{number}")
    expect(page.locator("#thread")).to_contain_text("Deleted by its author")
    check_sound(page)
    page.locator("#more-button").click()
    check_sound(page)
    page.keyboard.press("Escape")
    for dialog, key in (("close-dialog", "e"), ("tags-dialog", "t"), ("help", "?")):
        page.keyboard.press(key)
        expect(page.locator(f"#{dialog}")).to_be_visible()
        check_sound(page)
        page.keyboard.press("Escape")
    if size == PHONE:
        page.get_by_role("button", name="Customer and history").click()
        expect(page.get_by_text("Why here in line")).to_be_visible()
        check_sound(page)
        page.locator("#back").click()
        expect(page.locator(".row").first).to_be_visible()


def test_a_page_is_light(opened: Open, running: Desk, tickets: dict[str, str]) -> None:
    page = opened("inbox")
    page.locator(".row a").first.click()
    page.wait_for_selector("#pane[data-case]")
    with httpx.Client(base_url=running.url, cookies={"sessionid": tickets["ana"]}, timeout=30) as browser:
        addresses = page.evaluate(
            "[location.pathname, ...[...document.querySelectorAll('script[src],link[rel=stylesheet],link[rel=icon]')]"
            ".map(node => node.getAttribute('src') || node.getAttribute('href'))]"
        )
        total = sum(len(browser.get(address).content) for address in addresses)
    assert total < MOST_TRANSFER


def test_a_case_is_worked_with_keys_alone(opened: Open, running: Desk) -> None:
    complain(running, 50, "kettle")
    page = opened("inbox?sort=newest")
    press = page.keyboard.press
    press("j")
    expect(page.locator(".row a").first).to_be_focused()
    press("Enter")
    expect(page.locator("#thread")).to_contain_text("my kettle came broken")
    press("a")
    expect(page.locator("#case-head")).to_contain_text("with Ana")
    press("t")
    page.keyboard.type("kettles, fire")
    press("Enter")
    expect(page.locator("#context")).to_contain_text("kettles")
    press("n")
    page.keyboard.type("Same lot as before. a e r j must be letters here.")
    press("Control+Enter")
    expect(page.locator("#thread .note")).to_contain_text("must be letters here")
    press("r")
    page.keyboard.type("I am sorry about the kettle. A new one leaves today.")
    press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("Waiting to be sent")
    assert page.input_value("#answer") == ""
    press("e")
    press("2")
    press("Enter")
    expect(page.locator("#case-head")).to_contain_text("Answered or explained")
    expect(page.locator(".row.current")).to_have_count(0)
    press("/")
    page.keyboard.type("kettle")
    press("Enter")
    page.wait_for_url("**q=kettle**")
    press("g")
    press("i")
    page.wait_for_url("**/inbox")


def test_a_new_case_appears_in_place_without_reload(opened: Open, running: Desk) -> None:
    page = opened("inbox?sort=newest")
    page.evaluate("window.sameDocument = true")
    before = int(page.inner_text("#box-count"))
    complain(running, 60, "toaster")
    expect(page.locator(".row").first).to_contain_text("my toaster came broken", timeout=5000)
    expect(page.locator("#box-count")).to_have_text(str(before + 1))
    assert page.evaluate("window.sameDocument")
    page.locator(".row a").first.click()
    expect(page.locator("#thread")).to_contain_text("my toaster came broken")
    assert page.evaluate("window.sameDocument")


def test_two_people_on_one_case_do_not_talk_past_each_other(opened: Open, running: Desk) -> None:
    complain(running, 70, "blender")
    ana = opened("inbox")
    number = number_of(ana, "Late70")
    ana.goto(f"/w/larkfield/cases/{number}")
    ben = opened(f"cases/{number}", who="ben")
    expect(ana.locator("#viewers")).to_contain_text("Ben is here")
    ana.keyboard.press("r")
    ana.keyboard.type("Sorry about the blender 👩‍👩‍👧")
    expect(ben.locator("#viewers")).to_contain_text("Ana is writing")
    assert ana.inner_text("#counter").split(" / ")[0] == str(len("Sorry about the blender ") + 1)
    expect(ana.locator("#draft-state")).to_have_text("Draft kept")
    ben.keyboard.press("r")
    ben.keyboard.type("We will replace the blender.")
    ben.keyboard.press("Control+Enter")
    expect(ana.locator("#thread")).to_contain_text("We will replace the blender.")
    expect(ana.locator("#news")).to_contain_text("Ben")
    expect(ana.locator("#answer")).to_be_focused()
    ana.keyboard.press("Control+Enter")
    expect(ana.locator("#notices")).to_contain_text("your text is kept")
    assert ana.input_value("#answer").startswith("Sorry about the blender")
    assert ana.locator("#thread .ours").count() == 1
    ana.reload()
    assert ana.input_value("#answer").startswith("Sorry about the blender")


def test_a_note_never_becomes_an_answer(opened: Open, running: Desk) -> None:
    complain(running, 80, "mixer")
    page = opened("inbox")
    page.goto(f"/w/larkfield/cases/{number_of(page, 'Late80')}")
    page.keyboard.press("n")
    page.keyboard.type("the customer is lying")
    page.get_by_role("button", name="Public reply").click()
    assert page.input_value("#answer") == ""
    expect(page.locator("#note")).to_be_hidden()
    page.reload()
    page.keyboard.press("n")
    assert page.input_value("#note") == "the customer is lying"


def test_over_length_is_shown_before_it_is_refused(opened: Open) -> None:
    page = opened("inbox")
    page.goto(f"/w/larkfield/cases/{number_of(page, 'Mara')}")
    page.fill("#answer", "é" * 501)
    expect(page.locator("#counter")).to_have_text("501 / 500")
    expect(page.locator("#send")).to_be_disabled()
    page.fill("#answer", "é" * 500)
    expect(page.locator("#send")).to_be_enabled()


def test_an_observer_only_looks(opened: Open) -> None:
    page = opened("inbox", who="vi")
    page.goto(f"/w/larkfield/cases/{number_of(page, 'Mara')}")
    for key in ("a", "e", "t", "r", "n"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#composer")).to_contain_text("does not answer customers")
    check_sound(page)


def test_a_lost_connection_is_shown_and_caught_up(opened: Open, running: Desk) -> None:
    page = opened("inbox?sort=newest")
    running.stop()
    expect(page.locator("#live")).to_contain_text("Reconnecting")
    complain(running, 90, "grill")
    running.start()
    expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=20_000)
    expect(page.locator(".row").first).to_contain_text("my grill came broken", timeout=10_000)
