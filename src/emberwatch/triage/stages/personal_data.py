"""Which places of the text identify a person?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

import phonenumbers

from emberwatch.triage.addresses import addresses
from emberwatch.triage.interface import Batch, Draft, Reading, Setting
from emberwatch.triage.order_numbers import announced, shapes
from emberwatch.triage.phrases import Cover
from emberwatch.vocabulary.verdicts import PersonalData

_MAY_BE_MAIL = re.compile(r"@[^\W_][\w\-]*\.\w")
_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[^\W_][\w\-]{0,62}(?:\.[\w\-]{1,63}){1,6}")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\d\-#.,])[2-6]\d{3}(?:[ \-]?\d){9,15}(?![\d\-])")
_LINK = re.compile(r"https?:\S*")
"""Numbers of links are not a person's, but for the workspace's own shapes."""
_NUMBER = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d(?:[^\d\s]{0,3} ?\d){2}")
"""Three digits close together, which every kind of number here has."""
_PHONE = re.compile(
    r"(?<![\w.,#$\u20ac\u00a3\u20b9])(?:\+|\(\+?|00)?\d(?:[ ()./\-]{0,2}\d){6,16}(?![\w%$\u20ac\u00a3\u20b9])"
)
_PRICED = re.compile(r"(?:[$\u20ac\u00a3\u20b9]|\b(?:rs|usd|eur|gbp|inr|r))\.? ?$")
_COUNTED = re.compile(
    r" ?(?:[%$\u20ac\u00a3\u20b9]|(?:view|vue|aufruf|visualizza|visualiza|follower|abonn|like|times|euro|eur\b|usd"
    r"|dollar|pound|rupee|rupay|people|users?\b|km\b|kg\b|ml\b|mb\b|gb\b|million|milli|mio|مشاهد|متابع|ريال|व्यू|रुपय))"
)
_DATE = re.compile(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}(?:\s.*)?")
_CALL = re.compile(
    r"(?:call|phone|tel|mobile|cell|whatsapp|text me|ring|handy|numero|fon|ligue|liga|llam|appel|chiam|اتصل|هاتف|جوال"
    r"|फोन|फ़ोन|मोबाइल|नंबर)"
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
    post's language is spoken, or stand behind a word such as "call". Prices, counts, dates and tags are none of these.
    Order numbers are those of the workspace's own shapes, and what a word such as "order" announces. Places in a title
    are not given.
    """

    name: ClassVar[str] = "personal_data"
    order: ClassVar[int] = 80

    def __init__(self, setting: Setting) -> None:
        self._shapes = shapes(setting.lexicon.order_numbers)

    def read(self, batch: Batch) -> None:
        """Fill `personal_data`, in order of place, no two overlapping."""
        for reading, draft in zip(batch.readings, batch.drafts, strict=True):
            text = reading.folded.as_written
            if _NUMBER.search(text) or ("@" in text and _MAY_BE_MAIL.search(text)):
                self._read_one(reading, draft)

    def _read_one(self, reading: Reading, draft: Draft) -> None:
        taken = Cover(len(reading.folded.text))
        found: list[tuple[int, int, str]] = []
        for kind, start, end in self._candidates(reading, draft.language):
            if not taken.touches(start, end):
                taken.take(start, end)
                found.append((start, end, kind))
        places = [(kind, reading.span(start, end)) for start, end, kind in sorted(found)]
        draft.personal_data = tuple([PersonalData(kind, *place) for kind, place in places if place])

    def _candidates(self, reading: Reading, language: str | None) -> Iterator[tuple[str, int, int]]:
        """Everything that looks and checks like personal data, the surest kinds first."""
        text = reading.folded.as_written
        if _MAY_BE_MAIL.search(text):
            for match in _MAIL.finditer(text):
                yield "email", *match.span()
        if self._shapes:
            for match in self._shapes.finditer(text):
                yield "order", *match.span()
        if "http" in text:
            text = _LINK.sub(lambda match: " " * len(match[0]), text)
        if not _NUMBER.search(text):
            return
        if _LONG_NUMBER.search(text):
            yield from _numbers(text, reading.words, language)
        for start, end in addresses(text, reading.words):
            yield "address", start, end


def _numbers(text: str, words: Sequence[str], language: str | None) -> Iterator[tuple[str, int, int]]:
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield "iban", *match.span()
    for match in _CARD.finditer(text):
        if is_card(match[0]) and not _is_amount(text, match):
            yield "card", *match.span()
    for start, end in announced(text, words):
        yield "order", start, end
    for tried, match in enumerate(_PHONE.finditer(text)):
        if tried >= _MOST_TRIED:
            break
        if not _is_amount(text, match) and _is_phone(
            match[0], text[max(match.start() - _NEAR, 0) : match.start()], language
        ):
            yield "phone", *match.span()


def is_card(number: str) -> bool:
    """Thirteen to nineteen digits that pass Luhn's check (ISO/IEC 7812-1), not all the same."""
    digits = [int(digit) for digit in number if digit.isdecimal()]
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


def _is_amount(text: str, match: re.Match[str]) -> bool:
    """Does the number count or cost something?"""
    start, end = match.span()
    return bool(_COUNTED.match(text, end) or _PRICED.search(text, max(start - 6, 0), start))


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
