"""Author's texts: a subset of Markdown and HTML, and nothing that acts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from designer.forms.safe_html import cleaned, markdown


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("Bonjour", "<p>Bonjour</p>"),
        ("a\n\nb", "<p>a</p><p>b</p>"),
        ("# Titre\ntexte", "<h3>Titre</h3><p>texte</p>"),
        ("### Petit", "<h4>Petit</h4>"),
        (
            "**gras** et _mince_ et *mince*",
            "<p><strong>gras</strong> et <em>mince</em> et <em>mince</em></p>",
        ),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("Liste :\n- a\n  suite", "<p>Liste :</p><ul><li>a suite</li></ul>"),
        ("---", "<hr>"),
        ("a  \nb", "<p>a<br>b</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("mon_nom_long", "<p>mon_nom_long</p>"),
        ("[ici](https://a.fr)", '<p><a href="https://a.fr" rel="noopener">ici</a></p>'),
        ("[ici](/demarches)", '<p><a href="/demarches" rel="noopener">ici</a></p>'),
        ("[ici](javascript:alert)", "<p><a>ici</a></p>"),
        ("[ici](//evil.example)", "<p><a>ici</a></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ],
)
def test_markdown(source: str, html: str) -> None:
    assert str(markdown(source)) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<p class=x onclick=y>a</p>", "<p>a</p>"),
        ("<script>alert(1)</script>a", "a"),
        ("<style>p{}</style>a", "a"),
        ("<svg><script>1</script></svg>a", "a"),
        ("<div><h1>T</h1></div>", "<h3>T</h3>"),
        ("<a href='JaVaScRiPt:alert(1)'>x</a>", "<a>x</a>"),
        ("<a href='mailto:a@b.fr' target=_blank>x</a>", '<a href="mailto:a@b.fr" rel="noopener">x</a>'),
        ("<!-- c -->a", "a"),
        ("<b>a", "<b>a</b>"),
    ],
)
def test_html_is_cleaned(source: str, html: str) -> None:
    assert str(cleaned(source)) == html


@given(
    st.text(max_size=80)
    | st.from_regex(r"(<[a-z]+ [a-z]+=['\"]?[a-z:]*['\"]?>|</[a-z]+>|[a-z*_#\[\]()\n-]){0,12}")
)
def test_nothing_that_acts_comes_through(source: str) -> None:
    for made in (markdown(source), cleaned(source)):
        if not made.strip():
            continue
        tree = lxml_html.fragment_fromstring(made, create_parent="div")
        for element in tree.iterdescendants():
            assert set(element.attrib) <= {"href", "rel"}
            assert element.tag not in ("script", "style", "iframe", "img", "form", "input", "object", "svg")
            assert not element.get("href", "").lower().strip().startswith(("javascript:", "data:", "//"))
