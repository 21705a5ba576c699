"""A fact of the journal as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emberwatch.cases.states import Outcome, State
from emberwatch.journal.models import FactRow

Names = Mapping[int, str]
Values = Mapping[str, Any]

MATERIAL = frozenset({
    "PostJoined", "PostEdited", "PostDeleted", "ReplyQueued", "ReplySent", "ReplyUnclear", "NoteWritten", "CaseClosed",
    "CaseReopened", "CaseMerged", "CaseSplit",
})  # fmt: skip
"""What could change the answer somebody is about to give."""


def tell(fact: FactRow, names: Names, prefix: str) -> str:
    """What happened, without who did it. `names` are people by id, `prefix` that of case numbers."""
    teller = _TELLERS.get(fact.kind)
    if teller is None:
        return _plain(fact.kind)
    return teller(fact.before, fact.after, names, prefix)


def who(fact: FactRow) -> str:
    """The person, or the part of the software, that did it."""
    return str(fact.actor) if fact.actor_id else f"the {fact.agent or 'desk'}"


def _plain(kind: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)
    return words.strip().capitalize()


def _assigned(_: Values, after: Values, names: Names, __: str) -> str:
    person = after.get("assignee")
    return f"Given to {names.get(person, 'somebody who has left')}" if person else "Given to nobody"


def _tagged(before: Values, after: Values, _: Names, __: str) -> str:
    old, new = before.get("tags", []), after.get("tags", [])
    parts = [("tagged", [tag for tag in new if tag not in old]), ("untagged", [tag for tag in old if tag not in new])]
    told = "; ".join(f"{word} {', '.join(tags)}" for word, tags in parts if tags)
    return told.capitalize() or "Tags left as they were"


def _closed(_: Values, after: Values, __: Names, ___: str) -> str:
    outcome = after.get("outcome", "")
    word = Outcome(outcome).label if outcome in set(Outcome) else outcome
    note = after.get("note")
    return f"Closed: {word}" + (f" ({note})" if note else "")


def _waits(_: Values, after: Values, __: Names, ___: str) -> str:
    state = after.get("state", "")
    return f"Now {State(state).label}" if state in set(State) else "The next move changed"


def _merged(_: Values, after: Values, __: Names, prefix: str) -> str:
    if "into" in after:
        return f"Merged into {prefix}-{after['into']}"
    return f"{prefix}-{after.get('from')} was merged into this case"


def _split(_: Values, after: Values, __: Names, prefix: str) -> str:
    count = len(after.get("posts", []))
    posts = "1 post" if count == 1 else f"{count} posts"
    if "to" in after:
        return f"{posts} went to {prefix}-{after['to']}"
    return f"{posts} came from {prefix}-{after.get('from')}"


def _failed(_: Values, after: Values, __: Names, ___: str) -> str:
    return f"An answer was not sent: {after.get('problem', '')}"


def _say(words: str, field: str = "") -> Callable[[Values, Values, Names, str], str]:
    def teller(_: Values, after: Values, __: Names, ___: str) -> str:
        return f"{words}{after.get(field)}" if field and after.get(field) else words.rstrip(": ")

    return teller


def _reconsidered(before: Values, after: Values, names: Names, prefix: str) -> str:
    """What a new understanding of a post changed of its case."""
    if before.get("severity") != after.get("severity"):
        return f"Understood anew: severity {before.get('severity')} became {after.get('severity')}"
    return "A post was understood anew, and the case followed"


_TELLERS: dict[str, Callable[[Values, Values, Names, str], str]] = {
    "CaseOpened": _say("Case opened: ", "why"),
    "PostJoined": _say("A post joined: ", "why"),
    "PostEdited": _say("The customer changed what they had written"),
    "PostDeleted": _say("A post was deleted by its author"),
    "CaseAssigned": _assigned,
    "CaseTaken": _say("Work began"),
    "CaseTagged": _tagged,
    "CaseSpread": lambda b, a, n, p: f"Passed on {a.get('reposts')} times, {b.get('reposts') or 0} before",
    "CaseReconsidered": _reconsidered,
    "CaseCorrected": lambda b, a, n, p: f"Severity corrected from {b.get('severity')} to {a.get('severity')}",
    "NoteWritten": _say("Left a note"),
    "CustomerAnswered": _say("The answer reached the customer"),
    "CaseWaits": _waits,
    "CaseLate": _say("The deadline passed without an answer"),
    "CaseClosed": _closed,
    "CaseReopened": _say("Reopened"),
    "CaseMerged": _merged,
    "CaseSplit": _split,
    "ReplyQueued": _say("Sent an answer on its way"),
    "ReplySent": _say("The network confirmed the answer"),
    "ReplyFailed": _failed,
    "ReplyUnclear": _say("It is not clear whether an answer arrived"),
    "ReplyCancelled": _say("Took an answer back before it was sent"),
    "ReplyRetried": _say("Asked for another attempt to send"),
}
