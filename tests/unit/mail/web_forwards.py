"""One mail, forwarded by web mailers and by programs with header blocks of their own: its subject, and its text."""

from __future__ import annotations

WEB_MAILERS = {
    "yandex": (
        "Fwd: Printer",
        """\
        Please have a look.

        -------- Пересылаемое сообщение --------
        23.11.2026, 09:14, "Max Muster" <max@kunde.example>:

        It burns.
        -------- Конец пересылаемого сообщения --------
        """,
    ),
    "squirrelmail": (
        "[Fwd: Printer]",
        """\
        Please have a look.

        ---------------------------- Original Message ----------------------------
        Subject: Printer
        From:    "Max Muster" <max@kunde.example>
        Date:    Mon, November 23, 2026 9:14 am
        To:      anna@example.com
        --------------------------------------------------------------------------

        It burns.
        """,
    ),
    "zoho": (
        "Fwd: Printer",
        """\
        Please have a look.

        ============ Forwarded message ============
        From: Max Muster <max@kunde.example>
        To: "Anna Schmidt" <anna@example.com>
        Date: Mon, 23 Nov 2026 09:14:00 +0100
        Subject: Printer
        ============ Forwarded message ============

        It burns.
        """,
    ),
    "em client without colons": (
        "Fwd: Printer",
        """\
        Please have a look.

        ------ Forwarded Message ------
        From "Max Muster" <max@kunde.example>
        To "Anna Schmidt" <anna@example.com>
        Date 23.11.2026 09:14:00
        Subject Printer

        It burns.
        """,
    ),
    "thunderbird with resent fields": (
        "Fwd: Printer",
        """\
        Please have a look.

        -------- Forwarded Message --------
        Subject: \tPrinter
        Resent-Date: \tMon, 23 Nov 2026 09:20:00 +0100
        Resent-From: \tlist@else.example
        Resent-To: \tanna@example.com
        Date: \tMon, 23 Nov 2026 09:14:00 +0100
        From: \tMax Muster <max@kunde.example>
        Reply-To: \tother@else.example
        Organization: \tMuster & Co.
        To: \tAnna Schmidt <anna@example.com>



        It burns.
        """,
    ),
    "outlook with importance and files": (
        "WG: Printer",
        """\
        Please have a look.

        Von: Max Muster <max@kunde.example>
        Gesendet: Montag, 23. November 2026 09:14
        An: Anna Schmidt <anna@example.com>
        Cc: Ben Weber <ben@example.com>
        Betreff: Printer
        Anlagen: smoke.png
        Wichtigkeit: Hoch

        It burns.
        """,
    ),
    "a long name that was wrapped": (
        "Fwd: Printer",
        """\
        Please have a look.

        ---------- Forwarded message ---------
        From: Max Muster
        <max@kunde.example>
        Date: Mon, Nov 23, 2026 at 9:14 AM
        Subject: Printer
        To: Anna Schmidt <anna@example.com>, Ben Weber
        <ben@example.com>, Carla Ruiz <carla@example.com>,
         Dora Dorn <dora@example.com>


        It burns.
        """,
    ),
    "outlook behind a server that marks outside mail": (
        "[EXTERN] WG: Printer",
        """\
        Please have a look.

        Von: Max Muster <max@kunde.example>
        Gesendet: Montag, 23. November 2026 09:14
        An: Anna Schmidt <anna@example.com>
        Betreff: Printer

        It burns.
        """,
    ),
}
