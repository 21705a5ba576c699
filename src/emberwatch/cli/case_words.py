"""Cases and what was said in them, as rows for programs and lines for people."""

from __future__ import annotations

import textwrap
from typing import Any

from emberwatch.cases.conversation import Happened, Noted, Said
from emberwatch.cases.models import Case
from emberwatch.cli.telling import cell, words
from emberwatch.replies.models import Reply
from emberwatch.workspaces.models import Workspace


def row(case: Case) -> dict[str, Any]:
    """A case as programs read it."""
    return {
        "key": case.key, "title": case.title, "state": case.state, "outcome": case.outcome or None,
        "severity": case.severity, "priority": case.priority, "priority_why": case.priority_why, "late": case.late,
        "due_at": case.due_at, "due_why": case.due_why, "customer": case.customer_label,
        "handle": case.customer_handle, "network": case.network, "private": case.private,
        "brand": case.brand.name if case.brand else None, "language": case.language,
        "assignee": case.assignee.email if case.assignee else None, "tags": case.tags, "posts": case.posts,
        "excerpt": case.excerpt, "opened_at": case.opened_at, "last_post_at": case.last_post_at,
        "closed_at": case.closed_at, "outcome_note": case.outcome_note, "version": case.version,
    }  # fmt: skip


def entry_row(entry: Said | Noted | Happened) -> dict[str, Any]:
    """One entry of a conversation as programs read it."""
    if isinstance(entry, Said):
        post = entry.post
        return {
            "at": entry.at, "kind": "post", "post": post.pk, "who": post.author_label, "ours": post.ours,
            "text": post.text, "url": post.url, "private": post.private, "belongs": entry.belongs,
            "edited_at": post.edited_at, "deleted_at": post.deleted_at,
            "intent": entry.verdict.intent if entry.verdict else None,
        }  # fmt: skip
    if isinstance(entry, Noted):
        return {"at": entry.at, "kind": "note", "who": str(entry.note.author), "text": entry.note.text}
    fact = entry.fact
    return {
        "at": entry.at, "kind": "fact", "fact": fact.kind, "who": str(fact.actor or fact.agent),
        "before": fact.before, "after": fact.after,
    }  # fmt: skip


def answers_of(workspace: Workspace, case: Case) -> list[dict[str, Any]]:
    """Our answers of a case as programs read them."""
    rows = Reply.objects.within(workspace).filter(case=case).select_related("author").order_by("id")
    return [
        {
            "at": one.sent_at or one.created_at, "kind": "reply", "reply": one.pk, "who": str(one.author),
            "text": one.text, "private": one.private, "state": one.state, "problem": one.problem, "url": one.url,
        }
        for one in rows
    ]  # fmt: skip


def show(case: Case, entries: list[dict[str, Any]]) -> None:
    """A case for people."""
    due = f", due {cell(case.due_at)} UTC{' (late)' if case.late else ''}" if case.due_at else ""
    whose = f"{case.assignee}'s" if case.assignee else "nobody's"
    words(f"{case.key}  {cell(case.title)}")
    words(f"{cell(case.customer_label)} on {case.network}; {case.state_.label}{due}; {whose}; version {case.version}")
    if case.priority_why:
        words(f"Priority {case.priority}: {', '.join(case.priority_why)}")
    if case.tags:
        words(f"Tags: {', '.join(case.tags)}")
    for entry in entries:
        words(f"\n{cell(entry['at'])}  {_head(entry)}")
        if text := entry.get("text"):
            words("\n".join(textwrap.indent(textwrap.fill(cell(part), 96), "    ") for part in text.splitlines()))


def _head(entry: dict[str, Any]) -> str:
    who = cell(entry["who"])
    if entry["kind"] == "post":
        marks = [f"post {entry['post']}"]
        marks += [word for key, word in (("private", "private"), ("edited_at", "edited"), ("deleted_at", "deleted"))
                  if entry[key]]  # fmt: skip
        return f"{who} ({', '.join(marks)})"
    if entry["kind"] == "reply":
        return f"{who} answers (reply {entry['reply']}, {entry['state']}{', private' if entry['private'] else ''})"
    if entry["kind"] == "note":
        return f"{who} notes"
    return f"{entry['fact']} by {who}"
