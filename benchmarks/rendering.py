"""Mails rendered a second on one core: subject, text and HTML of the templates that customers get.

    python -m benchmarks.rendering [--mails 5000] [--profile]

Every template for customers in every complete language, formal and informal, in turn; each mail with a number, name,
subject and promise of its own, so that nothing of a whole mail is remembered from the one before. One round goes before
the measuring and is left out: templates are read once in the life of a process. What is measured is ``render``:
facts in, words out; ``composed`` adds headers, signed addresses and MIME, which is all that a desk does to a mail
before it is stored.

Processor seconds of this process are counted, so that a busy machine does not spoil the figure; real seconds stand
beside. The target is 500 a second (rendered).
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import pstats
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from maildesk.desk.actions import Mail
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.words import Audience
from maildesk.mail.letter import Mailbox
from maildesk.replies.bodies import blocks_of
from maildesk.replies.composing import Context, compose
from maildesk.replies.placeholders import template_names
from maildesk.replies.preview import bodies
from maildesk.replies.preview.samples import Sample, Stage, example_site
from maildesk.replies.rendering import render
from maildesk.replies.samples import is_for_customers
from maildesk.replies.templates import Templates
from maildesk.replies.wording import Reader, zone_named

NAMES = ("Maria Muster", "Jürgen Groß", "Анна Петрова", "José Núñez", "Chloé Lefèvre", "Li Wei", "Ola Nordmann")
Work = Callable[[Mail], object]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mails", type=int, default=5_000)
    parser.add_argument("--profile", action="store_true", help="show where the time goes, and no figures")
    asked = parser.parse_args()
    bench = Bench()
    if asked.profile:
        bench.profile(asked.mails)
        return
    print(f"{len(bench.ways)} ways of speaking: {', '.join(bench.ways)}; {len(bench.names)} templates for customers")
    for name, work in (("rendered", bench.rendered), ("composed", bench.composed)):
        print(f"{name}: {bench.measure(work, asked.mails)}")


class Bench:
    """The built-in templates, and mails to fill them with."""

    def __init__(self) -> None:
        self.templates = Templates()
        self.names = [name for name in template_names() if is_for_customers(name)]
        self.ways = list(
            dict.fromkeys(
                self.templates.spoken(language, formal)
                for language in self.templates.languages()
                for formal in (True, False)
            )
        )
        site = example_site()
        self._stage = Stage(site, site.desks[0])
        self._now = self._stage.open_at
        keys = Keys(("bench", b"k" * 32), {"bench": b"k" * 32})
        count = itertools.count()
        desks = {formal: replace(site.desks[0], formal=formal) for formal in (True, False)}
        self._contexts = {
            formal: Context(
                replace(site, desks=(desk,)), desk, keys, self.templates, self._now, lambda: f"id{next(count):022}"
            )
            for formal, desk in desks.items()
        }

    def mails(self, count: int) -> Iterator[Mail]:
        """Mails that differ in every fact that customers' mails differ in."""
        turns = itertools.cycle(itertools.product(self.ways, self.names))
        samples = {name: Sample("known", "").facts(name, self._stage) for name in self.names}
        for number, (way, name) in zip(range(count), turns, strict=False):
            yield self._mail(way, name, number, samples[name])

    def _mail(self, way: str, name: str, number: int, facts: dict[str, Any]) -> Mail:
        who = NAMES[number % len(NAMES)]
        subject = f"Order {number} has not come"
        own: dict[str, Any] = {
            "number": 1000 + number,
            "customer_name": who,
            "original_subject": subject,
            "round": number % 3 + 1,
        }
        moments = {"promise": self._now + timedelta(minutes=30 + number * 15 % 20_000)}
        language = way.partition("/")[0]
        return Mail(
            key=way,
            template=name,
            audience=Audience.CUSTOMER,
            desk=self._stage.desk.address,
            to=(Mailbox(who, f"customer{number}@example.org"),),
            language=language,
            automatic=name != "reply",
            ticket=1000 + number,
            values={**facts, **own, **moments},
            body=f"{bodies.answer(language)}\n\n{number}" if name == "reply" else "",
        )

    def rendered(self, mail: Mail) -> object:
        """Subject, text and HTML."""
        words = self.templates.words(mail.key, mail.desk)
        desk = self._stage.desk
        constants = {"desk_name": desk.name, "desk_address": desk.address, "formal": "/" not in mail.key}
        reader = Reader(words, self._now, zone_named(desk.time_zone), constants=constants)
        return render(
            self.templates.find(mail.key, mail.template, mail.desk), mail.values, reader, blocks_of(mail, reader)
        )

    def composed(self, mail: Mail) -> object:
        """The bytes that leave."""
        return compose(mail, self._contexts["/" not in mail.key])

    def measure(self, work: Work, count: int) -> str:
        """A line with the figures of so many mails."""
        for mail in self.mails(len(self.ways) * len(self.names)):
            work(mail)
        mails = list(self.mails(count))
        real, own = time.perf_counter(), time.process_time()
        for mail in mails:
            work(mail)
        real, own = time.perf_counter() - real, time.process_time() - own
        each = f"{own / count * 1e6:,.0f} µs each"
        return f"{count / own:,.0f} mails per processor second ({each}); real {count / real:,.0f}/s"

    def profile(self, count: int) -> None:
        """Where the time goes."""
        mails = list(self.mails(count))
        profile = cProfile.Profile()
        profile.runcall(lambda: [self.rendered(mail) for mail in mails])
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
