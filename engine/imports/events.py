"""Events: timers, messages, signals, errors, conditions."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.imports import dialects, extensions
from engine.imports.expressions import NotTranslatable
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b, local
from engine.timers import TimerInvalid, check_text

_TIMER = Text("la minuterie", "the timer")
_CONDITION = Text("la condition", "the condition")
_NAME = Text("le nom", "the name")
_TIMES = ("timeDate", "timeDuration", "timeCycle")
_WAITING = ("intermediateCatchEvent", "boundaryEvent", "receiveTask")
_QUOTES = "\"'"


def translate(element: Element, work: Translation) -> None:
    """Every definition of one event, or of a task that waits for a message."""
    for definition in element.iterchildren("{*}*"):
        if local(definition) == "timerEventDefinition":
            _timer(element, definition, work)
        elif local(definition) == "conditionalEventDefinition":
            _condition(element, definition, work)
        elif local(definition) == "messageEventDefinition":
            _correlation(element, definition, work)
        elif local(definition) in ("errorEventDefinition", "escalationEventDefinition"):
            _caught(element, definition, work)
    if local(element) == "receiveTask":
        _correlation(element, element, work)


def _timer(element: Element, definition: Element, work: Translation) -> None:
    for kind in _TIMES:
        part = definition.find(b(kind))
        if part is not None and (part.text or "").strip():
            _time(element, part, kind, work)


def _time(element: Element, part: Element, kind: str, work: Translation) -> None:
    text = (part.text or "").strip()
    if work.dialect == "spiff" and text[0] in _QUOTES and text[-1] == text[0]:
        extensions.keep(element, kind, part.text or "")
        part.text = text = text[1:-1]
        work.translated(element, "« {label} » : minuterie reprise.", '"{label}": timer taken over.')
    elif not _is_time(kind, text) and work.replace_text(element, part, _TIMER):
        work.translated(element, "« {label} » : minuterie reprise.", '"{label}": timer taken over.')
        return
    if not work.is_dynamic(text) and not text.startswith("=") and not _is_time(kind, text):
        work.to_choose(
            element,
            f"« {{label}} » : la minuterie « {text[:80]} » n’est ni une durée, ni une date, ni un cycle. "
            "Écrivez par exemple P10D.",
            f'"{{label}}": the timer "{text[:80]}" is no duration, date or cycle. Write for example P10D.',
        )
    if part.get(f"{{{dialects.FLOWABLE}}}endDate") or part.get(f"{{{dialects.ACTIVITI}}}endDate"):
        work.to_choose(
            element,
            "« {label} » : le cycle s’arrêtait à une date. Ajoutez cette limite.",
            '"{label}": the cycle ended at a date. Add that limit.',
        )


def _is_time(kind: str, text: str) -> bool:
    try:
        check_text(kind, text)
    except TimerInvalid:
        return False
    return True


def _condition(element: Element, definition: Element, work: Translation) -> None:
    part = definition.find(b("condition"))
    if part is not None and work.replace_text(element, part, _CONDITION):
        work.translated(element, "« {label} » : condition reprise.", '"{label}": condition taken over.')


def _correlation(element: Element, definition: Element, work: Translation) -> None:
    """What ties a message to one case stands in no file of the other engines."""
    reference = (definition.get("messageRef") or "").rpartition(":")[2]
    message = next((m for m in work.root.iter(b("message")) if reference and m.get("id") == reference), None)
    if local(element) not in _WAITING or message is None or extensions.has(message, "subscription"):
        return
    name = message.get("name") or reference
    work.to_choose(
        element,
        f"« {{label}} » attend le message « {name} ». Dites ce qui le relie au dossier, par exemple =numero.",
        f'"{{label}}" waits for the message "{name}". Say what ties it to the case, for example =number.',
    )


def _caught(element: Element, definition: Element, work: Translation) -> None:
    names = ("errorCodeVariable", "errorMessageVariable", "errorVariableName", "escalationCodeVariable")
    variables = [value for value in (dialects.attribute(definition, name) for name in names) if value]
    if variables:
        work.to_choose(
            element,
            f"« {{label}} » rangeait le code ou le texte de l’erreur dans {', '.join(variables)}. "
            "Si la suite s’en sert, donnez-lui une donnée de sortie.",
            f'"{{label}}" kept the code or the text of the error in {", ".join(variables)}. '
            "If later steps use it, give it an output mapping.",
        )


def names(work: Translation) -> None:
    """Names of messages and signals that are computed."""
    for tag in ("message", "signal"):
        for element in work.root.iter(b(tag)):
            name = element.get("name")
            if name and work.dialect != "spiff" and work.is_dynamic(name):
                _name(element, name, work)


def _name(element: Element, name: str, work: Translation) -> None:
    try:
        found = work.attribute(name)
    except NotTranslatable as unclear:
        work.unclear(element, _NAME, name, unclear)
        return
    extensions.keep(element, "name", name)
    element.set("name", str(found))
    work.translated(
        element, f"Le nom « {name} » est repris en FEEL.", f'The name "{name}" was written as FEEL.'
    )
