"""Rules about single elements: whether Relais executes them, and what it needs to do so."""

from __future__ import annotations

from engine.check.findings import Findings
from engine.check.model import Model, Scope
from engine.check.repetitions import check_repetition
from engine.check.rules import rule
from engine.check.scripts import check_script
from engine.check.supported import (
    DRAWN,
    EVENT_DEFINITIONS,
    FLOW_NODES,
    NOT_EXECUTED,
    OTHER_ENGINES,
    ZEEBE,
)
from engine.diagnostics import Text
from engine.spiff.xml import ZEEBE as ZEEBE_NS
from engine.spiff.xml import Element, b, is_bpmn, local, z

MISSING_ID = rule(
    "bpmn.missing-id",
    "BPMN 2.0.2, 8.3.1",
    "L’élément « {name} » n’a pas d’identifiant.",
    'The element "{name}" has no id.',
    hint=("Donnez-lui un identifiant unique.", "Give it an id of its own."),
)
UNSUPPORTED_ELEMENT = rule(
    "bpmn.unsupported-element",
    "Relais",
    "« {name} » demande ce que Relais n’exécute pas : {kind}.",
    '"{name}" asks for what Relais does not execute: {kind}.',
    hint=("Remplacez-le ou retirez-le du processus.", "Replace it or remove it from the process."),
)
SEVERAL_STARTS = rule(
    "bpmn.several-starts",
    "BPMN 2.0.2, 10.5.2",
    "« {name} » a plusieurs débuts simples : chacun part en même temps que les autres.",
    '"{name}" has several none start events: they all begin at the same time.',
    hint=("Gardez-en un seul si ce n’est pas voulu.", "Keep one if that is not what you want."),
    severity="warning",
)
TIMER = rule(
    "bpmn.timer",
    "BPMN 2.0.2, 10.5.5 (EXT131)",
    "La minuterie « {name} » doit dire quand, d’une seule façon.",
    'The timer "{name}" must say when, in one way.',
    hint=("Donnez une date, une durée ou un cycle.", "Give one date, duration or cycle."),
)
TIMER_CYCLE = rule(
    "bpmn.timer-cycle",
    "Relais",
    "La minuterie « {name} » ne se déclenche qu’une fois.",
    'The timer "{name}" can fire only once.',
    hint=("Donnez une durée ou une date.", "Give a duration or a date."),
    severity="warning",
)
MESSAGE_REFERENCE = rule(
    "bpmn.message-reference",
    "BPMN 2.0.2, 10.5.5",
    "« {name} » ne dit pas quel message.",
    '"{name}" does not say which message.',
    hint=("Choisissez-en un et donnez-lui un nom.", "Choose one and name it."),
)
CORRELATION_KEY = rule(
    "bpmn.correlation-key",
    "Relais",
    "« {name} » attend le message « {message} » sans dire ce qui le relie au dossier.",
    '"{name}" waits for the message "{message}" without saying what ties it to the case.',
    hint=("Donnez une clé, par exemple =numero.", "Give a correlation key, for example =number."),
)
SIGNAL_REFERENCE = rule(
    "bpmn.signal-reference",
    "BPMN 2.0.2, 10.5.5",
    "« {name} » ne dit pas quel signal.",
    '"{name}" does not say which signal.',
    hint=("Choisissez-en un et donnez-lui un nom.", "Choose one and name it."),
)
CONDITION = rule(
    "bpmn.condition",
    "BPMN 2.0.2, 10.5.5",
    "« {name} » attend une condition qui n’est pas écrite.",
    '"{name}" waits for a condition that is not written.',
    hint=("Donnez une condition.", "Give a condition."),
)
JOB_TYPE = rule(
    "zeebe.job-type",
    "Relais",
    "L’étape « {name} » ne dit pas quoi faire.",
    'The step "{name}" does not say what to do.',
    hint=("Choisissez un connecteur.", "Choose a connector."),
)
CALLED_ELEMENT = rule(
    "bpmn.called-element",
    "BPMN 2.0.2, 10.3.4",
    "L’étape « {name} » ne dit pas quel processus elle appelle.",
    'The step "{name}" does not say which process it calls.',
    hint=("Choisissez un processus.", "Choose a process."),
)
UNSUPPORTED_EXTENSION = rule(
    "zeebe.unsupported-extension",
    "Relais",
    "« {name} » porte un réglage que Relais n’exécute pas : {setting}.",
    '"{name}" carries a setting that Relais does not execute: {setting}.',
    hint=("Retirez ce réglage.", "Remove this setting."),
)
OTHER_ENGINE = rule(
    "bpmn.other-engine",
    "Relais",
    "« {name} » porte des réglages d’un autre moteur. Ils ne sont pas exécutés.",
    '"{name}" carries settings of another engine. They are not executed.',
    hint=("Refaites ce réglage dans Relais.", "Make this setting again in Relais."),
    severity="warning",
)


def check_scope(scope: Scope, model: Model, findings: Findings) -> None:
    """Whether everything drawn in an executed process or sub-process is executed."""
    for element in scope.element:
        if isinstance(element.tag, str):
            _check_known(element, findings)
    plain = [s for s in scope.of("startEvent") if not model.definitions(s)]
    if len(plain) > 1:
        findings.report(SEVERAL_STARTS, scope.element)


def _check_known(element: Element, findings: Findings) -> None:
    tag = local(element)
    if not is_bpmn(element) or tag in DRAWN:
        return
    if tag not in FLOW_NODES:
        findings.report(UNSUPPORTED_ELEMENT, element, kind=NOT_EXECUTED.get(tag, tag))
    elif not element.get("id"):
        findings.report(MISSING_ID, element)


def check_element(element: Element, model: Model, findings: Findings) -> None:
    """Everything that one flow node says about itself."""
    tag = local(element)
    check_repetition(element, findings)
    if tag in EVENT_DEFINITIONS:
        _check_event(element, model, findings)
    if tag == "serviceTask" or (tag == "sendTask" and element.get("messageRef") is None):
        _check_job(element, model, findings)
    elif tag == "sendTask":
        _check_message(element, element, model, findings)
    if tag == "scriptTask":
        check_script(element, model, findings)
    if tag == "callActivity":
        _check_call(element, findings)
    if tag == "receiveTask":
        _check_message(element, element, model, findings)
    _check_extensions(element, findings)


def _refuse(element: Element, kind: Text, findings: Findings) -> None:
    findings.report(UNSUPPORTED_ELEMENT, element, kind=kind)


# ---- events


def _check_event(element: Element, model: Model, findings: Findings) -> None:
    for definition in model.definitions(element):
        kind = local(definition).removesuffix("EventDefinition")
        if kind == "timer":
            _check_timer(definition, element, findings)
        elif kind == "message":
            _check_message(definition, element, model, findings)
        elif kind == "signal":
            _check_signal(definition, element, model, findings)
        elif kind == "conditional" and not (definition.findtext(b("condition")) or "").strip():
            findings.report(CONDITION, element)
        elif kind == "compensate" and definition.get("waitForCompletion") == "false":
            _refuse(
                element, Text("compensation sans attendre sa fin", "compensation without waiting"), findings
            )


def _check_timer(definition: Element, element: Element, findings: Findings) -> None:
    kinds = [
        k for k in ("timeDate", "timeDuration", "timeCycle") if (definition.findtext(b(k)) or "").strip()
    ]
    if len(kinds) != 1:
        findings.report(TIMER, element)
    repeats = "false" in (element.get("cancelActivity"), element.get("isInterrupting"))
    repeats = repeats or _starts_process(element)
    if kinds == ["timeCycle"] and not repeats:
        findings.report(TIMER_CYCLE, element)


def _check_message(definition: Element, element: Element, model: Model, findings: Findings) -> None:
    message = model.find(definition, definition.get("messageRef"))
    ext = model.extensions(element)
    if message is None or not (message.get("name") or "").strip():
        if ext.job_type is None:
            findings.report(MESSAGE_REFERENCE, element)
        return
    waits = not _starts_process(element) and not _starts_instances(element, model)
    waits &= local(element) not in ("intermediateThrowEvent", "endEvent", "sendTask")
    own = ext.properties.get("relais:correlationKey")
    if waits and not own and model.extensions(message).correlation_key is None:
        findings.report(CORRELATION_KEY, element, message=message.get("name"))


def _starts_process(element: Element) -> bool:
    parent = element.getparent()
    return local(element) == "startEvent" and parent is not None and local(parent) == "process"


def _starts_instances(element: Element, model: Model) -> bool:
    """Whether it, or an event-based gateway before it, starts instances: no key is needed then."""
    if element.get("instantiate") == "true":
        return True
    before = [model.find(f, f.get("sourceRef")) for f in model.into(element)]
    gateways = [g for g in before if g is not None and local(g) == "eventBasedGateway"]
    sources = [g for g in gateways if g.get("instantiate") == "true"]
    return bool(sources) and all(g.get("eventGatewayType") != "Parallel" for g in sources)


def _check_signal(definition: Element, element: Element, model: Model, findings: Findings) -> None:
    signal = model.find(definition, definition.get("signalRef"))
    if signal is None or not (signal.get("name") or "").strip():
        findings.report(SIGNAL_REFERENCE, element)


# ---- tasks and extensions


def _check_job(element: Element, model: Model, findings: Findings) -> None:
    if model.extensions(element).job_type is None:
        findings.report(JOB_TYPE, element)


def _check_call(element: Element, findings: Findings) -> None:
    setting = element.find(f"{b('extensionElements')}/{z('calledElement')}")
    name = setting.get("processId") if setting is not None else element.get("calledElement")
    if not (name or "").strip():
        findings.report(CALLED_ELEMENT, element)


def check_global_tasks(model: Model, findings: Findings) -> None:
    """Global tasks: what a call activity can call besides processes."""
    for element in model.of("globalScriptTask"):
        check_script(element, model, findings)


def _check_extensions(element: Element, findings: Findings) -> None:
    holder = element.find(b("extensionElements"))
    for child in () if holder is None else holder.iter():
        if child is holder or not isinstance(child.tag, str):
            continue
        _check_extension(child, element, findings)
    if any(str(name).startswith(tuple(f"{{{n}}}" for n in OTHER_ENGINES)) for name in element.attrib):
        findings.report(OTHER_ENGINE, element)


def _check_extension(child: Element, element: Element, findings: Findings) -> None:
    namespace = child.tag[1:].split("}")[0] if child.tag.startswith("{") else ""
    if namespace == ZEEBE_NS and local(child) not in ZEEBE:
        findings.report(UNSUPPORTED_EXTENSION, element, setting=local(child))
    elif namespace in OTHER_ENGINES:
        findings.report(OTHER_ENGINE, element)
