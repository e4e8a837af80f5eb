"""Which files of a customer's mail go to the agents, and which of them may do harm when they are opened.

All go that fit into the limit together: pictures of the text first, then the others in their order, so that one huge
film does not cost the screenshot beside it. What stays is named, with the operator's command that writes it to a disk.

A file counts as dangerous by what its name makes a computer do, whatever stands in front of the last dot; by what it
begins with, whatever its name; and, for archives and Office documents, by what is in them: programs, macros, or a lock
that keeps a scanner out. It is passed on, but named. This is no virus scanner: what is not named may still do harm.

Pure and total: content that cannot be read as what it says it is counts as harmless, unless its name says otherwise.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO

from maildesk.mail.letter import Attachment

_PROGRAMS = (
    "ade adp apk app appx appxbundle application bat cab chm class cmd com cpl diagcab dll dmg drv elf ex exe "
    "gadget hlp ins inf isp jar jnlp lib lnk mde msc msi msix msp mst nsh ocx ops osd out pif pkg prg run scf scr sct "
    "shb shs sys url vxd wsc xll deb rpm iso img udf vhd vhdx one onepkg"
)
_SCRIPTS = (
    "action ahk applescript bas bash command csh desktop hta htaccess js jse ksh lua mjs pl php ps1 ps1xml ps2 psc1 "
    "psd1 psm1 py pyc pyw rb reg scpt sh tcl vb vbe vbs workflow ws wsf wsh zsh svg svgz xht xhtml html htm shtml "
    "mht mhtml swf"
)
_WITH_MACROS = "docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm xla xlm wll odm accdb accde mdb"
DANGEROUS_ENDINGS = frozenset(f"{_PROGRAMS} {_SCRIPTS} {_WITH_MACROS}".split())
"""What a double click runs, or opens where a script may run, on some system in use."""

_WINDOWS, _LINUX, _SCRIPT, _SHORTCUT = b"MZ", b"\x7fELF", b"#!", b"L\0\0\0\x01\x14\x02"
_MAC = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xcf")
_BEGINNINGS = (_WINDOWS, _LINUX, _SCRIPT, _SHORTCUT, *_MAC)
_ARCHIVE, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS_OF_OLD_OFFICE = "_VBA_PROJECT".encode("utf-16-le")
_MOST_ENTRIES = 2_000
_LOCKED = 0x1  # bit of a zip entry's flags: encrypted


def fitting(attachments: Sequence[Attachment], limit: int) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """Those that are passed on, and those that stay: together at most ``limit`` octets go (0: all)."""
    room, taken = limit, set()
    for each in sorted(attachments, key=lambda each: not each.inline):
        if not limit or each.size <= room:
            room -= each.size
            taken.add(id(each))
    return (
        tuple(each for each in attachments if id(each) in taken),
        tuple(each for each in attachments if id(each) not in taken),
    )


def dangerous(attachments: Iterable[Attachment]) -> tuple[str, ...]:
    """The names of those that may do harm when they are opened."""
    found = (each.filename or each.content_type for each in attachments if _is_dangerous(each))
    return tuple(dict.fromkeys(found))


def _is_dangerous(attachment: Attachment) -> bool:
    content = attachment.content
    if _ending(attachment.filename or "") in DANGEROUS_ENDINGS or content.startswith(_BEGINNINGS):
        return True
    if content.startswith(_OLD_OFFICE):
        return _MACROS_OF_OLD_OFFICE in content
    return content.startswith(_ARCHIVE) and _holds_danger(content)


def _ending(name: str) -> str:
    """What a computer goes by: the part behind the last dot. Windows drops dots and blanks at the very end."""
    tidy = "".join(char for char in name if char.isprintable()).rstrip(" .")
    return tidy.rpartition(".")[2].lower() if "." in tidy else ""


def _holds_danger(content: bytes) -> bool:
    """Whether an archive's table of contents names a program, a script or macros, or is locked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return False
    is_office = any(each.filename == "[Content_Types].xml" for each in entries)
    if any(each.filename.lower().endswith("vbaproject.bin") for each in entries):
        return True
    if is_office:
        return False
    return len(entries) > _MOST_ENTRIES or any(
        each.flag_bits & _LOCKED or _ending(each.filename) in DANGEROUS_ENDINGS for each in entries
    )
