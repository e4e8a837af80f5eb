"""Yes or no to "is this address yours, too?", as customers say it: in words of ten languages, and in nothing else.

A yes gives whoever reads one mailbox a say in the matters of another, so nothing is guessed: every word of the answer
must be one that a plain yes (or no) may hold. Greeting, thanks and their own name around it do not count, nor do the
two addresses. "Yes, but it is my wife's" and "We both use it" are neither, and a person reads them. A no wins over a
yes within a sentence; where one sentence says yes and another no, it is neither.

What it does not do: ask who wrote, or what they were asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maildesk.desk.customers.customer_words import is_thanks
from maildesk.desk.customers.thanks_words import GREETINGS, SIGN_OFFS, fold_word

_LONGEST = 300
_LONGEST_READ = 2_000  # spares folding long mails; above any 300 characters with two addresses in them
_MOST_NAMES = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCES = re.compile(r"[.!,;:…–—\n]+|\s-+\s")
_THUMBS = {"👍": True, "👎": False}
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")


@dataclass(frozen=True, slots=True)
class _Words:
    """``yes`` and ``no`` say it; ``beside`` may stand with them, and says nothing."""

    yes: frozenset[str]
    no: frozenset[str]
    beside: frozenset[str]

    def say(self, folded: Sequence[str]) -> bool | None:
        if not folded or not all(each in self.yes or each in self.no or each in self.beside for each in folded):
            return None
        denied, confirmed = any(each in self.no for each in folded), any(each in self.yes for each in folded)
        return False if denied else True if confirmed else None


def _words(yes: str, no: str, beside: str) -> _Words:
    return _Words(*(frozenset(fold_word(each) for each in words.split()) for words in (yes, no, beside)))


_LANGUAGES: Mapping[str, _Words] = {  # left out of each: "we", "and", "but", "only", "used to", all that limits a yes
    "en": _words(
        "yes yep yeah yup confirm confirmed correct right true indeed mine me",
        "no nope not isn't aren't neither never don't wrong",
        """that that's this it it's its is are am i i'm im the my both all they they're these those address addresses
        e-mail email mail of too also as well belong belongs to same person other do know please course absolutely
        definitely certainly one""",
    ),
    "de": _words(
        "ja jawohl jap stimmt korrekt richtig genau bestätige bestätigt bestätigen mir mein meine meiner ich",
        "nein nee nö nicht kein keine keiner keins nie niemals falsch",
        """das dies diese dieser dieses die der es ist sind bin beide beides adresse adressen mailadresse mailadressen
        e-mail-adresse e-mail-adressen e-mail mail auch gehört gehören zu kenne von andere anderen dieselbe person ganz
        sicher natürlich selbstverständlich klar hiermit so""",
    ),
    "es": _words(
        "sí si yo mía mías mío míos mia mias mio mios confirmo confirmado correcto correcta exacto efectivamente claro",
        "no ninguna ninguno nunca jamás tampoco",
        """soy es son esa esta ese este esas estas las los la el dos ambas ambos direcciones dirección direccion correo
        correos también tambien mi mis de a me pertenecen pertenece que por supuesto misma mismo persona otra conozco
        eso así asi lo""",
    ),
    "fr": _words(
        "oui ouais confirme confirmé exact exactement correct moi mienne miennes mien miens",
        "non pas aucun aucune jamais ni faux",
        """c'est ce est sont bien les deux adresses adresse mes ma mon à a de elle elles e-mail mail mails aussi cette
        ces tout fait tout-à-fait je le la même personne autre absolument sûr sur connais ne n'est appartiennent
        appartient m'appartient m'appartiennent également l'adresse l'autre""",
    ),
    "ru": _words(
        "да ага верно подтверждаю правильно точно конечно мой моя мои моё мне я",
        "нет не никогда неверно ни",
        """это оба обе адреса адрес почта почты тоже ящик ящика ящики принадлежат принадлежит тот та же человек
        другой знаю его всё все так именно""",
    ),
    "it": _words(
        "sì si confermo esatto corretto mio mia miei mie io",
        "no non nessuno mai",
        "sono è entrambi entrambe gli le il la i due tutti indirizzi indirizzo anche questo quello questi",
    ),
    "nl": _words(
        "ja klopt bevestig juist ik mij",
        "nee niet geen nooit",
        "dat dit is zijn ben beide beiden adressen adres e-mailadres van mijn ook het de",
    ),
    "pt": _words(
        "sim confirmo correto certo exato eu meu meus minha minhas",
        "não nao nenhum nunca",
        "sou é são ambos os dois endereços endereço também o a este esse e-mail",
    ),
    "pl": _words(
        "tak potwierdzam zgadza ja moje mój moja",
        "nie nigdy żaden",
        "to jest są oba obydwa adresy adres też się jestem",
    ),
    "he": _words("כן נכון שלי אני", "לא אף", "זה זו גם שתי שני הכתובות הכתובת היא הן של"),
}


def consent(new_text: str, addresses: Iterable[str] = (), names: Iterable[str] = ()) -> bool | None:
    """True for a plain yes, False for a plain no, None for anything else.

    ``addresses`` may stand in it, and behind it ``names``, by which they may sign.
    """
    if len(new_text) > _LONGEST_READ:
        return None
    text = unicodedata.normalize("NFKC", new_text).replace("’", "'").strip()
    thumb = _THUMBS.get(_SKIN_TONES.sub("", text))
    if thumb is not None:
        return thumb
    for each in addresses:
        text = re.sub(re.escape(each), " ", text, flags=re.IGNORECASE)
    if len(text) > _LONGEST or "?" in text or "@" in text or any(each.isdigit() for each in text):
        return None
    known = frozenset(fold_word(word) for name in names for word in _WORD.findall(name))
    said: set[bool] = set()
    signs_off = False
    for words in filter(None, (_WORD.findall(part) for part in _SENTENCES.split(text))):
        folded = [fold_word(each) for each in words]
        found = None if signs_off else _said(folded)
        if found is not None:
            said.add(found)
        elif said and (" ".join(folded) in SIGN_OFFS):
            signs_off = True
        elif not (_is_politeness(words, folded) or (said and _is_name(words, known, signs_off=signs_off))):
            return None
    return said.pop() if len(said) == 1 else None


def _said(folded: Sequence[str]) -> bool | None:
    found = (language.say(folded) for language in _LANGUAGES.values())
    return next((each for each in found if each is not None), None)


def _is_politeness(words: Sequence[str], folded: Sequence[str]) -> bool:
    """A greeting, perhaps with a name, or thanks."""
    lengths = range(min(_MOST_NAMES, len(folded)), 0, -1)
    greeted = next((length for length in lengths if " ".join(folded[:length]) in GREETINGS), 0)
    if greeted and (len(words) == greeted or _looks_like_a_name(words[greeted:])):
        return True
    return is_thanks(" ".join(words))


def _is_name(words: Sequence[str], known: frozenset[str], *, signs_off: bool) -> bool:
    """Their own; behind regards any. Else "Yes. Sometimes." would be a yes of somebody called Sometimes."""
    own = all(len(each) == 1 or fold_word(each) in known for each in words)
    return _looks_like_a_name(words) and (own or signs_off)


def _looks_like_a_name(words: Sequence[str]) -> bool:
    return 0 < len(words) <= _MOST_NAMES and all(each[0].isupper() for each in words)
