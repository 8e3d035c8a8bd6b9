"""BPMN element names: how each family is drawn, and its name in words (BPMN 2.0.2, clauses 7 and 10)."""

from __future__ import annotations

from engine.diagnostics import Text

TASKS = {
    "task": Text("étape", "step"),
    "userTask": Text("tâche d’une personne", "user task"),
    "manualTask": Text("tâche manuelle", "manual task"),
    "serviceTask": Text("tâche automatique", "automatic task"),
    "sendTask": Text("envoi", "send task"),
    "receiveTask": Text("attente d’un message", "receive task"),
    "businessRuleTask": Text("décision (règles)", "decision (rules)"),
    "scriptTask": Text("calcul", "script"),
    "globalTask": Text("étape", "step"),
    "choreographyTask": Text("échange", "choreography task"),
}
SUB_PROCESSES = {
    "subProcess": Text("sous-processus", "sub-process"),
    "transaction": Text("transaction", "transaction"),
    "adHocSubProcess": Text("sous-processus libre", "ad-hoc sub-process"),
    "subChoreography": Text("échanges", "sub-choreography"),
}
CALLS = {
    "callActivity": Text("processus appelé", "called process"),
    "callChoreography": Text("échanges appelés", "called choreography"),
}
ACTIVITIES = {**TASKS, **SUB_PROCESSES, **CALLS}
EVENTS = {
    "startEvent": Text("début", "start"),
    "endEvent": Text("fin", "end"),
    "intermediateCatchEvent": Text("attente", "wait"),
    "intermediateThrowEvent": Text("émission", "throw"),
    "boundaryEvent": Text("interception", "boundary event"),
    "implicitThrowEvent": Text("émission", "throw"),
}
EVENT_DEFINITIONS = {
    "message": Text("message", "message"),
    "timer": Text("minuterie", "timer"),
    "error": Text("erreur", "error"),
    "escalation": Text("escalade", "escalation"),
    "cancel": Text("annulation", "cancel"),
    "compensate": Text("compensation", "compensation"),
    "conditional": Text("condition", "condition"),
    "link": Text("lien", "link"),
    "signal": Text("signal", "signal"),
    "terminate": Text("arrêt de tout", "terminate"),
}
GATEWAYS = {
    "exclusiveGateway": Text("embranchement, un seul chemin", "gateway, one path"),
    "parallelGateway": Text("embranchement, tous les chemins", "gateway, all paths"),
    "inclusiveGateway": Text("embranchement, un ou plusieurs chemins", "gateway, one or more paths"),
    "eventBasedGateway": Text("embranchement, au premier arrivé", "gateway, first event wins"),
    "complexGateway": Text("embranchement, règle particulière", "gateway, special rule"),
}
FLOW_NODES = {**ACTIVITIES, **EVENTS, **GATEWAYS}
CONTAINERS = {"participant": Text("processus", "pool"), "lane": Text("couloir", "lane")}
DATA = {
    "dataObject": Text("donnée", "data object"),
    "dataObjectReference": Text("donnée", "data object"),
    "dataInput": Text("donnée reçue", "data input"),
    "dataOutput": Text("donnée produite", "data output"),
    "dataStoreReference": Text("fichier ou base", "data store"),
    "dataStore": Text("fichier ou base", "data store"),
}
ARTIFACTS = {"textAnnotation": Text("note", "annotation"), "group": Text("groupe", "group")}
CONVERSATIONS = {
    "conversation": Text("conversation", "conversation"),
    "subConversation": Text("conversations", "sub-conversation"),
    "callConversation": Text("conversation appelée", "called conversation"),
}
MESSAGE = {"message": Text("message", "message")}
NODES = {**FLOW_NODES, **CONTAINERS, **DATA, **ARTIFACTS, **CONVERSATIONS, **MESSAGE}
EDGES = frozenset(
    [
        "sequenceFlow",
        "messageFlow",
        "association",
        "dataInputAssociation",
        "dataOutputAssociation",
        "conversationLink",
    ]
)
_NON_INTERRUPTING = Text("sans interrompre", "non-interrupting")
_SEVERAL = Text("l’un de plusieurs", "any of several")
_ALL = Text("tous à la fois", "all of several")
_EVENT_SUB_PROCESS = Text("sous-processus sur événement", "event sub-process")


def kind_words(
    node_type: str, events: tuple[str, ...], *, interrupting: bool, parallel: bool, triggered: bool
) -> Text:
    """The kind of an element in words: « attente : minuterie », “wait: timer”."""
    if triggered:
        return _EVENT_SUB_PROCESS
    base = NODES.get(node_type, Text("élément", "element"))
    if not events:
        return base
    what = EVENT_DEFINITIONS[events[0]] if len(events) == 1 else (_ALL if parallel else _SEVERAL)
    fr, en = f"{base.fr} : {what.fr}", f"{base.en}: {what.en}"
    if not interrupting:
        fr, en = f"{fr}, {_NON_INTERRUPTING.fr}", f"{en}, {_NON_INTERRUPTING.en}"
    return Text(fr, en)
