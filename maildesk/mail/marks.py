"""What the mark-up of mail clients says about quotes and signatures, and the private characters that carry it on.

* ``CUT``: a line of its own; below it stands the mail that is answered (Outlook, Yahoo, Zimbra: a container says so);
* ``ATTRIBUTION`` before each line of "On Tuesday Anna wrote:" in Gmail and Thunderbird;
* ``SIGNATURE`` before each line inside of a client's signature block.

They are characters of a private use area, which mail does not contain; a sender who writes them has them taken out.
"""

from __future__ import annotations

import re

CUT, ATTRIBUTION, SIGNATURE = "\ue0a0", "\ue0a1", "\ue0a2"
_MARKS = str.maketrans("", "", CUT + ATTRIBUTION + SIGNATURE)

_CUT_IDS = (
    "divrplyfwdmsg",
    "olk_src_body_section",
    "appendonsend",
    "yahoo_quoted",
    "mail-editor-reference-message-container",
    "stopspelling",
    "zwchr",
    "replybody",
    "isforwardcontent",
)
_CUT_CLASSES = (
    "yahoo_quoted",
    "ms-outlook-mobile-reference-message",
    "zmail_extra",
    "yahooquoted",
    "protonmail_quote",
    "tutanota_quote",
    "mail_quote",
    "ecxyahoo_quoted",
)
_ATTRIBUTION_CLASSES = ("gmail_attr", "moz-cite-prefix", "protonmail_attribution", "apple-quote-attribution")
_SIGNATURE_SIGNS = (
    "gmail_signature",
    "moz-signature",
    "applemailsignature",
    "ms-outlook-mobile-signature",
    "protonmail_signature_block",
    "lineBreakAtBeginningOfSignature".lower(),
    "x_gmail_signature",
)
# The line above Outlook's header block: 1pt solid, #B5C4DF (2007, 2010) or #E1E1E1 (2013 and later), at the top only.
_OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+(?:#(?:e1e1e1|b5c4df)|windowtext|blue)\s+1\.0pt", re.IGNORECASE
)
_HIDDEN = re.compile(
    r"display:\s*none|max-height:\s*0(?:px)?\s*[;\"']|mso-hide:\s*all|font-size:\s*0(?:px)?\s*[;\"']", re.IGNORECASE
)
_ID = re.compile(r"\bid\s*=\s*[\"']?([^\"'\s>]{1,80})", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([^\"'\s>]{1,80}))", re.IGNORECASE)


def has_marks(text: str) -> bool:
    """Whether any private mark is in the text."""
    return not text.isascii() and any(mark in text for mark in (CUT, ATTRIBUTION, SIGNATURE))


def without_marks(text: str) -> str:
    """The text without private marks, blanks untouched."""
    return text.translate(_MARKS)


def kind_of(attributes: str) -> str:
    """What a tag with these attributes begins: hidden, signature, attribution, gmail (a reply's frame), or nothing."""
    lower = attributes.lower()
    if "style" in lower and _HIDDEN.search(lower):
        return "hidden"
    if "class" not in lower and "id" not in lower:
        return ""
    if any(sign in lower for sign in _SIGNATURE_SIGNS):
        return "signature"
    if any(sign in lower for sign in _ATTRIBUTION_CLASSES):
        return "attribution"
    return "gmail" if "gmail_quote" in lower else ""


def begins_quoted_mail(attributes: str) -> bool:
    """Whether below a tag with these attributes the answered mail stands, to the end."""
    identity, classes = _ID.search(attributes), _CLASS.search(attributes)
    name = identity[1].lower().removeprefix("x_") if identity else ""
    listed = (classes[1] or classes[2] or classes[3] or "").lower().replace("x_", "").split() if classes else []
    if name.startswith(_CUT_IDS) or any(each in _CUT_CLASSES for each in listed):
        return True
    return "border-top" in attributes.lower() and bool(_OUTLOOK_RULE.search(attributes))
