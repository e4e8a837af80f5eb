"""Who hangs, kept by the database itself: the proof of guarantee 4 that costs what is wrong, not what is stored.

Triggers put a ticket into ``hanging`` whenever a row is written after which it is live without a timer, ended with
one, or open without a standing promise; and take it out when it is sound again. They see whatever is written, also by
hand. So the table is empty on a sound desk, and whether anybody hangs is one look at it. PostgreSQL looks when the
transaction commits, SQLite after each statement; nobody else sees what is half written.

What it cannot see: rows written while triggers were switched off. ``doctor`` looks whether they are all there, and
``doctor --all`` reads every ticket.
"""

from __future__ import annotations

from sqlalchemy import DDL, Column, Connection, Integer, Table, event, text

from maildesk.store.columns import metadata

hanging = Table(
    "hanging", metadata, Column("ticket", Integer, primary_key=True, autoincrement=False)
)  # no foreign key: a ticket that is gone hangs no more, and who deletes it by hand is not to be stopped by this

_LOOK = """\
DELETE FROM hanging WHERE ticket = {one};
INSERT INTO hanging (ticket) SELECT number FROM tickets WHERE number = {one} AND (
(state IN ('open', 'waiting', 'paused', 'solved'))
<> EXISTS (SELECT 1 FROM timers WHERE timers.ticket = tickets.number)
OR (state = 'open' AND NOT EXISTS (SELECT 1 FROM promises WHERE promises.ticket = tickets.number
AND promises.state IN ('untold', 'told', 'untellable')))) ON CONFLICT DO NOTHING;
"""

_KEYS = {"tickets": "number", "timers": "ticket", "promises": "ticket"}
_CHANGES = {  # a change that can make a sound ticket hang, or the other way round
    "tickets": "OLD.state <> NEW.state",
    "timers": "OLD.ticket <> NEW.ticket",
    "promises": "OLD.state <> NEW.state OR OLD.ticket <> NEW.ticket",
}
TRIGGERS = frozenset(f"hanging_{table}_{verb}" for table in _KEYS for verb in ("insert", "update", "delete"))


def sqlite_ddl() -> list[str]:
    """What creates the triggers of SQLite."""
    made = []
    for table, key in _KEYS.items():
        new, old = _LOOK.format(one=f"NEW.{key}"), _LOOK.format(one=f"OLD.{key}")
        for verb, when, body in (
            ("insert", "", new),
            ("update", f" WHEN {_CHANGES[table]}", old + new),
            ("delete", "", old),
        ):
            made.append(
                f"CREATE TRIGGER hanging_{table}_{verb} AFTER {verb.upper()} ON {table} FOR EACH ROW{when} "
                f"BEGIN {body}END"
            )
    return made


def postgresql_ddl() -> list[str]:
    """What creates the functions and the triggers of PostgreSQL."""
    look = _LOOK.format(one="one")
    made = [f"CREATE FUNCTION maildesk_look(one integer) RETURNS void LANGUAGE plpgsql AS $$ BEGIN {look}END $$"]
    for table, key in _KEYS.items():
        made.append(
            f"CREATE FUNCTION maildesk_look_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'INSERT' THEN PERFORM maildesk_look(OLD.{key}); END IF; "
            f"IF TG_OP <> 'DELETE' THEN PERFORM maildesk_look(NEW.{key}); END IF; "
            "RETURN NULL; END $$"
        )
        made += [
            f"CREATE CONSTRAINT TRIGGER hanging_{table}_{verb} AFTER {verb.upper()} ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW{when} EXECUTE FUNCTION maildesk_look_{table}()"
            for verb, when in (("insert", ""), ("update", f" WHEN ({_CHANGES[table]})"), ("delete", ""))
        ]
    return made


for _dialect, _statements in (("sqlite", sqlite_ddl()), ("postgresql", postgresql_ddl())):
    for _statement in _statements:
        _made = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy left its types out
        event.listen(metadata, "after_create", _made.execute_if(dialect=_dialect))

_SQLITE_TRIGGERS = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
_POSTGRESQL_TRIGGERS = text("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")


def missing_triggers(connection: Connection) -> list[str]:
    """Those that are not there or switched off; empty where the table can be believed."""
    asked = _SQLITE_TRIGGERS if connection.dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS
    return sorted(TRIGGERS - set(connection.execute(asked).scalars()))
