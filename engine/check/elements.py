"""Rules about single elements: events, gateways, tasks, loops, extensions."""

from __future__ import annotations

from engine.check.findings import Findings, label
from engine.check.supported import (
    DEFINITION_NAMES,
    EVENT_DEFINITIONS,
    EVENT_SUB_PROCESS_STARTS,
    FLOW_NODES,
    LOOPS,
    OTHER_ENGINES,
    ZEEBE,
)
from engine.diagnostics import Text
from engine.spiff import extensions
from engine.spiff.reader import definitions_of
from engine.spiff.xml import ZEEBE as ZEEBE_NS
from engine.spiff.xml import Element, b, local

GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway")
MAX_QUANTITY = 1000  #: of tokens that start an activity or leave it


def check_element(element: Element, root: Element, findings: Findings) -> None:
    """Everything that one flow node says about itself."""
    tag = local(element)
    _check_flags(element, findings)
    _check_loops(element, findings)
    if tag in EVENT_DEFINITIONS:
        _check_event(element, root, findings)
    if tag in GATEWAYS:
        _check_gateway(element, findings)
    if tag == "serviceTask" or (tag == "sendTask" and element.get("messageRef") is None):
        _check_job(element, findings)
    elif tag == "sendTask":
        _check_message(element, element, root, findings)
    if tag == "scriptTask":
        _check_script(element, findings)
    if tag == "receiveTask":
        _check_message(element, element, root, findings)
    _check_extensions(element, findings)


def _check_flags(element: Element, findings: Findings) -> None:
    for name in ("startQuantity", "completionQuantity"):
        text = element.get(name, "1").strip()
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_QUANTITY):
            findings.add(
                "bpmn.quantity",
                element,
                f"« {label(element)} » : {name} vaut « {text} ». Écrivez un nombre de 1 à {MAX_QUANTITY}.",
                f'"{label(element)}": {name} is "{text}". Write a number from 1 to {MAX_QUANTITY}.',
            )


def _refuse(element: Element, kind: Text, findings: Findings) -> None:
    findings.add(
        "bpmn.unsupported-element",
        element,
        f"« {label(element)} » demande ce que Relais n’exécute pas : {kind.fr}.",
        f'"{label(element)}" asks for what Relais does not execute: {kind.en}.',
    )


def _check_loops(element: Element, findings: Findings) -> None:
    for child in element:
        if local(child) in LOOPS:
            _refuse(element, LOOPS[local(child)], findings)


# ---- events


def _check_event(element: Element, root: Element, findings: Findings) -> None:
    definitions = definitions_of(element, {e.get("id"): e for e in root})
    for definition in definitions:
        _check_definition(definition, element, root, findings)
    if not definitions and local(element) in ("intermediateCatchEvent", "boundaryEvent"):
        findings.add(
            "bpmn.no-event-definition",
            element,
            f"« {label(element)} » n’attend rien. Choisissez une minuterie, un message ou une erreur.",
            f'"{label(element)}" waits for nothing. Choose a timer, a message or an error.',
        )


def _check_definition(definition: Element, element: Element, root: Element, findings: Findings) -> None:
    kind = local(definition).removesuffix("EventDefinition")
    if kind not in _allowed(element):
        place, name = FLOW_NODES[local(element)], DEFINITION_NAMES.get(kind, Text(kind, kind))
        findings.add(
            "bpmn.unsupported-event",
            element,
            f"« {label(element)} » : un événement « {name.fr} » n’est pas exécuté ici ({place.fr}).",
            f'"{label(element)}": a {name.en} event is not executed here ({place.en}).',
        )
    elif kind == "timer":
        _check_timer(definition, element, findings)
    elif kind == "message":
        _check_message(definition, element, root, findings)
    elif kind in ("error", "escalation"):
        _check_code(kind, definition, element, root, findings)
    elif kind == "signal":
        _check_signal(definition, element, root, findings)
    elif kind == "conditional" and not (definition.findtext(b("condition")) or "").strip():
        findings.add(
            "bpmn.condition",
            element,
            f"« {label(element)} » attend une condition qui n’est pas écrite. Donnez-en une.",
            f'"{label(element)}" waits for a condition that is not written. Give one.',
        )
    elif kind == "compensate" and definition.get("waitForCompletion") == "false":
        _refuse(element, Text("compensation sans attendre sa fin", "compensation without waiting"), findings)


def _allowed(element: Element) -> frozenset[str]:
    parent = element.getparent()
    inside_event = parent is not None and parent.get("triggeredByEvent") == "true"
    if local(element) == "startEvent" and inside_event:
        return EVENT_SUB_PROCESS_STARTS
    return EVENT_DEFINITIONS[local(element)]


def _check_timer(definition: Element, element: Element, findings: Findings) -> None:
    kinds = [
        k for k in ("timeDate", "timeDuration", "timeCycle") if (definition.findtext(b(k)) or "").strip()
    ]
    if len(kinds) != 1:
        findings.add(
            "bpmn.timer",
            element,
            f"La minuterie « {label(element)} » doit dire quand : une date, une durée ou un cycle.",
            f'The timer "{label(element)}" must say when: one date, duration or cycle.',
        )
    repeats = "false" in (element.get("cancelActivity"), element.get("isInterrupting"))
    repeats = repeats or (_starts_process(element))
    if kinds == ["timeCycle"] and not repeats:
        findings.add(
            "bpmn.timer-cycle",
            element,
            f"La minuterie « {label(element)} » ne se déclenche qu’une fois : donnez une durée ou une date.",
            f'The timer "{label(element)}" can fire only once: give a duration or a date.',
        )


def _check_message(definition: Element, element: Element, root: Element, findings: Findings) -> None:
    message = next((m for m in root.iter(b("message")) if m.get("id") == definition.get("messageRef")), None)
    sends_by_job = extensions.read(element).job_type is not None
    if message is None or not (message.get("name") or "").strip():
        if not sends_by_job:
            findings.add(
                "bpmn.message-reference",
                element,
                f"« {label(element)} » ne dit pas quel message. Choisissez-en un et donnez-lui un nom.",
                f'"{label(element)}" does not say which message. Choose one and name it.',
            )
        return
    top_start = _starts_process(element)
    waits = not top_start and local(element) not in ("intermediateThrowEvent", "endEvent", "sendTask")
    waits = waits and not _starts_instances(element)
    own = extensions.read(element).properties.get("relais:correlationKey")
    if waits and not own and extensions.read(message).correlation_key is None:
        findings.add(
            "bpmn.correlation-key",
            element,
            f"« {label(element)} » attend le message « {message.get('name')} » "
            "sans dire ce qui le relie au dossier. Donnez une clé, par exemple =numero.",
            f'"{label(element)}" waits for the message "{message.get("name")}" without saying what ties it '
            "to the case. Give a correlation key, for example =number.",
        )


def _starts_process(element: Element) -> bool:
    parent = element.getparent()
    return local(element) == "startEvent" and parent is not None and local(parent) == "process"


def _starts_instances(element: Element) -> bool:
    """Whether it, or an event-based gateway before it, starts instances: no key is needed then."""
    if element.get("instantiate") == "true":
        return True
    parent = element.getparent()
    flows = [] if parent is None else parent.findall(b("sequenceFlow"))
    before = {f.get("sourceRef") for f in flows if f.get("targetRef") == element.get("id")}
    gateways = [] if parent is None else parent.findall(b("eventBasedGateway"))
    sources = [g for g in gateways if g.get("id") in before and g.get("instantiate") == "true"]
    return bool(sources) and all(g.get("eventGatewayType") != "Parallel" for g in sources)


def _check_code(kind: str, definition: Element, element: Element, root: Element, findings: Findings) -> None:
    """Errors and escalations: what is referred to exists, and what is thrown has a code."""
    reference = definition.get(f"{kind}Ref")
    found = next((e for e in root.iter(b(kind)) if e.get("id") == reference), None)
    what = DEFINITION_NAMES[kind]
    if reference and found is None:
        findings.add(
            f"bpmn.{kind}-reference",
            element,
            f"« {label(element)} » désigne un élément « {what.fr} » qui n’existe pas ({reference}).",
            f'"{label(element)}" refers to an {what.en} that does not exist ({reference}).',
        )
    elif local(element) in ("endEvent", "intermediateThrowEvent") and (
        found is None or not found.get(f"{kind}Code")
    ):
        findings.add(
            f"bpmn.{kind}-code",
            element,
            f"« {label(element)} » lève une {what.fr} : il faut un code.",
            f'"{label(element)}" throws an {what.en}: give its code.',
        )


def _check_signal(definition: Element, element: Element, root: Element, findings: Findings) -> None:
    signal = next((s for s in root.iter(b("signal")) if s.get("id") == definition.get("signalRef")), None)
    if signal is None or not (signal.get("name") or "").strip():
        findings.add(
            "bpmn.signal-reference",
            element,
            f"« {label(element)} » ne dit pas quel signal. Choisissez-en un et donnez-lui un nom.",
            f'"{label(element)}" does not say which signal. Choose one and name it.',
        )


# ---- gateways


def _check_gateway(element: Element, findings: Findings) -> None:
    parent = element.getparent()
    flows = [] if parent is None else parent.findall(b("sequenceFlow"))
    leaving = [f for f in flows if f.get("sourceRef") == element.get("id")]
    if not leaving:
        findings.add(
            "bpmn.gateway-no-outgoing",
            element,
            f"Aucun chemin ne part de l’embranchement « {label(element)} ».",
            f'No path leaves the gateway "{label(element)}".',
        )
    if local(element) == "parallelGateway":
        _check_parallel(element, leaving, findings)
    elif local(element) == "exclusiveGateway" and len(leaving) > 1:
        _check_exclusive(element, leaving, findings)
    elif local(element) == "complexGateway":
        _check_complex(element, flows, findings)


def _check_parallel(element: Element, leaving: list[Element], findings: Findings) -> None:
    if element.get("default") or any(f.find(b("conditionExpression")) is not None for f in leaving):
        findings.add(
            "bpmn.parallel-condition",
            element,
            f"Tous les chemins de l’embranchement « {label(element)} » sont pris : pas de condition ici.",
            f'Every path of the parallel gateway "{label(element)}" is taken: no conditions here.',
        )


def _check_complex(element: Element, flows: list[Element], findings: Findings) -> None:
    arriving = [f for f in flows if f.get("targetRef") == element.get("id")]
    if len(arriving) > 1 and not (element.findtext(b("activationCondition")) or "").strip():
        findings.add(
            "bpmn.activation-condition",
            element,
            f"L’embranchement complexe « {label(element)} » ne dit pas quand il continue. "
            "Donnez une condition d’activation, par exemple =activationCount >= 2.",
            f'The complex gateway "{label(element)}" does not say when it goes on. '
            "Give it an activation condition, for example =activationCount >= 2.",
        )


def _check_exclusive(element: Element, leaving: list[Element], findings: Findings) -> None:
    for flow in leaving:
        condition = (flow.findtext(b("conditionExpression")) or "").strip()
        if not condition and flow.get("id") != element.get("default"):
            findings.add(
                "bpmn.flow-condition",
                flow,
                f"Le chemin « {label(flow)} » de l’embranchement « {label(element)} » n’a pas de condition. "
                "Donnez-en une, ou faites-en le chemin par défaut.",
                f'The flow "{label(flow)}" of the gateway "{label(element)}" has no condition. '
                "Give it one, or make it the default flow.",
            )


# ---- tasks and extensions


def _check_job(element: Element, findings: Findings) -> None:
    if extensions.read(element).job_type is None:
        findings.add(
            "zeebe.job-type",
            element,
            f"L’étape « {label(element)} » ne dit pas quoi faire. Choisissez un connecteur.",
            f'The step "{label(element)}" does not say what to do. Choose a connector.',
        )


def _check_script(element: Element, findings: Findings) -> None:
    ext = extensions.read(element)
    if ext.job_type is None and (not ext.script or not ext.result_variable):
        findings.add(
            "zeebe.script",
            element,
            f"Le calcul « {label(element)} » doit donner une expression FEEL et la donnée du résultat.",
            f'The script "{label(element)}" must give a FEEL expression and the variable for its result.',
        )


def _check_extensions(element: Element, findings: Findings) -> None:
    holder = element.find(b("extensionElements"))
    for child in () if holder is None else holder.iter():
        if child is holder or not isinstance(child.tag, str):
            continue
        _check_extension(child, element, findings)
    if any(str(name).startswith(tuple(f"{{{n}}}" for n in OTHER_ENGINES)) for name in element.attrib):
        _other_engine(element, findings)


def _check_extension(child: Element, element: Element, findings: Findings) -> None:
    namespace = child.tag[1:].split("}")[0] if child.tag.startswith("{") else ""
    if namespace == ZEEBE_NS and local(child) not in ZEEBE:
        findings.add(
            "zeebe.unsupported-extension",
            element,
            f"« {label(element)} » porte un réglage que Relais n’exécute pas : {local(child)}.",
            f'"{label(element)}" carries a setting that Relais does not execute: {local(child)}.',
        )
    elif namespace in OTHER_ENGINES:
        _other_engine(element, findings)


def _other_engine(element: Element, findings: Findings) -> None:
    known = any(d.rule == "bpmn.other-engine" and d.element_id == element.get("id") for d in findings.all)
    if not known:
        findings.add(
            "bpmn.other-engine",
            element,
            f"« {label(element)} » porte des réglages d’un autre moteur. Ils ne sont pas exécutés.",
            f'"{label(element)}" carries settings of another engine. They are not executed.',
            severity="warning",
        )
