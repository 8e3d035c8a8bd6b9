"""The import of one diagram: read, translate beside what is there, write."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lxml import etree

from engine.imports import (
    assignments,
    calls,
    dialects,
    events,
    flows,
    forms,
    identities,
    loops,
    mappings,
    processes,
    reading,
    spiff,
    work_steps,
    zeebe,
)
from engine.imports.result import Import
from engine.imports.translation import Translation
from engine.spiff.xml import Element, is_bpmn, local

Rule = Callable[[Element, Translation], None]

_BY_TAG: dict[str, tuple[Rule, ...]] = {
    "process": (processes.translate,),
    "startEvent": (forms.translate, events.translate, mappings.translate),
    "userTask": (forms.translate, assignments.translate, loops.translate, mappings.translate),
    "serviceTask": (work_steps.service, loops.translate, mappings.translate),
    "sendTask": (work_steps.service, loops.translate, mappings.translate),
    "businessRuleTask": (work_steps.decision, loops.translate, mappings.translate),
    "scriptTask": (work_steps.script, loops.translate, mappings.translate),
    "callActivity": (calls.translate, loops.translate, mappings.translate),
    "receiveTask": (events.translate, loops.translate, mappings.translate),
    "intermediateThrowEvent": (work_steps.service, events.translate, mappings.translate),
    "endEvent": (work_steps.service, events.translate, mappings.translate),
    "intermediateCatchEvent": (events.translate, mappings.translate),
    "boundaryEvent": (events.translate,),
    "sequenceFlow": (flows.condition,),
    "exclusiveGateway": (flows.default,),
    **dict.fromkeys(
        ("task", "manualTask", "subProcess", "transaction", "adHocSubProcess"),
        (loops.translate, mappings.translate),
    ),
}
#: Dialects whose extensions say what a step does; a drawing of the others says nothing of the kind.
_EXECUTED = ("camunda7", "flowable", "activiti", "camunda8", "relais", "spiff")


def import_diagram(content: bytes, package_forms: Iterable[str] = ()) -> Import:
    """One BPMN file in our dialect; `package_forms` are ids of forms that come with it.

    Nothing the file held is lost, and importing the result again changes nothing. Raises DefinitionInvalid
    for what is no BPMN 2.0 file.
    """
    root = reading.with_our_prefix(reading.read(content))
    work = Translation(root, dialects.of(root), frozenset(package_forms))
    identities.complete(work)
    forms.embedded(work)
    events.names(work)
    for element in list(root.iter(etree.Element)):
        if is_bpmn(element):
            _translate(element, work)
    processes.make_executable(work)
    processes.say_technical(work)
    return Import(reading.write(root), work.forms, tuple(work.notes), work.dialect)


def _translate(element: Element, work: Translation) -> None:
    tag = local(element)
    if tag in ("serviceTask", "sendTask", "scriptTask", "businessRuleTask") and work.dialect not in _EXECUTED:
        return  # the check says what is missing; here is nothing to translate
    for rule in _BY_TAG.get(tag, ()):
        rule(element, work)
    if work.dialect == "spiff":
        spiff.translate(element, work)
    elif work.dialect == "camunda8":
        zeebe.translate(element, work)
    processes.listeners(element, work)
    processes.count_technical(element, work)
