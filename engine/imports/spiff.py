"""What SpiffWorkflow adds to BPMN: scripts before and after a step, services, instructions, form files."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.diagnostics import Text
from engine.imports import extensions
from engine.imports.dialects import SPIFF
from engine.imports.expressions import NotTranslatable, python
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b, local

_AFTER = Text("le calcul d’après", "the post-script")
_WITHOUT_RESULT = ("task", "manualTask")


def s(tag: str) -> str:
    """A tag of SpiffWorkflow with its namespace."""
    return f"{{{SPIFF}}}{tag}"


def translate(element: Element, work: Translation) -> None:
    """The extensions of one element."""
    holder = element.find(b("extensionElements"))
    if holder is None:
        return
    _before(element, holder, work)
    _after(element, holder, work)
    _service(element, holder, work)
    _form(element, holder, work)
    _message(element, holder, work)
    if holder.find(s("instructionsForEndUser")) is not None:
        work.as_drawn(
            element,
            "« {label} » avait des consignes pour l’agent. Elles restent dans le fichier : "
            "mettez-les dans un texte du formulaire.",
            '"{label}" had instructions for the officer. They stay in the file: '
            "put them into a text of the form.",
        )


def _before(element: Element, holder: Element, work: Translation) -> None:
    if (holder.findtext(s("preScript")) or "").strip():
        work.to_choose(
            element,
            "« {label} » calculait des données avant de commencer. Mettez une tâche de calcul avant elle.",
            '"{label}" computed variables before it began. Put a script task before it.',
        )


def _after(element: Element, holder: Element, work: Translation) -> None:
    """Its own result and a script's leave together only where there is no result of its own."""
    text = (holder.findtext(s("postScript")) or "").strip()
    if not text:
        return
    if local(element) not in _WITHOUT_RESULT:
        work.to_choose(
            element,
            "« {label} » calculait des données à sa fin. Mettez une tâche de calcul après elle.",
            '"{label}" computed variables at its end. Put a script task after it.',
        )
        return
    try:
        found = python.assignments(text)
    except NotTranslatable as unclear:
        work.unclear(element, _AFTER, text, unclear)
        return
    extensions.add_mappings(element, "output", [(f"={feel}", name) for name, feel in found])
    work.translated(element, "« {label} » : calcul de fin repris.", '"{label}": post-script taken over.')


def _service(element: Element, holder: Element, work: Translation) -> None:
    operator = holder.find(s("serviceTaskOperator"))
    if operator is None or extensions.has(element, "taskDefinition"):
        return
    name = operator.get("id") or "?"
    given = [p.get("id") or "" for p in operator.iter(s("parameter"))]
    with_fr = f" avec {', '.join(given)}" if given else ""
    with_en = f" with {', '.join(given)}" if given else ""
    work.to_choose(
        element,
        f"« {{label}} » appelait « {name} »{with_fr}. Choisissez le connecteur qui le fera.",
        f'"{{label}}" called "{name}"{with_en}. Choose the connector that will do it.',
    )


def _form(element: Element, holder: Element, work: Translation) -> None:
    for setting in holder.iterfind(f"{s('properties')}/{s('property')}"):
        if setting.get("name") == "formJsonSchemaFilename" and not extensions.has(element, "formDefinition"):
            file = PurePosixPath(setting.get("value") or "").name
            work.to_choose(
                element,
                f"« {{label}} » montrait le formulaire « {file} ». Dessinez-le ici et choisissez-le.",
                f'"{{label}}" showed the form "{file}". Draw it here and choose it.',
            )


def _message(element: Element, holder: Element, work: Translation) -> None:
    names = [e for tag in ("messagePayload", "messageVariable") for e in holder.iter(s(tag))]
    if any((name.text or "").strip() for name in names):
        work.to_choose(
            element,
            "« {label} » dit en Python ce que son message porte. Donnez-lui entrées ou sorties.",
            '"{label}" says in Python what its message carries. Give it input or output mappings.',
        )
