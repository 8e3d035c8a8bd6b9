"""The facts of a case: what was entered, under the words of the forms it was entered with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from designer import text
from engine import forms
from engine.forms import Component
from engine.store import Resource

_SHOWN = frozenset(
    ("textfield", "textarea", "number", "datetime", "checkbox", "checklist", "radio", "select", "taglist")
)


@dataclass(frozen=True, slots=True)
class Question:
    """One input of a form."""

    component: Component

    @property
    def label(self) -> str:
        """Its label in the language of the page, without the mark at its end; its key when it is computed."""
        words = self.component.text("label", text.locale()) or self.component.text("dateLabel", text.locale())
        if not words or words.startswith("=") or "{{" in words:
            words = ".".join(self.component.path)
        return words.rstrip("?:" + text.NBSP + " ")

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Value and label of every answer a form offers; none for a question with free answers."""
        return tuple(self._answers().items())

    def say(self, value: Any) -> str:
        """The answer in the words of the form."""
        if isinstance(value, list):
            return ", ".join(self.say(item) for item in value) or text.value(value)
        return self._answers().get(str(value)) or text.value(value)

    def _answers(self) -> dict[str, str]:
        choices = self.component.source.get("values")
        if not isinstance(choices, list):
            return {}
        return {str(c.get("value")): str(c.get("label", "")) for c in choices if isinstance(c, Mapping)}


_KEPT = 256
_questions: dict[UUID, dict[str, Question]] = {}


def questions(session: Session, deployment_id: UUID) -> dict[str, Question]:
    """Variable name → question, over every form of a deployment, in the order of the forms.

    Deployments never change, so they are read once per process of the operating system.
    """
    found = _questions.get(deployment_id)
    if found is None:
        query = select(Resource.content).where(
            Resource.deployment_id == deployment_id, Resource.kind == "form"
        )
        contents = session.scalars(query.order_by(Resource.name))
        found = {}
        for content in contents:
            found = asked_by(forms.load(bytes(content))) | found
        if len(_questions) >= _KEPT:
            _questions.pop(next(iter(_questions)))
        _questions[deployment_id] = found
    return found


def asked_by(form: forms.Form) -> dict[str, Question]:
    """Variable name → question of one form."""
    return dict(_inputs(form.components))


def _inputs(components: Iterable[Component]) -> list[tuple[str, Question]]:
    found: list[tuple[str, Question]] = []
    for component in components:
        if component.type == "group":
            found += _inputs(component.children)
        elif component.type in _SHOWN and component.path:
            found.append((".".join(component.path), Question(component)))
    return found


def entered(variables: Mapping[str, Any], asked: Mapping[str, Question]) -> list[tuple[str, str]]:
    """Label and answer of every question that was answered, in the order of the forms."""
    answers = ((question, _at(variables, path)) for path, question in asked.items())
    return [
        (question.label, question.say(answer)) for question, answer in answers if answer not in (None, "", [])
    ]


def _at(variables: Any, path: str) -> Any:
    for step in path.split("."):
        variables = variables.get(step) if isinstance(variables, Mapping) else None
    return variables
