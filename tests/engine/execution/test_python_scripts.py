"""Script tasks in Python: results, mappings, incidents, deployment."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import check, incidents, packages
from engine.catalogue import NoCatalogue
from engine.diagnostics import Diagnostic
from engine.errors import DefinitionInvalid
from engine.spiff.specs import python_task
from engine.testing import Diagram, extensions, process
from tests.engine.play import Play


def _one(text: str, inner: str = "") -> Diagram:
    return process("p").start().python("s", text, inner).user("after").end()


def _findings(diagram: Diagram) -> list[Diagnostic]:
    return check.check(packages.single(diagram.xml()), NoCatalogue())


def test_what_it_assigns_are_process_variables(play: Play) -> None:
    play.run(_one("from decimal import Decimal\nht = total / Decimal('1.2')\ntaxe = total - ht"), total=120)
    assert play.variables == {"total": 120, "ht": 100, "taxe": 20}
    assert play.tasks == ["after"]


def test_output_mappings_pick_from_it(play: Play) -> None:
    mapping = extensions(
        '<zeebe:ioMapping><zeebe:input source="=total * 2" target="n" />'
        '<zeebe:output source="=resultat + 1" target="fin" /></zeebe:ioMapping>'
    )
    play.run(_one("resultat = n", mapping), total=Decimal("1.5"))
    assert play.variables == {"total": Decimal("1.5"), "fin": 4}


def test_a_mistake_is_an_incident_that_can_be_corrected(play: Play) -> None:
    play.run(_one("a = 1\nb = a / n"), n=0)
    assert play.stopped == [("s", "script")]
    with play.sandbox.session() as session:
        (incident,) = incidents.open_incidents(session, play.id)
        assert "ligne 2 : division par zéro" in incident.message["fr"]
        assert "line 2: division by zero" in incident.message["en"]
    assert play.variables == {"n": 0}
    play.resolve("s", n=2)
    assert play.variables == {"n": 2, "a": 1, "b": Decimal("0.5")}


def test_an_endless_loop_is_an_incident(play: Play) -> None:
    assert play.run(_one("while True: pass")).stopped == [("s", "script")]


def test_scripts_together_have_a_limit(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_task, "MAX_SECONDS_TOGETHER", 0.0)
    diagram = process("p").start().python("s", "a = 1").python("t", "b = 1").user("after").end()
    assert play.run(diagram).stopped == [("t", "script")]
    assert play.resolve("t").tasks == ["after"]


def test_each_instance_has_its_own_item(play: Play) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1, 2]" inputElement="item" outputCollection="carres" outputElement="=carre" />'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    mapping = extensions('<zeebe:ioMapping><zeebe:input source="=null" target="carre" /></zeebe:ioMapping>')
    diagram = process("p").start()
    diagram.add(
        "scriptTask",
        "s",
        f"{mapping}{loop}<bpmn:script>carre = item * item</bpmn:script>",
        'scriptFormat="text/x-python"',
    )
    play.run(diagram.user("after").end())
    assert play.variables["carres"] == [1, 4]


def test_a_global_script_task_runs_when_it_is_called(play: Play) -> None:
    called = extensions('<zeebe:calledElement processId="calcul" />')
    xml = process("p").start().add("callActivity", "c", called).user("after").end().xml().decode()
    task = (
        '<bpmn:globalScriptTask id="calcul" scriptFormat="python">'
        "<bpmn:script>y = 3</bpmn:script></bpmn:globalScriptTask></bpmn:definitions>"
    )
    xml = xml.replace("</bpmn:definitions>", task)
    play.deploy(xml.encode())
    assert play.start("p").variables["y"] == 3


def test_feel_beside_it_is_what_runs(play: Play) -> None:
    feel = extensions('<zeebe:script expression="=2" resultVariable="x" />')
    assert play.run(_one("x = 1", feel)).variables == {"x": 2}


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = (", 2), ("a = 1\n\ndel a", 3), ("if a:\nb = 1", 2)])
def test_a_mistake_in_the_text_is_found_at_deployment(play: Play, text: str, line: int) -> None:
    (found,) = [d for d in _findings(_one(text)) if d.rule == "bpmn.script"]
    assert (found.element_id, found.severity) == ("s", "error")
    assert f"ligne {line}" in found.message.fr
    assert f"line {line}" in found.message.en
    assert found.position == sum(len(part) + 1 for part in text.split("\n")[: line - 1])
    with pytest.raises(DefinitionInvalid):
        play.deploy(_one(text))


@pytest.mark.parametrize("language", ["javascript", "groovy", "text/ruby"])
def test_other_languages_are_refused_by_name(language: str) -> None:
    diagram = process("p").start()
    diagram.add("scriptTask", "s", "<bpmn:script>x = 1</bpmn:script>", f'scriptFormat="{language}"').end()
    (found,) = [d for d in _findings(diagram) if d.rule == "bpmn.script-language"]
    assert language in found.message.fr


def test_its_variables_are_known_to_later_steps() -> None:
    diagram = process("p").start().python("s", "montant = 1").script("t", "=montant + 1", "total").end()
    assert not [d for d in _findings(diagram) if "montant" in d.message.fr]
