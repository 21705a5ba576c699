"""What a post does to a customer's cases, as a table."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from emberwatch.cases.rules import (
    Candidate,
    Illegal,
    Said,
    Step,
    Urgency,
    after_customer_wrote,
    check_move,
    intake,
    priority,
)
from emberwatch.cases.states import State
from emberwatch.vocabulary.verdicts import Intent, Severity
from tests.making import NOON, verdict

T1, T2 = uuid.UUID(int=1), uuid.UUID(int=2)
CRIB = frozenset({"crib", "rail", "cracked"})
BILL = frozenset({"charged", "twice", "card"})


def post(
    words: frozenset[str] = CRIB, *, thread: uuid.UUID = T2, days: float = 0, private: bool = False,
    automatic: bool = False, repost: bool = False, **more: object,
) -> Said:  # fmt: skip
    return Said(thread, thread, NOON + timedelta(days=days), words, private, automatic, repost, verdict(**more))


def case(number: int = 7, *, thread: uuid.UUID = T1, closed: bool = False, private: bool = False) -> Candidate:
    return Candidate(number, frozenset({thread}), CRIB, NOON, closed, private)


@pytest.mark.parametrize(
    ("what", "said", "cases", "step", "number"),
    [
        ("a complaint opens a case", post(), [], Step.OPEN, None),
        ("a question opens a case", post(intent=Intent.QUESTION), [], Step.OPEN, None),
        ("praise does not", post(intent=Intent.PRAISE), [], Step.LEAVE, None),
        ("what may be a complaint does", post(intent=Intent.OTHER, intents={"complaint": 0.4}), [], Step.OPEN, None),
        ("what hardly is does not", post(intent=Intent.OTHER, intents={"complaint": 0.3}), [], Step.LEAVE, None),
        ("chatter does not", post(intent=Intent.OTHER), [], Step.LEAVE, None),
        ("a private message always does", post(intent=Intent.OTHER, private=True), [], Step.OPEN, None),
        ("spam does not, however private", post(spam=0.9, private=True), [], Step.LEAVE, None),
        ("what is not about us does not", post(about_us=False), [], Step.LEAVE, None),
        ("an out-of-office answer does not", post(automatic=True, private=True), [], Step.LEAVE, None),
        ("a repost does not", post(repost=True), [], Step.LEAVE, None),
        ("the same thread is the same case", post(BILL, thread=T1), [case()], Step.JOIN, 7),
        ("even when thanks", post(thread=T1, intent=Intent.PRAISE), [case()], Step.JOIN, 7),
        ("even when closed", post(thread=T1), [case(closed=True)], Step.JOIN, 7),
        ("even without our name", post(thread=T1, about_us=False), [case()], Step.JOIN, 7),
        ("an auto-reply in the thread does not join", post(thread=T1, automatic=True), [case()], Step.LEAVE, None),
        ("the same problem elsewhere joins", post(), [case()], Step.JOIN, 7),
        ("another problem is another case", post(BILL), [case()], Step.OPEN, None),
        ("the same problem after it was closed is a new case", post(), [case(closed=True)], Step.OPEN, None),
        ("the same problem a month later is a new case", post(days=31), [case()], Step.OPEN, None),
        ("a private message follows the public case", post(BILL, private=True), [case()], Step.JOIN, 7),
        ("but not another private one", post(BILL, private=True), [case(private=True)], Step.OPEN, None),
        ("the newest fitting case is chosen", post(), [case(9), case(7)], Step.JOIN, 9),
    ],
)
def test_intake(what: str, said: Said, cases: list[Candidate], step: Step, number: int | None) -> None:
    decided = intake(said, cases, timedelta(days=14))
    assert (decided.step, decided.number) == (step, number), what


@pytest.mark.parametrize(
    ("before", "asks", "after"),
    [
        (State.NEW, True, State.NEW),
        (State.OPEN, True, State.OPEN),
        (State.WAITING_ON_CUSTOMER, True, State.WAITING_ON_US),
        (State.WAITING_ON_CUSTOMER, False, State.WAITING_ON_CUSTOMER),
        (State.CLOSED, True, State.REOPENED),
        (State.CLOSED, False, State.CLOSED),
    ],
)
def test_what_a_further_word_of_the_customer_does(before: State, asks: bool, after: State) -> None:
    assert after_customer_wrote(before, asks=asks) is after


def test_a_closed_case_can_only_be_reopened() -> None:
    check_move(State.CLOSED, State.REOPENED)
    with pytest.raises(Illegal, match="From here it can become: reopened"):
        check_move(State.CLOSED, State.OPEN)


def test_priority_explains_itself_and_grows_with_each_part() -> None:
    calm = Urgency(Severity.INCONVENIENCE, 0.2)
    base, _ = priority(calm)
    for worse in (
        Urgency(Severity.HARM, 0.2),
        Urgency(Severity.INCONVENIENCE, 0.9),
        Urgency(Severity.INCONVENIENCE, 0.2, followers=200_000),
        Urgency(Severity.INCONVENIENCE, 0.2, reposts=400),
        Urgency(Severity.INCONVENIENCE, 0.2, late=True),
        Urgency(Severity.INCONVENIENCE, 0.2, reopened=True),
        Urgency(Severity.INCONVENIENCE, 0.2, earlier_cases=2),
    ):
        assert priority(worse)[0] > base
    number, why = priority(Urgency(Severity.HARM, 1, followers=10**9, late=True, reopened=True, earlier_cases=9))
    assert number == 100
    assert why[0] == "severity 4, harm to people +48"
