"""Words of what an author says will follow,
in eight languages; see `vulnerability_words` for how a list is written."""

from __future__ import annotations

LEGAL = """
my/our lawyer/lawyers/attorney/attorneys/solicitor/solicitors/barrister, hired a lawyer, hire a lawyer, get a lawyer,
    sue/suing you, sue/suing them,
    i'll/ill/will/gonna sue, going to sue, lawsuit, class action, see you in court, take/taking/took you to court,
    take/taking them to court, take/taking this to court, small claims, legal action, legal proceedings, legal advice,
    letter before action, press charges, pressing charges, ombudsman, trading standards, consumer protection,
    better business bureau, report/reporting/reported you to, go/going to the police, calling the police,
    call the police,
    filing a police report, my statutory rights
mon/notre avocat, prendre un avocat, porter plainte, porte plainte, porterai plainte, déposer plainte, dépose plainte,
    poursuivre en justice, poursuites judiciaires, action en justice, saisir la justice, saisir le tribunal,
    au tribunal,
    mise en demeure, dgccrf, répression des fraudes, médiateur, ufc que choisir, 60 millions de consommateurs
mein/meinen/meinem/einen/unser/unseren anwalt, rechtsanwalt, rechtsanwältin, anwältin, verklage*, klage einreichen,
    reiche klage, vor gericht, anzeige erstatten, erstatte anzeige, zeige euch an, zeige sie an, verbraucherzentrale,
    verbraucherschutz, rechtliche schritte, juristische schritte, rechtsschutzversicherung, schlichtungsstelle
mio/nostro/un/dal avvocato, avvocati, vie legali, azione legale, azioni legali, vi denuncio, denuncerò, denunciarvi,
    sporgere denuncia, sporgo denuncia, sporgerò denuncia, querela, querelo, in tribunale, giudice di pace, agcom,
    agcm,
    codacons, altroconsumo, associazione consumatori
meu/minha/nosso/um advogado/advogada, processar, processo vocês, processarei, vou entrar na justiça,
    entrar na justiça,
    na justiça, ação judicial, medidas legais, medidas judiciais, pequenas causas, juizado especial, procon,
    reclame aqui, livro de reclamações, boletim de ocorrência, deco proteste
mi/nuestro/un/una abogado/abogada, demandar*, demandarlos, los demandaré, os demandaré, voy a denunciar, denunciarlos,
    denunciaros, los denunciaré, os denunciaré, poner una denuncia, pondré una denuncia, acciones legales,
    acción legal,
    ir a juicio, a los tribunales, ante los tribunales, profeco, facua, ocu, hoja de reclamaciones,
    oficina del consumidor,
    oficina de consumo
محامي, المحامي, محاميي, المحكمة, محكمة, ارفع قضية, سأرفع قضية, برفع قضية, هرفع قضية, سأقاضيكم, اقاضيكم, مقاضاتكم,
    شكوى رسمية, حماية المستهلك, وزارة التجارة, الشرطة, القضاء
वकील, अदालत, कोर्ट, मुकदमा, केस करूंगा, केस करूंगी, केस कर दूंगा, केस कर दूंगी, कानूनी कार्रवाई, कानूनी नोटिस,
    उपभोक्ता फोरम, उपभोक्ता अदालत, कंज्यूमर कोर्ट, पुलिस में शिकायत, case karunga, case karungi, case kar dunga,
    case kar dungi, consumer court, consumer forum, vakeel, vakil, kanooni, kanuni, court jaunga, court jaungi,
    court mein, court me, police mein, legal notice
"""

PRESS = """
go/going/went to the press/media/papers/newspapers, contact/contacting/contacted the press/media/papers/newspapers,
    tell/telling the press/media/papers/newspapers, call/calling the press/media/newspapers,
    email/emailing the press/media,
    inform/informing the press/media, local news, local paper, local newspaper, local radio, journalist*, reporter,
    reporters, news desk, newsroom, tv station, on national tv, consumer programme, investigative
à la presse, contacter la presse, aux médias, journalist*, journal local, à la télé, aux journaux
an die presse, zur presse, an die medien, zur zeitung, an die zeitung, journalist*,
    lokalzeitung, ans fernsehen
alla stampa, ai giornali, ai media, giornalist*, striscia la notizia, le iene, in televisione,
    alla televisione
para a imprensa, na imprensa, procurar a imprensa, jornalist*, aos jornais, na mídia, para a mídia, na televisão
a la prensa, a los medios, periodist*, a los periódicos, a la televisión, en televisión
الصحافة, للصحافة, الاعلام, للإعلام, صحفي, الصحف, التلفزيون, للجرائد
मीडिया, पत्रकार, अखबार, अख़बार, टीवी पर, media mein/me/ko, patrakar, akhbar, news channel
"""

CHURN = """
cancel/cancelling/canceling my/our subscription/account/membership/contract/plan/policy,
    cancelled/canceled my/our subscription/membership/contract,
    cancel/cancelling/canceling everything, close/closing/closed my account, delete/deleting/deleted my account,
    switch/switching/switched to, moving to another, move/moving my business, take/taking/taken my business elsewhere,
    going elsewhere, go elsewhere, goes elsewhere, never/not buying/shopping/ordering/using/flying/booking again,
    never buying from, never buy from, never buy again, will never buy, won't buy again, wont buy again,
    never order/shop/book/fly/come/go/use again, never ordering from, never shopping, never use you again,
    never using you again, never using them again, never fly with, never flying with, never coming back,
    won't be coming back, won't be back, wont be back, not coming back, lost a/another/this customer,
    lost my custom, lost my business, lost me as a customer, this is the last time, that was the last time,
    done with you, i'm done with, im done with, looking for an alternative, looking for another,
    unsubscrib*, boycott*, no longer a customer, never again
résilie mon, résilier mon, résiliation, résilie, annule mon abonnement, annuler mon abonnement, me désabonne,
    désabonner, fermer mon compte, ferme mon compte, clôture mon compte, clôturer mon compte, change de fournisseur,
    changer de fournisseur, passe à la concurrence, passer à la concurrence, aller chez la concurrence,
    aller voir ailleurs, vais ailleurs, jamais plus, plus jamais, n'achèterai plus, n'achète plus,
    perdu un client, perdu une cliente, perdez un client, perdez une cliente, c'est la dernière fois, boycott*
kündige, kündigen, kündigung, gekündigt, mein konto löschen, lösche mein konto, konto schließen, wechsle zu,
    wechsle den,
    wechsele zu, wechseln zu, anbieter wechseln, wechsle zur konkurrenz, zur konkurrenz, nie wieder, nie mehr,
    kaufe nichts mehr, bestelle nichts mehr, kunden verloren, kunde verloren, kundin verloren, als kunden verloren,
    war das letzte mal, boykott*
disdico, disdire, disdetta, cancello il mio abbonamento, cancello l'abbonamento, annullo l'abbonamento,
    cancellare il mio account, chiudo il conto, chiudere il conto, chiudo il mio conto, passo a un altro,
    passo ad altro,
    passo alla concorrenza, alla concorrenza, cambio operatore, cambio fornitore, cambiare operatore, mai più,
    non compro più, non comprerò più, non comprerò mai più, perso un cliente, perso una cliente, è l'ultima volta,
    boicott*
cancelar minha assinatura, cancelar a assinatura, cancelando minha assinatura, cancelei minha assinatura,
    cancelar minha conta, cancelar meu plano, cancelar meu contrato, cancelar a subscrição, encerrar minha conta,
    encerrar a conta, fechar minha conta, mudar de operadora, mudando de operadora, vou mudar para, vou mudar pra,
    vou para a concorrência, para a concorrência, pra concorrência, nunca mais, não compro mais, não volto mais,
    perderam um cliente, perderam uma cliente, perdeu um cliente, foi a última vez, é a última vez, boicot*
cancelar mi suscripción, cancelo mi suscripción, cancelar mi cuenta, cancelo mi cuenta, cancelar mi contrato,
    cancelar mi plan, dar de baja, darme de baja, me doy de baja, doy de baja, cerrar mi cuenta, cierro mi cuenta,
    cambio de compañía, cambiar de compañía, me cambio a, me voy a la competencia, a la competencia, nunca más,
    no vuelvo a comprar, no volveré a comprar, no compro más, no les compro más, no vuelvo a, perdieron un cliente,
    perdieron una cliente, han perdido un cliente, han perdido una clienta, es la última vez, fue la última vez,
    boicot*
الغي اشتراكي, سألغي اشتراكي, الغاء اشتراكي, إلغاء الاشتراك, الغيت اشتراكي, اغلق حسابي, سأغلق حسابي, احذف حسابي,
    لن اشتري, لن أتعامل, لن اتعامل معكم, اخر مرة, آخر مرة, خسرتم عميل, خسرتم زبون, خسرتوني, المنافس, مقاطعة, قاطعوا
सब्सक्रिप्शन रद्द, सब्सक्रिप्शन कैंसिल, अकाउंट बंद, खाता बंद, कभी नहीं खरीद*, दोबारा नहीं खरीद*, दुबारा नहीं खरीद*,
    आखिरी बार, ग्राहक खो, बहिष्कार, बॉयकॉट, subscription cancel, account band, kabhi nahi kharid*,
    dobara nahi kharid*,
    dobara nahi lunga, dobara nahi lungi, aakhri baar, akhri baar, customer kho, port kara*
"""

FIGURES = """
switch to the, switching to the new, switched to decaf, lost my custom made, plus jamais sans, die presse drücken,
    french press, press conference, press office, press release,
    la presse est, never again will i doubt, media player, social media, read in the paper, basketball court,
    tennis court
"""
