"""Mentions, the settings' front page, and cases opened by hand."""

from __future__ import annotations

import msgspec
import pytest
from django.test import Client

from emberwatch.cases.actions.by_hand import open_for
from emberwatch.cases.actions.claim import NoSuchCase
from emberwatch.cases.models import Case, Customer
from emberwatch.cases.rules import Illegal
from emberwatch.cases.search import find
from emberwatch.engine.pipeline import take
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Post
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.rules import Role
from tests.making import NOON, batch, said

MENTIONS = "/w/larkfield/mentions/"


@pytest.fixture
def heard(source):
    """A complaint, thanks, something else, and an attack."""
    events = (
        said(1, "larkfield charged me twice and nobody answers, I want my money back"),
        said(2, "thank you larkfield, the crib is wonderful!", by="lena"),
        said(3, "a lovely walk by the lake", by="jo"),
        said(4, "<script>alert('larkfield')</script> \u202e", by="<img src=x>"),
    )
    take(source, batch(*events), now=lambda: NOON)
    return {post.external_id: post for post in Post.objects.within(source.workspace_id)}


@pytest.fixture
def agent(client: Client, ana) -> Client:
    """A browser in which an agent is signed in."""
    client.force_login(ana)
    return client


def shown(browser: Client, query: str = "") -> list[str]:
    """The names of the posts on the page, in order."""
    page = browser.get(MENTIONS + query)
    assert page.status_code == 200
    return [row.post.external_id for row in page.context["rows"]]


def test_every_post_stands_there_newest_first(agent, heard):
    assert shown(agent) == ["4", "3", "2", "1"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?show=with", ["1"]),
        ("?show=about&intent=praise", ["2"]),
        ("?intent=complaint", ["1"]),
        ("?show=aside", []),
        ("?brand=99999", []),
        ("?before=abc&source=&show=nonsense&brand=%00", ["4", "3", "2", "1"]),
    ],
)
def test_filters(agent, heard, query, names):
    found = shown(agent, query)
    assert [name for name in found if name != "4" or name in names] == names


def test_pages_go_on_below_the_last(agent, heard):
    assert shown(agent, f"?before={heard['3'].pk}") == ["2", "1"]


def test_hostile_text_is_text(agent, heard):
    page = agent.get(MENTIONS).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_a_case_is_opened_by_hand_once_with_its_fact(agent, ana, workspace, heard):
    for _ in range(2):
        agent.post(f"{MENTIONS}{heard['3'].pk}/case/")
    case = Case.objects.within(workspace).get(customer__author_id="jo")
    fact = FactRow.objects.within(workspace).get(subject=f"case:{case.pk}", kind="CaseOpened")
    assert (fact.actor_id, fact.after["why"], fact.after["number"]) == (ana.pk, "opened by hand", case.number)
    assert find(workspace.pk, "lake") == [case.pk]
    assert case.needs_us
    assert case.due_at is not None


def test_it_belongs_to_the_customer_who_is_known(workspace, ana, source, heard):
    known = Case.objects.within(workspace).get(customer__author_id="mara")
    assert open_for(workspace, heard["1"].pk, by=ana, now=NOON).number == known.number
    take(source, batch(said(8, "lunch was nice", by="mara")), now=lambda: NOON)
    further = open_for(workspace, Post.objects.within(workspace).get(external_id="8").pk, by=ana, now=NOON)
    assert further.customer_id == known.customer_id
    assert further.number != known.number


def test_a_post_without_an_author_gets_a_customer_of_its_own(workspace, ana, source):
    letters = [msgspec.structs.replace(said(n, f"letter {n}"), author=None) for n in (5, 6)]
    take(source, batch(*letters), now=lambda: NOON)
    for post in Post.objects.within(workspace):
        open_for(workspace, post.pk, by=ana, now=NOON)
    assert Customer.objects.within(workspace).count() == 2


def test_our_own_words_are_no_case(workspace, ana, source):
    take(source, batch(said(7, "We are sorry", ours=True)), now=lambda: NOON)
    with pytest.raises(Illegal, match="your own account"):
        open_for(workspace, Post.objects.within(workspace).get().pk, by=ana, now=NOON)


def test_an_observer_has_no_button_and_no_way(person, workspace, heard):
    browser = Client()
    browser.force_login(person("sam", Role.OBSERVER))
    assert "Open a case" not in browser.get(MENTIONS).content.decode()
    assert browser.post(f"{MENTIONS}{heard['3'].pk}/case/").status_code == 403


def test_another_workspace_sees_and_opens_nothing(heard, workspace):
    other = open_workspace("otherfield", "Otherfield")
    eve = invite(other, "eve@otherfield.example", Role.MANAGER).person
    browser = Client()
    browser.force_login(eve)
    assert browser.get(MENTIONS).status_code == 404
    page = browser.get("/w/otherfield/mentions/")
    assert page.context["rows"] == []
    assert browser.post(f"/w/otherfield/mentions/{heard['3'].pk}/case/").status_code == 404
    with pytest.raises(NoSuchCase):
        open_for(other, heard["3"].pk, by=eve, now=NOON)


def test_the_front_page_says_what_is_still_to_be_set_up(client, ruth, workspace):
    client.force_login(ruth)
    page = client.get("/w/larkfield/settings/").content.decode()
    for told in ("Add a source", "Write down the words", "Invite a colleague", "standard hours"):
        assert told in page


def test_the_front_page_asks_nothing_of_those_who_cannot(agent, source):
    page = agent.get("/w/larkfield/settings/").content.decode()
    assert "Still to be set up" not in page
    assert "Hours and deadlines" not in page
