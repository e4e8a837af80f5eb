"""Words by which customers act: bare thanks, STOP, CLOSE, STATUS and ratings. Tables per language, no guessing.

Conservative on purpose: what is taken for bare thanks does not become our move, so one word that is not in the table, a
question mark or a digit, and the mail is an ordinary one. "Thanks, but it still fails", "No, thanks" and "Thanks in
advance" are not bare thanks. A desk's word or a rating counts only as the whole new text.

What it does not do: ask who wrote (STOP, CLOSE, STATUS and ratings need proof of the person, see the design).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from maildesk.desk.customers.thanks_words import (
    GREETINGS,
    HAPPY_SIGNS,
    LANGUAGES,
    SIGN_OFFS,
    TITLES,
    UNHAPPY_SIGNS,
    Thanks,
    fold_word,
)
from maildesk.desk.words import Site

DeskWord = Literal["stop", "close", "status"]

_DESK_WORDS: Mapping[DeskWord, str] = {  # en, de; es, fr, ru; it, nl, pt, pl
    "stop": "stop|stopp|please stop|stop please|stop it|bitte stopp|stopp bitte|unsubscribe|unsubscribe me|abmelden"
    "|bitte abmelden|désabonner|se désabonner|désabonnez moi|darse de baja|darme de baja"
    "|отписаться|отпишите меня|parar|para|arrêt|arrête|arrêter|arrêtez|стоп|стоп пожалуйста|хватит"
    "|остановить|остановите|не напоминать|не напоминайте|не напоминай|ferma"
    "|fermare|basta|stoppen|pare|przestań"
    "|parar por favor|por favor parar|pare por favor|por favor pare|detener|detenga|detente|basta por favor"
    "|no más avisos|no más correos|no más recordatorios|no me escriban más|no me escriba más|no me escribas más"
    "|dejen de escribirme|deje de escribirme|deja de escribirme"
    "|por favor deje de escribirme|por favor dejen de escribirme"
    "|arret|arrete|arreter|arretez|stoppez|stop svp|stop merci|stop s'il vous plaît|stop s'il te plaît|arrêtez svp"
    "|arrêtez s'il vous plaît|arrête s'il te plaît|plus de rappel|plus de rappels|ne m'écrivez plus|ne m'écris plus",
    "close": "close|close it|please close|schließen|bitte schließen|cerrar|fermer|clore|закрыть|закрой"
    "|закройте|закройте пожалуйста|пожалуйста закройте|можно закрыть|можно закрывать|chiudi"
    "|chiudere|sluiten|fechar|zamknij"
    "|cerrar por favor|por favor cerrar|cierre|cierre por favor|por favor cierre|cierra|cierra por favor|ciérrelo"
    "|ciérrela|ciérralo|ciérrala|pueden cerrar|puede cerrar|puedes cerrar|pueden cerrarla|puede cerrarla"
    "|puedes cerrarla|pueden cerrarlo|puede cerrarlo|puedes cerrarlo"
    "|fermez|ferme|fermer svp|fermez svp|fermez s'il vous plaît|ferme s'il te plaît|vous pouvez fermer|tu peux fermer"
    "|clôturer|clôturez",
    "status": "status|status please|stand|estado|état|etat|statut|статус"
    "|какой статус|статус пожалуйста|stato|situação|stan"
    "|estatus|estado por favor|por favor estado|estado de mi consulta|cómo va|cómo va mi consulta"
    "|où en est ma demande|où en est on|où en êtes vous",
}
_SOLVED = (
    "yes|yes solved|yes it did|solved|yep|ja|ja gelöst|gelöst|sí|si|resuelto|да"
    "|да решено|решено|да помог|да помогло|помогло|вопрос решен|oui|résolu|sì|risolto"
    "|opgelost|sim|resolvido|tak|rozwiązane"
    "|sí resuelto|sí resuelta|resuelta|solucionado|solucionada|sí solucionado|arreglado|sí arreglado|está resuelto"
    "|sí está resuelto|ya está|ya está resuelto|ya quedó|sí ya quedó|quedó resuelto|ya funciona|sí ya funciona|funciona"
    "|sí funciona|me sirvió|sí me sirvió|me ayudó|sí me ayudó|claro|claro que sí|sí claro|así es|correcto"
    "|oui merci|oui résolu|oui c'est résolu|c'est résolu|oui réglé|oui c'est réglé|c'est réglé|réglé|oui c'est bon"
    "|oui tout est bon|oui tout va bien|oui ça marche|oui ça fonctionne|oui bien sûr|oui tout à fait|resolu|oui resolu"
    "|that solved it|this solved it|it solved it|that did it|that helped|it helped|problem solved|it works now"
    "|das hat geholfen|es hat geholfen|hat geholfen|ja hat geholfen|ja das hat geholfen|problem gelöst|ist gelöst"
    "|es ist gelöst|das war es|es geht wieder|geht wieder|jetzt geht es|es funktioniert wieder"
    "|eso lo resolvió|eso me ayudó|me ha servido|me ha ayudado|problema resuelto|eso era"
    "|cela a suffi|ça a suffi|oui cela a suffi|oui ça a suffi|cela m'a aidé|ça m'a aidé|ça m'a aidée|problème résolu"
    "|это помогло|да это помогло|всё получилось|заработало|проблема решена|вопрос решён|всё решилось"
)
_NOT_SOLVED = (
    "no|not solved|no it did not|nope|nein|nicht gelöst|leider nein|leider nicht|нет"
    "|нет не решено|не решено|не помогло|нет не помогло|не помог|вопрос не решен|к сожалению нет|увы нет|пока нет"
    "|non|pas résolu"
    "|non risolto|nee|niet opgelost|não|não resolvido|nie|nierozwiązane"
    "|no resuelto|no resuelta|no está resuelto|no está resuelta|no solucionado|no se resolvió|no quedó|no funciona"
    "|no me funciona|sigue sin funcionar|sigue igual|no me sirvió|no sirvió|no me ayudó|todavía no|aún no|no del todo"
    "|lamentablemente no|desgraciadamente no|por desgracia no"
    "|non résolu|non pas résolu|pas réglé|non pas réglé|ce n'est pas résolu|non ce n'est pas résolu|toujours pas"
    "|non toujours pas|pas encore|non pas encore|ça ne marche pas|ça ne marche toujours pas|ça ne fonctionne pas"
    "|hélas non|non hélas|malheureusement non|non malheureusement|pas vraiment|non pas vraiment"
)
_THUMBS = {"👍": True, "👎": False}

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SEGMENTS = re.compile(r"[.!,;:…–—]+|\s-+\s")
_TITLE = re.compile(r"\b(Dr|Mr|Mrs|Ms|Prof|Sr|Sra)\. ?")
_SCORE = re.compile(r"([1-5])(?:\s*(?:/|of|out of|von|de|sur|из|su|van|na)\s*5)?", re.IGNORECASE)
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_CUT = re.compile(r"[,.!;\n]+")
_LONGEST_YES = 200  # characters, with its thanks
_LONGEST_THANKS = 30  # words
_LONGEST_THANKS_TEXT = 1000  # characters: spares reading long mails, and must be above any 30 words
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Rating:
    """What a customer says of our answer: whether it solved the matter, or a number from 1 to 5; one of the two."""

    solved: bool | None = None
    score: int | None = None


def desk_word(new_text: str) -> DeskWord | None:
    """STOP, CLOSE or STATUS in any of the languages, where it is the whole new text; case and punctuation aside."""
    word = _WORD_OF.get(_plain(new_text.replace("?", "")))
    return word if "?" not in new_text or word == "status" else None  # "Stop?" may mean anything


def rating(new_text: str) -> Rating | None:
    """A rating, where it is the whole new text: yes or no in any of the languages, a thumb, "4", "4/5", or stars.

    "Yes, thank you" is a yes; "No, thanks" may mean anything, and is none.
    """
    text = new_text.strip().strip(".!")
    thumb = _THUMBS.get(_SKIN_TONES.sub("", text))
    if thumb is not None:
        return Rating(solved=thumb)
    stars = text.replace("\ufe0f", "").replace(" ", "")
    if stars and len(stars) <= 5 and set(stars) <= {"★", "⭐"}:
        return Rating(score=len(stars))
    score = _SCORE.fullmatch(text)
    if score:
        return Rating(score=int(score[1]))
    solved = _RATING_OF.get(_plain(new_text))
    if solved is None and _is_yes_with_thanks(new_text):
        solved = True
    return None if solved is None else Rating(solved=solved)


def _is_yes_with_thanks(text: str) -> bool:
    """ "Yes, thank you", "Danke, das hat geholfen": a yes on one side of a comma or line, bare thanks on the other."""
    if len(text) > _LONGEST_YES:
        return False
    sides = [(text[: cut.start()], text[cut.end() :]) for cut in _CUT.finditer(text)]
    return any(
        _RATING_OF.get(_plain(said)) is True and is_thanks(rest)
        for left, right in sides
        for said, rest in ((left, right), (right, left))
        if rest.strip()
    )


def team_names(site: Site) -> frozenset[str]:
    """Of the people who answer, folded: "Thank you so much, Anna, brilliant help!" is thanks."""
    said = " ".join(f"{each.name} {each.signs}" for each in site.agents)
    return frozenset(fold_word(word) for word in _WORD.findall(said))


def is_thanks(new_text: str, names: Collection[str] = ()) -> bool:
    """Whether the text is thanks and nothing else: greeting, thanks, praise, wishes and a name, all in one language.

    ``names``: of whom they may thank, folded (``fold_word``); these say nothing wherever they stand.
    """
    if len(new_text) > _LONGEST_THANKS_TEXT:
        return False
    text = unicodedata.normalize("NFKC", new_text).replace("’", "'")
    if "?" in text or any(char.isdigit() for char in text) or any(sign in text for sign in UNHAPPY_SIGNS):
        return False
    if len(_WORD.findall(text)) > _LONGEST_THANKS:
        return False
    text = _TITLE.sub(r"\1 ", text)
    lines = [line for line in text.split("\n") if _WORD.search(line)]
    parts = (_WORD.findall(part) for line in lines for part in _SEGMENTS.split(line))
    unnamed = ([word for word in part if fold_word(word) not in names] for part in parts)
    segments = [part for part in unnamed if part]
    happy = any(sign in text for sign in HAPPY_SIGNS)
    if not segments:
        return happy
    last = segments[-1]
    alone = len(last) == 1 or fold_word(last[0]) in TITLES or _WORD.findall(lines[-1]) == last
    signed = len(segments) > 1 and alone
    return any(_all_thanks(segments, thanks, happy, signed) for thanks in LANGUAGES.values())


def _all_thanks(segments: Sequence[Sequence[str]], thanks: Thanks, thanked: bool, signed: bool) -> bool:
    """``signed``: the last segment may be a name without regards before it: one word, or a line of its own."""
    signed_off = greeted = False
    for number, words in enumerate(segments):
        folded = [fold_word(word) for word in words]
        if " ".join(folded) in SIGN_OFFS:
            signed_off = True
        elif signed_off:
            if not _is_name(words):
                return False
        elif _says_thanks(words, folded, thanks):
            thanked = True
        elif greeted and thanks.comma_before_names and len(words) == 1 and _is_name(words):
            greeted = False  # "Hola, Ana:"; where nouns have no capitals it cannot be one
        elif _is_greeting(words, folded):
            greeted = True
        elif not _is_kind(folded, thanks):
            return thanked and signed and number == len(segments) - 1 and _is_name(words)
    return thanked


def _says_thanks(words: Sequence[str], folded: Sequence[str], thanks: Thanks) -> bool:
    """Known words with thanks among them, perhaps with the name of who is thanked behind them."""
    cut = len(words)
    while cut and folded[cut - 1] not in thanks.words and cut > len(words) - _MOST_NAMES:
        cut -= 1
    known = folded[:cut]
    named = cut == len(words) or _is_name(words[cut:])
    return named and any(word in thanks.core for word in known) and _is_kind(known, thanks)


def _is_kind(folded: Sequence[str], thanks: Thanks) -> bool:
    """Only words of the table, and not in the order of a question."""
    asks = len(folded) > 1 and folded[0] in thanks.verbs and folded[1] in thanks.pronouns
    return bool(folded) and not asks and all(word in thanks.words for word in folded)


def _is_greeting(words: Sequence[str], folded: Sequence[str]) -> bool:
    for length in range(min(3, len(words)), 0, -1):
        if " ".join(folded[:length]) in GREETINGS:
            return len(words) == length or _is_name(words[length:])
    return False


def _is_name(words: Sequence[str]) -> bool:
    """One to three words that are written like names; titles count."""
    return 0 < len(words) <= _MOST_NAMES and all(fold_word(word) in TITLES or _is_capitalised(word) for word in words)


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and (len(word) == 1 or not word.isupper())


def _plain(text: str) -> str:
    """Words only, folded; "" for a text so long that it cannot be a command."""
    return " ".join(fold_word(word) for word in _WORD.findall(text)) if len(text) <= 80 and not _other(text) else ""


def _other(text: str) -> bool:
    """Whether the text asks, or has figures: then it is not just the word."""
    return any(char == "?" or char.isdigit() for char in text)


_WORD_OF: dict[str, DeskWord] = {_plain(word): name for name, words in _DESK_WORDS.items() for word in words.split("|")}
_RATING_OF = {_plain(word): True for word in _SOLVED.split("|")} | {
    _plain(word): False for word in _NOT_SOLVED.split("|")
}
