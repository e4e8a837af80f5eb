"""The guard: what must never leave, what an agent is asked about, and the ordinary answers that it lets pass."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from maildesk.desk.answers.attached_words import says_attached
from maildesk.desk.answers.guarding import Known, doubts, inside_of_answer, inside_of_file
from maildesk.desk.answers.leaving import Leaving, leaving
from maildesk.desk.answers.own_words import own_words
from maildesk.desk.known.inside_facts import NOTHING_INSIDE, Inside
from maildesk.desk.senders.addresses import Keys, address_for
from maildesk.desk.words import Role
from maildesk.mail.letter import Attachment, fold_address
from maildesk.mail.parsing import parse
from maildesk.mail.quote import MARKER_PREFIX
from tests.unit.desk.making_facts import DESK, SITE

WORLDS = Path(__file__).parents[2] / "worlds"
SIGNED = f"support+{'abcd2345' * 5}@example.com"
_KEY = ("k1", bytes(32))
_MINTED = address_for(Keys(_KEY, dict([_KEY])), DESK, ticket=1042, role=Role.AGENT, person="anna@example.com")
TOKEN = _MINTED.partition("+")[2].partition("@")[0]
PANEL = """Reply to this mail, and your text goes to Maria Muster as our answer.
With #note in the first line, only your team sees it.

- Ticket: #1042, open: we answer next, priority normal
- Waiting since: Monday, 23 November, 10:00
- Promised: by Tuesday, 24 November, 10:00"""
NOTE = "She has sent back three parcels this year, look closely. Rude."


def file(name: str, content: bytes = b"x", kind: str = "application/pdf") -> Attachment:
    """An attached file."""
    return Attachment(name, kind, len(content), hashlib.sha256(content).hexdigest(), False, content)


def found(
    text: str = "",
    subject: str = "Re: My order",
    html: str = "",
    files: tuple[Attachment, ...] = (),
    theirs: tuple[str, ...] = (),
    inside: Inside = NOTHING_INSIDE,
) -> tuple[str, ...]:
    """What the guard asks about."""
    return doubts(Leaving(text, html, files), subject, SITE, Known(theirs, inside))


@pytest.mark.parametrize(
    "answer",
    [
        Leaving(f"Here.\n{MARKER_PREFIX} —\n"),
        Leaving(f"> Here.\n> {MARKER_PREFIX} —\n"),
        Leaving(f"Write to {SIGNED}."),
        Leaving(f"Write to {SIGNED.upper()}."),
        Leaving(f"It is {TOKEN} here."),
        Leaving(f"It is {TOKEN.upper()}."),
        Leaving("Write to us.", f'<a href="https://x.example/?to={TOKEN}">us</a>'),
        Leaving("Write to us.", f'<a href="mailto:{SIGNED.replace("@", "%40")}">us</a>'),
        Leaving("Here.", files=(file(f"{SIGNED}.pdf"),)),
        Leaving("Here.", files=(file("mail.eml", f"Reply-To: {SIGNED}".encode(), "message/rfc822"),)),
        Leaving("Here.", files=(file("notice.txt", f"{MARKER_PREFIX} —".encode(), "text/plain"),)),
        Leaving("Here.", below=f"See {SIGNED}."),
    ],
)
def test_a_notification_or_a_signed_address_never_leaves(answer: Leaving) -> None:
    assert inside_of_answer(answer, "Re: My order", SITE)


@pytest.mark.parametrize("word", ["2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "a" * 40, f"{TOKEN}b", f"x/{TOKEN}"])
def test_other_long_words_leave(word: str) -> None:
    assert not inside_of_answer(Leaving(f"The number is {word}."), "", SITE)


def test_a_signed_address_in_the_subject_never_leaves() -> None:
    assert inside_of_answer(Leaving("Here."), f"Re: {SIGNED}", SITE)


def test_a_desks_reply_domain_is_for_signed_addresses_alone() -> None:
    site = replace(SITE, desks=(replace(DESK, reply_domain="reply.example.com"),))
    assert inside_of_answer(Leaving("Write to support-x@reply.example.com."), "", site)


@pytest.mark.parametrize(
    ("text", "subject", "html", "files"),
    [
        ("Write to anna@example.com.", "", "", ()),
        ("Write to Ben@Phone.example", "", "", ()),
        ("admin@example.com knows.", "", "", ()),
        ("Here.", "Re: mail to ben@example.com", "", ()),
        ("Write to us.", "", '<a href="mailto:ben%40example.com?subject=x">us</a>', ()),
        ("Here.", "", "", (file("for ben@example.com.pdf"),)),
        ("Here.", "", "", (file("ben.ics", b"ORGANIZER:mailto:ben@example.com", "text/calendar"),)),
    ],
)
def test_a_colleagues_address_is_asked_about(text: str, subject: str, html: str, files: tuple[Attachment, ...]) -> None:
    assert found(text, subject, html=html, files=files)
    theirs = ("I wrote to anna@example.com, ben@phone.example, ben@example.com and admin@example.com.",)
    assert not found(text, subject, html=html, files=files, theirs=theirs)


def test_a_colleagues_address_in_the_customers_own_subject_is_no_secret() -> None:
    subject = "My mail to ben@example.com came back"
    assert not found("We have it.", f"Re: {subject}", inside=Inside(subjects=(subject,)))


@pytest.mark.parametrize(
    "text",
    [
        "Dear Maria,\n\nshe has sent back three parcels this year. We look into it.",
        "She has sent back\nthree parcels this year,\nlook closely.",
        "Has SENT back three *parcels* this year?",
    ],
)
def test_words_of_a_note_are_asked_about(text: str) -> None:
    assert found(text, inside=Inside(notes=(NOTE,)))
    assert not found(text, inside=Inside(notes=(NOTE,)), theirs=(NOTE,))


@pytest.mark.parametrize("text", ["You have sent back three parcels.", "It was rude of us.", "Look closely at it."])
def test_what_shares_a_few_words_with_a_note_leaves(text: str) -> None:
    assert not found(text, inside=Inside(notes=(NOTE,)))


def test_lines_of_the_panel_are_asked_about_and_a_short_one_within_a_sentence_is_chance() -> None:
    lines = [line for line in PANEL.splitlines() if len(line) > 30]
    long = {line for line in lines if line.startswith(("Reply to this mail", "With #note", "- Ticket: "))}
    assert 0 < len(long) < len(lines)
    for first, bare in ((line, line.lstrip("- ")) for line in lines):
        assert found(f"Hello,\n{first}\nBye.", inside=Inside(panel=PANEL))
        assert bool(found(f"We have {bare} in it.", inside=Inside(panel=PANEL))) == (first in long)
        for second in lines:
            asked = found(f"We have {bare} and {second}.", inside=Inside(panel=PANEL))
            assert bool(asked) == (first != second or first in long)


def test_a_long_line_of_the_panel_that_the_customer_wrote_leaves() -> None:
    line = PANEL.splitlines()[0]
    assert found(line, inside=Inside(panel=PANEL))
    assert not found(line, inside=Inside(panel=PANEL), theirs=(f"You say: {line}",))


@pytest.mark.parametrize(
    "text",
    ["Kind regards\nAnna Schmidt", "Mit freundlichen Grüßen\n\nAnna Schmidt\nTel. 030 1234567", "Cordialement,\nAnna"],
)
def test_a_signature_without_its_mail_is_asked_about(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Max,",
        "Hi Max,\n\nKind regards\nAnna",
        "Hello!",
        "Good morning Mr Muster",
        "Sehr geehrte Frau Dr. Maier,",
        "Hallo zusammen,",
        "Hola, María:",
        "Estimado señor Núñez,",
        "Bonjour Madame Dupont,",
        "Chère Diane,",
        "Здравствуйте, Мария!",
        "Уважаемый Дмитрий,",
    ],
)
def test_a_greeting_without_its_mail_is_asked_about(text: str) -> None:
    assert found(text) == ("It says nothing but a greeting.",)


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "Thanks!",
        "OK",
        "42",
        "Hi Max, it comes tomorrow.",
        "Dear Max, done.",
        "Hello, we look after it",
        "Hi Max!\nDone.",
        "Dear customers pay less.",
        "Hallo Max, kommt morgen",
        "Hola, llega mañana",
        "Bonjour, c'est fait",
        "Привет, всё готово",
        "Buenas noticias: llega mañana.",
        "Hello?",
        "Higher is better.",
        "Liebe Grüße",
    ],
)
def test_a_short_answer_leaves(text: str) -> None:
    assert not found(text)


def test_a_greeting_above_a_prepared_text_leaves() -> None:
    answer = Leaving("Dear Max,", below="Your money is on its way.")
    assert not doubts(answer, "Re: My order", SITE, Known((), NOTHING_INSIDE))


SAYS_ATTACHED = """
I have attached the invoice.
Please find attached the manual.
The invoice is attached.
Attached is the new contract.
Please fill in the attached form and send it back.
We've attached two pictures.
See attachment.
Anbei die Rechnung.
Sie finden die Rechnung im Anhang.
Die Rechnung habe ich angehängt.
Ich füge die Anleitung bei.
Bitte füllen Sie das beigefügte Formular aus.
Adjunto la factura.
En el archivo adjunto verá los pasos.
Hemos adjuntado el contrato.
Vous trouverez la facture ci-jointe.
Vous trouverez la facture en pièce jointe.
Je vous joins la facture.
Прилагаю счёт.
Во вложении счёт на оплату.
Мы прикрепили файл.
"""

ORDINARY = """
Thank you for the attached file.
The file you attached is broken.
Could you send the invoice as an attachment?
Please attach a screenshot.
The cable is attached to the device.
I have attached the label to your parcel.
Your attachment could not be opened.
I could not open the attached picture.
We are deeply attached to our customers.
It comes tomorrow, as promised.
As promised by Tuesday, 24 November, 10:00, here is the answer.
Thanks!
Thank you for your patience. I will get back to you by Friday.
Please write to support@example.com or support+orders@example.com.
Your order #1042 is on its way.
Danke für den Anhang.
Ihren Anhang habe ich gelesen.
Können Sie das Foto als Anhang schicken?
Die Anlage ist in Betrieb.
Sie haben eine Rechnung angehängt.
Vielen Dank, ich melde mich bis Freitag.
Gracias por el archivo adjunto.
¿Puede enviarnos la foto en un archivo adjunto?
El director adjunto le llama mañana.
Merci pour la pièce jointe.
Pouvez-vous envoyer la photo en pièce jointe ?
Votre pièce jointe est illisible.
Спасибо за вложение.
Пришлите фото во вложении.
Вы прикрепили не тот файл.
Notez votre numéro de dossier.
"""


@pytest.mark.parametrize("text", SAYS_ATTACHED.strip().splitlines())
def test_what_is_said_to_be_attached_must_be(text: str) -> None:
    assert says_attached(f"Hello,\n\n{text}\n\nBye") == text
    assert found(text)
    assert not found(text, files=(file("a.pdf"),))
    assert not found(f"> {text}\n\nYes.")


@pytest.mark.parametrize("text", ORDINARY.strip().splitlines())
def test_ordinary_answers_raise_no_doubt(text: str) -> None:
    assert not found(f"Hello Maria,\n\n{text}\n\nKind regards\nAnna", inside=Inside((NOTE,), PANEL))
    assert not found(text, inside=Inside((NOTE,), PANEL))


def test_what_agents_answer_in_the_worlds_raises_no_doubt() -> None:
    meant = {"62-guard", "64-held-and-forgotten", "104-an-agent-left", "110-among-colleagues"}
    asked: dict[str, tuple[str, ...]] = {}
    for path in sorted(WORLDS.glob("*/*.eml")):
        raw = path.read_bytes()
        letter = parse(re.sub(rb"\{[a-z_]+(?::[^}]*)?\}", b"x@y.example", raw))
        agent = SITE.agent(fold_address(letter.sender.address))
        forwards = any(each.content_type == "message/rfc822" for each in letter.attachments)
        is_answer = b"\nTo: {reply_to:" in raw and letter.automatic is None and not forwards
        if agent is not None and is_answer and "#" not in letter.new_text:
            text = own_words(letter, ())
            files = leaving(letter, text, agent, "example.com").files
            asked[f"{path.parent.name}/{path.name}"] = found(text, files=files)
    assert len(asked) > 30
    assert {path.split("/")[0]: said for path, said in asked.items() if said}.keys() <= meant


def test_pictures_and_documents_are_not_opened() -> None:
    assert not inside_of_file(file("a.pdf", f"{MARKER_PREFIX} {SIGNED}".encode()), SITE)
