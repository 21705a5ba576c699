"""Street addresses as they are written in eight languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from emberwatch.triage.folding import fold

_TELLING = frozenset(
    fold(
        """
street st road rd avenue ave lane ln drive close blvd boulevard court terrace way crescent gardens square rue
impasse chemin allee allees quai place strasse str gasse weg platz ring damm ufer via viale corso piazza vicolo
largo rua avenida av travessa alameda praca rodovia calle plaza paseo carrera camino cl شارع طريق حي मकान गली सड़क
मार्ग रोड नगर फ्लैट flat house gali makan marg nagar
"""
    ).text.split()
)
_GERMAN = ("strasse", "straße", "str.", "gasse", "allee", "platz", "weg ")
_NAME = r"[^\W\d_][^\W\d_'.\-]{0,24}"
_ADDRESS = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[a-z][a-z']{1,20} ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|close|blvd|boulevard"
    r"|terrace|crescent|gardens|square)\b"
    r"|\b[^\W\d_]{3,25}(?:strasse|str\.|gasse|allee|platz|weg)[ ]?\d{1,4}[a-z]?\b"
    r"|\b[^\W\d_]{3,25}(?: |er )(?:strasse|str\.|gasse|allee|platz|weg|ring|damm) \d{1,4}[a-z]?\b"
    rf"|\b\d{{1,4}}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|impasse|chemin|quai|allee) (?:{_NAME} ?){{1,4}}"
    rf"|\b(?:via|viale|corso|piazza|vicolo|rua|avenida|av\.|travessa|alameda|praca|calle|plaza|paseo|carrera|camino)"
    rf" (?:{_NAME} ){{0,3}}{_NAME}(?:,? (?:n\.?|no\.?|nr\.?|numero)?[ ]?)\d{{1,4}}[a-z]?\b"
    rf"|(?:شارع|طريق) (?:{_NAME} ){{0,3}}{_NAME}،?,? (?:رقم )?\d{{1,4}}"
    r"|\d{1,4} (?:شارع|طريق) [^\W\d_]{2,24}(?: [^\W\d_]{2,24})?"
    r"|(?:मकान|फ्लैट|गली) (?:नंबर|नं\.?|संख्या) ?\d{1,4}[a-z]?"
    r"|\b(?:flat|house|plot|makan|gali) (?:no\.?|number|nr\.?) ?\d{1,4}[a-z]?(?:,? [a-z][a-z']{1,20}){1,3}"
)


def addresses(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of street addresses in folded text whose words these are."""
    if _TELLING.isdisjoint(words) and not any(ending in text for ending in _GERMAN):
        return
    for match in _ADDRESS.finditer(text):
        yield match.start(), match.start() + len(match[0].rstrip())
