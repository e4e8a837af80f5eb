"""A mail to an admin: something needs a person who looks after the desk itself."""

from __future__ import annotations

from collections.abc import Mapping

from maildesk.desk.actions import Mail, Value
from maildesk.desk.words import Audience, Site
from maildesk.mail.letter import Mailbox


def admin_mail(site: Site, admin: str, template: str, key: str, values: Mapping[str, Value]) -> Mail:
    """A mail to one admin, in the first desk's language and name."""
    desk = site.desks[0]
    return Mail(
        key=key,
        template=f"admin/{template}",
        audience=Audience.ADMIN,
        desk=desk.address,
        to=(Mailbox("", admin),),
        language=desk.language,
        automatic=True,
        values=values,
    )
