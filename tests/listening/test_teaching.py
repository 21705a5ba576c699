"""Departments, products, examples, thresholds and own words: what managers teach, and the pages on which they do."""

from __future__ import annotations

import msgspec
import pytest
from django.test import Client

from emberwatch.engine import correcting, pipeline
from emberwatch.engine.brands import triage_for
from emberwatch.journal.models import FactRow
from emberwatch.listening.actions import teaching
from emberwatch.listening.actions.teaching import CannotTeach
from emberwatch.listening.actions.understand import judge, understood
from emberwatch.listening.learnt import layer_of, lexicon_of, thresholds_of
from emberwatch.listening.models import Correction, Post, Source, Topic, TopicKind
from emberwatch.listening.preview import preview
from emberwatch.triage.layer import About
from emberwatch.triage.settings import Thresholds
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role
from tests.making import NOON, batch, said, verdict

pytestmark = pytest.mark.usefixtures("stub")
BILLING = ("charged twice this month", "refund my money, you charged twice", "the bill is wrong, charged again")
DELIVERY = ("parcel never came", "where is the parcel, courier never rang", "courier left the parcel in the rain")
ROOT = "/w/larkfield/settings/"
PAGES = ("learnt/", "topics/", "thresholds/", "words/")


@pytest.fixture
def manager(client: Client, ruth: Person) -> Client:
    """A browser in which the manager is signed in."""
    client.force_login(ruth)
    return client


def taught(workspace: Workspace, by: Person) -> dict[str, Topic]:
    topics = {}
    for name, examples in (("Billing", BILLING), ("Delivery", DELIVERY)):
        topics[name] = teaching.name_topic(workspace, TopicKind.DEPARTMENT, name, by=by, now=NOON)
        for text in examples:
            teaching.give_example(workspace, topics[name], text, by=by, now=NOON)
    return topics


def departments(source: Source, number: int, text: str) -> dict[str, float]:
    pipeline.take(source, batch(said(number, f"larkfield {text}")), now=lambda: NOON)
    post = Post.objects.within(source.workspace_id).get(external_id=str(number))
    return msgspec.json.decode(post.verdict, type=Verdict).departments


def test_three_examples_each_sort_the_next_post(workspace: Workspace, source: Source, ruth: Person) -> None:
    taught(workspace, ruth)
    billing, delivery = (
        departments(source, 1, "charged my card twice"),
        departments(source, 2, "the courier lost a parcel"),
    )
    assert max(billing, key=billing.get) == "Billing"
    assert max(delivery, key=delivery.get) == "Delivery"


def test_a_renamed_topic_keeps_what_it_learnt_and_a_dropped_one_loses_it(
    workspace: Workspace, source: Source, ruth: Person
) -> None:
    topics = taught(workspace, ruth)
    teaching.rename_topic(workspace, topics["Billing"], "Accounts", by=ruth, now=NOON)
    found = departments(source, 1, "charged my card twice")
    assert max(found, key=found.get) == "Accounts"
    with pytest.raises(CannotTeach, match="Another department"):
        teaching.rename_topic(workspace, topics["Billing"], "Delivery", by=ruth, now=NOON)
    teaching.drop_topic(workspace, topics["Billing"], by=ruth, now=NOON)
    assert departments(source, 2, "charged my card twice") == {}
    assert Correction.objects.within(workspace).filter(undone_at=None).count() == 3
    told = FactRow.objects.within(workspace).filter(kind="TopicDropped").get()
    assert told.before["name"] == "Accounts"
    assert len(told.before["corrections"]) == 3


@pytest.mark.parametrize("text", ["", "   ", "!!! 123"])
def test_an_example_without_words_is_refused(workspace: Workspace, ruth: Person, text: str) -> None:
    topic = teaching.name_topic(workspace, TopicKind.PRODUCT, "Cot", by=ruth, now=NOON)
    with pytest.raises(CannotTeach, match="no words"):
        teaching.give_example(workspace, topic, text, by=ruth, now=NOON)


def test_the_same_name_and_the_same_example_are_kept_once(workspace: Workspace, ruth: Person) -> None:
    topics = [teaching.name_topic(workspace, TopicKind.PRODUCT, "  Oak   Cot ", by=ruth, now=NOON) for _ in range(2)]
    for _ in range(2):
        teaching.give_example(workspace, topics[0], "the cot wobbles", by=ruth, now=NOON)
    assert topics[0].pk == topics[1].pk
    assert topics[0].name == "Oak Cot"
    assert Correction.objects.within(workspace).count() == 1


@pytest.mark.parametrize(
    ("cost", "called_from"), [(1, 0.5), (4, 0.2), (9, 0.1), (0.25, 0.8), (100, 1 / 101), (0.1, 1 / 1.1)]
)
def test_a_cost_makes_a_threshold_that_triage_uses(
    workspace: Workspace, ruth: Person, cost: float, called_from: float
) -> None:
    teaching.set_costs(workspace, {"anger": cost}, by=ruth, now=NOON)
    assert thresholds_of(workspace.pk).of("anger") == pytest.approx(called_from)
    assert triage_for(workspace.pk).setting.thresholds.of("anger") == pytest.approx(called_from)
    assert thresholds_of(workspace.pk).of("complaint") == 0.5


@pytest.mark.parametrize("costs", [{"anger": 0}, {"anger": 101}, {"severity": 2}, {"anger": float("nan")}])
def test_a_cost_beyond_reason_is_refused(workspace: Workspace, ruth: Person, costs: dict[str, float]) -> None:
    with pytest.raises(CannotTeach):
        teaching.set_costs(workspace, costs, by=ruth, now=NOON)
    assert thresholds_of(workspace.pk) == Thresholds()


def test_own_words_reach_triage_and_the_journal(workspace: Workspace, ruth: Person) -> None:
    words = {"order_numbers": ["LF-######", " LF-###### ", ""], "competitors": ["Fernmoor"], "places": ["Waterville"]}
    teaching.set_lexicon(workspace, words, by=ruth, now=NOON)
    teaching.set_lexicon(workspace, {"places": ["Kenmare"]}, by=ruth, now=NOON)
    lexicon = lexicon_of(workspace.pk)
    assert (lexicon.order_numbers, lexicon.competitors, lexicon.places) == (("LF-######",), ("Fernmoor",), ("Kenmare",))
    assert triage_for(workspace.pk).setting.lexicon == lexicon
    last = FactRow.objects.within(workspace).filter(kind="LexiconSet").order_by("-id")[0]
    assert (last.before["places"], last.after["places"]) == (["Waterville"], ["Kenmare"])


@pytest.fixture
def doubtful(source: Source, workspace: Workspace) -> list[Post]:
    """Five posts whose complaint is ever likelier, 0.1 to 0.9, one of them set right by a person."""
    pipeline.take(source, batch(*(said(n, f"larkfield post number {n}") for n in range(1, 6))), now=lambda: NOON)
    posts = list(Post.objects.within(workspace).order_by("id"))
    for place, post in enumerate(posts):
        chance = 0.1 + 0.2 * place
        judge(post, verdict(intents={"complaint": chance}, corrected={"intent": 1} if place == 4 else {}))
    understood(workspace.pk, posts)
    return posts


def test_the_preview_counts_and_lists_what_would_change(workspace: Workspace, doubtful: list[Post]) -> None:
    found = preview(workspace, Thresholds(), Thresholds({"complaint": 0.25}))
    effect = next(each for each in found.effects if each.label == "complaint")
    assert found.looked_at == 5
    assert (effect.now, effect.then, effect.changed) == (2, 3, 1)
    assert [(one.post.pk, one.chance, one.called) for one in effect.shown] == [(doubtful[1].pk, 30, True)]
    assert all(each.changed == 0 for each in found.effects if each.label != "complaint")
    stricter = preview(workspace, Thresholds(), Thresholds({"complaint": 0.75}))
    effect = next(each for each in stricter.effects if each.label == "complaint")
    assert (effect.then, [one.called for one in effect.shown]) == (0, [False, False])


# In the browser


def test_thresholds_are_tried_without_being_saved(manager: Client, workspace: Workspace, doubtful: list[Post]) -> None:
    page = manager.post(f"{ROOT}thresholds/try/", {"complaint": "3"}).content.decode()
    assert "Complaint: 1 of the latest 5 posts change" in page
    assert "post number 2" in page
    assert thresholds_of(workspace.pk) == Thresholds()
    assert "greater than or equal to 0.1" in manager.post(f"{ROOT}thresholds/try/", {"spam": "0"}).content.decode()
    manager.post(f"{ROOT}thresholds/", {"complaint": "3", "spam": ""})
    assert thresholds_of(workspace.pk) == Thresholds({"complaint": 0.25})
    assert "25 %" in manager.get(f"{ROOT}thresholds/").content.decode()


def test_a_department_is_named_taught_renamed_and_dropped(
    manager: Client, workspace: Workspace, source: Source
) -> None:
    pipeline.take(source, batch(said(1, "larkfield <b>charged</b> twice")), now=lambda: NOON)
    answer = manager.post(f"{ROOT}topics/", {"kind": "department", "name": "Billing"})
    topic = Topic.objects.within(workspace).get()
    assert answer["Location"] == f"{ROOT}topics/{topic.pk}/"
    manager.post(f"{ROOT}topics/{topic.pk}/", {"text": "charged twice this month"})
    page = manager.get(f"{ROOT}topics/{topic.pk}/").content.decode()
    assert "1 example<" in page
    assert "larkfield &lt;b&gt;charged" in page
    assert "3 are needed" in manager.get(f"{ROOT}topics/").content.decode()
    assert "no words" in manager.post(f"{ROOT}topics/{topic.pk}/", {"text": "123"}).content.decode()
    manager.post(f"{ROOT}topics/{topic.pk}/rename/", {"name": "Accounts"})
    assert "Accounts" in manager.get(f"{ROOT}topics/").content.decode()
    manager.post(f"{ROOT}topics/{topic.pk}/drop/")
    assert Topic.objects.within(workspace).count() == 0
    assert layer_of(workspace.pk) is None


def test_how_well_departments_are_known_is_shown(manager: Client, workspace: Workspace, ruth: Person) -> None:
    taught(workspace, ruth)
    page = " ".join(manager.get(f"{ROOT}topics/").content.decode().split())
    assert page.count("of them would be found by the others") == 2


def test_lessons_and_contradictions_are_listed_and_taken_back(
    manager: Client, workspace: Workspace, source: Source, ana: Person, ruth: Person
) -> None:
    assert "Nothing was learnt yet" in manager.get(f"{ROOT}learnt/").content.decode()
    for number, (label, by) in enumerate((("no", ana), ("yes", ruth)), 1):
        pipeline.take(source, batch(said(number, "larkfield, well done again", by=f"c{number}")), now=lambda: NOON)
        post = Post.objects.within(workspace).get(external_id=str(number))
        correcting.correct(workspace, post.pk, About.ANGER, label, by=by, now=NOON)
    page = manager.get(f"{ROOT}learnt/").content.decode()
    assert "1 contradiction<" in page
    assert "The same words" in page
    assert "2 lessons" in page
    assert "Ana" in page
    newest = Correction.objects.within(workspace).order_by("-id")[0]
    back = manager.post(f"/w/larkfield/learnt/{newest.pk}/undo")
    assert back["Location"] == f"{ROOT}learnt/"
    page = manager.get(f"{ROOT}learnt/").content.decode()
    assert "contradiction<" not in page
    assert "Taken back lately" in page


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"order_numbers": "ABC"}, "ordinary words"),
        ({"places": "x" * 121}, "longer than 120"),
        ({"competitors": "\n".join(map(str, range(2001)))}, "2,000 fit"),
    ],
)
def test_words_beyond_reason_are_refused(manager: Client, workspace: Workspace, given, why: str) -> None:
    assert why in manager.post(f"{ROOT}words/", given).content.decode()
    assert lexicon_of(workspace.pk).order_numbers == ()


def test_words_are_saved_from_the_page(manager: Client, workspace: Workspace) -> None:
    manager.post(f"{ROOT}words/", {"order_numbers": "LF-######", "competitors": "Fernmoor\r\n\r\nHazelwick"})
    assert lexicon_of(workspace.pk).competitors == ("Fernmoor", "Hazelwick")
    assert "LF-######" in manager.get(f"{ROOT}words/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_agents_do_not_change_what_managers_teach(client: Client, ana: Person, page: str) -> None:
    client.force_login(ana)
    assert client.get(ROOT + page).status_code == 403
    assert client.post(ROOT + page).status_code in (403, 405)


def test_another_workspace_reaches_no_topic(client: Client, workspace: Workspace, ruth: Person) -> None:
    topic = taught(workspace, ruth)["Billing"]
    rival = open_workspace("rival", "Rival")
    client.force_login(invite(rival, "rex@rival.example", Role.MANAGER).person)
    for slug in ("larkfield", "rival"):
        for deed in ("", "rename/", "drop/"):
            assert client.post(f"/w/{slug}/settings/topics/{topic.pk}/{deed}", {"name": "x"}).status_code == 404
    assert "<b>Billing" not in client.get("/w/rival/settings/topics/").content.decode()
