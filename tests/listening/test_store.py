"""Each post once, whatever repeats, in whatever order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from emberwatch.journal.models import FactRow
from emberwatch.listening.actions.brands import save_brand
from emberwatch.listening.actions.sources import add_source
from emberwatch.listening.actions.store import MOST_TEXT, store
from emberwatch.listening.models import Aside, Post, PostVersion, Source, Tombstone
from emberwatch.vocabulary.posts import Batch, Counts, Event, EventKind, Refusal
from emberwatch.workspaces.actions import open_workspace
from tests.making import NOON, batch, deleted, ref, said


def posts(source: Source) -> dict[str, Post]:
    return {post.external_id: post for post in Post.objects.within(source.workspace_id)}


def test_a_batch_heard_twice_is_stored_once(source: Source, now: datetime) -> None:
    heard = batch(said(1, "cracked"), said(2, "late"), cursor="2")
    assert len(store(source, heard, now=now).new) == 2
    assert store(source, heard, now=now).new == []
    assert sorted(posts(source)) == ["1", "2"]
    source.refresh_from_db()
    assert (source.cursor, source.heard, source.last_contact_at) == ("2", 2, now)


def test_an_edit_keeps_the_words_it_replaced_and_an_old_version_never_wins(source: Source, now: datetime) -> None:
    store(source, batch(said(1, "it is late")), now=now)
    store(source, batch(said(1, "it is three weeks late", version=5)), now=now)
    store(source, batch(said(1, "it is late", version=3)), now=now)
    post = posts(source)["1"]
    assert (post.text, post.version, post.edited_at) == ("it is three weeks late", 5, now)
    assert [v.text for v in PostVersion.objects.within(source.workspace_id)] == ["it is late"]
    assert FactRow.objects.within(source.workspace_id).filter(kind="PostEdited").count() == 1


@pytest.mark.parametrize("together", [True, False])
def test_a_delete_that_comes_first_still_deletes(source: Source, now: datetime, together: bool) -> None:
    if together:
        store(source, batch(deleted(1), said(1, "oops")), now=now)
    else:
        store(source, batch(deleted(1)), now=now)
        assert Tombstone.objects.within(source.workspace_id).count() == 1
        store(source, batch(said(1, "oops")), now=now)
    post = posts(source)["1"]
    assert post.deleted_at == now
    assert post.text == "oops"


def test_counts_may_fall_and_what_a_network_hides_stays_unknown(source: Source, now: datetime) -> None:
    store(source, batch(said(1, "x", counts=Counts(reposts=9))), now=now)
    store(source, batch(Event(kind=EventKind.METRICS, ref=ref(1), counts=Counts(reposts=4, likes=2))), now=now)
    post = posts(source)["1"]
    assert (post.reposts, post.likes, post.views) == (4, 2, None)


def test_a_thread_is_one_even_when_its_root_comes_last(source: Source, now: datetime) -> None:
    store(source, batch(said(3, "third", parent=2)), now=now)
    store(source, batch(said(2, "second", parent=1)), now=now)
    store(source, batch(said(4, "fourth", parent=3)), now=now)
    store(source, batch(said(1, "first")), now=now)
    assert len({post.thread_uid for post in posts(source).values()}) == 1


def test_clocks_ahead_of_us_are_not_believed(source: Source, now: datetime) -> None:
    store(source, batch(said(1, "x", created_at=now + timedelta(days=400))), now=now)
    assert posts(source)["1"].created_at == now


def test_hostile_text_is_stored_without_what_databases_choke_on(source: Source, now: datetime) -> None:
    store(source, batch(said(1, "a\x00b\ud800c" + "x" * (10 * 1024 * 1024))), now=now)
    text = posts(source)["1"].text
    assert text.startswith("ab?c")
    assert len(text) == MOST_TEXT


def test_refused_input_is_kept_with_its_reason_and_the_good_goes_in(source: Source, now: datetime) -> None:
    bad = Refusal(b'{"text": ', "Line 2 ends in the middle of an object.", 2)
    stored = store(source, Batch((said(1, "fine"),), "9", (bad,)), now=now)
    assert (len(stored.new), stored.refused) == (1, 1)
    aside = Aside.objects.within(source.workspace_id).get()
    assert (bytes(aside.raw), aside.line, aside.reason) == (bad.raw, 2, bad.reason)


def test_cursor_and_posts_stand_or_fall_together(
    source: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emberwatch.listening.actions.store._move_cursor", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store(source, batch(said(1, "x"), cursor="1"), now=now)
    source.refresh_from_db()
    assert (posts(source), source.cursor) == ({}, None)


_STORY = [
    said(1, "first"), said(1, "first, edited", version=2), said(2, "answer", parent=1), said(3, "deeper", parent=2),
    deleted(3), said(4, "beside", parent=1), deleted(5), said(5, "gone before it came"),
]  # fmt: skip


class Convergence(TestCase):
    """Any order, any repetition, any cutting into batches: one state."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.permutations(_STORY), st.lists(st.sampled_from(_STORY), max_size=5), st.integers(1, 4))
    def test_any_order_gives_one_state(self, order: list[Event], again: list[Event], size: int) -> None:
        workspace = open_workspace("converge", "Converge")
        save_brand(workspace, "Converge", {"terms": ["converge"]}, by="test", now=NOON)
        values = {"base_url": "http://127.0.0.1:9", "handle": "c", "token": "t"}
        source = add_source(workspace, "practice", "Practice", values, by="test", now=NOON)
        events = [*order, *again]
        for start in range(0, len(events), size):
            store(source, batch(*events[start : start + size]), now=NOON)
        found = posts(source)
        assert {key: post.text for key, post in found.items()} == {
            "1": "first, edited", "2": "answer", "3": "deeper", "4": "beside", "5": "gone before it came",
        }  # fmt: skip
        assert {key for key, post in found.items() if post.deleted_at} == {"3", "5"}
        assert len({post.thread_uid for key, post in found.items() if key != "5"}) == 1
