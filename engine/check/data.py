"""Rules about data: objects, inputs and outputs, associations (BPMN 2.0, 10.4)."""

from __future__ import annotations

from engine.check.findings import Findings, label
from engine.check.model import EVENTS, Model
from engine.check.rules import rule
from engine.spiff.xml import Element, b, local

STATE_NAME = rule(
    "bpmn.data-object-name",
    "BPMN 2.0.2, 10.4.1 (EXT076)",
    "La donnée « {name} » devrait s’appeler « {wanted} » : son nom, puis son état entre crochets.",
    'The data object "{name}" should be called "{wanted}": its name, then its state in brackets.',
    hint=("Renommez-la.", "Rename it."),
)
REFERENCE_TYPE = rule(
    "bpmn.data-object-reference",
    "BPMN 2.0.2, 10.4.1 (EXT075)",
    "« {name} » : l’état se donne à la référence d’une donnée, le type à la donnée elle-même.",
    '"{name}": the state belongs to the reference to a data object, the type to the data object itself.',
    hint=("Déplacez l’un ou l’autre.", "Move the one or the other."),
)
COLLECTION = rule(
    "bpmn.data-collection",
    "BPMN 2.0.2, 10.4.1 (EXT074, EXT082, EXT083)",
    "« {name} » et son type ne disent pas de même s’il s’agit d’une liste.",
    '"{name}" and its type do not say the same about being a list.',
    hint=("Donnez à « isCollection » la même valeur.", 'Give "isCollection" the same value.'),
)
INPUT_SET = rule(
    "bpmn.data-input-set",
    "BPMN 2.0.2, 10.4.1 (EXT084)",
    "L’entrée « {name} » n’est dans aucun jeu d’entrées.",
    'The data input "{name}" is in no input set.',
    hint=("Ajoutez-la à un « inputSet ».", 'Add it to an "inputSet".'),
)
OUTPUT_SET = rule(
    "bpmn.data-output-set",
    "BPMN 2.0.2, 10.4.1 (EXT088)",
    "La sortie « {name} » n’est dans aucun jeu de sorties.",
    'The data output "{name}" is in no output set.',
    hint=("Ajoutez-la à un « outputSet ».", 'Add it to an "outputSet".'),
)
OPTIONAL_INPUT = rule(
    "bpmn.optional-input",
    "BPMN 2.0.2, 10.4.1 (EXT085)",
    "« {name} » est facultative dans un jeu d’entrées qui ne la contient pas.",
    '"{name}" is optional in an input set that does not contain it.',
    hint=("Ajoutez-la aux « dataInputRefs » du jeu.", 'Add it to the "dataInputRefs" of the set.'),
)
EXECUTING_INPUT = rule(
    "bpmn.while-executing-input",
    "BPMN 2.0.2, 10.4.1 (EXT086)",
    "« {name} » peut arriver en cours d’exécution dans un jeu d’entrées qui ne la contient pas.",
    '"{name}" may arrive while executing in an input set that does not contain it.',
    hint=("Ajoutez-la aux « dataInputRefs » du jeu.", 'Add it to the "dataInputRefs" of the set.'),
)
OPTIONAL_OUTPUT = rule(
    "bpmn.optional-output",
    "BPMN 2.0.2, 10.4.1 (EXT089)",
    "« {name} » est facultative dans un jeu de sorties qui ne la contient pas.",
    '"{name}" is optional in an output set that does not contain it.',
    hint=("Ajoutez-la aux « dataOutputRefs » du jeu.", 'Add it to the "dataOutputRefs" of the set.'),
)
EXECUTING_OUTPUT = rule(
    "bpmn.while-executing-output",
    "BPMN 2.0.2, 10.4.1 (EXT090)",
    "« {name} » peut sortir en cours d’exécution d’un jeu de sorties qui ne la contient pas.",
    '"{name}" may leave while executing in an output set that does not contain it.',
    hint=("Ajoutez-la aux « dataOutputRefs » du jeu.", 'Add it to the "dataOutputRefs" of the set.'),
)
SET_RULE = rule(
    "bpmn.data-set-rule",
    "BPMN 2.0.2, 10.4.1 (EXT087, EXT091)",
    "« {name} » : un jeu d’entrées et un jeu de sorties doivent se désigner l’un l’autre.",
    '"{name}": an input set and an output set must refer to each other.',
    hint=("Complétez la référence qui manque.", "Add the missing reference."),
)
SEVERAL_SOURCES = rule(
    "bpmn.data-association-sources",
    "BPMN 2.0.2, 10.4.1 (EXT092)",
    "« {name} » reçoit plusieurs données à la fois sans dire comment les réunir.",
    '"{name}" receives several items at once without saying how to join them.',
    hint=("Gardez une source, ou donnez une transformation.", "Keep one source, or give a transformation."),
)
ASSOCIATION_TYPES = rule(
    "bpmn.data-association-types",
    "BPMN 2.0.2, 10.4.1 (EXT093)",
    "« {name} » : « {source} » et « {target} » n’ont pas le même type, et rien ne les convertit.",
    '"{name}": "{source}" and "{target}" have different types, and nothing converts them.',
    hint=("Donnez une transformation ou des affectations.", "Give a transformation or assignments."),
)
PROCESS_INPUT = rule(
    "bpmn.process-data-input",
    "BPMN 2.0.2, 10.4.1 (EXT080)",
    "L’entrée « {name} » du processus reçoit une donnée du processus lui-même.",
    'The data input "{name}" of the process receives data from the process itself.',
    hint=("Une entrée vient de l’appelant : retirez ce lien.", "An input comes from the caller: remove it."),
)
PROCESS_OUTPUT = rule(
    "bpmn.process-data-output",
    "BPMN 2.0.2, 10.4.1 (EXT081)",
    "La sortie « {name} » du processus est lue par le processus lui-même.",
    'The data output "{name}" of the process is read by the process itself.',
    hint=("Une sortie va à l’appelant : retirez ce lien.", "An output goes to the caller: remove it."),
)
SETS = (
    ("dataInput", "inputSet", "dataInputRefs", INPUT_SET),
    ("dataOutput", "outputSet", "dataOutputRefs", OUTPUT_SET),
)
SUBSETS = (
    ("inputSet", "dataInputRefs", "optionalInputRefs", OPTIONAL_INPUT),
    ("inputSet", "dataInputRefs", "whileExecutingInputRefs", EXECUTING_INPUT),
    ("outputSet", "dataOutputRefs", "optionalOutputRefs", OPTIONAL_OUTPUT),
    ("outputSet", "dataOutputRefs", "whileExecutingOutputRefs", EXECUTING_OUTPUT),
)


def check(model: Model, findings: Findings) -> None:
    """Every data element of the file."""
    for element in model.elements:
        tag = local(element)
        if tag in ("dataObject", "dataInput", "dataOutput"):
            _check_collection(element, model, findings)
        if tag == "dataObjectReference":
            _check_reference(element, model, findings)
        elif tag == "dataObject" and element.find(b("dataState")) is not None:
            findings.report(REFERENCE_TYPE, element)
        elif tag == "ioSpecification" or tag in EVENTS:
            _check_sets(element, findings)
        elif tag in ("dataInputAssociation", "dataOutputAssociation"):
            _check_association(element, model, findings)


def _check_collection(element: Element, model: Model, findings: Findings) -> None:
    item = model.find(element, element.get("itemSubjectRef"))
    if item is not None and _is_list(item) != _is_list(element):
        findings.report(COLLECTION, element)


def _is_list(element: Element) -> bool:
    return element.get("isCollection", "false") in ("true", "1")


def _check_reference(element: Element, model: Model, findings: Findings) -> None:
    if element.get("itemSubjectRef"):
        findings.report(REFERENCE_TYPE, element)
    state = element.find(b("dataState"))
    data = model.find(element, element.get("dataObjectRef"))
    named = data is not None and data.get("name")
    if state is None or not state.get("name") or not named or not element.get("name"):
        return
    wanted = f"{named} [{state.get('name')}]"
    if "".join((element.get("name") or "").split()) != "".join(wanted.split()):
        findings.report(STATE_NAME, element, wanted=wanted)


# ---- sets of inputs and outputs


def _check_sets(holder: Element, findings: Findings) -> None:
    for item_tag, set_tag, reference, broken in SETS:
        listed = {t for s in holder.findall(b(set_tag)) for t in _texts(s, reference)}
        for item in holder.findall(b(item_tag)):
            if item.get("id") not in listed:
                findings.report(broken, item)
    for set_tag, all_of, some_of, broken in SUBSETS:
        for found in holder.findall(b(set_tag)):
            for text in _texts(found, some_of):
                if text not in _texts(found, all_of):
                    findings.report(broken, text)
    _check_pairs(holder, findings)


def _check_pairs(holder: Element, findings: Findings) -> None:
    ins = {(s.get("id"), t) for s in holder.findall(b("inputSet")) for t in _texts(s, "outputSetRefs")}
    outs = {(t, s.get("id")) for s in holder.findall(b("outputSet")) for t in _texts(s, "inputSetRefs")}
    for pair in sorted(ins ^ outs, key=str):
        findings.report(SET_RULE, pair[0] or pair[1])


def _texts(element: Element, tag: str) -> list[str]:
    return [(e.text or "").strip() for e in element.findall(b(tag))]


# ---- data associations


def _check_association(element: Element, model: Model, findings: Findings) -> None:
    holder = element.getparent()
    _check_process_data(element, model, findings)
    if holder is None or element.find(b("transformation")) is not None:
        return
    sources = [model.find(element, t) for t in _texts(element, "sourceRef")]
    if len(sources) > 1:
        findings.report(SEVERAL_SOURCES, holder)
    target = model.find(element, element.findtext(b("targetRef")))
    if element.find(b("assignment")) is None and len(sources) == 1:
        _check_types(holder, sources[0], target, model, findings)


def _check_process_data(element: Element, model: Model, findings: Findings) -> None:
    target = model.find(element, element.findtext(b("targetRef")))
    if target is not None and local(target) == "dataInput" and _of_process(target):
        findings.report(PROCESS_INPUT, target)
    for text in _texts(element, "sourceRef"):
        source = model.find(element, text)
        if source is not None and local(source) == "dataOutput" and _of_process(source):
            findings.report(PROCESS_OUTPUT, source)


def _of_process(data: Element) -> bool:
    """In its own specification: an event has its data without one (clause 10.4.1)."""
    specification = data.getparent()
    if specification is None or local(specification) != "ioSpecification":
        return False
    holder = specification.getparent()
    return holder is not None and local(holder) == "process"


def _check_types(
    holder: Element, source: Element | None, target: Element | None, model: Model, findings: Findings
) -> None:
    items = [_item(e, model) for e in (source, target)]
    if source is None or target is None or None in items or items[0] is items[1]:
        return
    structures = {i.get("structureRef") for i in items if i is not None}
    if len(structures) > 1 and None not in structures:
        findings.report(ASSOCIATION_TYPES, holder, source=label(source), target=label(target))


def _item(element: Element | None, model: Model) -> Element | None:
    """The item definition of a data element, through its reference if it is one."""
    if element is not None and local(element) == "dataObjectReference":
        element = model.find(element, element.get("dataObjectRef"))
    return None if element is None else model.find(element, element.get("itemSubjectRef"))
