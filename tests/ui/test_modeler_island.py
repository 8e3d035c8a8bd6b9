"""The modeler in a real browser, by mouse and keyboard, under the policy of production."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from designer.modeler.menus import samples
from tests.ui.workshop import Workshop

pytestmark = pytest.mark.browser

SEND_MAIL = {
    "$schema": "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json",
    "name": "Envoyer un courriel",
    "id": "relais.email.send",
    "version": 1,
    "category": {"id": "relais", "name": "Connecteurs"},
    "keywords": ["courriel", "smtp"],
    "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
    "elementType": {"value": "bpmn:ServiceTask"},
    "groups": [{"id": "message", "label": "Message"}],
    "properties": [
        {
            "type": "Hidden",
            "value": "email:send:1",
            "binding": {"type": "zeebe:taskDefinition", "property": "type"},
        },
        {
            "label": "Destinataire",
            "type": "String",
            "feel": "optional",
            "group": "message",
            "binding": {"type": "zeebe:input", "name": "to"},
            "constraints": {"notEmpty": True},
        },
    ],
}


def open_modeler(page: Page, path: str = "/modeler") -> None:
    page.goto(path)
    page.wait_for_selector("[data-ready]")


def append(page: Page, action: str) -> None:
    page.click(f'.djs-context-pad [data-action="{action}"]')


def draw_start_task_end(page: Page) -> str:
    """A user task named « Vérifier l’adresse » between start and end; its id."""
    page.click("[data-element-id=start] .djs-hit")
    append(page, "append.append-task")
    page.keyboard.type("Vérifier l’adresse")
    page.keyboard.press("Enter")
    append(page, "replace")
    page.click('.djs-popup [data-id="replace-with-user-task"]')
    expect(page.locator(".props-head h2")).to_have_text("Vérifier l’adresse")
    append(page, "append.end-event")
    task = page.locator('.djs-shape[data-element-id^="Activity"]').first.get_attribute("data-element-id")
    assert task
    return task


def saved(page: Page) -> None:
    expect(page.locator("[data-save-status]")).to_contain_text("Enregistré à", timeout=8000)


def test_a_blank_page_holds_a_start_event_and_is_saved(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    expect(page.locator("[data-element-id=start]")).to_be_visible()
    saved(page)
    assert workshop.draft.text is not None
    assert '<bpmn:process id="changement_adresse" name="Changement d’adresse" isExecutable="true">' in (
        workshop.draft.text
    )


def test_start_task_end_drawn_by_mouse_is_saved_by_itself(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    draw_start_task_end(page)
    saved(page)
    drawn = workshop.draft.text or ""
    assert "<bpmn:userTask" in drawn
    assert "<zeebe:userTask />" in drawn
    assert drawn.count("<bpmn:sequenceFlow ") == 2
    assert workshop.checks >= 1


def test_the_palette_places_a_step_by_keyboard(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    page.click("[data-element-id=start] .djs-hit")
    page.focus('.palette-host [data-action="create.user-task"]')
    page.keyboard.press("Enter")
    expect(page.locator('.djs-shape[data-element-id^="Activity"]')).to_have_count(1)
    saved(page)
    assert "<bpmn:sequenceFlow " in (workshop.draft.text or "")


def test_properties_speak_french_and_english(page: Page) -> None:
    open_modeler(page)
    draw_start_task_end(page)
    page.click('.djs-shape[data-element-id^="Activity"] .djs-hit')
    panel = page.locator(".props")
    expect(panel).to_contain_text("Qui s’en charge")
    expect(panel).to_contain_text("Tâche d’un agent")
    expect(panel).not_to_contain_text("Ce que l’étape reçoit")
    page.click(".props .toggle button >> text=Complet")
    expect(panel).to_contain_text("Ce que l’étape reçoit")
    open_modeler(page, "/modeler?lang=en")
    page.click("[data-element-id=start] .djs-hit")
    expect(panel).to_contain_text("Start event")
    expect(panel).to_contain_text("Form to fill in")


def test_a_form_of_the_package_is_chosen_by_name_and_undone(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    page.click("[data-element-id=start] .djs-hit")
    page.select_option(".props select[name=formId]", label="Demande de changement")
    expect(page.locator(".props-link a")).to_have_attribute("href", "/form")
    saved(page)
    assert '<zeebe:formDefinition formId="demande" />' in (workshop.draft.text or "")
    page.click('.palette-host [data-action="undo"]')
    expect(page.locator(".props-link a")).to_have_count(0)


def test_a_connector_is_found_by_search_and_names_its_step(page: Page, workshop: Workshop) -> None:
    workshop.templates = [SEND_MAIL]
    open_modeler(page)
    page.click("[data-element-id=start] .djs-hit")
    append(page, "append")
    page.keyboard.type("smtp")
    expect(page.locator(".djs-popup-search-count")).to_have_text("1 résultat")
    page.keyboard.press("Enter")
    expect(page.locator(".props-head h2")).to_have_text("Envoyer un courriel")
    saved(page)
    assert 'zeebe:taskDefinition type="email:send:1"' in (workshop.draft.text or "")


def test_a_problem_jumps_to_its_element(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    task = draw_start_task_end(page)
    workshop.diagnostics = [
        {
            "element_id": task,
            "rule": "form.missing",
            "severity": "error",
            "message": "Choisissez un formulaire.",
            "hint": None,
        },
        {
            "element_id": None,
            "rule": "lane.none",
            "severity": "warning",
            "message": "Dessinez des couloirs.",
            "hint": "Un par équipe.",
        },
    ]
    page.click("[data-element-id=start] .djs-hit")
    append(page, "append.text-annotation")
    row = page.locator(f'.problems li[data-element="{task}"]')
    expect(row).to_contain_text("Vérifier l’adresse", timeout=5000)
    expect(page.locator(".problems")).to_contain_text("1 à corriger")
    expect(page.locator(".problem-badge")).to_have_text("1")
    page.keyboard.press("Escape")
    row.locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f'.djs-element.selected[data-element-id="{task}"]')).to_be_visible()
    expect(page.locator(".props-head h2")).to_have_text("Vérifier l’adresse")


def test_publishing_is_blocked_then_done(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    workshop.diagnostics = [
        {"element_id": "start", "rule": "r", "severity": "error", "message": "Rien ne suit.", "hint": None}
    ]
    page.click("text=Publier…")
    page.click("dialog .btn-primary")
    expect(page.locator(".editor-notice")).to_contain_text("La version n’est pas publiée")
    expect(page.locator(".problems")).to_contain_text("Rien ne suit.")
    workshop.diagnostics = []
    page.click("text=Publier…")
    page.fill("dialog textarea", "Premier essai")
    page.click("dialog .btn-primary")
    expect(page.locator(".editor-notice")).to_contain_text("La version 13 est publiée.")
    assert workshop.published == {"revision": str(workshop.draft.revision), "note": "Premier essai"}


def test_what_the_server_did_not_take_is_kept_and_taken_up_again(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    workshop.refuse_with = 503
    draw_start_task_end(page)
    expect(page.locator("[data-save-status]")).to_contain_text("nouvel essai dans", timeout=8000)
    assert "userTask" not in (workshop.draft.text or "")
    workshop.refuse_with = None
    open_modeler(page)
    expect(page.locator('.djs-shape[data-element-id^="Activity"]')).to_have_count(1)
    saved(page)
    assert "userTask" in (workshop.draft.text or "")


def test_an_expired_session_loses_nothing(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    workshop.refuse_with = 401
    draw_start_task_end(page)
    expect(page.locator(".editor-notice")).to_contain_text("Votre session est terminée", timeout=8000)
    workshop.refuse_with = None
    page.click("text=Réessayer")
    saved(page)
    assert "userTask" in (workshop.draft.text or "")


def test_two_people_on_one_draft_choose_which_version_stays(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    workshop.draft.revision += 5
    draw_start_task_end(page)
    notice = page.locator(".editor-notice")
    expect(notice).to_contain_text("Karim Haddad a modifié ce brouillon", timeout=8000)
    notice.locator("text=Garder la mienne").click()
    saved(page)
    assert "userTask" in (workshop.draft.text or "")


def test_export_gives_the_diagram(page: Page, tmp_path: Path) -> None:
    open_modeler(page)
    for choice, name in [
        ("Exporter en .bpmn", "changement-d-adresse.bpmn"),
        ("Exporter l’image (SVG)", "changement-d-adresse.svg"),
    ]:
        page.click("summary >> text=Fichier")
        with page.expect_download() as waiting:
            page.click(f"text={choice}")
        file = tmp_path / name
        waiting.value.save_as(file)
        assert waiting.value.suggested_filename == name
        assert "Demande" in file.read_text(encoding="utf-8")
        page.keyboard.press("Escape")


def test_an_unreadable_import_leaves_the_diagram_as_it_is(page: Page, tmp_path: Path) -> None:
    open_modeler(page)
    file = tmp_path / "abime.bpmn"
    file.write_text("<bpmn:definitions", encoding="utf-8")
    page.click("summary >> text=Fichier")
    with page.expect_file_chooser() as waiting:
        page.click("text=Importer un fichier .bpmn…")
    waiting.value.set_files(file)
    expect(page.locator(".editor-notice")).to_contain_text("Ce fichier ne s’ouvre pas")
    expect(page.locator("[data-element-id=start]")).to_be_visible()


def test_f6_goes_round_the_zones(page: Page) -> None:
    open_modeler(page)
    page.click("[data-element-id=start] .djs-hit")
    zones = []
    for _ in range(4):
        page.keyboard.press("F6")
        zones.append(
            page.evaluate(
                "document.activeElement.closest('[data-zone], .editor-head')?.getAttribute('aria-label')"
            )
        )
    assert "Propriétés" in zones
    assert "Diagramme" in zones


def test_who_may_only_read_changes_nothing(page: Page, workshop: Workshop) -> None:
    open_modeler(page)
    saved(page)
    puts = workshop.puts
    open_modeler(page, "/modeler?readonly")
    expect(page.locator("[data-element-id=start]")).to_be_visible()
    expect(page.locator("[data-save-status]")).to_have_text("Lecture seule")
    expect(page.locator(".djs-palette, .djs-context-pad")).to_have_count(0)
    expect(page.locator("text=Publier…")).to_have_count(0)
    page.wait_for_timeout(1500)
    assert workshop.puts == puts


def test_the_watermark_is_visible_and_not_covered(page: Page) -> None:
    open_modeler(page)
    link = page.locator(".bjs-powered-by")
    expect(link).to_be_visible()
    box = link.bounding_box()
    assert box
    covered = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('.bjs-powered-by') === null",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert not covered


def test_every_text_that_was_asked_for_has_french(page: Page, workshop: Workshop) -> None:
    workshop.templates, workshop.executed = [SEND_MAIL], list(samples())
    open_modeler(page)
    draw_start_task_end(page)
    page.click(".props .toggle button >> text=Complet")
    for kind in ("user-task", "service-task", "rule-task", "exclusive-gateway", "intermediate-event"):
        page.focus(f'.palette-host [data-action="create.{kind}"]')
        page.keyboard.press("Enter")
        append(page, "replace")
        page.keyboard.press("Escape")
    page.click('.palette-host [data-action="create"]')
    page.keyboard.press("Escape")
    asked = page.evaluate(
        "() => { const found = [];"
        " document.dispatchEvent(new CustomEvent('relais:missing-texts', { detail: found })); return found; }"
    )
    own = json.dumps(SEND_MAIL, ensure_ascii=False)
    assert [text for text in asked if text not in own] == []


WORDS = """() => {
  const found = [];
  for (const one of document.querySelectorAll('.editor-body *, .djs-popup *')) {
    if (!one.checkVisibility()) continue;
    for (const name of ['title', 'placeholder', 'aria-label']) found.push(one.getAttribute(name) ?? '');
    if (['STYLE', 'text', 'tspan', 'svg'].includes(one.tagName)) continue;
    for (const node of one.childNodes) if (node.nodeType === 3) found.push(node.textContent);
  }
  return found.map((text) => text.trim()).filter((text) => /[A-Za-z]{3}/.test(text));
}"""
OPEN_GROUPS = """() => document.querySelectorAll('.props .bio-properties-panel-group-header:not(.open)')
  .forEach((one) => one.click())"""
#: The same in both languages; each was read by a person.
SAME = {"Simple", "Message", "Signal", "Code", "Type", "Condition", "Date", "Version", "Description", "BPMN"}


def words_shown(page: Page) -> set[str]:
    """Every text, tooltip, name and placeholder of the panel and the menus, for each kind of step in turn."""
    found: set[str] = set()
    for kind in ("user-task", "service-task", "rule-task", "exclusive-gateway", "intermediate-event"):
        page.locator(".zoom button").nth(2).click()  # everything in view
        page.click("[data-element-id=start] .djs-hit")
        page.focus(f'.palette-host [data-action="create.{kind}"]')
        page.keyboard.press("Enter")
        page.evaluate(OPEN_GROUPS)
        append(page, "replace")
        found |= set(page.evaluate(WORDS))
        page.keyboard.press("Escape")
        page.click('.palette-host [data-action="undo"]')
    return found


def test_no_word_of_the_modeler_is_the_same_in_both_languages(page: Page, workshop: Workshop) -> None:
    workshop.executed = list(samples())
    open_modeler(page)
    page.click(".props .toggle button >> text=Complet")
    french = words_shown(page)
    page.goto("/components")
    page.evaluate("localStorage.removeItem('unsaved:nadia:/draft')")
    workshop.draft.text = None
    open_modeler(page, "/modeler?lang=en")
    same = french & words_shown(page)
    drawn = re.compile(r"^(Activity|Flow|Event|Gateway)_|^start$|changement_adresse|bpmn\.io", re.IGNORECASE)
    assert sorted(word for word in same - SAME if not drawn.search(word)) == []
