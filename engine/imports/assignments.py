"""User tasks: who does them, until when, how urgent."""

from __future__ import annotations

import re

from engine.diagnostics import Text
from engine.imports import dialects, extensions
from engine.imports.expressions import juel
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b

_ASSIGNEE = Text("la personne chargée", "the assignee")
_GROUPS = Text("les groupes", "the candidate groups")
_USERS = Text("les personnes possibles", "the candidate users")
_DUE = Text("l’échéance", "the due date")
_FOLLOW_UP = Text("la relance", "the follow-up date")
_PRIORITY = Text("la priorité", "the priority")
_LENGTH = re.compile(r"P(?=[\dT])(\d+[YMWD])*(T(\d+[HMS])+)?")
_PRINCIPAL = re.compile(r"(user|group)\(([^()]*)\)")


def translate(task: Element, work: Translation) -> None:
    """Assignment, dates and priority of one user task."""
    standard = _resources(task) if work.dialect in ("camunda7", "flowable", "activiti") else {}
    assignment = {
        "assignee": (dialects.attribute(task, "assignee") or standard.get("assignee"), _ASSIGNEE),
        "candidateGroups": (dialects.attribute(task, "candidateGroups") or standard.get("groups"), _GROUPS),
        "candidateUsers": (dialects.attribute(task, "candidateUsers") or standard.get("users"), _USERS),
    }
    if _write(task, work, "assignmentDefinition", assignment):
        _say_assigned(task, work)
    schedule = {
        "dueDate": (_moment(dialects.attribute(task, "dueDate")), _DUE),
        "followUpDate": (_moment(dialects.attribute(task, "followUpDate")), _FOLLOW_UP),
    }
    if _write(task, work, "taskSchedule", schedule):
        work.translated(task, "« {label} » : échéance reprise.", '"{label}": due date taken over.')
    _priority(task, work)


def _moment(text: str | None) -> str | None:
    """A length of time counts from the moment the task is made."""
    return f'=now() + duration("{text}")' if text and _LENGTH.fullmatch(text) else text


def _write(task: Element, work: Translation, tag: str, given: dict[str, tuple[str | None, Text]]) -> bool:
    """Write those that are given and certain; whether there was one."""
    if extensions.has(task, tag):
        return False
    if given.get("assignee", (None,))[0] in _starters(work):
        _say_starter(task, work)
        given = {name: value for name, value in given.items() if name != "assignee"}
    found = {name: work.attempt(task, text, what) for name, (text, what) in given.items() if text}
    certain = {name: text for name, text in found.items() if text}
    if certain:
        extensions.add(task, tag, **certain)
    return bool(certain)


def _starters(work: Translation) -> set[str]:
    """How the file calls whoever opened the case."""
    names = (dialects.attribute(start, "initiator") for start in work.root.iter(b("startEvent")))
    return {"$INITIATOR"} | {f"{sign}{{{name}}}" for name in names if name for sign in "$#"}


def _say_starter(task: Element, work: Translation) -> None:
    work.to_choose(
        task,
        "« {label} » revenait à la personne qui a ouvert le dossier. Choisissez une équipe ou une donnée.",
        '"{label}" went to the person who opened the case. Choose a team or a variable.',
    )


def _say_assigned(task: Element, work: Translation) -> None:
    assigned = extensions.get(task, "assignmentDefinition")
    values = [] if assigned is None else [str(value) for value in assigned.attrib.values()]
    names = ", ".join(value for value in values if not value.startswith("="))
    if names:
        work.translated(
            task,
            f"« {{label}} » est attribuée à {names}. Vérifiez que ces noms existent ici.",
            f'"{{label}}" is assigned to {names}. Check that these names exist here.',
        )
    else:
        work.translated(task, "« {label} » : attribution reprise.", '"{label}": assignment taken over.')


def _priority(task: Element, work: Translation) -> None:
    text = dialects.attribute(task, "priority")
    if text is None or extensions.has(task, "priorityDefinition"):
        return
    if not juel.is_dynamic(text) and not (text.isdecimal() and int(text) <= 100):
        work.to_choose(
            task,
            f"« {{label}} » a la priorité {text}. Ici elle va de 0 à 100 : choisissez-en une.",
            f'"{{label}}" has priority {text}. Here it goes from 0 to 100: choose one.',
        )
        return
    found = work.attempt(task, text, _PRIORITY)
    if found:
        extensions.add(task, "priorityDefinition", priority=found)
        work.translated(task, "« {label} » : priorité reprise.", '"{label}": priority taken over.')


def _resources(task: Element) -> dict[str, str]:
    """Performers of the standard (BPMN 2.0.2, 10.3.3.2), in the notation of the Java engines."""
    found: dict[str, list[str]] = {"users": [], "groups": []}
    assignee = _formal(task, "humanPerformer") or _formal(task, "performer")
    for name in _formal(task, "potentialOwner"):
        for part in (piece.strip() for piece in name.split(",")):
            principal = _PRINCIPAL.fullmatch(part)
            kind = "users" if principal and principal[1] == "user" else "groups"
            found[kind].append(principal[2].strip() if principal else part)
    texts = {kind: ",".join(filter(None, names)) for kind, names in found.items() if any(names)}
    return texts | ({"assignee": assignee[0]} if assignee else {})


def _formal(task: Element, tag: str) -> list[str]:
    path = f"{b(tag)}/{b('resourceAssignmentExpression')}/{b('formalExpression')}"
    return [text.strip() for text in (e.text or "" for e in task.iterfind(path)) if text.strip()]
