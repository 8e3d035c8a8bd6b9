"""Rules about gateways: how many flows, which conditions, what may follow (BPMN 2.0, 8.4.9 and 10.6)."""

from __future__ import annotations

from engine.check.findings import Findings, label
from engine.check.model import GATEWAYS, Model
from engine.check.rules import rule
from engine.spiff.xml import Element, b, local

CONVERGING = rule(
    "bpmn.gateway-converging",
    "BPMN 2.0.2, 8.4.9 (EXT017)",
    "L’embranchement « {name} » se dit « convergent » : il lui faut plusieurs entrées et une seule sortie.",
    'The gateway "{name}" says that it converges: it must have several flows in and one out.',
    hint=("Corrigez son sens ou ses chemins.", "Correct its direction or its flows."),
)
DIVERGING = rule(
    "bpmn.gateway-diverging",
    "BPMN 2.0.2, 8.4.9 (EXT018)",
    "L’embranchement « {name} » se dit « divergent » : il lui faut une seule entrée et plusieurs sorties.",
    'The gateway "{name}" says that it diverges: it must have one flow in and several out.',
    hint=("Corrigez son sens ou ses chemins.", "Correct its direction or its flows."),
)
MIXED = rule(
    "bpmn.gateway-mixed",
    "BPMN 2.0.2, 8.4.9 (EXT019)",
    "L’embranchement « {name} » se dit « mixte » : il lui faut plusieurs entrées et plusieurs sorties.",
    'The gateway "{name}" says that it is mixed: it must have several flows in and several out.',
    hint=("Corrigez son sens ou ses chemins.", "Correct its direction or its flows."),
)
NO_OUTGOING = rule(
    "bpmn.gateway-no-outgoing",
    "BPMN 2.0.2, 8.4.9 (EXT151)",
    "Aucun chemin ne part de l’embranchement « {name} ».",
    'No path leaves the gateway "{name}".',
    hint=("Tracez le chemin qui suit, ou retirez-le.", "Draw the flow that follows, or remove it."),
)
PARALLEL_CONDITION = rule(
    "bpmn.parallel-condition",
    "BPMN 2.0.2, 10.6.4",
    "Tous les chemins de l’embranchement « {name} » sont pris : pas de condition ici.",
    'Every path of the parallel gateway "{name}" is taken: no conditions here.',
    hint=("Retirez la condition ou changez d’embranchement.", "Remove it or change the gateway."),
)
FLOW_CONDITION = rule(
    "bpmn.flow-condition",
    "BPMN 2.0.2, 10.6.2 and 10.6.3 (EXT135)",
    "Le chemin « {name} » de l’embranchement « {gateway} » n’a pas de condition.",
    'The flow "{name}" of the gateway "{gateway}" has no condition.',
    hint=(
        "Donnez-en une, ou faites-en le chemin par défaut.",
        "Give it one, or make it the default flow.",
    ),
)
ACTIVATION_CONDITION = rule(
    "bpmn.activation-condition",
    "BPMN 2.0.2, 10.6.5",
    "L’embranchement complexe « {name} » ne dit pas quand il continue.",
    'The complex gateway "{name}" does not say when it goes on.',
    hint=(
        "Donnez une condition d’activation, par exemple =activationCount >= 2.",
        "Give it an activation condition, for example =activationCount >= 2.",
    ),
)
EVENT_OUTGOING = rule(
    "bpmn.event-gateway-outgoing",
    "BPMN 2.0.2, 10.6.6 (EXT136)",
    "L’embranchement sur événement « {name} » doit avoir au moins deux sorties.",
    'The event-based gateway "{name}" must have at least two outgoing flows.',
    hint=("Ajoutez un autre événement à attendre.", "Add another event to wait for."),
)
EVENT_CONDITION = rule(
    "bpmn.event-gateway-condition",
    "BPMN 2.0.2, 10.6.6 (EXT137)",
    "Le chemin « {flow} » de l’embranchement sur événement « {name} » a une condition.",
    'The flow "{flow}" of the event-based gateway "{name}" has a condition.',
    hint=("Retirez-la : c’est l’événement qui choisit.", "Remove it: the event makes the choice."),
)
EVENT_TARGET = rule(
    "bpmn.event-gateway-target",
    "BPMN 2.0.2, 10.6.6 (EXT138, EXT139)",
    "« {target} » ne peut pas suivre l’embranchement sur événement « {name} ».",
    '"{target}" cannot follow the event-based gateway "{name}".',
    hint=(
        "Faites suivre un message, un signal, une minuterie, une condition ou une tâche de réception.",
        "Let a message, signal, timer or condition event follow, or a receive task.",
    ),
)
EVENT_MESSAGES = rule(
    "bpmn.event-gateway-messages",
    "BPMN 2.0.2, 10.6.6 (EXT138, EXT139)",
    "L’embranchement « {name} » mêle événements de message et tâches de réception.",
    'The gateway "{name}" mixes message events and receive tasks.',
    hint=("Choisissez l’un ou l’autre.", "Use one or the other."),
)
EVENT_BOUNDARY = rule(
    "bpmn.event-gateway-boundary",
    "BPMN 2.0.2, 10.6.6 (EXT140)",
    "« {name} » suit un embranchement sur événement et porte un événement sur son bord.",
    '"{name}" follows an event-based gateway and has an event on its boundary.',
    hint=("Retirez cet événement.", "Remove that event."),
)
EVENT_TARGET_INCOMING = rule(
    "bpmn.event-gateway-target-incoming",
    "BPMN 2.0.2, 10.6.6 (EXT141)",
    "« {name} » suit un embranchement sur événement et reçoit aussi un autre chemin.",
    '"{name}" follows an event-based gateway and has another incoming flow.',
    hint=("Retirez l’autre chemin.", "Remove the other flow."),
)
EVENT_INSTANTIATE = rule(
    "bpmn.event-gateway-instantiate",
    "BPMN 2.0.2, 10.6.6 (EXT142)",
    "L’embranchement « {name} » démarre le dossier : aucun chemin ne peut y mener.",
    'The gateway "{name}" starts the case: no flow may lead to it.',
    hint=("Retirez ce qui y mène.", "Remove what leads to it."),
)
EVENT_PARALLEL = rule(
    "bpmn.event-gateway-parallel",
    "BPMN 2.0.2, 10.6.6",
    "L’embranchement « {name} » attend tous ses événements : il doit démarrer le dossier.",
    'The gateway "{name}" waits for all its events: it must start the case.',
    hint=("Rendez-le exclusif, ou faites-en un début.", "Make it exclusive, or make it a start."),
)
TARGET_EVENTS = {"message", "signal", "timer", "conditional"}


def check(model: Model, findings: Findings) -> None:
    """Every gateway of the file."""
    for gateway in model.of(*GATEWAYS):
        into, out = model.into(gateway), model.out_of(gateway)
        _check_direction(gateway, len(into), len(out), findings)
        if not out:
            findings.report(NO_OUTGOING, gateway)
        tag = local(gateway)
        if tag == "parallelGateway":
            _check_parallel(gateway, out, findings)
        elif tag == "complexGateway":
            _check_complex(gateway, into, model, findings)
        elif tag == "eventBasedGateway":
            _check_event_based(gateway, into, out, model, findings)
        elif tag == "exclusiveGateway" and len(out) > 1 and model.is_executed(gateway):
            _check_conditions(gateway, out, findings)


def _check_direction(gateway: Element, into: int, out: int, findings: Findings) -> None:
    direction = gateway.get("gatewayDirection")
    if direction == "Converging" and (into < 2 or out > 1):
        findings.report(CONVERGING, gateway)
    elif direction == "Diverging" and (into > 1 or out < 2):
        findings.report(DIVERGING, gateway)
    elif direction == "Mixed" and (into < 2 or out < 2):
        findings.report(MIXED, gateway)


def _check_parallel(gateway: Element, out: list[Element], findings: Findings) -> None:
    if gateway.get("default") or any(_has_condition(f) for f in out):
        findings.report(PARALLEL_CONDITION, gateway)


def _check_complex(gateway: Element, into: list[Element], model: Model, findings: Findings) -> None:
    given = (gateway.findtext(b("activationCondition")) or "").strip()
    if len(into) > 1 and not given and model.is_executed(gateway):
        findings.report(ACTIVATION_CONDITION, gateway)


def _check_conditions(gateway: Element, out: list[Element], findings: Findings) -> None:
    for flow in out:
        if not _has_condition(flow) and flow.get("id") != gateway.get("default"):
            findings.report(FLOW_CONDITION, flow, gateway=label(gateway))


def _has_condition(flow: Element) -> bool:
    return bool((flow.findtext(b("conditionExpression")) or "").strip())


# ---- event-based gateways


def _check_event_based(
    gateway: Element, into: list[Element], out: list[Element], model: Model, findings: Findings
) -> None:
    if len(out) < 2:
        findings.report(EVENT_OUTGOING, gateway)
    for flow in out:
        if flow.find(b("conditionExpression")) is not None:
            findings.report(EVENT_CONDITION, gateway, flow=label(flow))
    instantiates = gateway.get("instantiate") == "true"
    if instantiates and into:
        findings.report(EVENT_INSTANTIATE, gateway)
    if gateway.get("eventGatewayType") == "Parallel" and not instantiates:
        findings.report(EVENT_PARALLEL, gateway)
    _check_targets(gateway, out, model, findings)


def _check_targets(gateway: Element, out: list[Element], model: Model, findings: Findings) -> None:
    targets = [t for f in out if (t := model.find(f, f.get("targetRef"))) is not None]
    for target in targets:
        if not _may_follow(target, model):
            findings.report(EVENT_TARGET, gateway, target=label(target))
        if model.attached(target):
            findings.report(EVENT_BOUNDARY, target)
        if len(model.into(target)) > 1:
            findings.report(EVENT_TARGET_INCOMING, target)
    receives = any(local(t) == "receiveTask" for t in targets)
    if receives and any("message" in model.triggers(t) for t in targets):
        findings.report(EVENT_MESSAGES, gateway)


def _may_follow(target: Element, model: Model) -> bool:
    if local(target) == "receiveTask":
        return True
    triggers = model.triggers(target)
    return local(target) == "intermediateCatchEvent" and bool(triggers) and set(triggers) <= TARGET_EVENTS
