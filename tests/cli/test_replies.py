"""Answers from a terminal: handed to the outbox once, and every way on from there."""

from __future__ import annotations

import pytest

from emberwatch.cases.models import Case
from emberwatch.replies.models import Reply
from emberwatch.replies.states import Sending
from emberwatch.workspaces.models import Person
from tests.cli.conftest import Typed


def test_an_answer_is_queued_once_and_can_be_taken_back(emberwatch: Typed, complaint: Case, ana: Person) -> None:
    first = emberwatch("replies", "send", "EW-1", "We are sorry. A new rail is on its way.", "--json").json
    assert (first["state"], first["by"], first["private"]) == ("queued", ana.email, False)
    second = emberwatch("replies", "send", "EW-1", "We are sorry.")
    assert second.code == 1
    assert "still on its way" in second.err
    assert emberwatch("replies", "cancel", str(first["reply"]), "--json").json["state"] == "cancelled"
    assert emberwatch("replies", "cancel", str(first["reply"])).code == 1


def test_a_long_answer_comes_by_standard_input(emberwatch: Typed, complaint: Case, ana: Person) -> None:
    text = "We are sorry.\nA new rail is on its way."
    assert emberwatch("replies", "send", "1", "-", "--json", typed=f"{text}\n").json["text"] == text


@pytest.mark.parametrize(("text", "why"), [("   ", "empty"), ("x" * 501, "too long")])
def test_what_cannot_be_said_is_refused_before_it_is_queued(
    text: str, why: str, emberwatch: Typed, complaint: Case, ana: Person
) -> None:
    done = emberwatch("replies", "send", "1", text)
    assert done.code == 1
    assert why in done.err
    assert not Reply.objects.within(complaint.workspace).exists()


def test_ways_on_from_an_answer_that_failed_or_is_unclear(emberwatch: Typed, complaint: Case, ana: Person) -> None:
    number = str(emberwatch("replies", "send", "1", "We are sorry.", "--json").json["reply"])
    rows = Reply.objects.within(complaint.workspace)
    assert emberwatch("replies", "retry", number).code == 1
    rows.update(state=Sending.FAILED.value, problem="The token was refused.")
    (failed,) = emberwatch("replies", "list", "--state", "failed", "--json").lines
    assert failed["problem"] == "The token was refused."
    assert emberwatch("replies", "retry", number, "--json").json["state"] == "queued"
    rows.update(state=Sending.ASKING.value)
    assert emberwatch("replies", "arrived", number, "--json").json["state"] == "sent"
    assert emberwatch("replies", "arrived", number).code == 1
