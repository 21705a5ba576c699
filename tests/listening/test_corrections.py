"""What an agent says of a post is true of it at once, is learnt, and can be taken back without a trace."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from django.test import Client

from emberwatch.cases.models import Case
from emberwatch.engine import brands, correcting, pipeline
from emberwatch.engine.brands import triage_for
from emberwatch.journal.models import FactRow
from emberwatch.listening.actions import corrections, teaching
from emberwatch.listening.actions.corrections import CannotCorrect
from emberwatch.listening.actions.sources import add_source
from emberwatch.listening.actions.understand import judge, understood
from emberwatch.listening.learnt import layer_of
from emberwatch.listening.models import Correction, Post, Source, TopicKind
from emberwatch.triage import pipeline as triage_pipeline
from emberwatch.triage.interface import PostText
from emberwatch.triage.layer import About
from emberwatch.triage.layer_votes import UnknownLabel
from emberwatch.triage.tiers import Effort
from emberwatch.vocabulary.verdicts import Intent, Sentiment, Verdict
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role
from tests.making import NOON, batch, said
from tests.triage.readers import Stub

pytestmark = pytest.mark.usefixtures("stub")
CRIB = "larkfield how long does the oak finish of the small crib take to dry"
LIKE_IT = "larkfield how long does the oak finish of the large crib take to dry"
UNLIKE = "larkfield your courier threw our parcel over the fence"


@pytest.fixture
def post(source: Source) -> Post:
    """A question that was taken for an angry complaint."""
    return hear(source, 1, CRIB)


def hear(source: Source, number: int, text: str, by: str = "mara") -> Post:
    pipeline.take(source, batch(said(number, text, by=by)), now=lambda: NOON)
    found: Post = Post.objects.within(source.workspace_id).get(external_id=str(number))
    return found


def verdict_of(post: Post) -> Verdict:
    text = Post.objects.within(post.workspace_id).values_list("verdict", flat=True).get(pk=post.pk)
    return msgspec.json.decode(text, type=Verdict)


def fix(post: Post, about: About, label: str, by: Person) -> Correction:
    return correcting.correct(by_workspace(post), post.pk, about, label, by=by, now=NOON).correction


def by_workspace(post: Post) -> Workspace:
    return Workspace.objects.get(pk=post.workspace_id)


def test_the_post_follows_at_once_and_so_does_the_next_like_it(post: Post, source: Source, ana: Person) -> None:
    assert verdict_of(post).intent is Intent.COMPLAINT
    made = fix(post, About.INTENT, "question", ana)
    now = verdict_of(post)
    assert (now.intent, now.intents["complaint"], now.corrected) == (Intent.QUESTION, 0.0, {"intent": made.pk})
    assert (made.was, made.label, made.by) == ("complaint", "question", ana)
    next_one, other = verdict_of(hear(source, 2, LIKE_IT)), verdict_of(hear(source, 3, UNLIKE))
    assert next_one.intent is Intent.QUESTION
    assert next_one.corrected == {}
    assert other.intent is Intent.COMPLAINT
    assert other.emotions["anger"] == next_one.emotions["anger"] == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize(
    ("about", "label", "told"),
    [
        (About.SENTIMENT, "positive", lambda v: v.sentiment is Sentiment.POSITIVE and v.sentiments["negative"] == 0),
        (About.ANGER, "no", lambda v: v.emotions["anger"] == 0),
        (About.SARCASM, "yes", lambda v: v.sarcasm == 1),
        (About.HATE, "yes", lambda v: v.hate == 1 and v.abuse == ("group",)),
        (About.INTENT, "spam", lambda v: v.is_spam and v.intent is Intent.SPAM),
        (About.INTENT, "other", lambda v: v.intent is Intent.OTHER and v.intents["complaint"] == 0),
        (About.SPAM, "yes", lambda v: v.is_spam and v.intent is Intent.SPAM),
    ],
)
def test_every_label_can_be_set_right_and_back(
    post: Post, ana: Person, about: About, label: str, told: Callable[[Verdict], bool]
) -> None:
    before = Post.objects.within(post.workspace_id).get(pk=post.pk).verdict
    made = fix(post, about, label, ana)
    assert told(verdict_of(post))
    correcting.undo(by_workspace(post), made.pk, by=ana, now=NOON)
    assert Post.objects.within(post.workspace_id).get(pk=post.pk).verdict == before


def test_corrections_are_taken_back_in_any_order_without_a_trace(post: Post, ana: Person, ben: Person) -> None:
    before = Post.objects.within(post.workspace_id).get(pk=post.pk).verdict
    first = fix(post, About.INTENT, "spam", ana)
    second = fix(post, About.ANGER, "no", ben)
    third = fix(post, About.INTENT, "praise", ben)
    assert Correction.objects.within(post.workspace_id).get(pk=first.pk).undone_by == ben
    assert (third.was, verdict_of(post).spam < 0.5) == ("complaint", True)
    correcting.undo(by_workspace(post), second.pk, by=ana, now=NOON)
    assert verdict_of(post).emotions["anger"] > 0.5
    assert verdict_of(post).intent is Intent.PRAISE
    correcting.undo(by_workspace(post), third.pk, by=ana, now=NOON)
    correcting.undo(by_workspace(post), third.pk, by=ana, now=NOON)
    assert Post.objects.within(post.workspace_id).get(pk=post.pk).verdict == before
    assert layer_of(post.workspace_id) is None
    kinds = list(FactRow.objects.within(post.workspace_id).order_by("id").values_list("kind", flat=True))
    assert (kinds.count("PostCorrected"), kinds.count("CorrectionUndone")) == (3, 2)


def test_saying_what_the_software_said_takes_the_correction_back(post: Post, ana: Person) -> None:
    fix(post, About.INTENT, "question", ana)
    undone = fix(post, About.INTENT, "complaint", ana)
    assert undone.undone_at == NOON
    assert verdict_of(post).corrected == {}
    with pytest.raises(CannotCorrect, match="already"):
        fix(post, About.INTENT, "complaint", ana)
    with pytest.raises(UnknownLabel, match="complaint, question"):
        fix(post, About.INTENT, "yes", ana)
    with pytest.raises(CannotCorrect, match="no department"):
        fix(post, About.DEPARTMENT, "Billing", ana)


def test_the_case_follows_what_was_said(post: Post, source: Source, ana: Person) -> None:
    case = Case.objects.within(source.workspace_id).get()
    fix(post, About.INTENT, "question", ana)
    fix(post, About.ANGER, "no", ana)
    fix(post, About.SENTIMENT, "neutral", ana)
    after = Case.objects.within(source.workspace_id).get(pk=case.pk)
    assert after.intent == "question"
    assert after.anger < case.anger


def test_contradicting_what_was_said_before_is_warned_of(post: Post, source: Source, ana: Person, ben: Person) -> None:
    fix(post, About.ANGER, "no", ana)
    again = hear(source, 2, CRIB.upper() + "!!", by="jo")
    assert verdict_of(again).emotions["anger"] < 0.5
    learnt = correcting.correct(by_workspace(post), again.pk, About.ANGER, "yes", by=ben, now=NOON)
    assert [pair.likeness for pair in learnt.contradicts] == [1.0]
    third = hear(source, 3, CRIB + "?", by="kim")
    assert verdict_of(third).emotions["anger"] == pytest.approx(0.8, abs=1e-3)


def test_a_post_read_again_keeps_what_was_said_and_an_edited_one_does_not(
    post: Post, source: Source, ana: Person
) -> None:
    made = fix(post, About.SARCASM, "yes", ana)
    stored = Post.objects.within(post.workspace_id).get(pk=post.pk)
    answer = triage_for(post.workspace_id).label(PostText(text=stored.text))
    judge(stored, answer)
    understood(post.workspace_id, [stored])
    assert verdict_of(post).corrected == {"sarcasm": made.pk}
    pipeline.take(source, batch(said(1, UNLIKE, version=2)), now=lambda: NOON)
    assert verdict_of(post).corrected == {}
    second = fix(post, About.SARCASM, "yes", ana)
    rows = Correction.objects.within(post.workspace_id).filter(undone_at=None)
    assert {row.pk: row.post_id for row in rows} == {made.pk: None, second.pk: post.pk}


def test_taking_back_after_an_edit_leaves_the_post_to_be_read_anew(post: Post, source: Source, ana: Person) -> None:
    made = fix(post, About.SARCASM, "yes", ana)
    pipeline.take(source, batch(said(1, LIKE_IT, version=2)), now=lambda: NOON)
    assert verdict_of(post).sarcasm > 0.5
    correcting.undo(by_workspace(post), made.pk, by=ana, now=NOON)
    assert pipeline.understand(post.workspace_id, now=lambda: NOON) == 1
    assert verdict_of(post).sarcasm == pytest.approx(0.2, abs=1e-3)


def test_what_one_workspace_taught_moves_no_other(post: Post, source: Source, ana: Person) -> None:
    rival = open_workspace("rival", "Rival")
    settings = {"base_url": "http://127.0.0.1:9/practice", "handle": "rival", "token": "t"}
    theirs = add_source(rival, "practice", "Practice", settings, by="test", now=NOON)
    fix(post, About.ANGER, "no", ana)
    assert verdict_of(hear(theirs, 9, CRIB)).emotions["anger"] == pytest.approx(0.8, abs=1e-3)
    with pytest.raises(CannotCorrect, match="no such post"):
        correcting.correct(rival, post.pk, About.ANGER, "yes", by=ana, now=NOON)
    with pytest.raises(CannotCorrect, match="no such correction"):
        correcting.undo(rival, Correction.objects.within(source.workspace_id).get().pk, by=ana, now=NOON)


def test_a_new_base_model_keeps_what_was_taught(post: Post, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    fix(post, About.ANGER, "no", ana)
    monkeypatch.setattr(triage_pipeline, "shipped_fast", lambda: Stub({"anger": 0.9}, width=900))
    brands._kept.clear()
    found = triage_for(post.workspace_id).label_many([PostText(text=CRIB)], Effort.FAST)[0]
    assert isinstance(found, Verdict)
    assert found.emotions["anger"] < 0.1


def test_another_process_hears_of_it_through_the_stamp(post: Post, ana: Person, django_assert_num_queries) -> None:
    kept = triage_for(post.workspace_id)
    with django_assert_num_queries(1):
        assert triage_for(post.workspace_id) is kept
    corrections.correct(by_workspace(post), post.pk, About.ANGER, "no", by=ana, now=NOON)
    assert triage_for(post.workspace_id) is not kept


def test_a_department_is_taught_from_a_post(post: Post, source: Source, ana: Person, ruth: Person) -> None:
    workspace = by_workspace(post)
    teaching.name_topic(workspace, TopicKind.DEPARTMENT, "Workshop", by=ruth, now=NOON)
    made = fix(post, About.DEPARTMENT, "Workshop", ana)
    assert made.was == ""
    assert verdict_of(post).departments == {"Workshop": 1.0}
    assert max(verdict_of(hear(source, 2, LIKE_IT)).departments) == "Workshop"
    assert verdict_of(hear(source, 3, UNLIKE)).departments == {}


# In the browser


def test_an_agent_corrects_with_one_click_and_takes_it_back(client: Client, post: Post, ana: Person) -> None:
    client.force_login(ana)
    case = Case.objects.within(post.workspace_id).get()
    page = client.get(f"/w/larkfield/cases/{case.number}").content.decode()
    assert "Not right?" in page
    assert "<span>angry 80 %</span>" in page
    form = client.get(f"/w/larkfield/posts/{post.pk}/understood", headers={"HX-Request": "true"}).content.decode()
    assert 'value="question"' in form
    assert f"/posts/{post.pk}/correct" in form
    at = f"/w/larkfield/posts/{post.pk}/correct"
    answer = client.post(at, {"about": "intent", "label": "question"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "caseChanged" in answer["HX-Trigger"]
    assert "Learnt: this post is <b>a question</b>" in answer.content.decode()
    page = client.get(f"/w/larkfield/cases/{case.number}").content.decode()
    assert 'question <span class="faint">(said by Ana)' in page
    made = Correction.objects.within(post.workspace_id).get()
    undone = client.post(f"/w/larkfield/learnt/{made.pk}/undo", headers={"HX-Request": "true"})
    assert "Taken back" in undone.content.decode()
    assert "said by Ana" not in client.get(f"/w/larkfield/cases/{case.number}").content.decode()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "Choose what to correct"),
        ({"about": "intent", "label": "<b>"}, "Choose one of"),
        ({"about": "department", "label": "Nowhere"}, "no department named"),
        ({"about": "intent", "label": "complaint"}, "already"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(client: Client, post: Post, ana: Person, given, why: str) -> None:
    client.force_login(ana)
    answer = client.post(f"/w/larkfield/posts/{post.pk}/correct", given, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert Correction.objects.within(post.workspace_id).count() == 0


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LEGAL, Role.DEPARTMENT_OWNER])
def test_observers_see_and_do_not_correct(client: Client, post: Post, person, ana: Person, role: Role) -> None:
    made = fix(post, About.ANGER, "no", ana)
    client.force_login(person("olu", role))
    case = Case.objects.within(post.workspace_id).get()
    assert "Not right?" not in client.get(f"/w/larkfield/cases/{case.number}").content.decode()
    assert client.get(f"/w/larkfield/posts/{post.pk}/understood").status_code == 403
    assert client.post(f"/w/larkfield/posts/{post.pk}/correct", {"about": "anger", "label": "yes"}).status_code == 403
    assert client.post(f"/w/larkfield/learnt/{made.pk}/undo").status_code == 403


def test_a_neighbour_reaches_no_post_and_no_lesson(client: Client, post: Post, ana: Person) -> None:
    made = fix(post, About.ANGER, "no", ana)
    rival = open_workspace("rival", "Rival")
    client.force_login(invite(rival, "rex@rival.example", Role.MANAGER).person)
    for slug in ("larkfield", "rival"):
        assert client.get(f"/w/{slug}/posts/{post.pk}/understood").status_code == 404
        assert client.post(f"/w/{slug}/posts/{post.pk}/correct", {"about": "anger", "label": "yes"}).status_code == 404
        assert client.post(f"/w/{slug}/learnt/{made.pk}/undo").status_code == 404
