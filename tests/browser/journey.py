"""What people do in a journey: sit down at a browser, sign in, complain, find a case, answer it, close it.

Nothing here reaches behind the pages: what a person cannot do or see, a journey does not do or see.
"""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.servers.desk import Desk

CHROMIUM = "/usr/bin/chromium"
WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=780)
INBOX = "/w/larkfield/inbox"
SOON = 30_000
"""Milliseconds that something which is not being timed may take on a machine with much else to do."""
expect.set_options(timeout=SOON)

_WATCH_FOR = """
(words) => {
  const look = () => {
    if (!window.seenAt && document.querySelector("#rows").textContent.includes(words)) window.seenAt = Date.now();
  };
  window.seenAt = 0;
  window.sameDocument = true;
  new MutationObserver(look).observe(document.querySelector("#rows"), { childList: true, subtree: true });
  look();
}
"""
_NOTE_THE_CLICK = """
() => document.querySelector("#composer").addEventListener(
  "click", (event) => { if (event.target.closest("button")) sessionStorage.setItem("clickedAt", Date.now()); }, true)
"""


class People:
    """The people of one test, each in a browser context of their own."""

    def __init__(self, browser: Browser) -> None:
        self.trouble: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def seat(self, one: Desk, size: ViewportSize = WIDE, **options: Any) -> Page:
        """An empty page of somebody who has never been here."""
        context = self._browser.new_context(viewport=size, base_url=one.url, **options)
        context.set_default_timeout(SOON)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda told: self.trouble.append(told.text) if "Content Security" in told.text else None)
        return page

    def agent(self, one: Desk, name: str, size: ViewportSize = WIDE, **options: Any) -> Page:
        """Somebody of the practice workspace, signed in by the form, with the inbox open and live."""
        page = self.seat(one, size, **options)
        page.goto(INBOX)
        page.get_by_label("Email").fill(f"{name}@larkfield.example")
        page.get_by_label("Password").fill(one.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{INBOX}*")
        expect(page.locator("#live")).to_have_attribute("data-state", "live")
        return page

    def customer(self, one: Desk, name: str, size: ViewportSize = WIDE) -> Page:
        """A visitor of the practice network under a name of their own."""
        page = self.seat(one, size)
        page.goto("/practice/")
        page.locator("#who summary").click()
        page.get_by_label("Or a name of your own").fill(name)
        page.get_by_label("Handle").fill(name.lower().replace(" ", "."))
        page.get_by_role("button", name="Be them").click()
        expect(page.get_by_label("What is happening?")).to_be_visible()
        return page

    def leave(self) -> None:
        """Everybody closes their browser."""
        for context in self._contexts:
            context.close()


def complain(customer: Page, words: str) -> None:
    """Post on the timeline of the practice network."""
    customer.get_by_label("What is happening?").fill(words)
    customer.get_by_role("button", name="Post", exact=True).click()
    expect(customer.get_by_role("article").filter(has_text=words).first).to_be_visible()


def seconds_until_seen(customer: Page, agent: Page, words: str) -> float:
    """Complain, and tell how long after the click the words stood in the open inbox, by the two pages' own clocks."""
    agent.evaluate(_WATCH_FOR, words)
    customer.evaluate(_NOTE_THE_CLICK)
    complain(customer, words)
    expect(agent.locator("#rows")).to_contain_text(words)
    assert agent.evaluate("window.sameDocument"), "the inbox was reloaded"
    clicked = int(customer.evaluate("sessionStorage.getItem('clickedAt')"))
    return float(agent.evaluate("window.seenAt") - clicked) / 1000


def row_of(page: Page, words: str) -> Locator:
    """The inbox row that shows these words."""
    return page.locator("#rows .row").filter(has_text=words)


def open_by_keys(page: Page, words: str) -> None:
    """Walk down the queue with j to the row that shows these words, and open it with Enter."""
    expect(row_of(page, words)).to_have_count(1)
    for _ in range(page.locator("#rows .row").count() + 1):
        page.keyboard.press("j")
        if words in page.evaluate("document.activeElement.textContent"):
            break
    expect(row_of(page, words).locator("a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text(words)


def answer_by_keys(page: Page, words: str, key: str = "r") -> None:
    """Write an answer and send it, without leaving the keyboard, and see that the network has it."""
    page.keyboard.press(key)
    expect(page.locator("#answer")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    card = page.locator("#thread .ours").filter(has_text=words)
    expect(card.locator(".sending")).to_have_text(re.compile(r"^\s*Sent"))
    expect(page.locator("#answer")).to_have_value("")


def close_by_keys(page: Page, digit: str, outcome: str) -> None:
    """Close the open case with the outcome of that digit."""
    page.keyboard.press("e")
    expect(page.locator("#close-dialog")).to_be_visible()
    page.keyboard.press(digit)
    page.keyboard.press("Enter")
    expect(page.locator("#case-head")).to_contain_text(outcome)


def read_history(page: Page) -> list[str]:
    """The case's history as its page tells it, oldest first."""
    if page.locator("#history").get_attribute("open") is None:
        page.locator("#history > summary").click()
    return list(reversed([" ".join(line.split()) for line in page.locator("#history li").all_inner_texts()]))


def check_history(page: Page, *steps: str) -> None:
    """Each of these sentences stands in the history, in this order, once."""
    told = read_history(page)
    places = [[number for number, line in enumerate(told) if step in line] for step in steps]
    assert [len(found) for found in places] == [1] * len(steps), (steps, told)
    assert places == sorted(places), (steps, told)


def check_sound(page: Page) -> None:
    """Axe finds nothing, and the page does not scroll sideways."""
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
