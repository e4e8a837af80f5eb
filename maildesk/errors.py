"""The two failures that maildesk expects; everything else that is raised is a bug.

``Refusal`` concerns one mail, for good: a permanent answer (5xx, exit 65) is right. ``Trouble`` concerns the world, for
now: back off and try again (4xx, exit 75, "leave it on the server"). Each is caught in one place per role.
"""

from __future__ import annotations


class Refusal(Exception):
    """This mail or request cannot be taken, now or later. ``str()`` is a sentence for a person."""


class Trouble(Exception):
    """The world is in the way: disk, database, network. Trying again later is right. ``str()`` says the way out."""
