"""Links that say another place than they lead to."""

from __future__ import annotations

import pytest

from maildesk.mail.clean_html import clean_html
from maildesk.mail.honest_links import honest_links


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("www.bank.example", "https://evil.example/login"),
        ("https://bank.example/account", "https://bank.example.evil.example/"),
        ("<b>bank</b>.example", "http://evil.example"),
        ("help@bank.example", "mailto:thief@evil.example"),
    ],
)
def test_a_link_that_says_another_place_shows_where_it_leads(words: str, target: str) -> None:
    assert "evil.example]" in honest_links(clean_html(f'<p><a href="{target}">{words}</a></p>'))


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("click here", "https://shop.example/"),
        ("www.shop.example", "https://shop.example/cart"),
        ("shop.example", "https://www.shop.example/"),
        ("maria@shop.example", "mailto:maria@shop.example"),
    ],
)
def test_an_honest_link_stays_as_it_is(words: str, target: str) -> None:
    cleaned = clean_html(f'<p><a href="{target}">{words}</a></p>')
    assert honest_links(cleaned) == cleaned


def test_what_a_link_says_on_hovering_is_gone() -> None:
    assert "title" not in honest_links(clean_html('<a href="https://evil.example" title="bank.example">here</a>'))
