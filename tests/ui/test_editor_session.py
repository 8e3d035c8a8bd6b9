"""An editor that stays open for a day: what is published, who else is at it, sessions that begin again."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.ui.test_modeler_island import SEND_MAIL, append, draw_start_task_end, open_modeler, saved
from tests.ui.workshop import Workshop

pytestmark = pytest.mark.browser

VERSION, STATUS = "[data-version]", "[data-save-status]"
WITHOUT_PLACES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t">
<process id="changement_adresse" isExecutable="true"><startEvent id="arrivee" name="Arrivée"/>
<task id="lire" name="Lire"/><endEvent id="fin"/>
<sequenceFlow id="a" sourceRef="arrivee" targetRef="lire"/>
<sequenceFlow id="b" sourceRef="lire" targetRef="fin"/>
</process></definitions>"""


def publish(page: Page) -> None:
    page.click("text=Publier…")
    page.click("dialog .btn-primary")
    expect(page.locator(".editor-notice")).to_contain_text("est publiée")
    page.locator(".editor-notice >> text=Fermer").click()


def test_the_tag_says_what_is_published_then_the_next_draft(page: Page) -> None:
    open_modeler(page)
    saved(page)
    expect(page.locator(VERSION)).to_have_text("Brouillon de la version 13")
    publish(page)
    expect(page.locator(VERSION)).to_have_text("Version 13")
    page.click("[data-element-id=start] .djs-hit")
    append(page, "append.end-event")
    expect(page.locator(VERSION)).to_have_text("Brouillon de la version 14")


def test_an_opened_draft_says_since_when_it_is_saved(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    workshop.saved_at = "2024-12-01T09:00:00+00:00"
    open_modeler(page)
    expect(page.locator(STATUS)).to_have_text("Enregistré le 1er décembre 2024")
    open_modeler(page, "/modeler?lang=en")
    expect(page.locator(STATUS)).to_have_text("Saved on 1 December 2024")


def test_a_new_session_in_another_tab_saves_what_was_drawn(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    page.context.clear_cookies()
    page.request.get("/session")  # the other tab: another session, with another token
    draw_start_task_end(page)
    saved(page)
    assert "userTask" in (workshop.draft.text or "")


def test_signing_in_again_elsewhere_is_noticed_on_the_way_back(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    workshop.refuse_with = 401
    draw_start_task_end(page)
    notice = page.locator(".editor-notice")
    expect(notice).to_contain_text("Votre session est terminée")
    with page.context.expect_page():
        notice.locator("text=Se reconnecter").click()
    workshop.refuse_with = None
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    expect(notice).to_have_count(0)
    assert "userTask" in (workshop.draft.text or "")


def test_the_session_of_another_person_saves_nothing_of_this_one(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    before = workshop.draft.text
    workshop.user = "karim"
    page.context.clear_cookies()
    draw_start_task_end(page)
    expect(page.locator(".editor-notice")).to_contain_text("Une autre personne est connectée")
    assert workshop.draft.text == before
    kept = page.evaluate("localStorage.getItem('unsaved:nadia:/draft')")
    assert "userTask" in json.loads(kept)["text"]


def test_who_changed_the_draft_a_moment_ago_is_named_before_drawing(page: Page, workshop: Workshop) -> None:
    workshop.other = "Karim Haddad"
    open_modeler(page)
    notice = page.locator(".editor-notice")
    expect(notice).to_contain_text("Karim Haddad modifie aussi ce brouillon")
    notice.locator("text=Prendre la main").click()
    expect(notice).to_have_count(0)
    open_modeler(page)
    notice.locator("text=Regarder sans modifier").click()
    page.wait_for_selector("[data-ready]")
    expect(page.locator(STATUS)).to_have_text("Lecture seule")


def test_nothing_is_sent_while_a_conflict_waits_for_a_choice(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    workshop.draft.revision += 5
    draw_start_task_end(page)
    notice = page.locator(".editor-notice")
    expect(notice).to_contain_text("l’autre est gardée dans")
    refused = workshop.puts
    page.click('.djs-shape[data-element-id^="Activity"] .djs-hit')
    append(page, "append.text-annotation")
    page.wait_for_timeout(1600)
    assert workshop.puts == refused
    notice.locator("text=Garder la mienne").click()
    saved(page)
    assert "textAnnotation" in (workshop.draft.text or "")


def test_a_file_without_places_is_laid_out_when_it_is_imported(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    page.click("summary >> text=Fichier")
    with page.expect_file_chooser() as waiting:
        page.click("text=Importer un fichier .bpmn…")
    content = {"name": "sans.bpmn", "mimeType": "application/xml", "buffer": WITHOUT_PLACES.encode()}
    waiting.value.set_files(content)
    expect(page.locator(".editor-notice")).to_contain_text("Le diagramme vient du fichier")
    expect(page.locator("[data-element-id=lire]")).to_be_visible()
    saved(page)
    assert (workshop.draft.text or "").count("<bpmndi:BPMNShape") == 3


def test_people_and_teams_are_chosen_by_name(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    draw_start_task_end(page)
    page.click('.djs-shape[data-element-id^="Activity"] .djs-hit')
    page.locator(".props .bio-properties-panel-group-header", has_text="Qui s’en charge").click()
    teams = page.get_by_label("Équipes qui peuvent la prendre")
    teams.select_option(label="Guichet")
    teams.select_option(label="Urbanisme")
    page.get_by_role("button", name="Retirer Guichet").click()
    page.get_by_label("Personne qui la reçoit").select_option(label="Nadia Benali")
    saved(page)
    drawn = workshop.draft.text or ""
    assert 'candidateGroups="urbanisme"' in drawn
    assert 'assignee="019a-nadia"' in drawn
    page.get_by_role("button", name="Écrire une formule").first.click()
    expect(page.get_by_role("button", name="Choisir dans l’annuaire")).to_be_visible()


def test_a_form_is_made_in_place_and_chosen(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    page.click("[data-element-id=start] .djs-hit")
    page.click("text=Créer un formulaire…")
    page.fill("dialog[open] input", "Justificatif")
    page.click("dialog[open] .btn-primary")
    expect(page.locator(".props select[name=formId]")).to_have_value("justificatif")
    expect(page.locator(".props-link a")).to_have_attribute("href", "/form?made")
    saved(page)
    assert 'formId="justificatif"' in (workshop.draft.text or "")


def test_menus_offer_no_construct_that_the_check_refuses(page: Page, workshop: Workshop) -> None:
    workshop.executed = ["task", "userTask", "startEvent", "endEvent", "exclusiveGateway"]
    workshop.templates = [SEND_MAIL]
    open_modeler(page)
    draw_start_task_end(page)
    page.click('.djs-shape[data-element-id^="Activity"] .djs-hit')
    append(page, "replace")
    offered = page.locator(".djs-popup [data-id]").evaluate_all("all => all.map(one => one.dataset.id)")
    assert "replace-with-task" in offered
    assert not {name for name in offered if "script" in name or "subprocess" in name}
    assert page.locator('.palette-host [data-action="create.service-task"]').count() == 0
    assert page.locator('.palette-host [data-action="create.user-task"]').count() == 1


def test_images_carry_colours_of_their_own(page: Page) -> None:
    open_modeler(page)
    for choice in ("Exporter l’image (SVG)", "Exporter l’image (PNG)"):
        page.click("summary >> text=Fichier")
        with page.expect_download() as waiting:
            page.click(f"text={choice}")
        content = waiting.value.path().read_bytes()
        assert b"var(--" not in content
        assert content.startswith((b"<?xml", b"\x89PNG"))
        page.keyboard.press("Escape")
