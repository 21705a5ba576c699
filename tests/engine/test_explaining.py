"""The words behind what was understood: found when they are shown, once, and never at the price of a page."""

from __future__ import annotations

from datetime import datetime

import pytest

from emberwatch.cases.conversation import read_verdict
from emberwatch.cases.models import Case
from emberwatch.engine import explaining, pipeline
from emberwatch.engine.closely import CannotRead, NoSuchPost, read_closely
from emberwatch.engine.correcting import correct
from emberwatch.engine.effort import Allowance
from emberwatch.engine.explaining import CLOSELY, explained
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Brand, Post, Source
from emberwatch.triage.interface import Failed
from emberwatch.triage.layer import About
from emberwatch.vocabulary.verdicts import Sentiment, Tier, Verdict
from emberwatch.workspaces.actions import open_workspace
from emberwatch.workspaces.models import Person, Workspace
from tests.making import batch, said
from tests.reading import Desk, set_up

WORDS = "Broken crib again, @larkfield"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, brand: Brand) -> Desk:
    """Set readers for Larkfield."""
    return set_up(monkeypatch, brand)


def told(source: Source) -> list[tuple[Post, Verdict | None]]:
    rows = Post.objects.within(source.workspace_id).order_by("id")
    return [(post, read_verdict(post)) for post in rows]


def take(source: Source, count: int, now: datetime) -> None:
    pipeline.take(source, batch(*(said(n, WORDS, by=f"p{n}") for n in range(count))), now=lambda: now)


def test_a_verdict_gets_the_words_of_the_model_that_read_it(desk: Desk, source: Source, now: datetime) -> None:
    take(source, 1, now)
    ((_, stored),) = told(source)
    assert stored is not None
    assert "complaint" not in stored.reasons
    (found,) = explained(source.workspace_id, told(source))
    assert found is not None
    assert [(one.start, one.end) for one in found.reasons["complaint"]] == [(0, 6)]
    assert "about_us" in found.reasons
    assert (desk.close.explained, desk.quick.explained) == ([WORDS], [])


def test_words_are_found_once_until_the_post_or_the_verdict_changes(desk: Desk, source: Source, now: datetime) -> None:
    take(source, 1, now)
    for _ in range(3):
        explained(source.workspace_id, told(source))
    assert len(desk.close.explained) == 1
    pipeline.take(source, batch(said(0, "Broken again, @larkfield", by="p0", version=2)), now=lambda: now)
    explained(source.workspace_id, told(source))
    assert len(desk.close.explained) == 2


def test_a_post_without_a_verdict_is_left_alone(desk: Desk, source: Source, now: datetime) -> None:
    take(source, 2, now)
    (one, verdict), (other, _) = told(source)
    assert explained(source.workspace_id, [(other, None), (one, verdict)])[0] is None
    assert explained(source.workspace_id, []) == []


def test_a_long_page_has_its_newest_explained_closely_and_the_rest_quickly(
    desk: Desk, source: Source, now: datetime
) -> None:
    take(source, CLOSELY + 10, now)
    page = told(source)
    found = explained(source.workspace_id, page)
    assert all(verdict is not None and "complaint" in verdict.reasons for verdict in found)
    assert (len(desk.close.explained), len(desk.quick.explained)) == (CLOSELY, 10)
    explained(source.workspace_id, page)
    assert (len(desk.close.explained), len(desk.quick.explained)) == (CLOSELY + 10, 10)


def test_what_cannot_be_explained_keeps_the_words_of_its_rules(
    desk: Desk, source: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(source, 1, now)

    def broken(*args: object) -> None:
        raise ArithmeticError("no")

    monkeypatch.setattr(desk.close, "words", broken)
    (found,) = explained(source.workspace_id, told(source))
    assert found is not None
    assert set(found.reasons) >= {"about_us"}


def test_no_more_is_remembered_than_we_say(
    desk: Desk, source: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "_REMEMBERED", 3)
    take(source, 8, now)
    explained(source.workspace_id, told(source))
    assert len(explaining._known) == 3


def test_a_person_has_one_post_read_closely(desk: Desk, source: Source, ana: Person, now: datetime) -> None:
    desk.allow(Allowance(share=0.0))
    take(source, 1, now)
    ((post, before),) = told(source)
    assert before is not None
    read_closely(source.workspace, post.pk, by=ana, now=now)
    ((post, after),) = told(source)
    assert after is not None
    assert (before.tier, after.tier) == (Tier.FAST, Tier.DEEP)
    assert after.intents["complaint"] > before.intents["complaint"]
    assert post.brand_id == before.brand
    fact = FactRow.objects.within(source.workspace_id).get(kind="PostReadClosely")
    assert (fact.actor_id, fact.subject) == (ana.pk, f"post:{post.pk}")
    assert (fact.before["tier"], fact.after["tier"]) == ("fast", "deep")


def test_what_a_person_said_of_a_post_goes_before_any_reading(
    desk: Desk, source: Source, ana: Person, now: datetime
) -> None:
    desk.allow(Allowance(share=0.0))
    take(source, 1, now)
    ((post, _),) = told(source)
    correct(source.workspace, post.pk, About.ANGER, "yes", by=ana, now=now)
    correct(source.workspace, post.pk, About.SENTIMENT, "neutral", by=ana, now=now)
    stands = read_closely(source.workspace, post.pk, by=ana, now=now)
    assert (stands.tier, stands.sentiment, stands.emotions["anger"]) == (Tier.DEEP, Sentiment.NEUTRAL, 1.0)
    assert told(source)[0][1] == stands


def test_the_case_follows_what_a_close_reading_finds(desk: Desk, source: Source, ana: Person, now: datetime) -> None:
    desk.allow(Allowance(share=0.0))
    take(source, 1, now)
    ((post, _),) = told(source)
    case = Case.objects.within(source.workspace_id).get()
    read_closely(source.workspace, post.pk, by=ana, now=now)
    follows = Case.objects.within(source.workspace_id).get()
    assert follows.anger > case.anger
    assert follows.priority > case.priority


def test_what_cannot_be_read_closely_keeps_what_was_understood(
    desk: Desk, source: Source, ana: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.allow(Allowance(share=0.0))
    take(source, 1, now)
    ((post, before),) = told(source)
    monkeypatch.setattr(desk.triage, "label_many", lambda *args: [Failed("intent", "ate something")])
    with pytest.raises(CannotRead, match="ate something"):
        read_closely(source.workspace, post.pk, by=ana, now=now)
    assert told(source)[0][1] == before


def test_another_workspace_has_nothing_read(desk: Desk, source: Source, ana: Person, now: datetime) -> None:
    take(source, 1, now)
    other: Workspace = open_workspace("rival", "Rival")
    with pytest.raises(NoSuchPost):
        read_closely(other, told(source)[0][0].pk, by=ana, now=now)
