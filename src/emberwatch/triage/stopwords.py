"""Words too common to tell one problem from another, in eight languages, folded."""

from __future__ import annotations

from emberwatch.triage.folding import fold

_ENGLISH = """
a about after again all also am an and any are aren as at back be because been before being but by can could couldn
did didn do does doesn doing don done down even ever for from get gets getting give go going gone got had has hasn
have haven having he her here hers hey hi hello him his how i if im in into is isn it its ive just know let like ll
lol make made many may me mine more most much must my need never new no nor not now of off oh ok okay on once one
only or other our ours out over own please pls re really right rt said same say see shall she should shouldn since so
some still such sure take than thank thanks that thats the their them then there these they thing things think this
those though through to today too try trying two under until up us use used ve very via want was wasn way we well
went were weren what when where which while who whom why will with without won would wouldn yes yet you your yours
yourself amp http https www user cant dont wont didnt doesnt isnt wasnt youre theyre
"""
_FRENCH = """
ai aie ainsi alors apres as au aucun aussi autre aux avant avec avez avoir avons bien bon bonjour c ca car ce ceci
cela celle celui ces cet cette chez comme comment d dans de depuis des deux dire dit doit donc dont du elle elles en
encore entre es est et etait etc ete etes etre eu faire fait faut fois font ici il ils j je jour l la le les leur
leurs lui m ma mais me meme merci mes moi moins mon n ne ni nos notre nous on ont ou par parce pas peu peut plus pour
pourquoi qu quand que quel quelle qui quoi rien s sa sans se sera ses si son sont sous suis sur t ta te tes toi ton
tous tout toute toutes tres trop tu un une va vais vers veut vos votre vous y
"""
_GERMAN = """
aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis bist bitte da dabei damit danach danke
dann das dass dein dem den denn der des deshalb dich die dies diese dieser dieses dir doch dort du durch ein eine
einem einen einer eines einmal er es etwas euch euer fur gar ganz geht gerade gibt hab habe haben hallo hat hatte
hier hin ich ihm ihn ihnen ihr ihre im immer in ins ist ja jede jeder jetzt kann kein keine keinen konnen leider ma
machen mal man mehr mein meine meinem meinen meiner mich mir mit muss nach nicht nichts noch nun nur ob oder ohne
schon sehr sein seine seit sich sie sind so soll sonst um und uns unser unter viel vom von vor war waren warum was
weil weiter wenn wer werden wie wieder wir wird wo wurde zu zum zur
"""
_ITALIAN = """
a abbiamo ad ai al alla alle allo anche ancora avere aveva avete c che chi ci ciao come con contro cosa cosi cui da
dai dal dalla dalle degli dei del della delle dello dentro di dopo dove due e ecco ed era essere fa fare fatto gia
gli grazie ha hai hanno ho i il in io la le lei li lo loro lui ma me mi mia mie miei mio molto ne nei nel nella nelle
nessuno niente noi non nostro nulla o ogni oggi per perche pero piu poi prima qua quale quando quanto quella quello
questa queste questi questo qui se sei sempre senza si sia siamo siete solo sono sta stato su sua sue sul sulla suo
suoi te ti tra troppo tu tua tuo tutti tutto un una uno va vi voi vostro
"""
_PORTUGUESE = """
a agora ai ainda algum alguma ao aos apenas aqui as ate bem boa bom com como da das de dela dele depois desde dia do
dos e ela elas ele eles em entao entre era essa esse esta estao estar estava este estou eu faz fazer foi for foram
fui ha hoje isso isto ja la lhe mais mas me mesmo meu meus minha minhas muito na nada nao nas nem nem no nos nossa
nosso num numa nunca o obrigada obrigado oi ola onde os ou outra outro para pela pelo por porque pq pra quais qual
quando que quem se sem ser seu seus so sobre sou sua suas tambem te tem tenho ter teu teve tinha to todo todos tu
tudo um uma vai vamos vc vcs voce voces vou
"""
_SPANISH = """
a ahi ahora al algo alguien alguno antes aqui asi aun aunque bien buenas bueno cada como con contra cual cuando cuanto
de debe del desde despues dia donde dos e el ella ellas ellos en entonces entre era es esa ese eso esta estaba estado
estamos estan estar estas este esto estos estoy fue gracias ha hace hacer han hasta hay he hola hoy la las le les lo
los mas me mi mis mismo mucho muy nada ni no nos nosotros nuestra nuestro nunca o os otra otro para pero poco por
porque puede pues q que quien quiero se sea ser si sido siempre sin sobre sois solo somos son soy su sus tal tambien
tan te teneis tengo ti tiene tienen toda todas todo todos tu tus un una unas uno unos va vais vamos vez voy y ya yo
"""
_ARABIC = """
في من على الى إلى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا
لم لن قد كان كانت يكون هو هي هم هن انا أنا نحن انت أنت انتم
كل بعض غير او أو ثم اذا إذا ان أن إن لو بل حتى كما كيف
متى اين أين لماذا ليش هل ايش شو يا عند عندي بعد قبل بين تحت فوق منذ
لكن ولكن ليس ليست فقط ايضا أيضا جدا اي أي والله الله شكرا له لها
لهم لي لك فيه فيها عليه عليها منه منها به بها وهو وهي ولا وما
"""
_HINDI = """
का के की को में से है हैं था थे थी पर और या तो भी ही ने
यह ये वह वे इस उस इन उन मैं हम तुम आप मेरा मेरे मेरी हमारा आपका आपके आपकी
उसका उसके उसकी इसका इसके इसकी क्या क्यों कब कहाँ कहां कैसे कौन जो जब
तब अब यहाँ वहाँ कर करना करने करते किया कि हो होता होती होने हुआ हुई
गया गई रहा रहे रही नहीं न मत एक दो सब कुछ बहुत अपना अपने अपनी साथ लिए बाद जैसे फिर लेकिन अगर धन्यवाद नमस्ते
kya hai hain nahi mein aap main tum ka ki ke ko se bhi toh aur par ye yeh wo woh kar raha rahe rahi mera mere meri
"""

_LISTS = {
    "en": _ENGLISH,
    "fr": _FRENCH,
    "de": _GERMAN,
    "it": _ITALIAN,
    "pt": _PORTUGUESE,
    "es": _SPANISH,
    "ar": _ARABIC,
    "hi": _HINDI,
}
BY_LANGUAGE = {language: frozenset(fold(words).text.split()) for language, words in _LISTS.items()}
STOP_WORDS = frozenset().union(*BY_LANGUAGE.values())
