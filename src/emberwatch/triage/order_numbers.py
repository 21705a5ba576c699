"""Order numbers: the shapes a workspace gave, and numbers behind words that announce one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from emberwatch.triage.folding import fold, fold_character

_FEWEST = 3
_LONGEST = 40
_MOST = 100

_ANNOUNCING = frozenset(
    fold(
        """
order booking reservation invoice ticket tracking confirmation reference ref case customer account parcel commande
facture dossier colis bestellung bestellnummer auftrag auftragsnummer kundennummer rechnung sendungsnummer ordine
prenotazione fattura pratica pedido encomenda reserva fatura protocolo factura localizador الطلب طلب طلبي ऑर्डर आर्डर
"""
    ).text.split()
)
_ANNOUNCED = re.compile(
    rf"\b(?:{'|'.join(sorted(_ANNOUNCING))})"
    r"(?:[ \t]{0,3}(?:number|numero|nummer|num|no|nr|n|id|code|is|رقم|رقمه|नंबर|संख्या)\b)?"
    r"[ \t]{0,3}[.:#\u00ba\u00b0]{0,3}[ \t]{0,3}"
    r"(?P<number>(?=[a-z\-]{0,12}\d)[a-z0-9][a-z0-9\-]{4,24})\b"
)
_HASH = re.compile(r"(?<!\w)#(?P<number>\d{5,20})\b")


def shapes(written: Iterable[str]) -> re.Pattern[str] | None:
    """What finds numbers of these shapes in folded text; None where there are none.

    # stands for a digit, ? for a letter, all else for itself, except that a space or hyphen may be either or left out.
    Every part has one length or may be missing, so that finding is linear however a shape is written. A shape with
    fewer than three digits and letters, or without a digit, would match everywhere and is passed over, as is one of
    more than 40 characters.
    """
    found = [
        "".join(map(_part, shape))
        for shape in dict.fromkeys(shape.strip() for shape in written)
        if len(shape) <= _LONGEST and sum(shape.count(mark) for mark in "#?") >= _FEWEST and "#" in shape
    ]
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(found[:_MOST])})(?![a-z0-9])") if found else None


def _part(character: str) -> str:
    if character == "#":
        return r"\d"
    if character == "?":
        return "[a-z]"
    if character in " -":
        return r"[ \-]?"
    return re.escape(fold_character(character))


def announced(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of numbers behind a word such as "order", or behind #, in folded text whose words these are."""
    if not _ANNOUNCING.isdisjoint(words):
        for match in _ANNOUNCED.finditer(text):
            yield match.span("number")
    if "#" in text:
        for match in _HASH.finditer(text):
            yield match.span("number")
