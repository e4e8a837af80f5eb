"""Who wrote: people stay people, robots are told apart, each with a reason."""

from __future__ import annotations

import pytest

from maildesk.mail.letter import Automatic
from maildesk.mail.limits import Known
from maildesk.mail.parsing import parse
from tests.unit.mail.samples import COMPLAINT, DSN, PROSE_BOUNCE, mail, reply


def kind(raw: bytes) -> Automatic | None:
    letter = parse(raw)
    assert bool(letter.reason) is (letter.automatic is not None)
    return letter.automatic


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Auto-Submitted: auto-replied", Automatic.AUTO_REPLY),
        ("Auto-Submitted: auto-replied (vacation)", Automatic.AUTO_REPLY),
        ("Auto-Submitted: auto-generated", Automatic.BULK),
        ("X-Autoreply: yes", Automatic.AUTO_REPLY),
        ("X-Autorespond: Your ticket", Automatic.AUTO_REPLY),
        ("Precedence: auto_reply", Automatic.AUTO_REPLY),
        ("Precedence: bulk", Automatic.BULK),
        ("Precedence: junk", Automatic.BULK),
        ("Precedence: list", Automatic.LIST),
        ("List-Id: <talk.lists.example>", Automatic.LIST),
        ("List-Post: <mailto:talk@lists.example>", Automatic.LIST),
        ("List-Unsubscribe: <http://x.example>\nFeedback-ID: 1:x", Automatic.BULK),
        ("Return-Path: <>", Automatic.AUTO_REPLY),
        ("Auto-Submitted: no", None),
        ("Auto-Submitted: No ; x=y", None),
        ("List-Unsubscribe: <http://x.example>", None),
        ("List-Post: NO", None),
        ("X-Auto-Response-Suppress: All", None),
        ("Precedence: first-class", None),
        ("X-Mailer: PHPMailer 5", None),
        ("Return-Path: <eva@customer.example>", None),
        ("X-Spam-Flag: YES", None),
    ],
)
def test_a_header_decides_only_where_it_means_a_robot(header: str, found: Automatic | None) -> None:
    assert kind(mail("My printer fails.\n", extra=header + "\n")) == found


def test_the_null_sender_of_the_envelope_counts_and_an_unknown_one_does_not() -> None:
    raw = mail("Hello\n")
    assert parse(raw, null_sender=True).automatic == Automatic.AUTO_REPLY
    assert parse(raw, null_sender=False).automatic is None
    assert parse(raw).automatic is None


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Out of office hours support?", "Do you answer on Sundays?\n"),
        ("On holiday", "We are on holiday and the alarm rings. Please help!\n"),
        ("Re: Your ticket", "I am on vacation until Monday, I will test it then.\n"),
        ("Re: Your ticket", "I am out of the office tomorrow. Could you send somebody on Friday?\n"),
        ("Delivery failed: my parcel", "Your courier says that delivery failed. Where is my parcel?\n"),
        ("Undeliverable: what does this mean?", "I got this message when I wrote to you. Why?\n"),
        ("Mail delivery failed", "Since Monday my customers tell me that mail delivery failed. Can you look?\n"),
        ("Fwd: Undelivered Mail Returned to Sender", "See below\n\n> <x@y.example>: 550 5.1.1 no such user\n"),
        ("Read: the manual", "I read the manual and it does not say.\n"),
        ("Abuse report", "Somebody sends spam through your server.\n"),
        ("Absence: Monday", "I will not be there on Monday, please come on Tuesday.\n"),
        ("mailing list", "How do I subscribe to your mailing list?\n"),
        ("newsletter", "To unsubscribe I clicked the link, and it fails.\n"),
    ],
)
def test_people_who_write_about_robots_are_people(subject: str, body: str) -> None:
    assert kind(mail(body, subject=subject)) is None


def test_people_behind_odd_software_are_people() -> None:
    raw = mail("Hello\n").replace(b"From: Eva Lind <eva@customer.example>", b"From: no-reply@shop.example")
    assert kind(raw) is None


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Automatic reply: Your ticket", "Thank you for your message. I will be back on Monday.\n"),
        ("Abwesenheitsnotiz: Ihr Ticket", "Ich bin bis 5. Mai nicht erreichbar.\n"),
        ("Réponse automatique : votre ticket", "De retour lundi.\n"),
        ("Respuesta automática: su ticket", "Vuelvo el lunes.\n"),
        ("Resposta automática: Seu ticket", "Volto na segunda.\n"),
        ("Risposta automatica: ticket", "Torno lunedì.\n"),
        ("Automatisch antwoord: ticket", "Ik ben maandag terug.\n"),
        ("Automatyczna odpowiedź: zgłoszenie", "Wracam w poniedziałek.\n"),
        ("Автоматический ответ: заявка", "Вернусь в понедельник.\n"),
        ("自動応答: お問い合わせ", "月曜日に戻ります。\n"),
        ("自动回复: 工单", "周一回来。\n"),
        (
            "Re: Your ticket",
            "Hello,\n\nI am out of the office until 5 May. In urgent cases please contact bob@x.example.\n",
        ),
        ("Your ticket [Out of office]", "I am on annual leave.\n"),
    ],
)
def test_an_absence_is_known_by_its_words(subject: str, body: str) -> None:
    assert kind(mail(body, subject=subject)) == Automatic.AUTO_REPLY


def test_our_own_mail_is_own_before_all_else() -> None:
    known = Known(own_ids=lambda message_id: message_id.endswith("@customer.example"))
    assert parse(mail("x", extra="Precedence: bulk\n"), known=known).automatic == Automatic.OWN


def test_a_complaint_is_a_complaint() -> None:
    assert kind(COMPLAINT) == Automatic.COMPLAINT


def test_a_read_receipt_is_a_receipt() -> None:
    body = (
        "--r\n\nYour message was read.\n--r\nContent-Type: "
        "message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; "
        "displayed\n--r--\n"
    )
    assert (
        kind(mail(body, content_type="multipart/report; report-type=disposition-notification; boundary=r"))
        == Automatic.RECEIPT
    )
    assert (
        kind(mail("Your message\n\nTo: support\nSubject: x\n\nwas read on Monday.\n", subject="Read: x"))
        == Automatic.RECEIPT
    )


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Read: x", "Your message\n\n To: Anna\n Subject: x\n Sent: Monday\n\nwas displayed at 16:05.\n"),
        ("Gelesen: x", "Ihre Nachricht\n\n An: Anna\n Betreff: x\n Gesendet: Montag\n\nwurde am Montag gelesen.\n"),
        ("Leído: x", "El mensaje\n\n Para: Anna\n Asunto: x\n Enviado: lunes\n\nfue leído el lunes.\n"),
        ("Lu : x", "Votre message\n\n À : Anna\n Objet : x\n Envoyé : lundi\n\na été lu le lundi.\n"),
        ("Прочтено: x", "Сообщение\n\n Кому: Anna\n Тема: x\n Отправлено: пн\n\nпрочтено в понедельник.\n"),
        ("Return Receipt", "Your document: x\nwas received by: Anna/Example\nat: 22.11.2026 16:05:00\n"),
    ],
)
def test_a_read_receipt_without_a_standard_part_is_known_by_its_form(subject: str, text: str) -> None:
    assert kind(mail(text, subject=subject)) == Automatic.RECEIPT


def test_what_only_looks_like_a_read_receipt_is_a_persons() -> None:
    fields = "Betreff: x\nGesendet: Montag\nAn: Anna\n\n"
    assert kind(mail(f"Mein Text.\n\n{fields}", subject="Gelesen: x")) == Automatic.RECEIPT
    for text in (f"Mein Text.\n\nVon: Max\n{fields}Rot.", f"{'Mein Text ist lang. ' * 12}\n\n{fields}", "Ja, gelesen."):
        assert kind(mail(text, subject="Gelesen: x")) is None
    assert kind(mail(f"Mein Text.\n\n{fields}", subject="Re: Gelesen: x")) is None


def test_a_report_of_success_is_a_receipt() -> None:
    letter = parse(DSN.replace(b"Action: failed", b"Action: delivered").replace(b"Status: 5.1.1", b"Status: 2.0.0"))
    assert letter.automatic == Automatic.RECEIPT


# ── bounces ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_standard_bounce_is_read() -> None:
    letter = parse(DSN)
    assert letter.automatic == Automatic.BOUNCE
    assert letter.bounce is not None
    (failed,) = letter.bounce.recipients
    assert (failed.address, failed.action, failed.status) == ("gone@customer.example", "failed", "5.1.1")
    assert "no such user" in (failed.diagnostic or "")
    assert letter.bounce.original_message_id == "sent-1@desk.example"


def test_a_bounce_in_prose_is_read() -> None:
    bounce = parse(PROSE_BOUNCE).bounce
    assert bounce is not None
    assert [(each.address, each.action, each.status) for each in bounce.recipients] == [
        ("gone@customer.example", "failed", "5.1.1")
    ]
    assert bounce.original_message_id == "sent-2@desk.example"


def test_a_delayed_mail_is_a_bounce_with_action_delayed() -> None:
    bounce = parse(
        DSN.replace(b"Action: failed", b"Action: delayed").replace(b"Status: 5.1.1", b"Status: 4.4.1")
    ).bounce
    assert bounce is not None
    assert (bounce.recipients[0].action, bounce.recipients[0].status) == ("delayed", "4.4.1")


def test_several_recipients_are_each_read_once() -> None:
    more = (
        b"\nFinal-Recipient: rfc822; other@customer.example\nAction: failed\nStatus: "
        b"4.2.2\n\n--b\nContent-Type: message/rfc822"
    )
    bounce = parse(DSN.replace(b"\n--b\nContent-Type: message/rfc822", more)).bounce
    assert bounce is not None
    assert [each.address for each in bounce.recipients] == ["gone@customer.example", "other@customer.example"]


def test_the_address_that_we_used_is_the_one_that_failed() -> None:
    bounce = parse(
        DSN.replace(b"Final-Recipient: rfc822; gone@customer.example", b"Final-Recipient: rfc822; inner@hidden.example")
    ).bounce
    assert bounce is not None
    assert bounce.recipients[0].address == "gone@customer.example"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("<gone@customer.example>: 550 5.7.1 rejected", "5.7.1"),
        ("<gone@customer.example>: 452 try later", "4.0.0"),
        ("  gone@customer.example\n    retry timeout exceeded", "4.4.7"),
        ("RCPT TO:<gone@customer.example>\n552 mailbox full", "5.0.0"),
    ],
)
def test_a_status_is_found_in_prose(text: str, status: str) -> None:
    raw = PROSE_BOUNCE.replace(
        b"<gone@customer.example>:\nSorry, no mailbox here by that name. (#5.1.1)", text.encode()
    )
    bounce = parse(raw).bounce
    assert bounce is not None
    assert (bounce.recipients[0].address, bounce.recipients[0].status) == ("gone@customer.example", status)


def test_a_postmaster_who_answers_is_a_person() -> None:
    raw = reply("Our users tell me that your mail could not be delivered since Monday. Can you look?\n")
    assert kind(raw.replace(b"eva@customer.example", b"postmaster@customer.example")) is None


def test_a_customer_who_quotes_a_bounce_is_a_person() -> None:
    body = "I cannot write to you:\n\n" + "".join(f"> {line}\n" for line in PROSE_BOUNCE.decode().split("\n"))
    assert kind(reply(body)) is None
