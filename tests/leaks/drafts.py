"""What an agent types: words that can be told apart from everybody else's, as text and as HTML."""

# ruff: noqa: E501  # words and mark-up in one piece

from __future__ import annotations

import html
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """``above``: paragraphs on top; a paragraph of lines that begin with "- " or "1. " is a list, one of lines that begin
    with "| " is code, with "> " somebody else's words that she quotes. ``between``: a line of the notification, and what
    she writes below it. ``below``: paragraphs at the very end. ``signature``: what her program adds.
    """

    name: str
    above: tuple[str, ...]
    between: tuple[tuple[str, str], ...] = ()
    below: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    phone_line: str = ""
    footer: str = ""
    closing: str = ""

    @property
    def top(self) -> tuple[str, ...]:
        """All paragraphs above the signature. The desk's closing stands in the place of hers."""
        return (*self.above, *filter(None, [self.closing]))

    @property
    def own(self) -> tuple[str, ...]:
        """What must reach the customer, piece by piece."""
        return (*self.above, *(said for _, said in self.between), *self.below)


SIGNATURE = ("Anna Schmidt", "Power cruncher, extension 5550117", "Example Ltd · Harbour Road 5")
FOOTER = (
    "CONFIDENTIALITY NOTICE: This e-mail and any attachments are intended only for the addressee of file ZQ-55. If you "
    "are not the intended recipient, please delete it."
)

WORDS = {
    "en": (
        ("Dear Carla,", "yes, it comes on Saturday at 9:00.", "Just tell us if that does not suit you."),
        ("Hello,", "three things:", "- we send it again", "- at no cost", "1. open the box", "2. press the red key"),
        "It is on its way.", "Transfer is fine, too.", "Call us at any time if it does not come.",
        "Kind regards", "The text of the law says:", "> Whoever sells a kayak answers for leaks of any kind.",
        "The log said this:", "| error 0x80070005: access is denied\n| at line 12 of kayak.exe",
    ),
    "de": (
        ("Liebe Frau Kunde,", "ja, sie kommt am Samstag um 9:00.", "Sagen Sie uns, wenn das nicht passt."),
        ("Hallo,", "drei Dinge:", "- wir schicken sie neu", "- ohne Kosten", "1. Karton öffnen", "2. rote Taste drücken"),
        "Sie ist unterwegs.", "Überweisung geht auch.", "Rufen Sie uns jederzeit an, wenn sie nicht kommt.",
        "Mit freundlichen Grüßen", "Im Gesetz steht:", "> Wer ein Kajak verkauft, haftet für Lecks jeder Art.",
        "Im Protokoll steht:", "| Fehler 0x80070005: Zugriff verweigert\n| in Zeile 12 von kayak.exe",
    ),
    "es": (
        ("Estimada Carla:", "sí, llega el sábado a las 9:00.", "Díganos si no le viene bien."),
        ("Hola:", "tres cosas:", "- lo enviamos de nuevo", "- sin coste", "1. abra la caja", "2. pulse la tecla roja"),
        "Está en camino.", "También vale la transferencia.", "Llámenos en cualquier momento si no llega.",
        "Saludos cordiales", "La ley dice:", "> Quien vende un kayak responde de cualquier fuga.",
        "El registro decía:", "| error 0x80070005: acceso denegado\n| en la línea 12 de kayak.exe",
    ),
    "fr": (
        ("Chère Carla,", "oui, elle arrive samedi à 9:00.", "Dites-nous si cela ne vous convient pas."),
        ("Bonjour,", "trois choses :", "- nous la renvoyons", "- sans frais", "1. ouvrez le carton", "2. appuyez"),
        "Elle est en route.", "Le virement convient aussi.", "Appelez-nous à tout moment si elle n'arrive pas.",
        "Cordialement", "La loi dit :", "> Qui vend un kayak répond de toute fuite.",
        "Le journal disait :", "| erreur 0x80070005 : accès refusé\n| à la ligne 12 de kayak.exe",
    ),
    "ru": (
        ("Здравствуйте, Карла!", "Да, он придёт в субботу в 9:00.", "Напишите нам, если это неудобно."),
        ("Здравствуйте!", "Три вещи:", "- мы отправим его снова", "- бесплатно", "1. откройте коробку", "2. нажмите кнопку"),
        "Он уже в пути.", "Перевод тоже подойдёт.", "Звоните нам в любое время, если он не придёт.",
        "С уважением", "В законе сказано:", "> Кто продаёт каяк, отвечает за любые течи.",
        "В журнале было:", "| ошибка 0x80070005: доступ запрещён\n| в строке 12 файла kayak.exe",
    ),
}  # fmt: skip


def drafts(language: str, points: tuple[str, str]) -> tuple[Draft, ...]:
    """What she writes in this language."""
    plain, listed, first, second, below, bye, law, quote, log, code = WORDS[language]
    bullets, numbers = "\n".join(listed[2:4]), "\n".join(listed[4:])
    return (
        Draft("plain", plain),
        Draft("one line", (first,)),
        Draft("signed", plain, signature=SIGNATURE),
        Draft("closing", plain, closing=f"{bye}\nAnna Schmidt"),
        Draft("closing and signature", plain, closing=bye, signature=SIGNATURE),
        Draft("phone", plain, phone_line="phone"),
        Draft("footer", plain, signature=SIGNATURE, footer=FOOTER),
        Draft("lists", (*listed[:2], bullets, numbers)),
        Draft("inline", (plain[0],), ((points[0], first), (points[1], second))),
        Draft("inline signed", (plain[0],), ((points[0], first), (points[1], second)), signature=SIGNATURE),
        Draft("above and below", plain, below=(below,)),
        Draft("below alone", (), below=plain),
        Draft("law", (plain[0], law, quote, plain[1])),
        Draft("log", (plain[0], log, code, plain[1])),
    )


def as_text(paragraphs: tuple[str, ...], bullet: str = "- ", gap: str = "\n\n") -> str:
    """Paragraphs as a program writes them into text/plain."""
    text = gap.join(paragraphs)
    text = re.sub(r"(?m)^- ", bullet, text)
    return re.sub(r"(?m)^\| ", "    ", text)


def as_html(paragraphs: tuple[str, ...], paragraph: str = "<p>{}</p>", line: str = "<br>") -> str:
    """Paragraphs as HTML: ``paragraph`` with a place for its words."""
    return "\n".join(_one(each, paragraph, line) for each in paragraphs)


def _one(said: str, paragraph: str, line: str) -> str:
    lines = said.split("\n")
    for start, tag in (("- ", "ul"), ("1. ", "ol")):
        if lines[0].startswith(start):
            items = "".join(f"<li>{html.escape(each.partition(' ')[2], quote=False)}</li>" for each in lines)
            return f"<{tag}>{items}</{tag}>"
    if lines[0].startswith("> "):
        return f"<blockquote>{html.escape(said[2:], quote=False)}</blockquote>"
    if lines[0].startswith("| "):
        return "<pre>" + html.escape("\n".join(each[2:] for each in lines), quote=False) + "</pre>"
    return paragraph.format(line.join(html.escape(each, quote=False) for each in lines))
