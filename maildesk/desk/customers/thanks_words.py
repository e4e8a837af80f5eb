"""The words of bare thanks, per language: data for ``customer_words.py``. To add a language, add a row.

Every word here is one that a text of nothing but thanks may hold. Left out on purpose: negations, "but", "still",
"please", "when", "try", "advance" (thanks in advance is a request), and all words for things.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thanks:
    """``core``: words that thank. ``words``: all that may stand with them. A verb before a pronoun is a question.

    ``comma_before_names``: a greeting has a comma before the name ("Hola, Ana:"), and nouns have no capitals.
    """

    core: frozenset[str]
    words: frozenset[str]
    verbs: frozenset[str]
    pronouns: frozenset[str]
    comma_before_names: bool = False


def fold_word(word: str) -> str:
    """The form in which two spellings of a word are equal."""
    return unicodedata.normalize("NFKC", word).casefold().replace("ё", "е").replace("’", "'")


def _words(text: str) -> frozenset[str]:
    return frozenset(fold_word(text).split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in fold_word(text).split("|"))


def _thanks(core: str, others: str, verbs: str, pronouns: str, *, comma_before_names: bool = False) -> Thanks:
    thanking, asking, standing = _words(core), _words(verbs), _words(pronouns)
    return Thanks(thanking, thanking | _words(others) | asking | standing, asking, standing, comma_before_names)


LANGUAGES: Mapping[str, Thanks] = {
    "en": _thanks(
        "thanks thank thx thnx tnx ty cheers appreciated appreciate grateful",
        """you so very much many a lot lots tons million again really all both everyone guys team for your the this
        that's it's its quick fast prompt swift speedy kind great excellent good help helping helpful reply response
        answer support assistance service time effort info information update explanation clarification perfect
        perfectly awesome wonderful brilliant fantastic super superb cool nice lovely amazing ok okay works worked
        working now fine again everything solved resolved fixed sorted done did trick been i i'm we and day weekend
        evening week one to hear happy glad yes a best""",
        "is has have did does was are were",
        "it this that everything all you i we",
    ),
    "de": _thanks(
        "danke dank dankeschon dankeschön merci dankbar",
        """vielen besten herzlichen tausend lieben schönen schön sehr recht ganz nochmal nochmals ihnen dir euch allen
        für die den das der dem ihre ihren ihrer deine deinen deiner eure euren eurer schnelle schnellen rasche raschen
        prompte prompten tolle tollen gute guten super freundliche hilfe antwort rückmeldung unterstützung auskunft info
        information informationen service mühe erklärung toll perfekt prima klasse wunderbar großartig grossartig spitze
        genial bestens ok okay alles klar gut passt top jetzt nun wieder geklappt geholfen gelöst erledigt behoben damit
        tag wochenende abend woche noch und so einwandfrei wunderbare freut mich ja war's einen schönes
        gutes erholsames""",
        "ist hat haben funktioniert geht läuft klappt war sind",
        "es das dies alles sie du ihr wir ich",
    ),
    "es": _thanks(
        "gracias agradezco agradecemos agradecido agradecida agradecidos agradecidas agradecimiento",
        """muchas muchisimas muchísimas muchísimo mil infinitas de nuevo otra vez muy tan amable amables amabilidad por
        la el lo las los su sus tu tus vuestra vuestro ayuda respuesta respuestas rápida rapida rápido pronta prontitud
        rapidez atención atencion apoyo tiempo paciencia eficacia información informacion servicio gestión explicación
        aclaración perfecto perfecta genial excelente estupendo estupenda fenomenal fantástico fantástica maravilloso
        maravillosa buenísimo magnífico increíble ok vale listo bueno bien ya funciona funcionó quedó todo toda está
        esta resuelto resuelta solucionado solucionada arreglado correcto correctamente claro clarísimo ahora que
        tenga tengan tengas ten pase pasen pases feliz lindo linda buen buena un una bonito bonita día dia tarde
        noche fin de semana y a todo todos todas al del equipo ustedes usted vosotros les le te os se mucho tanto me nos
        sirvió ayudó ha han sido ayudado gran enorme alegro alegra sí si igualmente saludos quedo quedamos estoy""",
        "",
        "",
        comma_before_names=True,
    ),
    "ru": _thanks(
        "спасибо благодарю благодарим благодарен благодарна признателен признательна спс пасиб спасибки спасибочки",
        """большое огромное преогромное сердечное вам вас тебе всем за помощь ответ быстрый быструю оперативный
        оперативную оперативность поддержку информацию разъяснение внимание работу все это теперь уже снова
        работает заработало получилось помогло помогли выручили разобрался разобралась разобрались решено
        решилось исправлено отлично отличный супер круто хорошо прекрасно замечательно понятно ясно ок класс
        здорово хорошего приятного доброго хорошей удачи успехов дня вечера выходных недели вашу ваш ваше и очень
        да еще раз""",
        "",
        "",
        comma_before_names=True,
    ),
    "fr": _thanks(
        "merci remercie mercis",
        """beaucoup bien mille infiniment encore à vous toi tous toutes pour votre ton ta vos l' aide réponse reponse
        rapide rapidité soutien service information informations explication parfait parfaite super génial genial
        excellent excellente top ok d'accord tout est c'est fonctionne marche maintenant résolu resolu réglé regle bon
        bonne journée journee soirée soiree semaine week end weekend je nous et très tres la le de ça ca oui un grand te
        l'aide équipe equipe l'équipe l'equipe toute noté note reçu recu informations ces cette vraiment sincèrement
        précieuse précieux nickel impeccable formidable réactivité reactivite efficacité gentillesse patience
        d'avoir m'avoir répondu repondu aidé entendu compris nouveau madame""",
        "est fonctionne marche",
        "ça ca cela tout ce",
    ),
}

GREETINGS = _phrases(
    """hi|hello|hey|dear|good morning|good afternoon|good evening|hi there|hello there|hi team|dear team|hi all|
    hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|liebe|lieber|sehr geehrte|sehr geehrter|
    liebes team|hola|hola a todos|hola buenas|buenos dias|buenos días|buen día|buen dia|muy buenos días|buenas|
    muy buenas|buenas tardes|buenas noches|estimado|estimada|estimados|estimadas|apreciado|apreciada|querido|querida|
    qué tal|hola qué tal|estimado equipo|querido equipo|hola equipo|
    здравствуйте|здравствуй|добрый день|доброе утро|добрый вечер|доброго дня|доброго времени суток|приветствую|привет|
    уважаемый|уважаемая|вопрос решен|вопрос закрыт|вопрос решился|проблема решена|проблема решилась|
    bonjour|bonsoir|salut|cher|chere|chère"""
)

SIGN_OFFS = _phrases(
    """best|best regards|kind regards|regards|warm regards|best wishes|all the best|sincerely|yours sincerely|cheers|
    br|kr|mfg|vg|lg|grüße|viele grüße|liebe grüße|beste grüße|freundliche grüße|mit freundlichen grüßen|
    mit besten grüßen|herzliche grüße|schöne grüße|gruß|viele gruesse|liebe gruesse|mit freundlichen gruessen|
    saludos|un saludo|un saludo cordial|un cordial saludo|saludos cordiales|cordiales saludos|muchos saludos|
    mis saludos|cordialmente|un abrazo|un fuerte abrazo|abrazos|atentamente|muy atentamente|atte|saludos y gracias|
    hasta pronto|hasta luego|
    с уважением|с уважением и благодарностью|с благодарностью|с наилучшими пожеланиями|всего доброго|всего хорошего|
    всех благ|до свидания|
    cordialement|bien cordialement|bien à vous|salutations|amicalement"""
)

TITLES = _words(
    """mr mrs ms miss dr prof herr herrn frau señor señora señorita sr sra srta don doña ing lic monsieur madame von van
    de"""
)

HAPPY_SIGNS = ("👍", "🙏", "👌", "❤", "😊", "🙂", "💯")
UNHAPPY_SIGNS = (":(", ":-(", ":'(", "☹", "🙁", "😞", "😟", "😠", "😡", "🤬", "😢", "😭", "😤", "😒", "🙄", "👎", "💔")
