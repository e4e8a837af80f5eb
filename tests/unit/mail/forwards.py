"""One mail, forwarded by each mail program: its subject, and its text."""

from __future__ import annotations

PROGRAMS = {
    "mutt with every field": (
        "[max@kunde.example: Printer]",
        """\
        Please have a look.

        ----- Forwarded message from Max Muster <max@kunde.example> -----

        Return-Path: <max@kunde.example>
        Delivered-To: anna@example.com
        Received: from mx.example.com by imap.example.com
         with LMTP id Zx0bA4711; Mon, 23 Nov 2026 09:14:00 +0100
        From: Max Muster <max@kunde.example>
        To: anna@example.com
        Subject: Printer
        Date: Mon, 23 Nov 2026 09:14:00 +0100
        Message-ID: <1@kunde.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        It burns.

        ----- End forwarded message -----
        """,
    ),
    "gmail": (
        "Fwd: Printer",
        """\
        Please have a look.

        ---------- Forwarded message ---------
        From: Max Muster <max@kunde.example>
        Date: Mon, Nov 23, 2026 at 9:14 AM
        Subject: Printer
        To: <anna@example.com>


        It burns.
        """,
    ),
    "gmail in German": (
        "Fwd: Printer",
        """\
        Please have a look.

        ---------- Forwarded message ---------
        Von: *Max Muster* <max@kunde.example>
        Date: Mo., 23. Nov. 2026 um 09:14 Uhr
        Subject: Printer
        To: <anna@example.com>


        It burns.
        """,
    ),
    "outlook": (
        "FW: Printer",
        """\
        Please have a look.

        Kind regards
        Anna Schmidt

        ________________________________
        From: Max Muster <max@kunde.example<mailto:max@kunde.example>>
        Sent: Monday, November 23, 2026 9:14 AM
        To: Anna Schmidt <anna@example.com<mailto:anna@example.com>>
        Subject: Printer

        It burns.
        """,
    ),
    "outlook in German": (
        "WG: Printer",
        """\
        Please have a look.

        Von: Max Muster <max@kunde.example>
        Gesendet: Montag, 23. November 2026 09:14
        An: Anna Schmidt <anna@example.com>
        Betreff: Printer

        It burns.
        """,
    ),
    "outlook in French": (
        "TR : Printer",
        """\
        Please have a look.

        De : Max Muster <max@kunde.example>
        Envoyé : lundi 23 novembre 2026 09:14
        À : Anna Schmidt <anna@example.com>
        Objet : Printer

        It burns.
        """,
    ),
    "an old outlook": (
        "FW: Printer",
        """\
        Please have a look.

        -----Original Message-----
        From: Max Muster [mailto:max@kunde.example]
        Sent: Monday, November 23, 2026 9:14 AM
        To: Anna Schmidt
        Subject: Printer

        It burns.
        """,
    ),
    "apple mail": (
        "Fwd: Printer",
        """\
        Please have a look.

        > Begin forwarded message:
        >
        > From: Max Muster <max@kunde.example>
        > Subject: Printer
        > Date: 23 November 2026 at 09:14:11 CET
        > To: anna@example.com
        >
        > It burns.
        """,
    ),
    "apple mail in German": (
        "Fwd: Printer",
        """\
        Please have a look.

        Anfang der weitergeleiteten Nachricht:

        > Von: Max Muster <max@kunde.example>
        > Betreff: Printer
        > Datum: 23. November 2026 um 09:14:11 MEZ
        > An: anna@example.com
        >
        > It burns.
        """,
    ),
    "thunderbird": (
        "Fwd: Printer",
        """\
        Please have a look.

        -------- Forwarded Message --------
        Subject: \tPrinter
        Date: \tMon, 23 Nov 2026 09:14:00 +0100
        From: \tMax Muster <max@kunde.example>
        Reply-To: \tSomebody <else@kunde.example>
        To: \tanna@example.com



        It burns.
        """,
    ),
    "yahoo": (
        "Fw: Printer",
        """\
        Please have a look.

           ----- Forwarded Message ----- From: Max Muster <max@kunde.example>To: anna@example.com <anna@example.com>\
Sent: Monday, November 23, 2026 at 09:14:11 AM GMT+1Subject: Printer
         It burns.
        """,
    ),
    "yahoo, older": (
        "Fw: Printer",
        """\
        Please have a look.

        ----- Forwarded Message -----
        From: "Max Muster" <max@kunde.example>
        To: "anna@example.com" <anna@example.com>
        Sent: Mon, Nov 23, 2026 at 9:14
        Subject: Printer

        It burns.
        """,
    ),
    "k-9": (
        "Fwd: Printer",
        """\
        Please have a look.


        -------- Original Message --------
        From: Max Muster <max@kunde.example>
        Sent: November 23, 2026 9:14:11 AM GMT+01:00
        To: anna@example.com
        Subject: Printer

        It burns.
        """,
    ),
    "mutt": (
        "[max@kunde.example: Printer]",
        """\
        Please have a look.

        ----- Forwarded message from Max Muster <max@kunde.example> -----

        Date: Mon, 23 Nov 2026 09:14:00 +0100
        From: Max Muster <max@kunde.example>
        To: anna@example.com
        Subject: Printer
        User-Agent: Mutt/2.2

        It burns.

        ----- End forwarded message -----

        --\x20
        Anna
        """,
    ),
    "roundcube": (
        "Fwd: Printer",
        """\
        Please have a look.

        -------- Original Message --------
        Subject: Printer
        Date: 2026-11-23 09:14
        From: Max Muster <max@kunde.example>
        To: anna@example.com

        It burns.
        """,
    ),
}  # fmt: skip
