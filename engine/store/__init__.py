"""Tables of the engine, on one declarative base (`Base`) that the designer extends."""

from engine.store.base import Base, UtcDateTime, Value, table
from engine.store.definitions import (
    DecisionDefinition,
    Deployment,
    ProcessDefinition,
    ReferenceCounter,
    Resource,
    StartSubscription,
)
from engine.store.history import HistoryEvent
from engine.store.instances import Document, Incident, ProcessInstance, VariableRow
from engine.store.messages import Message, MessageSubscription
from engine.store.migrations import MigratedInstance, Migration
from engine.store.signals import SignalSubscription
from engine.store.work import Effect, Job, UserTask, UserTaskCandidate

__all__ = [
    "Base",
    "DecisionDefinition",
    "Deployment",
    "Document",
    "Effect",
    "HistoryEvent",
    "Incident",
    "Job",
    "Message",
    "MessageSubscription",
    "MigratedInstance",
    "Migration",
    "ProcessDefinition",
    "ProcessInstance",
    "ReferenceCounter",
    "Resource",
    "SignalSubscription",
    "StartSubscription",
    "UserTask",
    "UserTaskCandidate",
    "UtcDateTime",
    "Value",
    "VariableRow",
    "table",
]
