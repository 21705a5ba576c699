"""What identifies a person, and what only looks so."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import PostText
from emberwatch.triage.order_numbers import shapes
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
        # the workspace's own shapes of order numbers
        ("parcel lf 482913 and LF-482914", [("order", "lf 482913"), ("order", "LF-482914")]),
        ("AB-9999-07 never came", [("order", "AB-9999-07")]),
        ("XLF-482913 and LF-4829137", []),
        # phones as eight languages write them
        ("appelez-moi au 01 42 68 53 00", [("phone", "01 42 68 53 00")]),
        ("il mio numero è 347 123 4567", [("phone", "347 123 4567")]),
        ("me liga no (11) 98765-4321 por favor", [("phone", "(11) 98765-4321")]),
        ("llámame al 612 345 678, mi pedido no llega", [("phone", "612 345 678")]),
        ("اتصل بي على 0501234567", [("phone", "0501234567")]),
        ("मुझे 98765 43210 पर फोन करें, मेरा ऑर्डर नहीं आया", [("phone", "98765 43210")]),
        ("0044 20 7946 0958", [("phone", "0044 20 7946 0958")]),
        # numbers that are nobody's
        ("#5551234567 and #20242025 trend", [("order", "5551234567"), ("order", "20242025")]),
        ("#4111111111111111", [("order", "4111111111111111")]),
        ("2125551234 views in one day", []),
        ("it has 20 7946 0958 followers", []),
        ("only $2125551234 and €4111111111111111", []),
        ("1.234.567,89 €", []),
        ("01.02.2026 10:30, 2026/03/04 and 03-04-2026", []),
        ("it was 3.141592653589793 wide", []),
        # addresses as eight languages write them
        ("j'habite 12 rue des Lilas à Lyon", [("address", "12 rue des Lilas à Lyon")]),
        ("Hauptstr. 5 in Köln", [("address", "Hauptstr. 5")]),
        ("abito in via Garibaldi 7", [("address", "via Garibaldi 7")]),
        ("moro na rua das Flores, 123", [("address", "rua das Flores, 123")]),
        ("vivo en la calle Mayor 15", [("address", "calle Mayor 15")]),
        ("أسكن في شارع الملك فهد رقم 25", [("address", "شارع الملك فهد رقم 25")]),
        ("मेरा घर मकान नंबर 42 में है", [("address", "मकान नंबर 42")]),
        ("send it to flat no 12, Lotus Marg please", [("address", "flat no 12, Lotus Marg please")]),
        ("the road was closed for 3 hours", []),
        # a disguise is undone for reading, never for numbers
        ("order KR3TO4NA5LI is late", [("order", "KR3TO4NA5LI")]),
        ("mail m@ex.com", [("email", "m@ex.com")]),
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


@pytest.mark.parametrize("shape", ["#", "?#", "", "(((##", "[a-z]+###", "#" * 60, "\\###", "a|b###", "İ###"])
def test_any_shape_of_order_number_is_safe(shape: str) -> None:
    pattern = shapes([shape])
    assert pattern is None or not pattern.search("a quite ordinary post about 12 kettles")


def test_shapes_mean_themselves() -> None:
    pattern = shapes(["[x]-###", "a.b?##"])
    assert pattern is not None
    assert [match[0] for match in pattern.finditer("[x]-123 axbc12 a.bc12 x-123")] == ["[x]-123", "a.bc12"]


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("4111111111111111", True),
        ("5500-0055-5555-5559", True),
        ("4111111111111112", False),
        ("4" * 16, False),
        ("42", False),
        ("\u00b2" * 16, False),
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
