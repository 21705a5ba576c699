"""What is at stake, by word: the lists behind the severity scale, in eight languages.

Entries are folded when read, so accents may be written or not; `*` ends a stem; a phrase may hold several words.
Each line is one language, in the order English, French, German, Italian, Portuguese, Spanish, Arabic, Hindi (the last
with its common spelling in Latin letters).
"""

from __future__ import annotations

HARM = """
injur*, hurt me, hurt my, got hurt, burn* my hand, burned me, burnt me, burned my, burnt my, burns on,
    caught fire, catch fire, on fire, in flames, exploded, explod*, explosion, smoke coming, electric shock,
    electrocut*, choke*, choking, choked, allerg*, anaphyla*, food poisoning, poisoned, poisoning,
    salmonella, listeria, mould in, mold in, glass in my, metal in my, ambulance, hospital*, emergency room,
    bleeding, unconscious, carbon monoxide, gas leak, suicid*, kill myself, unsafe, dangerous, hazard*,
    kill myself, killing myself, life threatening, death threat, assaulted, sexually, harassed, child could have,
    children could have, medication error, wrong medication, concussion, broke my arm, broke my leg,
    brakes failed, nearly died, almost died, could have died, died because, razor blade
blessé, blessée, blessés, blessure*, brul*, pris feu, prend feu, en feu, incendie, explos*, électrocut*,
    étouff*, allergi*, intoxication,
    empoisonn*, hôpital, ambulance, dangereu*, urgences, fuite de gaz, suicid*, agress*,
    failli mourir, morceau de verre
verletz*, verbrann*, verbrenn*, brennt, in flammen, feuer gefangen, explodier*, stromschlag, erstick*, allergi*,
    lebensmittelvergiftung, vergift*, krankenhaus, krankenwagen, notaufnahme, gefährlich*, lebensgefahr,
    gasleck, selbstmord, suizid*, glassplitter, fast gestorben
ferit*, ustion*, bruciat*, preso fuoco, in fiamme, incendio, esplos*, scossa elettrica, folgorat*, soffoc*,
    allergi*, intossica*, avvelenat*, ospedale, ambulanza, pronto soccorso, pericolos*, fuga di gas, suicid*,
    vetro nel
ferid*, machucou, queimad*, queimou, pegou fogo, em chamas, incêndio, explod*, explosão, choque elétrico,
    sufoc*, engasg*, alergi*, alérgic*, intoxica*, envenena*, hospital, ambulância, perigos*, vazamento de gás,
    suicíd*, quase morri, caco de vidro
herid*, lesion*, quemad*, quemó, se incendi*, en llamas, incendio, explot*, explosión, descarga eléctrica,
    asfixi*, atragant*, alergi*, alérgic*, intoxica*, envenena*, hospital, ambulancia, peligros*, fuga de gas,
    suicid*, casi muero, casi me muero, trozo de vidrio
حريق, احترق*, انفجر*, انفجار, اصابة, إصابات, اصيب*, مستشفى, المستشفى, اسعاف, تسمم, حساسية, اختناق, خطير, خطر,
    صعق, انتحار
आग लग, जल गया, जल गई, विस्फोट, फट गया, चोट, घायल, अस्पताल, एम्बुलेंस, एलर्जी, ज़हर, दम घुट, खतरनाक, ख़तरनाक,
    आत्महत्या, करंट लगा, aag lag, jal gaya, phat gaya, chot lagi, khatarnak, khatarnaak
"""

LAW = """
lawyer*, attorney*, solicitor*, sue you, suing, will sue, lawsuit, legal action, in court, to court,
    small claims, ombudsman,
    trading standards, consumer protection, better business bureau, watchdog, regulator, police, fraud*, scam*,
    illegal*, discriminat*, racist, racism, racially, sexist, sexism, homophob*, transphob*, harass*,
    wheelchair, disabled person/people/child/customer/access, i am disabled, i'm disabled, journalist*, reporter,
    going to the press, newspaper, on the news, local news,
    data breach, gdpr, privacy breach, leaked my, stolen identity, identity theft, stole my, stolen from
avocat*, tribunal, porter plainte, plainte, procès, poursuites, en justice, répression des fraudes, dgccrf, police,
    arnaqu*, escroqu*, illégal*, discrimin*, racis*, sexis*, homophob*, journalist*, presse, rgpd,
    fuite de données, vol de données
anwalt*, anwält*, rechtsanwalt*, klage, verklag*, gericht, anzeige, verbraucherzentrale, verbraucherschutz,
    polizei, betrug*, betrüg*, abzock*, illegal*, diskriminier*, rassis*, sexis*, homophob*, rollstuhl*,
    journalist*, presse, dsgvo, datenleck
avvocat*, tribunale, denunc*, querela, causa legale, vie legali, garante, agcom, polizia, carabinieri, truff*,
    frode, illegal*, discrimin*, razzis*, sessis*, omofob*, giornalist*, stampa, violazione dei dati
advogad*, processar, vou processar, processo judicial, justiça, tribunal, procon, reclame aqui, polícia,
    fraude*, é golpe, um golpe, enganação, ilegal*, discrimina*, racis*, machis*, homofob*, jornalist*,
    imprensa, lgpd,
    vazamento de dados
abogad*, voy a demandar, demandaré, demanda judicial, denunci*, tribunal*, juicio, profeco, facua, policía,
    estafa*, fraude*,
    ilegal*, discrimina*, racis*, machis*, homofob*, periodist*, prensa, filtración de datos
محامي, المحامي, محكمة, المحكمة, قضية, الشرطة, شرطة, احتيال, نصب, نصابين, حماية المستهلك, عنصرية, عنصري, تمييز,
    صحافة, الصحافة, غير قانوني
वकील, अदालत, कोर्ट, पुलिस, मुकदमा, उपभोक्ता फोरम, धोखा*, ठगी, घोटाला, भेदभाव, नस्लवाद, पत्रकार, मीडिया, vakeel,
    dhokha*, consumer court, thagi
"""

MONEY = """
refund*, charged twice, charged me twice, double charged, overcharg*, charged for, charging me, money back,
    my money, billed, unauthorised, unauthorized, compensation, reimburs*, direct debit, took the payment,
    cancellation fee, fees, voucher, never arrived, never came, never showed, not arrived, hasn't arrived,
    still waiting, still no, been waiting, waiting for weeks, waited weeks, weeks ago, for weeks, for months,
    months ago, weeks late, days late, promised, you promised, broken promise, said you would,
    told me you would, lost my, lost luggage, lost my bag, missed my, cancelled my, canceled my,
    cancelled flight, flight cancelled, flight canceled, unanswered, no reply, no response, no answer,
    nobody answers, no one answers, ignored, ignoring, on hold for, hung up on, rip off, ripoff, ripped off,
    out of pocket, warranty
rembours*, débité deux fois, prélev*, facturé, surfactur*, argent, indemnis*, dédommag*, jamais reçu,
    jamais arrivé, toujours pas reçu, toujours rien, depuis des semaines, depuis des mois,
    depuis trois semaines, attends depuis, promis, promesse, sans réponse, aucune réponse, garantie, perdu mon
erstattung, rückerstatt*, geld zurück, mein geld, doppelt abgebucht, abgebucht, abbuchung, zu viel berechnet,
    rechnung, entschädigung, nie angekommen, nicht angekommen, immer noch nicht, seit wochen, seit monaten,
    warte seit, versprochen, keine antwort, keine rückmeldung, gewährleistung, garantie, verloren gegangen
rimbors*, addebitat*, addebito, soldi, fatturat*, risarcimento, mai arrivat*, non è arrivat*, non arriva,
    da settimane, da mesi, aspetto da, promess*, nessuna risposta, nessuno risponde, garanzia, smarrit*
reembols*, estorno, estornar, cobrad* duas vezes, cobrança, cobraram, dinheiro, indeniza*, nunca chegou,
    não chegou, ainda não chegou, há semanas, há meses, faz semanas, esperando há, prometeram, prometid*,
    sem resposta, ninguém responde, garantia, extraviad*
reembols*, devolución, devolver el dinero, devolv* mi dinero, cobrado dos veces, cobraron, cobro, mi dinero,
    indemniza*, nunca llegó, no ha llegado, no llega, sigo esperando, llevo semanas, hace semanas, hace meses,
    esperando desde, prometi*, sin respuesta, nadie responde, nadie contesta, garantía, perdieron mi
استرجاع, استرداد, فلوسي, نقودي, أموالي, المبلغ, خصم, خصمتم, مرتين, لم يصل, ما وصل, ما وصلني, لم تصل, منذ اسابيع,
    من اسبوع, وعدتم, وعدتوني, لا احد يرد, محد يرد, ما ترد*, تعويض, ضمان
रिफंड, पैसे वापस, पैसा वापस, मेरे पैसे, मेरा पैसा, दो बार, कट गए, कट गया, नहीं मिला, नहीं आया, नहीं पहुंचा,
    हफ्तों से, महीनों से, वादा, जवाब नहीं, मुआवज़ा, वारंटी, paise wapas, refund nahi, nahi mila, nahi aaya,
    paisa kat*
"""

INCONVENIENCE = """
broken, broke, broke down, snapped, fell off, fell apart, leak*, bed bugs, cockroach*, mice, rats, vermin,
    burnt out, doesn't work, doesnt work, does not work, won't turn on, not working, stopped working, faulty,
    defective, damaged, delay*, late, slow, rude, error, crash*, bug, outage, is down, wrong item, wrong size,
    missing, dirty, cold food, queue, waiting, disappoint*, terrible, awful, worst, useless, horrible,
    unacceptable, frustrat*, annoy*, ridiculous
cassé, ne marche pas, ne fonctionne pas, en panne, défectueu*, abîmé*, retard, lent, impoli*, erreur, déçu*,
    inadmissible, inacceptable, nul, honteux
kaputt, funktioniert nicht, geht nicht, defekt, beschädigt, verspät*, langsam, unfreundlich, fehler, enttäusch*,
    unverschämt*, katastrophe, frechheit
rotto, rotta, rotti, rotte, non funziona, difettos*, danneggiat*, ritardo, lent*, maleducat*, errore, delus*,
    vergogn*,
    inaccettabile, pessim*
quebrad*, não funciona, parou de funcionar, com defeito, danificad*, atras*, lent*, grosseir*, erro, decepcion*,
    absurdo, péssim*, inaceitável, vergonha
roto, rota, rotos, rotas, no funciona, dejó de funcionar, defectuos*, dañad*, retras*, lent*, grosero*, error,
    decepcion*,
    vergüenza, pésim*, inaceptable
معطل, لا يعمل, ما يشتغل, مكسور, تالف, تأخير, متأخر, بطيء, خطأ, سيء, سيئة, اسوأ, محبط
टूटा, टूट गया, खराब, ख़राब, काम नहीं कर, देर, देरी, धीमा, बदतमीज़, गलत, गलती, निराश, बेकार, घटिया, kharab,
    bekar, ghatiya, kaam nahi kar
"""

FIGURES_OF_SPEECH = """
killing it, killed it, you killed, dying to, to die for, dying of laughter, dead serious, i'm dead, im dead,
    fire sale, fire stick, fire tv, fire emoji, was fire, is fire, pure fire, straight fire, burn rate,
    on fire today, on fire lately, on fire tonight, you're on fire, team is on fire, phone died, battery died,
    screen died, laptop died, allergic to mondays, hurt my feelings, hurt my eyes, explode with joy, food court,
    tennis court, basketball court, court side, late night, ball is in your court, full court, hospitality,
    hospitable, press play, press the, court shoes, killer, poison ivy, dangerously good, dangerously delicious,
    dangerously close, better late than never, sexually active, can't wait, cant wait, press release,
    shock absorber, insult to injury, choked up, choke up, slow cooker, slow clap, is the bomb, no worries
mort de rire, mourir de rire, tuerie, en feu ce soir, presse papier, presse agrumes, c'est de la bombe
brennt darauf, brenne darauf, saugefährlich gut, feuer und flamme, linsengericht, hauptgericht, presse drücken
da morire dal ridere, in fiamme stasera, da paura
morrendo de rir, morri de rir, de morrer de bom, arrasou
muerto de risa, muero de risa, me muero de ganas, peligrosamente bueno
مت من الضحك
मर गया हंसते
"""

NEGATORS = """
no not never nobody none without nor isn wasn aren weren didn don doesn isnt wasnt didnt wont won avoid prevent
pas sans aucun aucune jamais personne rien ni kein keine keinen keiner ohne nicht nie niemand non senza nessuno nessun
mai nem sem nao ninguem nenhum nenhuma nunca sin nadie ningun ninguna لا لم بدون ليس غير नहीं बिना nahi bina
"""
"""Words that, just before a word of harm or law, take it back ("nobody was hurt", "no injuries")."""

NOT = """
not never don dont didn didnt wouldn won nicht nie kein keine pas ne non nao no nem nunca لا لن لم नहीं मत nahi nahin
"""
"""The plainest of them."""
