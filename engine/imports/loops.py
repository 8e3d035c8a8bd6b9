"""Repetition (multi-instance): a list as `zeebe:loopCharacteristics`, a number and an end in FEEL."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.imports import dialects, extensions
from engine.imports.expressions import NotTranslatable
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b

_COLLECTION = Text("la liste à parcourir", "the collection")
_CARDINALITY = Text("la répétition", "the number of times")
_COMPLETION = Text("la condition de fin", "the completion condition")
_EXECUTED = ("camunda7", "flowable", "activiti", "spiff")


def translate(element: Element, work: Translation) -> None:
    """The repetition of one activity; a number of times (`loopCardinality`) is ours as it is, in FEEL."""
    loop = element.find(b("multiInstanceLoopCharacteristics"))
    if loop is None:
        return
    for tag, what in (("completionCondition", _COMPLETION), ("loopCardinality", _CARDINALITY)):
        part = loop.find(b(tag))
        if part is not None and work.replace_text(element, part, what):
            text = str(part.text).removeprefix("=")
            work.translated(
                element,
                f"« {{label}} » : {what.fr} reprise ({text}).",
                f'"{{label}}": {what.en} taken over ({text}).',
            )
    if not extensions.has(loop, "loopCharacteristics"):
        _collection(element, loop, work)


def _collection(element: Element, loop: Element, work: Translation) -> None:
    # The standard refers to a data input here, the engines to a variable.
    reference = _text(loop, "loopDataInputRef") if work.dialect in _EXECUTED else ""
    collection = dialects.attribute(loop, "collection") or reference
    if not collection:
        if not _text(loop, "loopCardinality") and not _text(loop, "loopDataInputRef"):
            _say_missing(element, work)
        return
    try:
        found = _characteristics(loop, collection, work)
    except NotTranslatable as unclear:
        work.unclear(element, _COLLECTION, collection, unclear)
        return
    extensions.add(loop, "loopCharacteristics", **found)
    text = found["inputCollection"].removeprefix("=")
    work.translated(
        element, f"« {{label}} » se répète pour {text}.", f'"{{label}}" repeats for each of {text}.'
    )


def _characteristics(loop: Element, collection: str, work: Translation) -> dict[str, str]:
    as_expression = collection if "{" in collection else "${" + collection + "}"
    found = {"inputCollection": f"={work.feel(collection if work.dialect == 'spiff' else as_expression)}"}
    item = dialects.attribute(loop, "elementVariable") or _item(loop, "inputDataItem")
    if item:
        found["inputElement"] = item
    outputs, output = _text(loop, "loopDataOutputRef"), _item(loop, "outputDataItem")
    if outputs and output and work.dialect in _EXECUTED:
        found |= {"outputCollection": outputs, "outputElement": f"={output}"}
    return found


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
