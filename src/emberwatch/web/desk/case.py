"""The case page: what was said, answered, noted and done, and all that an agent needs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emberwatch.cases.actions.presence import others
from emberwatch.cases.conversation import Happened, Noted, Said, conversation, history
from emberwatch.cases.models import Case
from emberwatch.cases.states import CHOOSABLE_OUTCOMES, State
from emberwatch.channels.spec import Spec
from emberwatch.replies.actions.write import draft_of, post_to_answer, why_no_answer
from emberwatch.replies.models import Reply
from emberwatch.replies.outbox import replies_of
from emberwatch.replies.rules import limit_for, ways
from emberwatch.replies.states import Sending
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.web.desk.reading import with_words
from emberwatch.web.desk.telling import MATERIAL, Names, tell, who
from emberwatch.web.desk.understood import known_of
from emberwatch.workspaces.access import Desk
from emberwatch.workspaces.models import Membership
from emberwatch.workspaces.rules import Ability, Role, may

MOST_HISTORY = 200
QUIET_REPLIES = frozenset({
    "ReplySent", "ReplyFailed", "ReplyUnclear", "ReplyCancelled", "ReplyRetried", "CustomerAnswered",
})  # fmt: skip
"""Facts that an answer's own card in the conversation tells better."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One of our answers, with where it stands on its way out."""

    at: datetime
    reply: Reply
    sending: Sending
    kind: str = "reply"


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as a line."""

    at: datetime
    words: str
    by: str
    kind: str = "fact"


Entry = Said | Noted | Answered | Told


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer: its name, what its tab says, and the network's limit (None: none known)."""

    name: str
    label: str
    most: int | None
    measure: str


@dataclass(frozen=True, slots=True)
class Composer:
    """What can be written on a case, to whom, and why not when it cannot."""

    ways: tuple[Way, ...]
    network: str
    why_not: str


def whole(desk: Desk, case: Case, *, now: datetime) -> dict[str, Any]:
    """All that the case page shows beside the queue."""
    members = list(Membership.objects.within(desk.workspace).select_related("person"))
    names = {member.person_id: str(member.person) for member in members}
    facts = list(history(desk.workspace, case).order_by("-id")[:MOST_HISTORY])
    entries = said_and_done(desk, case, names)
    return {
        "case": case,
        "entries": entries,
        "news": [],
        "seen_fact": facts[0].pk if facts else 0,
        "history": [Told(fact.at, tell(fact, names, desk.workspace.prefix), who(fact)) for fact in facts],
        "viewers": others(desk.workspace, case, desk.person, now=now),
        "earlier": list(
            Case.objects.within(desk.workspace).filter(customer_id=case.customer_id).exclude(pk=case.pk)
            .defer("words", "outcome_note").order_by("-id")[:6]
        ),
        "personal": sorted({data.kind for entry in entries if isinstance(entry, Said) and entry.verdict
                            for data in entry.verdict.personal_data}),
        "known": known_of(desk.workspace, [entry.verdict for entry in entries if isinstance(entry, Said)]),
        "own_posts": [entry for entry in entries if isinstance(entry, Said) and entry.belongs],
        "colleagues": answering(members, desk),
        "outcomes": list(enumerate(CHOOSABLE_OUTCOMES, 1)),
        "severities": list(Severity),
        "closed": case.state_ is State.CLOSED,
        "waits": case.state_ is State.WAITING_ON_CUSTOMER,
    }  # fmt: skip


def composing(desk: Desk, case: Case) -> dict[str, Any]:
    """The composer and the draft that was begun in it."""
    draft = draft_of(desk.workspace, case, desk.person)
    return {"composer": composer(desk, case), "draft": draft}


def composer(desk: Desk, case: Case) -> Composer:
    """Which ways of answering are open on this case."""
    target = post_to_answer(desk.workspace, case)
    why_not = why_no_answer(case, target)
    if not desk.may(Ability.ANSWER):
        why_not = f"Your role ({desk.role.label}) does not answer customers. You can leave a note."
    if why_not or target is None or target.source is None:
        return Composer((), "", why_not)
    spec = target.source.spec
    offered = tuple(_way(spec, name) for name in ways(spec, private_thread=target.private))
    missing = "" if offered else f"{spec.label} cannot be answered from here. Answer where the customer can be reached."
    return Composer(offered, spec.label, missing)


def _way(spec: Spec, name: str) -> Way:
    limit = limit_for(spec, name)
    words = "Private message" if name == "private" else "Public reply"
    return Way(name, words, limit.most if limit else None, limit.measure.value if limit else "characters")


def said_and_done(desk: Desk, case: Case, names: Names) -> list[Entry]:
    """The conversation with our own answers in their place, each once, oldest first."""
    answers = list(replies_of(desk.workspace, case).order_by("-id")[:300])
    echoes = {answer.receipt_uid for answer in answers if answer.receipt_uid}
    entries: list[Entry] = [Answered(answer.created_at, answer, Sending(answer.state)) for answer in answers]
    for entry in with_words(desk.workspace, conversation(desk.workspace, case)):
        if isinstance(entry, Happened):
            if entry.fact.kind not in QUIET_REPLIES:
                entries.append(Told(entry.at, tell(entry.fact, names, desk.workspace.prefix), who(entry.fact)))
        elif not (isinstance(entry, Said) and entry.post.uid in echoes):
            entries.append(entry)
    return sorted(entries, key=lambda entry: entry.at)


def news_since(desk: Desk, case: Case, fact: int, names: Names) -> list[str]:
    """What others did to the case since that fact, of the kind that could change an answer being written."""
    rows = history(desk.workspace, case).filter(id__gt=fact, kind__in=MATERIAL)
    fresh = [row for row in rows.order_by("id")[:20] if row.actor_id != desk.person.pk and row.agent != "outbox"]
    return [f"{tell(row, names, desk.workspace.prefix)} ({who(row)})" for row in fresh]


def people_of(desk: Desk) -> Names:
    """The names of this workspace's people."""
    members = Membership.objects.within(desk.workspace).select_related("person")
    return {member.person_id: str(member.person) for member in members}


def answering(members: list[Membership], desk: Desk) -> list[tuple[int, str]]:
    """Who can be given a case, by name, oneself left out."""
    able = [member for member in members if may(Role(member.role), Ability.ANSWER)]
    return sorted(
        ((member.person_id, str(member.person)) for member in able if member.person_id != desk.person.pk),
        key=lambda pair: pair[1].lower(),
    )
