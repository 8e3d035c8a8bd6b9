"""Input and output parameters (`inputOutput`) as `zeebe:ioMapping`.

Both give an activity its own variables. One difference is told: once outputs are mapped here, nothing else
leaves the activity, so outputs beside a result that nobody can know are a choice to look at.
"""

from __future__ import annotations

from engine.imports import dialects, extensions
from engine.imports.expressions import NotTranslatable
from engine.imports.expressions.nodes import unknown
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b, local

_FEEL = ("feel", "http://www.omg.org/spec/feel/")


def translate(element: Element, work: Translation) -> None:
    """The parameters of one activity or event."""
    holder = element.find(b("extensionElements"))
    for group in dialects.children(holder, "inputOutput"):
        _carry_over(element, group, "input", work)
        if _carry_over(element, group, "output", work):
            _say_what_leaves(element, work)


def _carry_over(element: Element, group: Element, kind: str, work: Translation) -> bool:
    found: list[tuple[str, str]] = []
    for parameter in dialects.children(group, f"{kind}Parameter"):
        name = parameter.get("name") or ""
        try:
            found.append((source(parameter, work), name))
        except NotTranslatable as unclear:
            work.to_choose(
                element,
                f"« {{label}} » : la donnée « {name} » est à redéfinir ({unclear.because.fr}).",
                f'"{{label}}": the variable "{name}" must be defined anew ({unclear.because.en}).',
            )
    before = _count(element)
    extensions.add_mappings(element, kind, found)
    if _count(element) == before:
        return False
    names = ", ".join(name for _, name in found)
    work.translated(
        element,
        f"« {{label}} » : données reprises ({names}).",
        f'"{{label}}": mappings taken over ({names}).',
    )
    return True


def _count(element: Element) -> int:
    mapping = extensions.get(element, "ioMapping")
    return 0 if mapping is None else len(mapping)


def _say_what_leaves(element: Element, work: Translation) -> None:
    if local(element) in ("userTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask"):
        work.to_choose(
            element,
            "« {label} » ne transmet plus que ses données de sortie. "
            "Ajoutez celles du formulaire ou du connecteur dont la suite a besoin.",
            '"{label}" now passes on its outputs only. '
            "Add those of the form or the connector that later steps need.",
        )


def source(parameter: Element, work: Translation) -> str:
    """Where the parameter's value comes from, in our dialect. Raises NotTranslatable."""
    inner = dialects.children(parameter, "list", "map", "script")
    if not inner:
        text = (parameter.text or "").strip()
        return work.attribute(text) if work.is_dynamic(text) else text or "=null"  # type: ignore[return-value]
    return f"={_value(inner[0], work)}"


def _value(element: Element, work: Translation) -> str:
    """FEEL for a list, a map, a script or a text."""
    kind = local(element)
    if kind == "list":
        return f"[{', '.join(_value(item, work) for item in element if isinstance(item.tag, str))}]"
    if kind == "map":
        entries = dialects.children(element, "entry")
        return "{" + ", ".join(f"{quoted(e.get('key') or '')}: {_entry(e, work)}" for e in entries) + "}"
    if kind == "script":
        return _script(element)
    text = (element.text or "").strip()
    return work.feel(text) if work.is_dynamic(text) else quoted(text)


def _entry(entry: Element, work: Translation) -> str:
    inner = dialects.children(entry, "list", "map", "script")
    return _value(inner[0] if inner else entry, work)


def _script(script: Element) -> str:
    language = (script.get("scriptFormat") or "").lower()
    if not language.startswith(_FEEL) or not (script.text or "").strip():
        raise unknown(f"script {language}")
    return (script.text or "").strip().removeprefix("=")


def quoted(text: str) -> str:
    """A FEEL text literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
