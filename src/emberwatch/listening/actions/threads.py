"""Corrects what was stored of a post when more becomes known of it."""

from __future__ import annotations

import uuid

from emberwatch.listening.models import Post


def hear_as_ours(workspace: int, uid: uuid.UUID) -> None:
    """This post turned out to be our own answer come back."""
    Post.objects.within(workspace).filter(uid=uid).update(ours=True)


def move_thread(workspace: int, known_as: uuid.UUID, belongs_to: uuid.UUID) -> None:
    """What was filed under a post that is no root itself belongs to the thread of that post's root."""
    rows = Post.objects.within(workspace).filter(thread_uid=known_as)
    rows.exclude(uid=known_as).update(thread_uid=belongs_to)
