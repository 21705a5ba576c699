"""Which language a post is written in, on few words above all."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import PostText
from emberwatch.triage.languages import Languages, bare_code
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.reading import make_reading
from emberwatch.vocabulary.verdicts import Verdict

_SHORT = """
en: where is my order | my order | refund please | help me | not working again | nobody answers | still waiting
fr: où est mon colis | mon colis | merci beaucoup | service nul | aidez moi svp | personne ne répond | toujours rien
de: wo ist mein paket | mein paket | vielen dank | schlechter service | immer noch nichts | niemand antwortet
it: dove è il mio pacco | il mio ordine | grazie mille | pessimo servizio | nessuno risponde | ancora niente
pt: onde está meu pedido | meu pedido | obrigado | péssimo atendimento | ninguém responde | ainda nada
es: ¿dónde está mi pedido? | mi pedido | gracias | pésimo servicio | nadie contesta | todavía nada | me encanta
ar: أين طلبي | خدمة سيئة جدا | لا أحد يرد
hi: mera order kahan hai | paise wapas karo | bahut bekar service hai | abhi tak nahi mila | रिफंड कब मिलेगा
nl: waar is mijn bestelling
pl: zamówienie nie dotarło od tygodnia
ru: заказ не пришёл
tr: siparişim nerede
sv: var är mitt paket
"""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (text.strip(), line[:2])
        for line in _SHORT.strip().splitlines()
        for text in line[3:].split("|")
    ],
)  # fmt: skip
def test_few_words(text: str, language: str) -> None:
    assert Languages().tell([make_reading(PostText(text=text))]) == [language]


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("where is my order, it was due on Monday", None, "en"),
        ("where is my order, it was due on Monday", "de", "en"),
        ("Wo bleibt denn mein Paket? Ich warte seit Montag", None, "de"),
        ("ok", None, None),
        ("ok", "en-GB", "en"),
        ("super", "de", "de"),
        ("\U0001f621", None, None),
        ("\U0001f621", "pt_BR", "pt"),
        ("12345", "und", None),
        ("https://a.example/der-die-das-und", None, None),
        ("@larkfield https://a.example/der-die-das", None, None),
        ("Larkfield Café Delta", None, None),
        ("Larkfield Café Delta wo bleibt mein Paket", None, "de"),
        ("check this out https://a.example/warum-der-und-die-nicht-ist", None, "en"),
    ],
)
def test_hints_links_and_names(triage: Triage, text: str, hint: str | None, language: str | None) -> None:
    verdict = triage.label(PostText(text=text, language_hint=hint))
    assert isinstance(verdict, Verdict)
    assert verdict.language == language


@pytest.mark.parametrize(
    ("hint", "code"),
    [("pt-BR", "pt"), ("pt_BR", "pt"), ("EN", "en"), ("und", None), ("", None), (None, None), ("english", None)],
)
def test_bare_code(hint: str | None, code: str | None) -> None:
    assert bare_code(hint) == code
