"""Importing files as people really have them: bad rows cost themselves and no other."""

from __future__ import annotations

import asyncio
import json
import resource
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from emberwatch.channels._file_parse import Columns, Form, guess_columns, guess_day_first, parse_row, read_date
from emberwatch.channels.errors import BadCursor, ChannelError, Refused, Unreachable
from emberwatch.channels.file import File
from emberwatch.channels.interface import Condition, Tools
from emberwatch.channels.registry import open_channel
from emberwatch.vocabulary.posts import Batch, Event, Origin, Refusal


def opened(path: Path, **values: str) -> File:
    found = open_channel("file", {"path": str(path), **values}, Tools(httpx.AsyncClient(), lambda: datetime.now(UTC)))
    assert isinstance(found, File)
    return found


def read(path: Path, cursor: str | None = None, **values: str) -> list[Batch]:
    async def work() -> list[Batch]:
        return [batch async for batch in opened(path, **values).fetch(cursor)]

    return asyncio.run(work())


def sort(batches: list[Batch]) -> tuple[list[Event], list[Refusal]]:
    return [e for b in batches for e in b.events], [r for b in batches for r in b.refused]


def write(folder: Path, content: str | bytes, name: str = "posts.dat") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("written", "zone", "day_first", "utc"),
    [
        ("2/24/2015 11:35", "America/Los_Angeles", False, "2015-02-24T19:35"),
        ("24/2/2015 11:35", "UTC", True, "2015-02-24T11:35"),
        # no month 24: the order is plain whatever was set
        ("24.02.2015 11:35", "Europe/Berlin", False, "2015-02-24T10:35"),
        ("2/3/2026", "UTC", False, "2026-02-03T00:00"),
        ("2/3/2026", "UTC", True, "2026-03-02T00:00"),
        ("2/3/26 1:05 pm", "UTC", False, "2026-02-03T13:05"),
        ("12/31/2025 12:00:00 AM", "UTC", False, "2025-12-31T00:00"),
        ("2026-03-02T09:00:00Z", "Europe/Dublin", False, "2026-03-02T09:00"),
        ("2015-02-24 11:35:52 -0800", "UTC", False, "2015-02-24T19:35:52"),
        ("2023-01-05 10:00:00 UTC", "UTC", False, "2023-01-05T10:00"),
        ("2026-07-01 09:00", "Europe/Dublin", False, "2026-07-01T08:00"),
        ("Tue Mar 03 09:15:00 +0000 2026", "UTC", False, "2026-03-03T09:15"),
        ("Mon, 02 Mar 2026 08:30:00 +0100", "UTC", False, "2026-03-02T07:30"),
        ("Mar 2, 2026 8:30 PM", "UTC", False, "2026-03-02T20:30"),
        ("1772440200", "Asia/Tokyo", False, "2026-03-02T08:30"),
        ("1772440200000", "UTC", False, "2026-03-02T08:30"),
        ("yesterday", "UTC", False, None),
        ("13/13/2026", "UTC", False, None),
        ("0/0/0", "UTC", False, None),
        ("99999999999999999999", "UTC", False, None),
        ("9999-12-31T23:59:59-12:00", "UTC", False, None),
    ],
)
def test_dates_as_exports_write_them(written: str, zone: str, day_first: bool, utc: str | None) -> None:
    wanted = datetime.fromisoformat(utc).replace(tzinfo=UTC) if utc else None
    assert read_date(written, zone=ZoneInfo(zone), day_first=day_first) == wanted


@pytest.mark.parametrize(
    ("dates", "day_first"),
    [
        (["2/3/2026", "2/24/2026"], False),
        (["2/3/2026", "24/2/2026"], True),
        (["2.3.2026"], True),
        (["2026-03-02", "", "nonsense"], False),
    ],
)
def test_the_order_of_day_and_month_is_read_from_the_file(dates: list[str], day_first: bool) -> None:
    assert guess_day_first(dates) is day_first


def test_columns_are_guessed_and_can_be_told() -> None:
    guessed = guess_columns(["Tweet ID", "Created At", "Full Text", "User.Screen_Name", "Retweet Count"])
    assert guessed == Columns(
        id="Tweet ID", created="Created At", text="Full Text", author="User.Screen_Name",
        handle="User.Screen_Name", reposts="Retweet Count",
    )  # fmt: skip
    assert guess_columns(["a", "b"], {"text": "b"}).text == "b"
    with pytest.raises(ValueError, match="colour"):
        guess_columns(["a"], {"colour": "a"})


def test_unknown_numbers_are_unknown_and_zero_is_zero() -> None:
    form = Form(guess_columns(["text", "likes", "retweets", "views", "replies"]))
    row = {"text": "a", "likes": "0", "retweets": "", "views": "n/a", "replies": True}
    event = parse_row(row, form)
    assert isinstance(event, Event) and event.counts
    assert (event.counts.likes, event.counts.reposts, event.counts.views, event.counts.replies) == (0, None, None, None)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("fish &amp; chips &lt;3", "fish & chips <3"),
        ("write &amp; for an ampersand, 2 < 3", "write &amp; for an ampersand, 2 < 3"),
        ("R&D &amp; so on", "R&D &amp; so on"),
        ("a\x00b\r\nc", "ab\nc"),
        ("half \ud83d an emoji", "half \ufffd an emoji"),
        ("whole \ud83d\ude2d", "whole \U0001f62d"),
    ],
)
def test_text_is_mended_only_where_it_was_broken(text: str, kept: str) -> None:
    event = parse_row({"text": text}, Form(Columns(text="text")))
    assert isinstance(event, Event) and event.text == kept


@given(row=some.dictionaries(
    some.sampled_from(["text", "id", "date", "author", "likes", "parent_id", "url"]),
    some.one_of(some.none(), some.text(), some.integers(), some.floats(), some.booleans(), some.lists(some.integers())),
))  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_any_row_is_an_event_or_a_refusal(row: dict[str, object]) -> None:
    form = Form(guess_columns(["text", "id", "date", "author", "likes", "parent_id", "url"]))
    thing = parse_row(row, form, line=3)
    assert isinstance(thing, Event) or (thing.reason and thing.line == 3)
    msgspec.json.encode(thing)


def test_airline_rows_go_in(tmp_path: Path) -> None:
    row = {"text": "@user lost my bag", "airline": "Larkair", "sentiment": "negative", "reason": None,
           "created": "2/24/2015 11:35", "retweets": 0}  # fmt: skip
    path = write(tmp_path, json.dumps(row) + "\n")
    events, refused = sort(read(path, network="x", zone="America/Los_Angeles"))
    assert not refused and len(events) == 1
    assert events[0].ref.network == "x" and events[0].ref.account == ""
    assert events[0].created_at == datetime(2015, 2, 24, 19, 35, tzinfo=UTC)
    assert events[0].counts and events[0].counts.reposts == 0
    assert events[0].author is None and events[0].origin is Origin.IMPORT


BAD_LINES = [
    ("cut JSON", b'{"id": "x", "text": "cut', "not a JSON object"),
    ("a list", b"[1, 2]", "not a JSON object"),
    ("null bytes", b"\x00\x00\x00", "not a JSON object"),
    ("ten megabytes", b'{"id": "x", "text": "' + b"y" * 10_000_000 + b'"}', "10.0 MB"),
    ("a long text", json.dumps({"id": "x", "text": "y" * 100_001}).encode(), "100,001 characters"),
    ("no text", b'{"id": "x", "text": null}', "no text"),
    ("a bad date", b'{"id": "x", "text": "a", "date": "some day"}', "'some day'"),
    ("deep nesting", b'{"id": "x", "text": ' + b"[" * 100_000, "not a JSON object"),
]


@pytest.mark.parametrize(("bad", "reason"), [row[1:] for row in BAD_LINES], ids=[row[0] for row in BAD_LINES])
def test_a_bad_line_of_ndjson_costs_itself_alone(tmp_path: Path, bad: bytes, reason: str) -> None:
    good = [f'{{"id": "{n}", "text": "post {n}", "date": "2026-03-02"}}'.encode() for n in range(4)]
    events, refused = sort(read(write(tmp_path, b"\r\n".join([*good[:2], bad, *good[2:]]))))
    assert [event.ref.id for event in events] == ["0", "1", "2", "3"]
    assert len(refused) == 1 and refused[0].line == 3
    assert reason in refused[0].reason
    assert refused[0].raw and refused[0].raw[:50] == bad[:50] and len(refused[0].raw) <= 64_000


@pytest.mark.parametrize(
    ("bad", "lines"),
    [
        ('x,"never closed,2026-03-02', [4]),
        ("x,too few", [4]),
        ("x,too,many,2026-03-02,more", [4]),
        ('x,"junk"after a quote,2026-03-02', [4]),
        # the stray quote must not pair with the quote of a later, good record
        ('x,"never closed,2026-03-02\ny,"nor this,2026-03-02', [4, 5]),
    ],
)
def test_a_bad_line_of_csv_costs_itself_alone(tmp_path: Path, bad: str, lines: list[int]) -> None:
    content = (
        '\ufeffid,message,date\r\n0,plain,2026-03-02\r\n1,a 5" lid,2026-03-02\r\n'
        + bad.replace("\n", "\r\n")
        + '\r\n2,"two\r\nlines, ""quoted""",2026-03-02\r\n\r\n3,last,2026-03-02'
    )
    events, refused = sort(read(write(tmp_path, content)))
    assert [event.ref.id for event in events] == ["0", "1", "2", "3"]
    assert events[1].text == 'a 5" lid'
    assert events[2].text == 'two\nlines, "quoted"'
    assert [refusal.line for refusal in refused] == lines


def test_a_broken_line_in_the_middle_of_many(tmp_path: Path) -> None:
    """A million rows in bounded memory, though the quote in the middle never closes."""
    path = tmp_path / "many.csv"
    with path.open("w") as file:
        file.write("id,text,date\n")
        for number in range(1_000_000):
            broken = number == 500_000
            file.write(f'{number},"never closed,2026-03-02\n' if broken else f"{number},post {number},2026-03-02\n")

    async def work() -> tuple[int, list[Refusal], int]:
        count, refused = 0, list[Refusal]()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        async for batch in opened(path).fetch(None):
            count += len(batch.events)
            refused += batch.refused
            assert batch.done is not None and batch.total == path.stat().st_size
        return count, refused, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    count, refused, grown = asyncio.run(work())
    assert count == 999_999
    assert [refusal.line for refusal in refused] == [500_002]
    assert grown < 100_000  # kilobytes; a million events held at once are ten times that


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    content = delimiter.join(["author", '"text, with; marks|"', "date"]) + "\n"
    content = (
        content.replace('"text, with; marks|"', "text") + delimiter.join(["ann", "hello there", "2026-03-02"]) + "\n"
    )
    events, _ = sort(read(write(tmp_path, content)))
    assert [event.text for event in events] == ["hello there"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Grüße".encode("cp1252"), "Grüße"),
        ("Grüße 😭".encode() + b"\xff", "Grüße 😭\ufffd"),
    ],
)
def test_letters_that_are_not_utf_8(tmp_path: Path, raw: bytes, text: str) -> None:
    events, _ = sort(read(write(tmp_path, b"id,text\n1," + raw + b"\n2,next\n")))
    assert [event.text for event in events] == [text, "next"]
    assert raw in events[0].raw


def rows_without_ids(count: int) -> str:
    """Every third row says the same as the first, word for word."""
    rows = ({"text": "same" if n % 3 == 0 else f"row {n}", "date": "2026-03-02"} for n in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_rows_without_ids_keep_theirs_and_true_repeats_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path, rows_without_ids(1_200))
    first = [event.ref for event in sort(read(path))[0]]
    assert len(set(first)) == 1_200
    assert [event.ref for event in sort(read(path))[0]] == first


@pytest.mark.parametrize("stop", [1, 2])
@pytest.mark.parametrize("kind", ["ndjson without ids", "ndjson", "csv", "csv with broken lines"])
def test_an_interrupted_import_goes_on_where_it_was(tmp_path: Path, stop: int, kind: str) -> None:
    broken = 'x,"open\r\n' if "broken" in kind else ""
    content = {
        "ndjson": "".join(f'{{"id": {n}, "text": "row {n}"}}\n' for n in range(1_200)),
        "ndjson without ids": rows_without_ids(1_200),
    }.get(kind, "id,text\r\n" + "".join(f'{n},"row\r\n{n}"\r\n{broken * (n % 3 == 0)}' for n in range(1_200)))
    path = write(tmp_path, content)
    whole = read(path)
    rest = read(path, whole[stop - 1].cursor)
    assert sort(whole[:stop] + rest) == sort(whole)
    assert rest[-1].done == rest[-1].total == path.stat().st_size
    assert read(path, whole[-1].cursor) == []


def test_a_file_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, '{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}\n')
    cursor = read(path)[-1].cursor
    write(tmp_path, '{"id": 7, "text": "c"}\n{"id": 8, "text": "d"}\n')
    with pytest.raises(BadCursor, match="replaced"):
        read(path, cursor)
    write(tmp_path, '{"id": 1, "text": "a"}\n')
    with pytest.raises(BadCursor, match="replaced"):
        read(path, cursor)


def test_ids_of_two_unnamed_files_do_not_meet(tmp_path: Path) -> None:
    one, two = (write(tmp_path, '{"id": 1, "text": "a"}\n', name) for name in ("march.ndjson", "april.ndjson"))
    assert sort(read(one))[0][0].ref != sort(read(two))[0][0].ref


@pytest.mark.parametrize(
    ("content", "values", "words"),
    [
        (b"", {}, "empty"),
        (b"PK\x03\x04zipped", {}, "spreadsheet"),
        (b"\x1f\x8bzipped", {}, "gzip"),
        (b"\xff\xfei\x00d\x00", {}, "UTF-16"),
        (b'[{"text": "a"}]', {}, "one object a line"),
        (b"<!doctype html><html>", {}, "web page"),
        (b"colour,weight\nred,3\n", {}, "colour, weight"),
        (b"colour,weight\nred,3\n", {"columns": "text = shade"}, "colour, weight"),
        (b"colour,weight\nred,3\n", {"columns": "words = colour"}, "words"),
        (b"text\nhello\n", {"zone": "Mars/Olympus"}, "Mars"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, content: bytes, values: dict[str, str], words: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(Refused, match=words):
        read(path, **values)
    health = asyncio.run(opened(path, **values).check())
    assert health.condition is Condition.DEGRADED and words in health.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="nowhere"):
        read(tmp_path / "nowhere.csv")
    with pytest.raises(ChannelError):
        read(tmp_path)


def test_a_check_tells_what_it_will_read(tmp_path: Path) -> None:
    health = asyncio.run(opened(write(tmp_path, "When,Customer comment\n2026-03-02,hello\n"), columns="""
        text = Customer comment
        created = When
    """).check())  # fmt: skip
    assert health.condition is Condition.OK
    assert "text from 'Customer comment'" in health.message and "created from 'When'" in health.message
