"""Which places of the text identify a person?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import phonenumbers

from emberwatch.triage.interface import Batch, Draft, Reading, Setting
from emberwatch.triage.phrases import Cover
from emberwatch.vocabulary.verdicts import PersonalData

_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[^\W_][\w\-]{0,62}(?:\.[\w\-]{1,63}){1,6}")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\d\-])[2-6]\d{3}(?:[ \-]?\d){9,15}(?![\d\-])")
_ORDER = re.compile(
    r"\b(?:order|booking|reservation|invoice|ticket|tracking|confirmation|reference|ref|case|customer|account|parcel"
    r"|commande|reservation|facture|dossier|colis|bestellung|bestellnummer|auftrag|auftragsnummer|kundennummer|rechnung"
    r"|sendungsnummer|ordine|prenotazione|fattura|pratica|pedido|encomenda|reserva|fatura|protocolo|factura|localizador"
    r"|الطلب|طلب|ऑर्डर)"
    r"(?:[ \t]{0,3}(?:number|numero|nummer|num|no|nr|n|id|code|is|رقم|नंबर)\b)?"
    r"[ \t]{0,3}[.:#\u00ba\u00b0]{0,3}[ \t]{0,3}"
    r"(?P<number>(?=[a-z\-]{0,12}\d)[a-z0-9][a-z0-9\-]{4,24})\b"
)
_NUMBER = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d(?:[^\d\s]{0,3} ?\d){2}")
"""Three digits close together, which every kind of number here has."""
_HASH = re.compile(r"(?<!\w)#(?P<number>\d{5,20})\b")
_PHONE = re.compile(r"(?<![\w.])(?:\+|\(\+?|00)?\d(?:[ ()./\-]{0,2}\d){6,16}(?!\w)")
_DATE = re.compile(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}(?:\s.*)?")
_CALL = re.compile(r"(?:call|phone|tel|mobile|cell|whatsapp|text me|ring|handy|numero|fon|ligue|llam)")
_STREET = re.compile(
    r"\b\d{1,5}[a-z]? (?:[a-z]{2,20} ){1,3}(?:street|st|road|rd|avenue|lane|ln|drive|close|blvd)\b"
    r"|\b[a-z]{3,25}(?:strasse|str\.|stra\u00dfe|gasse|allee)[ ]?\d{1,4}[a-z]?\b"
    r"|\b\d{1,4}(?: ?bis)?,? (?:rue|avenue|boulevard|impasse) (?:[a-z']{1,20} ?){1,4}"
    r"|\b(?:via|piazza|rua|avenida|calle|plaza) (?:[a-z']{1,20} ){1,4}(?:n\.? ?)?\d{1,4}\b"
)
_REGIONS = {
    "en": ("US", "GB", "AU", "IE", "IN"),
    "fr": ("FR", "BE", "CH", "CA"),
    "de": ("DE", "AT", "CH"),
    "it": ("IT", "CH"),
    "pt": ("BR", "PT"),
    "es": ("ES", "MX", "AR", "CO"),
    "ar": ("SA", "AE", "EG"),
    "hi": ("IN",),
}
_MOST_TRIED = 50
"""Numbers of one post that are put to the phone library; a post with more is a table, not a person."""
_NEAR = 24


class PersonalDataStage:
    """E-mail addresses, bank accounts, cards, order numbers, phones and street addresses, with their places.

    Cards must pass Luhn and accounts the ISO 13616 remainder; a phone must be a valid number of a country where the
    post's language is spoken, or stand behind a word such as "call". Places in a title are not given.
    """

    name: ClassVar[str] = "personal_data"
    order: ClassVar[int] = 80

    def __init__(self, setting: Setting) -> None:
        """What identifies a person does not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `personal_data`, in order of place, no two overlapping."""
        for reading, draft in zip(batch.readings, batch.drafts, strict=True):
            if "@" in reading.text or _NUMBER.search(reading.text):
                self._read_one(reading, draft)

    def _read_one(self, reading: Reading, draft: Draft) -> None:
        text = reading.folded.text
        taken = Cover(len(text))
        found: list[tuple[int, int, str]] = []
        for kind, start, end in _candidates(text, draft.language):
            if not taken.touches(start, end):
                taken.take(start, end)
                found.append((start, end, kind))
        places = [(kind, reading.span(start, end)) for start, end, kind in sorted(found)]
        draft.personal_data = tuple([PersonalData(kind, *place) for kind, place in places if place])


def _candidates(text: str, language: str | None) -> Iterator[tuple[str, int, int]]:
    """Everything that looks and checks like personal data, the surest kinds first."""
    if "@" in text:
        for match in _MAIL.finditer(text):
            yield "email", *match.span()
    if _LONG_NUMBER.search(text):
        yield from _numbers(text, language)
    for match in _STREET.finditer(text):
        yield "address", *match.span()


def _numbers(text: str, language: str | None) -> Iterator[tuple[str, int, int]]:
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield "iban", *match.span()
    for match in _CARD.finditer(text):
        if is_card(match[0]):
            yield "card", *match.span()
    for pattern in (_ORDER, _HASH):
        for match in pattern.finditer(text):
            yield "order", *match.span("number")
    for tried, match in enumerate(_PHONE.finditer(text)):
        if tried >= _MOST_TRIED:
            break
        if _is_phone(match[0], text[max(match.start() - _NEAR, 0) : match.start()], language):
            yield "phone", *match.span()


def is_card(number: str) -> bool:
    """Thirteen to nineteen digits that pass Luhn's check (ISO/IEC 7812-1), not all the same."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_iban(account: str) -> bool:
    """Fifteen to thirty-four characters whose ISO 13616 remainder is 1."""
    plain = account.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34 or not plain.isascii():
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _is_phone(candidate: str, before: str, language: str | None) -> bool:
    if _DATE.fullmatch(candidate):
        return False
    if _CALL.search(before):
        return True
    if candidate.startswith(("+", "(+", "00")):
        candidate = candidate.replace("00", "+", 1) if candidate.startswith("00") else candidate
        return _is_valid(candidate, None)
    return any(_is_valid(candidate, region) for region in _REGIONS.get(language or "en", ()))


def _is_valid(candidate: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(candidate, region))
    except phonenumbers.NumberParseException:
        return False
