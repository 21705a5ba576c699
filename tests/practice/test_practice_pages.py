"""The pages, as a browser without scripts uses them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from emberwatch.practice import actions
from emberwatch.practice.models import Account, Post
from emberwatch.practice.wire import Saying

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOME = "/practice/"
HOSTILE = '<img src=x onerror=alert(1)> {{ 7|add:7 }} http://x.example/"onmouseover="alert(1) javascript:alert(1)'
ELSEWHERE = ["https://elsewhere.example/", "//elsewhere.example", "/practice//x", "/desk/", "\\\\x"]


@pytest.fixture
def larkfield() -> Account:
    return actions.open_account("larkfield", "Larkfield", now=NOW)[0]


def be(client: Client, role: str) -> None:
    assert client.post("/practice/persona/", {"role": role, "back": HOME}).status_code == 302


def say(client: Client, text: str, **more: object) -> Post:
    answer = client.post("/practice/say/", {"text": text, **more})
    assert answer.status_code == 302, answer.content
    return Post.objects.order_by("-id")[0]


def page(client: Client, path: str = HOME) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_network_says_what_to_do(client: Client) -> None:
    assert "Write the first post" in page(client)


def test_a_visitor_posts_and_others_answer_pass_on_and_like(client: Client, larkfield: Account) -> None:
    post = say(client, "The crib came with a cracked rail, @larkfield #larkfail")
    be(client, "otto")
    answer = say(client, "Mine too, lot 44.", reply_to=post.id)
    client.post(f"/practice/post/{post.id}/repost/", {"back": HOME})
    client.post(f"/practice/post/{post.id}/like/", {"back": HOME})
    official = actions.say(Saying(handle="larkfield", text="We are sorry.", reply_to=answer.id, key="1"), now=NOW)
    shown = page(client)
    assert shown.index("cracked rail") < shown.index("Mine too") < shown.index("We are sorry")
    assert "Otto Pfahl reposted" in shown
    assert 'href="/practice/@larkfield/"' in shown
    assert 'href="/practice/?q=%23larkfail"' in shown
    assert shown.count("Official") == 1
    post.refresh_from_db()
    assert (post.author.handle, post.reposts, post.likes, post.replies) == ("mara", 1, 1, 1)
    assert "depth-2" in page(client, f"/practice/post/{official.id}/")


def test_hostile_words_are_shown_as_words(client: Client) -> None:
    say(client, HOSTILE)
    client.post("/practice/persona/", {"name": "<b>Eve</b>", "handle": "eve"})
    post = say(client, "</textarea><script>alert(2)</script>\u202e")
    for path in (HOME, f"/practice/post/{post.id}/", f"/practice/post/{post.id}/edit/", "/practice/@eve/",
                 "/practice/?q=%3Cscript%3E"):  # fmt: skip
        shown = page(client, path)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "<b>Eve" not in shown
        assert 'href="javascript' not in shown
        assert "onmouseover=&quot;" in shown or 'onmouseover="' not in shown
        assert " style=" not in shown
        assert "<script>" not in shown


def test_too_long_a_post_is_refused_and_its_words_are_kept(client: Client) -> None:
    answer = client.post("/practice/say/", {"text": "long " * 101})
    assert answer.status_code == 422
    assert "may have 500 characters" in answer.content.decode()
    assert ("long " * 101) in answer.content.decode()
    assert not Post.objects.exists()


def test_a_deleted_post_disappears_or_leaves_a_stub_when_answered(client: Client) -> None:
    alone, answered = say(client, "Nobody saw this."), say(client, "Somebody saw this.")
    be(client, "jo")
    say(client, "I did.", reply_to=answered.id)
    assert client.post(f"/practice/post/{alone.id}/delete/").status_code == 422, "Jo is not its author"
    be(client, "mara")
    for post in (alone, answered):
        client.post(f"/practice/post/{post.id}/delete/", {"back": HOME})
    shown = page(client)
    assert "Nobody saw this" not in shown
    assert "Somebody saw this" not in shown
    assert shown.count("deleted by its author") == 1
    assert "I did." in shown


def test_ones_own_post_can_be_edited(client: Client) -> None:
    post = say(client, "The pot is bleu.")
    assert "The pot is bleu." in page(client, f"/practice/post/{post.id}/edit/")
    assert client.post(f"/practice/post/{post.id}/edit/", {"text": "The pot is blue."}).status_code == 302
    assert "The pot is blue." in page(client)
    assert "edited" in page(client)
    be(client, "jo")
    assert client.post(f"/practice/post/{post.id}/edit/", {"text": "Mine now."}).status_code == 422


def test_private_messages_are_seen_by_their_two_alone(client: Client, larkfield: Account) -> None:
    say(client, "My order is 4471.", private_to="larkfield")
    first = Post.objects.get()
    actions.say(Saying(handle="larkfield", text="We call at six.", private_to="mara", reply_to=first.id), now=NOW)
    say(client, "Perfect.", private_to="larkfield")
    assert Post.objects.latest("id").root_id == first.id
    talk = page(client, "/practice/messages/larkfield/")
    assert talk.index("4471") < talk.index("at six") < talk.index("Perfect")
    be(client, "jo")
    for place in ("", "messages/larkfield/", "@mara/", "?q=4471", "@larkfield/"):
        assert "order is 4471" not in page(client, HOME + place)
    assert client.get(f"/practice/post/{first.id}/").status_code == 404
    assert client.post(f"/practice/post/{first.id}/like/").status_code == 404


def test_forms_are_guarded_against_forgery(larkfield: Account) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/practice/say/", {"text": "forged"}).status_code == 403
    assert not Post.objects.exists()


@pytest.mark.parametrize("handle", ["larkfield", "@LarkField"])
def test_a_visitor_cannot_be_a_company(client: Client, larkfield: Account, handle: str) -> None:
    answer = client.post("/practice/persona/", {"name": "Larkfield Support", "handle": handle})
    assert answer.status_code == 422
    assert "company" in answer.content.decode()


def test_a_forged_persona_cookie_is_worth_nothing(client: Client) -> None:
    client.cookies["practice_persona"] = "otto"
    assert say(client, "Who am I?").author.handle == "mara"


@pytest.mark.parametrize("back", ELSEWHERE)
def test_forms_lead_back_to_this_network_only(client: Client, back: str) -> None:
    assert client.post("/practice/persona/", {"role": "otto", "back": back})["Location"] == HOME


@pytest.mark.parametrize("path", [
    "/practice/post/999/", "/practice/post/99999999999999999999999/", "/practice/@nobody/",
    "/practice/messages/nobody/", "/practice/post/1/edit/",
])  # fmt: skip
def test_what_is_not_there_is_said_with_a_way_on(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "See everyone" in answer.content.decode()


def test_older_posts_are_a_page_away(client: Client) -> None:
    actions.say_many([Saying(handle="jo", text=f"thought number {n}.") for n in range(60)], now=NOW)
    first = page(client)
    assert "thought number 59." in first
    assert "thought number 34." not in first
    assert "thought number 34." in page(client, "/practice/?before=36")
    assert "?before=36" in first


def test_a_hidden_reply_is_folded_for_all_but_its_author(client: Client, larkfield: Account) -> None:
    ours = actions.say(Saying(handle="larkfield", text="Open again!"), now=NOW)
    rude = say(client, "Buy followers!", reply_to=ours.id)
    actions.hide(rude.id, by=larkfield, now=NOW)
    assert "Buy followers!" in page(client)
    be(client, "jo")
    assert "Buy followers!" not in page(client)
    assert "@larkfield hid this reply" in page(client)
