"""Templates: what they may do, what they may not, and what is said before anything runs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.email import templates
from connectors.email.connector import send
from connectors.email.message import to_html
from connectors.sdk import ConnectorError, Text

WHAT = Text("Le texte", "The text")


def render(template, locale="fr", **variables):
    return templates.render(template, variables, locale, what=WHAT)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ d.nom }}", "Léa"),
        ("{{ d.items }}", "3"),
        ("{{ d['nom'] }}", "Léa"),
        ("{{ montant }} {{ oui }} {{ rien }}|", "0.10 oui |"),
        ("{% for p in pieces %}{{ loop.index }} {{ p }};{% endfor %}", "1 a;2 b;"),
        ("{% if pieces %}oui{% else %}non{% endif %}", "oui"),
        ("{{ absent | default('rien') }}", "rien"),
        ("{{ pieces | join(', ') }}", "a, b"),
        ("{{ montant + 1 }} {{ montant * 3 }}", "1.10 0.30"),
        ("{{ jour | date }} {{ instant | time }}", "1er\u00a0janvier 2027 9\u00a0h\u00a005"),
        ("{{ total | euros }} {{ total | number }}", "18\u00a0920,50\u00a0€ 18\u00a0920,5"),
        ("{{ d.nom | replace('é', 'e') }}", "Lea"),
        ("{# à part #}<b>", "<b>"),
    ],
)
def test_what_a_template_may_do(template, expected):
    values = {
        "d": {"nom": "Léa", "items": 3},
        "montant": Decimal("0.10"),
        "oui": True,
        "rien": None,
        "pieces": ["a", "b"],
        "jour": "2027-01-01",
        "instant": "2027-01-01T09:05:00",
        "total": Decimal("18920.5"),
    }
    assert render(template, **values) == expected


def test_formats_follow_the_language():
    assert render("{{ j | date }}, {{ n | euros }}, {{ v }}", "en", j="2026-12-03", n=5, v=False) == (
        "3 December 2026, €5.00, no"
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ d.__class__ }}",
        "{{ d.keys() }}",
        "{{ d['nom'].upper() }}",
        "{{ cycler }}",
        "{{ range(10) }}",
        "{{ lipsum() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ '%0999999999d' % 1 }}",
        "{{ 2 ** 100000 }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ d | attr('__class__') }}",
        "{{ d.nom | replace('', 'x' * 9) }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% set x = 1 %}",
        "{% for a in l recursive %}{{ loop(l) }}{% endfor %}",
        "{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ self }}{{ self._TemplateReference__context }}",
        "{{ loop.__init__ }}",
        "{% for a in l %}{{ loop.__init__.__globals__ }}{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ 'pas une date' | date }}",
    ],
)
def test_what_a_template_may_not_do(template):
    with pytest.raises(ConnectorError) as caught:
        render(template, d={"nom": "Léa"}, l=[1, 2])
    assert caught.value.code in {"TEMPLATE_ERROR", "TEMPLATE_VALUE_MISSING"}
    assert type(caught.value) is ConnectorError


def test_a_text_cannot_grow_without_bound():
    with pytest.raises(ConnectorError) as caught:
        render("{% for a in l %}{% for b in l %}xxxxxxxxxx{% endfor %}{% endfor %}", l=list(range(1000)))
    assert caught.value.code == "TEMPLATE_ERROR"
    assert "trop long" in caught.value.message.fr


def test_a_value_that_looks_like_a_template_is_only_text():
    assert render("{{ nom }}", nom="{{ 7 * 7 }}") == "{{ 7 * 7 }}"


def test_the_formatted_version_escapes_everything():
    page = to_html(
        "<script>alert(1)</script>\nvoir https://exemple.fr/?a=1&b=2.\n\n- un\n- deux & trois", "fr"
    )
    assert "<script>" not in page
    assert '<a href="https://exemple.fr/?a=1&amp;b=2">https://exemple.fr/?a=1&amp;b=2</a>.</p>' in page
    assert "<ul><li>un</li><li>deux &amp; trois</li></ul>" in page
    assert '<html lang="fr">' in page


@pytest.mark.parametrize(
    ("subject", "body", "known", "found"),
    [
        ("Bonjour", "Texte {{ demande.nom }}", {"demande"}, []),
        ("Bonjour", "Texte {{ demande.nom }}", None, []),
        ("Bonjour", "Texte\n\n{{ demnde.nom }}", {"demande"}, [("body", 3)]),
        ("{{ a }", "Texte", set(), [("subject", 1)]),
        ("Bonjour", "{% for x in l %}{{ x }}{% endfor %}", {"l"}, []),
        ("Bonjour", "un\n{% if a %}", {"a"}, [("body", 2)]),
        ("Bonjour", "{{ a | inconnu }}", {"a"}, [("body", 1)]),
        ("Bonjour", "{% set a = 1 %}", set(), [("body", 1)]),
        ("={{ a }}", "Texte", {"a"}, [("subject", None)]),
    ],
)
def test_publication_refuses_a_template_that_cannot_work(subject, body, known, found):
    problems = send.problems({"to": "a@b.fr", "subject": subject, "body": body}, known)
    assert [(problem.input, problem.line) for problem in problems] == found


def test_a_near_name_is_suggested():
    (problem,) = send.problems({"subject": "{{ demnde }}"}, {"demande", "autre"})
    assert "«\u00a0demande\u00a0»" in problem.message.fr
    assert "“demande”" in problem.message.en


def test_publication_refuses_a_wrong_literal_address():
    assert [p.input for p in send.problems({"to": "pas une adresse", "cc": "=x"})] == ["to"]


def test_the_variables_read_are_those_of_the_templates():
    inputs = {"to": "=x", "subject": "{{ a.b }}", "body": "{% for p in pieces %}{{ p }}{% endfor %}{{ c }}"}
    assert send.variables_read(inputs) == {"a", "pieces", "c"}
    assert send.variables_read({"subject": "{{ a }"}) == set()
