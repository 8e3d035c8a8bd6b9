"""Sequence flows: conditions, and the way that is taken when no condition holds."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.imports.translation import Translation, label_of
from engine.spiff.xml import Element, b

_CONDITION = Text("la condition", "the condition")
_OF_THE_ENGINES = ("camunda7", "flowable", "activiti")
_OTHER_LANGUAGES = ("javascript", "groovy", "python", "ruby", "java", "xpath")


def condition(flow: Element, work: Translation) -> None:
    """The condition of one flow."""
    part = flow.find(b("conditionExpression"))
    if part is None or not (part.text or "").strip():
        return
    language = (part.get("language") or "").lower()
    if work.dialect != "spiff" and any(name in language for name in _OTHER_LANGUAGES):
        work.to_choose(
            flow,
            f"« {{label}} » : la condition est à réécrire en FEEL (elle est en {part.get('language')}).",
            f'"{{label}}": the condition must be written anew in FEEL (it is in {part.get("language")}).',
        )
        return
    if work.replace_text(flow, part, _CONDITION):
        text = str(part.text).removeprefix("=")
        work.translated(
            flow,
            f"« {{label}} » : condition reprise ({text}).",
            f'"{{label}}": condition taken over ({text}).',
        )


def default(gateway: Element, work: Translation) -> None:
    """The Java engines take the last way of an exclusive gateway when it alone has no condition."""
    parent = gateway.getparent()
    if work.dialect not in _OF_THE_ENGINES or gateway.get("default") or parent is None:
        return
    flows = [f for f in parent.findall(b("sequenceFlow")) if f.get("sourceRef") == gateway.get("id")]
    bare = [f for f in flows if not (f.findtext(b("conditionExpression")) or "").strip()]
    if len(flows) < 2 or len(bare) != 1 or bare[0] is not flows[-1] or not bare[0].get("id"):
        return
    gateway.set("default", str(bare[0].get("id")))
    name = label_of(bare[0])
    work.translated(
        gateway,
        f"« {{label}} » : le chemin sans condition (« {name} ») est le chemin par défaut.",
        f'"{{label}}": the flow without a condition ("{name}") is the default flow.',
    )
