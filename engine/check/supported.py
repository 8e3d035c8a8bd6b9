"""What is executed: elements, event definitions, attributes and extensions, as tables."""

from __future__ import annotations

from engine.diagnostics import Text

FLOW_NODES = {
    "task": Text("tâche", "task"),
    "manualTask": Text("tâche manuelle", "manual task"),
    "userTask": Text("tâche d’une personne", "user task"),
    "serviceTask": Text("tâche automatique", "service task"),
    "sendTask": Text("tâche d’envoi", "send task"),
    "receiveTask": Text("tâche de réception", "receive task"),
    "scriptTask": Text("tâche de calcul", "script task"),
    "businessRuleTask": Text("tâche de décision", "business rule task"),
    "subProcess": Text("sous-processus", "sub-process"),
    "transaction": Text("transaction", "transaction"),
    "adHocSubProcess": Text("sous-processus libre", "ad-hoc sub-process"),
    "callActivity": Text("processus appelé", "call activity"),
    "exclusiveGateway": Text("embranchement exclusif", "exclusive gateway"),
    "eventBasedGateway": Text("embranchement sur événement", "event-based gateway"),
    "parallelGateway": Text("embranchement parallèle", "parallel gateway"),
    "inclusiveGateway": Text("embranchement inclusif", "inclusive gateway"),
    "complexGateway": Text("embranchement complexe", "complex gateway"),
    "startEvent": Text("début", "start event"),
    "endEvent": Text("fin", "end event"),
    "intermediateCatchEvent": Text("attente d’un événement", "intermediate catch event"),
    "intermediateThrowEvent": Text("envoi d’un événement", "intermediate throw event"),
    "boundaryEvent": Text("événement sur une étape", "boundary event"),
}
NOT_EXECUTED = {
    "subChoreography": Text("chorégraphie", "sub-choreography"),
    "callChoreography": Text("chorégraphie", "call choreography"),
    "choreographyTask": Text("chorégraphie", "choreography task"),
    "event": Text("événement", "event"),
    "implicitThrowEvent": Text("événement implicite", "implicit throw event"),
}
#: Drawn and documented, without meaning for the execution.
DRAWN = {
    "documentation",
    "extensionElements",
    "incoming",
    "outgoing",
    "sequenceFlow",
    "laneSet",
    "textAnnotation",
    "association",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
    "property",
    "ioSpecification",
    "category",
    "auditing",
    "monitoring",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "rendering",
    "artifact",
    "script",
    "supports",
    "correlationSubscription",
    "completionCondition",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
}
TRIGGERS = frozenset({"message", "timer", "signal", "conditional"})
THROWN = frozenset({"message", "signal", "escalation", "compensate"})
EVENT_DEFINITIONS: dict[str, frozenset[str]] = {
    "startEvent": TRIGGERS,
    "endEvent": THROWN | {"error", "terminate", "cancel"},
    "intermediateCatchEvent": TRIGGERS | {"link"},
    "intermediateThrowEvent": THROWN | {"link"},
    "boundaryEvent": TRIGGERS | {"error", "escalation", "compensate", "cancel"},
}
#: Of the start event of an event sub-process.
EVENT_SUB_PROCESS_STARTS = TRIGGERS | {"error", "escalation", "compensate"}
DEFINITION_NAMES = {
    "message": Text("message", "message"),
    "timer": Text("minuterie", "timer"),
    "error": Text("erreur", "error"),
    "terminate": Text("arrêt complet", "terminate"),
    "signal": Text("signal", "signal"),
    "escalation": Text("escalade", "escalation"),
    "conditional": Text("condition", "condition"),
    "compensate": Text("compensation", "compensation"),
    "cancel": Text("annulation", "cancel"),
    "link": Text("lien", "link"),
}
ZEEBE = {
    "taskDefinition",
    "ioMapping",
    "input",
    "output",
    "taskHeaders",
    "header",
    "properties",
    "property",
    "formDefinition",
    "userTask",
    "assignmentDefinition",
    "taskSchedule",
    "priorityDefinition",
    "script",
    "subscription",
    "calledDecision",
    "calledElement",
    "adHoc",
    "conditionalFilter",
    "versionTag",
    "loopCharacteristics",
}
OTHER_ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "Spiff",
}
