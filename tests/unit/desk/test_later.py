from __future__ import annotations

from datetime import timedelta

from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.mailing.later import decide_later
from maildesk.desk.promises.history import History, Wait
from maildesk.desk.words import Priority
from tests.unit.desk.making_facts import ANNA, DESK, NOW, SITE

H = timedelta(hours=1)
DAY = timedelta(days=1)


def history(span: timedelta, turn: int = 1) -> History:
    began = [NOW - place * DAY / 2 for place in range(2, 32)]
    waits = (Wait(Priority.NORMAL, turn, at, span, 8 * H, at + H) for at in began)
    still = Wait(Priority.NORMAL, turn, NOW - DAY, 9 * H, 8 * H)
    return History(DESK.time_zone, NOW, (*waits, still))


def test_the_lead_hears_with_figures_that_promises_are_later_than_the_target() -> None:
    (mail,) = decide_later(SITE, DESK, history(14 * H), {}, NOW).mails
    assert (mail.template, mail.to[0].address, mail.ticket) == ("agent/later", ANNA, None)
    told = {name: mail.values[name] for name in ("target_span", "real_span", "count", "people_waiting", "overdue")}
    assert told == {"target_span": "8 h", "real_span": "14 h", "count": 30, "people_waiting": 1, "overdue": 1}


def test_promises_within_the_target_are_no_news() -> None:
    assert decide_later(SITE, DESK, history(8 * H), {}, NOW).mails == ()
    assert decide_later(SITE, DESK, History(), {}, NOW).mails == ()


def test_there_is_one_mail_for_a_desk_and_priority_and_day() -> None:
    keys = [decide_later(SITE, DESK, history(14 * H), {}, NOW + later).mails[0].key for later in (0 * H, 3 * H, DAY)]
    assert keys[0] == keys[1] != keys[2]
    nexts = decide_later(SITE, DESK, history(14 * H, turn=2), {}, NOW).mails[0]
    assert nexts.key != keys[0]
    assert nexts.values["next_answers"] is True


def test_nobody_hears_of_it_outside_desk_hours() -> None:
    assert decide_later(SITE, DESK, history(14 * H), {}, NOW + 12 * H).mails == ()


def test_a_lead_who_is_away_hears_of_it_only_where_no_other_is_here() -> None:
    away = {ANNA: AgentFacts(away_until=NOW + DAY)}
    assert [mail.to[0].address for mail in decide_later(SITE, DESK, history(14 * H), away, NOW).mails] == [ANNA]
