"""Pure decisions about cases: what a post does to them, what they are about at their gravest, what may follow what."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from emberwatch.cases.priority import anger_of
from emberwatch.cases.states import MOVES, State
from emberwatch.vocabulary.verdicts import Intent, Severity, Threat, Verdict, Vulnerability

SHARED_WORDS = 2
OVERLAP = 0.5
"""Two posts of one customer are the same problem when they share at least SHARED_WORDS content words, and those are
at least OVERLAP of the shorter one's."""


LIKELY = 0.35
"""A complaint missed costs more than a case looked at in vain, so one this likely opens a case even where another
label is likelier."""


class Illegal(ValueError):
    """The case cannot go there from where it stands; the message says what can be done instead."""


class Step(StrEnum):
    """What a post does."""

    OPEN = "open"
    JOIN = "join"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Said:
    """What the intake needs to know of a post."""

    uid: uuid.UUID
    thread_uid: uuid.UUID
    at: datetime
    words: frozenset[str]
    private: bool
    automatic: bool
    repost: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the intake needs to know of a case, with the threads in which this customer speaks in it."""

    number: int
    threads: frozenset[uuid.UUID]
    words: frozenset[str]
    last_post_at: datetime
    closed: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """What becomes of a post: the step, the case joined (its number), and why."""

    step: Step
    number: int | None
    why: str


def same_problem(one: frozenset[str], other: frozenset[str]) -> bool:
    """Do these content words speak of one problem?"""
    shared = len(one & other)
    return shared >= SHARED_WORDS and shared >= OVERLAP * min(len(one), len(other))


def intake(said: Said, candidates: list[Candidate], join: timedelta) -> Intake:
    """What a customer's post does, given that customer's own cases (newest first).

    The same thread is the same case, closed or not. Elsewhere a post joins an open case of the same problem, and a
    private message joins the open public one it follows, both within `join`. A complaint or what may well be
    one, a question, a suggestion, or any message written to us directly otherwise opens a case. Somebody who may harm
    themselves is never left alone with it, whatever else the post looks like.
    """
    if said.automatic or said.repost:
        return Intake(Step.LEAVE, None, "not written by a person" if said.automatic else "a repost of what we know")
    for case in candidates:
        if said.thread_uid in case.threads:
            return Intake(Step.JOIN, case.number, "same conversation")
    if not said.verdict.about_us:
        return Intake(Step.LEAVE, None, "not about us")
    at_risk = Vulnerability.SELF_HARM in said.verdict.vulnerable
    if is_spam(said.verdict) and not at_risk:
        return Intake(Step.LEAVE, None, "spam")
    for case in candidates:
        if not case.closed and abs(said.at - case.last_post_at) <= join:
            if same_problem(said.words, case.words):
                return Intake(Step.JOIN, case.number, "same customer, same problem")
            if said.private and not case.private:
                return Intake(Step.JOIN, case.number, "the customer wrote privately about an open case")
    if at_risk:
        return Intake(Step.OPEN, None, "somebody who may harm themselves")
    if said.private:
        return Intake(Step.OPEN, None, "a message to us")
    if said.verdict.intent in (Intent.COMPLAINT, Intent.QUESTION, Intent.SUGGESTION):
        return Intake(Step.OPEN, None, f"a {said.verdict.intent.value}")
    if said.verdict.intent is Intent.OTHER and said.verdict.intents.get(Intent.COMPLAINT.value, 0.0) >= LIKELY:
        return Intake(Step.OPEN, None, "perhaps a complaint")
    return Intake(Step.LEAVE, None, said.verdict.intent.value)


def is_spam(verdict: Verdict) -> bool:
    """Spam by the workspace's own threshold, where the verdict was made with one."""
    judged = Intent.SPAM.value in verdict.intents
    return verdict.intent is Intent.SPAM or (verdict.is_spam and not judged)


def asks_for_answer(verdict: Verdict) -> bool:
    """Does this further word of a customer put the next move on us? Thanks and praise do not, unless they may harm
    themselves."""
    if Vulnerability.SELF_HARM in verdict.vulnerable:
        return True
    return verdict.intent is not Intent.PRAISE and not is_spam(verdict)


_GRAVEST_FIRST = (
    Intent.COMPLAINT, Intent.QUESTION, Intent.SUGGESTION, Intent.OTHER, Intent.PRAISE, Intent.SPAM,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grave:
    """What a case is about at its gravest."""

    intent: Intent = Intent.OTHER
    severity: Severity = Severity.OPINION
    anger: float = 0.0
    vulnerable: tuple[Vulnerability, ...] = ()
    threats: tuple[Threat, ...] = ()

    def and_this(self, verdict: Verdict) -> Grave:
        """With a further post of the customer: nothing gets less. Thanks and praise add only what calls for care."""
        if is_spam(verdict) and Vulnerability.SELF_HARM not in verdict.vulnerable:
            return self
        that = first_word(verdict)
        return self.with_that(that if asks_for_answer(verdict) else replace(self, vulnerable=that.vulnerable))

    def with_that(self, other: Grave) -> Grave:
        """Two cases made one: as grave as either."""
        return Grave(
            intent=min(self.intent, other.intent, key=_GRAVEST_FIRST.index),
            severity=max(self.severity, other.severity),
            anger=max(self.anger, other.anger),
            vulnerable=tuple(one for one in Vulnerability if one in {*self.vulnerable, *other.vulnerable}),
            threats=tuple(one for one in Threat if one in {*self.threats, *other.threats}),
        )


def first_word(verdict: Verdict) -> Grave:
    """What a case that begins with this post is about."""
    return Grave(verdict.intent, verdict.severity, anger_of(verdict), verdict.vulnerable, verdict.threats)


def gravest(verdicts: Iterable[Verdict]) -> Grave:
    """What a case with these posts, oldest first, is about at its gravest."""
    grave: Grave | None = None
    for verdict in verdicts:
        grave = first_word(verdict) if grave is None else grave.and_this(verdict)
    return grave or Grave()


def calls_again(state: State, verdict: Verdict, heard: datetime, settled: datetime | None) -> bool:
    """Does a post that is understood anew put the next move on us, because it was heard after the case was `settled`
    (closed, or last answered)?"""
    if state not in (State.CLOSED, State.WAITING_ON_CUSTOMER) or settled is None:
        return False
    return heard > settled and asks_for_answer(verdict)


def after_customer_wrote(state: State, *, asks: bool) -> State:
    """The state of a case when its customer writes again."""
    if state is State.CLOSED:
        return State.REOPENED if asks else State.CLOSED
    if state is State.WAITING_ON_CUSTOMER and asks:
        return State.WAITING_ON_US
    return state


def check_move(now: State, to: State) -> None:
    """Raises Illegal if a case may not go from one state to the other."""
    if to not in MOVES[now]:
        able = ", ".join(sorted(state.label for state in MOVES[now]))
        raise Illegal(f"A case that is {now.label} cannot become {to.label}. From here it can become: {able}.")
