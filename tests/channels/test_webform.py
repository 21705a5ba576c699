"""The care form: who may send it, what it may hold, and what a person is told when it does not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx
import pytest

from emberwatch.channels.errors import BadSignature, Refused
from emberwatch.channels.interface import Condition, RawRequest, Tools
from emberwatch.channels.webform import Config, WebForm, issue_token
from emberwatch.vocabulary.acts import Private, Thread
from emberwatch.vocabulary.posts import Author, Event, Ref

SECRET = "a-secret-of-the-tests-only"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def form(secret: str = SECRET, previous: str = "") -> WebForm:
    return WebForm(Config(secret=secret, previous_secret=previous), Tools(httpx.AsyncClient(), lambda: NOW))


def token(age: timedelta = timedelta(minutes=1), *, secret: str = SECRET, name: str = "care", nonce: str = "n1") -> str:
    return issue_token(secret, form=name, now=NOW - age, nonce=nonce)


def send(fields: dict[str, str], *, to: WebForm | None = None) -> Event:
    body = urlencode({"token": token(), **fields}).encode()
    heard = (to or form()).webhook(RawRequest("POST", {}, {}, body))
    assert isinstance(heard, list) and len(heard) == 1
    return heard[0]


@pytest.mark.parametrize(
    ("age", "fine"),
    [
        (timedelta(seconds=1.9), False),
        (timedelta(seconds=2), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        # a page from the future: our clock was set back
        (timedelta(seconds=-30), False),
    ],
)
def test_a_form_lives_from_two_seconds_to_a_day(age: timedelta, fine: bool) -> None:
    if fine:
        assert send({"token": token(age), "message": "My lid leaks"}).text == "My lid leaks"
    else:
        with pytest.raises(BadSignature):
            send({"token": token(age), "message": "My lid leaks"})


@pytest.mark.parametrize(
    ("why", "fields"),
    [
        ("no token", {"token": ""}),
        ("nonsense", {"token": "abc.def"}),
        ("not even base64", {"token": "\u2603.\u2603"}),
        ("another form's", {"token": token(name="jobs")}),
        ("another secret", {"token": token(secret="guessed")}),
        ("an empty secret", {"token": token(secret="")}),
        ("a robot filled the hidden field", {"website": "https://pills.example"}),
    ],
)
def test_a_forged_form_is_turned_away_with_a_way_on(why: str, fields: dict[str, str]) -> None:
    with pytest.raises(BadSignature, match=r"again|wait"):
        send({"message": "My lid leaks", **fields})


def test_a_form_that_is_no_form_is_turned_away() -> None:
    for request in (
        RawRequest("GET", {}, {}, b""),
        RawRequest("POST", {}, {}, b"message=" + b"x" * 300_000),
        RawRequest("POST", {}, {}, b"&".join(b"a%d=1" % i for i in range(1000))),
        RawRequest("POST", {}, {}, b"\xff\xfe\x00"),
    ):
        with pytest.raises(BadSignature):
            form().webhook(request)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"message": ""}, "message"),
        ({"message": " \r\n \x00 "}, "message"),
        ({"message": "x" * 5_001}, "message"),
        ({"message": "a", "email": "mara at post"}, "email"),
        ({"message": "a", "email": "mara@post.example\nBcc: all@post.example"}, "email"),
        ({"message": "a", "name": "x" * 201}, "name"),
        ({"message": "a", "order": "x" * 65}, "order"),
    ],
)
def test_a_field_that_must_be_mended_is_named(fields: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as error:
        send(fields)
    assert error.value.code == code and not error.value.permanent


def test_what_a_person_wrote_is_kept_as_written() -> None:
    family = "\U0001f469\u200d\U0001f467"
    event = send({
        "message": f"First line\r\n\r\n<b>not bold</b> {family}", "name": " Mara\tQuill ",
        "email": "Mara@Post.Example", "order": "LK-1",
    })  # fmt: skip
    assert event.text == f"First line\n\n<b>not bold</b> {family}"
    assert event.author == Author(id="mara@post.example", handle="Mara@post.example", name="Mara Quill")
    assert event.title == "Order LK-1"
    assert event.private and event.created_at == NOW
    assert send({"message": family * 5_000}).text == family * 5_000


def test_people_without_an_address_are_different_people() -> None:
    first, second = (send({"message": "hello", "token": token(nonce=nonce)}) for nonce in ("one", "two"))
    assert first.author and second.author and first.author.id != second.author.id
    assert first.ref != second.ref


def test_one_form_sent_twice_is_one_post() -> None:
    assert send({"message": "hello"}).ref == send({"message": "hello"}).ref


def test_the_token_does_not_reach_the_store() -> None:
    event = send({"message": "hello"})
    assert token().encode() not in event.raw and SECRET.encode() not in event.raw


def test_an_answer_is_done_at_once_and_found_by_its_key() -> None:
    thread = Thread(target=Ref("webform", "care", "post", "1"), author=Author("mara"), private=True)

    async def work() -> None:
        receipt = await form().act(Private(thread, "We are sorry."), "key-1")
        assert receipt.ref == Ref("webform", "care", "message", "key-1")
        assert await form().find(Private(thread, "We are sorry."), "key-1") == receipt

    asyncio.run(work())


@pytest.mark.parametrize(("secret", "condition"), [(SECRET, Condition.OK), ("short", Condition.DEGRADED)])
def test_a_weak_secret_shows(secret: str, condition: Condition) -> None:
    assert asyncio.run(form(secret).check()).condition is condition
