"""The figures that maildesk has to reach on open test mails, as their scorers count."""

from __future__ import annotations

from tests.corpora.conftest import Score


def test_parsing_is_right_where_other_parsers_agree(score: Score) -> None:
    figures = score("parse_eval.py", "read", CORE="1")
    assert figures["field_acc"] >= 0.985
    assert figures["hard_acc"] >= 0.85
    assert figures["all_fields_right"] >= 0.92


def test_no_mail_is_too_much(score: Score) -> None:
    figures = score("parse_eval.py", "read")
    assert (figures["errors"], figures["not_utf8"]) == (0, 0)


def test_robots_are_told_from_people_and_bounces_are_read(score: Score) -> None:
    figures = score("bounce_eval.py", "read")
    assert figures["errors"] == 0
    assert figures["human_called_auto"] == 0
    assert figures["bounce_recall"] >= 0.99
    assert figures["recipients_f1"] >= 0.95
    assert figures["status_class_acc"] >= 0.97
    assert figures["complaint_recall"] >= 0.95
    assert figures["list_recall"] >= 0.98


def test_new_text_is_cut_right(score: Score) -> None:
    figures = score("reply_eval.py", "reply")[0]
    assert figures["rate"] >= 0.88
    assert figures["f1"] >= 0.96
    assert figures["keep"] >= 0.99


def test_signatures_are_cut_as_people_mark_them(score: Score) -> None:
    figures = score("reply_eval.py", "reply", "--data", "../signature_forge.jsonl")[0]
    assert figures["rate"] >= 0.75
    assert figures["keep"] >= 0.99
