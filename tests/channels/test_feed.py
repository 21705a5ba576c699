"""Feeds as the web really serves them."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from emberwatch.channels._feed_parse import parse_feed, to_text
from emberwatch.channels.errors import AuthExpired, BadCursor, Refused, Unreachable
from emberwatch.channels.feed import Config, Feed
from emberwatch.channels.interface import Condition, Tools
from emberwatch.vocabulary.posts import Batch

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://blog.example/feed.xml"
# An address of the internet that is written as a number, so that no name has to be looked up.
PUBLIC = "http://93.184.215.14/feed.xml"

Web = Callable[[httpx.Request], httpx.Response]


def rss(*entries: str) -> bytes:
    return f"<rss version='2.0'><channel><title>Blog</title>{''.join(entries)}</channel></rss>".encode()


def entry(guid: str, text: str = "hello", day: int = 2) -> str:
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><description>{text}</description>"
        f"<pubDate>{datetime(2026, 3, day, tzinfo=UTC):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    )


def fetch(web: Web, cursor: str | None = None, url: str = PUBLIC) -> list[Batch]:
    """What the channel hears when the whole internet is `web`."""

    async def work() -> list[Batch]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(web)) as http:
            return [batch async for batch in Feed(Config(url=url), Tools(http, lambda: NOW)).fetch(cursor)]

    return asyncio.run(work())


def serves(body: bytes, **headers: str) -> Web:
    return lambda request: httpx.Response(200, content=body, headers=headers)


def ids(batches: list[Batch]) -> list[str]:
    return [event.ref.id for batch in batches for event in batch.events]


def test_only_what_is_new_is_told() -> None:
    first = fetch(serves(rss(entry("a"), entry("b", day=3))))
    second = fetch(serves(rss(entry("b", day=3), entry("c", day=4))), first[-1].cursor)
    assert ids(first) == ["a", "b"] and ids(second) == ["c"]
    # an entry that fell out and came back is not new
    assert ids(fetch(serves(rss(entry("a"), entry("c", day=4))), second[-1].cursor)) == []


def test_the_same_document_is_read_once() -> None:
    body = rss(entry("a"), "<item><title></title></item>")
    first = fetch(serves(body))
    assert len(first[-1].refused) == 1
    assert fetch(serves(body), first[-1].cursor) == [Batch()]


def test_the_server_is_asked_only_for_changes() -> None:
    asked: list[httpx.Headers] = []

    def web(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        if request.headers.get("if-none-match") == 'W/"7"':
            return httpx.Response(304)
        return httpx.Response(200, content=rss(entry("a")), headers={"etag": 'W/"7"', "last-modified": "yesterday"})

    first = fetch(web)
    assert fetch(web, first[-1].cursor) == [Batch()]
    assert asked[1]["if-modified-since"] == "yesterday" and "gzip" in asked[1]["accept-encoding"]


def test_a_damaged_document_is_asked_for_whole_again() -> None:
    whole = rss(entry("a"), entry("b", day=3), entry("c", day=4))
    first = fetch(serves(whole[: len(whole) * 2 // 3], etag='"1"'))
    assert "damaged" in first[-1].refused[-1].reason and ids(first)

    def web(request: httpx.Request) -> httpx.Response:
        assert "if-none-match" not in request.headers
        return httpx.Response(200, content=whole)

    assert set(ids(first)) | set(ids(fetch(web, first[-1].cursor))) >= {"a", "b", "c"}


def test_a_crash_in_a_long_feed_does_not_hide_the_rest_behind_an_etag() -> None:
    body = rss(*(entry(str(n), day=1 + n % 9) for n in range(250)))
    batches = fetch(serves(body, etag='"1"'))
    assert [len(batch.events) for batch in batches] == [100, 100, 50]
    rest = fetch(serves(body, etag='"1"'), batches[0].cursor)
    assert sorted(ids(batches[:1]) + ids(rest)) == sorted(str(n) for n in range(250))


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/rss?a=1&amp;b=2'></head>",
         "text/html", r"web page.*http://93\.184\.215\.14/rss\?a=1&b=2"),
        (b"<html><body>We will be back soon</body></html>", "text/html", "web page"),
        (b'{"version": "x"}', "application/json", "neither RSS nor Atom"),
        (b"\x89PNG\r\n", "image/png", "neither RSS nor Atom"),
        (b"", "text/xml", "empty page"),
        (b"/etc/passwd", "text/plain", "neither RSS nor Atom"),
    ],
)  # fmt: skip
def test_what_is_no_feed_says_what_it_is(body: bytes, kind: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        fetch(serves(body, **{"content-type": kind}))


def test_a_feed_that_is_too_large_is_not_read_to_its_end() -> None:
    bomb = gzip.compress(rss(entry("a", "x" * 60_000_000)))
    assert len(bomb) < 100_000
    for web in (serves(rss(entry("a", "x" * 6_000_000))), serves(bomb, **{"content-encoding": "gzip"})):
        with pytest.raises(Refused, match="5 MB"):
            fetch(web)


def test_entities_that_grow_without_end_do_no_harm() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE r [<!ENTITY l0 "lol">{lol}<!ENTITY x SYSTEM "file:///etc/passwd">]>'.encode()
    parsed = parse_feed(body + rss(entry("a", "&l9; &x;")), url=URL, now=NOW)
    assert all(len(event.text) < 50_001 and "root:" not in event.text for event in parsed.events)


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1:5432/", "http://localhost/admin", "http://10.0.0.1/", "http://192.168.1.1/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://0.0.0.0/",
        "http://0x7f.1/",
    ],
)  # fmt: skip
def test_the_internet_cannot_lead_us_into_our_own_network(inside: str) -> None:
    asked: list[str] = []

    def web(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"location": inside})

    with pytest.raises(Refused, match="private network") as error:
        fetch(web)
    assert asked == [PUBLIC] and error.value.code == "private_address"


@pytest.mark.parametrize("where", ["file:///etc/passwd", "gopher://x.example/", "javascript:alert(1)", "", "http://"])
def test_a_redirect_to_what_is_no_web_address_is_refused(where: str) -> None:
    def web(request: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"location": where})

    with pytest.raises((Refused, Unreachable)):
        fetch(web)


def test_a_feed_inside_our_network_may_be_named_in_the_settings_but_not_cloud_metadata() -> None:
    assert ids(fetch(serves(rss(entry("a"))), url="http://127.0.0.1:8080/feed")) == ["a"]
    with pytest.raises(Refused, match="private network"):
        fetch(serves(rss(entry("a"))), url="http://169.254.169.254/feed")


def test_redirects_are_followed_but_not_for_ever() -> None:
    def web(request: httpx.Request) -> httpx.Response:
        step = int(request.url.params.get("step", 0))
        if step == 5:
            return httpx.Response(200, content=rss(entry("a")))
        return httpx.Response(302, headers={"location": f"?step={step + 1}"})

    assert ids(fetch(web)) == ["a"]
    with pytest.raises(Refused, match="more than 5 times"):
        fetch(web, url=PUBLIC + "?step=-1")


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """The request carries the name for the server, and the number for the socket."""
    seen: list[httpx.Request] = []

    def web(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=rss(entry("a")))

    fetch(web, url="https://localhost:8443/feed")
    assert seen[0].url.host in ("127.0.0.1", "::1") and seen[0].headers["host"] == "localhost:8443"
    assert seen[0].extensions["sni_hostname"] == "localhost"


@pytest.mark.parametrize("url", ["blog.example/feed", "ftp://blog.example/", "", "https://", "not an address"])
def test_an_address_that_is_none_is_refused_with_words(url: str) -> None:
    with pytest.raises(Refused, match="web address"):
        fetch(serves(b""), url=url)


def test_a_name_that_does_not_exist_is_a_matter_of_time() -> None:
    with pytest.raises(Unreachable, match=r"nowhere\.invalid"):
        fetch(serves(b""), url="http://nowhere.invalid/feed")


@pytest.mark.parametrize(
    ("answer", "condition", "words"),
    [
        (httpx.Response(200, content=rss(entry("a"))), Condition.OK, "1 entries"),
        (httpx.Response(401), Condition.REAUTH, "Sign in"),
        (httpx.Response(404), Condition.DEGRADED, "404"),
        (httpx.Response(200, content=b"<html></html>"), Condition.DEGRADED, "web page"),
        (httpx.Response(200, content=rss(entry("a"), "<item><title>cut")), Condition.DEGRADED, "damaged"),
    ],
)
def test_a_check_is_in_words(answer: httpx.Response, condition: Condition, words: str) -> None:
    async def work() -> Any:
        async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: answer)) as http:
            return await Feed(Config(url=PUBLIC), Tools(http, lambda: NOW)).check()

    health = asyncio.run(work())
    assert health.condition is condition and words in health.message


def test_errors_of_the_server_keep_their_class() -> None:
    with pytest.raises(AuthExpired):
        fetch(lambda request: httpx.Response(401))
    with pytest.raises(Unreachable):
        fetch(lambda request: httpx.Response(500))
    with pytest.raises(BadCursor):
        fetch(serves(b""), "{]")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two<br/>Three</p>", "One\nTwo\nThree"),
        ("a &amp;lt;b&amp;gt; &lt;i&gt;", "a &lt;b&gt; <i>"),
        ("<script>x()</script><style>y</style>safe", "safe"),
        ("<img src=x onerror=alert(1)>after", "after"),
        ("2 < 3 and 4 > 3", "2 < 3 and 4 > 3"),
        ("I <3 it & so on", "I <3 it & so on"),
        ("<b><i>unclosed", "unclosed"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("a&nbsp;&nbsp;b\x00", "a b"),
    ],
)
def test_markup_becomes_the_words_a_reader_sees(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("date", "created"),
    [
        ("<pubDate>Mon, 02 Mar 2026 08:30:00 +0100</pubDate>", datetime(2026, 3, 2, 7, 30, tzinfo=UTC)),
        ("<pubDate>next week</pubDate>", None),
        ("<pubDate>Mon, 02 Mar 2099 08:30:00 GMT</pubDate>", None),
        ("<pubDate>Tue, 10 Mar 2026 12:20:00 GMT</pubDate>", NOW + timedelta(minutes=20)),
        ("", None),
    ],
)
def test_dates_missing_wrong_or_to_come(date: str, created: datetime | None) -> None:
    body = rss(f"<item><guid isPermaLink='false'>a</guid><title>t</title>{date}</item>")
    (event,) = parse_feed(body, url=URL, now=NOW).events
    assert event.created_at == created
    assert event.version == (int(created.timestamp() * 1_000_000) if created else 0)


def test_an_edit_is_a_newer_version_of_the_same_post() -> None:
    def atom(updated: str, words: str) -> bytes:
        return (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>tag:a</id><published>2026-03-02T08:00:00Z</published>"
            f"<updated>{updated}</updated><content>{words}</content></entry></feed>"
        ).encode()

    first = fetch(serves(atom("2026-03-02T08:00:00Z", "it leaks")))
    second = fetch(serves(atom("2026-03-02T08:00:00.5Z", "it leaks badly")), first[-1].cursor)
    before, after = first[0].events[0], second[0].events[0]
    assert before.ref == after.ref and before.version < after.version and after.text == "it leaks badly"


def test_a_guid_that_names_everything_names_nothing_also_later() -> None:
    def item(link: str) -> str:
        return f"<item><guid isPermaLink='false'>site</guid><link>https://blog.example/{link}</link><title>{link}</title></item>"

    first = fetch(serves(rss(item("a"), item("b"))))
    assert ids(first) == ["https://blog.example/a", "https://blog.example/b"]
    # alone in the feed now, it is still known to be no id
    assert ids(fetch(serves(rss(item("b"))), first[-1].cursor)) == []


@given(some.binary(max_size=400), some.booleans())
@settings(deadline=None, max_examples=150)
def test_no_bytes_break_the_parser(noise: bytes, inside: bool) -> None:
    body = rss(entry("a")).replace(b"hello", noise) if inside else noise
    try:
        parsed = parse_feed(body, url=URL, now=NOW)
    except Refused:
        return
    for event in parsed.events:
        assert "\x00" not in event.text and event.ref.id


@pytest.mark.parametrize(("minutes", "interval"), [(15, 15), (0, 1), (120, 120)])
def test_the_interval_is_the_settings(minutes: int, interval: int) -> None:
    feed = Feed(Config(url=URL, minutes=minutes), Tools(httpx.AsyncClient(), lambda: NOW))
    assert feed.interval == timedelta(minutes=interval)
