"""Diagrams of other engines, imported, deployed and run here: they do what they did there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import packages
from engine.imports import Import, import_diagram
from engine.sandbox import Call
from engine.store import UserTask, UserTaskCandidate
from tests.engine.imports.samples import file, line
from tests.engine.play import Play


def deploy(play: Play, content: bytes) -> Import:
    found = import_diagram(content)
    play.sandbox.deploy(packages.from_files({"p.bpmn": found.xml, **found.forms}))
    return found


def task(play: Play) -> UserTask:
    with play.sandbox.session() as session:
        found = session.scalars(select(UserTask).order_by(UserTask.id.desc())).first()
        assert found is not None
        session.expunge(found)
    return found


def groups(play: Play) -> list[str]:
    with play.sandbox.session() as session:
        query = select(UserTaskCandidate.name).where(UserTaskCandidate.kind == "group")
        return sorted(session.scalars(query))


CHOICE = """<startEvent id="start"/><sequenceFlow id="f0" sourceRef="start" targetRef="x"/>
<exclusiveGateway id="x"/><endEvent id="big" {mark}/><endEvent id="small"/>
<sequenceFlow id="f1" sourceRef="x" targetRef="big">
  <conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression></sequenceFlow>
<sequenceFlow id="f2" sourceRef="x" targetRef="small"/>"""


@pytest.mark.parametrize("prefix", ["camunda", "flowable", "activiti"])
def test_conditions_decide_and_the_last_way_is_the_default(play: Play, prefix: str) -> None:
    mark = f'{prefix}:async="true"'
    content = file(CHOICE.format(condition="${order.total &gt; 1000}", mark=mark))
    deploy(play, content)
    assert play.start("p", order={"total": Decimal(5000)}).end_event == "big"
    assert play.start("p", order={"total": Decimal(10)}).end_event == "small"


@pytest.mark.parametrize("prefix", ["camunda", "flowable", "activiti"])
def test_a_person_gets_the_task_as_it_was_meant(play: Play, prefix: str) -> None:
    step = (
        f'<userTask id="s1" name="Contrôler" {prefix}:assignee="${{chief}}" '
        f'{prefix}:candidateGroups="agents, rh" '
        f'{prefix}:dueDate="P2D" {prefix}:priority="70"/>'
    )
    deploy(play, file(line(step)))
    play.start("p", chief="nadia")
    found = task(play)
    assert (found.assignee, found.priority) == ("nadia", 70)
    assert groups(play) == ["agents", "rh"]
    assert found.due_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_form_fields_become_a_form_whose_answers_are_the_variables(play: Play) -> None:
    fields = (
        '<userTask id="s1" name="Saisir"><extensionElements><camunda:formData>'
        '<camunda:formField id="amount" label="Montant" type="long"><camunda:validation>'
        '<camunda:constraint name="required"/><camunda:constraint name="max" config="100"/>'
        "</camunda:validation></camunda:formField>"
        '<camunda:formField id="ok" label="Accord" type="boolean" defaultValue="true"/>'
        '<camunda:formField id="kind" label="Sorte" type="enum"><camunda:value id="a" name="A"/>'
        "</camunda:formField>"
        "</camunda:formData></extensionElements></userTask>"
    )
    found = deploy(play, file(line(fields)))
    assert list(found.forms) == ["formulaires/s1.form"]
    play.start("p").complete("s1", amount=Decimal(12), ok=False, kind="a")
    assert play.variables == {"amount": Decimal(12), "ok": False, "kind": "a"}


def test_a_form_of_the_older_notation_counts_too(play: Play) -> None:
    fields = (
        '<startEvent id="start"><extensionElements><activiti:formProperty id="nom" name="Nom" '
        'required="true"/>'
        '<activiti:formProperty id="jour" type="date" datePattern="dd/MM/yyyy"/>'
        "</extensionElements></startEvent>"
        '<sequenceFlow id="f" sourceRef="start" targetRef="end"/><endEvent id="end"/>'
    )
    found = deploy(play, file(fields))
    assert b'"required": true' in found.forms["formulaires/start.form"]
    assert b'"subtype": "date"' in found.forms["formulaires/start.form"]


def test_an_external_task_is_a_job_of_its_topic(play: Play) -> None:
    step = (
        '<serviceTask id="s1" camunda:type="external" camunda:topic="charge"><extensionElements>'
        '<camunda:inputOutput><camunda:inputParameter name="who">Mme ${name}</camunda:inputParameter>'
        '<camunda:inputParameter name="list"><camunda:list><camunda:value>a</camunda:value>'
        "<camunda:value>${name}</camunda:value></camunda:list></camunda:inputParameter>"
        '<camunda:outputParameter name="receipt">${number}</camunda:outputParameter></camunda:inputOutput>'
        "<camunda:failedJobRetryTimeCycle>R5/PT10M</camunda:failedJobRetryTimeCycle>"
        "</extensionElements></serviceTask>"
    )
    deploy(play, file(line(step)))
    calls: list[Call] = []

    def answer(call: Call) -> dict[str, int]:
        calls.append(call)
        return {"number": 7, "noise": 1}

    play.start("p", answer, name="Diallo")
    assert [(c.type, c.input) for c in calls] == [("charge", {"who": "Mme Diallo", "list": ["a", "Diallo"]})]
    assert play.variables == {"name": "Diallo", "receipt": Decimal(7)}


def test_a_computed_timer_waits_as_long(play: Play) -> None:
    timer = (
        '<intermediateCatchEvent id="s1"><timerEventDefinition><timeDuration>${delay}</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    deploy(play, file(line(timer), around='<error id="e" camunda:errorMessage="x"/>'))
    play.start("p", delay="PT2H")
    assert play.advance(minutes=119).open == ["s1"]
    assert play.advance(minutes=1).end_event == "end"


@pytest.mark.parametrize(
    ("language", "script", "extra"),
    [
        ("feel", "a + 1", 'camunda:resultVariable="b"'),
        ("juel", "${a + 1}", 'flowable:resultVariable="b"'),
        ("python", "b = a + 1", 'camunda:asyncBefore="true"'),
    ],
)
def test_certain_scripts_compute(play: Play, language: str, script: str, extra: str) -> None:
    script = f"<script>{script}</script>"
    step = f'<scriptTask id="s1" scriptFormat="{language}" {extra}>{script}</scriptTask>'
    deploy(play, file(line(step)))
    assert play.start("p", a=Decimal(2)).variables == {"a": Decimal(2), "b": Decimal(3)}


SPIFF_MARK = (
    "<extensionElements><spiffworkflow:instructionsForEndUser>Lire"
    "</spiffworkflow:instructionsForEndUser></extensionElements>"
)


def test_spiff_conditions_and_scripts_run_as_feel(play: Play) -> None:
    condition = "order['total'] &gt; 10 and not urgent"
    choice = CHOICE.format(condition=condition, mark="").replace('id="x"/>', 'id="x" default="f2"/>')
    deploy(play, file(choice.replace("<endEvent", f"<documentation/>{SPIFF_MARK}<endEvent", 1)))
    assert play.start("p", order={"total": Decimal(50)}, urgent=False).end_event == "big"
    assert play.start("p", order={"total": Decimal(50)}, urgent=True).end_event == "small"


def test_spiff_lines_that_assign_are_one_computation(play: Play) -> None:
    script = f'<scriptTask id="s1">{SPIFF_MARK}<script>b = a + 1\nc = b * 2</script></scriptTask>'
    deploy(play, file(line(script)))
    assert play.start("p", a=Decimal(2)).variables == {"a": Decimal(2), "b": Decimal(3), "c": Decimal(6)}


def test_spiff_post_scripts_of_a_manual_task_leave_with_it(play: Play) -> None:
    step = (
        '<manualTask id="s1"><extensionElements><spiffworkflow:postScript>seen = '
        "True</spiffworkflow:postScript>"
        "</extensionElements></manualTask>"
    )
    deploy(play, file(line(step)))
    assert play.start("p").variables == {"seen": True}


def test_spiff_timers_lose_their_quotes(play: Play) -> None:
    timer = (
        f'<intermediateCatchEvent id="s1">{SPIFF_MARK}<timerEventDefinition><timeDuration>'
        f'"PT2H"</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    deploy(play, file(line(timer)))
    assert play.start("p").advance(hours=2).end_event == "end"


def test_a_form_inside_a_camunda_8_process_is_a_file_here(play: Play) -> None:
    schema = '{"type": "default", "components": [{"type": "textfield", "key": "nom", "label": "Nom"}]}'
    holder = (
        f'<extensionElements><zeebe:userTaskForm id="f_1">{schema}</zeebe:userTaskForm></extensionElements>'
    )
    step = (
        '<userTask id="s1"><extensionElements><zeebe:formDefinition formKey="camunda-forms:bpmn:f_1"/>'
        "</extensionElements></userTask>"
    )
    found = deploy(play, file(holder + line(step)))
    assert list(found.forms) == ["formulaires/f_1.form"]
    play.start("p")
    assert task(play).form_key == "f_1"


def test_a_list_gives_each_person_their_task(play: Play) -> None:
    step = (
        '<userTask id="s1" camunda:candidateUsers="${one}"><multiInstanceLoopCharacteristics '
        'camunda:collection="people" camunda:elementVariable="one">'
        "<completionCondition>${nrOfCompletedInstances == 2}</completionCondition>"
        "</multiInstanceLoopCharacteristics></userTask>"
    )
    deploy(play, file(line(step)))
    play.start("p", people=["ana", "ben", "eve"])
    assert play.tasks == ["s1", "s1", "s1"]
    play.complete("s1").complete("s1")
    assert (play.state, play.end_event) == ("completed", "end")


@pytest.mark.parametrize("times", ["${n}", "2", "${n + 0}"])
def test_a_number_of_times_is_that_many_times(play: Play, times: str) -> None:
    step = (
        '<userTask id="s1" flowable:async="true"><multiInstanceLoopCharacteristics isSequential="true">'
        f"<loopCardinality>{times}</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    )
    deploy(play, file(line(step)))
    play.start("p", n=Decimal(2)).complete("s1")
    assert play.complete("s1").end_event == "end"
