"""`emberwatch replies`: answers on their way out, and what became of them."""

from __future__ import annotations

import sys
import time
from typing import Annotated, Any

import typer

from emberwatch.cli import place
from emberwatch.cli.cases import Key, Seen, find
from emberwatch.cli.telling import Json, document, lines, table, words
from emberwatch.cli.trouble import FAILED, WRONG_USE, Stop
from emberwatch.engine.clock import now
from emberwatch.replies.actions import deliver, write
from emberwatch.replies.models import Reply
from emberwatch.replies.states import Sending
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.rules import Ability

replies = typer.Typer(no_args_is_help=True, help="Answers: write one, see what became of it, try again.")

Number = Annotated[int, typer.Argument(help="The reply's number, from `replies list`.", metavar="REPLY")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(replies, name="replies")


@replies.command("list")
def list_replies(
    state: Annotated[str, typer.Option(help=f"Only those that are: {', '.join(Sending)}.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many, the newest.", min=1)] = 40,
    workspace: place.In = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Answers, the newest first, with what became of them.

    Example: emberwatch replies list --state failed
    """
    where = place.workspace(workspace)
    if state and state not in set(Sending):
        raise Stop(f"No reply is ever {state!r}; they are {', '.join(Sending)}.", WRONG_USE)
    rows = _rows(where)
    rows = rows.filter(state=state) if state else rows
    found = [row(one) for one in rows.order_by("-id")[:limit]]
    if as_json:
        lines(found)
        return
    columns = {"reply": "Reply", "case": "Case", "state": "State", "by": "By", "text": "Text", "problem": "Problem"}
    table(found, columns, empty="No answers that fit.")


@replies.command("send")
def send(
    key: Key,
    text: Annotated[str, typer.Argument(help="What to say; - reads it from standard input.")],
    private: Annotated[bool, typer.Option("--private", help="Only the customer sees it.")] = False,
    seen: Seen = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait until it is sent.", min=0)] = 0,
    by: place.As = "", workspace: place.In = "", as_json: Json = False,
) -> int:  # fmt: skip
    """Answer a case's customer. A running `emberwatch run` or `work` sends it, once, whatever crashes.

    Example: echo "We are sorry. A new rail is on its way." | emberwatch replies send EW-12 - --as ana@larkfield.example
    """
    where = place.workspace(workspace)
    person, case = place.person(where, by, Ability.ANSWER), find(where, key)
    said = sys.stdin.read() if text == "-" else text
    target = write.post_to_answer(where, case)
    way = "private" if private or (target is not None and target.private) else "public"
    version = case.version if seen is None else seen
    reply = write.send(where, case.pk, said, way=way, by=person, seen_version=version, now=now())
    return _tell(_awaited(where, reply.pk, wait), as_json=as_json)


@replies.command("retry")
def retry(number: Number, by: place.As = "", workspace: place.In = "", as_json: Json = False) -> int:
    """Try again an answer that failed, or that you know did not arrive.

    Example: emberwatch replies retry 31
    """
    where = place.workspace(workspace)
    reply = _one(where, number)
    if not write.retry(where, reply.pk, by=place.person(where, by, Ability.ANSWER), now=now()):
        raise _cannot(reply, "be tried again", "Only one that failed, or waits for a person's word, can.")
    return _tell(_one(where, number), as_json=as_json)


@replies.command("cancel")
def cancel(number: Number, by: place.As = "", workspace: place.In = "", as_json: Json = False) -> int:
    """Take an answer back before it is sent; its text becomes your draft.

    Example: emberwatch replies cancel 31
    """
    where = place.workspace(workspace)
    reply = _one(where, number)
    if not write.cancel(where, reply.pk, by=place.person(where, by, Ability.ANSWER), now=now()):
        raise _cannot(reply, "be taken back", "Only one that still waits to be sent can.")
    return _tell(_one(where, number), as_json=as_json)


@replies.command("arrived")
def arrived(number: Number, by: place.As = "", workspace: place.In = "", as_json: Json = False) -> int:
    """Say that an answer of which nobody knew did arrive, because you saw it there.

    Example: emberwatch replies arrived 31
    """
    where = place.workspace(workspace)
    reply = _one(where, number)
    place.person(where, by, Ability.ANSWER)
    if not deliver.arrived(where, reply.pk, now=now()):
        raise _cannot(reply, "be marked as arrived", "Only one that waits for a person's word can.")
    return _tell(_one(where, number), as_json=as_json)


def row(reply: Reply) -> dict[str, Any]:
    """A reply as programs read it."""
    return {
        "reply": reply.pk, "case": reply.case.key, "state": reply.state, "by": reply.author.email,
        "private": reply.private, "text": reply.text, "problem": reply.problem, "attempts": reply.attempts,
        "created_at": reply.created_at, "due_at": reply.due_at, "sent_at": reply.sent_at, "url": reply.url,
    }  # fmt: skip


def _rows(workspace: Workspace) -> Any:
    return Reply.objects.within(workspace).select_related("case__workspace", "author")


def _one(workspace: Workspace, number: int) -> Reply:
    found: Reply | None = _rows(workspace).filter(pk=number).first()
    if found is None:
        raise Stop(f"There is no reply {number} in {workspace.slug}. `emberwatch replies list` shows those there are.")
    return found


def _awaited(workspace: Workspace, number: int, seconds: float) -> Reply:
    deadline = time.monotonic() + seconds
    while True:
        reply = _one(workspace, number)
        if not Sending(reply.state).is_on_its_way or time.monotonic() >= deadline:
            return reply
        time.sleep(0.2)


def _cannot(reply: Reply, what: str, only: str) -> Stop:
    return Stop(f"Reply {reply.pk} cannot {what}: {Sending(reply.state).label.lower()}. {only} Nothing was changed.")


def _tell(reply: Reply, *, as_json: bool) -> int:
    state = Sending(reply.state)
    if as_json:
        document(row(reply))
    else:
        words(f"Reply {reply.pk} to {reply.case.key}: {state.label.lower()}. {reply.problem}".rstrip())
    return FAILED if state is Sending.FAILED else 0
