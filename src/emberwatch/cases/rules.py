"""Pure decisions about cases: what a post does to them, how urgent they are, what may follow what."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from emberwatch.cases.states import MOVES, State
from emberwatch.vocabulary.verdicts import Intent, Severity, Verdict

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
    one, a question, or any message written to us directly otherwise opens a case.
    """
    if said.automatic or said.repost:
        return Intake(Step.LEAVE, None, "not written by a person" if said.automatic else "a repost of what we know")
    for case in candidates:
        if said.thread_uid in case.threads:
            return Intake(Step.JOIN, case.number, "same conversation")
    if said.verdict.is_spam or not said.verdict.about_us:
        return Intake(Step.LEAVE, None, "spam" if said.verdict.is_spam else "not about us")
    for case in candidates:
        if not case.closed and abs(said.at - case.last_post_at) <= join:
            if same_problem(said.words, case.words):
                return Intake(Step.JOIN, case.number, "same customer, same problem")
            if said.private and not case.private:
                return Intake(Step.JOIN, case.number, "the customer wrote privately about an open case")
    if said.private:
        return Intake(Step.OPEN, None, "a message to us")
    if said.verdict.intent in (Intent.COMPLAINT, Intent.QUESTION):
        return Intake(Step.OPEN, None, f"a {said.verdict.intent.value}")
    if said.verdict.intent is Intent.OTHER and said.verdict.intents.get(Intent.COMPLAINT.value, 0.0) >= LIKELY:
        return Intake(Step.OPEN, None, "perhaps a complaint")
    return Intake(Step.LEAVE, None, said.verdict.intent.value)


def asks_for_answer(verdict: Verdict) -> bool:
    """Does this further word of a customer put the next move on us? Thanks and praise do not."""
    return verdict.intent is not Intent.PRAISE and not verdict.is_spam


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


@dataclass(frozen=True, slots=True)
class Urgency:
    """What priority weighs. `followers` and `reposts` are None where the network hides them."""

    severity: Severity
    anger: float
    followers: int | None = None
    reposts: int | None = None
    late: bool = False
    reopened: bool = False
    earlier_cases: int = 0


def priority(urgency: Urgency) -> tuple[int, list[str]]:
    """A number from 0 to 100, larger first, with the parts that make it up, largest first."""
    reach = (urgency.followers or 0) + 50 * (urgency.reposts or 0)
    parts = [
        (12 * int(urgency.severity), f"severity {int(urgency.severity)}, {urgency.severity.label}"),
        (round(15 * urgency.anger), "negative tone"),
        (min(18, round(4.5 * max(0.0, math.log10(reach + 1) - 1))), "reach"),
        (12 if urgency.late else 0, "deadline passed"),
        (4 if urgency.reopened else 0, "came back after it was closed"),
        (min(3, urgency.earlier_cases), "wrote to us before"),
    ]
    told = sorted((part for part in parts if part[0]), reverse=True)
    return min(100, sum(points for points, _ in parts)), [f"{why} +{points}" for points, why in told]
