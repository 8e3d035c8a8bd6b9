"""The `zeebe:` extension elements of one BPMN element, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.spiff.xml import Element, b, z


@dataclass(frozen=True, slots=True)
class Mapping:
    """One input or output: a source text (FEEL after `=`) and a target path."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the modeler wrote besides the standard attributes; absent things are None or empty."""

    job_type: str | None = None
    retries: str | None = None
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None
    script: str | None = None
    result_variable: str | None = None
    correlation_key: str | None = None
    decision_id: str | None = None
    decision_binding: str | None = None
    decision_version_tag: str | None = None


def read(element: Element) -> Extensions:
    """The extensions of `element`."""
    holder = element.find(b("extensionElements"))
    if holder is None:
        return Extensions()
    return Extensions(
        job_type=_attribute(holder, "taskDefinition", "type"),
        retries=_attribute(holder, "taskDefinition", "retries"),
        inputs=_mappings(holder, "input"),
        outputs=_mappings(holder, "output"),
        headers=_pairs(holder, "taskHeaders/zeebe:header", "key"),
        properties=_pairs(holder, "properties/zeebe:property", "name"),
        form_id=_attribute(holder, "formDefinition", "formId"),
        assignee=_attribute(holder, "assignmentDefinition", "assignee"),
        candidate_groups=_attribute(holder, "assignmentDefinition", "candidateGroups"),
        candidate_users=_attribute(holder, "assignmentDefinition", "candidateUsers"),
        due_date=_attribute(holder, "taskSchedule", "dueDate"),
        follow_up_date=_attribute(holder, "taskSchedule", "followUpDate"),
        priority=_attribute(holder, "priorityDefinition", "priority"),
        script=_attribute(holder, "script", "expression"),
        result_variable=_attribute(holder, "script", "resultVariable")
        or _attribute(holder, "calledDecision", "resultVariable"),
        correlation_key=_attribute(holder, "subscription", "correlationKey"),
        decision_id=_attribute(holder, "calledDecision", "decisionId"),
        decision_binding=_attribute(holder, "calledDecision", "bindingType"),
        decision_version_tag=_attribute(holder, "calledDecision", "versionTag"),
    )


def condition_variables(definition: Element) -> frozenset[str]:
    """Names whose change has a conditional event evaluated; empty: those that its condition reads."""
    found = definition.find(f"{b('extensionElements')}/{z('conditionalFilter')}")
    names = (found.get("variableNames") or "").split(",") if found is not None else []
    return frozenset(name.strip() for name in names if name.strip())


def condition_has_events(definition: Element) -> bool:
    """Whether the filter asks for some kinds of change only."""
    found = definition.find(f"{b('extensionElements')}/{z('conditionalFilter')}")
    names = (found.get("variableEvents") or "").split(",") if found is not None else []
    return bool({name.strip() for name in names if name.strip()} ^ {"create", "update"}) and any(names)


def _attribute(holder: Element, tag: str, name: str) -> str | None:
    found = holder.find(z(tag))
    text = found.get(name) if found is not None else None
    return text if text and text.strip() else None


def _mappings(holder: Element, tag: str) -> tuple[Mapping, ...]:
    found = holder.findall(f"{z('ioMapping')}/{z(tag)}")
    return tuple(Mapping(e.get("source") or "", e.get("target") or "") for e in found)


def _pairs(holder: Element, path: str, key: str) -> dict[str, str]:
    steps = [z(step.removeprefix("zeebe:")) for step in path.split("/")]
    found = holder.findall("/".join(steps))
    return {e.get(key) or "": e.get("value") or "" for e in found}


def version_tag(process: Element) -> str | None:
    """The tag that binds calls to this very version of a process."""
    holder = process.find(b("extensionElements"))
    return None if holder is None else _attribute(holder, "versionTag", "value")
