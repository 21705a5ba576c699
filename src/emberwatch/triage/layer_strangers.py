"""Posts of strangers, invented: what no lesson is about. How near they come to a lesson tells how near is near."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock
from weakref import WeakKeyDictionary

from emberwatch.triage.reading import PostText, Reading, make_reading
from emberwatch.triage.scores import Floats, Reader

STRANGERS: dict[str, Sequence[str]] = {
    "en": (
        "the screen cracked after two days and nobody will replace it", "how do I change the address on my account?",
        "thank you so much, the lady at the counter was wonderful", "you should bring back the lemon flavour",
        "still waiting for my refund, it has been five weeks", "the app closes by itself each time I log in",
        "charged twice for one ticket", "is the shop in the high street open on Sunday?",
        "the soup was cold and the waiter rolled his eyes", "best coffee in town, see you tomorrow",
        "the parcel was left in the rain", "my train stood still for two hours and no one told us why",
        "win a free phone, click the link in my profile", "follow me and I follow you back",
        "watching the match tonight with my brothers", "good morning everyone, what a lovely sky",
        "the wifi has been down since noon", "can someone tell me which size fits a six year old?",
        "your hotline played music for forty minutes", "the jacket smells of smoke and a button is missing",
        "I was promised a call back on Monday", "the new bus line saves me half an hour, brilliant",
        "does this come with a charger?", "the bank closed my account without a letter",
        "our room had no hot water and the sheets were dirty", "the driver was rude to my mother",
        "delivery came early and everything was well packed", "please add a dark mode",
        "your cheese made my whole family sick", "the brakes failed on the first ride",
        "I cancelled in March and you still take money every month", "just landed, holiday begins",
        "what a shame that the museum shop is closing", "the price went up again without any notice",
        "reading a good book about the sea", "my password reset link never arrives",
        "the toy broke and my son cut his finger", "so proud of my sister today",
        "the doctor was patient and explained everything", "where can I park near the stadium?",
    ),
    "de": (
        "seit drei Wochen warte ich auf meine Lieferung", "wie kann ich meinen Vertrag kündigen?",
        "vielen Dank für die schnelle Hilfe", "das Essen war kalt und viel zu teuer",
        "die App stürzt ständig ab", "heute scheint endlich die Sonne",
    ),
    "fr": (
        "mon colis est arrivé cassé", "à quelle heure ouvre le magasin ?", "merci pour votre gentillesse",
        "deux fois débité pour une seule commande", "le train a encore une heure de retard", "quelle belle soirée",
    ),
    "es": (
        "llevo un mes esperando el reembolso", "¿cómo cambio mi contraseña?", "el personal fue muy amable",
        "la batería dura menos de una hora", "nadie contesta el teléfono", "hoy cocino con mis hijos",
    ),
    "it": (
        "il pacco non è mai arrivato", "dove posso ritirare il mio ordine?", "servizio eccellente, grazie",
        "la camera era sporca", "continuate ad addebitarmi l'abbonamento", "che bella giornata al mare",
    ),
    "pt": (
        "o produto veio com defeito", "como faço para trocar o tamanho?", "adorei o atendimento",
        "cobraram duas vezes no meu cartão", "a internet caiu de novo", "bom dia a todos",
    ),
    "ar": (
        "لم يصل طلبي حتى الآن", "كيف أغير عنواني؟", "شكرا على الخدمة الرائعة", "التطبيق لا يعمل منذ أمس",
        "الطعام كان باردا", "صباح الخير جميعا",
    ),
    "hi": (
        "मेरा ऑर्डर अभी तक नहीं आया", "मैं अपना पता कैसे बदलूं?", "बहुत अच्छी सेवा, धन्यवाद",
        "ऐप बार-बार बंद हो जाता है", "खाना ठंडा था", "aaj mausam bahut accha hai",
    ),
}  # fmt: skip

_read: WeakKeyDictionary[Reader, Floats] = WeakKeyDictionary()
_lock = Lock()


@cache
def stranger_readings() -> tuple[Reading, ...]:
    """The strangers' posts, ready to read, in the order of `strangers_of`."""
    return tuple(make_reading(PostText(text=text)) for texts in STRANGERS.values() for text in texts)


def strangers_of(reader: Reader) -> Floats:
    """The strangers' vectors as this reader makes them, made once."""
    with _lock:
        found = _read.get(reader)
        if found is None:
            languages = [language for language, texts in STRANGERS.items() for _ in texts]
            found = _read[reader] = reader.read(stranger_readings(), languages).vectors
        return found
