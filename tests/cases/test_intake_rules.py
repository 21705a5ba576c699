"""What a post does to a customer's cases, as a table."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from emberwatch.cases.rules import (
    Candidate,
    Grave,
    Illegal,
    Said,
    Step,
    after_customer_wrote,
    asks_for_answer,
    calls_again,
    check_move,
    gravest,
    intake,
)
from emberwatch.cases.states import State
from emberwatch.vocabulary.verdicts import Intent, Severity, Threat, Verdict, Vulnerability
from tests.making import NOON, verdict

T1, T2 = uuid.UUID(int=1), uuid.UUID(int=2)
CRIB = frozenset({"crib", "rail", "cracked"})
AT_RISK = (Vulnerability.SELF_HARM,)
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
        ("a suggestion opens a case", post(intent=Intent.SUGGESTION), [], Step.OPEN, None),
        ("praise does not", post(intent=Intent.PRAISE), [], Step.LEAVE, None),
        ("what may be a complaint does", post(intent=Intent.OTHER, intents={"complaint": 0.4}), [], Step.OPEN, None),
        ("what hardly is does not", post(intent=Intent.OTHER, intents={"complaint": 0.3}), [], Step.LEAVE, None),
        ("chatter does not", post(intent=Intent.OTHER), [], Step.LEAVE, None),
        ("a private message always does", post(intent=Intent.OTHER, private=True), [], Step.OPEN, None),
        ("spam does not, however private", post(spam=0.9, private=True), [], Step.LEAVE, None),
        ("what is judged to be spam does not", post(intent=Intent.SPAM), [], Step.LEAVE, None),
        ("what the workspace would not call spam does", post(spam=0.6, intents={"spam": 0.6}), [], Step.OPEN, None),
        ("who may harm themselves is heard", post(intent=Intent.OTHER, vulnerable=AT_RISK), [], Step.OPEN, None),
        ("also when glad", post(intent=Intent.PRAISE, vulnerable=AT_RISK), [], Step.OPEN, None),
        ("also when it looks like spam", post(intent=Intent.SPAM, vulnerable=AT_RISK), [], Step.OPEN, None),
        ("in the case that is there", post(vulnerable=AT_RISK, spam=0.9), [case()], Step.JOIN, 7),
        ("but not what was said to others", post(about_us=False, vulnerable=AT_RISK), [], Step.LEAVE, None),
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


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({}, True),
        ({"intent": Intent.OTHER}, True),
        ({"intent": Intent.PRAISE}, False),
        ({"intent": Intent.SPAM}, False),
        ({"intent": Intent.PRAISE, "vulnerable": AT_RISK}, True),
    ],
)
def test_what_asks_for_an_answer(said: dict[str, object], asks: bool) -> None:
    assert asks_for_answer(verdict(**said)) is asks


def test_a_case_is_as_grave_as_its_gravest_post() -> None:
    asked = verdict(Intent.QUESTION, 0, emotions={"anger": 0.1}, vulnerable=(Vulnerability.ILLNESS,))
    cross = verdict(Intent.COMPLAINT, 3, emotions={"anger": 0.9}, threats=(Threat.CHURN, Threat.LEGAL))
    glad = verdict(Intent.PRAISE, 0, vulnerable=(Vulnerability.BEREAVEMENT,), threats=(Threat.PRESS,))
    sells = verdict(Intent.SPAM, 4, vulnerable=(Vulnerability.ILLNESS,))
    both = (Vulnerability.BEREAVEMENT, Vulnerability.ILLNESS)
    whole = Grave(Intent.COMPLAINT, Severity.LAW, 0.9, both, (Threat.LEGAL, Threat.CHURN))
    assert gravest([asked, cross, glad, sells]) == whole
    assert gravest([asked, cross, glad, sells, asked]) == whole
    assert gravest([]) == Grave()


@pytest.mark.parametrize(
    ("what", "state", "said", "heard", "settled", "calls"),
    [
        ("heard after the case was closed", State.CLOSED, verdict(), 5, 0, True),
        ("heard before", State.CLOSED, verdict(), 0, 5, False),
        ("thanks", State.CLOSED, verdict(Intent.PRAISE), 5, 0, False),
        ("asked after our answer", State.WAITING_ON_CUSTOMER, verdict(), 5, 0, True),
        ("never answered", State.WAITING_ON_CUSTOMER, verdict(), 5, None, False),
        ("already ours to do", State.OPEN, verdict(), 5, 0, False),
    ],
)
def test_what_wakes_a_case(
    what: str, state: State, said: Verdict, heard: int, settled: int | None, calls: bool
) -> None:
    at = NOON + timedelta(hours=heard)
    assert calls_again(state, said, at, None if settled is None else NOON + timedelta(hours=settled)) is calls, what
