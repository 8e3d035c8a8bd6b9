"""Why is this case not moving? Every state an instance can be in has its sentence, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import effects, explain, instances, jobs, user_tasks
from engine.diagnostics import Text
from engine.explain import STATES, Names, Reason
from engine.explain.jobs import INTERNAL
from engine.explain.waits import SENTENCES
from engine.sandbox import LEASE
from engine.spiff import standing
from engine.states import InstanceState, JobKind
from engine.store import Job, UserTask
from engine.testing import Diagram, timer
from tests.engine.play import Play

NAMES = Names(person={"nadia": "Nadia Benali"}.get, team={"guichet": "Guichet"}.get, reader="olga")
ASSIGNED = '<zeebe:assignmentDefinition candidateGroups="guichet"/>'


def why(play: Play, names: Names = NAMES) -> list[Reason]:
    with play.sandbox.session() as session:
        return explain.why(session, play.id, now=play.sandbox.now, names=names)


def one(diagram: str = "p") -> Diagram:
    return Diagram(diagram).start()


def with_user(play: Play) -> None:
    play.run(one().user("Decider", ASSIGNED).end())
    play.advance(minutes=5)


def claimed_by(who: str) -> Callable[[Play], None]:
    def build(play: Play) -> None:
        with_user(play)
        with play.sandbox.session() as session:
            task_id = session.scalars(select(UserTask.id)).one()
            user = user_tasks.User(who, may_see_all=True)
            user_tasks.claim(session, task_id, user=user, now=play.sandbox.now)
        play.advance(hours=2)

    return build


def service(play: Play) -> None:
    play.deploy(one().service("Verifier").end())
    with play.sandbox.session() as session:
        play.id = instances.start(session, "p", {}, now=play.sandbox.now).id


def claim(play: Play) -> Job:
    with play.sandbox.session() as session:
        found = jobs.claim(session, worker="w", now=play.sandbox.now, lease=LEASE)[0]
        session.expunge_all()
    return found


def held(play: Play) -> None:
    service(play)
    claim(play)


def abandoned(play: Play) -> None:
    held(play)
    play.sandbox.clock.advance(LEASE + timedelta(minutes=1))


def failed(*, retry: bool) -> Callable[[Play], None]:
    def build(play: Play) -> None:
        service(play)
        job = claim(play)
        with play.sandbox.session() as session:
            message = Text("Le service répond 500.", "The service answers 500.")
            after = timedelta(minutes=10)
            jobs.fail(
                session, job.id, job.token, message=message, retry=retry, after=after, now=play.sandbox.now
            )

    return build


def uncertain(play: Play) -> None:
    service(play)
    job = claim(play)
    with play.sandbox.session() as session:
        effects.before_call(session, job, idempotency="none", now=play.sandbox.now)
        lost = Text("perdue", "lost")
        effects.mark_uncertain(session, job.id, job.token, message=lost, now=play.sandbox.now)


def planned_message(play: Play) -> None:
    play.run(one().catch_message("Attendre", "paiement", "=numero").end(), numero="12")


def on_its_way(play: Play) -> None:
    planned_message(play)
    with play.sandbox.session() as session:
        from engine import messages

        messages.publish(session, "paiement", "12", {}, now=play.sandbox.now)


def beside(play: Play) -> None:
    diagram = one().user("Decider").end()
    diagram.boundary("Relance", "Decider", timer("timeDuration", "P2D")).end("fin2")
    diagram.boundary("Retrait", "Decider", diagram.message("retrait", '="k"')).end("fin3")
    play.run(diagram)


def joining(play: Play) -> None:
    diagram = one().parallel("split").task("a").parallel("Reunir").end()
    diagram.at("split").user("b").to("Reunir")
    play.run(diagram)


def inside(play: Play) -> None:
    play.run(one().sub(Diagram("Instruction").start("s2").user("Decider").end("e2")).end())


def cancelled(play: Play) -> None:
    with_user(play)
    with play.sandbox.session() as session:
        instances.cancel(session, play.id, now=play.sandbox.now, by="nadia", reason="doublon")


@dataclass(frozen=True)
class Case:
    """How to get there, and what is said first."""

    kind: str
    build: Callable[[Play], Any]
    fr: str
    en: str
    note: str | None = None


CASES = [
    Case(
        "user_task.offered",
        with_user,
        "« Decider » attend l’équipe Guichet depuis 5 minutes.",
        "“Decider” has been waiting for the team Guichet for 5 minutes.",
    ),
    Case(
        "user_task.held",
        claimed_by("nadia"),
        "« Decider » est entre les mains de Nadia Benali depuis 2 heures.",
        "“Decider” has been in the hands of Nadia Benali for 2 hours.",
    ),
    Case(
        "user_task.mine",
        claimed_by("olga"),
        "C’est à vous : « Decider » est entre vos mains depuis 2 heures.",
        "It is up to you: “Decider” has been in your hands for 2 hours.",
    ),
    Case(
        "job.waiting",
        service,
        "Relais va faire « Verifier » : un robot doit se libérer, depuis moins d’une minute.",
        "Relais is about to do “Verifier”: it has been waiting for a free robot for less than a minute.",
    ),
    Case(
        "job.running",
        held,
        "Relais fait « Verifier » en ce moment (essai 1 sur 3).",
        "Relais is doing “Verifier” at this moment (attempt 1 of 3).",
    ),
    Case(
        "job.abandoned",
        abandoned,
        "Le robot qui faisait « Verifier » ne répond plus depuis 1 minute. Un autre va s’en occuper.",
        "The robot that did “Verifier” has not answered for 1 minute. Another one will take over.",
    ),
    Case(
        "job.retry",
        failed(retry=True),
        "L’essai de « Verifier » n’a pas abouti. Prochain essai (2 sur 3) : aujourd’hui à 9 h 10.",
        "Trying “Verifier” did not succeed. Next attempt (2 of 3): today at 09:10.",
        "Le service répond 500.",
    ),
    Case(
        "incident",
        failed(retry=False),
        "« Verifier » est à l’arrêt depuis moins d’une minute.",
        "“Verifier” has been stopped for less than a minute.",
        "Le service répond 500.",
    ),
    Case(
        "incident.uncertain",
        uncertain,
        "Relais ne sait pas si « Verifier » a eu lieu. Une personne doit le vérifier.",
        "Relais does not know whether “Verifier” took place. Somebody has to find out.",
        "perdue",
    ),
    Case(
        "timer",
        lambda play: play.run(one().catch_timer("Delai", "P10D").end()),
        "Le dossier attend « Delai », prévu le jeudi 3 décembre à 9 h.",
        "The case waits for “Delai”, due on Thursday 3 December at 09:00.",
    ),
    Case(
        "message",
        planned_message,
        "« Attendre » attend le message « paiement » avec la clé « 12 » depuis moins d’une minute.",
        "“Attendre” has been waiting for the message “paiement” with the key “12” for less than a minute.",
    ),
    Case(
        "correlate",
        on_its_way,
        "Un message est arrivé pour « Attendre ». Relais le remet au dossier.",
        "A message arrived for “Attendre”. Relais is handing it to the case.",
    ),
    Case(
        "ended.completed",
        lambda play: play.run(one().end("Fin")),
        "Le dossier s’est terminé aujourd’hui à 9 h, à « Fin ».",
        "The case ended today at 09:00, at “Fin”.",
    ),
    Case(
        "ended.cancelled",
        cancelled,
        "Le dossier a été annulé aujourd’hui à 9 h 05 par Nadia Benali.",
        "The case was cancelled today at 09:05 by Nadia Benali.",
        "doublon",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_every_state_has_its_sentence(play: Play, case: Case) -> None:
    case.build(play)
    first = why(play)[0]
    plain = Text(first.text.fr.replace("\u00a0", " "), first.text.en)
    assert (first.kind, plain.fr, plain.en) == (case.kind, case.fr, case.en)
    assert (first.note.fr if first.note else None) == case.note


def catching(inner: str, root: str = "") -> Diagram:
    diagram = Diagram("p").start().add("intermediateCatchEvent", "Attendre", inner).end()
    diagram.roots.append(root)
    return diagram


def test_signals_and_conditions_are_named(play: Play) -> None:
    signal = '<bpmn:signal id="s" name="alerte"/>'
    play.run(catching('<bpmn:signalEventDefinition signalRef="s"/>', signal))
    assert why(play)[0].text.en.startswith("“Attendre” has been waiting for the signal “alerte” for")
    tag = "bpmn:conditionalEventDefinition"
    play.run(catching(f"<{tag}><bpmn:condition>=x &gt; 3</bpmn:condition></{tag}>"), x=1)
    first = why(play)[0]
    assert first.kind == "conditional"
    assert first.text.fr.replace("\u00a0", " ").startswith(
        "« Attendre » attend que la condition « x > 3 » soit vraie"
    )


def test_events_beside_the_work_come_last(play: Play) -> None:
    beside(play)
    found = why(play)
    assert [r.kind for r in found] == ["user_task.offered", "timer.beside", "message.beside"]
    assert (
        found[1].text.fr.replace("\u00a0", " ") == "Sinon, « Relance » viendra le mercredi 25 novembre à 9 h."
    )


def test_a_join_says_how_many_arrived(play: Play) -> None:
    joining(play)
    found = why(play)
    assert [r.kind for r in found] == ["user_task.offered", "join"]
    assert found[1].text.en == "“Reunir” waits for the other branches: 1 of 2 arrived."


def test_what_is_inside_a_sub_process_speaks_first(play: Play) -> None:
    inside(play)
    assert [(r.kind, r.element_id) for r in why(play)] == [
        ("user_task.offered", "Decider"),
        ("inside", "Instruction"),
    ]


def test_an_incident_comes_before_everything_else(play: Play) -> None:
    diagram = one().parallel("split").user("b").end()
    diagram.at("split").exclusive("choix").when("=montant > 3").end("fin2")
    play.run(diagram)
    assert [r.kind for r in why(play)] == ["incident", "user_task.offered"]


def test_every_wait_state_and_job_has_its_sentence() -> None:
    """A new kind of wait, of instance state or of job without its sentence fails here."""
    assert set(SENTENCES) == standing.KINDS
    assert set(STATES) == set(InstanceState)
    assert set(INTERNAL) == set(JobKind)
