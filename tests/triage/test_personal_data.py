"""What identifies a person, and what only looks so."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import PostText
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.stages.personal_data import is_card, is_iban
from emberwatch.vocabulary.verdicts import Verdict


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to Mara.Quill+x@example.co.uk.", [("email", "Mara.Quill+x@example.co.uk")]),
        ("@larkfield hello", []),
        ("call +44 20 7946 0958 please", [("phone", "+44 20 7946 0958")]),
        ("my number is (212) 736-5000 thanks for the help", [("phone", "(212) 736-5000")]),
        ("call 555-0100", [("phone", "555-0100")]),
        ("Ruf mich an, ich bin unter 030 901820 zu erreichen", [("phone", "030 901820")]),
        ("on 2026-03-04 10:30 we waited", []),
        ("it cost 1234567 in all, you said", []),
        ("card 4111 1111 1111 1111", [("card", "4111 1111 1111 1111")]),
        ("card 4111 1111 1111 1112", []),
        ("IBAN DE89 3704 0044 0532 0130 00", [("iban", "DE89 3704 0044 0532 0130 00")]),
        ("order no. LK-20391 is late", [("order", "LK-20391")]),
        ("Bestellung Nr. 88231907", [("order", "88231907")]),
        ("pedido #123456", [("order", "123456")]),
        ("order number twelve", []),
        ("in order to wait 30 minutes", []),
        ("I live at 12 Quill Street, Leeds", [("address", "12 Quill Street")]),
        ("wohne in der Lerchenstraße 12", [("address", "Lerchenstraße 12")]),
        ("", []),
    ],
)
def test_places(triage: Triage, text: str, found: list[tuple[str, str]]) -> None:
    verdict = triage.label(PostText(text=text))
    assert isinstance(verdict, Verdict)
    assert [(place.kind, text[place.start : place.end]) for place in verdict.personal_data] == found


def test_places_hold_behind_a_title_and_odd_characters(triage: Triage) -> None:
    text = "ﬁ İ\u200b mail mara@example.com"
    verdict = triage.label(PostText(title="About ﬁsh", text=text))
    assert isinstance(verdict, Verdict)
    assert [text[place.start : place.end] for place in verdict.personal_data] == ["mara@example.com"]


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("4111111111111111", True),
        ("5500-0055-5555-5559", True),
        ("4111111111111112", False),
        ("4" * 16, False),
        ("42", False),
    ],
)
def test_luhn(number: str, valid: bool) -> None:
    assert is_card(number) is valid


@pytest.mark.parametrize(
    ("account", "valid"),
    [("GB82 WEST 1234 5698 7654 32", True), ("GB82 WEST 1234 5698 7654 33", False), ("de89", False)],
)
def test_iban(account: str, valid: bool) -> None:
    assert is_iban(account) is valid
