"""A person says what a post is: it is learnt, the post is understood so, and its case follows, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from emberwatch.cases.actions.urgency import reconsider
from emberwatch.cases.conversation import read_verdict
from emberwatch.engine.brands import triage_for
from emberwatch.listening.actions import corrections
from emberwatch.listening.models import Correction, Post
from emberwatch.triage.layer import About, Contradiction
from emberwatch.workspaces.models import Person, Workspace

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of a correction: its row, which may be an older one or undone, and the lessons it contradicts."""

    correction: Correction
    contradicts: tuple[Contradiction, ...]


def correct(workspace: Workspace, post_id: int, about: About, label: str, *, by: Person, now: datetime) -> Learnt:
    """Learn what a person says of a post, and let its case follow. Raises CannotCorrect, UnknownLabel."""
    with transaction.atomic():
        correction, post = corrections.correct(workspace, post_id, about, label, by=by, now=now)
        _follow(post, by, now)
    return Learnt(correction, _contradicted(workspace, correction))


def undo(workspace: Workspace, correction_id: int, *, by: Person, now: datetime) -> Correction:
    """Forget a correction or an example, and let the post's case follow. Raises CannotCorrect."""
    with transaction.atomic():
        correction, post = corrections.undo(workspace, correction_id, by=by, now=now)
        if post is not None:
            _follow(post, by, now)
    return correction


def _follow(post: Post, by: Person, now: datetime) -> None:
    verdict = read_verdict(post)
    if verdict is not None:
        reconsider(post, verdict, by=by, now=now)


def _contradicted(workspace: Workspace, correction: Correction) -> tuple[Contradiction, ...]:
    """Earlier lessons that say otherwise of nearly the same words. The correction stands, whether or not they are
    found: a warning is not worth losing it."""
    try:
        return tuple(triage_for(workspace.pk).contradictions(of=correction.pk))
    except Exception:
        log.exception("contradictions could not be looked for", correction=correction.pk)
        return ()
