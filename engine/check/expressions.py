"""Rules about expressions: they are FEEL, of the type that is wanted, and read what can exist."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from engine.check.findings import Findings
from engine.check.model import Model, Scope
from engine.check.rules import rule
from engine.diagnostics import Text
from engine.expressions import compile_feel, is_feel
from engine.feel import Expression, FeelError
from engine.spiff.xml import ZEEBE, Element, local

SYNTAX = rule(
    "feel.syntax",
    "DMN 1.5, 10.3",
    "« {name} » : {problem}",
    '"{name}": {problem}',
    hint=("Corrigez l’expression « {text} ».", 'Correct the expression "{text}".'),
)
CONDITION_TYPE = rule(
    "feel.condition-type",
    "BPMN 2.0.2, 8.4.6, 8.4.13 and 10.3.8 (EXT071)",
    "« {name} » : « {text} » ne donne ni oui ni non.",
    '"{name}": "{text}" gives neither true nor false.',
    hint=("Écrivez une comparaison, par exemple montant > 100.", "Write a comparison, such as amount > 100."),
)
NUMBER_TYPE = rule(
    "feel.number-type",
    "BPMN 2.0.2, 10.3.8 (EXT069)",
    "« {name} » : « {text} » ne donne pas un nombre.",
    '"{name}": "{text}" does not give a number.',
    hint=("Donnez un nombre entier, ou une expression qui en donne un.", "Give a whole number."),
)
UNKNOWN_NAME = rule(
    "feel.unknown-name",
    "Relais",
    "« {name} » lit « {variable} », que rien n’écrit dans ce processus.",
    '"{name}" reads "{variable}", which nothing in this process writes.',
    hint=("{advice}", "{advice}"),
    severity="warning",
)
CONDITIONS = frozenset(
    {"conditionExpression", "condition", "completionCondition", "loopCondition", "activationCondition"}
)
NUMBERS = frozenset({"loopCardinality"})
TIMERS = frozenset({"timeDate", "timeDuration", "timeCycle"})
#: Elements of the `zeebe:` namespace whose attribute is FEEL with or without its `=`.
ALWAYS_FEEL = frozenset({("script", "expression")})


class Found(NamedTuple):
    """One expression: the element people see, its text, and what it must give."""

    owner: Element
    text: str
    wanted: str | None


def check(scope: Scope, model: Model, known: frozenset[str] | None, findings: Findings) -> None:
    """Every expression directly in an executed scope; `known` None when any variable may exist."""
    for owner in (scope.element, *scope.nodes, *scope.flows):
        for found in _expressions(owner, owner is scope.element):
            _check_one(found, known, findings)


def _expressions(owner: Element, is_scope: bool) -> Iterator[Found]:
    """Those of one node, flow or scope; what lies inside a scope is asked of its own nodes."""
    for child in owner:
        tag = local(child)
        if tag == "extensionElements":
            yield from _extension_texts(owner, child)
        elif is_scope and not tag.endswith("Characteristics") and tag not in CONDITIONS:
            continue
        elif tag in CONDITIONS or tag in NUMBERS or tag in TIMERS:
            yield from _element_text(owner, child, tag)
        elif tag.endswith(("EventDefinition", "Characteristics")):
            yield from _expressions_in(owner, child)


def _expressions_in(owner: Element, holder: Element) -> Iterator[Found]:
    for inner in holder:
        tag = local(inner)
        if tag == "extensionElements":
            yield from _extension_texts(owner, inner)
        elif tag in CONDITIONS or tag in NUMBERS or tag in TIMERS:
            yield from _element_text(owner, inner, tag)


def _element_text(owner: Element, element: Element, tag: str) -> Iterator[Found]:
    text = (element.text or "").strip()
    if text and (tag not in TIMERS or is_feel(text)):
        wanted = "boolean" if tag in CONDITIONS else "number" if tag in NUMBERS else None
        yield Found(owner, text, wanted)


def _extension_texts(owner: Element, holder: Element) -> Iterator[Found]:
    for element in holder.iter(f"{{{ZEEBE}}}*"):
        for name, value in element.attrib.items():
            text = str(value).strip()
            if (is_feel(text) and text != "=") or ((local(element), name) in ALWAYS_FEEL and text):
                yield Found(owner, text, None)


# ---- one expression


def _check_one(found: Found, known: frozenset[str] | None, findings: Findings) -> None:
    shown = found.text.removeprefix("=").strip()
    try:
        expression = compile_feel(found.text)
    except FeelError as error:
        problem = Text(error.message["fr"], error.message["en"])
        findings.report(SYNTAX, found.owner, position=error.position, problem=problem, text=_short(shown))
        return
    result = expression.result_type
    if found.wanted is not None and result is not None and result.name not in (found.wanted, "Any", "Null"):
        broken = CONDITION_TYPE if found.wanted == "boolean" else NUMBER_TYPE
        findings.report(broken, found.owner, text=_short(shown))
    if known is not None:
        _check_names(found.owner, expression, known, findings)


def _check_names(owner: Element, expression: Expression, known: frozenset[str], findings: Findings) -> None:
    for name in sorted(expression.variables - expression.perhaps - known):
        findings.report(UNKNOWN_NAME, owner, variable=name, advice=_advice(name, known))


def _advice(name: str, known: frozenset[str]) -> Text:
    near = get_close_matches(name, sorted(known), 1)
    if near:
        return Text(f"Vouliez-vous dire « {near[0]} » ?", f'Did you mean "{near[0]}"?')
    return Text(
        "Faites-la écrire avant, par un formulaire ou une étape.", "Let a form or a step write it before."
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
