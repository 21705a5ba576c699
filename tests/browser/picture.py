"""Takes the README's pictures of a lively desk: `python -m tests.browser.picture`."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.journey import CHROMIUM, PHONE, People, row_of
from tests.browser.smaller_png import repacked
from tests.servers.desk import Desk, desk

PLACE = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 250_000
"""Bytes of a picture: a README is read on phones too."""

WORDS = "the rail of our crib"
COMPLAINT = (
    "@larkfield the rail of our crib split down the middle last night, there are splinters where my son sleeps. "
    "I wrote to you twice and nobody answers. Is this thing dangerous? #larkfail"
)
MORE = "Lot 44, bought in May. I want my money back, not another one of these."


def main() -> None:
    """Start a desk with two hours of talk behind it, put two agents before it, and take the pictures."""
    PLACE.mkdir(exist_ok=True)
    with sync_playwright() as playwright, desk() as one:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        people = People(browser)
        customer = people.customer(one, "Nora Wick")
        _complain(customer)
        _pass_on(people, one)
        ben = people.agent(one, "ben")
        _open(ben)
        ben.keyboard.press("n")
        ben.keyboard.type("Third report about lot 44 this week. I asked the workshop to look at the drill jig.")
        ben.keyboard.press("Control+Enter")
        expect(ben.locator("#thread .note")).to_be_visible()
        _take(_desk(people, one, ben), "desk.png")
        _take(_phone(people, one), "phone.png")
        browser.close()


def _complain(customer: Page) -> None:
    customer.get_by_label("What is happening?").fill(COMPLAINT)
    customer.get_by_role("button", name="Post", exact=True).click()
    customer.get_by_role("article").filter(has_text=WORDS).get_by_role("link", name="Reply to").click()
    customer.get_by_label("Reply to @").fill(MORE)
    customer.get_by_role("button", name="Reply", exact=True).click()
    expect(customer.get_by_text("Lot 44")).to_be_visible()


def _pass_on(people: People, one: Desk) -> None:
    for name in ("Pia Lund", "Tom Ashe", "Kay Ode"):
        friend = people.customer(one, name)
        repost = friend.get_by_role("article").filter(has_text=WORDS).get_by_role("button", name=re.compile("^Repost"))
        repost.click()
        expect(repost).to_have_attribute("aria-pressed", "true")


def _open(agent: Page) -> None:
    row_of(agent, "Nora Wick").locator("a").click()
    expect(agent.locator("#thread")).to_contain_text("Lot 44")


def _desk(people: People, one: Desk, ben: Page) -> Page:
    ana = people.agent(one, "ana", color_scheme="light")
    _open(ana)
    ana.keyboard.press("a")
    expect(ana.locator("#case-head")).to_contain_text("with Ana")
    ana.keyboard.press("r")
    ana.keyboard.type("I am so sorry, Nora. Please do not use the crib tonight: ")
    ana.keyboard.type("a courier brings a travel cot before six, and your money is on its way back.")
    expect(ana.locator("#draft-state")).to_have_text("Draft kept")
    ben.bring_to_front()
    expect(ana.locator("#viewers")).to_contain_text("Ben is here")
    return ana


def _phone(people: People, one: Desk) -> Page:
    ana = people.agent(one, "ana", PHONE, has_touch=True, is_mobile=True, device_scale_factor=2, color_scheme="light")
    _open(ana)
    expect(ana.locator("#answer")).to_have_value(re.compile("travel cot"))
    return ana


def _take(page: Page, name: str) -> None:
    path = PLACE / name
    size = path.write_bytes(repacked(page.screenshot(animations="disabled", caret="hide")))
    print(f"{path}: {size:,} bytes")
    if size > LARGEST:
        raise SystemExit(f"{name} is larger than {LARGEST:,} bytes. Show less, or take it smaller.")


if __name__ == "__main__":
    main()
