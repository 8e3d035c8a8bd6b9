"""Camunda 8: our own dialect, but for the connectors and services of that platform."""

from __future__ import annotations

from engine.imports import extensions
from engine.imports.translation import Translation
from engine.spiff.xml import ZEEBE, Element, b

_TEMPLATE = f"{{{ZEEBE}}}modelerTemplate"
_SECRET = "{{secrets."  # noqa: S105 - how a diagram of that platform names one


def translate(element: Element, work: Translation) -> None:
    """What one element asks of that platform."""
    definition = extensions.get(element, "taskDefinition")
    kind = "" if definition is None else definition.get("type") or ""
    template = element.get(_TEMPLATE) or ""
    if kind.startswith("io.camunda") or template.startswith("io.camunda"):
        work.to_choose(
            element,
            f"« {{label}} » emploie un connecteur de Camunda ({kind or template}). "
            "Choisissez le connecteur d’ici qui fait la même chose.",
            f'"{{label}}" uses a Camunda connector ({kind or template}). '
            "Choose the connector here that does the same.",
        )
    elif kind and ":" not in kind and not template:
        work.to_choose(
            element,
            f"« {{label}} » attend un programme extérieur pour le travail « {kind} ». "
            "Reliez-le par l’interface de programmation, ou choisissez un connecteur.",
            f'"{{label}}" waits for an outside worker for the job "{kind}". '
            "Connect it through the API, or choose a connector.",
        )
    if _names_secret(element):
        work.to_choose(
            element,
            "« {label} » emploie un secret de Camunda. Enregistrez-le dans une connexion.",
            '"{label}" uses a Camunda secret. Keep it in a connection.',
        )


def _names_secret(element: Element) -> bool:
    holder = element.find(b("extensionElements"))
    if holder is None:
        return False
    return any(_SECRET in str(value) for part in holder.iter() for value in part.attrib.values())
