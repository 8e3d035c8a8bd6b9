"""Call activities: which process, and what goes in and comes out."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.imports import dialects, extensions
from engine.imports.expressions import NotTranslatable
from engine.imports.expressions.nodes import unknown
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b

_CALLED = Text("le processus appelé", "the called process")
_GLOBAL = ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")


def translate(element: Element, work: Translation) -> None:
    """One call activity. The Java engines pass nothing that is not named; others pass everything."""
    if extensions.has(element, "calledElement") or _is_global_task(element, work):
        return
    called = element.get("calledElement")
    if not called:
        _say_missing(element, work)
        return
    found = work.attempt(element, called if work.is_dynamic(called) else called.rpartition(":")[2], _CALLED)
    if found is None:
        return
    if work.dialect in ("camunda7", "flowable", "activiti"):
        _named_only(element, found, work)
    else:
        extensions.add(element, "calledElement", processId=found)
    work.translated(
        element,
        f"« {{label}} » appelle le processus « {called} ».",
        f'"{{label}}" calls the process "{called}".',
    )


def _is_global_task(element: Element, work: Translation) -> bool:
    called = (element.get("calledElement") or "").rpartition(":")[2]
    return any(e.get("id") == called for tag in _GLOBAL for e in work.root.iter(b(tag)))


def _say_missing(element: Element, work: Translation) -> None:
    case = dialects.attribute(element, "caseRef")
    if case:
        work.to_choose(
            element,
            f"« {{label}} » appelle le cas CMMN « {case} ». Choisissez le processus qui le remplace.",
            f'"{{label}}" calls the CMMN case "{case}". Choose the process that replaces it.',
        )
        return
    work.to_choose(
        element,
        "« {label} » ne dit pas quel processus elle appelle. Choisissez-le.",
        '"{label}" does not say which process it calls. Choose it.',
    )


def _named_only(element: Element, called: str, work: Translation) -> None:
    holder = element.find(b("extensionElements"))
    given, taken = dialects.children(holder, "in"), dialects.children(holder, "out")
    everything_in = _is_all(given) or dialects.attribute(element, "inheritVariables") == "true"
    extensions.add(
        element,
        "calledElement",
        processId=called,
        propagateAllParentVariables=str(everything_in).lower(),
        propagateAllChildVariables=str(_is_all(taken)).lower(),
    )
    extensions.add_mappings(element, "input", _mapped(element, given, work))
    extensions.add_mappings(element, "output", _mapped(element, taken, work))


def _is_all(mappings: list[Element]) -> bool:
    return any(mapping.get("variables") == "all" for mapping in mappings)


def _mapped(element: Element, mappings: list[Element], work: Translation) -> list[tuple[str, str]]:
    found = []
    for mapping in mappings:
        if mapping.get("variables") or mapping.get("businessKey"):
            _say_business_key(element, mapping, work)
            continue
        try:
            found.append((_source(mapping, work), _target(mapping)))
        except NotTranslatable as unclear:
            shown = mapping.get("sourceExpression") or mapping.get("source") or ""
            work.unclear(element, Text("la donnée transmise", "the mapping"), shown, unclear)
    return found


def _source(mapping: Element, work: Translation) -> str:
    expression = mapping.get("sourceExpression") or mapping.get("source") or ""
    if work.is_dynamic(expression):
        return f"={work.feel(expression)}"
    if mapping.get("sourceExpression"):
        return expression
    return f"={work.feel('${' + expression + '}')}"


def _target(mapping: Element) -> str:
    target = mapping.get("target") or ""
    if not target or "{" in target:
        raise unknown(target or "target")
    return target


def _say_business_key(element: Element, mapping: Element, work: Translation) -> None:
    if mapping.get("businessKey"):
        work.as_drawn(
            element,
            "« {label} » transmettait une clé de dossier. Chaque dossier a ici son propre numéro.",
            '"{label}" passed a business key. Here each case has a number of its own.',
        )
