"""Brands in the browser, and the trial of their words."""

from __future__ import annotations

import pytest
from django.test import Client

from emberwatch.listening.actions.store import store
from emberwatch.listening.actions.understand import judge, understood, waiting
from emberwatch.listening.highlights import pieces
from emberwatch.listening.models import Brand
from emberwatch.listening.trial import try_words
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.rules import Role
from tests.making import NOON, batch, said, verdict

BRANDS = "/w/larkfield/settings/brands/"
EMPTY = {"terms": "", "misspellings": "", "hashtags": "", "places": "", "exclusions": ""}


@pytest.fixture
def manager(client: Client, ruth) -> Client:
    """A browser in which the manager is signed in."""
    client.force_login(ruth)
    return client


@pytest.fixture
def heard(source, brand, workspace):
    """Four posts, the first of which the brand has already."""
    texts = ["larkfield sent a cracked crib", "my larkfeild crib came late", "a walk on larkfield road", "<b>lunch</b>"]
    store(source, batch(*(said(n, text) for n, text in enumerate(texts))), now=NOON)
    store(source, batch(said(9, "larkfeild, privately", private=True)), now=NOON)
    posts = waiting(workspace.pk, 10)
    judge(posts[0], verdict(brand=brand.pk))
    understood(workspace.pk, posts[:1])
    return posts


def test_saving_a_brand_keeps_one_entry_a_line(manager, workspace):
    manager.post(
        f"{BRANDS}new/", {**EMPTY, "name": "Larkfield", "terms": "larkfield\r\n\r\n  @larkfield \r\nlarkfield"}
    )
    assert Brand.objects.within(workspace).get().terms == ["larkfield", "@larkfield"]


@pytest.mark.parametrize(
    ("told", "said_back"),
    [
        ({"name": "Lark"}, "Write at least one word"),
        ({"name": "Lark", "exclusions": "road"}, "Write at least one word"),
        ({"name": "", "terms": "lark"}, "This field is required"),
        ({"name": "Larkfield", "terms": "lark"}, "Another brand has this name"),
        ({"name": "Lark", "terms": "x" * 121}, "longer than 120 characters"),
    ],
)
def test_what_makes_no_brand_is_said_and_not_stored(manager, workspace, brand, told, said_back):
    assert said_back in manager.post(f"{BRANDS}new/", {**EMPTY, **told}).content.decode()
    assert Brand.objects.within(workspace).count() == 1


def test_words_are_tried_on_what_was_heard(workspace, brand, heard):
    words = {"terms": [], "misspellings": ["larkfeild"], "hashtags": [], "places": [], "exclusions": []}
    trial = try_words(workspace, brand, words)
    assert (trial.looked_at, trial.caught, trial.gained, trial.lost) == (4, 1, 1, 1)
    assert ("larkfeild", True) in trial.shown[0].cut
    assert trial.shown_lost == [heard[0]]


def test_the_trial_in_the_browser_saves_nothing_and_escapes_what_it_shows(manager, workspace, brand, heard):
    told = {**EMPTY, "name": "Larkfield", "pk": str(brand.pk), "terms": "larkfield\nlunch"}
    page = manager.post(f"{BRANDS}try/", told).content.decode()
    assert "3 of the latest 4 posts" in page
    assert "<b>" not in page.replace('<b class="num">', "")
    assert Brand.objects.within(workspace).get().terms == ["larkfield"]


def test_an_agent_reads_brands_and_changes_none(ana, workspace, brand):
    browser = Client()
    browser.force_login(ana)
    assert "Larkfield" in browser.get(BRANDS).content.decode()
    for path in ("new/", "try/", f"{brand.pk}/"):
        assert browser.post(BRANDS + path, {**EMPTY, "name": "x", "terms": "x"}).status_code == 403


def test_another_workspace_cannot_reach_a_brand(brand):
    other = open_workspace("otherfield", "Otherfield")
    browser = Client()
    browser.force_login(invite(other, "eve@otherfield.example", Role.MANAGER).person)
    for slug in ("larkfield", "otherfield"):
        assert browser.get(f"/w/{slug}/settings/brands/{brand.pk}/").status_code == 404
    page = browser.post(
        "/w/otherfield/settings/brands/try/", {**EMPTY, "name": "x", "terms": "larkfield", "pk": str(brand.pk)}
    )
    assert "no public posts yet" in page.content.decode()


@pytest.mark.parametrize(
    ("spans", "cut"),
    [
        ([], [("abcdef", False)]),
        ([(0, 2), (4, 6)], [("ab", True), ("cd", False), ("ef", True)]),
        ([(1, 4), (2, 3), (3, 99)], [("a", False), ("bcd", True), ("ef", True)]),
        ([(5, 5), (9, 12), (-3, 1)], [("a", True), ("bcdef", False)]),
    ],
)
def test_a_text_is_cut_at_its_marks(spans, cut):
    assert pieces("abcdef", spans) == cut
