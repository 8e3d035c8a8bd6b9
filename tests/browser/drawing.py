"""What a designer does at the modeler and at the form builder, by mouse and keyboard."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.people_at_work import Person

#: What the robot does in the legacy application, under that application's own words.
STEPS = """[
  {do: "open", url: "/"},
  {do: "fill", field: "Identifiant", value: {secret: "username"}},
  {do: "fill", field: "Mot de passe", value: {secret: "password"}},
  {do: "click", button: "Se connecter"},
  {do: "fill", field: "N° étranger", value: numero_etranger},
  {do: "click", button: "Rechercher"},
  {do: "click", link: "Modifier l’adresse"},
  {do: "fill", field: "Numéro et voie", value: voie},
  {do: "fill", field: "Complément", value: complement, optional: true},
  {do: "fill", field: "Code postal", value: code_postal},
  {do: "fill", field: "Commune", value: upper case(commune)},
  {do: "fill", field: "Date d’effet", value: date_emmenagement, format: "dd/mm/yyyy"},
  {do: "fill", field: "N° de dossier", value: dossier.numero},
  {do: "click", button: "Enregistrer", submits: true},
  {do: "assert", text: "Modification enregistrée"},
  {do: "read", field: "N° d’enregistrement", as: "enregistrement"}
]"""
LOOKUP = """[
  {do: "open", url: "/"},
  {do: "fill", field: "Identifiant", value: {secret: "username"}},
  {do: "fill", field: "Mot de passe", value: {secret: "password"}},
  {do: "click", button: "Se connecter"},
  {do: "click", link: "Journal des modifications"},
  {do: "fill", field: "N° de dossier", value: dossier.numero},
  {do: "click", button: "Rechercher"},
  {do: "assert", row: [dossier.numero], not_found: "Aucune modification"},
  {do: "read", row: [dossier.numero], column: "N° d’enregistrement", as: "enregistrement"}
]"""
RESULT = "{enregistrement: result.values.enregistrement}"
SUBJECT = "Votre nouvelle adresse est enregistrée (dossier {{ dossier.numero }})"
BODY = """Bonjour {{ prenom }} {{ nom }},

Votre nouvelle adresse est enregistrée : {{ voie }}, {{ code_postal }} {{ commune }}.
Numéro d’enregistrement : {{ enregistrement }}. {{ mot }}

Bureau du séjour"""


def editor_ready(person: Person) -> None:
    """The island of the page has drawn itself."""
    person.page.wait_for_selector("[data-ready]")


def saved(person: Person) -> None:
    """The page says that the server has the work."""
    expect(person.page.locator("[data-save-status]")).to_contain_text("Enregistré à")


def panel(person: Person) -> Locator:
    """The properties at the right."""
    return person.page.get_by_label("Propriétés", exact=True)


def open_group(person: Person, title: str) -> None:
    """Open a group of properties, if it is closed."""
    header = panel(person).locator(".bio-properties-panel-group-header", has_text=title)
    if "open" not in (header.get_attribute("class") or "").split():
        person.click(header.get_by_text(title, exact=True))


def build_form(person: Person, name: str) -> None:
    """Make a form on the page of forms and open the builder."""
    person.click(person.page.get_by_role("link", name="Formulaires").last)
    person.write(person.page.get_by_label("Nom du formulaire"), name)
    person.click(person.page.get_by_role("button", name="Faire le formulaire"))
    editor_ready(person)


def import_form(person: Person, file: Path) -> None:
    """Bring in a form that exists as a file."""
    person.click(person.page.locator("summary", has_text=re.compile(r"^\s*Fichier\s*$")))
    with person.page.expect_file_chooser() as waiting:
        person.click(person.page.get_by_role("button", name="Importer un formulaire"))
    waiting.value.set_files(file)
    saved(person)


def drag_field(person: Person, kind: str, label: str, key: str) -> None:
    """Carry a field from the palette into the empty form; give it its words and the name of its value."""
    page = person.page
    person.drag(page.get_by_role("button", name=kind), page.locator(".fjs-drop-container-vertical").first)
    open_group(person, "Général")
    person.paste(panel(person).get_by_role("textbox", name="Libellé"), label)
    person.write(panel(person).get_by_label("Nom de la donnée"), key)
    saved(person)


def select_start(person: Person) -> None:
    """Click the start event that a blank page holds."""
    person.click(person.page.locator("[data-element-id=start] .djs-hit").first)
    expect(panel(person).get_by_role("heading", level=2)).to_have_text("Demande reçue")


def append(person: Person, search: str, choice: str) -> None:
    """Add a step after the selected one, out of the menu."""
    person.click(person.page.locator('.djs-context-pad [data-action="append"]'))
    person.page.keyboard.type(search)
    person.did()
    person.click(person.page.locator(".djs-popup").get_by_text(choice, exact=True).first)
    expect(panel(person)).to_contain_text(choice)


def name_it(person: Person, name: str) -> None:
    """Another name for the selected step."""
    person.write(panel(person).get_by_label("Nom", exact=True), name)
    expect(panel(person).get_by_role("heading", level=2)).to_have_text(name)


def draw_robot(person: Person) -> None:
    """The step that types into the legacy application."""
    append(person, "saisir", "Saisir dans une application")
    open_group(person, "Connexion")
    expect(panel(person).get_by_label("Connexion", exact=True)).to_have_value("gestad")
    open_group(person, "Données")
    person.paste(panel(person).get_by_role("textbox", name="Étapes"), STEPS)
    person.paste(panel(person).get_by_role("textbox", name="Recherche du dossier"), LOOKUP)
    open_group(person, "Résultat")
    person.paste(panel(person).get_by_role("textbox", name="Variables tirées du résultat"), RESULT)


def draw_task(person: Person, name: str, form: str, team: str) -> None:
    """A task of a team, with its form."""
    append(person, "agent", "Tâche d’un agent")
    name_it(person, name)
    person.choose(panel(person).get_by_label("Formulaire à remplir"), form)
    open_group(person, "Qui s’en charge")
    person.choose(panel(person).get_by_label("Équipes qui peuvent la prendre"), team)


def draw_mail(person: Person) -> None:
    """The step that writes to the person."""
    append(person, "courriel", "Envoyer un courriel")
    open_group(person, "Destinataires")
    person.write(panel(person).get_by_label("À", exact=True), "=courriel")
    open_group(person, "Message")
    person.write(panel(person).get_by_label("Objet", exact=True), SUBJECT)
    person.write(panel(person).get_by_label("Texte", exact=True), BODY)


def draw_end(person: Person, name: str) -> None:
    """The end, after the selected step."""
    person.click(person.page.locator('.djs-context-pad [data-action="append.end-event"]'))
    person.page.keyboard.type(name)
    person.press("Enter")
    expect(panel(person).get_by_role("heading", level=2)).to_have_text(name)


def publish(person: Person, note: str) -> None:
    """Publish what is drawn, without problems."""
    page = person.page
    person.click(page.get_by_role("button", name="Publier…"))
    person.write(page.get_by_label("Ce qui change"), note)
    person.click(page.get_by_role("button", name="Publier la version 1"))
    expect(page.get_by_text("La version 1 est publiée.")).to_be_visible()
