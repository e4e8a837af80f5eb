"""Quotes and signatures: what a reply adds."""

from __future__ import annotations

import pytest

from maildesk.mail.limits import Known
from maildesk.mail.parsing import parse
from maildesk.mail.quote import MARKER_PREFIX
from tests.unit.mail.samples import GMAIL_HTML, OUTLOOK_HTML, mail, reply


def new_text(body: str, **others: str) -> str:
    return parse(reply(body, **others)).new_text


ATTRIBUTIONS = [
    "On Tue, Nov 24, 2026 at 9:00 AM Support <s@desk.example> wrote:",
    "On Tue, Nov 24, 2026 at 9:00 AM Support\n<s@desk.example> wrote:",
    "On Nov 24, 2026, at 9:00 AM, Support\nof the desk <s@desk.example>\nwrote:",
    "Am 24.11.2026 um 09:00 schrieb Support <s@desk.example>:",
    "Am Di., 24. Nov. 2026 um 09:00 Uhr schrieb Support <s@desk.example>:",
    "Le mar. 24 nov. 2026 à 09:00, Support <s@desk.example> a écrit :",
    "El mar, 24 nov 2026 a las 9:00, Support (<s@desk.example>) escribió:",
    "Em ter., 24 de nov. de 2026 às 09:00, Support <s@desk.example> escreveu:",
    "Il giorno mar 24 nov 2026 alle ore 09:00 Support <s@desk.example> ha scritto:",
    "Op di 24 nov. 2026 om 09:00 schreef Support <s@desk.example>:",
    "wt., 24 lis 2026 o 09:00 Support <s@desk.example> napisał(a):",
    "вт, 24 нояб. 2026 г. в 09:00, Support <s@desk.example>:",
    "24.11.2026, 09:00, Support <s@desk.example> пишет:",
    "Den tis 24 nov. 2026 kl 09:00 skrev Support <s@desk.example>:",
    "ti 24. marrask. 2026 klo 9.00 Support (s@desk.example) kirjoitti:",
    "út 24. 11. 2026 v 9:00 odesílatel Support <s@desk.example> napsal:",
    "Support <s@desk.example> ezt írta (időpont: 2026. nov. 24., K, 9:00):",
    "Στις Τρί 24 Νοε 2026 στις 9:00 π.μ., ο χρήστης Support <s@desk.example> έγραψε:",
    "Support <s@desk.example>, 24 Kas 2026 Sal, 09:00 tarihinde şunu yazdı:",
    "Support <s@desk.example> 于2026年11月24日周二 09:00写道：",
    "2026年11月24日(火) 9:00 Support <s@desk.example>:",
    "2026년 11월 24일 (화) 오전 9:00, Support <s@desk.example>님이 작성:",
    "Vào Th 3, 24 thg 11, 2026 vào lúc 09:00 Support <s@desk.example> đã viết:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["> Try this.\n> Bye", "Try this.\nBye"])
def test_an_attribution_goes_with_its_quote_marked_or_not(attribution: str, quote: str) -> None:
    assert new_text(f"It still fails.\n\n{attribution}\n\n{quote}\n") == "It still fails."


HEADERS = [
    "From: Support <s@desk.example>\nSent: Tuesday\nTo: Eva\nSubject: Re: x",
    "*From:* Support\n*Sent:* Tuesday\n*To:* Eva\n*Subject:* Re: x",
    "Von: Support\nGesendet: Dienstag\nAn: Eva\nBetreff: x",
    "De : Support\nEnvoyé : mardi\nÀ : Eva\nObjet : x",
    "De: Support\nEnviado el: martes\nPara: Eva\nAsunto: x",
    "Od: Support\nWysłano: wtorek\nDo: Eva\nTemat: x",
    "От: Support\nОтправлено: вторник\nКому: Eva\nТема: x",
    "发件人: Support\n发送时间: 2026\n收件人: Eva\n主题: x",
    "差出人: Support\n送信日時: 2026\n宛先: Eva\n件名: x",
    "Frá: Support\nSendt: tirsdag\nTil: Eva\nEmne: x",
]


@pytest.mark.parametrize("header", HEADERS[:-1])
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----Original Message-----\n"])
def test_a_header_block_and_all_below_it_is_quoted(header: str, rule: str) -> None:
    assert new_text(f"It still fails.\n\n{rule}{header}\n\nTry this.\n") == "It still fails."


def test_a_timetable_is_no_header_block() -> None:
    body = "Please book:\n\nFrom: Berlin\nTo: Paris\nDate: Tuesday\n\nThank you very much"
    assert new_text(body) == body


@pytest.mark.parametrize("html", [OUTLOOK_HTML, GMAIL_HTML])
def test_quotes_of_html_clients_are_cut(html: str) -> None:
    assert new_text(html, content_type="text/html; charset=utf-8") == "It still fails."


def test_an_answer_below_the_quote_is_found() -> None:
    body = "On Tue, Nov 24, 2026 at 9:00 AM Support <s@desk.example> wrote:\n> Did it work?\n\nNo, it did not.\n"
    assert new_text(body) == "No, it did not."


def test_answers_between_quotes_are_shown_with_them() -> None:
    body = "> Which model?\nThe X200.\n> Since when?\nSince Monday.\n"
    assert new_text(body) == body.strip()


def test_lines_that_only_look_quoted_are_shown() -> None:
    body = "Steps:\n> click start\n> click stop\nThen it fails."
    assert new_text(body) == body


def test_a_mail_that_only_quotes_is_shown() -> None:
    assert "Did it work?" in new_text("> Did it work?\n")


def test_what_is_forwarded_is_kept() -> None:
    body = "FYI\n\n---------- Forwarded message ---------\nFrom: x@y.example\nSubject: Error\n\nIt broke.\n"
    assert new_text(body) == body.strip()
    assert "It broke." in new_text(
        "FYI\n\nFrom: x@y.example\nSent: Monday\nSubject: Error\n\nIt broke.", subject="FW: Error"
    )


@pytest.mark.parametrize("prefix", ["", "> ", ">> "])
def test_all_below_our_marker_line_is_ours(prefix: str) -> None:
    body = f"Done.\n\n{prefix}{MARKER_PREFIX} —\n{prefix}Eva wrote to us\n{prefix}My printer\n"
    assert new_text(body) == "Done."


@pytest.mark.parametrize("dash", ["—", "-", "--", "?"])
def test_the_marker_is_known_with_its_dash_broken(dash: str) -> None:
    assert new_text(f"Done.\n\n{MARKER_PREFIX.replace('—', dash)}\nEva wrote to us\n") == "Done."


def test_an_answer_below_our_quoted_notification_is_found() -> None:
    attribution = "On Tue, Nov 24, 2026 at 9:00 AM Desk <s@desk.example> wrote:"
    assert new_text(f"{attribution}\n> {MARKER_PREFIX}\n> Eva asks\n\nTry this.\n") == "Try this."


def test_a_marker_on_top_hides_nothing_below() -> None:
    body = f"> {MARKER_PREFIX} —\n> My printer\n\nHave you tried to switch it off?\n"
    assert new_text(body) == "Have you tried to switch it off?"


def test_text_of_ours_is_recognised_without_a_mark() -> None:
    ours = "We have received your message.\nYou will hear from us by Tuesday.\nYour support desk"
    letter = parse(reply(f"Still waiting.\n\n{ours}\n"), known=Known(texts=(ours,)))
    assert letter.new_text == "Still waiting."


def test_a_warning_on_top_is_no_part_of_the_text() -> None:
    body = "CAUTION: This email originated from outside of the organization.\nDo not click links.\n\nIt fails.\n"
    assert new_text(body) == "It fails."


def test_a_line_escaped_for_mbox_is_no_quote() -> None:
    assert (
        new_text("I moved.\n>From now on I live in Bonn.\nBye for now, friends")
        == "I moved.\n>From now on I live in Bonn.\nBye for now, friends"
    )


# ── signatures ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nEva Lind\nLind Ltd",
        "--\nEva Lind",
        "Best regards,\nEva Lind\n+49 30 123456",
        "Mit freundlichen Grüßen\n\nEva Lind",
        "Cheers, Eva",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Отправлено с iPhone",
        "Eva",
        "-Eva Lind",
        "This e-mail and any attachments are confidential and may be privileged.\nIf you are not the "
        "intended recipient, delete it.",
    ],
)
def test_a_signature_is_folded_and_kept(signature: str) -> None:
    letter = parse(mail(f"My printer does not print any more.\n\n{signature}\n"))
    assert letter.new_text == "My printer does not print any more."
    assert letter.signature.replace(" \n", "\n") == signature.replace(" \n", "\n")


def test_a_list_of_colours_in_an_answer_is_no_signature() -> None:
    assert (
        new_text("The colours that I would like to order are\n\nBlue\n")
        == "The colours that I would like to order are\n\nBlue"
    )


def test_thanks_with_nobody_below_is_said_by_the_sender() -> None:
    assert new_text("It works now.\n\nThank you!") == "It works now.\n\nThank you!"


def test_a_mail_of_a_closing_alone_is_shown() -> None:
    assert new_text("Thanks,\nEva") == "Thanks,\nEva"


def test_a_signature_in_html_is_folded() -> None:
    html = '<p>It fails again today.</p><div class="gmail_signature">Eva Lind<br>Lind Ltd</div>'
    letter = parse(reply(html, content_type="text/html"))
    assert (letter.new_text, letter.signature) == ("It fails again today.", "Eva Lind\nLind Ltd")


def test_a_russian_greeting_at_the_top_is_no_closing() -> None:
    text = "#close\n\nПривет, Пётр!\n\nЯ сбросила твой пароль.\n\nAnna Schmidt"
    assert "Я сбросила твой пароль." in new_text(text)


@pytest.mark.parametrize("word", ["STOP", "Yes", "4"])
def test_a_word_above_the_senders_own_name_is_the_whole_text(word: str) -> None:
    assert new_text(f"{word}\n\nEva Lind\n") == word


def test_a_word_above_somebody_elses_name_is_shown_with_it() -> None:
    assert new_text("Ask\n\nPeter Smith\n") == "Ask\n\nPeter Smith"
