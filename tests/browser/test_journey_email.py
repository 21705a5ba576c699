"""One complaint by real e-mail, from the customer's mail program to the closed case."""

from __future__ import annotations

import email
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest
from playwright.sync_api import Page, expect

from emberwatch.channels._email_parse import message_ref
from tests.browser.journey import (
    SOON,
    People,
    answer_by_keys,
    check_history,
    check_sound,
    close_by_keys,
    open_by_keys,
    row_of,
)
from tests.browser.outside import Outside
from tests.channels.rigs.email import CARE, Rig
from tests.servers.desk import Desk, desk

pytestmark = [pytest.mark.browser, pytest.mark.server]
MARA = "mara@quill.example"
ANSWER = "Dear Mara, I am sorry. Both legs are in the post to you, and the courier knows your door."


@pytest.fixture(scope="module")
def post_office() -> Iterator[Outside[Rig]]:
    """Dovecot and an SMTP server, with our mailbox and Mara's."""
    if Rig.unavailable:
        pytest.skip(Rig.unavailable)
    with Outside(Rig()) as running:
        yield running


@pytest.fixture(scope="module")
def running(post_office: Outside[Rig]) -> Iterator[Desk]:
    """An installation that does not know the mailbox yet."""
    with desk("--no-story") as one:
        yield one


def add_source(page: Page, rig: Rig) -> None:
    """Fill in the form of the Sources page, ask the servers first, then save."""
    page.goto("/w/larkfield/sources/new/")
    page.get_by_role("link", name="E-mail").click()
    values = rig.settings()
    for label, value in (
        ("IMAP server", values["imap_host"]), ("SMTP server", values["smtp_host"]), ("Our address", CARE),
        ("User name", values["username"]), ("Our name", values["display_name"]),
        ("IMAP port", values["imap_port"]), ("SMTP port", values["smtp_port"]),
    ):  # fmt: skip
        page.get_by_label(label).fill(str(value))
    page.get_by_label("Password").fill(values["password"])
    page.get_by_label("IMAP security").select_option("none")
    page.get_by_label("SMTP security").select_option("none")
    page.get_by_role("button", name="Check first").click()
    expect(page.locator("#checked")).to_contain_text("It works.")
    check_sound(page)
    page.get_by_role("button", name="Save and listen").click()
    page.wait_for_url("**/sources/*/")
    expect(page.locator("#health")).to_contain_text("heard")


def in_the_box_of(rig: Rig, address: str, count: int) -> list[EmailMessage]:
    """The mails in somebody's mailbox, once there are so many."""
    deadline = time.monotonic() + SOON / 1000
    while len(rig.servers.mails(address)) < count:
        assert time.monotonic() < deadline, f"{address} did not get {count} mails"
        time.sleep(0.05)
    return [email.message_from_bytes(raw, policy=default) for raw in rig.servers.mails(address)]  # type: ignore[misc]


def test_a_complaint_by_mail_is_answered_by_mail_once_and_closed(
    post_office: Outside[Rig], running: Desk, people: People
) -> None:
    rig = post_office.it
    add_source(people.agent(running, "ruth"), rig)
    ana = people.agent(running, "ana")
    complaint = post_office.do(rig.say("My table came with two legs instead of four. What am I to do with it?"))
    expect(row_of(ana, "two legs instead of four")).to_have_count(1)
    open_by_keys(ana, "two legs instead of four")
    expect(ana.locator("#context")).to_contain_text("Mara Quill")
    check_sound(ana)
    answer_by_keys(ana, ANSWER, key="p")

    (theirs,) = in_the_box_of(rig, MARA, 1)
    assert theirs["In-Reply-To"] == f"<{complaint.id}>"
    assert f"<{complaint.id}>" in theirs["References"]
    assert (theirs["Subject"], theirs["From"].addresses[0].addr_spec) == ("Re: My order", CARE)
    assert post_office.do(rig.ours()) == [ANSWER]

    ours = message_ref(CARE, theirs["Message-ID"].strip("<>"))
    post_office.do(rig.say("Thank you, that is very kind of you!", parent=ours))
    expect(ana.locator("#thread")).to_contain_text("that is very kind of you")
    expect(ana.locator("#rows .row")).to_have_count(0)
    close_by_keys(ana, "3", "Made good")
    check_history(
        ana, "Case opened", "Sent an answer on its way", "The network confirmed the answer", "A post joined",
        "Closed: Made good",
    )  # fmt: skip
    assert len(in_the_box_of(rig, MARA, 1)) == 1
