"""Intent, feeling, severity, language and spam, on posts a desk would see."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import PostText
from emberwatch.triage.pipeline import Triage
from emberwatch.vocabulary.verdicts import Intent, Sentiment, Severity, Verdict


def verdict_of(triage: Triage, text: str, **more: object) -> Verdict:
    verdict = triage.label(PostText(text=text, **more))  # type: ignore[arg-type]
    assert isinstance(verdict, Verdict)
    return verdict


@pytest.mark.parametrize(
    ("text", "intent", "severity"),
    [
        ("My kettle from Larkfield caught fire and burnt my hand!!", Intent.COMPLAINT, Severity.HARM),
        ("charged twice by @larkfield, three weeks waiting for a refund", Intent.COMPLAINT, Severity.MONEY),
        ("Larkfield is a scam, I have called my lawyer", Intent.COMPLAINT, Severity.LAW),
        ("great, another three hours on hold with larkfield, terrible", Intent.COMPLAINT, Severity.INCONVENIENCE),
        (
            "My larkfield oven door fell off after two weeks. Who do I talk to?",
            Intent.COMPLAINT,
            Severity.INCONVENIENCE,
        ),
        ("What time do you open on Sunday, Larkfield?", Intent.QUESTION, Severity.OPINION),
        ("Cafe Delta has lovely cakes, thank you so much", Intent.PRAISE, Severity.OPINION),
        ("Thanks larkfield for the quick refund, you are amazing!", Intent.PRAISE, Severity.OPINION),
        ("larkfield just opened in Leeds", Intent.OTHER, Severity.OPINION),
        ("Larkfield is killing it today, team is on fire", Intent.OTHER, Severity.OPINION),
        (
            "Meine Bestellung bei Larkfield ist nicht angekommen, ich will mein Geld zurück",
            Intent.COMPLAINT,
            Severity.MONEY,
        ),
        ("Mi pedido de Larkfield nunca llegó y nadie contesta. Quiero un reembolso!", Intent.COMPLAINT, Severity.MONEY),
        ("Larkfield: mon bébé a failli mourir, le jouet a pris feu", Intent.COMPLAINT, Severity.HARM),
        ("Minha encomenda da larkfield não chegou, vou processar vocês", Intent.COMPLAINT, Severity.LAW),
        ("Il mio ordine Larkfield non è arrivato, voglio un rimborso", Intent.COMPLAINT, Severity.MONEY),
        ("طلبي من larkfield لم يصل منذ اسابيع واريد استرداد المبلغ", Intent.COMPLAINT, Severity.MONEY),
        ("मेरा larkfield ऑर्डर नहीं मिला, पैसे वापस चाहिए", Intent.COMPLAINT, Severity.MONEY),
        ("Merci Larkfield, service parfait, je vous adore !", Intent.PRAISE, Severity.OPINION),
    ],
)
def test_intent_and_severity(triage: Triage, text: str, intent: Intent, severity: Severity) -> None:
    verdict = verdict_of(triage, text)
    assert (verdict.intent, verdict.severity) == (intent, severity)


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("Nobody was hurt, no injuries, at Larkfield", Severity.OPINION, []),
        ("I slipped. Two injuries at Larkfield", Severity.HARM, ["injuries"]),
        ("your hospitality, Larkfield", Severity.OPINION, []),
        ("Larkfield, see you in court", Severity.LAW, ["in court"]),
        ("we met Larkfield at the tennis court", Severity.OPINION, []),
        ("Bless you Larkfield", Severity.OPINION, []),
        ("Larkfield, je suis blessé", Severity.HARM, ["blessé"]),
    ],
)
def test_words_of_severity(triage: Triage, text: str, level: Severity, words: list[str]) -> None:
    verdict = verdict_of(triage, text)
    found = [text[reason.start : reason.end] for reason in verdict.reasons.get("severity", ())]
    assert (verdict.severity if verdict.severity is not Severity.INCONVENIENCE else Severity.OPINION) == level
    assert found == words


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("I love this, best day ever, thank you!", Sentiment.POSITIVE),
        ("I hate this, worst service ever", Sentiment.NEGATIVE),
        ("The shop opens on Monday at nine", Sentiment.NEUTRAL),
        ("Ich bin so glücklich, vielen Dank!", Sentiment.POSITIVE),
        ("odio este servicio, es una mierda", Sentiment.NEGATIVE),
        ("\U0001f621\U0001f621", Sentiment.NEGATIVE),
        ("\u2764\ufe0f", Sentiment.POSITIVE),
        ("\U0001f621\u2764", Sentiment.NEUTRAL),
        ("", Sentiment.NEUTRAL),
    ],
)
def test_feeling(triage: Triage, text: str, feeling: Sentiment) -> None:
    verdict = verdict_of(triage, text)
    assert verdict.sentiment is feeling
    assert sum(verdict.sentiments.values()) == pytest.approx(1, abs=0.01)
    if feeling is not Sentiment.NEUTRAL:
        assert verdict.reasons[feeling.value]


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("where is my order, it was due on Monday", None, "en"),
        ("Wo bleibt denn mein Paket? Ich warte seit Montag", None, "de"),
        ("¿dónde está mi pedido? llevo dos semanas esperando", None, "es"),
        ("Onde está a minha encomenda? Já passou uma semana", None, "pt"),
        ("où est mon colis, toujours rien reçu", None, "fr"),
        ("dov'è il mio pacco? aspetto da lunedì", None, "it"),
        ("أين طلبي؟ مر أسبوع كامل ولم يصل", None, "ar"),
        ("मेरा ऑर्डर कहाँ है, एक हफ्ता हो गया", None, "hi"),
        ("zamówienie nie dotarło od tygodnia", None, "pl"),
        ("ok", None, None),
        ("ok", "en-GB", "en"),
        ("super", "de", "de"),
        ("\U0001f621", "pt_BR", "pt"),
        ("12345", "und", None),
        ("@larkfield https://a.example/der-die-das", None, None),
    ],
)
def test_language(triage: Triage, text: str, hint: str | None, language: str | None) -> None:
    assert verdict_of(triage, text, language_hint=hint).language == language


def test_spam(triage: Triage) -> None:
    advert = verdict_of(triage, "Check out my channel http://a.example and win a FREE phone now!!! subscribe")
    assert advert.is_spam
    assert advert.reasons["spam"]
    customer = verdict_of(
        triage, "larkfield order LK-20391 still not here, call me on +44 20 7946 0958, refund 200 now"
    )
    assert not customer.is_spam
    assert verdict_of(triage, "\U0001f621").spam == 0


def test_reasons_point_at_words_of_the_text(triage: Triage) -> None:
    text = "Ärger! Der Kettle\u0301 von Larkfield ist kaputt, ich hasse das 😡 wirklich"
    verdict = verdict_of(triage, text, title="Beschwerde")
    for label, reasons in verdict.reasons.items():
        assert len(reasons) <= 5
        assert [reason.weight for reason in reasons] == sorted((r.weight for r in reasons), reverse=True), label
        for reason in reasons:
            assert text[reason.start : reason.end].strip() == text[reason.start : reason.end] != ""
    assert "kaputt" in {text[reason.start : reason.end] for reason in verdict.reasons["severity"]}
    assert verdict.model.startswith("linear-")
