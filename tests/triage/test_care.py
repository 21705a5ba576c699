"""Who needs care, what is threatened, whom an insult is meant for, in eight languages."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import PostText
from emberwatch.triage.pipeline import Effort, Triage
from emberwatch.vocabulary.verdicts import Abuse, Intent, Severity, Threat, Verdict, Vulnerability
from tests.triage.conftest import SETTING
from tests.triage.readers import Stub

SELF_HARM, BEREAVED, ILL = Vulnerability.SELF_HARM, Vulnerability.BEREAVEMENT, Vulnerability.ILLNESS
GLAD_SPAM = {"positive": 0.9, "neutral": 0.1, "praise": 0.95, "spam": 0.9}


def verdict_of(text: str, chances: dict[str, float] | None = None, *, direct: bool = False) -> Verdict:
    verdict = Triage(SETTING, fast=Stub(chances), deep=Stub()).label(PostText(text=text, direct=direct), Effort.FAST)
    assert isinstance(verdict, Verdict)
    return verdict


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        # said of oneself, in plain words
        ("I am going to kill myself", [SELF_HARM]),
        ("nobody answers i want to die", [SELF_HARM]),
        ("I can't do this anymore, I want to end my life", [SELF_HARM]),
        ("i'm suicidal and your chat says wait", [SELF_HARM]),
        ("I took an overdose", [SELF_HARM]),
        ("I want to k1ll myself", [SELF_HARM]),
        ("kill myself lol", [SELF_HARM]),
        ("je veux mourir", [SELF_HARM]),
        ("j'ai envie de me tuer", [SELF_HARM]),
        ("ich möchte nicht mehr leben", [SELF_HARM]),
        ("ich bringe mich um", [SELF_HARM]),
        ("non voglio più vivere", [SELF_HARM]),
        ("ho deciso di farla finita", [SELF_HARM]),
        ("quero morrer", [SELF_HARM]),
        ("vou acabar com a minha vida", [SELF_HARM]),
        ("no quiero vivir más", [SELF_HARM]),
        ("voy a matarme", [SELF_HARM]),
        ("لا أريد أن أعيش", [SELF_HARM]),
        ("سأنهي حياتي", [SELF_HARM]),
        ("मैं मरना चाहता हूँ", [SELF_HARM]),
        ("main marna chahti hu", [SELF_HARM]),
        ("main apni jaan de dungi", [SELF_HARM]),
        # figures of speech, songs, jests, denials
        ("this queue makes me want to die", []),
        ("kill me now lol", []),
        ("you are killing me", []),
        ("I want to die lol, this is so good", []),
        ("want to die \U0001f602", []),
        ("that new song, I want to die", []),
        ("Suicide Squad is on tonight", []),
        ("Killing Me Softly on the radio", []),
        ("this launch was career suicide", []),
        ("I nearly killed myself laughing", []),
        ("do not worry, I don't want to die", []),
        ("I am not going to shoot myself in the foot", []),
        ("quiero morirme de risa", []),
        ("je suis mort de rire", []),
        # those who died, those who are ill
        ("my mother passed away and you still send her bills", [BEREAVED]),
        ("my dad died last week", [BEREAVED]),
        ("nobody died", []),
        ("my phone died", []),
        ("mon père est décédé en mai", [BEREAVED]),
        ("meine Oma ist gestorben", [BEREAVED]),
        ("è morta mia nonna, devo andare al funerale", [BEREAVED]),
        ("minha mãe faleceu", [BEREAVED]),
        ("mi abuelo falleció ayer", [BEREAVED]),
        ("والدي توفي الأسبوع الماضي", [BEREAVED]),
        ("मेरे पिता का देहांत हो गया", [BEREAVED]),
        ("mere papa guzar gaye", [BEREAVED]),
        ("my son has cancer and needs this", [ILL]),
        ("cancer season is here", []),
        ("you nearly gave me a heart attack", []),
        ("ma fille est diabétique", [ILL]),
        ("ich habe Krebs", [ILL]),
        ("mio marito è in ospedale", [ILL]),
        ("minha filha tem câncer", [ILL]),
        ("mi hijo está en el hospital", [ILL]),
        ("ابني في المستشفى", [ILL]),
        ("मेरी माँ अस्पताल में है", [ILL]),
        ("papa ko heart attack aaya hai", [ILL]),
        ("my account has been disabled", []),
    ],
)
def test_who_needs_care(text: str, kinds: list[Vulnerability]) -> None:
    verdict = verdict_of(text)
    assert list(verdict.vulnerable) == kinds
    for kind in kinds:
        assert verdict.reasons[kind.value]
    if SELF_HARM in kinds:
        assert verdict.severity is Severity.HARM


@pytest.mark.parametrize("text", ["Larkfield, I will kill myself", "larkfield main marna chahta hu, thank you"])
def test_self_harm_about_us_always_opens_a_case(text: str) -> None:
    verdict = verdict_of(text, GLAD_SPAM)
    assert (verdict.intent, verdict.severity, verdict.is_spam) == (Intent.COMPLAINT, Severity.HARM, False)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("my lawyer will hear of this", [Threat.LEGAL]),
        ("see you in court", [Threat.LEGAL]),
        ("we met at the tennis court", []),
        ("I am not going to sue", []),
        ("I will contact the press and cancel my subscription", [Threat.PRESS, Threat.CHURN]),
        ("the french press is lovely, great press release", []),
        ("je vais porter plainte", [Threat.LEGAL]),
        ("je contacte un journaliste", [Threat.PRESS]),
        ("vous avez perdu une cliente", [Threat.CHURN]),
        ("das geht an meinen Anwalt", [Threat.LEGAL]),
        ("ich gehe damit an die Presse", [Threat.PRESS]),
        ("ich kündige, nie wieder", [Threat.CHURN]),
        ("vi denuncio", [Threat.LEGAL]),
        ("lo dico ai giornali", [Threat.PRESS]),
        ("passo alla concorrenza", [Threat.CHURN]),
        ("vou no Procon", [Threat.LEGAL]),
        ("vou chamar um jornalista", [Threat.PRESS]),
        ("nunca mais compro aqui", [Threat.CHURN]),
        ("hablaré con mi abogado", [Threat.LEGAL]),
        ("lo contaré a la prensa", [Threat.PRESS]),
        ("me doy de baja", [Threat.CHURN]),
        ("سأرفع قضية", [Threat.LEGAL]),
        ("سأتحدث إلى الصحافة", [Threat.PRESS]),
        ("الغيت اشتراكي", [Threat.CHURN]),
        ("मैं मुकदमा करूंगा", [Threat.LEGAL]),
        ("मैं मीडिया में जाऊंगा", [Threat.PRESS]),
        ("dobara nahi kharidunga", [Threat.CHURN]),
        ("switching to Birchmoor tomorrow", [Threat.CHURN]),
        ("never buying again, you lost a customer", [Threat.CHURN]),
        ("when will you cancel my order?", []),
    ],
)
def test_threats(text: str, kinds: list[Threat]) -> None:
    verdict = verdict_of(text)
    assert list(verdict.threats) == kinds
    for kind in kinds:
        assert verdict.reasons[kind.value]
    ours = verdict_of(text, direct=True)
    assert (ours.severity >= Severity.LAW) == bool({Threat.LEGAL, Threat.PRESS} & set(kinds))


def test_who_is_glad_does_not_leave() -> None:
    assert verdict_of("never again will I buy elsewhere", GLAD_SPAM).threats == ()


@pytest.mark.parametrize(
    ("text", "offensive", "abuse"),
    [
        ("@larkfieldcare you are useless", 0.9, [Abuse.US]),
        ("@larkfieldcare you absolute morons", 0.9, [Abuse.US]),
        ("Larkfield your staff are idiots", 0.9, [Abuse.US]),
        ("Larkfield, your agent is a stupid cow", 0.9, [Abuse.US]),
        ("Larkfield you are all a bunch of thieves", 0.9, [Abuse.US]),
        ("@larkfieldcare idiots", 0.9, [Abuse.US]),
        ("fuck you Larkfield", 0.9, [Abuse.US]),
        ("Larkfield you are useless", 0.1, []),
        ("this bloody Larkfield kettle is shit", 0.9, []),
        ("Larkfield you sold me a useless kettle", 0.9, []),
        ("Larkfield your kettle is trash", 0.9, []),
        ("what idiots buy from Larkfield", 0.9, []),
        ("you are idiots", 0.9, []),
        ("Larkfield vous êtes des incapables et des menteurs, je ne suis pas contente", 0.0, [Abuse.US]),
        ("Larkfield ihr seid alle unfähig, das ist doch nicht normal", 0.0, [Abuse.US]),
        ("Larkfield siete dei ladri, non è possibile questa cosa", 0.0, [Abuse.US]),
        ("Larkfield vocês são uns palhaços, não é possível isso", 0.0, [Abuse.US]),
        ("Larkfield sois unos inútiles, no puede ser esto", 0.0, [Abuse.US]),
        ("larkfield أنتم لصوص ولا أحد يرد على الرسائل", 0.0, [Abuse.US]),
        ("larkfield तुम लोग चोर हो, यह नहीं चलेगा", 0.0, [Abuse.US]),
        ("larkfield tum log chor ho, paise wapas karo", 0.0, [Abuse.US]),
        ("der Wasserkocher von Larkfield ist eine scheiße und das nicht nur heute", 0.9, []),
    ],
)
def test_whom_an_insult_is_meant_for(text: str, offensive: float, abuse: list[Abuse]) -> None:
    verdict = verdict_of(text, {"offensive": offensive})
    assert list(verdict.abuse) == abuse
    assert bool(verdict.reasons.get("abuse")) == bool(abuse)


def test_hate_is_meant_for_a_group() -> None:
    assert verdict_of("some words", {"hate": 0.8}).abuse == (Abuse.GROUP,)
    assert verdict_of("fuck you Larkfield", {"hate": 0.8, "offensive": 0.9}).abuse == (Abuse.US, Abuse.GROUP)


def test_places_and_competitors() -> None:
    text = "Larkfield in Waterville, BIRCHMOOR near Quillham and old mill stores"
    verdict = verdict_of(text)
    assert [(one.name, text[one.start : one.end]) for one in verdict.places] == [
        ("Waterville", "Waterville"),
        ("Quillham", "Quillham"),
    ]
    assert [(one.name, text[one.start : one.end]) for one in verdict.competitors] == [
        ("Birchmoor", "BIRCHMOOR"),
        ("Old Mill Stores", "old mill stores"),
    ]
    assert verdict_of("nothing named").places == ()
