"""Rules about events: what each place may wait for or throw, and its flows (BPMN 2.0, 10.5)."""

from __future__ import annotations

from engine.check.findings import Findings, label
from engine.check.model import ACTIVITIES, EVENTS, Model, Scope
from engine.check.rules import rule
from engine.check.supported import DEFINITION_NAMES, EVENT_DEFINITIONS, EVENT_SUB_PROCESS_STARTS
from engine.diagnostics import Text
from engine.spiff.xml import Element, b, local

CATCH = rule(
    "bpmn.catch-event",
    "BPMN 2.0.2, 10.5.4 (EXT122, EXT148)",
    "« {name} » attend « {trigger} », ce qu’un événement placé sur le chemin ne peut pas faire.",
    '"{name}" waits for "{trigger}", which an event on the path cannot do.',
    hint=(
        "Attendez un message, une minuterie, une condition ou un signal, ou posez-le sur une étape.",
        "Wait for a message, timer, condition or signal, or attach the event to an activity.",
    ),
)
THROW = rule(
    "bpmn.throw-event",
    "BPMN 2.0.2, 10.5.4 (EXT149)",
    "« {name} » envoie « {trigger} », ce qu’un événement placé sur le chemin ne peut pas faire.",
    '"{name}" throws "{trigger}", which an event on the path cannot do.',
    hint=(
        "Envoyez un message, un signal, une escalade, une compensation ou un lien.",
        "Throw a message, signal, escalation, compensation or link.",
    ),
)
BOUNDARY = rule(
    "bpmn.boundary-event",
    "BPMN 2.0.2, 10.5.4 (EXT150)",
    "« {name} », posé sur une étape, ne peut pas attendre « {trigger} ».",
    '"{name}", attached to an activity, cannot wait for "{trigger}".',
    hint=("Choisissez un autre événement.", "Choose another event."),
)
START = rule(
    "bpmn.start-event",
    "BPMN 2.0.2, 10.5.2 (EXT150)",
    "Le début « {name} » ne peut pas attendre « {trigger} ».",
    'The start "{name}" cannot wait for "{trigger}".',
    hint=(
        "Choisissez un message, une minuterie, une condition ou un signal.",
        "Choose a message, timer, condition or signal.",
    ),
)
END = rule(
    "bpmn.end-event",
    "BPMN 2.0.2, 10.5.3 (EXT150)",
    "La fin « {name} » ne peut pas envoyer « {trigger} ».",
    'The end "{name}" cannot throw "{trigger}".',
    hint=("Choisissez un autre résultat.", "Choose another result."),
)
EVENT_SUB_PROCESS_START = rule(
    "bpmn.event-sub-process-start",
    "BPMN 2.0.2, 10.3.5 (EXT059)",
    "Le début « {name} » d’un sous-processus événementiel ne peut pas attendre « {trigger} ».",
    'The start "{name}" of an event sub-process cannot wait for "{trigger}".',
    hint=(
        "Choisissez un message, un signal, une erreur, une escalade, une condition ou une minuterie.",
        "Choose a message, error, escalation, compensation, condition, signal or timer.",
    ),
)
MUST_INTERRUPT = rule(
    "bpmn.must-interrupt",
    "BPMN 2.0.2, 10.3.5 and 10.5.4 (EXT059)",
    "« {name} » attend « {trigger} », qui interrompt toujours, et se dit non interruptif.",
    '"{name}" waits for "{trigger}", which always interrupts, and says that it does not interrupt.',
    hint=("Rendez-le interruptif.", "Make it interrupting."),
)
SUB_PROCESS_START = rule(
    "bpmn.sub-process-start",
    "BPMN 2.0.2, 10.5.2 (EXT100)",
    "Le début « {name} » attend un événement : un sous-processus ne le permet pas.",
    'The start "{name}" waits for an event: a sub-process does not allow it.',
    hint=(
        "Faites-en un début simple, ou placez l’attente après lui.",
        "Make it a none start, or wait after it.",
    ),
)
CALLED_START = rule(
    "bpmn.called-start",
    "BPMN 2.0.2, 10.3.6 and 10.5.2 (EXT099)",
    "Le processus « {process} », appelé par « {name} », n’a pas de début simple.",
    'The process "{process}", called by "{name}", has no none start event.',
    hint=("Ajoutez-lui un début simple.", "Give it a none start event."),
)
CANCEL_END = rule(
    "bpmn.cancel-end",
    "BPMN 2.0.2, 10.5.3 (EXT106)",
    "La fin « {name} » annule une transaction, mais n’est pas dans une transaction.",
    'The end "{name}" cancels a transaction but is not inside one.',
    hint=(
        "Placez-la dans une transaction, ou changez de fin.",
        "Put it in a transaction, or change the end.",
    ),
)
CANCEL_BOUNDARY = rule(
    "bpmn.cancel-boundary",
    "BPMN 2.0.2, 10.5.4 and 10.5.5 (EXT111, EXT120)",
    "« {name} » attend une annulation, mais n’est pas posé sur une transaction.",
    '"{name}" waits for a cancellation but is not attached to a transaction.',
    hint=("Posez-le sur une transaction.", "Attach it to a transaction."),
)
BOUNDARY_HOST = rule(
    "bpmn.boundary-host",
    "BPMN 2.0.2, 10.5.4",
    "L’événement « {name} » n’est posé sur aucune étape de son processus.",
    'The boundary event "{name}" is attached to no activity of its process.',
    hint=("Posez-le sur une étape, ou retirez-le.", "Attach it to an activity, or remove it."),
)
COMPENSATION_OUTGOING = rule(
    "bpmn.compensation-outgoing",
    "BPMN 2.0.2, 10.5.4 and 10.7 (EXT114)",
    "« {name} » attend une compensation : une association en part, pas une flèche.",
    '"{name}" waits for a compensation: an association leaves it, not a sequence flow.',
    hint=("Reliez l’étape de compensation par une association.", "Connect the handler by an association."),
)
COMPENSATION_HANDLER = rule(
    "bpmn.compensation-handler",
    "BPMN 2.0.2, 10.7 (EXT143)",
    "« {name} » attend une compensation : une association doit mener à une seule étape de compensation.",
    '"{name}" waits for a compensation: an association must lead to one compensation activity.',
    hint=(
        "Reliez-lui une étape marquée « compensation » par une association.",
        "Connect an activity marked as compensation by an association.",
    ),
)
LINK_TARGET = rule(
    "bpmn.link-target",
    "BPMN 2.0.2, 10.5.5 (EXT125)",
    "Le lien « {link} », envoyé par « {name} », n’a pas d’arrivée.",
    'The link "{link}", thrown by "{name}", has no target.',
    hint=(
        "Ajoutez une arrivée de lien du même nom au même niveau.",
        "Add a link catch event of the same name at the same level.",
    ),
)
LINK_SOURCE = rule(
    "bpmn.link-source",
    "BPMN 2.0.2, 10.5.5 (EXT125, EXT127)",
    "Le lien « {link} », attendu par « {name} », n’est envoyé par rien.",
    'The link "{link}", awaited by "{name}", is thrown by nothing.',
    hint=(
        "Ajoutez un départ de lien du même nom au même niveau.",
        "Add a link throw event of the same name at the same level.",
    ),
)
LINK_TARGETS = rule(
    "bpmn.link-targets",
    "BPMN 2.0.2, 10.5.5 (EXT125, EXT126)",
    "Le lien « {link} » a plusieurs arrivées.",
    'The link "{link}" has several targets.',
    hint=("Gardez-en une.", "Keep one."),
)
LINK_NAME = rule(
    "bpmn.link-name",
    "BPMN 2.0.2, 10.5.5 (EXT125)",
    "Le lien « {name} » n’a pas de nom.",
    'The link "{name}" has no name.',
    hint=("Donnez le même nom au départ et à l’arrivée.", "Give source and target the same name."),
)
LINK_FLOW = rule(
    "bpmn.link-flow",
    "BPMN 2.0.2, 10.5.4 (EXT117)",
    "Le lien « {name} » a une flèche du côté où le lien remplace la flèche.",
    'The link "{name}" has a sequence flow on the side where the link replaces it.',
    hint=("Retirez la flèche « {flow} ».", 'Remove the flow "{flow}".'),
)
NO_EVENT_DEFINITION = rule(
    "bpmn.no-event-definition",
    "BPMN 2.0.2, 10.5.4 (EXT148)",
    "« {name} » n’attend rien.",
    '"{name}" waits for nothing.',
    hint=("Choisissez une minuterie, un message ou une erreur.", "Choose a timer, a message or an error."),
)
PARALLEL_MULTIPLE = rule(
    "bpmn.parallel-multiple",
    "BPMN 2.0.2, 10.5.1",
    "« {name} » attend plusieurs événements à la fois, mais n’en donne pas deux.",
    '"{name}" waits for several events at once but does not give two.',
    hint=("Ajoutez un événement, ou retirez la marque.", "Add an event, or remove the mark."),
)
BROKEN = {
    "startEvent": START,
    "intermediateCatchEvent": CATCH,
    "intermediateThrowEvent": THROW,
    "boundaryEvent": BOUNDARY,
    "endEvent": END,
}
ALWAYS_INTERRUPTS = frozenset({"error", "compensate", "cancel"})
NOTHING = Text("rien", "nothing")


def check(model: Model, findings: Findings) -> None:
    """Every event of the file, and the starts and ends of every scope."""
    for event in model.of(*EVENTS):
        _check_triggers(event, model, findings)
        if event.get("parallelMultiple") == "true" and len(model.definitions(event)) < 2:
            findings.report(PARALLEL_MULTIPLE, event)
        if local(event) == "boundaryEvent":
            _check_boundary(event, model, findings)
    for scope in model.scopes:
        _check_links(scope, model, findings)
    for call in model.of("callActivity"):
        _check_called(call, model, findings)


# ---- what an event may wait for or throw


def _check_triggers(event: Element, model: Model, findings: Findings) -> None:
    triggers = model.triggers(event)
    scope = model.scope(event)
    if local(event) == "startEvent" and scope is not None and scope.tag != "process":
        _check_inner_start(event, triggers, scope, findings)
        return
    if not triggers and local(event) in ("intermediateCatchEvent", "boundaryEvent"):
        findings.report(NO_EVENT_DEFINITION, event)
    for trigger in triggers:
        if trigger not in EVENT_DEFINITIONS.get(local(event), triggers):
            findings.report(BROKEN[local(event)], event, trigger=DEFINITION_NAMES.get(trigger, trigger))
    if "cancel" in triggers and local(event) == "endEvent" and (scope is None or scope.tag != "transaction"):
        findings.report(CANCEL_END, event)


def _check_inner_start(event: Element, triggers: list[str], scope: Scope, findings: Findings) -> None:
    if not scope.is_event_sub_process:
        if triggers:
            findings.report(SUB_PROCESS_START, event)
        return
    if not triggers:
        findings.report(EVENT_SUB_PROCESS_START, event, trigger=NOTHING)
    for trigger in triggers:
        words = DEFINITION_NAMES.get(trigger, trigger)
        if trigger not in EVENT_SUB_PROCESS_STARTS:
            findings.report(EVENT_SUB_PROCESS_START, event, trigger=words)
        elif trigger in ALWAYS_INTERRUPTS and event.get("isInterrupting") == "false":
            findings.report(MUST_INTERRUPT, event, trigger=words)


# ---- events on an activity


def _check_boundary(event: Element, model: Model, findings: Findings) -> None:
    triggers = model.triggers(event)
    host = model.find(event, event.get("attachedToRef"))
    if host is None or local(host) not in ACTIVITIES or host.getparent() is not event.getparent():
        findings.report(BOUNDARY_HOST, event)
    elif "cancel" in triggers and local(host) != "transaction":
        findings.report(CANCEL_BOUNDARY, event)
    if event.get("cancelActivity") == "false":
        for trigger in sorted({"error", "cancel"} & set(triggers)):
            findings.report(MUST_INTERRUPT, event, trigger=DEFINITION_NAMES[trigger])
    if "compensate" in triggers:
        _check_compensation(event, model, findings)


def _check_compensation(event: Element, model: Model, findings: Findings) -> None:
    if model.out_of(event):
        findings.report(COMPENSATION_OUTGOING, event)
    handlers = [e for e in model.associated(event) if e.get("isForCompensation") == "true"]
    if len(handlers) != 1:
        findings.report(COMPENSATION_HANDLER, event)


# ---- links and called processes


def _check_links(scope: Scope, model: Model, findings: Findings) -> None:
    throws = _links(scope, "intermediateThrowEvent", model, findings)
    catches = _links(scope, "intermediateCatchEvent", model, findings)
    for event, name in throws:
        if name not in {n for _, n in catches}:
            findings.report(LINK_TARGET, event, link=name)
        for flow in model.out_of(event)[:1]:
            findings.report(LINK_FLOW, event, flow=label(flow))
    seen: set[str] = set()
    for event, name in catches:
        if name in seen:
            findings.report(LINK_TARGETS, event, link=name)
        elif name not in {n for _, n in throws}:
            findings.report(LINK_SOURCE, event, link=name)
        for flow in model.into(event)[:1]:
            findings.report(LINK_FLOW, event, flow=label(flow))
        seen.add(name)


def _links(scope: Scope, tag: str, model: Model, findings: Findings) -> list[tuple[Element, str]]:
    found = []
    for event in scope.of(tag):
        for definition in event.findall(b("linkEventDefinition")):
            name = (definition.get("name") or event.get("name") or "").strip()
            found.append((event, name))
            if not name:
                findings.report(LINK_NAME, event)
    return found


def _check_called(call: Element, model: Model, findings: Findings) -> None:
    called = model.find(call, call.get("calledElement"))
    if called is None or local(called) != "process":
        return
    starts = model.inside(called).of("startEvent")
    if starts and all(model.triggers(s) for s in starts):
        findings.report(CALLED_START, call, process=label(called))
