"""How urgent a ticket is, in words: to customers what was understood, to agents why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maildesk.desk.judging.urgency import IN_WORDS
from maildesk.replies.wording import Reader, value, zone_named
from tests.unit.replies.samples import BUILTIN, NOW, PROMISE, a_mail, composed, in_one_line, parsed, text_of

OPENS = PROMISE - timedelta(hours=5)


@pytest.mark.parametrize("language", BUILTIN.folders())
@pytest.mark.parametrize("code", IN_WORDS)
def test_every_reason_has_words_in_every_language_and_a_new_code_says_nothing(language: str, code: str) -> None:
    reader = Reader(BUILTIN.words(language), NOW, zone_named("UTC"), customer=False)
    said = str(value("priority_reason", f"{code}:zebra", reader))
    assert ("zebra" in said) == ("{value}" in IN_WORDS[code])  # type: ignore[index]  # the keys are the codes
    assert len(said) > 10
    assert not str(value("priority_reason", "later:zebra", reader)).startswith("later")


SAID = {
    # template, priority, open: what the customer reads of it
    ("received", "high", True): ("we treat it as important. You", "wir behandeln sie als wichtig. Sie"),
    ("received-closed", "high", False): ("we treat it as important.", "wir behandeln sie als wichtig."),
    ("received-urgent", "urgent", True): ("we treat it as urgent. You will", "als dringend. Sie hören"),
    ("received-urgent", "urgent", False): ("But we are closed right now", "Gerade ist aber niemand da"),
    ("received-again", "urgent", True): ("and treat it as urgent. You", "und behandeln sie als dringend. Sie"),
    ("received-again", "urgent", False): ("But we are closed right now", "Gerade ist aber niemand da"),
    ("reopened", "high", True): ("and treat it as important. You", "und behandeln sie als wichtig. Sie"),
    ("raised", "urgent", True): ("urgent from now on. You will", "ab jetzt als dringend. Sie hören"),
    ("raised", "high", True): ("sooner than planned", "früher vor als geplant"),
    ("raised", "high", False): ("We are closed right now", "Gerade ist niemand da"),
}


@pytest.mark.parametrize(("template", "priority", "is_open"), SAID)
def test_the_customer_hears_what_was_understood(template: str, priority: str, is_open: bool) -> None:
    for language, words in zip(("en", "de"), SAID[template, priority, is_open], strict=True):
        facts = {"priority": priority, "opens_at": None if is_open else OPENS}
        said = in_one_line(text_of(composed(a_mail(template, facts, language=language)).raw))
        assert words in said
        assert ("closed right now" in said or "niemand da" in said) is not is_open


@pytest.mark.parametrize("template", ["received", "received-closed", "received-again", "reopened"])
@pytest.mark.parametrize("priority", ["low", "normal"])
def test_low_and_normal_say_nothing(template: str, priority: str) -> None:
    for language in ("en", "de"):
        said = text_of(composed(a_mail(template, {"priority": priority, "opens_at": OPENS}, language=language)).raw)
        assert not any(word in said for word in ("urgent", "important", "dringend", "wichtig", "niedrig", "low"))


@pytest.mark.parametrize("template", ["agent/new-ticket", "agent/new-message", "agent/reminder", "agent/late"])
def test_agents_see_at_a_glance_what_is_urgent(template: str) -> None:
    for priority, mark, importance in (("urgent", "Urgent: ", "high"), ("high", "High: ", None), ("normal", "", None)):
        mail = parsed(composed(a_mail(template, {"priority": priority, "original_subject": "My order"})).raw)
        assert mail["Subject"].startswith(mark or ("My order", "Reminder", "Late"))
        assert mail["Importance"] == importance


def test_the_panel_says_why_and_a_receipt_is_not_marked() -> None:
    facts = {"priority": "urgent", "priority_reason": "words:outage"}
    said = in_one_line(text_of(composed(a_mail("agent/new-ticket", facts)).raw))
    assert "priority urgent, because a mail says “outage” - From" in said
    assert parsed(composed(a_mail("agent/receipt", facts)).raw)["Importance"] is None
