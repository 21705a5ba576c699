"""The words of a case's life."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    NEW = "new"
    OPEN = "open"
    WAITING_ON_US = "waiting_on_us"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    REOPENED = "reopened"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The words an agent reads."""
        return self.value.replace("_", " ")


NEEDS_US = frozenset({State.NEW, State.OPEN, State.WAITING_ON_US, State.REOPENED})
"""States in which the next move is ours."""

MOVES: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.OPEN, State.WAITING_ON_CUSTOMER, State.WAITING_ON_US, State.CLOSED}),
    State.OPEN: frozenset({State.WAITING_ON_CUSTOMER, State.WAITING_ON_US, State.CLOSED}),
    State.WAITING_ON_US: frozenset({State.OPEN, State.WAITING_ON_CUSTOMER, State.CLOSED}),
    State.WAITING_ON_CUSTOMER: frozenset({State.OPEN, State.WAITING_ON_US, State.CLOSED}),
    State.REOPENED: frozenset({State.OPEN, State.WAITING_ON_CUSTOMER, State.WAITING_ON_US, State.CLOSED}),
    State.CLOSED: frozenset({State.REOPENED}),
}
"""Which states may follow which; anything else is refused."""


class Outcome(StrEnum):
    """How a case ended."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    COMPENSATED = "compensated"
    NOT_OURS = "not_ours"
    NO_ANSWER = "no_answer"
    UNSOLVED = "unsolved"
    NO_ACTION = "no_action"
    SPAM = "spam"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The words an agent chooses by."""
        return _OUTCOME_WORDS[self]


_OUTCOME_WORDS = {
    Outcome.SOLVED: "Solved",
    Outcome.EXPLAINED: "Answered or explained",
    Outcome.COMPENSATED: "Made good with money or goods",
    Outcome.NOT_OURS: "Not about us",
    Outcome.NO_ANSWER: "Customer did not come back",
    Outcome.UNSOLVED: "Could not be solved",
    Outcome.NO_ACTION: "Nothing to do",
    Outcome.SPAM: "Spam or promotion",
    Outcome.MERGED: "Merged into another case",
}

CHOOSABLE_OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.MERGED)
"""What a person may close with; a merge writes its own."""
