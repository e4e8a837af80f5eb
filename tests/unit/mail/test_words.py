"""Every single word of every language does what its list promises. A translator's new line is under test at once."""

from __future__ import annotations

import pytest

from maildesk.mail.attribution import (
    attribution_at,
    header_block_at,
    is_forward_separator,
    is_original_separator,
    label_of,
)
from maildesk.mail.language import detect
from maildesk.mail.limits import Limits
from maildesk.mail.parsing import parse
from maildesk.mail.quote import cut_quotes
from maildesk.mail.signature import cut_signature, is_closing
from maildesk.mail.words import LISTS, all_words, folded, starting
from tests.unit.mail.samples import mail

LANGUAGES = sorted(all_words())


def lines_of(name: str) -> list[tuple[str, str]]:
    return [(code, phrase) for code in LANGUAGES for phrase in all_words()[code].get(name, ())]


def test_there_are_words_for_at_least_twenty_languages() -> None:
    assert len(LANGUAGES) >= 20


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_only_lists_that_exist_and_all_that_it_needs(code: str) -> None:
    words = all_words()[code]
    assert set(words) <= {*LISTS, "common"}
    assert set(LISTS) - {"challenge", "away_contact"} <= set(words)
    assert len(words["common"]) >= 20


@pytest.mark.parametrize(("code", "phrase"), lines_of("wrote"))
def test_wrote_ends_an_attribution(code: str, phrase: str) -> None:
    line = f"24.11.2026 09:00 Eva Lind <eva@customer.example> {phrase}:"
    assert attribution_at(["New.", "", line, "", "> old"], 2, True) is not None
    assert attribution_at([line.replace(" <eva@customer.example>", "")], 0, False) is not None


@pytest.mark.parametrize("kind", ["from", "sent", "to", "cc", "subject"])
def test_labels_are_known_as_what_they_are(kind: str) -> None:
    for code, phrase in lines_of(kind):
        found = label_of(f"{phrase}: x")
        assert found, (code, phrase)
        assert kind in found[0], (code, phrase)


@pytest.mark.parametrize("code", LANGUAGES)
def test_header_blocks_of_all_labels_are_recognised(code: str) -> None:
    words = all_words()[code]
    for sender in words["from"]:
        for subject in words["subject"]:
            block = [
                f"{sender}: Eva <eva@customer.example>",
                f"{words['sent'][0]}: 24.11.2026 09:00",
                f"{subject}: Hello",
            ]
            assert header_block_at(block, 0) == 2, block


@pytest.mark.parametrize(("code", "phrase"), lines_of("original"))
def test_original_between_dashes_separates(code: str, phrase: str) -> None:
    assert is_original_separator(f"-----{phrase}-----")
    assert is_original_separator(f"----- {phrase.upper()} -----")
    assert not is_original_separator(f"the {phrase} was lost")


@pytest.mark.parametrize(("code", "phrase"), lines_of("forwarded"))
def test_forwarded_keeps_what_follows(code: str, phrase: str) -> None:
    assert is_forward_separator(f"---------- {phrase} ---------")
    assert cut_quotes(["FYI", f"---------- {phrase} ---------", "From: a@b.example", "> x"]).new[-1] == "> x"


@pytest.mark.parametrize(("code", "phrase"), lines_of("sent_from"))
def test_sent_from_is_signature(code: str, phrase: str) -> None:
    assert cut_signature(["It works.", "", phrase])[1] == ["", phrase]


@pytest.mark.parametrize(("code", "phrase"), lines_of("closing"))
def test_closing_begins_a_signature(code: str, phrase: str) -> None:
    assert is_closing(f"{phrase},")
    assert cut_signature(["It works again since noon.", "", f"{phrase},", "Eva Lind"])[0] == [
        "It works again since noon."
    ]


@pytest.mark.parametrize(("code", "phrase"), lines_of("legal"))
def test_legal_begins_a_footer(code: str, phrase: str) -> None:
    assert cut_signature(["It works.", "", f"{phrase} so and so."])[0] == ["It works."]


@pytest.mark.parametrize(("code", "phrase"), lines_of("banner"))
def test_banner_on_top_is_taken_off(code: str, phrase: str) -> None:
    assert cut_quotes([f"{phrase} and more.", "", "It works."]).new[-1] == "It works."
    assert len([line for line in cut_quotes([f"{phrase} and more.", "", "It works."]).new if line]) == 1


@pytest.mark.parametrize(("code", "phrase"), lines_of("away_subject"))
def test_away_subject_with_an_absence_is_an_automatic_answer(code: str, phrase: str) -> None:
    absence = all_words()[code]["away_text"][0]
    assert parse(mail(f"{absence}.\n", subject=f"{phrase.rstrip(':')}: Your ticket")).automatic == "auto-reply"


@pytest.mark.parametrize(("code", "phrase"), lines_of("away_text"))
def test_away_text_is_an_absence(code: str, phrase: str) -> None:
    subject = all_words()[code]["away_subject"][0]
    assert parse(mail(f"Hello,\n\n{phrase} 24.11.\n", subject=subject)).automatic == "auto-reply"


@pytest.mark.parametrize(("code", "phrase"), lines_of("away_contact"))
def test_away_contact_makes_an_absence_automatic(code: str, phrase: str) -> None:
    absence = all_words()[code]["away_text"][0]
    body = f"{absence}.\n{phrase} other@customer.example.\n"
    assert parse(mail(body, subject="Re: Your ticket")).automatic == "auto-reply"
    assert parse(mail(f"{absence}.\nI will try it then.\n", subject="Re: Your ticket")).automatic is None


@pytest.mark.parametrize(("code", "phrase"), lines_of("challenge"))
def test_challenge_is_an_automatic_answer(code: str, phrase: str) -> None:
    body = f"Hello, {phrase}: http://confirm.example/1\n"
    assert parse(mail(body, subject="Re: Your ticket")).automatic == "auto-reply"


@pytest.mark.parametrize("name", ["read_subject", "failed_subject"])
def test_subjects_of_reports_are_known(name: str) -> None:
    for code, phrase in lines_of(name):
        assert starting(name, folded(f"{phrase} Your ticket")), (code, phrase)


@pytest.mark.parametrize(("code", "phrase"), lines_of("failed_subject"))
def test_a_mail_server_with_a_failed_subject_is_a_bounce(code: str, phrase: str) -> None:
    raw = mail("<gone@x.example>: no\n", subject=phrase).replace(
        b"eva@customer.example", b"mailer-daemon@relay.example"
    )
    assert parse(raw, Limits()).automatic == "bounce"


@pytest.mark.parametrize("code", LANGUAGES)
def test_common_words_tell_the_language(code: str) -> None:
    assert detect(" ".join(all_words()[code]["common"]), (code, "en", "ru", "ar")) == code
