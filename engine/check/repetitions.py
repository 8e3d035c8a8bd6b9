"""Rules about loops and multi-instance markers (BPMN 2.0, clause 10.3.8)."""

from __future__ import annotations

from engine.check.findings import Findings
from engine.check.rules import rule
from engine.spiff.xml import Element, b, local, z

LOOP_MAXIMUM = rule(
    "bpmn.loop-maximum",
    "BPMN 2.0.2, 10.3.8",
    "« {name} » : le nombre de tours « {text} » n’est pas un nombre entier.",
    '"{name}": the maximum of rounds "{text}" is not a whole number.',
    hint=("Écrivez un nombre entier.", "Write a whole number."),
)
LOOP_WITHOUT_END = rule(
    "bpmn.loop-without-end",
    "Relais",
    "La boucle « {name} » ne s’arrêterait jamais.",
    'The loop "{name}" would never end.',
    hint=("Donnez une condition ou un maximum.", "Give it a condition or a maximum."),
)
MULTI_INSTANCE_SOURCE = rule(
    "bpmn.multi-instance-source",
    "BPMN 2.0.2, 10.3.8",
    "« {name} » se répète sans dire sur quoi.",
    '"{name}" is repeated without saying over what.',
    hint=("Donnez une liste ou un nombre.", "Give it a list or a number."),
)
MULTI_INSTANCE_OUTPUT = rule(
    "zeebe.multi-instance-output",
    "Relais",
    "« {name} » doit donner à la fois la liste des résultats et l’élément à y mettre.",
    '"{name}" must give both the output collection and its output element.',
    hint=("Complétez la répétition.", "Complete the repetition."),
)


def check_repetition(element: Element, findings: Findings) -> None:
    """The activity's marker, if it has one."""
    for marker in element:
        if local(marker) == "standardLoopCharacteristics":
            _check_loop(element, marker, findings)
        elif local(marker) == "multiInstanceLoopCharacteristics":
            _check_multi_instance(element, marker, findings)


def _check_loop(element: Element, marker: Element, findings: Findings) -> None:
    maximum = (marker.get("loopMaximum") or "").strip()
    if maximum and not (maximum.isascii() and maximum.isdecimal()):
        findings.report(LOOP_MAXIMUM, element, text=maximum)
    if not maximum and not (marker.findtext(b("loopCondition")) or "").strip():
        findings.report(LOOP_WITHOUT_END, element)


def _check_multi_instance(element: Element, marker: Element, findings: Findings) -> None:
    zeebe = marker.find(f"{b('extensionElements')}/{z('loopCharacteristics')}")
    collection = marker.findtext(b("loopDataInputRef")) if zeebe is None else zeebe.get("inputCollection")
    cardinality = marker.findtext(b("loopCardinality"))
    if not (collection or "").strip() and not (cardinality or "").strip():
        findings.report(MULTI_INSTANCE_SOURCE, element)
    if zeebe is not None and bool(zeebe.get("outputCollection")) != bool(zeebe.get("outputElement")):
        findings.report(MULTI_INSTANCE_OUTPUT, element)
