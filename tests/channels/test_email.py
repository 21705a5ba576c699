"""E-mail beyond the conformance kit: hostile mail, real Dovecot and SMTP, and what they do when they break."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.channels._email_automatic import is_machine_address
from emberwatch.channels._email_compose import Sender, compose, key_id, subject, why_not
from emberwatch.channels._email_flowed import flow, unflow
from emberwatch.channels._email_folding import fold
from emberwatch.channels._email_html import html_to_text
from emberwatch.channels._email_parse import MOST_RAW, message_ref, parse_mail
from emberwatch.channels.email import Config, Email, Place
from emberwatch.channels.errors import (
    Ambiguous,
    AuthExpired,
    BadCursor,
    ChannelError,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)
from emberwatch.channels.interface import Condition, Tools
from emberwatch.channels.registry import open_channel
from emberwatch.vocabulary.acts import Allowed, Denied, Like, Private, Receipt, Reply, Thread, Unknown
from emberwatch.vocabulary.posts import Author, Batch, Event, Refusal
from tests.channels.rigs.email import CARE, Rig
from tests.servers.mail import PASSWORD
from tests.servers.processes import free_port

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
MARA = Author(id="mara@quill.example", name="Mara Quill")
HEAD = b"From: Mara Quill <mara@quill.example>\r\nSubject: Jar\r\nMessage-ID: <jar@quill.example>\r\n"


def thread(**changes: Any) -> Thread:
    usual: dict[str, Any] = {
        "target": message_ref(CARE, "jar-1@quill.example"),
        "author": MARA,
        "private": True,
        "subject": "Jar",
    }
    return Thread(**(usual | changes))


def written(**changes: Any) -> EmailMessage:
    mail = compose(thread(**changes), "Hello Mara", sender=Sender(CARE, "Larkfield Care"), key="key-1", now=NOW)
    return message_from_bytes(mail.as_bytes(), policy=default)


def event(raw: bytes) -> Event:
    parsed = parse_mail(raw, account=CARE)
    assert isinstance(parsed, Event)
    return parsed


# What is new in a mail


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("It broke.", "It broke."),
        ("It broke.\n\n-- \nMara\nWaterville", "It broke."),
        ("It broke.\n\nBest regards\nMara Quill", "It broke."),
        ("It broke.\n\nMit freundlichen Grüßen\nMara Quill", "It broke."),
        ("It broke.\n\nSent from my phone", "It broke."),
        # a customer's own words that look like a signature or a quoted header
        ("Hello,\nThanks, but I am still waiting.\nCall me.", "Hello,\nThanks, but I am still waiting.\nCall me."),
        ("I flew\nFrom: Dublin\nTo: Waterville\nNo bag came.", "I flew\nFrom: Dublin\nTo: Waterville\nNo bag came."),
        ("Three things:\n- the lid\n- the jar\n- the box", "Three things:\n- the lid\n- the jar\n- the box"),
        ("Take it back.\nKhaki is not blue.", "Take it back.\nKhaki is not blue."),
        ("On Monday your man wrote:\nwe pay.\nYou did not.", "On Monday your man wrote:\nwe pay.\nYou did not."),
        # quotes above, below and between
        ("No.\n\nOn Tue, 17 Nov 2026, Larkfield Care wrote:\n> Did it come?", "No."),
        ("No.\n\nOn Tue, 17 Nov 2026 at 09:12, Larkfield Care\n<care@larkfield.example> wrote:\n> Did it come?", "No."),
        ("> Did it come?\nNo.", "No."),
        ("On Tue, 17 Nov 2026, Larkfield Care wrote:\n> Which?\nBlue.\n> When?\nMonday.", "Blue.\n\nMonday."),
        ("Nein.\n\nAm 17.11.2026 um 09:12 schrieb Larkfield Care:\n> Ist es da?", "Nein."),
        ("Non.\n\nLe mar. 17 nov. 2026 à 09:12, Larkfield <care@larkfield.example> a écrit :\n> Bien ?", "Non."),
        ("No.\n\nEl mar, 17 nov 2026, Larkfield\n(<care@larkfield.example>) escribió:\n> ¿Llegó?", "No."),
        ("Nej.\n\nDen 17 nov. 2026 skrev Larkfield <care@larkfield.example>:\n> Kom den?", "Nej."),
        ("Taki bałagan.\n\nW dniu 17.11.2026 o 09:12, Larkfield napisał:\n> Jest?", "Taki bałagan."),
        ("No.\n\n-----Original Message-----\nFrom: care@larkfield.example\nSent: Tuesday\n\nDid it come?", "No."),
        ("No.\n\nFrom: Larkfield\nSent: Tuesday, 17 November 2026\nTo: Mara\nSubject: Jar\n\nDid it come?", "No."),
        # nothing of their own: show it all rather than nothing
        ("> Did it come?", "> Did it come?"),
    ],
)  # fmt: skip
def test_only_new_words_are_kept(text: str, new: str) -> None:
    assert re.sub(r"\n+", "\n", fold(text)) == re.sub(r"\n+", "\n", new)


@pytest.mark.parametrize("divider", ["---------- Forwarded message ---------", "Begin forwarded message:"])
def test_a_forwarded_mail_is_kept_whole(divider: str) -> None:
    text = f"See what they wrote.\n\n{divider}\nFrom: shop@larkfield.example\nSubject: No\n\nNo refund.\n-- \nThe shop"
    assert fold(text) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<div>Three</div>", "One\nTwo\nThree"),
        ("<ul><li>lid<li>jar</ul>", "- lid\n- jar"),
        ("<blockquote>old<blockquote>older</blockquote></blockquote>new", "> old\n> > older\nnew"),
        ("<style>p{}</style><script>alert(1)</script>words &amp; more&nbsp;words", "words & more words"),
        ('<a href="https://hill.example/x">our page</a>', "our page (https://hill.example/x)"),
        ('<a href="https://hill.example/x">hill.example/x</a>', "hill.example/x"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ("&lt;script&gt;", "<script>"),
        ("<p>a<p>b", "a\n\nb"),
    ],
)
def test_html_becomes_lines_of_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


# Hostile and broken mail


def nested(depth: int) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    )
    return HEAD + opening + b"Content-Type: text/plain\r\n\r\nwords at the bottom\r\n"


HOSTILE = {
    "nothing": b"",
    "null bytes": b"\0" * 1000,
    "a web page": b"<html><body>502</body></html>",
    "2,000 nested multiparts": nested(2000),
    "5,000 mails in mails": HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: y\r\n" * 5000,
    "brackets in From": b"From: " + b"(" * 20000 + b"\r\n\r\nhi",
    "a subject of 5 MB": b"Subject: " + b"=?utf-8?q?a?= " * 350_000 + b"\r\n\r\nhi",
    "html nested 100,000 deep": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"words",
    "html font bomb": HEAD
    + b"Content-Type: text/html\r\n\r\n"
    + b"".join(b"<font size=%d>" % size for size in range(5000))
    + b"<p>x" * 100_000,
    "one line that begins like a quote": HEAD + b"\r\nOn " + b"a b " * 1_000_000,
    "a million blank lines": HEAD + b"\r\n" + b"\n" * 1_000_000,
    "lines of quote marks": HEAD + b"\r\n" + b"> " * 500_000,
    "an unknown charset": HEAD + b'Content-Type: text/plain; charset="x-\xff"\r\n\r\nwords',
    "a charset that is none": HEAD + b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"a." * 100_000,
    "parameters without end": HEAD + b"Content-Type: text/plain; " + b"a*0=b; " * 20_000 + b"\r\n\r\nwords",
    "a year that is none": b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n" + HEAD + b"\r\nwords",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_mail_is_kept_and_told_in_seconds(case: str) -> None:
    started = time.monotonic()
    parsed = parse_mail(HOSTILE[case], account=CARE)
    assert time.monotonic() - started < 20
    assert parsed.raw == HOSTILE[case][:MOST_RAW]
    if isinstance(parsed, Event):
        everything = f"{parsed.title}{parsed.text}{parsed.author}{parsed.ref}"
        assert "\0" not in everything
        everything.encode()
    else:
        assert parsed.reason.endswith(".")


@given(st.binary(max_size=400), st.integers(0, 400))
def test_no_bytes_make_the_parse_raise(noise: bytes, place: int) -> None:
    parts = b"--x\r\nContent-Type: text/html\r\n\r\n<p>hi\r\n--x--"
    whole = HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + parts
    for raw in (noise, whole[:place] + noise + whole[place:]):
        assert isinstance(parse_mail(raw, account=CARE), Event | Refusal)


def test_words_under_thirty_nested_parts_are_found() -> None:
    assert event(nested(30)).text == "words at the bottom"


def test_a_mail_without_an_id_gets_the_same_one_on_every_way() -> None:
    body = b"From: mara@quill.example\r\nDate: Mon, 16 Nov 2026 09:00:00 +0000\r\n\r\nhello"
    one = event(b"Received: from a; Mon, 16 Nov 2026 09:00:01 +0000\r\n" + body)
    other = event(b"Delivered-To: care@larkfield.example\r\n" + body.replace(b"\r\n", b"\n"))
    assert one.ref == other.ref
    assert event(body + b"!").ref != one.ref


@pytest.mark.parametrize(
    ("sent", "received", "created"),
    [
        ("Mon, 16 Nov 2026 10:30:00 +0100", "Mon, 16 Nov 2026 09:30:05 +0000", "2026-11-16T09:30:00+00:00"),
        ("Wed, 18 Nov 2026 10:30:00 +0100", "Mon, 16 Nov 2026 09:30:05 +0000", "2026-11-16T09:30:05+00:00"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", "Mon, 16 Nov 2026 09:30:05 +0000", "2026-11-16T09:30:05+00:00"),
        ("Mon, 16 Nov 2026 10:30:00", "", "2026-11-16T10:30:00+00:00"),
        ("yesterday", "Mon, 16 Nov 2026 09:30:05 +0000", "2026-11-16T09:30:05+00:00"),
        ("", "", None),
    ],
)
def test_a_wrong_clock_does_not_move_a_mail_in_time(sent: str, received: str, created: str | None) -> None:
    head = f"Received: from a by b; {received}\r\n" if received else ""
    moment = event(f"{head}Date: {sent}\r\n".encode() + HEAD + b"\r\nhi").created_at
    assert moment == (datetime.fromisoformat(created) if created else None)


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True), ("Auto-Submitted: no", False),
        ("Auto-Submitted: auto-generated; x", True),
        ("Precedence: bulk", True), ("Precedence: first-class", False), ("List-Id: <jars.example>", True),
        ("X-Auto-Response-Suppress: All", True), ("Return-Path: <>", True),
        ("Return-Path: <mara@quill.example>", False),
        ("X-Failed-Recipients: a@b.example", True), ("Subject: Automatic reply: Jar", True),
        ("Subject: The automatic reply you sent me is an insult", False), ("X-Mailer: Jar", False),
    ],
)  # fmt: skip
def test_a_machine_is_told_from_a_person(header: str, automatic: bool) -> None:
    raw = f"{header}\r\nFrom: mara@quill.example\r\n\r\nhi".encode()
    assert bool(event(raw).automatic) is automatic


@pytest.mark.parametrize(
    ("address", "machine"),
    [
        ("noreply@shop.example", True), ("do-not-reply@shop.example", True), ("orders-no_reply@shop.example", True),
        ("MAILER-DAEMON@mail.example", True), ("bounces+17=a@list.example", True), ("postmaster@mail.example", True),
        ("mara@quill.example", False), ("noreplyson@quill.example", False), ("arno.reply@quill.example", False),
    ],
)  # fmt: skip
def test_an_address_that_nobody_reads(address: str, machine: bool) -> None:
    assert is_machine_address(address) is machine


# Our answers


@pytest.mark.parametrize(
    ("before", "after"),
    [("Jar", "Re: Jar"), ("Re: Jar", "Re: Jar"), ("RE: Aw: SV: Re[2]: Jar", "Re: Jar"), ("", "Re: your message"),
     ("Jar\r\nBcc: thief@hill.example", "Re: Jar Bcc: thief@hill.example"), ("Retour", "Re: Retour")],
)  # fmt: skip
def test_a_subject_is_marked_once(before: str, after: str) -> None:
    assert subject(before) == after


def test_an_answer_stands_in_its_thread() -> None:
    raw = b"References: <first@quill.example> <key-0@larkfield.example>\r\n" + HEAD + b"\r\nhi"
    mail = written(raw=raw)
    assert mail["Message-ID"] == "<key-1@larkfield.example>"
    assert mail["In-Reply-To"] == "<jar-1@quill.example>"
    assert mail["References"].split() == ["<first@quill.example>", "<key-0@larkfield.example>", "<jar-1@quill.example>"]
    assert "Auto-Submitted" not in mail


def test_nothing_a_customer_sends_becomes_a_header_of_ours() -> None:
    evil = "x\r\nBcc: thief@hill.example\r\n\r\nbody"
    mail = written(
        subject=evil, author=Author(id="mara@quill.example", name=evil),
        target=message_ref(CARE, "a@b>\r\nBcc: thief@hill.example"),
        references=("c@d\r\nBcc: thief@hill.example",), raw=b"References: <e@f\rBcc: x>\n\nx",
    )  # fmt: skip
    assert "Bcc" not in mail
    assert len(mail.items()) == len({name for name, _ in mail.items()})
    assert [address.addr_spec for address in mail["To"].addresses] == ["mara@quill.example"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"author": Author(id=CARE.upper())}, "our own address"),
        ({"author": Author(id="noreply@shop.example")}, "Nobody reads"),
        ({"author": Author(id="")}, "no address"),
        ({"author": Author(id="mara@quill.example\r\nRCPT TO:<thief@hill.example>")}, "no address"),
        ({"author": Author(id="mara@quill.example, thief@hill.example")}, "no address"),
        ({"raw": b"Auto-Submitted: auto-replied\r\nFrom: mara@quill.example\r\n\r\nhi"}, "loop"),
        ({"author": Author(id="mära@quill.example")}, "before the @"),
    ],
)
def test_some_mail_must_not_be_answered(changes: dict[str, Any], words: str) -> None:
    assert words in why_not(thread(**changes), CARE)


def test_a_key_of_any_shape_makes_one_lawful_id() -> None:
    assert key_id("0198-a.b_c", "larkfield.example") == "0198-a.b_c@larkfield.example"
    strange = key_id("a b>\r\n<c@d", "larkfield.example")
    assert re.fullmatch(r"[0-9a-f]{64}@larkfield\.example", strange)
    assert strange == key_id("a b>\r\n<c@d", "larkfield.example") != key_id("a b>\r\n<c@e", "larkfield.example")


@given(st.lists(st.sampled_from(["a", "word ", "  ", "> ", "\n", "From ", "verylong" * 12, "é", "-- ", "-"])))
def test_wrapped_text_is_read_back_as_it_was_written(pieces: list[str]) -> None:
    text = "\n".join(line.rstrip() for line in "".join(pieces).split("\n"))
    assert unflow(flow(text)) == text


def test_a_password_is_in_no_repr() -> None:
    settings: dict[str, Any] = {
        "imap_host": "h",
        "smtp_host": "h",
        "address": CARE,
        "username": CARE,
        "password": PASSWORD,
    }
    channel = open_channel("email", settings, Tools(None, lambda: NOW))  # type: ignore[arg-type]
    assert isinstance(channel, Email)
    shown = [repr(Config(**settings)), *(repr(value) for value in vars(channel).values())]
    assert not any(PASSWORD in one or repr(PASSWORD)[1:-1] in one for one in shown)


def test_settings_with_a_line_break_are_refused() -> None:
    with pytest.raises(ValueError, match="username"):
        Config(imap_host="h", smtp_host="h", address=CARE, username="a\r\nb", password="x")


@pytest.mark.parametrize("cursor", ["x", "1:2", "1:2:x", "1:2:3:4"])
def test_a_place_nobody_can_read_is_told(cursor: str) -> None:
    with pytest.raises(BadCursor, match="Nothing is lost"):
        Place.read(cursor)


# Real servers


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    if Rig.unavailable:
        pytest.skip(Rig.unavailable)
    bench = Rig()
    await bench.start()
    yield bench
    await bench.stop()


def opened(rig: Rig, **changes: Any) -> Email:
    channel = open_channel("email", rig.settings() | changes, Tools(None, lambda: datetime.now(UTC)))  # type: ignore[arg-type]
    assert isinstance(channel, Email)
    return channel


async def heard(channel: Email, cursor: str | None = None) -> tuple[list[Batch], str | None]:
    batches = [batch async for batch in channel.fetch(cursor)]
    return batches, next((batch.cursor for batch in reversed(batches) if batch.cursor), cursor)


def texts(batches: list[Batch]) -> list[str]:
    return [one.text for batch in batches for one in batch.events]


async def until_event(batches: AsyncIterator[Batch], *, seconds: float = 20) -> Batch:
    async with asyncio.timeout(seconds):
        async for batch in batches:
            if batch.events:
                return batch
    raise AssertionError("the stream ended")


async def test_reading_leaves_the_mailbox_as_it_was(rig: Rig) -> None:
    await rig.say("The jar broke")
    channel = opened(rig)
    batches, cursor = await heard(channel)
    assert texts(batches) == ["The jar broke"]
    assert (await heard(channel, cursor))[0] == []
    said = [command.split(" ", 1)[-1] for command in rig.proxy.commands]
    assert any("BODY.PEEK[]" in command for command in said)
    assert not any(word in command for command in said for word in ("SELECT", "STORE", "EXPUNGE", "BODY["))
    home = rig.servers.folder / "mail" / CARE
    flags = {path.name.partition(":2,")[2] for part in ("new", "cur") for path in (home / part).iterdir()}
    assert flags == {""}


async def test_a_long_absence_is_read_in_batches_and_can_be_taken_up_anywhere(rig: Rig) -> None:
    for number in range(120):
        rig.servers.delivery.deliver(CARE, HEAD.replace(b"<jar@", b"<jar-%d@" % number) + b"\r\nmail %d" % number)
    channel = opened(rig)
    batches, cursor = await heard(channel)
    assert [len(batch.events) for batch in batches] == [50, 50, 20]
    assert [(batch.done, batch.total) for batch in batches] == [(50, 120), (100, 120), (120, 120)]
    assert texts(batches) == [f"mail {number}" for number in range(120)]
    again, _ = await heard(channel, batches[0].cursor)
    assert texts(again) == texts(batches[1:])
    assert (await heard(channel, cursor))[0] == []


async def test_an_empty_mailbox_has_a_place_too(rig: Rig) -> None:
    channel = opened(rig)
    batches, cursor = await heard(channel)
    assert [batch.events for batch in batches] == [()]
    assert cursor is not None
    old = b"Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n" + HEAD + b"\r\nlate"
    rig.servers.delivery.deliver(CARE, old)
    assert texts((await heard(channel, cursor))[0]) == ["late"]


async def test_uids_that_start_anew_lose_nothing(rig: Rig) -> None:
    await rig.say("first")
    channel = opened(rig)
    before, cursor = await heard(channel)
    rig.servers.stop_imap()
    await rig.say("second")
    rig.servers.recreate_inbox(CARE)
    rig.servers.start_imap()
    after, again = await heard(channel, cursor)
    assert texts(after) == ["first", "second"]
    assert before[0].events[0].ref in {one.ref for batch in after for one in batch.events}
    assert cursor is not None
    assert again is not None
    assert cursor.split(":")[0] != again.split(":")[0]


async def test_a_mail_over_25_mb_is_heard_by_its_beginning(rig: Rig) -> None:
    big = HEAD + b"\r\nThe picture is below.\r\n\r\n" + b"x" * 76 + (b"\r\n" + b"y" * 76) * 330_000
    assert len(big) > 25_000_000
    rig.servers.delivery.deliver(CARE, big)
    await rig.say("a small one behind it")
    batches, _ = await heard(opened(rig))
    large, small = texts(batches)
    assert large.startswith("The picture is below.")
    assert small == "a small one behind it"
    assert max(len(one.raw) for batch in batches for one in batch.events) <= MOST_RAW


async def test_mail_that_cannot_be_understood_is_set_aside_and_the_rest_is_heard(rig: Rig) -> None:
    rig.servers.delivery.deliver(CARE, nested(2000))
    await rig.say("a good one")
    batches, _ = await heard(opened(rig))
    assert texts(batches) == ["a good one"]
    refused = [one for batch in batches for one in batch.refused]
    assert len(refused) == 1
    assert "nested" in refused[0].reason


@pytest.mark.parametrize("idle", [True, False])
async def test_new_mail_wakes_the_stream(rig: Rig, idle: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.proxy.hide_idle = not idle
    monkeypatch.setattr("emberwatch.channels.email._POLL_SECONDS", 0.5)
    async with aclosing(opened(rig).stream(None)) as stream:  # type: ignore[type-var]
        first = await anext(stream)
        assert first.cursor
        waiting = asyncio.create_task(until_event(stream))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        started = time.monotonic()
        await rig.say("now")
        batch = await waiting
        assert texts([batch]) == ["now"]
        # Dovecot looks once a second in these tests; five times that is slack for a busy machine.
        assert time.monotonic() - started < 5
    assert any(command.endswith(" IDLE") for command in rig.proxy.commands) is idle


@pytest.mark.parametrize("how", ["cut", "restart"])
async def test_a_stream_survives_a_broken_connection(rig: Rig, how: str) -> None:
    async with aclosing(opened(rig).stream(None)) as stream:  # type: ignore[type-var]
        await anext(stream)
        waiting = asyncio.create_task(until_event(stream))
        await asyncio.sleep(0.3)
        if how == "cut":
            rig.proxy.cut()
            await rig.say("after")
        else:
            rig.servers.stop_imap()
            await rig.say("after")
            await asyncio.sleep(1)
            rig.servers.start_imap()
        assert texts([await waiting]) == ["after"]


async def test_a_stream_gives_signs_of_life_and_tells_when_it_is_deaf(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Email, "spec", dataclasses.replace(Email.spec, interval=timedelta(seconds=1)))
    async with aclosing(opened(rig).stream(None)) as stream:  # type: ignore[type-var]
        started = time.monotonic()
        signs = [await anext(stream) for _ in range(4)]
        assert all(not batch.events for batch in signs)
        assert time.monotonic() - started < 10
        rig.servers.stop_imap()
        rig.proxy.close()
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
            async with asyncio.timeout(20):
                while True:
                    await anext(stream)


async def test_closing_a_stream_leaves_no_connection(rig: Rig) -> None:
    stream = opened(rig).stream(None)
    await anext(stream)
    waiting = asyncio.create_task(until_event(stream))
    await asyncio.sleep(0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    deadline = time.monotonic() + 5
    while any(connection.fileno() >= 0 for connection in rig.proxy._open):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_an_answer_reaches_the_customer_and_the_sent_folder(rig: Rig) -> None:
    ref = await rig.say("The jar broke")
    receipt = await opened(rig).act(Private(await rig.thread(ref), "We are sorry, Mära.\n\n.hidden dot"), "key-1")
    assert receipt.ref == message_ref(CARE, "key-1@larkfield.example")
    assert await rig.ours() == ["We are sorry, Mära.\n\n.hidden dot"]
    (copy,) = rig.servers.mails(CARE, "Sent")
    assert event(copy).ref == receipt.ref
    assert event(copy).ours
    assert event(copy).parent == ref


async def test_a_copy_that_cannot_be_kept_is_no_failure(rig: Rig) -> None:
    told = await rig.thread(await rig.say("The jar broke"))
    rig.servers.stop_imap()
    assert (await opened(rig).act(Private(told, "We are sorry"), "key-1")).ref.id == "key-1@larkfield.example"
    assert await rig.ours() == ["We are sorry"]


async def test_an_answer_lost_after_the_last_line_is_ambiguous_and_sent_once(rig: Rig) -> None:
    told = await rig.thread(await rig.say("The jar broke"))
    channel, action = opened(rig), Private(told, "We are sorry")
    rig.servers.delivery.answers.arm(DROP="taken")
    with pytest.raises(Ambiguous, match="Look whether it arrived"):
        await channel.act(action, "key-1")
    assert await rig.ours() == ["We are sorry"]
    assert isinstance(found := await channel.find(action, "key-1"), Unknown)
    assert "risk that it arrives twice" in found.reason


async def test_the_customers_answer_proves_that_ours_arrived(rig: Rig) -> None:
    told = await rig.thread(await rig.say("The jar broke"))
    channel, action = opened(rig), Private(told, "We are sorry")
    rig.servers.delivery.answers.arm(DROP="taken")
    with pytest.raises(Ambiguous):
        await channel.act(action, "key-1")
    await rig.say("Thank you", parent=message_ref(CARE, "key-1@larkfield.example"))
    assert isinstance(found := await channel.find(action, "key-1"), Receipt)
    assert found.ref.id == "key-1@larkfield.example"


async def test_find_cannot_say_anything_without_the_mailbox(rig: Rig) -> None:
    told = await rig.thread(await rig.say("The jar broke"))
    rig.servers.stop_imap()
    assert isinstance(await opened(rig).find(Private(told, "x"), "key-1"), Unknown)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"AUTH": "535 5.7.8 No"}, AuthExpired, "user name and password"),
        ({"RCPT": "451 4.7.1 Greylisted, try again later"}, RateLimited, "try again later"),
        ({"RCPT": "450 4.2.0 Mailbox busy"}, Unreachable, "cannot take mail now"),
        ({"RCPT": "550 5.1.1 No such user"}, Refused, "550"),
        ({"DATA": "552 5.3.4 Too big"}, Refused, "too large"),
        ({"DATA": "554 5.7.1 Spam"}, Refused, "554"),
        ({"DATA": "451 4.3.0 Disk trouble"}, Unreachable, "cannot take mail now"),
    ],
)
async def test_each_refusal_is_told_for_what_it_is(
    rig: Rig, answer: dict[str, str], kind: type[ChannelError], words: str
) -> None:
    told = await rig.thread(await rig.say("The jar broke"))
    rig.servers.delivery.answers.arm(**answer)
    with pytest.raises(kind, match=words) as failure:
        await opened(rig).act(Private(told, "We are sorry"), "key-1")
    assert "127.0.0.1" in str(failure.value)
    assert PASSWORD not in str(failure.value)
    assert failure.value.__cause__ is None
    assert await rig.ours() == []
    # the refusal was for that attempt only
    await opened(rig).act(Private(told, "We are sorry"), "key-1")
    assert await rig.ours() == ["We are sorry"]


async def test_a_wrong_password_and_a_missing_folder_are_named(rig: Rig) -> None:
    with pytest.raises(AuthExpired, match="Enter them again") as failure:
        await heard(opened(rig, password="not-the-password"))
    assert "not-the-password" not in str(failure.value)
    assert (await opened(rig, password="not-the-password").check()).condition is Condition.REAUTH
    with pytest.raises(Refused, match=r"no folder 'Complaints'.*INBOX, Sent"):
        await heard(opened(rig, folder="Complaints"))


async def test_dead_and_deaf_servers_are_named(rig: Rig) -> None:
    dead = free_port()
    with pytest.raises(Unreachable, match=f"127\\.0\\.0\\.1:{dead}"):
        await heard(opened(rig, imap_port=dead))
    told = thread()
    with pytest.raises(Unreachable, match=f"127\\.0\\.0\\.1:{dead}.*Nothing was sent"):
        await opened(rig, smtp_port=dead).act(Private(told, "x"), "key-1")
    health = await opened(rig, smtp_port=dead).check()
    assert health.condition is Condition.DEGRADED
    with socket.create_server(("127.0.0.1", 0)) as web:
        serving = asyncio.get_running_loop().run_in_executor(None, _answer_as_web_server, web)
        with pytest.raises(ChannelError, match=r"127\.0\.0\.1"):
            await heard(opened(rig, imap_port=web.getsockname()[1]))
        await serving


def _answer_as_web_server(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n<html></html>")


async def test_tls_works_both_ways_and_an_unknown_certificate_is_refused(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = rig.servers
    starttls: dict[str, Any] = {
        "imap_port": servers.imap_port,
        "imap_security": "starttls",
        "smtp_security": "starttls",
    }
    ports = {"imap_port": servers.imaps_port, "smtp_port": servers.smtps_port}
    tls: dict[str, Any] = {"imap_security": "tls", "smtp_security": "tls"} | ports
    told = await rig.thread(await rig.say("The jar broke"))
    for security in (tls, starttls):
        with pytest.raises(Refused, match="certificate") as failure:
            await heard(opened(rig, **security))
        assert not failure.value.permanent
        with pytest.raises(Refused, match="certificate"):
            await opened(rig, **security).act(Private(told, "x"), "key-1")
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.certificate))
    for number, security in enumerate((tls, starttls)):
        channel = opened(rig, **security)
        assert (await channel.check()).condition is Condition.OK
        await channel.act(Private(told, f"answer {number}"), f"key-{number}")
        async with aclosing(channel.stream(None)) as stream:  # type: ignore[type-var]
            assert "The jar broke" in texts([await until_event(stream)])
    assert await rig.ours() == ["answer 0", "answer 1"]
    with pytest.raises(Refused, match="secure connection"):
        await heard(opened(rig, imap_security="tls", imap_port=servers.imap_port))


async def test_what_mail_cannot_do_is_refused_before_any_connection(rig: Rig) -> None:
    channel = opened(rig, imap_port=1, smtp_port=1)
    for action in (Reply(thread(), "x"), Like(thread())):
        assert isinstance(channel.may(action, thread(), NOW), Denied)
        with pytest.raises(Unsupported):
            await channel.act(action, "key-1")
    with pytest.raises(Refused, match="empty"):
        await channel.act(Private(thread(), "  "), "key-1")
    with pytest.raises(Refused, match="at most"):
        await channel.act(Private(thread(), "é" * 33_000), "key-1")
    with pytest.raises(Refused, match="our own address"):
        await channel.act(Private(thread(author=Author(id=CARE)), "x"), "key-1")
    assert channel.may(Private(thread(), "x"), thread(), NOW) == Allowed()
