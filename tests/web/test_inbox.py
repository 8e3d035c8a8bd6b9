"""The inbox and the page of one task, as a browser without script meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select

from designer.extensions import db
from engine.clock import ManualClock
from engine.store import UserTask
from tests.web import sample
from tests.web.conftest import Person
from tests.web.test_sessions import let_session_expire

ANSWERS = {
    "heberge": "non",
    "date_justificatif-day": "2",
    "date_justificatif-month": "11",
    "date_justificatif-year": "2026",
}


@pytest.fixture
def new_task(app: Flask, clock: ManualClock) -> Callable[..., UUID]:
    """A case that waits at « Contrôler la demande »; its task."""

    def make(**answers: str) -> UUID:
        with app.app_context():
            if not db.session.scalar(select(UserTask.id).limit(1)):
                sample.deploy(db.session, now=clock.now())
            case_id = sample.start_at_check(db.session, now=clock.now(), **answers)
            task_id = db.session.scalars(select(UserTask.id).where(UserTask.instance_id == case_id)).one()
            db.session.commit()
            return task_id

    return make


@pytest.fixture
def agent(signed_in: Callable[..., Person]) -> Person:
    return signed_in("agent", teams=("sejour",))


@pytest.fixture
def held(new_task: Callable[..., UUID], agent: Person) -> str:
    """The address of a task that the agent has taken."""
    path = f"/tasks/{new_task()}"
    assert agent.post(f"{path}/claim").status_code == 303
    return path


def test_tasks_are_grouped_by_urgency(
    agent: Person, new_task: Callable[..., UUID], clock: ManualClock
) -> None:
    new_task(nom="Irina Kovalenko", delai="P1D")
    clock.advance(timedelta(days=2))
    new_task(nom="Mei Chen", delai="P1D")
    new_task(nom="Ana Lopes", delai="P14D")
    page = agent.client.get("/tasks").text
    order = ("En retard", "Irina Kovalenko", "Aujourd’hui et demain", "Mei Chen", "Ana Lopes")
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "1 jour de retard" in page
    assert "La semaine prochaine et après" in page


def test_an_empty_inbox_says_what_comes_next(agent: Person) -> None:
    assert "Les prochaines tâches arrivent ici d’elles-mêmes." in agent.client.get("/tasks").text


def test_filters_that_leave_nothing_offer_to_be_removed(agent: Person, new_task: Callable[..., UUID]) -> None:
    new_task()
    page = agent.client.get("/tasks?q=zzz").text
    assert "Aucune tâche ne correspond" in page
    assert 'href="/tasks"' in page


def test_the_inbox_asks_the_database_as_often_for_one_task_as_for_twenty(
    app: Flask, agent: Person, new_task: Callable[..., UUID]
) -> None:
    def queries() -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine
        count = lambda *args: seen.append(args[2])  # noqa: E731 - an event listener
        event.listen(engine, "before_cursor_execute", count)
        try:
            assert agent.client.get("/tasks").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    new_task()
    agent.client.get("/tasks")
    one = queries()
    for _ in range(19):
        new_task()
    assert queries() == one <= 18


def test_the_live_part_answers_304_until_something_moves(
    agent: Person, new_task: Callable[..., UUID]
) -> None:
    new_task()
    first = agent.client.get("/tasks/part")
    assert first.status_code == 200
    again = {"If-None-Match": first.headers["ETag"]}
    assert agent.client.get("/tasks/part", headers=again).status_code == 304
    new_task()
    assert agent.client.get("/tasks/part", headers=again).status_code == 200


def test_the_next_task_is_the_most_urgent_free_one(agent: Person, new_task: Callable[..., UUID]) -> None:
    new_task(delai="P7D")
    urgent = new_task(delai="P1D")
    answer = agent.post("/tasks/next")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tasks/{urgent}")


def test_several_tasks_are_taken_and_put_back_at_once(agent: Person, new_task: Callable[..., UUID]) -> None:
    tasks = [str(new_task()), str(new_task())]
    token = agent.token("/settings")
    assert agent.client.post("/tasks/claim", data={"csrf_token": token, "task": tasks}).status_code == 303
    assert "2 tâches sont à vous." in agent.client.get("/tasks?view=mine").text
    assert agent.client.post("/tasks/release", data={"csrf_token": token, "task": tasks}).status_code == 303
    assert "Rien entre vos mains" in agent.client.get("/tasks?view=mine").text


def test_a_task_is_answered_and_its_case_goes_on(app: Flask, agent: Person, held: str) -> None:
    answer = agent.post(f"{held}/complete", **ANSWERS)
    assert answer.status_code == 303
    page = agent.client.get("/tasks").text
    assert "c’est fait" in page
    assert "Signer l’attestation" in page


def test_the_same_answers_sent_twice_show_that_it_is_done(agent: Person, held: str) -> None:
    agent.post(f"{held}/complete", **ANSWERS)
    again = agent.post(f"{held}/complete", **ANSWERS)
    assert again.status_code == 303
    assert "Vous avez terminé cette tâche" in agent.client.get(held).text


def test_missing_answers_come_back_with_a_summary_that_leads_to_them(agent: Person, held: str) -> None:
    answer = agent.post(f"{held}/complete", heberge="oui")
    assert answer.status_code == 422
    assert "Une réponse est à corriger" in answer.text
    assert '<a href="#date_justificatif-day">' in answer.text
    assert 'value="oui" id="heberge" checked' in answer.text
    assert "<title>Erreur\u00a0:" in answer.text


def test_a_row_is_added_without_script_and_nothing_is_lost(agent: Person, held: str) -> None:
    answer = agent.post(f"{held}/complete", **ANSWERS, **{"_rows:hotes": "0", "_add:hotes": "1"})
    assert answer.status_code == 200
    assert 'name="hotes.0.nom"' in answer.text
    assert 'value="11"' in answer.text


@pytest.mark.parametrize("by_script", [True, False])
def test_a_draft_is_kept_and_comes_back(agent: Person, held: str, by_script: bool) -> None:
    data = {"csrf_token": agent.token(held), "note": "À rappeler lundi", "heberge": "oui"}
    headers = {"X-CSRFToken": data["csrf_token"]} if by_script else {}
    answer = agent.client.post(f"{held}/draft", data=data, headers=headers)
    assert answer.status_code == (204 if by_script else 303)
    page = agent.client.get(held).text
    assert "À rappeler lundi" in page
    assert "Un brouillon est enregistré." in page
    assert agent.post(f"{held}/complete", **ANSWERS).status_code == 303


def test_a_task_somebody_else_finished_says_who_and_when(
    agent: Person, held: str, signed_in: Callable[..., Person], clock: ManualClock
) -> None:
    colleague = signed_in("agent", teams=("sejour",))
    agent.post(f"{held}/complete", **ANSWERS)
    clock.advance(timedelta(minutes=6))
    answer = colleague.post(f"{held}/complete", **ANSWERS)
    assert answer.status_code == 409
    assert "Cette tâche est déjà terminée" in answer.text
    assert "Nadia Benali l’a terminée\u00a0: il y a 6 minutes." in answer.text


def test_a_task_somebody_else_holds_can_be_read_only(held: str, signed_in: Callable[..., Person]) -> None:
    colleague = signed_in("agent", teams=("sejour",))
    page = colleague.client.get(held).text
    assert "Nadia Benali s’en occupe" in page
    assert 'id="task-form"' not in page
    assert colleague.post(f"{held}/claim").status_code == 409
    assert colleague.post(f"{held}/complete", **ANSWERS).status_code == 409


def test_a_free_task_is_read_only_until_it_is_taken(agent: Person, new_task: Callable[..., UUID]) -> None:
    page = agent.client.get(f"/tasks/{new_task()}").text
    assert "Prendre la tâche" in page
    assert 'name="note"' not in page


def test_another_team_and_another_role_are_refused(held: str, signed_in: Callable[..., Person]) -> None:
    assert signed_in("agent", teams=("factures",)).client.get(held).status_code == 403
    assert signed_in("auditor").client.get("/tasks").status_code == 403


def test_an_unknown_task_is_404(agent: Person) -> None:
    assert agent.client.get("/tasks/01a20641-f7b1-7d0a-97e1-85c4fc675335").status_code == 404


def test_a_forged_token_changes_nothing(agent: Person, held: str) -> None:
    answer = agent.client.post(f"{held}/release", data={"csrf_token": "forged"})
    assert answer.status_code == 400
    assert "Prise par vous" in agent.client.get(held).text


def test_the_folder_shows_facts_in_the_words_of_the_forms(agent: Person, held: str) -> None:
    page = agent.client.get(held).text
    assert "<dt>Délai souhaité</dt><dd>Une semaine</dd>" in page
    assert "Vous avez pris la tâche" in page
    assert '<svg class="bpmn"' in page
    assert "Vous vérifiez ce que la machine n’a pas su trancher" in page


def test_english_says_the_same(agent: Person, held: str) -> None:
    page = agent.client.get(f"{held}?lang=en").text
    assert "Claimed by you" in page
    assert "Complete “Contrôler la demande”" in page


def test_a_task_is_handed_over_with_a_word(
    agent: Person, held: str, signed_in: Callable[..., Person]
) -> None:
    colleague = signed_in("agent", teams=("sejour",), email="paul.verdier@exemple.fr")
    assert f'href="{held}/assign"' in agent.client.get(held).text
    answer = agent.post(f"{held}/assign", person=colleague.id, note="Je suis en congé demain.")
    assert answer.status_code == 303
    page = colleague.client.get(held).text
    assert "Prise par vous" in page
    assert "Nadia Benali vous a attribué la tâche" in page
    assert "Je suis en congé demain." in page


def test_only_people_who_may_do_the_task_are_offered(
    agent: Person, held: str, signed_in: Callable[..., Person]
) -> None:
    outsider = signed_in("agent", teams=("factures",), email="autre@exemple.fr")
    reader = signed_in("auditor", teams=("sejour",), email="audit@exemple.fr")
    page = agent.client.get(f"{held}/assign").text
    assert outsider.id not in page
    assert reader.id not in page
    assert "Personne d’autre ne peut faire cette tâche" in page
    for someone in (outsider.id, reader.id, "x"):
        refused = agent.post(f"{held}/assign", person=someone)
        assert refused.status_code == 422
        assert "Choisissez une personne de la liste." in refused.text


def test_a_task_in_other_hands_is_not_handed_over(held: str, signed_in: Callable[..., Person]) -> None:
    colleague = signed_in("agent", teams=("sejour",), email="paul.verdier@exemple.fr")
    assert "Attribuer à…" not in colleague.client.get(held).text
    assert colleague.post(f"{held}/assign", person=colleague.id).status_code == 403
    head = signed_in("process_owner", teams=("sejour",), email="cheffe@exemple.fr")
    assert head.post(f"{held}/assign", person=colleague.id).status_code == 303
    assert "Prise par vous" in colleague.client.get(held).text


def test_answers_held_after_the_session_are_shown_in_the_words_of_the_form(agent: Person, held: str) -> None:
    token = agent.token(held)
    let_session_expire(agent)
    data = {"csrf_token": token, "heberge": "oui", "note": "Vu au guichet", "_rows:hotes": "1"}
    answer = agent.client.post(f"{held}/complete", data=data)
    assert answer.status_code == 303
    door = agent.client.get(answer.headers["Location"])
    kept = re.search(r'name="next" value="([^"]+)"', door.text)[1]
    agent.sign_in(next=kept)
    page = agent.client.get(kept).text
    listed = page[page.index("<dl") : page.index("</dl>")]
    assert "La personne est-elle hébergée" in listed
    assert "Note pour le dossier" in listed
    assert "Oui" in listed
    assert "hotes" not in listed
