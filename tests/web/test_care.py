"""The care form: what a visitor sends is heard once and never lost, and they see their own conversation and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from emberwatch.carepoint.limits import MOST_AN_HOUR
from emberwatch.carepoint.promises import answer_by, in_words, standing
from emberwatch.cases.actions.work import answered, close
from emberwatch.cases.models import Case, CasePost
from emberwatch.cases.states import Outcome
from emberwatch.channels.webform import OLDEST, issue_token
from emberwatch.engine.pipeline import understand
from emberwatch.listening.actions import sources
from emberwatch.listening.models import Post, Source
from emberwatch.replies.actions.write import send
from emberwatch.replies.models import Reply
from emberwatch.replies.states import Sending
from emberwatch.workspaces.actions import open_workspace

FORM = "/care/larkfield/care-page/"
SECRET = "a secret of sixteen characters"
COMPLAINT = "The rail of our crib cracked and nobody picks up the phone."
_nonces = iter(range(10**6))


@pytest.fixture
def care(workspace) -> Source:
    """The care form of Larkfield."""
    cache.clear()
    return sources.add_source(
        workspace, "webform", "Care page", {"secret": SECRET, "form": "care"}, by="test", now=now()
    )


@pytest.fixture
def visitor(care) -> Client:
    """A browser without an account, that has a CSRF check like any other."""
    return Client(enforce_csrf_checks=True)


def token(*, age: timedelta = timedelta(seconds=30), secret: str = SECRET, form: str = "care") -> str:
    """The hidden field of a page that was opened a while ago."""
    return issue_token(secret, form=form, now=now() - age, nonce=f"a-nonce-of-the-test-{next(_nonces)}")


def write(browser: Client, message: str = COMPLAINT, path: str = FORM, **told: str):
    """Fill in the form and send it."""
    fields = {"token": token(), "message": message, "name": "Mara Quill", "email": "", "order": "", **told}
    return browser.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded")


def own_page(answer) -> str:
    """The private page that a visitor is led to."""
    assert answer.status_code == 302, answer.content.decode()
    path: str = answer["Location"].partition("?")[0]
    return path


def texts(workspace) -> list[str]:
    """What was stored, in order."""
    return list(Post.objects.within(workspace).order_by("id").values_list("text", flat=True))


def test_a_message_is_stored_and_acknowledged_with_a_time(visitor, workspace):
    answer = write(visitor, order="1042")
    post = Post.objects.within(workspace).get()
    assert (post.text, post.title, post.private, post.author_name) == (COMPLAINT, "Order 1042", True, "Mara Quill")
    page = visitor.get(answer["Location"])
    told = page.content.decode()
    assert "Thank you, we have it" in told
    assert "at the latest" in told
    assert COMPLAINT in told
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Cache-Control"] == "no-store"


def test_what_the_desk_answers_appears_and_nothing_else(visitor, workspace, ana):
    path = own_page(write(visitor))
    understand(workspace.pk, now=now)
    case = Case.objects.within(workspace).get()
    reply = send(
        workspace, case.pk, "We are so sorry, Mara.", way="private", by=ana, seen_version=case.version, now=now()
    )
    assert "so sorry" not in visitor.get(path).content.decode()
    Reply.objects.within(workspace).filter(pk=reply.pk).update(state=Sending.SENT.value, sent_at=now())
    answered(workspace, case.pk, by="outbox", now=now(), text=reply.text, written_at=reply.created_at)
    told = visitor.get(path).content.decode()
    assert "We are so sorry, Mara." in told
    assert "We have answered" in told
    assert "Ana" not in told


def test_more_words_join_the_same_case(visitor, workspace, ana):
    path = own_page(write(visitor))
    understand(workspace.pk, now=now)
    case = Case.objects.within(workspace).get()
    close(workspace, case.pk, Outcome.SOLVED, by=ana, seen_version=None, now=now())
    assert "marked this as finished" in visitor.get(path).content.decode()
    assert write(visitor, "It broke again and I am angry, please call me!", path=path).status_code == 302
    understand(workspace.pk, now=now)
    assert Case.objects.within(workspace).count() == 1
    assert CasePost.objects.within(workspace).filter(case=case).count() == 2
    told = visitor.get(path).content.decode()
    assert told.index(COMPLAINT) < told.index("It broke again")


def test_sending_twice_is_one_message(visitor, workspace):
    same = token()
    first, second = write(visitor, token=same), write(visitor, token=same)
    assert own_page(first) == own_page(second)
    assert texts(workspace) == [COMPLAINT]


def test_other_words_on_a_page_already_sent_are_shown_back_and_then_go(visitor, workspace):
    same = token()
    write(visitor, token=same)
    answer = write(visitor, "And another thing", token=same)
    assert answer.status_code == 409
    assert "And another thing" in answer.content.decode()
    assert texts(workspace) == [COMPLAINT]
    write(visitor, "And another thing")
    assert texts(workspace) == [COMPLAINT, "And another thing"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"token": "forged"}, "did not come from our page"),
        ({"token": ""}, "did not come from our page"),
        ({"token": token(secret="another secret entirely")}, "did not come from our page"),
        ({"token": token(form="other")}, "belongs to another page"),
        ({"token": token(age=OLDEST * 2)}, "open for more than a day"),
        ({"token": token(age=-timedelta(hours=3))}, "quicker than a person can write"),
        ({"website": "http://spam.example"}, "people cannot see"),
        ({"email": "not an address"}, "does not look like an e-mail address"),
        ({"name": "x" * 300}, "name is too long"),
        ({"message": "   "}, "Please write your message"),
        ({"message": "x" * 5001}, "5,001 characters"),
    ],
)
def test_what_is_refused_is_explained_and_the_text_shown_back(visitor, workspace, told, said):
    answer = write(visitor, **told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert told.get("message", COMPLAINT).strip() in page
    assert texts(workspace) == []


def test_after_a_refusal_the_page_itself_can_be_sent(visitor, workspace):
    page = write(visitor, email="not an address")
    assert write(visitor, token=page.context["token"], email="mara@quill.example").status_code == 302
    assert texts(workspace) == [COMPLAINT]


def test_a_flood_is_stopped_in_words_and_nothing_typed_is_lost(visitor, workspace):
    for n in range(MOST_AN_HOUR):
        assert write(visitor, f"message {n}").status_code == 302
    answer = write(visitor, "the one too many")
    assert answer.status_code == 429
    assert "the one too many" in answer.content.decode()
    assert len(texts(workspace)) == MOST_AN_HOUR


@pytest.mark.parametrize(("size", "status"), [(300_000, 422), (13_000_000, 413)])
def test_far_too_much_is_refused_in_words(visitor, workspace, size, status):
    answer = write(visitor, "x" * size)
    assert answer.status_code == status
    assert "not sent" in answer.content.decode() or "nothing was sent" in answer.content.decode()
    assert texts(workspace) == []


def test_hostile_text_is_text(visitor, workspace):
    path = own_page(write(visitor, "<script>alert(1)</script>\x00 & \u202e", name="<img src=x>"))
    page = visitor.get(path).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("broken", ["x", "1-1", "1-1:forged", "%00", "é"])
def test_a_link_that_was_changed_opens_nothing(visitor, workspace, broken):
    write(visitor)
    answer = visitor.get(f"/care/case/{broken}/")
    assert answer.status_code == 404
    assert COMPLAINT not in answer.content.decode()


def test_one_visitors_link_cannot_be_turned_into_anothers(visitor, workspace):
    mine, theirs = own_page(write(visitor, "mine")), own_page(write(visitor, "theirs"))
    my_token, their_token = mine.split("/")[3], theirs.split("/")[3]
    mixed = f"{my_token.partition(':')[0]}:{their_token.partition(':')[2]}"
    assert visitor.get(f"/care/case/{mixed}/").status_code == 404
    assert "theirs" not in visitor.get(mine).content.decode().replace('class="theirs"', "")


def test_the_page_answers_only_with_news(visitor, workspace):
    path = own_page(write(visitor))
    seen = visitor.get(path).context["mark"]
    assert visitor.get(f"{path}?seen={seen}").status_code == 204
    write(visitor, "more", path=path)
    assert visitor.get(f"{path}?seen={seen}").status_code == 200


def test_a_paused_form_takes_nothing_and_old_pages_stay_readable(visitor, workspace, care):
    path = own_page(write(visitor))
    sources.pause(care, by="test", now=now())
    assert visitor.get(FORM).status_code == 404
    assert write(visitor).status_code == 404
    page = visitor.get(path).content.decode()
    assert COMPLAINT in page
    assert "cannot be sent here" in page
    write(visitor, "more", path=path)
    assert texts(workspace) == [COMPLAINT]


@pytest.mark.parametrize(
    "path",
    ["/care/larkfield/practice/", "/care/nobody/care-page/", "/care/larkfield/99999/", "/care/otherfield/care-page/"],
)
def test_there_is_no_form_where_none_was_made(visitor, source, path):
    open_workspace("otherfield", "Otherfield")
    assert visitor.get(path).status_code == 404


def test_the_form_is_found_by_number_too(visitor, care):
    assert visitor.get(f"/care/larkfield/{care.pk}/").status_code == 200


WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_no_more_is_promised_than_the_slowest_deadline(workspace):
    assert answer_by(workspace, WEDNESDAY) == datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
    workspace.policy = {"week": [[]] * 7}
    assert answer_by(workspace, WEDNESDAY) is None
    assert standing(workspace, None, WEDNESDAY, WEDNESDAY, waits=True) == "A person reads it and answers."


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (WEDNESDAY + timedelta(hours=2), "today at 14:00 (GMT)"),
        (WEDNESDAY + timedelta(hours=22), "tomorrow at 10:00 (GMT)"),
        (WEDNESDAY + timedelta(days=30), "on Friday 3 April at 13:00 (IST)"),
    ],
)
def test_a_time_is_told_as_people_tell_it(at, words):
    assert in_words(at, WEDNESDAY, ZoneInfo("Europe/Dublin")) == words


def test_being_late_is_admitted(visitor, workspace):
    write(visitor)
    understand(workspace.pk, now=now)
    case = Case.objects.within(workspace).get()
    told = standing(workspace, case, case.last_post_at, case.due_at + timedelta(minutes=5), waits=False)
    assert "and have not" in told
    assert "overdue" in told
