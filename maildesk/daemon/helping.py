"""Which help articles a decision knows of: looked up beside the facts, for decisions read no files.

A customer's mail is searched for the articles that fit it. An agent's mail only where it says #article: then for what
fits the customer's question, and with all articles of the ticket's language, because the agent may name any.

What can go wrong: nothing here stops a mail. A desk without articles in the language has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from maildesk.desk.command_words import SPECS
from maildesk.desk.facts import Facts, Help, HelpArticle
from maildesk.desk.filing import language_of
from maildesk.desk.matching import find_ticket
from maildesk.replies.articles import Articles, Named

FOR_AGENTS = 5
"""So many articles are listed for an agent who asks what would fit, good enough for a customer or not."""

_NAMES = "|".join(("article", *SPECS["article"].aliases))
_ASKED = re.compile(rf"[#＃﹟]\s?(?:{_NAMES})\b", re.IGNORECASE)

LooksUp = Callable[[Facts], Help]


def no_help(_facts: Facts) -> Help:
    """For a desk without articles."""
    return Help()


class Helper:
    """Constructed once, for any thread."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def __call__(self, facts: Facts) -> Help:
        """What the decision about this mail may need."""
        if facts.site.agent(facts.author.address) is not None:
            return self._for_agent(facts)
        if facts.letter.automatic or facts.arrival.spam:
            return Help()
        ticket, desk = find_ticket(facts).ticket, facts.desk.address
        spoken = self._spoken(ticket.language if ticket else language_of(facts), desk)
        letter = facts.letter
        found = self._articles.fitting(letter.subject, letter.new_text, spoken, desk) if spoken else ()
        return Help(_shown(found))

    def _for_agent(self, facts: Facts) -> Help:
        if not _ASKED.search(facts.letter.new_text) and not _ASKED.search(facts.letter.text):
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


def _shown(found: Iterable[Named]) -> tuple[HelpArticle, ...]:
    return tuple(HelpArticle(each.name, each.title, each.article.short, each.article.plain) for each in found)
