"""What files a decision knows of: help articles, canned answers. Looked up beside the facts, for decisions read none.

A customer's mail is searched for the articles that fit it. An agent's mail only where it says #article: then for what
fits the customer's question, and with all articles of the ticket's language, because the agent may name any. Where it
says #canned, all canned answers are filled with the ticket's values (``canned_values``). Where an agent chooses a
customer's language, the languages are named that have texts.

What can go wrong: nothing here stops a mail. A desk without articles in the language has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from maildesk.daemon.canned_values import canned_answers
from maildesk.desk.commands.command_words import SPECS
from maildesk.desk.judging.matching import find_ticket
from maildesk.desk.known.facts import Facts, Help, HelpArticle
from maildesk.desk.tickets.filing import language_of
from maildesk.replies.articles import Named
from maildesk.replies.templates import Templates

FOR_AGENTS = 5
"""So many articles are listed for an agent who asks what would fit, good enough for a customer or not."""


def _says(command: str) -> re.Pattern[str]:
    """Finds the command by any of its names; too often does no harm."""
    names = "|".join(map(re.escape, (command, *SPECS[command].aliases)))
    return re.compile(rf"[#＃﹟]\s?(?:{names})\b", re.IGNORECASE)


_ASKED = _says("article")
_CHOOSES = _says("language")
_CANNED = _says("canned")

LooksUp = Callable[[Facts], Help]


def no_help(_facts: Facts) -> Help:
    """For a desk without articles."""
    return Help()


class Helper:
    """Constructed once, for any thread."""

    def __init__(self, templates: Templates, languages: Callable[[], tuple[str, ...]]) -> None:
        self._templates = templates
        self._articles = templates.articles
        self._languages = languages

    def __call__(self, facts: Facts) -> Help:
        """What the decision about this mail may need."""
        if facts.site.agent(facts.author.address) is not None:
            chosen = self._languages() if _said(_CHOOSES, facts) else ()
            canned = canned_answers(facts, self._templates) if _said(_CANNED, facts) else ()
            return replace(self._for_agent(facts), languages=chosen, canned=canned)
        if facts.letter.automatic or facts.arrival.spam:
            return Help()
        ticket, desk = find_ticket(facts).ticket, facts.desk.address
        spoken = self._spoken(ticket.language if ticket else language_of(facts), desk)
        letter = facts.letter
        found = self._articles.fitting(letter.subject, letter.new_text, spoken, desk) if spoken else ()
        return Help(_shown(found))

    def _for_agent(self, facts: Facts) -> Help:
        if not _said(_ASKED, facts):
            return Help()
        ticket = find_ticket(facts).ticket
        spoken = self._spoken(ticket.language, ticket.desk) if ticket else ""
        if ticket is None or not spoken:
            return Help()
        ranked = self._articles.search(ticket.subject, facts.last_question(ticket.number), spoken, ticket.desk)
        known = self._articles.all(spoken, ticket.desk)
        return Help(_shown(named for named, _ in ranked[:FOR_AGENTS]), _shown(known))

    def _spoken(self, language: str, desk: str) -> str:
        """The language's folder that has articles: of "de-AT" itself, else of "de"; "" where there is none."""
        wanted = (language, language.partition("-")[0])
        return next((each for each in wanted if each and self._articles.all(each, desk)), "")


def _said(command: re.Pattern[str], facts: Facts) -> bool:
    return command.search(facts.letter.new_text) is not None or command.search(facts.letter.text) is not None


def _shown(found: Iterable[Named]) -> tuple[HelpArticle, ...]:
    return tuple(HelpArticle(each.name, each.title, each.article.short, each.article.plain) for each in found)
