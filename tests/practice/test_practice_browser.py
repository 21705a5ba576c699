"""Two visitors in real browsers: what one does, the other sees without reloading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.channels.rigs.practice import Rig

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as Debian ships it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


complaints: list[str] = []


def _complain(said: ConsoleMessage) -> None:
    if said.type == "error":
        complaints.append(said.text)


def visit(browser: Browser, network: Rig, path: str = "/", **context: Any) -> Page:
    page = browser.new_context(**context).new_page()
    page.on("console", _complain)
    page.goto(network.base_url + path)
    return page


def test_what_one_visitor_does_another_sees_without_reloading(browser: Browser, network: Rig) -> None:
    mara, otto = visit(browser, network), visit(browser, network)
    otto.locator("#who summary").click()
    otto.get_by_role("button", name="Otto Pfahl").click()
    expect(otto.get_by_text("as Otto Pfahl")).to_be_visible()
    otto.evaluate("window.same = true")

    mara.get_by_label("What is happening?").fill("The rail is cracked 😭 @larkfield")
    mara.get_by_role("button", name="Post", exact=True).click()
    post = otto.get_by_role("article", name="Post by Mara Quill").first
    expect(post).to_contain_text("The rail is cracked 😭")
    expect(otto.get_by_role("status")).to_have_text("A new post")

    post.get_by_role("button", name="Repost").click()
    expect(mara.get_by_text("Otto Pfahl reposted")).to_be_visible()
    expect(post.get_by_role("button", name="Repost, 1 so far")).to_have_attribute("aria-pressed", "true")
    assert otto.evaluate("window.same") is True, "the page was reloaded"

    post.get_by_role("link", name="Reply to Mara Quill").click()
    otto.get_by_label("Reply to @mara").fill("Mine too.")
    otto.keyboard.press("Control+Enter")
    expect(mara.get_by_role("article", name="Post by Otto Pfahl")).to_contain_text("Mine too.")

    mara.get_by_role("button", name="Delete your post").click()
    expect(otto.get_by_text("This post was deleted by its author.")).to_be_visible()
    assert not complaints


def test_words_being_written_survive_what_arrives(browser: Browser, network: Rig) -> None:
    page = visit(browser, network)
    box = page.get_by_label("What is happening?")
    box.fill("I am still writing")
    network.backstage("POST", "/people/posts", handle="jo", text="Look, a comet!")
    expect(page.get_by_text("Look, a comet!")).to_be_visible()
    expect(box).to_have_value("I am still writing")
    expect(box).to_be_focused()


def test_the_letters_left_are_counted_as_people_count(browser: Browser, network: Rig) -> None:
    page = visit(browser, network)
    page.get_by_label("What is happening?").fill("👩‍👩‍👧‍👦" * 3)
    expect(page.locator("#left")).to_have_text("497 left")
    page.get_by_label("What is happening?").fill("x" * 503)
    expect(page.locator("#left")).to_have_text("3 too many")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible_and_fits(browser: Browser, network: Rig, scheme: Any, width: int) -> None:
    post = network.backstage("POST", "/people/posts", handle="mara", name="Mara Quill", text="w" * 200 + " #larkfail")
    network.backstage("POST", "/people/posts", handle="otto", text="Hm.", reply_to=post["id"])
    network.backstage("POST", "/people/posts", handle="mara", text="Order 4471.", private_to="larkfield")
    page = visit(browser, network, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in ("/", f"/post/{post['id']}/", f"/post/{post['id']}/edit/", "/@larkfield/", "/messages/",
                 "/messages/larkfield/", "/?q=nothing-like-it"):  # fmt: skip
        page.goto(network.base_url + path)
        found = Axe().run(page)
        assert not found.violations_count, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.locator("#who summary").click()
    assert not Axe().run(page).violations_count
    assert not complaints


def test_without_scripts_everything_still_works(browser: Browser, network: Rig) -> None:
    page = visit(browser, network, java_script_enabled=False)
    page.get_by_label("What is happening?").fill("No scripts here.")
    page.get_by_role("button", name="Post", exact=True).click()
    post = page.get_by_role("article").filter(has_text="No scripts here.")
    post.get_by_role("button", name="Like").click()
    expect(post.get_by_role("button", name="Like, 1 so far")).to_be_visible()
    post.get_by_role("button", name="Delete").click()
    expect(post).to_have_count(0)
