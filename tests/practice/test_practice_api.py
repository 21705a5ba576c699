"""The HTTP API over a real socket, the network being a process of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.channels.rigs.practice import Rig
from tests.servers import ServerMissing
from tests.servers.postgres import postgres


@pytest.fixture
def desk(network: Rig) -> Any:
    """The company's own client."""
    with client(network) as http:
        yield http


def client(network: Rig, token: str | None = None) -> httpx.Client:
    signed = {"Authorization": f"Bearer {token or network.token}"}
    return httpx.Client(base_url=f"{network.base_url}/api/v1", headers=signed, timeout=30)


def head(desk: httpx.Client) -> int:
    """The number of the newest entry."""
    after = 0
    while page := (answer := desk.get("/events", params={"after": after, "limit": 500}).json())["events"]:
        after = answer["next"]
        assert page
    return int(answer["next"])


def test_a_repeated_key_gives_back_the_first_post(network: Rig, desk: httpx.Client) -> None:
    body = {"text": "A new rail is on its way.", "key": "outbox-1"}
    answers = [desk.post("/posts", json=body) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert desk.get("/posts/by-key/outbox-1").json() == answers[0].json()
    assert desk.get("/posts/by-key/outbox-2").status_code == 404


def test_many_repeats_at_one_moment_are_one_post(network: Rig, desk: httpx.Client) -> None:
    body = {"text": "All at once.", "key": "outbox-race"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: httpx.post(
            f"{network.base_url}/api/v1/posts", json=body, headers=desk.headers, timeout=30), range(24)))  # fmt: skip
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize(("method", "path", "body", "status"), [
    ("POST", "/posts", b"{", 400),
    ("POST", "/posts", b"[1]", 400),
    ("POST", "/posts", b'{"text": "no key"}', 400),
    ("POST", "/posts", b'{"text": "long key", "key": "' + b"k" * 201 + b'"}', 400),
    ("POST", "/posts", b'{"text": " ", "key": "empty"}', 422),
    ("POST", "/posts", b'{"text": "\xff", "key": "bytes"}', 400),
    ("POST", "/posts", b'{"text": "to nobody", "key": "n", "reply_to": "123456789"}', 404),
    ("POST", "/posts", b'{"text": "x", "key": "n", "reply_to": "1e9999"}', 400),
    ("POST", "/posts", b"[" * 100_000, 400),
    ("GET", "/posts/123456789", b"", 404),
    ("GET", "/posts/99999999999999999999999999", b"", 404),
    ("GET", "/events?after=minus", b"", 400),
    ("GET", "/events?after=999999999", b"", 410),
    ("PUT", "/posts", b"", 405),
])  # fmt: skip
def test_bad_requests_are_answered_with_words(
    desk: httpx.Client, method: str, path: str, body: bytes, status: int
) -> None:
    answer = desk.request(method, path, content=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]


def test_a_body_over_ten_megabytes_is_refused(desk: httpx.Client) -> None:
    answer = desk.post("/posts", content=b'{"text": "' + b"x" * 10_000_001)
    assert answer.status_code == 413
    assert "10 MB" in answer.json()["error"]["message"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic x"},
                                     {"X-Practice-Secret": "only-for-this-test"}])  # fmt: skip
def test_without_a_token_nothing_is_answered(network: Rig, headers: dict[str, str]) -> None:
    assert httpx.get(f"{network.base_url}/api/v1/events", headers=headers).status_code == 401


@pytest.mark.parametrize("secret", ["", "guess", "é"])
def test_backstage_is_shut_without_the_secret(network: Rig, desk: httpx.Client, secret: str) -> None:
    headers = {b"X-Practice-Secret": secret.encode()}
    for path in ("/accounts", "/people/posts", "/people/reactions", "/faults"):
        assert desk.post(path, json={}, headers=headers).status_code == 403


def test_a_long_poll_is_answered_as_soon_as_something_is_said(network: Rig, desk: httpx.Client) -> None:
    after = head(desk)
    timer = threading.Timer(0.5, lambda: network.backstage("POST", "/people/posts", handle="jo", text="now!"))
    began = time.monotonic()
    timer.start()
    answer = desk.get("/events", params={"after": after, "wait": 20}).json()
    waited = time.monotonic() - began
    timer.join()
    assert [entry["post"]["text"] for entry in answer["events"]] == ["now!"]
    assert 0.4 < waited < 5, "it neither waited nor came before its time was up"


def test_a_long_poll_that_hears_nothing_ends(network: Rig, desk: httpx.Client) -> None:
    after = head(desk)
    answer = desk.get("/events", params={"after": after, "wait": 1}).json()
    assert answer == {"events": [], "next": after}


def test_a_hundred_readers_wait_while_the_network_serves_others(network: Rig, desk: httpx.Client) -> None:
    after = head(desk)

    async def work() -> list[Any]:
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(headers=desk.headers, timeout=30, limits=limits) as http:
            url = f"{network.base_url}/api/v1/events"
            waiting = [asyncio.create_task(http.get(url, params={"after": after, "wait": 20})) for _ in range(100)]
            await asyncio.sleep(1)
            assert not any(each.done() for each in waiting)
            assert (await http.get(f"{network.base_url}/api/v1/me")).json()["handle"] == "larkfield"
            await asyncio.to_thread(network.backstage, "POST", "/people/posts", handle="jo", text="everyone?")
            return [(await each).json() for each in waiting]

    answers = asyncio.run(work())
    assert all([entry["post"]["text"] for entry in answer["events"]] == ["everyone?"] for answer in answers)


def test_many_are_looked_up_at_once(network: Rig, desk: httpx.Client) -> None:
    posts = [{"handle": "jo", "text": f"thought {n}"} for n in range(3)]
    made = network.backstage("POST", "/people/posts", posts=posts)["posts"]
    network.backstage("DELETE", f"/people/posts/{made[1]['id']}")
    found = desk.post("/posts/lookup", json={"ids": [post["id"] for post in made] + ["123456789"]}).json()["posts"]
    assert set(found) == {made[0]["id"], made[2]["id"]}


def test_a_crowd_moves_the_counts(network: Rig, desk: httpx.Client) -> None:
    post = network.backstage("POST", "/people/posts", handle="wren", text="Look at this thread.")
    network.backstage("POST", "/people/reactions", post=post["id"], reposts=400, likes=900)
    network.backstage("POST", "/people/reactions", post=post["id"], handle="otto", reposts=1)
    assert desk.get(f"/posts/{post['id']}").json()["counts"] == {"reposts": 401, "likes": 900, "replies": 0}


def test_a_company_does_not_speak_backstage(network: Rig) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        network.backstage("POST", "/people/posts", handle="@Larkfield", text="we never said that")


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def test_a_reader_never_skips_what_many_writers_say(database: str) -> None:
    """Writers in six threads, each with requests of its own, and a reader who follows by cursor alone."""
    if database == "sqlite":
        _follow(Rig())
        return
    try:
        with postgres() as url:
            _follow(Rig(url))
    except ServerMissing as missing:
        pytest.skip(str(missing))


def _follow(rig: Rig) -> None:
    rig.start_process()
    try:
        heard: list[int] = []
        done = threading.Event()

        def read() -> None:
            with client(rig) as desk:
                after = 0
                while not (done.is_set() and after >= 240):
                    answer = desk.get("/events", params={"after": after, "wait": 1, "limit": 7}).json()
                    heard.extend(entry["seq"] for entry in answer["events"])
                    after = answer["next"]

        reader = threading.Thread(target=read)
        reader.start()
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda n: _write(rig, n), range(6)))
        done.set()
        reader.join(timeout=60)
        assert not reader.is_alive()
        assert heard == list(range(1, 241))
    finally:
        rig.stop_process()


def _write(rig: Rig, number: int) -> None:
    with client(rig) as desk:
        for turn in range(40):
            desk.post("/posts", json={"text": f"{number} says {turn}", "key": f"{number}-{turn}"}).raise_for_status()
