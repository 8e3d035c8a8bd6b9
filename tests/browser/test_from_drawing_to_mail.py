"""The whole way, as people go it: from a blank page in the modeler to the mail that arrives."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

import processes
from tests.browser import drawing
from tests.browser.house import AGENT, DESIGNER, PASSWORD, House
from tests.browser.people_at_work import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(300),
]

PROCESS = "Signaler un déménagement"
FORM_FILE = processes.PATH / "changement_adresse" / "formulaires" / "demande.form"
ANSWERS = {
    "Prénom": "Linh",
    "Nom": "Nguyen",
    "Numéro étranger": "9904123456",
    "Courriel": "linh.nguyen@courriel.example",
    "Numéro et voie": "12 rue de la République",
    "Code postal": "82000",
    "Commune": "Montauban",
}


def test_from_a_blank_page_to_the_mail_that_arrives(
    place: House, somebody: Callable[[str], Person], capsys: pytest.CaptureFixture[str]
) -> None:
    designer, citizen, agent = somebody("designer"), somebody("citizen"), somebody("agent")
    draw_and_publish(designer)
    reference, follow = ask(citizen)
    check_row(place, reference)
    finish(agent, reference)
    check_mail(place, reference)
    check_end(place, agent, citizen, reference, follow)
    with capsys.disabled():
        print("", *(person.took() for person in (designer, citizen, agent)), sep="\n  ")


def draw_and_publish(designer: Person) -> None:
    sign_in(designer, DESIGNER)
    new_process(designer)
    drawing.build_form(designer, "Demande")
    drawing.import_form(designer, FORM_FILE)
    designer.see("form-brought-in")
    drawing.build_form(designer, "Contrôle")
    drawing.drag_field(designer, "Texte long", "Mot pour la personne", "mot")
    designer.see("form-built")
    designer.click(designer.page.get_by_role("link", name="Diagramme"))
    drawing.editor_ready(designer)
    draw(designer)
    drawing.publish(designer, "Première version")
    designer.see("published")
    designer.click(designer.page.get_by_role("button", name="Voir la version"))
    expect(designer.page.get_by_role("heading", level=1)).to_have_text(PROCESS)
    designer.see("version")


def sign_in(person: Person, email: str) -> None:
    page = person.page
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in"))
    person.write(page.get_by_label("Adresse électronique professionnelle"), email)
    person.write(page.get_by_label("Mot de passe"), PASSWORD)
    person.see("sign-in")
    person.click(page.get_by_role("button", name="Se connecter"))
    expect(page).not_to_have_url(re.compile("/sign-in"))


def new_process(designer: Person) -> None:
    page = designer.page
    designer.click(page.get_by_role("link", name="Processus", exact=True))
    designer.click(page.get_by_role("link", name="Dessiner un processus"))
    designer.write(page.get_by_label("Nom du processus"), PROCESS)
    designer.choose(page.get_by_label("Groupe"), "Séjour")
    designer.see("new-process")
    designer.click(page.get_by_role("button", name="Dessiner le processus"))
    drawing.editor_ready(designer)
    designer.see("blank")
    designer.click(page.get_by_role("link", name="Réglages").last)
    designer.write(page.get_by_label("Description"), "Dites-nous votre nouvelle adresse.")
    designer.click(page.get_by_text("Tout le monde, en ligne"))
    designer.write(page.get_by_label("Titre des dossiers"), '=prenom + " " + nom')
    designer.click(page.get_by_role("button", name="Enregistrer les réglages"))
    expect(page.get_by_text("Les réglages sont enregistrés")).to_be_visible()
    designer.see("settings")


def draw(designer: Person) -> None:
    drawing.select_start(designer)
    designer.choose(drawing.panel(designer).get_by_label("Formulaire à remplir"), "Demande")
    drawing.draw_robot(designer)
    designer.see("robot")
    drawing.draw_task(designer, "Contrôler le dossier", "Contrôle", "Bureau du séjour")
    designer.see("task")
    drawing.draw_mail(designer)
    designer.see("mail")
    drawing.draw_end(designer, "Adresse changée")
    drawing.saved(designer)
    expect(designer.page.locator(".problem-badge")).to_have_count(0)
    expect(designer.page.get_by_role("region", name="Problèmes")).to_contain_text("Aucun problème")
    designer.see("drawn")


def ask(citizen: Person) -> tuple[str, str]:
    """Fill the public form in, once wrong and once right; the reference and the follow-up address."""
    page = citizen.page
    page.goto("/requests")
    citizen.see("catalogue")
    citizen.click(page.get_by_role("link", name=PROCESS))
    citizen.see("form")
    for label, text in ANSWERS.items():
        citizen.write(field(page, label), "8200" if label == "Code postal" else text)
    citizen.write(page.get_by_label("Jour", exact=True), "1")
    citizen.write(page.get_by_label("Mois", exact=True), "10")
    citizen.write(page.get_by_label("Année", exact=True), "2026")
    citizen.click(page.get_by_label("Je déclare que ces informations sont exactes."))
    citizen.click(page.get_by_role("button", name="Envoyer la demande"))
    correct(citizen)
    citizen.click(page.get_by_role("button", name="Envoyer la demande"))
    return received(citizen)


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(f"^{label}"))


def correct(citizen: Person) -> None:
    page = citizen.page
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    citizen.see("refused")
    citizen.see("refused", phone=True)
    citizen.click(summary.get_by_role("link"))
    expect(field(page, "Code postal")).to_be_focused()
    expect(field(page, "Prénom")).to_have_value("Linh")
    citizen.write(field(page, "Code postal"), "82000")


def received(citizen: Person) -> tuple[str, str]:
    page = citizen.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est reçue")
    citizen.see("received")
    reference = page.locator(".receipt").inner_text()
    assert re.fullmatch(r"SD-\d{4}-\d+", reference)
    citizen.click(page.get_by_role("link", name="Suivre ma demande"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande")
    expect(page.get_by_text("C’est à nous")).to_be_visible()
    citizen.see("follow", phone=True)
    return reference, page.url


def check_row(place: House, reference: str) -> None:
    """The robot has typed exactly one row, with the citizen's own words."""
    [row] = place.until(place.rows)
    expected = {
        "numero_etranger": "9904123456",
        "voie": "12 rue de la République",
        "complement": "",
        "code_postal": "82000",
        "commune": "MONTAUBAN",
        "date_effet": "01/10/2026",
        "dossier": reference,
        "saisi_par": "robot",
    }
    assert {name: row[name] for name in expected} == expected


def finish(agent: Person, reference: str) -> None:
    """The agent finds the task, takes it, answers."""
    page = agent.page
    sign_in(agent, AGENT)
    expect(page.get_by_role("heading", level=1)).to_have_text("À faire")
    task = page.get_by_role("listitem").filter(has_text=reference).get_by_role("link")
    expect(task).to_contain_text("Linh Nguyen")
    agent.see("inbox")
    agent.see("inbox", phone=True)
    agent.click(task)
    read_task(agent, reference)
    agent.click(page.get_by_role("button", name="Prendre la tâche"))
    agent.write(page.get_by_label("Mot pour la personne"), "Bienvenue à Montauban !")
    agent.see("task")
    agent.click(page.get_by_role("button", name=re.compile("^Valider")))
    expect(page.get_by_role("heading", level=1)).to_have_text("À faire")
    expect(page.get_by_role("listitem").filter(has_text=reference)).to_have_count(0)
    agent.see("done")


def read_task(agent: Person, reference: str) -> None:
    """The form and, beside it, the case: answers, drawing with the place reached, history."""
    page = agent.page
    case = page.get_by_role("complementary", name="Le dossier")
    expect(case).to_contain_text(f"Dossier {reference}")
    expect(case).to_contain_text("12 rue de la République")
    expect(case).to_contain_text("Ce qui s’est passé")
    expect(case.get_by_role("figure")).to_contain_text("Le dossier est ici")
    expect(page.get_by_text("Cette tâche est libre")).to_be_visible()
    agent.see("free-task")


def check_mail(place: House, reference: str) -> None:
    """One message, to the citizen, with the values of this case."""
    [mail] = place.until(place.mails)
    assert mail["recipients"] == ["linh.nguyen@courriel.example"]
    assert mail["subject"] == f"Votre nouvelle adresse est enregistrée (dossier {reference})"
    assert "Bonjour Linh Nguyen," in mail["text"]
    assert "12 rue de la République, 82000 Montauban." in mail["text"]
    assert "Numéro d’enregistrement : G24-000001. Bienvenue à Montauban !" in mail["text"]


def check_end(place: House, agent: Person, citizen: Person, reference: str, follow: str) -> None:
    """Everybody reads that the case is finished; nothing was done twice."""
    agent.click(agent.page.get_by_role("link", name="Dossiers"))
    agent.see("cases")
    agent.click(agent.page.get_by_role("row").filter(has_text=reference).get_by_role("link"))
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Linh Nguyen")
    agent.read_again_until("Terminé")
    agent.see("case")
    citizen.page.goto(follow)
    citizen.read_again_until("Votre demande est terminée")
    citizen.see("finished")
    assert len(place.rows()) == 1
    assert len(place.mails()) == 1
