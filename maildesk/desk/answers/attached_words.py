"""Whether a text says that something is attached to it, in the five languages that we write.

"I attach the invoice", "Anbei die Rechnung", "Adjunto la factura", "Ci-joint la facture", "Прилагаю счёт". Not: what
the customer attached, or is asked to attach. Each sentence is looked at alone; quoted lines are not looked at. A false
alarm costs the agent one line (``#send``), a missed one costs the customer a mail: so doubt says nothing.
"""

from __future__ import annotations

import re

_THIS_MAIL = r"(?! (?:\w+ ){0,5}to (?!this|the (?:e-?mail|message|mail)))"
_SAYS = (
    # en
    rf"\b(?:i|we)(?:'ve| have| am| are|'m|'re| will|'ll)?(?: also| now)? attach(?:ed|ing)?\b{_THIS_MAIL}",
    rf"\b(?:is|are) attached\b{_THIS_MAIL}",
    r"\b(?:find|see|read|sign|fill in|fill out|complete|follow|use|print|review)(?: \w+){0,3} (?:attached|enclosed)\b",
    r"\bsee attachments?\b",
    r"^\W*(?:attached|enclosed)(?! to)\b",
    r"\bin the attachment (?:you|is|are)\b",
    r"\b(?:i|we)(?:'ve| have)? enclosed?\b",
    # de
    r"\banbei\b",
    r"\b(?:im anhang|in der anlage|als anhang)\b",
    r"\b(?:habe|haben|ist|sind)\b.{0,60}\b(?:angehängt|angehaengt|beigefügt|beigefuegt)\b",
    r"\b(?:hänge|haenge|hängen|füge|fuege|fügen)\b.{0,60}\b(?:an|bei)\b\s*$",
    r"\b(?:der|die|das|den|dem) (?:beigefügte|angehängte)\w*\b",
    # es
    r"(?:^\W*|[,;] |\by |\b(?:te|le|les|os) )adjunto\b(?! que)|\badjuntamos\b",
    r"\b(?:he|hemos) adjuntado\b",
    r"\b(?:va|van|encontrará|encontrarás) adjunt[oa]s?\b",
    r"\b(?:en el|en los) (?:archivo|fichero|documento)s? adjuntos?\b",
    # fr
    r"\bci[- ]joints?\b|\bci[- ]jointes?\b",
    r"\ben pi[eè]ces? jointes?\b",
    r"\b(?:je (?:vous |te )?joins|nous (?:vous )?joignons|(?:j'ai|nous avons) joint)\b",
    r"\b(?:trouver(?:ez|as)|trouvez)\b.{0,40}\bjoint(?:e|es|s)?\b",
    # ru
    r"\bво вложени(?:и|ях)\b",
    r"\bприлага(?:ю|ем|ется|ются)\b",
    r"\bприкреп(?:ляю|ляем|ил|ила|или|лён|лен|лена|лено|лены)\b",
    r"\bприложил[аи]?\b",
)
_OF_THE_CUSTOMER = (
    # en
    r"\byou(?:'ve| have| had)?(?: \w+)? (?:attached|enclosed|sent)\b|\byour (?:\w+ )?(?:attachment|attached)",
    r"\bthank(?:s| you)? for\b|\b(?:can|could|would|will) you\b|\bplease (?:attach|send|enclose)\b|\bif you\b",
    r"\b(?:not|n't|never|without|forgot)\b",
    # de
    r"\b(?:ihr|ihre|ihrer|ihrem|ihren|dein|deine|deiner|deinem|euer|eurem) (?:\w+ )?(?:anhang|anlage|anhänge)",
    r"\b(?:sie|du|ihr)\b.{0,60}\b(?:angehängt|beigefügt|geschickt|gesendet)\b|\b(?:danke|dank) für\b",
    r"\b(?:können sie|könnten sie|kannst du|könntest du|schicken sie|senden sie|schick|sende)\b",
    r"\b(?:nicht|kein|keine|keinen|ohne)\b",
    # es
    r"\bsus? (?:\w+ )?adjunt|\b(?:puede|podría|puedes|podrías)\b|\b(?:adjunte|adjuntó|adjuntaste)\b|\bgracias por\b",
    r"\b(?:no|sin)\b.{0,30}\badjunt",
    # fr
    r"\b(?:votre|vos|ta|tes|ton) (?:\w+ )?pi[eè]ces? jointes?",
    r"\b(?:vous|tu)\b.{0,30}\b(?:avez|aviez|as)\b.{0,20}\bjoint|\bmerci (?:pour|de)\b",
    r"\b(?:pouvez|pourriez|peux|pourrais)[- ](?:vous|tu)\b|\b(?:veuillez joindre|envoyez|envoie)\b",
    r"\b(?:pas|aucune?|sans)\b",
    # ru
    r"\bваш\w* (?:\w+ )?вложени|\b(?:вы|ты)\b.{0,40}\b(?:приложили|приложил|приложила|прикрепили|прикрепил|прислали)\b",
    r"\b(?:пришлите|прикрепите|приложите|отправьте|можете|могли бы)\b|\bспасибо за\b|\b(?:не|нет|без)\b",
)
_SAID = re.compile("|".join(_SAYS), re.IGNORECASE)
_THEIRS = re.compile("|".join(_OF_THE_CUSTOMER), re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n")
_LONGEST = 2000  # characters of a sentence; the patterns look only a few words ahead


def says_attached(text: str) -> str:
    """The first sentence that says that something is attached; "" where none does."""
    own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    for sentence in _SENTENCE.split(own.replace("’", "'")):
        plain = " ".join(sentence.split())[:_LONGEST]
        bare = plain.rstrip(" .!;:,")
        if _SAID.search(bare) and not _THEIRS.search(bare):
            return plain
    return ""
