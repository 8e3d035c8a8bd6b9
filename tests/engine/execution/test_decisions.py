"""Business rule tasks: decisions of the package, version binding, explanation, incidents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import check, decisions, packages
from engine.catalogue import NoCatalogue
from engine.errors import DefinitionInvalid
from engine.testing import Diagram, process
from tests.engine.dmn.samples import decision, definitions, input_data, literal, table
from tests.engine.play import Play

RULES = [["< 18", '"refusé"'], [">= 18", '"accordé"']]


def _task(key: str = "p", **attributes: str) -> Diagram:
    called = {"decisionId": "d_droit", "resultVariable": "droit", **attributes}
    written = " ".join(f'{name}="{value}"' for name, value in called.items())
    extension = f"<bpmn:extensionElements><zeebe:calledDecision {written}/></bpmn:extensionElements>"
    return process(key).start().add("businessRuleTask", "decide", extension).user("after").end()


def _decisions(rules: list[list[str]], tag: str = "") -> bytes:
    model = definitions(
        input_data("age", "number"), decision("droit", table(["age"], [""], rules), ["#_age"])
    ).decode()
    if tag:
        holder = (
            '<extensionElements><zeebe:versionTag xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
            f'value="{tag}"/></extensionElements><variable name="droit"'
        )
        model = model.replace('<variable name="droit"', holder, 1)
    return model.encode()


def _deploy(play: Play, diagram: Diagram, rules: list[list[str]] = RULES, tag: str = "") -> None:
    files = {"p.bpmn": diagram.xml(), "droit.dmn": _decisions(rules, tag)}
    play.sandbox.deploy(packages.from_files(files, diagram.key))


def test_the_result_goes_into_its_variable(play: Play) -> None:
    """The variables are the inputs, by name."""
    _deploy(play, _task())
    assert play.start("p", age=17).variables == {"age": Decimal(17), "droit": "refusé"}
    assert play.start("p", age=18).variables["droit"] == "accordé"
    assert play.tasks == ["after"]


def test_the_explanation_is_kept_in_the_history(play: Play) -> None:
    """Which version decided, from what, by which rule."""
    _deploy(play, _task())
    (event,) = play.start("p", age=17).events("decision_evaluated")
    assert (event.element_id, event.data["key"], event.data["version"]) == ("decide", "d_droit", 1)
    (step,) = event.data["steps"]
    assert [s["value"] for s in step["sources"]] == ["17"]
    assert [rule["tests"] for rule in step["tables"][0]["fired"]] == [["< 18"]]
    assert event.data["value"] == '"refusé"'


def test_a_decision_without_result_becomes_an_incident_that_says_why(play: Play) -> None:
    """Nothing counts as false: a conflict stops the token, and a correction lets it go on."""
    _deploy(play, _task(), [["? < 2 * 10", '"a"'], ["? > 2 * 5", '"b"']])
    play.start("p", age=15)
    assert play.stopped == [("decide", "decision")]
    assert play.resolve("decide", age=9).variables["droit"] == "a"


def test_no_rule_for_good_data_is_null(play: Play) -> None:
    """A table without an answer gives null, as the standard says."""
    _deploy(play, _task(), [["< 10", '"a"']])
    assert play.start("p", age=15).variables["droit"] is None


@pytest.mark.parametrize(
    ("binding", "expected"), [("latest", "v3"), ("deployment", "v1"), ("versionTag", "v2")]
)
def test_version_binding(play: Play, binding: str, expected: str) -> None:
    """The newest, the one deployed with the process, or the one with a tag."""
    _deploy(play, _task(bindingType=binding, versionTag="2026"), [["-", '"v1"']])
    _deploy(play, _task("other"), [["-", '"v2"']], tag="2026")
    _deploy(play, _task("third"), [["-", '"v3"']])
    assert play.start("p", age=1).variables["droit"] == expected


def test_versions_are_kept(play: Play) -> None:
    """Each deployment that changes the package makes a new version."""
    _deploy(play, _task(), [["-", "1"]])
    _deploy(play, _task(), [["-", "2"]])
    with play.sandbox.session() as session:
        found = decisions.versions(session, "d_droit")
        assert [(d.version, d.is_latest, d.name) for d in found] == [(2, True, "droit"), (1, False, "droit")]
        assert decisions.latest(session, "d_droit").version == 2


def test_a_decision_that_is_not_there_becomes_an_incident(play: Play) -> None:
    """It can be published afterwards."""
    play.deploy(_task())
    play.start("p", age=17)
    assert play.stopped == [("decide", "decision")]
    _deploy(play, _task("other"))
    assert play.resolve("decide").variables["droit"] == "refusé"


def _rules(diagram: Diagram, model: bytes | None = None) -> set[tuple[str, str]]:
    files = {"p.bpmn": diagram.xml()} | ({} if model is None else {"droit.dmn": model})
    found = check.check(packages.from_files(files, "p"), NoCatalogue())
    return {(d.rule, d.severity) for d in found}


def test_the_check_covers_tasks_and_models(play: Play) -> None:
    """A task without decision, one that is bound to what is not there, a model that cannot be executed."""
    assert _rules(_task(), _decisions(RULES)) == set()
    assert _rules(_task()) == {("zeebe.decision-missing", "warning")}
    assert _rules(_task(bindingType="deployment")) == {("zeebe.decision-missing", "error")}
    assert ("zeebe.decision-binding", "error") in _rules(_task(bindingType="versionTag"))
    nothing = process("p").start().add("businessRuleTask", "decide").end()
    assert _rules(nothing) == {("zeebe.decision", "error")}
    broken = definitions(decision("droit", literal("1 +")))
    assert ("dmn.expression", "error") in _rules(_task(), broken)


def test_a_broken_model_is_not_deployed(play: Play) -> None:
    """The diagnostics name the file and the element."""
    files = {"p.bpmn": _task().xml(), "droit.dmn": definitions(decision("droit", literal("1 +")))}
    with pytest.raises(DefinitionInvalid) as refused:
        play.sandbox.deploy(packages.from_files(files, "p"))
    assert [(d.file, d.element_id) for d in refused.value.diagnostics] == [("droit.dmn", "d_droit")]
