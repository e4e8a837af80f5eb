"""May the desk ask two addresses whether they are one person's? One pure function; the first refusal is the reason.

A hint never joins anybody, it only causes a question, and a question nobody needed is a nuisance. So the desk asks by
itself only where three things come together: the mail carries the signed address that a mail to the customer had; its
sender is proven, and no part of the ticket; and they sign with the customer's full name. Whoever answers a mail that
was forwarded to them has a name of their own. Who writes to the customer as well (To, Cc) is somebody else.

Nobody is asked twice. Who said no, or did not answer, is not asked by the desk about any other address either, so that
a stranger with many addresses can make us ask the customer once, and only after a yes of their own. An address from
which several people write (info@, sales@, forms, lists, no-reply) is never asked: its yes would be anybody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from maildesk.desk.judging.answering import is_no_reply, why_not_answer
from maildesk.desk.known.facts import Facts
from maildesk.desk.known.pair_facts import Stage
from maildesk.desk.words import Role, Site, Ticket, TicketState, Trust

MOST_ADDRESSES = 20
"""Of one customer."""

_SHARED_WORDS = """
    abuse admin administracion administrateur administration administrator accounting accounts achats all alle anfrage
    anfragen atencion bestellung bestellungen bewerbung billing buchhaltung buero buhgalter buro clientes clients
    comercial commandes commercial compras compta comptabilite contabilidad contact contacto contatto customerservice
    direccion einkauf empfang empresa everyone facturacion facturas facturation familia familie famille family feedback
    finance firma gerencia gruppe group hello helpdesk help hilfe hola hostmaster hr hallo info infos inbox invoice
    invoices it jobs kanzlei karriere kasse kontakt kundenservice legal list liste mailer marketing newsletter noc ofis
    office officina oficina operator orders order otdel pedidos personal postmaster praxis prensa press presse privacy
    prodazhi purchasing reception recepcion rechnung rechnungen reclamaciones redaktion reservas reservations rh rrhh
    sales sav secretaria secretariat security sekretariat service services servicio shop soporte staff studio support
    team todos tous ventas ventes verein vertrieb verkauf verwaltung webmaster zakaz zakupki zentrale
"""
_SHARED = frozenset(_SHARED_WORDS.split())
_WORDS = re.compile(r"[^\W\d_]+")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof", "herr", "frau", "sr", "sra", "mme", "mlle"})
_NO_PERSON_WORDS = """
    gmbh ag kg ohg ug ev ltd llc inc plc corp company sarl sas srl spa bv nv ooo ооо ао зао group gruppe team support
    service verein praxis kanzlei familie family famille familia firma shop office
"""
_NO_PERSONS = frozenset(_NO_PERSON_WORDS.split())
_LEAST_NAMES = 2


def is_shared(address: str) -> bool:
    """Whether an address says of itself that several people read it: info@, sales-de@, familie.muster@."""
    local = _plain(address.rpartition("@")[0].partition("+")[0])
    return next(iter(_WORDS.findall(local)), "") in _SHARED


def is_one_full_name(one: str, other: str) -> bool:
    """Whether two display names are the same person's full name: two words or more, in any order, accents aside."""
    first, second = _name(one), _name(other)
    return len(first) >= _LEAST_NAMES and first == second and not first & _NO_PERSONS


def _name(text: str) -> frozenset[str]:
    words = (word for word in _WORDS.findall(_plain(text)) if len(word) > 1)
    return frozenset(word for word in words if word not in _TITLES) if "@" not in text else frozenset()


def _plain(text: str) -> str:
    """Folded, without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def is_nobodys_own(site: Site, address: str) -> bool:
    """Whether an address can be no single customer's: ours, a form's, a no-reply or shared one."""
    return site.is_inside(address) or address in site.forms or is_no_reply(address) or is_shared(address)


def why_not_ask(facts: Facts, ticket: Ticket) -> str:
    """Why the desk does not ask whether the stranger who wrote this mail is the ticket's customer; "" where it does."""
    return next((reason for applies, reason in _refusals(facts, ticket) if applies), "")


def _refusals(facts: Facts, ticket: Ticket) -> Iterator[tuple[bool, str]]:
    author, customer = facts.author.address, ticket.requester
    yield not facts.desk.asks_same_person, "the desk does not ask by itself"
    yield facts.verdict.trust is not Trust.AUTHENTICATED, "its sender is not proven"
    yield bool(facts.through) or facts.is_form, "it came through a list or a form"
    yield not _has_the_customers(facts, ticket), "it carries no signed address of the customer's"
    yield not is_one_full_name(facts.author.name, ticket.requester_name), "its sender has not the customer's full name"
    yield customer in facts.only_listed, "it went to the customer too"
    yield is_nobodys_own(facts.site, author) or is_nobodys_own(facts.site, customer), "several people write from there"
    yield bool(why_not_answer(facts)), "its sender gets no automatic mail"
    yield bool(why_not_the_customer(facts, ticket)), "the customer gets no automatic mail"
    yield ticket.requester_trust is not Trust.AUTHENTICATED, "the customer is not proven"
    yield _is_over(facts, ticket), "the ticket is closed for good"
    yield bool(facts.person.addresses), "its sender is joined to somebody already"
    yield len(facts.pair.customer.addresses) >= MOST_ADDRESSES, "the customer has as many addresses as one may have"
    yield _was_asked(facts, author, customer), "one of them was asked before"


def why_not_the_customer(facts: Facts, ticket: Ticket) -> str:
    """Why the customer of this ticket gets no question of ours; "" where they may."""
    known = facts.pair.customer
    stopped = "the customer said STOP" if ticket.stopped else ""
    return ticket.unanswerable or stopped or known.unreachable or ("their mail is spam" if known.spam else "")


def _has_the_customers(facts: Facts, ticket: Ticket) -> bool:
    theirs = (each for each in facts.tokens if each.role is Role.CUSTOMER and not each.mine)
    return any(facts.ticket(each.ticket) == ticket for each in theirs)


def _is_over(facts: Facts, ticket: Ticket) -> bool:
    over = ticket.state is TicketState.CLOSED
    return over and facts.now - ticket.state_since > facts.desk.follow_up.reopen_within


def _was_asked(facts: Facts, author: str, customer: str) -> bool:
    """Whether this pair, or one of the two about another address, was asked and has not said yes."""
    earlier = facts.pair.earlier
    unsettled = (each for each in earlier if each.stage is not Stage.JOINED)
    return any(each.is_of(author, customer) for each in earlier) or any(
        each.was_asked(who) for each in unsettled for who in (author, customer)
    )
