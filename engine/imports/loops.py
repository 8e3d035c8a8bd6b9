"""Repetition for each element of a list (multi-instance) as `zeebe:loopCharacteristics`."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.imports import dialects, extensions
from engine.imports.expressions import NotTranslatable
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b

_COLLECTION = Text("la liste à parcourir", "the collection")
_CARDINALITY = Text("le nombre de fois", "the number of times")
_COMPLETION = Text("la condition de fin", "the completion condition")
_EXECUTED = ("camunda7", "flowable", "activiti", "spiff")
_SMALL = 20


def translate(element: Element, work: Translation) -> None:
    """The repetition of one activity."""
    loop = element.find(b("multiInstanceLoopCharacteristics"))
    if loop is None:
        return
    completion = loop.find(b("completionCondition"))
    if completion is not None and work.replace_text(element, completion, _COMPLETION):
        work.translated(
            element, "« {label} » : condition de fin reprise.", '"{label}": completion taken over.'
        )
    if extensions.has(loop, "loopCharacteristics"):
        return
    try:
        found = _characteristics(loop, work)
    except NotTranslatable as unclear:
        work.unclear(element, _COLLECTION, dialects.attribute(loop, "collection") or "", unclear)
        return
    if not found:
        _say_missing(element, work)
        return
    extensions.add(loop, "loopCharacteristics", **found)
    work.translated(
        element,
        f"« {{label}} » se répète : {found['inputCollection'].removeprefix('=')}.",
        f'"{{label}}" repeats: {found["inputCollection"].removeprefix("=")}.',
    )


def _characteristics(loop: Element, work: Translation) -> dict[str, str]:
    # The standard refers to a data input here, the engines to a variable.
    reference = _text(loop, "loopDataInputRef") if work.dialect in _EXECUTED else ""
    collection = dialects.attribute(loop, "collection") or reference
    if not collection:
        return _counted(_text(loop, "loopCardinality"), work)
    as_expression = collection if "{" in collection else "${" + collection + "}"
    if work.dialect == "spiff":
        as_expression = collection
    found = {"inputCollection": f"={work.feel(as_expression)}"}
    names = {
        "inputElement": dialects.attribute(loop, "elementVariable") or _item(loop, "inputDataItem"),
        "outputCollection": _text(loop, "loopDataOutputRef"),
    }
    item = _item(loop, "outputDataItem")
    found |= {name: value for name, value in names.items() if value}
    return found | ({"outputElement": f"={item}"} if item and "outputCollection" in found else {})


def _counted(cardinality: str, work: Translation) -> dict[str, str]:
    if not cardinality:
        return {}
    if not cardinality.isdecimal():
        is_ours = cardinality.startswith("=")
        cardinality = cardinality.removeprefix("=") if is_ours else work.feel(cardinality)
    if cardinality.isdecimal():
        count = int(cardinality)
        numbers = ", ".join(str(number) for number in range(1, count + 1))
        listed = f"[{numbers}]" if count <= _SMALL else f"for i in 1..{count} return i"
        return {"inputCollection": f"={listed}"}
    # A FEEL range from 1 to 0 counts downwards.
    return {"inputCollection": f"=if {cardinality} >= 1 then for i in 1..({cardinality}) return i else []"}


def _text(loop: Element, tag: str) -> str:
    return (loop.findtext(b(tag)) or "").strip()


def _item(loop: Element, tag: str) -> str | None:
    found = loop.find(b(tag))
    return None if found is None else found.get("name") or found.get("id")


def _say_missing(element: Element, work: Translation) -> None:
    work.to_choose(
        element,
        "« {label} » se répète sans dire pour quelle liste. Choisissez-la.",
        '"{label}" repeats without saying for which list. Choose it.',
    )
