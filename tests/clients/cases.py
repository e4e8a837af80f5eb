"""What Anna writes in each case, whatever program she writes it with.

Every program does every case that it can: only some make HTML of their own. In ``forward`` she passes on a
mail that a newcomer wrote to her; in all others she answers the desk's newest notification, with all of it quoted below
or above, as her program does it by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SIGNATURE = "Anna Schmidt\nPower cruncher, extension 5550117"
"""What her program puts below her mails: the desk's own signature stands there for customers."""

ATTACHMENT = "label-4711.csv"
ATTACHED = "label;order\nL-88;4711\n"


@dataclass(frozen=True, slots=True)
class Case:
    """``text`` stands on top. ``between``: a line that is quoted, and what she writes right below it. ``html``: the
    same as ``text``, as somebody formats it. ``attached``: the file ``ATTACHMENT`` goes along. ``forwards``: passed on
    to the desk, not answered.
    """

    name: str
    text: str
    between: dict[str, str] = field(default_factory=dict)
    html: str = ""
    attached: bool = False
    forwards: bool = False

    @property
    def answers(self) -> str:
        """The scene's mail that lies in her mailbox: ``notification`` or ``diana``."""
        return "diana" if self.forwards else "notification"


CASES = {
    each.name: each
    for each in (
        Case("plain", "Dear Carla,\n\nyes, it comes on Saturday at 9:00. Transfer is fine.\n\nSchöne Grüße"),
        Case(
            "html",
            "Dear Carla,\n\nit comes on Saturday:\n\n* at 9:00\n* with the invoice\n\nMore: your parcel <https://example.com/track>",
            html="<p>Dear Carla,</p><p>it comes on <b>Saturday</b>:</p><ul><li>at 9:00</li>"
            '<li>with the <i>invoice</i></li></ul><p>More: <a href="https://example.com/track">your parcel</a></p>',
        ),
        Case(
            "inline",
            "Dear Carla,",
            {
                "Can it come on": "Yes, at 9:00.",
                "Can I pay the 5": "Transfer is fine. Schöne Grüße!",
            },
        ),
        Case("attachment", "Dear Carla,\n\nthe label is attached.", attached=True),
        Case("forward", "She haggles, be firm.", forwards=True),
        Case("command", "#close"),
        Case("mistyped", "#colse\n\nDear Carla,\n\nyes, it comes on Saturday at 9:00."),
        Case("note", "#note\nShe called me twice already."),
    )
}

NO_HTML = frozenset({"s-nail", "alpine"})
"""Programs that write plain text only."""


def cases_of(client: str) -> list[Case]:
    """What this program is asked to write."""
    return [each for each in CASES.values() if not (each.html and client in NO_HTML)]
