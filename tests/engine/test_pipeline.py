"""From a batch of events to cases, through the real triage."""

from __future__ import annotations

from datetime import datetime

import pytest

from emberwatch.cases.models import Case, CasePost
from emberwatch.cases.search import find
from emberwatch.engine import pipeline
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Post, Source, Stage
from emberwatch.triage.interface import Failed
from emberwatch.vocabulary.posts import Counts, Event, EventKind
from tests.making import batch, deleted, ref, said

ANGRY = "@larkfield the crib arrived with a cracked rail, third week I am waiting and nobody answers. Terrible service."
MORE = "@larkfield still no answer about the cracked crib rail, what a disgrace"
NOISE = "nice weather for a walk today"


def cases(source: Source) -> list[Case]:
    return list(Case.objects.within(source.workspace_id).order_by("number"))


def test_a_complaint_becomes_one_case_and_noise_none(source: Source, now: datetime) -> None:
    for _ in range(2):
        heard = batch(said(1, ANGRY), said(2, NOISE, by="ida"), said(3, MORE, minutes=9))
        pipeline.take(source, heard, now=lambda: now)
    (case,) = cases(source)
    assert (case.posts, case.customer_label, case.state, case.number) == (2, "Mara", "new", 1)
    assert case.due_at is not None
    assert case.due_at > now
    assert find(source.workspace_id, "cracked rai") == [case.pk]
    assert [fact.kind for fact in FactRow.objects.within(source.workspace_id).filter(subject=f"case:{case.pk}")] == [
        "CaseOpened", "PostJoined",
    ]  # fmt: skip


def test_a_post_that_breaks_triage_is_set_aside_and_the_others_go_on(
    source: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pipeline.triage_for(source.workspace_id)

    class Poisoned:
        def label_many(self, posts: list[object], *effort: object, **room: object) -> list[object]:
            answers: list[object] = list(real.label_many(posts))  # type: ignore[arg-type]
            answers[0] = Failed("intent", "ate something")
            return answers

    monkeypatch.setattr(pipeline, "triage_for", lambda workspace: Poisoned())
    pipeline.take(source, batch(said(1, NOISE), said(2, ANGRY)), now=lambda: now)
    stages = dict(Post.objects.within(source.workspace_id).values_list("external_id", "stage"))
    assert stages == {"1": Stage.ASIDE, "2": Stage.UNDERSTOOD}
    assert len(cases(source)) == 1


def test_what_a_crash_left_between_storing_and_understanding_is_found(source: Source, now: datetime) -> None:
    from emberwatch.engine.ticker import tick
    from emberwatch.listening.actions.store import store

    store(source, batch(said(1, ANGRY)), now=now)
    assert cases(source) == []
    tick()
    assert len(cases(source)) == 1


def test_a_fault_while_opening_cases_costs_only_the_post_that_causes_it(
    source: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from emberwatch.engine.ticker import tick

    real = pipeline.take_in

    def faulty(workspace: object, heard: list[tuple[Post, object]], now: datetime) -> object:
        if any("rail" in post.text and post.external_id == "1" for post, _ in heard):
            raise ArithmeticError("no")
        return real(workspace, heard, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "take_in", faulty)
    pipeline.take(source, batch(said(1, ANGRY), said(2, ANGRY, by="ida")), now=lambda: now)
    assert cases(source) == []
    tick()
    stages = dict(Post.objects.within(source.workspace_id).values_list("external_id", "stage"))
    assert stages == {"1": Stage.ASIDE, "2": Stage.UNDERSTOOD}
    assert [case.customer_label for case in cases(source)] == ["Ida"]


def test_an_edit_that_turns_into_a_complaint_opens_a_case(source: Source, now: datetime) -> None:
    pipeline.take(source, batch(said(1, "@larkfield hello")), now=lambda: now)
    assert cases(source) == []
    pipeline.take(source, batch(said(1, ANGRY, version=2)), now=lambda: now)
    assert len(cases(source)) == 1


def test_our_own_posts_and_deleted_ones_stay_what_they_are(source: Source, now: datetime) -> None:
    pipeline.take(source, batch(said(1, ANGRY, ours=True, by="larkfield")), now=lambda: now)
    assert cases(source) == []
    pipeline.take(source, batch(said(2, ANGRY)), now=lambda: now)
    pipeline.take(source, batch(deleted(2)), now=lambda: now)
    (case,) = cases(source)
    link = CasePost.objects.within(source.workspace_id).select_related("post").get(case=case)
    assert link.post.deleted_at is not None
    assert link.post.text == ANGRY


def test_two_workspaces_hear_the_same_post_each_for_itself(source: Source, now: datetime) -> None:
    from emberwatch.listening.actions.brands import save_brand
    from emberwatch.listening.actions.sources import add_source
    from emberwatch.workspaces.actions import open_workspace

    other = open_workspace("rival", "Rival")
    save_brand(other, "Larkfield", {"terms": ["larkfield"]}, by="test", now=now)
    settings = {"base_url": "http://127.0.0.1:9", "handle": "r", "token": "t"}
    theirs = add_source(other, "practice", "P", settings, by="test", now=now)
    for one in (source, theirs):
        pipeline.take(one, batch(said(1, ANGRY)), now=lambda: now)
    assert len(cases(source)) == len(cases(theirs)) == 1
    assert find(other.pk, "cracked") == [cases(theirs)[0].pk]


def test_old_news_gets_a_case_but_no_deadline(source: Source, now: datetime) -> None:
    pipeline.take(source, batch(said(1, ANGRY, minutes=-60 * 24 * 400), said(2, ANGRY, by="ida")), now=lambda: now)
    old, new = cases(source)
    assert (old.due_at, old.needs_us) == (None, True)
    assert "no deadline runs" in old.due_why
    assert new.due_at is not None


def test_case_numbers_have_no_gaps(source: Source, now: datetime) -> None:
    for start in (0, 10):
        words = [ANGRY if n % 2 else "@larkfield thanks, lovely pan!" for n in range(6)]
        heard = [said(start + n, text, by=f"p{start + n}") for n, text in enumerate(words)]
        pipeline.take(source, batch(*heard), now=lambda: now)
    assert [case.number for case in cases(source)] == [1, 2, 3, 4, 5, 6]


def test_a_case_follows_how_far_its_posts_go(source: Source, now: datetime) -> None:
    pipeline.take(source, batch(said(1, ANGRY)), now=lambda: now)
    (before,) = cases(source)
    for reposts in (400, 400, 20):
        counted = Event(kind=EventKind.METRICS, ref=ref(1), counts=Counts(reposts=reposts))
        pipeline.take(source, batch(counted), now=lambda: now)
        (case,) = cases(source)
        assert case.reposts == reposts
        assert case.priority > before.priority
        assert case.version == before.version
    facts = FactRow.objects.within(source.workspace_id).filter(kind="CaseSpread").order_by("id")
    assert [fact.after["reposts"] for fact in facts] == [400, 20]
