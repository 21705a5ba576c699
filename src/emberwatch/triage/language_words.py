"""Words by which a language shows itself in a few words, folded: those of the eight and,
    so that the eight do not claim
them, some of their neighbours."""

from __future__ import annotations

from emberwatch.triage.folding import fold
from emberwatch.triage.stopwords import BY_LANGUAGE

_MORE = {
    "en": """
where what when hasn haven the is was were still waiting please help nobody answers answer order orders parcel
delivery refund broken money service customer shop store working doesn worst best great love hate awful terrible
late never arrived received phone today tomorrow tonight gonna wanna very got get need want would could should
always every day week weeks days people good bad nice happy thank thanks sorry about been being again why who how
""",
    "fr": """
ou est mon colis ma commande toujours jamais recu attends attente remboursement rembourse aide aidez svp merci
bonjour bonsoir livraison magasin cassee casse argent produit personne repond semaine semaines jours aujourd hui
demain hier tres trop nul genial super beaucoup quelqu depuis chez c'est j'ai n'ai veux peux puis faut fait encore
deja pourquoi qu'est combien aucune reponse honte mauvais meilleur voila aussi avoir etre suis serait c'etait
l'application
""",
    "de": """
wo bleibt ist mein meine paket bestellung lieferung geld zuruck bitte hilfe danke hallo kaputt warte wartet seit
wochen tagen woche monat niemand antwortet antwort rechnung immer noch nicht kein keine schon wann kommt warum wieso
kundendienst kundenservice geht funktioniert leider super toll schlecht scheisse echt heute morgen gestern liebe gut
gegen einfach macht endlich naturlich vielen dank euer eure ihr habt ich habe wurde wird werden ware konnte mochte
""",
    "it": """
dove dov'e il mio pacco ordine la mia spedizione soldi rimborso aiuto grazie ciao buongiorno rotto rotta arriva
arrivato arrivata aspetto aspettando settimana settimane giorni nessuno risponde perche quando cosa fate schifo
bello bella sempre ancora mai anche sono siete hanno ho voglio vorrei pessimo ottimo servizio clienti vergogna oggi
domani ieri bene molto tutto tutti della delle degli nella quello questo piu
""",
    "pt": """
onde esta meu minha pedido encomenda entrega dinheiro reembolso ajuda ajudem obrigado obrigada ola oi quebrado
quebrada chegou chega esperando semana semanas dias ninguem responde resposta quando porque voces nao sim muito
atendimento loja cliente quero queria pessimo otimo hoje amanha ontem ainda ja nunca produto veio veja pelo pela
tambem sao estao acho que quanto amor orgulho eh hj vc pra tudo nada quem melhor gosto fazer falar coisa tem tenho
meus minhas
""",
    "es": """
donde esta mi pedido paquete envio dinero reembolso ayuda gracias hola buenos dias roto rota llego llega ha llegado
esperando espero semana semanas nadie responde contesta respuesta cuando porque ustedes vosotros si muy mucho
atencion tienda cliente quiero queria pesimo bueno hoy manana ayer todavia aun ya nunca producto vino pero tambien
son estan mejor hacer hablar cosa tiene tengo mis verguenza por favor compre llevo
""",
    "ar": """
اين طلبي طلبيتي وين متى كيف لماذا ليش شحنة الشحنة توصيل التوصيل خدمة العملاء شكرا ارجو من فضلكم لم يصل وصل المنتج
""",
    "hi": """
kya hai hain nahi nhi nahin kahan kaha kab kyu kyun kaise kaun koi kuch mera meri mere mujhe maine hum humko aap
aapka aapki aapko aapne ap apka apki apko tum tera teri tere tujhe uska uski unka iska iski ye yeh vo woh wo jo jab
tab ab abhi aaj kal phir fir bhi hi toh se ko ka ki ke ne par pe mei mein ho hu hun hoon tha thi thay hua hui hue
gaya gayi gya aaya aaye nai raha rahi rahe rha rhi rhe kar karo karna karne karte kr krna diya liya dena lena milega
milna mila chahiye bahut bohot accha acha achha sahi galat kharab bekar paisa paise rupaye bhai bhaiya yaar yar ji
sir jaldi bas aur ya lekin agar matlab baat log wala wali wale ek sab saath sath bina liye pata lagta lag bolo bol
dekho suno hm hamara hamare hame humein unhe usse isse inka inke unke kahi kahin kyonki magar warna kitna kitne
kitni jaisa jaise waise aisa aise aisi itna itni hota hoti hote hoga hogi honge karega karenge karti rakho rakh
milta milte jawab deta dete deti wapas kaam naam sakta sakte sakti skta nhin mat kabhi sirf bilkul ekdum kafi zyada
jyada thoda thodi pehle pahle baad andar bahar niche upar dost bhaijaan kasam dhanyavad shukriya namaste kripya
madad ghar desh dil sabse kyunki isliye tak
""",
}
_NEIGHBOURS = {
    "nl": """
de het een en van ik je dat niet is met op voor zijn er maar ook als bij nog naar mijn heb hebben wordt waar wat
waarom geen niemand bestelling ontvangen jullie graag bedankt al dit deze kan wel weer moet veel goed
""",
    "da": """
og jeg det er ikke en et til af har med min mit hvor hvad men fra kan vi der den ved kommer pakke bestilling tak
""",
    "sv": """
och jag det ar inte en ett till av har med min mitt var vad men fran kan vi den som att paket bestallning tack
""",
    "pl": """
i nie to jest na sie z do ze gdzie moja moje moj co jak dla od ale prosze zamowienie paczka dziekuje nadal juz
""",
    "ro": """
si nu este la cu din pe sa ca mai unde comanda mea meu care sunt pentru dar va rog multumesc inca am ati a fost
""",
    "ca": """
el la els les i no es amb per que de on meva meu comanda gracies pero molt encara aixo soc he ha una un
""",
    "id": """
dan yang di ini itu saya tidak dengan untuk pesanan dari ke ada sudah belum mana kenapa terima kasih bisa kapan
""",
    "tr": """
ve bir bu da de icin ne nerede siparisim cok ama degil mi mu benim var yok hala neden tesekkurler kargo gelmedi
""",
    "fa": """
و در به که است این را با از برای من شما نیست کجا چرا می شود سفارش ممنون هنوز
""",
    "ur": """
اور کے میں ہے کی کا سے نہیں کو یہ ہیں آپ میرا کہاں ابھی تک کیوں آرڈر شکریہ
""",
}
_WIDE = "amp http https www user rt a c d i j k l m n o p s t u y e h ok super order url sir via video app"
_TOO_WIDE = frozenset(fold(_WIDE).text.split())
TOLD_APART = ("en", "fr", "de", "it", "pt", "es", "ar", "hi", *_NEIGHBOURS)
"""The languages that have a field of votes, the eight first."""
FIELD = 16
"""Bits of a field: enough for the votes of all words that are read, and as many as a number of `array` type H."""
_VOTES = 12
"""The votes of a word that one language has for itself; one that two have gives each a quarter, three a ninth."""
MIXES = "hi"
"""Written in Latin letters it is full of English words, while English has none of its: they count twice."""


def owners() -> dict[str, tuple[str, ...]]:
    """Every word with the languages that have it."""
    have: dict[str, list[str]] = {}
    for language in TOLD_APART:
        words = fold(_MORE.get(language, "") + " " + _NEIGHBOURS.get(language, "")).text.replace("'", " ").split()
        for word in {*words, *BY_LANGUAGE.get(language, ())} - _TOO_WIDE:
            have.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in have.items()}


def votes_by_word() -> dict[str, int]:
    """Every word with its votes: a number of one field a language, so that the votes of words can be summed."""
    return {
        word: sum(_share(language, len(languages)) << FIELD * TOLD_APART.index(language) for language in languages)
        for word, languages in owners().items()
    }


def _share(language: str, owners: int) -> int:
    return (_VOTES * (1 + (language == MIXES))) // (owners * owners)
