"""What people say of a post: written down as a lesson, and true of the post at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db import transaction

from emberwatch.journal.actions import record
from emberwatch.listening.actions.stamp import renew
from emberwatch.listening.facts import CorrectionUndone, PostCorrected
from emberwatch.listening.learnt import thresholds_of
from emberwatch.listening.models import Correction, Post, Stage, Topic
from emberwatch.triage.layer import About, check_label
from emberwatch.triage.layer_said import corrected, label_now
from emberwatch.triage.layer_votes import NAMED
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import one_writer
from emberwatch.workspaces.models import Person, Workspace


class CannotCorrect(ValueError):
    """The post is not one that can be corrected so; the message says why, and what can be done."""


def correct(
    workspace: Workspace, post_id: int, about: About, label: str, *, by: Person, now: datetime
) -> tuple[Correction, Post]:
    """A person says what a post is. Its verdict follows at once, and posts like it from now on.

    To say what the software had said by itself takes an earlier correction back. Returns the correction, which may be
    undone or older than this, and the post with its new verdict. Raises CannotCorrect, UnknownLabel.
    """
    check_label(about, label)
    _check_topic(workspace, about, label)
    with transaction.atomic():
        one_writer(workspace)
        post = _post(workspace, post_id)
        verdict = _verdict(post)
        standing = _standing(workspace, post)
        earlier = next((one for one in standing if one.about == about), None)
        if earlier is not None and earlier.text != post.text:
            _let_go(earlier)
            earlier = None
        if earlier is not None and earlier.label == label:
            return earlier, post
        if earlier is not None and earlier.was == label:
            _take_back(workspace, earlier, post, by, now)
            return earlier, post
        said = label_now(verdict, about, sure_from=thresholds_of(workspace.pk).of(about.value))
        if earlier is None and said == label:
            raise CannotCorrect(f"This post is understood as “{label}” already. Nothing was changed.")
        original = _original(verdict, post, standing)
        if earlier is not None:
            _end(earlier, by, now)
        made: Correction = Correction.objects.within(workspace).create(
            post=post, title=post.title, text=post.text, language=post.language, about=about.value,
            was=earlier.was if earlier else said, label=label, by=by, at=now, before=original,
        )  # fmt: skip
        _say(post, original, [one for one in standing if verdict.corrected.get(one.about) == one.pk] + [made])
        fact = PostCorrected(f"post:{post.pk}", {about.value: said}, {about.value: label, "correction": made.pk})
        record(workspace, fact, by=by, at=now)
        renew(workspace)
    return made, post


def undo(workspace: Workspace, correction_id: int, *, by: Person, now: datetime) -> tuple[Correction, Post | None]:
    """Take a correction or an example back: nothing is learnt from it any more, and its post is what it was before.

    A post that was read again since is left to be read once more, without the lesson. Doing it again changes nothing.
    Returns the correction and its post, if that is still there. Raises CannotCorrect.
    """
    with transaction.atomic():
        one_writer(workspace)
        found: Correction | None = Correction.objects.within(workspace).filter(pk=correction_id).first()
        if found is None:
            raise CannotCorrect("There is no such correction here. Look at the list of what was learnt.")
        post = None if found.post_id is None else _post(workspace, found.post_id)
        if found.undone_at is not None:
            return found, post
        _take_back(workspace, found, post, by, now)
    return found, post


def say_again(workspace: int, posts: Iterable[Post]) -> None:
    """Posts have a new verdict: what people said of the same words holds for it too. The caller writes the posts."""
    by_id = {post.pk: post for post in posts if post.verdict}
    rows = Correction.objects.within(workspace).filter(post_id__in=list(by_id), undone_at=None).order_by("id")
    standing: dict[int, list[Correction]] = {}
    for row in rows:
        if row.text == by_id[row.post_id].text:
            standing.setdefault(row.post_id, []).append(row)
    for pk, corrections in standing.items():
        post = by_id[pk]
        Correction.objects.within(workspace).filter(pk__in=[one.pk for one in corrections]).update(before=post.verdict)
        post.verdict = _with(post.verdict, corrections)


def _check_topic(workspace: Workspace, about: About, label: str) -> None:
    if about in NAMED and not Topic.objects.within(workspace).filter(kind=about.value, name=label).exists():
        raise CannotCorrect(f"There is no {about.value} named “{label[:40]}”. A manager can add it in the settings.")


def _post(workspace: Workspace, post_id: int) -> Post:
    rows = Post.objects.within(workspace).select_for_update(no_key=True).defer("raw")
    post: Post | None = rows.filter(pk=post_id).first()
    if post is None:
        raise CannotCorrect("There is no such post here. It may have been erased.")
    return post


def _verdict(post: Post) -> Verdict:
    if post.ours:
        raise CannotCorrect("We wrote this ourselves, so there is nothing to understand of it.")
    if not post.verdict:
        raise CannotCorrect("This post has not been understood yet. Try again in a moment.")
    return msgspec.json.decode(post.verdict, type=Verdict)


def _standing(workspace: Workspace, post: Post) -> list[Correction]:
    return list(Correction.objects.within(workspace).filter(post=post, undone_at=None).order_by("id"))


def _original(verdict: Verdict, post: Post, standing: list[Correction]) -> str:
    """The verdict before any correction: kept by those that hold for it, or the one that stands."""
    holding = [one for one in standing if verdict.corrected.get(one.about) == one.pk]
    return str(holding[0].before if holding else post.verdict)


def _take_back(workspace: Workspace, undone: Correction, post: Post | None, by: Person, now: datetime) -> None:
    _end(undone, by, now)
    if post is not None:
        _unsay(workspace, post, undone)
    told = {undone.about: undone.label, "correction": undone.pk}
    subject = f"correction:{undone.pk}" if post is None else f"post:{post.pk}"
    record(workspace, CorrectionUndone(subject, told, {undone.about: undone.was}), by=by, at=now)
    renew(workspace)


def _let_go(correction: Correction) -> None:
    """The author has changed the post since: the correction goes on teaching the words it was made of, without it."""
    correction.post = None
    correction.save(update_fields=["post"])


def _end(correction: Correction, by: Person, now: datetime) -> None:
    correction.undone_at, correction.undone_by = now, by
    correction.save(update_fields=["undone_at", "undone_by"])


def _say(post: Post, original: str, corrections: list[Correction]) -> None:
    post.verdict = _with(original, corrections)
    post.save(update_fields=["verdict"])


def _with(original: str, corrections: Iterable[Correction]) -> str:
    """A stored verdict with all that was said, in the order in which it was said."""
    verdict = msgspec.json.decode(original, type=Verdict)
    for one in corrections:
        verdict = corrected(verdict, About(one.about), one.label)
        verdict = msgspec.structs.replace(verdict, corrected={**verdict.corrected, one.about: one.pk})
    return msgspec.json.encode(verdict).decode()


def _unsay(workspace: Workspace, post: Post, undone: Correction) -> None:
    verdict = msgspec.json.decode(post.verdict, type=Verdict) if post.verdict else None
    if verdict is not None and verdict.corrected.get(undone.about) == undone.pk:
        holding = [one for one in _standing(workspace, post) if verdict.corrected.get(one.about) == one.pk]
        _say(post, undone.before, holding)
    elif post.stage == Stage.UNDERSTOOD:
        post.stage = Stage.HEARD
        post.save(update_fields=["stage"])
