"""What of an agent's mail leaves: words as text and HTML, the pictures beside them, the files, and nothing of ours."""

from __future__ import annotations

import hashlib
from typing import Any

from maildesk.desk.answers.leaving import Leaving, leaving, within
from maildesk.mail.letter import Attachment, Letter
from tests.unit.desk.making_facts import ANNA, SITE, letter

AGENT = SITE.agents[0]


def part(content: bytes, content_id: str | None = None, kind: str = "image/png", **changes: Any) -> Attachment:
    """A part of the agent's mail; with a Content-ID it is inline."""
    plain: dict[str, Any] = {"filename": "a.png", "inline": content_id is not None, **changes}
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(plain["filename"], kind, len(content), digest, plain["inline"], content, content_id)


def sent(html: str, text: str, *parts: Attachment, plain: str = "", ours: frozenset[str] = frozenset()) -> Leaving:
    """What would leave."""
    mail: Letter = letter(text, html=html, text_plain=plain, attachments=parts)
    return leaving(mail, text, AGENT, "example.com", ours)


MINE, THEIRS, LOGO = part(b"mine", "mine@phone"), part(b"theirs", "theirs@x"), part(b"logo", "logo@x")
PAGE = (
    '<p>See <img src="cid:mine@phone"> here.</p><p>Kind regards<br>Anna</p><img src="cid:logo@x">'
    '<blockquote><p>Hello, <img src="cid:theirs@x"></p></blockquote>'
)


def test_a_pasted_picture_goes_under_an_id_of_ours_and_no_other_picture_does() -> None:
    answer = sent(PAGE, "See here.", MINE, LOGO, THEIRS)
    own_id = f"{MINE.sha256[:24]}@example.com"
    assert answer.html == f'<p>See <img src="cid:{own_id}"> here.</p>'
    assert [(each.content, each.inline, each.content_id) for each in answer.files] == [(b"mine", True, own_id)]


def test_where_the_text_goes_alone_its_pictures_are_attached() -> None:
    answer = sent(PAGE, "See here. And there.", MINE, LOGO, THEIRS)
    assert answer.html == ""
    assert [(each.content, each.inline, each.content_id) for each in answer.files] == [(b"mine", False, None)]
    assert sent(PAGE, "Quite another text.", MINE, LOGO, THEIRS).files == ()


def test_files_go_and_what_names_or_signs_the_agent_does_not() -> None:
    card = part(f"EMAIL:{ANNA}".encode(), kind="text/vcard", filename="anna.vcf")
    shop = part(b"EMAIL:shop@example.org", kind="text/vcard", filename="shop.vcf")
    signature = part(b"s", kind="application/pkcs7-signature", filename="smime.p7s")
    key = part(b"k", kind="application/pgp-keys", filename="key.asc")
    manual = part(b"m", kind="application/pdf", filename="manual.pdf")
    assert sent("", "Here.", card, shop, signature, key, manual).files == (shop, manual)


def test_what_we_sent_inline_does_not_go_back_and_what_the_agent_attached_goes() -> None:
    ours = frozenset({THEIRS.sha256})
    assert sent("", "Here.", THEIRS, ours=ours).files == ()
    again = part(b"theirs")
    assert sent("", "Here.", again, ours=ours).files == (again,)


def test_a_mail_without_text_answers_by_its_files_alone() -> None:
    manual = part(b"m", kind="application/pdf", filename="manual.pdf")
    assert sent(PAGE, "", manual, MINE).files == (manual,)
    assert sent(PAGE, "", part(b"s", kind="application/pkcs7-signature"), MINE).files == ()


def test_the_agents_own_text_part_is_kept_and_what_a_client_wrote_into_it_is_not() -> None:
    page = "<p>Dear Maria,</p><ol><li>one</li></ol>"
    assert sent(page, "Dear Maria,\n\n 1) one", plain="Dear Maria,\n\n 1) one\n").text == "Dear Maria,\n\n 1) one"
    assert sent(page, "Dear Maria,\n\n- one").text == "Dear Maria,\n\n1. one"
    link = '<p>More: <a href="https://shop.example/7">your parcel</a></p>'
    bare = "More: https://shop.example/7"
    assert sent(link, bare, plain=bare).text == "More: your parcel (https://shop.example/7)"
    picture = '<p>See</p><p><img src="cid:mine@phone" alt="screen"></p>'
    assert sent(picture, "See\n\n[cid:mine@phone]", MINE, plain="See\n\n[cid:mine@phone]").text == "See\n\n[screen]"


def test_texts_that_the_agent_named_stand_around_their_own() -> None:
    own = Leaving("Mine.", "<p>Mine.</p>")
    around = within(own, "Above.\n\nMine.\n\nBelow.")
    assert (around.above, around.text, around.below, around.html) == ("Above.", "Mine.", "Below.", "<p>Mine.</p>")
    assert around.whole == "Above.\n\nMine.\n\nBelow."
    assert within(Leaving(""), "Below.").whole == "Below."
