"""Words of insult, and of whom an insult is meant for,
    in eight languages; see `vulnerability_words` for how a list is
written."""

from __future__ import annotations

INSULT = """
idiot, idiots, moron, morons, imbecile*, cretin*, scum, scumbag*, liar, liars, thief, thieves, crook, crooks,
    bastard*,
    asshole*, arsehole*, assholes, a hole, dickhead*, twat, twats, wanker*, prick, pricks, bitch, bitches, cunt*,
    clown,
    clowns, parasite*, retard, retards, fucker*, motherfucker*, dumbass*, jackass*, shithead*, dipshit*, tosser*,
    inbreds,
    subhuman*, degenerates
idiot, idiote, idiots, imbécile*, crétin*, connard*, connasse*, salaud*, salope*, abruti*, débile, débiles, voleur,
    voleurs,
    menteur, menteurs, incapables, enfoiré*, fils de pute, enculé*, ordure, ordures, bouffon*, guignols
idiot, idioten, arschloch, arschlöcher, wichser, hurensohn, hurensöhne, vollidiot*, trottel, deppen, depp, lügner,
    diebe,
    betrüger, schweine, drecksack, drecksäcke, missgeburt, spasti, penner
idiota, idioti, stronzo, stronza, stronzi, coglione, coglioni, imbecille, imbecilli, deficiente, deficienti, bastardo,
    bastardi, ladri, ladro, bugiardi, bugiardo, cretino, cretini, pezzi di merda, pezzo di merda,
    figli di puttana, figlio di puttana, buffoni, pagliacci
idiota, idiotas, imbecil, imbecis, babaca, babacas, otário, otários, burro, burros, ladrão, ladrões, mentirosos,
    mentiroso,
    filho da puta, filhos da puta, vagabundo, vagabundos, palhaços, canalhas, cretinos, arrombado,
    arrombados, desgraçados
idiota, idiotas, imbécil, imbéciles, estúpido, estúpidos, gilipollas, cabrón, cabrones, hijo de puta, hijos de puta,
    ladrón, ladrones, mentirosos, mentiroso, pendejo, pendejos, payasos, capullos,
    sinvergüenzas, boludos, pelotudos
حمار, حمير, غبي, اغبياء, كلب, كلاب, حقير, حقراء, كذاب, كذابين, حرامي, حرامية, لصوص, نصابين, فاشلين, خنزير, تافه,
    تافهين
बेवकूफ, बेवकूफ़, गधा, गधे, कुत्ता, कुत्ते, कमीना, कमीने, हरामी, हरामखोर, चोर, झूठे, चूतिया, चुतिया, मूर्ख, नालायक,
    bewakoof,
    bewkoof, gadha, gadhe, kutta, kutte, kamina, kamine, harami, haramkhor, chor, jhoothe, chutiya, chutiye, bhenchod,
    madarchod, saale, nalayak
"""
"""Names that only people are called."""

SCORN = """
incompetent, incompetents, stupid, brainless, useless, pathetic, disgusting, vile, trash, garbage, shit, shite, crap,
    a joke,
    a disgrace, morally bankrupt, dumb, dumb as, thick, evil, vermin, pig, pigs, filth, worthless
incompétent*, nuls, pathétiques, minables, pitoyables, stupides, lamentables, de la merde, des merdes, honteux
unfähig, unfähige, dumm, blöd, scheiße, scheisse, armselig, lächerlich, abschaum, dreck, erbärmlich
incapaci, incompetenti, inutili, ridicoli, patetici, vergognosi, una merda, stupidi, schifosi
incompetentes, uns lixos, um lixo, lixo, inúteis, ridículos, patéticos, uma merda, uns merdas, burros
inútiles, incompetentes, ridículos, patéticos, una mierda, unos mierdas, basura, una vergüenza, asquerosos
زبالة, قمامة, وسخين, اغبياء, مقرفين
बेकार, घटिया, निकम्मे, गंदे, bekar, ghatiya, nikamme, gande
"""
"""What people and products are called alike: an insult only right after "you are" or its like,
    or beside our staff."""

CURSE = """
fuck you, fuck u, fuck off, f ck you, f you, screw you, go to hell, rot in hell, burn in hell, drop dead, eat shit,
    piss off, go die, hope you die, hope you all die, kill yourself, kill yourselves, kys, shut up, suck my, up yours
va te faire, allez vous faire, allez au diable, ferme ta gueule, fermez la, va mourir, nique ta, nique vos, ta gueule,
    je vous emmerde, je t'emmerde
fick dich, fickt euch, verpiss dich, verpisst euch, fahr zur hölle, fahrt zur hölle, leck mich, leckt mich,
    halt die fresse,
    halt's maul, verrecke, verreckt
vaffanculo, fanculo, andate a fanculo, andatevene, va al diavolo, andate al diavolo, vai a morire, crepa, crepate,
    fottiti, fottetevi, mavaffanculo
vai se foder, vão se foder, vai tomar no cu, vão tomar no cu, vão à merda, vai à merda, vai pro inferno,
    vão pro inferno, foda se vocês, vai se ferrar, morram
vete a la mierda, váyanse a la mierda, iros a la mierda, vete al infierno, váyanse al infierno, que te den,
    que os den,
    chinga tu madre, chinguen a su madre, jódete, jodeos, púdranse, muéranse
الله يلعنكم, لعنكم الله, الله ياخذكم, يلعن ابوكم, اذهب الى الجحيم, تبا لكم, كل تبن, اخرس, قاتلكم الله
भाड़ में जा, भाड़ में जाओ, मर जाओ, तेरी माँ की, तेरी मां की, bhaad mein ja, bhad me ja, bhad me jao, mar jao,
    teri maa ki, chup kar
"""
"""Wishes that are meant for whoever is spoken to."""

PEOPLE = """
your/the/his/her staff/employee/employees/agent/agents/team/teams/driver/drivers/rep/reps/manager/managers,
    your/the/his/her people/crew/workers, your/the/his/her support/waiter/waitress/cashier/courier/ceo/boss,
    customer service, customer care, you lot,
    you people, you guys, you all
vos/votre/le/la/les/l' employés/employé/agents/agent/équipe/équipes/livreur/livreurs,
    vos/votre/le/la/les conseiller/conseillers/vendeur/vendeuse,
    vos/votre/le/la/les serveur/patron, bande de, tas de, service client
euer/eure/ihre/ihr/eurem/der/die mitarbeiter/personal/team/fahrer/kundendienst/kundenservice/support/chef/verkäufer,
    ihr seid, sie sind, ihr alle
vostro/vostri/vostra/il/i/siete personale/dipendenti/operatori/operatore/corriere/commesso/commessa/assistenza,
    siete degli,
    siete dei, branco di
seu/seus/sua/o/os funcionário/funcionários/atendente/atendentes/equipe/entregador/vendedor/gerente, bando de,
    vocês são,
    corja de
su/sus/el/los empleado/empleados/agente/agentes/equipo/repartidor/vendedor/gerente/personal, son unos, sois unos,
    banda de, ustedes son, panda de
موظفينكم, موظفيكم, موظفكم, موظف, الموظف, موظفين, خدمة العملاء, انتم, انتو, أنتم
आपके कर्मचारी, आपका स्टाफ, तुम लोग, आप लोग, तुम सब, aapka staff, tum log, aap log, tum sab, aapke log
"""
"""Those who work with us, and all of us together."""

SECOND_PERSON = """
you your yours u ur youre yourself yourselves ya vous votre vos toi tu te ton ta tes du dich dir dein deine ihr euch
euer eure ti tuo tua voi vi vostro vostra siete sei voce voces vc vcs teu seus ustedes vosotros os eres sois usted
انت انتم انتو لكم عليكم فيكم तुम तू तेरा तेरी तुम्हारा आप tum tera teri tumhara
"""
"""Words for whom one speaks to, folded."""

ADDRESSED = """
you u ur youre vous ihr du sie siete sei voi voce voces vc vcs ustedes vosotros sois eres انتم انتو انت तुम आप tum
aap
"""
IS = """
are re r were etes es seid bist sind sao e estao son هم हो ho
"""
FILLING = """
a an such so all fucking absolute absolutely bunch of total totally complete completely really just the most utterly
bloody lot des de un une tous vraiment tellement alle ein echt einfach nur alles wirklich tutti una dei degli
proprio uns uma tudo todos um unos muy bien كلكم सब बहुत bahut sab log लोग people guys
"""
"""Words that may stand between "you", "are" and an insult, folded."""
