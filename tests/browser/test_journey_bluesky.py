"""One complaint on a real Bluesky network, from the source's form to the closed case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from emberwatch.channels._bluesky_names import post_ref
from tests.browser.journey import (
    People,
    answer_by_keys,
    check_history,
    check_sound,
    close_by_keys,
    open_by_keys,
    row_of,
)
from tests.browser.outside import Outside
from tests.channels.rigs.bluesky import Rig
from tests.servers import ServerMissing
from tests.servers.desk import Desk, desk

pytestmark = [pytest.mark.browser, pytest.mark.server]
ANSWER = "We are sorry, Mara. Your parcel was stuck in customs and leaves tomorrow. 🙏"


@pytest.fixture(scope="module")
def network() -> Iterator[Outside[Rig]]:
    """The network, with Larkfield's account and some customers on it."""
    try:
        with Outside(Rig()) as running:
            yield running
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def running(network: Outside[Rig]) -> Iterator[Desk]:
    """An installation that does not know the network yet."""
    with desk("--no-story") as one:
        yield one


def add_source(page: Page, rig: Rig) -> None:
    """Fill in the form of the Sources page, ask the network first, then save."""
    page.goto("/w/larkfield/sources/")
    page.get_by_role("link", name="Add a source").click()
    page.get_by_role("link", name="Bluesky").click()
    page.get_by_label("Handle").fill(rig.us.handle)
    page.get_by_label("App password").fill(rig.us.app_password)
    page.get_by_text("Seldom needed").click()
    page.get_by_label("Server").fill(rig.network.pds)
    page.get_by_label("Live stream").fill(rig.network.pds.replace("http://", "ws://"))
    page.get_by_role("button", name="Check first").click()
    expect(page.locator("#checked")).to_contain_text("It works.")
    check_sound(page)
    page.get_by_role("button", name="Save and listen").click()
    page.wait_for_url("**/sources/*/")
    expect(page.locator("#health")).to_contain_text("heard")
    check_sound(page)


def test_a_complaint_on_bluesky_is_answered_there_once_and_closed(
    network: Outside[Rig], running: Desk, people: People
) -> None:
    rig = network.it
    add_source(people.agent(running, "olu"), rig)
    ana = people.agent(running, "ana")
    words = "my parcel has been lost for three weeks, nobody answers and I want my money back"
    complaint = network.do(rig.say(words))
    expect(row_of(ana, "my parcel has been lost")).to_have_count(1)
    open_by_keys(ana, "my parcel has been lost")
    check_sound(ana)
    answer_by_keys(ana, ANSWER)

    assert network.do(rig.ours()) == [ANSWER]
    theirs = network.do(rig.our_posts())[0]
    assert theirs["value"]["reply"]["parent"]["uri"] == complaint.id

    network.do(rig.say("Wonderful, thank you for the quick help!", parent=post_ref(theirs["uri"])))
    expect(ana.locator("#thread")).to_contain_text("thank you for the quick help")
    close_by_keys(ana, "2", "Answered or explained")
    check_history(
        ana, "Case opened", "Sent an answer on its way", "The network confirmed the answer", "A post joined",
        "Closed: Answered or explained",
    )  # fmt: skip
    assert network.do(rig.ours()) == [ANSWER]
