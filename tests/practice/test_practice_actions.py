"""Everything that can be done on the practice network, and what its log then tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from emberwatch.practice import actions, log
from emberwatch.practice.models import Account, LogEntry, Post
from emberwatch.practice.rules import NotAllowed
from emberwatch.practice.wire import Saying

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def larkfield() -> Account:
    return actions.open_account("larkfield", "Larkfield", now=NOW)[0]


@pytest.fixture
def mara() -> Account:
    return actions.join("mara", "Mara Quill", followers=1840, now=NOW)


def say(text: str, handle: str = "mara", **more: Any) -> Post:
    return actions.say(Saying(handle=handle, text=text, **more), now=NOW)


def told(reader: Account | None = None, after: int = 0) -> list[dict[str, Any]]:
    return [json.loads(body) for body in log.read(after, 500, reader)[0]]


def test_a_key_gives_one_post_however_often_it_is_used(larkfield: Account) -> None:
    first = say("A new rail is on its way.", "larkfield", key="answer-1")
    again = say("A new rail is on its way.", "larkfield", key="answer-1")
    assert again.id == first.id
    assert Post.objects.count() == 1
    assert say("the same key of another", key="answer-1").id != first.id


def test_a_key_is_not_freed_by_deleting(larkfield: Account) -> None:
    first = say("Wrong window.", "larkfield", key="answer-1")
    actions.delete(first.id, by=larkfield, now=NOW)
    assert say("Wrong window.", "larkfield", key="answer-1").id == first.id
    assert not Post.objects.filter(deleted_at=None).exists()


def test_one_key_twice_in_a_batch_is_one_post() -> None:
    twice = [Saying(handle="jo", text="hello", key="k"), Saying(handle="jo", text="hello", key="k")]
    assert len({post.id for post in actions.say_many(twice, now=NOW)}) == 1


def test_the_log_has_no_gap_and_tells_all(mara: Account) -> None:
    post = say("The crib has a cracked rail.")
    answer = say("Mine too.", "otto", reply_to=post.id)
    lena = actions.join("lena", "Lena Fjord", now=NOW)
    for _ in range(2):
        actions.repost(post.id, by=lena, now=NOW)
        actions.like(post.id, by=lena, now=NOW)
    actions.edit(post.id, "The crib has a cracked rail. Order 4471.", by=mara, now=NOW)
    actions.edit(post.id, "The crib has a cracked rail. Order 4471.", by=mara, now=NOW)
    actions.delete(answer.id, by=answer.author, now=NOW)
    actions.repost(post.id, by=lena, now=NOW, wanted=False)
    entries = told()
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [(entry["kind"], entry.get("because")) for entry in entries] == [
        ("post", None), ("post", None), ("counts", "reply"), ("counts", "repost"), ("counts", "like"), ("edit", None),
        ("delete", None), ("counts", "reply"), ("counts", "unrepost"),
    ]  # fmt: skip
    assert entries[-1]["counts"] == {"reposts": 0, "likes": 1, "replies": 0}
    assert entries[3]["by"]["handle"] == "lena"


def test_what_is_private_is_told_to_that_company_alone(larkfield: Account, mara: Account) -> None:
    other = actions.open_account("northpan", "Northpan", now=NOW)[0]
    message = say("My order is 4471.", private_to="larkfield")
    answer = say("Thank you.", "larkfield", private_to="mara", reply_to=message.id)
    actions.edit(message.id, "My order is 4472.", by=mara, now=NOW)
    assert [entry["kind"] for entry in told(larkfield)] == ["post", "post", "edit"]
    assert told(other) == told(None) == []
    assert log.read(0, 500, other)[1] == 3, "a reader must get past what is not for them"
    with pytest.raises(actions.NotThere):
        actions.find(answer.id, for_eyes_of=other)
    with pytest.raises(actions.NotThere):
        actions.repost(message.id, by=mara, now=NOW)


def test_a_private_message_cannot_be_answered_in_public(larkfield: Account) -> None:
    message = say("My order is 4471.", private_to="larkfield")
    with pytest.raises(actions.NotThere):
        say("Thanks for your order number!", "larkfield", reply_to=message.id)


def test_a_public_post_can_be_answered_in_private_and_the_talk_stays_one(larkfield: Account) -> None:
    post = say("Cracked rail.")
    offer = say("May we call you?", "larkfield", reply_to=post.id, private_to="mara")
    back = say("Yes, after six.", private_to="larkfield", reply_to=offer.id)
    assert back.root_id == post.id
    post.refresh_from_db()
    assert post.replies == 0


@pytest.mark.parametrize(("author", "to"), [("mara", "jo"), ("mara", "nobody"), ("larkfield", "northpan")])
def test_private_messages_go_between_a_customer_and_a_company(larkfield: Account, author: str, to: str) -> None:
    actions.open_account("northpan", "Northpan", now=NOW)
    actions.join("jo", "Jo Abara", now=NOW)
    with pytest.raises(NotAllowed):
        say("psst", author, private_to=to)


def test_only_ones_own_words_can_be_changed(larkfield: Account) -> None:
    post = say("The pot is blue.")
    with pytest.raises(NotAllowed):
        actions.edit(post.id, "The pot is fine.", by=larkfield, now=NOW)
    with pytest.raises(NotAllowed):
        actions.delete(post.id, by=larkfield, now=NOW)


def test_deleting_forgets_the_words() -> None:
    post = say("My number is 0000 1111.")
    actions.delete(post.id, by=post.author, now=NOW)
    post.refresh_from_db()
    assert post.text == ""
    with pytest.raises(actions.NotThere):
        actions.delete(post.id, by=post.author, now=NOW)
    with pytest.raises(actions.NotThere):
        say("What did it say?", "jo", reply_to=post.id)


def test_a_company_hides_only_under_its_own_posts(larkfield: Account) -> None:
    ours = say("Café open again.", "larkfield")
    under = say("Buy cheap followers!", "spam", reply_to=ours.id)
    elsewhere = say("Buy cheap followers!", "spam")
    assert actions.hide(under.id, by=larkfield, now=NOW).hidden_by == larkfield
    with pytest.raises(NotAllowed):
        actions.hide(elsewhere.id, by=larkfield, now=NOW)


def test_a_batch_with_a_fault_writes_nothing() -> None:
    with pytest.raises(NotAllowed):
        actions.say_many([Saying(handle="jo", text="fine"), Saying(handle="jo", text=" ")], now=NOW)
    with pytest.raises(actions.NotThere):
        actions.say_many([Saying(handle="jo", text="fine"), Saying(handle="jo", text="re", reply_to=77)], now=NOW)
    assert not Post.objects.exists()
    assert not LogEntry.objects.exists()
    assert say("fine", "jo").id == 1


def test_a_token_is_not_kept_in_clear(larkfield: Account) -> None:
    _, token = actions.open_account("larkfield", "Larkfield", now=NOW)
    assert actions.account_of(token) == larkfield
    assert actions.account_of(token[:-1]) is None
    assert not larkfield.tokens.filter(digest__icontains=token).exists()


def test_nobody_plays_a_company(larkfield: Account) -> None:
    with pytest.raises(NotAllowed):
        actions.join("Larkfield", "Larkfield Support", now=NOW)
    actions.join("jo", "Jo Abara", now=NOW)
    with pytest.raises(NotAllowed):
        actions.open_account("jo", "Jo Ltd", now=NOW)
