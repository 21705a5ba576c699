"""One complaint on the practice network, from the customer's click to the closed case, through pages alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.journey import (
    PHONE,
    People,
    answer_by_keys,
    check_history,
    check_sound,
    close_by_keys,
    complain,
    open_by_keys,
    row_of,
    seconds_until_seen,
)
from tests.servers.desk import Desk, desk

pytestmark = [pytest.mark.browser, pytest.mark.server]
AT_MOST = 2.0
"""Seconds from the customer's click to the case in the open inbox."""


@pytest.fixture(scope="module")
def running() -> Iterator[Desk]:
    """An installation as `emberwatch run` makes it, on whose practice network only these tests speak."""
    with desk("--no-story") as one:
        yield one


def test_a_complaint_is_heard_answered_thanked_for_and_closed(running: Desk, people: People) -> None:
    ana, mara = people.agent(running, "ana"), people.customer(running, "Mara Vale")
    check_sound(ana)
    trials = ("the rail of my crib arrived cracked", "my cot mattress smells of paint", "the drawer front fell off")
    took = []
    for trial in trials:
        took.append(seconds_until_seen(mara, ana, f"@larkfield {trial}, nobody answers and I want my money back"))
        if took[-1] < AT_MOST:
            break
    assert min(took) < AT_MOST, took

    words = trials[len(took) - 1]
    open_by_keys(ana, words)
    check_sound(ana)
    answer_by_keys(ana, "I am sorry, Mara. A new one is on its way to you today.")
    check_sound(ana)

    theirs = mara.get_by_role("article", name="Post by Larkfield").filter(has_text="A new one is on its way")
    expect(theirs).to_have_count(1)
    theirs.get_by_role("link", name="Reply to Larkfield").click()
    mara.get_by_label("Reply to @larkfield").fill("That was quick. Thank you so much, Ana!")
    mara.get_by_role("button", name="Reply", exact=True).click()
    expect(ana.locator("#thread")).to_contain_text("Thank you so much, Ana!")

    close_by_keys(ana, "1", "Solved")
    expect(row_of(ana, words)).to_have_count(0)
    check_history(
        ana, "Case opened", "Sent an answer on its way", "The answer reached the customer",
        "The network confirmed the answer", "A post joined", "Closed: Solved",
    )  # fmt: skip
    assert ana.evaluate("window.sameDocument"), "the desk was reloaded on the way"
    mara.goto("/practice/")
    expect(mara.get_by_text("A new one is on its way to you today.")).to_have_count(1)


def test_two_agents_on_one_case_do_not_both_answer(running: Desk, people: People) -> None:
    customer = people.customer(running, "Ines Holt")
    complain(customer, "@larkfield the blender you sold me caught fire, this is dangerous and I am furious")
    ana, ben = people.agent(running, "ana"), people.agent(running, "ben")
    for agent in (ana, ben):
        open_by_keys(agent, "the blender you sold me")
    expect(ana.locator("#viewers")).to_contain_text("Ben is here")
    expect(ben.locator("#viewers")).to_contain_text("Ana is here")

    ben.keyboard.press("r")
    ben.keyboard.type("Please unplug it. We will call you within the hour.")
    expect(ana.locator("#viewers")).to_contain_text("Ben is writing")
    answer_by_keys(ana, "Please unplug it at once. Are you all right?")
    expect(ben.locator("#news")).to_contain_text("Sent an answer on its way")
    ben.keyboard.press("Control+Enter")
    expect(ben.locator("#notices")).to_contain_text("Nothing was done and your text is kept")
    assert ben.input_value("#answer") == "Please unplug it. We will call you within the hour."
    customer.goto("/practice/")
    expect(customer.get_by_text("Are you all right?")).to_have_count(1)
    expect(customer.get_by_text("We will call you within the hour.")).to_have_count(0)

    ben.get_by_role("button", name="I have read it").click()
    ben.keyboard.press("Control+Enter")
    expect(customer.get_by_text("We will call you within the hour.")).to_have_count(1)


def test_a_case_is_read_and_answered_by_touch_on_a_phone(running: Desk, people: People) -> None:
    customer = people.customer(running, "Otto Reed", PHONE)
    complain(customer, "@larkfield my high chair wobbles and the shop refuses to take it back, terrible service")
    ana = people.agent(running, "ana", PHONE, has_touch=True, is_mobile=True)
    row_of(ana, "my high chair wobbles").tap()
    expect(ana.locator("#thread")).to_contain_text("my high chair wobbles")
    check_sound(ana)
    ana.get_by_role("button", name="Customer and history").tap()
    expect(ana.get_by_text("Why here in line")).to_be_visible()
    ana.get_by_role("button", name="Conversation").tap()
    ana.locator("#answer").tap()
    ana.locator("#answer").fill("I am sorry, Otto. We take it back, and the postage is ours.")
    ana.locator("#send").tap()
    expect(ana.locator("#thread .ours .sending")).to_contain_text("Sent")
    expect(customer.get_by_text("We take it back, and the postage is ours.")).to_have_count(1)
    check_sound(ana)
    ana.locator("#back").tap()
    expect(ana.locator("#queue")).to_be_visible()
