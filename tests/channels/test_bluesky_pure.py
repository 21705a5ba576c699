"""The pure parts of Bluesky: facets, record keys, search terms, and the stream's messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from emberwatch.channels import _bluesky_live as live
from emberwatch.channels._bluesky_compose import facets
from emberwatch.channels._bluesky_names import key_for, micros_of
from emberwatch.channels._bluesky_session import Tokens
from tests.channels.rigs.bluesky import Rig

FIXTURES = Rig.fixtures


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        # a sentence ends after its link; an emoji before it takes four bytes, not one
        ("Ça 😤 https://example.com/a.", {"https://example.com/a": "https://example.com/a"}),
        ("(see https://example.com/jar_(lid))", {"https://example.com/jar_(lid)": "https://example.com/jar_(lid)"}),
        ("larkfield.com/help, please", {"larkfield.com/help": "https://larkfield.com/help"}),
        # neither a file nor an address of e-mail is a link
        ("see notes.txt or ask mara@larkfield.com", {}),
        ("@mara.test and @nobody.test", {"@mara.test": "did:plc:mara"}),
        ("#lid, #123 and #Глажка!", {"#lid": "lid", "#Глажка": "Глажка"}),
        ("nothing here", {}),
    ],
)
def test_facets_mark_exactly_the_bytes_of_their_words(text: str, marked: dict[str, str]) -> None:
    found = {}
    for facet in facets(text, {"mara.test": "did:plc:mara"}):
        place, feature = facet["index"], facet["features"][0]
        words = text.encode()[place["byteStart"] : place["byteEnd"]].decode()
        found[words] = feature.get("uri") or feature.get("did") or feature.get("tag")
    assert found == marked


@given(some.text(), some.text())
def test_a_record_key_is_a_past_time_and_one_for_each_action(one: str, other: str) -> None:
    assert len(key_for(one)) == 13
    assert 0 < micros_of(key_for(one)) < datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1e6
    assert (key_for(one) == key_for(other)) is (one == other)


@pytest.mark.parametrize(
    ("terms", "text", "heard"),
    [
        (["larkfield"], "LARKFIELD, again", True),
        (["larkfield"], "larkfields of Kerry", False),
        (['"lark field"'], "the lark\n  field jar", True),
        (["#brandsucks"], "so #BrandSucks!", True),
        (["c++"], "c++ lids", True),
        ([], "larkfield", False),
    ],
)
def test_terms_are_whole_words_in_any_case(terms: list[str], text: str, heard: bool) -> None:
    pattern = live.terms_pattern(terms)
    assert (pattern is not None and pattern.search(text) is not None) is heard


@pytest.mark.parametrize(
    ("address", "seq", "url"),
    [
        ("https://pds.example", 7, "wss://pds.example/xrpc/com.atproto.sync.subscribeRepos?cursor=7"),
        ("wss://relay.example/xrpc/com.atproto.sync.subscribeRepos", None,
         "wss://relay.example/xrpc/com.atproto.sync.subscribeRepos"),
        ("wss://jet.example/subscribe?compress=false", 9,
         "wss://jet.example/subscribe?compress=false&cursor=9&wantedCollections=app.bsky.feed.post"),
    ],
)  # fmt: skip
def test_a_stream_is_resumed_where_it_stood(address: str, seq: int | None, url: str) -> None:
    assert live.stream_url(address, seq) == url


@pytest.mark.parametrize("message", [b"", b"\x00", b"\xa1", "a word", b"\xa2bop\x01at#commit", b"\xff" * 100])
def test_a_broken_frame_is_kept_and_harms_nothing(message: Any) -> None:
    assert live.read_firehose(message).unreadable


@pytest.mark.parametrize("message", ["", "{", "[]", "null", '{"kind":"commit"}', '{"kind":"commit","time_us":"soon"}'])
def test_a_broken_jetstream_message_is_kept_and_harms_nothing(message: str) -> None:
    frame = live.read_jetstream(message)
    assert frame.commits == () and (frame.unreadable or not message)


def test_jetstream_and_firehose_tell_the_same_of_a_post() -> None:
    frame = live.read_firehose((FIXTURES / "frame-picture.bin").read_bytes())
    (told,) = live.read_jetstream((FIXTURES / "commit-picture.json").read_bytes()).commits
    assert frame.commits == (told,)


def test_tokens_do_not_show() -> None:
    assert "secret" not in repr(Tokens("did:plc:a", "mara.test", "secret-access", "secret-refresh"))
