"""Reads one stored post closely because a person asks for it, whatever else there is to do."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emberwatch.cases.actions.urgency import reconsider
from emberwatch.engine.brands import triage_for
from emberwatch.engine.texts import owned_by, text_of
from emberwatch.listening.actions import understand as understanding
from emberwatch.listening.models import Post
from emberwatch.triage.interface import Failed
from emberwatch.triage.tiers import Effort
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import one_writer
from emberwatch.workspaces.models import Person, Workspace


class NoSuchPost(LookupError):
    """There is no such post in this workspace."""


class CannotRead(ValueError):
    """The post could not be read closely; what was understood of it before is kept."""


def read_closely(workspace: Workspace, post_id: int, *, by: Person, now: datetime) -> Verdict:
    """Label a post again with the close reader, write that down and let its case follow. Raises NoSuchPost, CannotRead.

    A person waits for this one post, so no seconds are asked for; it takes a few milliseconds.
    """
    post = _post(workspace, post_id)
    brand = understanding.brands_of_sources(workspace.pk, [post]).get(post.source_id)
    text = text_of(post, brand)
    answer = owned_by(triage_for(workspace.pk).label_many([text], Effort.DEEP)[0], brand)
    if isinstance(answer, Failed):
        raise CannotRead(
            f"This post could not be read closely ({answer.stage}: {answer.reason})."
            " What was understood of it before still stands."
        )
    with transaction.atomic():
        one_writer(workspace)
        post = _post(workspace, post_id)
        if text_of(post, brand) != text:
            raise CannotRead("The post was changed by its author at this very moment. Read it, then try again.")
        stands = understanding.judge_again(post, answer, by=by, now=now)
        reconsider(post, stands, by=by, now=now)
    return stands


def _post(workspace: Workspace, post_id: int) -> Post:
    post: Post | None = Post.objects.within(workspace).filter(pk=post_id).defer("raw").first()
    if post is None:
        raise NoSuchPost(f"There is no post {post_id} in this workspace.")
    return post
