"""Rules about activities: tasks, sub-processes, calls, loops, resources (BPMN 2.0, 10.3)."""

from __future__ import annotations

from engine.check.findings import Findings, label
from engine.check.model import ACTIVITIES, CHOREOGRAPHY, SUB_PROCESSES, Model
from engine.check.rules import rule
from engine.diagnostics import Text
from engine.spiff.xml import Element, b, local

QUANTITY = rule(
    "bpmn.quantity",
    "BPMN 2.0.2, 10.3 (EXT034, EXT035)",
    "« {name} » : {attribute} vaut « {value} ».",
    '"{name}": {attribute} is "{value}".',
    hint=("Écrivez un nombre de 1 à {largest}.", "Write a number from 1 to {largest}."),
)
RESOURCE = rule(
    "bpmn.resource-assignment",
    "BPMN 2.0.2, 10.3.1 (EXT038, EXT039, EXT040)",
    "« {name} » désigne ses personnes de deux façons qui s’excluent.",
    '"{name}" assigns people in two ways that exclude each other.',
    hint=(
        "Gardez la ressource et ses paramètres, ou l’expression seule.",
        "Keep the resource and its parameters, or the expression alone.",
    ),
)
INPUT_SETS = rule(
    "bpmn.task-input-sets",
    "BPMN 2.0.2, 10.3.3 (EXT042, EXT046, EXT050)",
    "« {name} » : cette sorte de tâche a {allowed} ; celle-ci en a {count}.",
    '"{name}": this kind of task has {allowed}; this one has {count}.',
    hint=("Corrigez ses données d’entrée et de sortie.", "Correct its inputs and outputs."),
)
TASK_DATA = rule(
    "bpmn.task-data",
    "BPMN 2.0.2, 10.3.3 (EXT043, EXT044, EXT047, EXT051)",
    "« {name} » échange un message : ses données doivent être une seule, du type de ce message.",
    '"{name}" exchanges a message: its data must be one item of the type of that message.',
    hint=(
        "Gardez une donnée, du même type que le message.",
        "Keep one item of the same type as the message.",
    ),
)
INSTANTIATE = rule(
    "bpmn.receive-instantiate",
    "BPMN 2.0.2, 10.3.3 (EXT048, EXT049)",
    "La réception « {name} » démarre le dossier : aucune flèche ne peut y mener.",
    'The receive task "{name}" starts the case: no sequence flow may lead to it.',
    hint=(
        "Retirez la flèche, ou cette marque de la tâche.",
        "Remove the flow, or that mark of the task.",
    ),
)
SCRIPT_FORMAT = rule(
    "bpmn.script-format",
    "BPMN 2.0.2, 10.3.3 (EXT053)",
    "« {name} » porte un script sans dire sa langue.",
    '"{name}" carries a script without saying its language.',
    hint=("Indiquez « scriptFormat ».", 'Give its "scriptFormat".'),
)
AD_HOC_CONTENT = rule(
    "bpmn.ad-hoc-content",
    "BPMN 2.0.2, 10.3.5 (EXT062)",
    "Le sous-processus libre « {name} » ne peut pas contenir « {content} ».",
    'The ad-hoc sub-process "{name}" cannot contain "{content}".',
    hint=(
        "Retirez les débuts, les fins et les activités de chorégraphie.",
        "Remove start events, end events and choreography activities.",
    ),
)
AD_HOC_EMPTY = rule(
    "bpmn.ad-hoc-empty",
    "BPMN 2.0.2, 10.3.5 (EXT061)",
    "Le sous-processus libre « {name} » ne contient aucune étape.",
    'The ad-hoc sub-process "{name}" contains no activity.',
    hint=("Placez-y au moins une étape.", "Put at least one activity in it."),
)
SERVICE_BINDING = rule(
    "bpmn.interface-binding",
    "BPMN 2.0.2, 10.3.6 and 10.4.1 (EXT064)",
    "« {name} » propose un service sans lier ses données à l’opération « {operation} ».",
    '"{name}" offers a service without binding its data to the operation "{operation}".',
    hint=("Ajoutez un « ioBinding » pour l’opération.", 'Add an "ioBinding" for the operation.'),
)
BINDING_TYPES = rule(
    "bpmn.interface-binding-types",
    "BPMN 2.0.2, 10.4.1 (EXT065)",
    "« {name} » : la donnée « {data} » n’a pas le type du message de l’opération « {operation} ».",
    '"{name}": the item "{data}" has not the type of the message of the operation "{operation}".',
    hint=("Donnez-leur le même type.", "Give both the same type."),
)
LOOP_ITEM = rule(
    "bpmn.multi-instance-item",
    "BPMN 2.0.2, 10.3.8 (EXT070, EXT072)",
    "« {name} » : « {item} » doit avoir le type d’un élément de la liste « {collection} ».",
    '"{name}": "{item}" must have the type of one item of the list "{collection}".',
    hint=(
        "Même structure, la liste étant une collection et l’élément non.",
        "Same structure, the list being a collection and the item not.",
    ),
)
LOOP_EVENT = rule(
    "bpmn.multi-instance-event",
    "BPMN 2.0.2, 10.3.8 (EXT073, EXT074)",
    "« {name} » doit signaler la fin de ses répétitions sans dire par quel événement ({attribute}).",
    '"{name}" must signal the end of its repetitions without saying by which event ({attribute}).',
    hint=("Choisissez l’événement, ou le comportement « All ».", 'Choose the event, or the behaviour "All".'),
    severity="warning",
)
SUB_PROCESS_DATA = rule(
    "bpmn.sub-process-data",
    "BPMN 2.0.2, 10.4.1",
    "Le sous-processus « {name} » ne peut pas avoir d’entrées ni de sorties de données.",
    'The sub-process "{name}" cannot have data inputs or outputs.',
    hint=(
        "Donnez-les à ses étapes : elles voient les données autour d’elles.",
        "Give them to its activities: they see the data around them.",
    ),
)
CALL_DATA = rule(
    "bpmn.call-data",
    "BPMN 2.0.2, 10.3.6 (EXT063)",
    "« {name} » et « {called} », qu’elle appelle, n’ont pas les mêmes entrées et sorties.",
    '"{name}" and "{called}", which it calls, have not the same data inputs and outputs.',
    hint=("Déclarez les mêmes entrées et sorties.", "Declare the same inputs and outputs."),
)
OPERATION_MESSAGE = rule(
    "bpmn.operation-message",
    "BPMN 2.0.2, 10.3.3 (EXT045, EXT048, EXT052)",
    "« {name} » : le message n’est pas celui de l’opération « {operation} ».",
    '"{name}": the message is not the one of the operation "{operation}".',
    hint=("Choisissez le même message.", "Choose the same message."),
)

#: Tokens that start an activity or leave it, at most.
MAX_QUANTITY = 1000
ONE_INPUT = Text("un seul jeu d’entrées", "one input set")
ONE_OUTPUT = Text("un seul jeu de sorties", "one output set")


def check(model: Model, findings: Findings) -> None:
    """Every activity, global task and process of the file."""
    for element in model.elements:
        tag = local(element)
        if tag in ACTIVITIES:
            _check_activity(element, tag, model, findings)
        if tag.startswith("global") or tag == "process":
            _check_interfaces(element, model, findings)
        if tag in ("performer", "humanPerformer", "potentialOwner", "resourceRole"):
            _check_resource(element, findings)


def _check_activity(element: Element, tag: str, model: Model, findings: Findings) -> None:
    _check_quantities(element, findings)
    _check_loop(element, model, findings)
    if tag == "adHocSubProcess":
        _check_ad_hoc(element, model, findings)
    elif tag == "scriptTask":
        _check_script(element, model, findings)
    elif tag in ("serviceTask", "sendTask", "receiveTask"):
        _check_message_data(element, tag, model, findings)
    if tag in ("sendTask", "receiveTask"):
        _check_operation(element, model, findings)
    elif tag == "callActivity":
        _check_call(element, model, findings)
    elif tag in SUB_PROCESSES:
        _check_sub_process_data(element, findings)
    if tag == "receiveTask" and element.get("instantiate") == "true" and model.into(element):
        findings.report(INSTANTIATE, element)


def _check_sub_process_data(element: Element, findings: Findings) -> None:
    repeated = element.find(b("multiInstanceLoopCharacteristics")) is not None
    if element.find(b("ioSpecification")) is not None and not repeated:
        findings.report(SUB_PROCESS_DATA, element)


def _check_script(element: Element, model: Model, findings: Findings) -> None:
    """A script whose language is not given; with FEEL or a job beside it, it is documentation."""
    ext = model.extensions(element)
    given = (element.findtext(b("script")) or "").strip()
    if given and not element.get("scriptFormat") and ext.script is None and ext.job_type is None:
        findings.report(SCRIPT_FORMAT, element)


def _check_quantities(element: Element, findings: Findings) -> None:
    for attribute in ("startQuantity", "completionQuantity"):
        value = element.get(attribute, "1").strip()
        if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= MAX_QUANTITY):
            findings.report(QUANTITY, element, attribute=attribute, value=value, largest=MAX_QUANTITY)


def _check_resource(role: Element, findings: Findings) -> None:
    resource = role.find(b("resourceRef"))
    expression = role.find(b("resourceAssignmentExpression"))
    bindings = role.find(b("resourceParameterBinding"))
    both = expression is not None and (resource is not None or bindings is not None)
    if both or (bindings is not None and resource is None):
        findings.report(RESOURCE, role.getparent())


def _check_ad_hoc(element: Element, model: Model, findings: Findings) -> None:
    nodes = model.inside(element).nodes
    for node in nodes:
        if local(node) in CHOREOGRAPHY | {"startEvent", "endEvent"}:
            findings.report(AD_HOC_CONTENT, element, content=label(node))
    for child in element.iterchildren(
        *(b(t) for t in ("conversation", "subConversation", "callConversation"))
    ):
        findings.report(AD_HOC_CONTENT, element, content=label(child))
    if not any(local(n) in ACTIVITIES for n in nodes):
        findings.report(AD_HOC_EMPTY, element)


# ---- the data of tasks that exchange messages (10.3.3)


def _check_message_data(element: Element, tag: str, model: Model, findings: Findings) -> None:
    specification = element.find(b("ioSpecification"))
    if specification is None:
        return
    ins, outs = specification.findall(b("inputSet")), specification.findall(b("outputSet"))
    if tag != "receiveTask" and len(ins) > 1:
        findings.report(INPUT_SETS, element, allowed=ONE_INPUT, count=len(ins))
    if tag != "sendTask" and len(outs) > 1:
        findings.report(INPUT_SETS, element, allowed=ONE_OUTPUT, count=len(outs))
    _check_items(element, tag, specification, model, findings)


def _check_items(
    element: Element, tag: str, specification: Element, model: Model, findings: Findings
) -> None:
    sent, received = _messages(element, tag, model)
    inputs, outputs = specification.findall(b("dataInput")), specification.findall(b("dataOutput"))
    for items, message, only in ((inputs, sent, "sendTask"), (outputs, received, "receiveTask")):
        wanted = None if message is None else message.get("itemRef")
        types = {i.get("itemSubjectRef") for i in items}
        several = len(items) > 1 and (tag == only or message is not None)
        if several or (items and wanted and types != {wanted}):
            findings.report(TASK_DATA, element)


def _messages(element: Element, tag: str, model: Model) -> tuple[Element | None, Element | None]:
    """The message sent and the one received by the task."""
    operation = model.find(element, element.get("operationRef"))
    own = model.find(element, element.get("messageRef"))
    if tag == "sendTask":
        return own, None
    if tag == "receiveTask":
        return None, own
    if operation is None:
        return None, None
    first, last = operation.findtext(b("inMessageRef")), operation.findtext(b("outMessageRef"))
    return model.find(operation, first), model.find(operation, last)


def _check_operation(element: Element, model: Model, findings: Findings) -> None:
    operation = model.find(element, element.get("operationRef"))
    message = model.find(element, element.get("messageRef"))
    if operation is None or message is None:
        return
    wanted = model.find(operation, operation.findtext(b("inMessageRef")))
    if wanted is not None and wanted is not message:
        findings.report(OPERATION_MESSAGE, element, operation=label(operation))


def _check_call(element: Element, model: Model, findings: Findings) -> None:
    called = model.find(element, element.get("calledElement"))
    specification = element.find(b("ioSpecification"))
    asked = None if called is None else called.find(b("ioSpecification"))
    if called is None or asked is None or specification is None:
        return
    if any(_types(asked, t) != _types(specification, t) for t in ("dataInput", "dataOutput")):
        findings.report(CALL_DATA, element, called=label(called))


def _types(specification: Element, tag: str) -> list[str]:
    return sorted(e.get("itemSubjectRef") or "" for e in specification.findall(b(tag)))


# ---- services offered by processes and global tasks (10.4.1)


def _check_interfaces(element: Element, model: Model, findings: Findings) -> None:
    bindings = element.findall(b("ioBinding"))
    bound = {id(model.find(i, i.get("operationRef"))) for i in bindings}
    for reference in element.findall(b("supportedInterfaceRef")):
        interface = model.find(reference, reference.text)
        for operation in () if interface is None else interface.findall(b("operation")):
            if id(operation) not in bound:
                findings.report(SERVICE_BINDING, element, operation=label(operation))
    for binding in bindings:
        _check_binding(element, binding, model, findings)


def _check_binding(element: Element, binding: Element, model: Model, findings: Findings) -> None:
    operation = model.find(binding, binding.get("operationRef"))
    if operation is None:
        return
    for attribute, tag in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
        data = model.find(binding, binding.get(attribute))
        message = model.find(operation, operation.findtext(b(tag)))
        if data is None or message is None:
            continue
        if data.get("itemSubjectRef") != message.get("itemRef"):
            findings.report(BINDING_TYPES, element, data=label(data), operation=label(operation))


# ---- multi-instance (10.3.8)


def _check_loop(element: Element, model: Model, findings: Findings) -> None:
    loop = element.find(b("multiInstanceLoopCharacteristics"))
    if loop is None:
        return
    lists = [(loop.findtext(b("loopDataInputRef")), loop.find(b("inputDataItem")))]
    lists.append((loop.findtext(b("loopDataOutputRef")), loop.find(b("outputDataItem"))))
    for reference, item in lists:
        collection = model.find(loop, reference)
        if collection is not None and item is not None and not _fits(collection, item, model):
            findings.report(LOOP_ITEM, element, item=label(item), collection=label(collection))
    _check_behavior(element, loop, findings)


def _check_behavior(element: Element, loop: Element, findings: Findings) -> None:
    wanted = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}
    attribute = wanted.get(loop.get("behavior", "All"))
    if attribute is not None and not loop.get(attribute):
        findings.report(LOOP_EVENT, element, attribute=attribute)
    if loop.get("behavior") == "Complex" and loop.find(b("complexBehaviorDefinition")) is None:
        findings.report(LOOP_EVENT, element, attribute="complexBehaviorDefinition")


def _fits(collection: Element, item: Element, model: Model) -> bool:
    """Whether the item has the scalar type of the collection; types that are not given fit."""
    whole = model.find(collection, collection.get("itemSubjectRef"))
    single = model.find(item, item.get("itemSubjectRef"))
    if whole is None or single is None:
        return True
    if single.get("isCollection") == "true" or item.get("isCollection") == "true":
        return False
    return whole.get("structureRef") == single.get("structureRef")
