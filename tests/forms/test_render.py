"""The HTML of forms: labelled, described, safe, and readable back by `parse`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from lxml import html as lxml_html

import ui
from designer.forms import error_items, parse, render_form
from designer.forms.autofill import autocomplete_of
from engine.forms import Form
from tests.forms.build import NOW, PARIS, YES_NO, field, form, required


@pytest.fixture(scope="module")
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(str(ui.TEMPLATES)),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals["icon"] = ui.icon
    return made


EVERYTHING: tuple[dict[str, Any], ...] = (
    {"type": "text", "text": "# Titre\n\nBonjour **{{ prenom }}**"},
    required("textfield", "nom", "Votre nom", description="Comme sur le titre"),
    field("textfield", "courriel", "Courriel", validate={"validationType": "email"}),
    field("textfield", "code_postal", "Code postal", properties={"relais:check": "postcode"}),
    field("textarea", "note", "Note"),
    field("number", "montant", "Montant", appearance={"suffixAdorner": "€"}),
    required("datetime", "jour", "Jour", subtype="date"),
    field("datetime", "rdv", "Rendez-vous", subtype="datetime"),
    field("datetime", "heure", "Heure", subtype="time"),
    required("radio", "heberge", "Hébergé ?", values=YES_NO),
    field("select", "motif", "Motif", values=YES_NO),
    field("checklist", "pieces", "Pièces", values=YES_NO),
    required("checkbox", "certifie", "Je certifie"),
    field("filepicker", "preuve", "Preuve", accept=".pdf,.jpg", multiple=True),
    {
        "type": "group",
        "path": "adresse",
        "label": "Adresse",
        "components": [field("textfield", "rue", "Rue")],
    },
    {
        "type": "dynamiclist",
        "path": "lignes",
        "label": "Lignes",
        "components": [required("textfield", "nom", "Nom")],
    },
    {"type": "separator"},
    {"type": "spacer"},
    {"type": "button", "action": "submit", "label": "Envoyer"},
)
VALUES = {
    "nom": "Zoé",
    "montant": Decimal("1284.5"),
    "jour": date(2026, 12, 14),
    "rdv": datetime(2026, 12, 14, 8, 30, tzinfo=UTC),
    "heberge": "oui",
    "pieces": ["non"],
    "certifie": True,
    "preuve": [{"id": "f1", "name": "a.pdf"}],
    "adresse": {"rue": "27 quai Nord"},
    "lignes": [{"nom": "a"}, {"nom": "b"}],
}


def page(environment: Environment, made: Form, values: Any = None, errors: Any = None, **options: Any) -> Any:
    given = made.initial({}) if values is None else values
    text = render_form(made, given, errors, environment=environment, now=NOW, zone=PARIS, **options)
    return lxml_html.fragment_fromstring(f"<form>{text}</form>")


def named(tree: Any, name: str) -> Any:
    return tree.xpath("//*[@name=$name]", name=name)[0]


def test_every_control_has_a_label_and_every_id_is_unique(environment: Environment) -> None:
    tree = page(environment, form(*EVERYTHING), VALUES, variables={"prenom": "Mei"})
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    controls = tree.xpath("//input[@type!='hidden'] | //input[not(@type)] | //select | //textarea")
    for control in controls:
        assert control.xpath("ancestor::label") or tree.xpath("//label[@for=$id]", id=control.get("id")), (
            control.get("name")
        )


def test_described_controls_point_to_texts_that_exist(environment: Environment) -> None:
    made = form(*EVERYTHING)
    errors = made.validate({}, {}, now=NOW, zone=PARIS).errors
    tree = page(environment, made, {"lignes": []}, errors)
    for ids in tree.xpath("//@aria-describedby | //@aria-labelledby"):
        assert all(tree.xpath("//*[@id=$id]", id=one) for one in ids.split())
    assert "« Votre nom" in named(tree, "nom").xpath("string(ancestor::div[1])").replace("\u00a0", " ")
    assert named(tree, "nom").get("aria-invalid") == "true"


def test_only_optional_fields_say_so(environment: Environment) -> None:
    tree = page(environment, form(required("textfield", "a", "Nom"), field("textfield", "b", "Rue")))
    labels = [" ".join(label.text_content().split()) for label in tree.xpath("//label")]
    assert labels == ["Nom", "Rue (facultatif)"]


def test_a_page_sent_back_unchanged_gives_the_same_values(environment: Environment) -> None:
    made = form(*EVERYTHING)
    tree = page(environment, made, VALUES, variables={"prenom": "Mei"})
    answers = parse(made, _sent(tree), {}, kept={"f1": {"id": "f1", "name": "a.pdf"}}.get).values
    result = made.validate(answers, {}, now=NOW, zone=PARIS)
    assert result.errors == {}
    assert {k: v for k, v in result.values.items() if v is not None} == VALUES


def _sent(tree: Any) -> dict[str, list[str]]:
    """What a browser would send for the page."""
    fields: dict[str, list[str]] = {}
    for name, value in tree.form_values() if hasattr(tree, "form_values") else tree.fields.items():
        fields.setdefault(name, []).append(value)
    return fields


def test_what_was_typed_wrong_comes_back_as_typed(environment: Environment) -> None:
    made = form(field("number", "n"), field("datetime", "d", subtype="date"))
    tree = page(environment, made, {"n": "douze", "d": {"day": "31", "month": "février", "year": "26"}})
    assert named(tree, "n").get("value") == "douze"
    assert [named(tree, f"d-{part}").get("value") for part in ("day", "month", "year")] == [
        "31",
        "février",
        "26",
    ]


@pytest.mark.parametrize(("locale", "shown"), [("fr", "1\u00a0284,50"), ("en", "1,284.50")])
def test_numbers_are_shown_in_the_notation_of_the_page(
    environment: Environment, locale: str, shown: str
) -> None:
    tree = page(environment, form(field("number", "n")), {"n": Decimal("1284.50")}, locale=locale)
    assert named(tree, "n").get("value") == shown


def test_lists_work_with_submit_buttons_and_enter_sends_the_form(environment: Environment) -> None:
    rows = {
        **EVERYTHING[15],
        "properties": {"relais:addLabel": "Ajouter une personne", "relais:addLabel:en": "Add a person"},
    }
    tree = page(environment, form(rows), {"lignes": [{"nom": "a"}, {"nom": "b"}]})
    buttons = tree.xpath("//button")
    assert [b.get("type") for b in buttons] == ["submit"] * 4
    assert [b.get("name") for b in buttons] == [None, "_remove:lignes:0", "_remove:lignes:1", "_add:lignes"]
    assert buttons[0].get("tabindex") == "-1"
    assert buttons[-1].text_content().strip() == "Ajouter une personne"
    assert named(tree, "_rows:lignes").get("value") == "2"
    english = page(environment, form(rows), {"lignes": []}, locale="en")
    assert "Add a person" in english.text_content()


def test_hidden_components_are_not_in_the_page(environment: Environment) -> None:
    made = form(field("checkbox", "a"), field("textfield", "b", "Secret", conditional={"hide": "=not(a)"}))
    assert "Secret" not in page(environment, made, {"a": False}).text_content()
    assert "Secret" in page(environment, made, {"a": True}).text_content()


def test_conditions_see_what_was_typed_as_values(environment: Environment) -> None:
    row = {
        "type": "dynamiclist",
        "path": "l",
        "components": [
            field("number", "prix"),
            field("textfield", "m", "Motif", conditional={"hide": "=prix < 10"}),
        ],
    }
    made = form(
        field("number", "age"), field("textfield", "t", "Tuteur", conditional={"hide": "=age >= 18"}), row
    )
    answers = {"age": "1 200", "l": [{"prix": "9,5"}, {"prix": "10,0"}]}
    text = page(environment, made, answers).text_content()
    assert "Tuteur" not in text
    assert text.count("Motif") == 1


def test_read_only_values_are_text_and_not_controls(environment: Environment) -> None:
    made = form(
        field("textfield", "a", "Nom", readonly=True), field("expression", "t", "Total", expression="=1 + 1")
    )
    tree = page(environment, made, {"a": "Zoé"})
    assert not tree.xpath("//input")
    assert "Zoé" in tree.text_content()
    assert "2" in tree.text_content()


def test_the_page_to_read_has_no_control_and_words_for_every_value(environment: Environment) -> None:
    tree = page(environment, form(*EVERYTHING), VALUES, mode="read", variables={"prenom": "Mei"})
    assert not tree.xpath("//input | //button | //select | //textarea")
    text = " ".join(tree.text_content().split())
    for expected in (
        "Zoé",
        "1 284,5",
        "14 décembre 2026 à 9 h 30",
        "Oui",
        "a.pdf",
        "27 quai Nord",
        "Sans réponse",
    ):
        assert expected in text.replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["label", "description", "text", "content", "alt"])
def test_texts_and_values_of_forms_cannot_become_markup(environment: Environment, name: str) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>"
    made = form(
        field("textfield", "a", **{name: bad} if name != "label" else {}),
        {"type": "textfield", "key": "b", "label": bad},
        {"type": "text", "text": bad},
        {"type": "html", "content": bad},
        {"type": "image", "source": "javascript:alert(1)", "alt": bad},
        field("select", "c", values=[{"label": bad, "value": bad}]),
    )
    tree = page(environment, made, {"a": bad, "c": bad})
    assert not tree.xpath("//script | //@onerror | //img")
    assert named(tree, "a").get("value") == bad


def test_templates_in_texts_are_filled_and_escaped(environment: Environment) -> None:
    made = form(
        {"type": "text", "text": "{{#if oui}}Bonjour {{ nom }}{{/if}}{{#loop l}} {{ this }};{{/loop}}"}
    )
    tree = page(
        environment, made, {}, variables={"oui": True, "nom": "<i>Mei</i>", "l": [Decimal(1), Decimal("2.5")]}
    )
    assert " ".join(tree.text_content().split()) == "Bonjour Mei 1; 2,5;"


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("courriel", "email"),
        ("adresse_courriel", None),
        ("votre_courriel", "email"),
        ("telephone", "tel"),
        ("téléphone", "tel"),
        ("codePostal", "postal-code"),
        ("nouvelle_adresse", "street-address"),
        ("prenom", "given-name"),
        ("nom", "family-name"),
        ("ville", "address-level2"),
        ("numero_titre", None),
        ("nombre", None),
    ],
)
def test_browsers_are_told_what_they_may_fill_in(key: str, word: str | None) -> None:
    assert autocomplete_of(key) == word


def test_browsers_fill_nothing_in_for_somebody_else(environment: Environment) -> None:
    made = form(field("textfield", "courriel"))
    assert named(page(environment, made), "courriel").get("autocomplete") == "email"
    assert named(page(environment, made, autofill=False), "courriel").get("autocomplete") == "off"


def test_errors_lead_to_their_control(environment: Environment) -> None:
    made = form(*EVERYTHING)
    result = made.validate({"lignes": [{}]}, {}, now=NOW, zone=PARIS)
    links = error_items(made, result.errors, prefix="t-")
    assert [href for _, href in links] == [
        "#t-nom",
        "#t-jour-day",
        "#t-heberge",
        "#t-certifie",
        "#t-lignes-0-nom",
    ]
    tree = page(environment, made, {"lignes": [{}]}, result.errors, prefix="t-")
    assert all(tree.xpath("//*[@id=$id]", id=href[1:]) for _, href in links)


def test_files_say_what_is_accepted_and_keep_what_was_sent(environment: Environment) -> None:
    tree = page(environment, form(EVERYTHING[13]), {"preuve": [{"id": "f1", "name": "a.pdf"}]})
    assert "PDF, JPG, 10\u00a0Mo au plus." in tree.text_content()
    assert named(tree, "_file:preuve").get("value") == "f1"
    assert named(tree, "preuve").get("accept") == ".pdf,.jpg"


def test_no_inline_style_or_script(environment: Environment) -> None:
    tree = page(environment, form(*EVERYTHING), VALUES, variables={"prenom": "Mei"})
    assert not tree.xpath("//@style | //script | //style | //@onclick")
