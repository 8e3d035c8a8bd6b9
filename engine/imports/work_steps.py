"""Steps that a machine does: services, sending, decisions, scripts."""

from __future__ import annotations

import re

from engine.diagnostics import Text
from engine.imports import dialects, extensions
from engine.imports.expressions import NotTranslatable, juel, python
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b, local

_TOPIC = Text("le sujet du travail", "the topic")
_DECISION = Text("la décision", "the decision")
_RESULT = Text("le calcul", "the expression")
_RETRIES = re.compile(r"R(\d+)/.+")
_KINDS = {
    "mail": Text("envoie un courriel", "sends an e-mail"),
    "http": Text("appelle une adresse web", "calls a web address"),
    "shell": Text("lance une commande", "runs a command"),
    "camel": Text("appelle Camel", "calls Camel"),
    "mule": Text("appelle Mule", "calls Mule"),
    "dmn": Text("évalue une décision", "evaluates a decision"),
}


def service(element: Element, work: Translation) -> None:
    """A service or send task, or an event that throws a message by calling something."""
    carrier = _carrier(element)
    if extensions.has(element, "taskDefinition") or carrier is None:
        return
    topic = dialects.attribute(carrier, "topic")
    if topic and dialects.attribute(carrier, "type") in ("external", "external-worker"):
        _external(element, topic, work)
    else:
        _say_to_choose(element, carrier, work)


def _carrier(element: Element) -> Element | None:
    """Where it is said what is called: on the task, or on the event's message; None for another event."""
    if local(element).endswith("Task"):
        return element
    message = element.find(b("messageEventDefinition"))
    names = ("class", "delegateExpression", "expression", "type")
    said = message is not None and any(dialects.attribute(message, name) for name in names)
    return message if said else None


def _external(element: Element, topic: str, work: Translation) -> None:
    found = work.attempt(element, topic, _TOPIC)
    if found is None:
        return
    extensions.add(element, "taskDefinition", type=found, retries=_retries(element))
    work.to_choose(
        element,
        f"« {{label}} » attend un programme extérieur pour le travail « {topic} ». "
        "Reliez-le par l’interface de programmation, ou choisissez un connecteur.",
        f'"{{label}}" waits for an outside worker for the job "{topic}". '
        "Connect it through the API, or choose a connector.",
    )


def _retries(element: Element) -> str | None:
    holder = element.find(b("extensionElements"))
    for cycle in dialects.children(holder, "failedJobRetryTimeCycle"):
        match = _RETRIES.fullmatch((cycle.text or "").strip())
        if match and int(match[1]) > 0:
            return match[1]
    return None


def _say_to_choose(element: Element, carrier: Element, work: Translation) -> None:
    called = _called(element, carrier)
    if called is None:
        work.to_choose(
            element,
            "« {label} » ne dit pas ce qui l’exécute. Choisissez un connecteur.",
            '"{label}" does not say what carries it out. Choose a connector.',
        )
        return
    work.to_choose(
        element,
        f"« {{label}} » {called.fr}. Choisissez le connecteur qui le fera.",
        f'"{{label}}" {called.en}. Choose the connector that will do it.',
    )


def _called(element: Element, carrier: Element) -> Text | None:
    kind = dialects.attribute(carrier, "type")
    if kind in _KINDS:
        return _KINDS[kind]
    holder = element.find(b("extensionElements"))
    for connector in dialects.children(holder, "connector"):
        names = [(e.text or "").strip() for e in dialects.children(connector, "connectorId")]
        return _calls_program(", ".join(names) or "connector")
    found = [dialects.attribute(carrier, n) for n in ("class", "delegateExpression", "expression")]
    program = next(filter(None, found), kind)
    return _calls_program(program) if program else None


def _calls_program(name: str) -> Text:
    shown = " ".join(name.split())[:120]
    return Text(f"appelait le programme « {shown} »", f'called the program "{shown}"')


def decision(element: Element, work: Translation) -> None:
    """A business rule task."""
    if extensions.has(element, "calledDecision") or extensions.has(element, "taskDefinition"):
        return
    reference = dialects.attribute(element, "decisionRef")
    if reference is None:
        _say_no_decision(element, work)
        return
    found = work.attempt(element, reference, _DECISION)
    if found is None:
        return
    result = dialects.attribute(element, "resultVariable")
    extensions.add(element, "calledDecision", decisionId=found, resultVariable=result or "decisionResult")
    _say_decision(element, reference, result, work)


def _say_no_decision(element: Element, work: Translation) -> None:
    if dialects.attribute(element, "topic") or dialects.attribute(element, "class"):
        service(element, work)
        return
    work.to_choose(
        element,
        "« {label} » ne dit pas quelle décision elle applique. Choisissez-en une.",
        '"{label}" does not say which decision it applies. Choose one.',
    )


def _say_decision(element: Element, reference: str, result: str | None, work: Translation) -> None:
    if result and dialects.attribute(element, "mapDecisionResult") == "singleEntry":
        work.translated(
            element,
            f"« {{label}} » applique la décision « {reference} ».",
            f'"{{label}}" applies the decision "{reference}".',
        )
        return
    work.to_choose(
        element,
        f"« {{label}} » applique la décision « {reference} ». Vérifiez la forme de son résultat : "
        f"il est dans « {result or 'decisionResult'} ».",
        f'"{{label}}" applies the decision "{reference}". Check the shape of its result: '
        f'it is in "{result or "decisionResult"}".',
    )


# ---- scripts


def script(element: Element, work: Translation) -> None:
    """A script task: FEEL as it is, the certain part of Python and of JUEL; everything else is a choice."""
    if extensions.has(element, "script") or extensions.has(element, "taskDefinition"):
        return
    inner = element.find(b("script"))
    text = "" if inner is None else inner.text or ""
    language = (element.get("scriptFormat") or element.get("scriptLanguage") or "").lower()
    try:
        found = _assigned(element, text, language, work)
    except NotTranslatable as unclear:
        _say_script(element, language, unclear, work)
        return
    if found:
        _write(element, found)
        work.translated(element, "« {label} » : calcul repris en FEEL.", '"{label}": script written as FEEL.')


def _assigned(element: Element, text: str, language: str, work: Translation) -> list[tuple[str, str]]:
    result = dialects.attribute(element, "resultVariable") or dialects.attribute(
        element, "resultVariableName"
    )
    if not text.strip():
        return []
    if "python" in language or work.dialect == "spiff":
        return python.assignments(text)
    if result and "feel" in language:
        return [(result, text.strip().removeprefix("="))]
    if result and language == "juel":
        return [(result, juel.to_feel(text))]
    raise NotTranslatable(
        Text(
            f"il est écrit en {language or 'une autre langue'}", f"it is in {language or 'another language'}"
        )
    )


def _write(element: Element, found: list[tuple[str, str]]) -> None:
    if len(found) == 1:
        name, feel = found[0]
        extensions.add(element, "script", expression=f"={feel}", resultVariable=name)
        return
    # Later entries of a context see the earlier ones, as later lines of a script do.
    entries = ", ".join(f"{name}: {feel}" for name, feel in found)
    extensions.add(element, "script", expression=f"={{{entries}}}", resultVariable="calcul")
    extensions.add_mappings(element, "output", [(f"=calcul.{name}", name) for name, _ in found])


def _say_script(element: Element, language: str, unclear: NotTranslatable, work: Translation) -> None:
    work.to_choose(
        element,
        f"« {{label}} » : le calcul est à réécrire en FEEL ({unclear.because.fr}).",
        f'"{{label}}": the script must be written anew in FEEL ({unclear.because.en}).',
    )
