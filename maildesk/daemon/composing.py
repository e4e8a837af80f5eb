"""Mails of decisions made into bytes, with what composing needs from the site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Mail
from maildesk.desk.following.watch import BrokenTemplate
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.site import HELD_BY_CONFIG
from maildesk.desk.words import Audience, Site
from maildesk.errors import Refusal
from maildesk.replies.composing import Context, compose
from maildesk.replies.sharing import SharedBodies
from maildesk.replies.templates import Templates
from maildesk.store.writing_deliveries import Composed

Compose = Callable[[Mail, datetime], Composed]


class Composer:
    """Constructed once; ``compose`` is called by any role."""

    def __init__(
        self,
        site: Site,
        keys: Keys,
        templates: Templates,
        new_id: Callable[[], str],
        shared: SharedBodies | None = None,
    ) -> None:
        self._site = site
        self._keys = keys
        self.templates = templates
        self._new_id = new_id
        self._shared = shared or SharedBodies()

    def broken(self) -> tuple[BrokenTemplate, ...]:
        """The mistakes that stand in the templates used so far."""
        return tuple(BrokenTemplate(str(each.file), each.line, each.sentence) for each in self.templates.problems())

    def compose(self, mail: Mail, now: datetime) -> Composed:
        """The frozen bytes for each recipient; none, with the reason, where nobody in To can be written to."""
        desk = self._site.desk(mail.desk) or self._site.desks[0]
        context = Context(self._site, desk, self._keys, self.templates, now, self._new_id, self._shared)
        if self._site.hold_customer_mail and mail.audience is Audience.CUSTOMER and not mail.held:
            mail = replace(mail, held=HELD_BY_CONFIG)
        try:
            return Composed(mail, tuple(compose(mail, context)))
        except Refusal as refusal:
            return Composed(mail, (), str(refusal))
