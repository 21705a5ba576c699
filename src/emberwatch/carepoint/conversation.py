"""What a visitor sees of their own conversation: what they wrote, and what we sent. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emberwatch.cases.models import Case, CasePost
from emberwatch.listening.models import Post, Stage
from emberwatch.replies.models import Reply
from emberwatch.replies.states import Sending
from emberwatch.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Line:
    """One message; `ours` tells the company's from the visitor's."""

    at: datetime
    text: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """The messages in order, the case behind them, and whether the newest waits to be looked at."""

    lines: list[Line]
    case: Case | None
    last_from_visitor: datetime
    waits: bool


def talk(workspace: Workspace, first: Post) -> Talk:
    """The conversation that began with `first`. Only posts of this form's thread and answers sent into it are shown,
    whatever the case behind them holds."""
    thread = Post.objects.within(workspace).filter(thread_uid=first.thread_uid, network="webform", ours=False)
    posts = list(thread.filter(deleted_at=None).order_by("created_at", "id").defer("raw", "verdict")[:200])
    sent = Reply.objects.within(workspace).filter(to__thread_uid=first.thread_uid, state=Sending.SENT.value)
    lines = [Line(post.created_at, post.text, False) for post in posts]
    lines += [Line(reply.sent_at or reply.created_at, reply.text, True) for reply in sent.order_by("id")[:200]]
    newest = posts[-1] if posts else first
    link = CasePost.objects.within(workspace).filter(post=first).select_related("case__workspace").first()
    return Talk(
        sorted(lines, key=lambda line: line.at), link.case if link else None, newest.created_at,
        newest.stage == Stage.HEARD,
    )  # fmt: skip
