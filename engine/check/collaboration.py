"""Rules about what passes between participants (BPMN 2.0, clause 9)."""

from __future__ import annotations

from engine.check.findings import Findings, label
from engine.check.model import ACTIVITIES, ARTIFACTS, CATCH_EVENTS, EVENTS, Model
from engine.check.rules import rule
from engine.spiff.xml import Element, b, local

MESSAGE_FLOW_REFERENCE = rule(
    "bpmn.message-flow-reference",
    "BPMN 2.0.2, 9.4",
    "L’échange de message « {name} » part ou arrive nulle part ({reference}).",
    'The message flow "{name}" starts or ends nowhere ({reference}).',
    hint=("Reliez-le, ou retirez-le.", "Connect it, or remove it."),
)
ARTIFACT_MESSAGE_TARGET = rule(
    "bpmn.artifact-message-target",
    "BPMN 2.0.2, 8.4.1 (EXT008)",
    "L’échange de message « {name} » arrive à une annotation, un groupe ou un lien.",
    'The message flow "{name}" leads to an annotation, a group or an association.',
    hint=("Reliez-le à un participant ou à une étape.", "Connect it to a participant or an activity."),
)
ARTIFACT_MESSAGE_SOURCE = rule(
    "bpmn.artifact-message-source",
    "BPMN 2.0.2, 8.4.1 (EXT009)",
    "L’échange de message « {name} » part d’une annotation, d’un groupe ou d’un lien.",
    'The message flow "{name}" leaves an annotation, a group or an association.',
    hint=("Reliez-le à un participant ou à une étape.", "Connect it to a participant or an activity."),
)
CHOREOGRAPHY_REFERENCE = rule(
    "bpmn.choreography-reference",
    "BPMN 2.0.2, 9.2 (EXT027)",
    "« {name} » ne peut pas renvoyer à une chorégraphie : c’est réservé aux collaborations.",
    '"{name}" cannot refer to a choreography: that is for collaborations only.',
    hint=("Retirez « choreographyRef ».", 'Remove "choreographyRef".'),
)
MULTIPLICITY = rule(
    "bpmn.participant-multiplicity",
    "BPMN 2.0.2, 9.3 (EXT030)",
    "Le participant « {name} » doit être présent de {minimum} à {maximum} fois, ce qui est impossible.",
    'The participant "{name}" must take part {minimum} to {maximum} times, which is impossible.',
    hint=(
        "Le maximum est d’au moins 1 et d’au moins le minimum.",
        "The maximum is at least 1 and at least the minimum.",
    ),
)
SAME_POOL = rule(
    "bpmn.message-flow-same-pool",
    "BPMN 2.0.2, 9.4 (EXT031)",
    "L’échange de message « {name} » reste dans un même participant.",
    'The message flow "{name}" stays within one participant.',
    hint=(
        "Dans un participant, tracez une flèche simple.",
        "Within one participant, draw a sequence flow.",
    ),
)
MESSAGE_FLOW_KIND = rule(
    "bpmn.message-flow-kind",
    "BPMN 2.0.2, 9.4 (EXT032, EXT033)",
    "L’échange de message « {name} » relie « {other} », qui n’est ni participant, ni étape, ni événement.",
    'The message flow "{name}" joins "{other}", which is no participant, activity or event.',
    hint=("Reliez-le à un participant ou à une étape.", "Connect it to a participant or an activity."),
)
START_SENDS = rule(
    "bpmn.start-sends-message",
    "BPMN 2.0.2, 10.5.2 (EXT102)",
    "Un message part du début « {name} » : un début reçoit, il n’envoie pas.",
    'A message leaves the start "{name}": a start receives, it does not send.',
    hint=("Ajoutez une étape ou un événement d’envoi.", "Add an activity or an event that sends."),
)
START_RECEIVES = rule(
    "bpmn.start-receives-message",
    "BPMN 2.0.2, 10.5.2 (EXT103)",
    "Un message arrive au début « {name} », qui n’attend pas de message.",
    'A message arrives at the start "{name}", which waits for no message.',
    hint=("Faites-en un début sur message.", "Make it a message start event."),
)
END_RECEIVES = rule(
    "bpmn.end-receives-message",
    "BPMN 2.0.2, 10.5.3 (EXT108, EXT109)",
    "Un message arrive à la fin « {name} » : une fin envoie, elle ne reçoit pas.",
    'A message arrives at the end "{name}": an end sends, it does not receive.',
    hint=("Ajoutez avant elle une étape qui reçoit.", "Add an activity that receives before it."),
)
END_SENDS = rule(
    "bpmn.end-sends-message",
    "BPMN 2.0.2, 10.5.3 (EXT109, EXT110)",
    "Un message part de la fin « {name} », qui n’envoie pas de message.",
    'A message leaves the end "{name}", which sends no message.',
    hint=("Faites-en une fin sur message.", "Make it a message end event."),
)
EVENT_DIRECTION = rule(
    "bpmn.event-message-flow",
    "BPMN 2.0.2, 10.5.4 (EXT118, EXT119)",
    "L’échange de message « {flow} » ne convient pas à l’événement « {name} ».",
    'The message flow "{flow}" does not fit the event "{name}".',
    hint=(
        "Un événement de message reçoit ou envoie, selon sa sorte ; les autres ni l’un ni l’autre.",
        "A message event receives or sends, according to its kind; others do neither.",
    ),
    severity="warning",
)
CONVERSATION_LINK = rule(
    "bpmn.conversation-link",
    "BPMN 2.0.2, 9.5 (EXT036)",
    "Le lien de conversation « {name} » doit relier un participant et une conversation.",
    'The conversation link "{name}" must join a participant and a conversation.',
    hint=("Corrigez ses deux bouts.", "Correct its two ends."),
)
CONVERSATIONS = frozenset({"conversation", "subConversation", "callConversation"})
SENDERS = ACTIVITIES | EVENTS | {"participant"}


def check(model: Model, findings: Findings) -> None:
    """Every collaboration of the file."""
    for element in model.of("choreography", "globalConversation"):
        if element.find(b("choreographyRef")) is not None:
            findings.report(CHOREOGRAPHY_REFERENCE, element)
    for participant in model.of("participant"):
        _check_multiplicity(participant, findings)
    choreographies = {"choreography", "globalChoreographyTask"}
    for flow in model.of("messageFlow"):
        parent = flow.getparent()
        if parent is not None and local(parent) not in choreographies:
            _check_message_flow(flow, model, findings)
    for link in model.of("conversationLink"):
        _check_conversation_link(link, model, findings)


def _check_multiplicity(participant: Element, findings: Findings) -> None:
    given = participant.find(b("participantMultiplicity"))
    if given is None:
        return
    minimum, maximum = given.get("minimum", "0"), given.get("maximum", "1")
    if not (_whole(minimum) and _whole(maximum) and int(maximum) >= max(1, int(minimum))):
        findings.report(MULTIPLICITY, participant, minimum=minimum, maximum=maximum)


def _whole(text: str) -> bool:
    return text.strip().isdecimal()


# ---- message flows


def _check_message_flow(flow: Element, model: Model, findings: Findings) -> None:
    source = _end(flow, "sourceRef", ARTIFACT_MESSAGE_SOURCE, model, findings)
    target = _end(flow, "targetRef", ARTIFACT_MESSAGE_TARGET, model, findings)
    if source is not None and target is not None:
        pools = _pool(source, model), _pool(target, model)
        if pools[0] is not None and pools[0] is pools[1]:
            findings.report(SAME_POOL, flow)
    if source is not None:
        _check_sender(source, flow, model, findings)
    if target is not None:
        _check_receiver(target, flow, model, findings)


def _end(flow: Element, attribute: str, artifact: object, model: Model, findings: Findings) -> Element | None:
    found = model.find(flow, flow.get(attribute))
    if found is None:
        findings.report(MESSAGE_FLOW_REFERENCE, flow, reference=flow.get(attribute) or "?")
    elif local(found) in ARTIFACTS:
        findings.report(artifact, flow)  # type: ignore[arg-type]
    elif local(found) not in SENDERS:
        findings.report(MESSAGE_FLOW_KIND, flow, other=label(found))
    return found


def _pool(element: Element, model: Model) -> Element | None:
    """What stands for the participant: its process when it has one."""
    if local(element) != "participant":
        return model.process(element)
    found = model.find(element, element.get("processRef"))
    return element if found is None else found


def _check_sender(source: Element, flow: Element, model: Model, findings: Findings) -> None:
    tag, triggers = local(source), model.triggers(source)
    if tag == "startEvent":
        findings.report(START_SENDS, source)
    elif tag == "endEvent" and "message" not in triggers:
        findings.report(END_SENDS, source)
    elif tag in CATCH_EVENTS or (tag == "intermediateThrowEvent" and "message" not in triggers):
        findings.report(EVENT_DIRECTION, source, flow=label(flow))


def _check_receiver(target: Element, flow: Element, model: Model, findings: Findings) -> None:
    tag, triggers = local(target), model.triggers(target)
    if tag == "startEvent" and "message" not in triggers:
        findings.report(START_RECEIVES, target)
    elif tag == "endEvent":
        findings.report(END_RECEIVES, target)
    elif tag == "intermediateThrowEvent" or (tag in CATCH_EVENTS and "message" not in triggers):
        findings.report(EVENT_DIRECTION, target, flow=label(flow))


def _check_conversation_link(link: Element, model: Model, findings: Findings) -> None:
    ends = [model.find(link, link.get(a)) for a in ("sourceRef", "targetRef")]
    kinds = sorted("c" if e is not None and local(e) in CONVERSATIONS else "o" for e in ends)
    if kinds != ["c", "o"]:
        findings.report(CONVERSATION_LINK, link)
