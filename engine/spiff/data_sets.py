"""Input and output sets: which data an activity needs and gives (BPMN 2.0, clauses 10.4 and 13.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.expressions import Expression
from engine.spiff.changes import Stop
from engine.spiff.xml import Element, b

if TYPE_CHECKING:
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.scopes import Scope

Needed = tuple[Expression, str]  #: what has to be there, and its name for people
REFERENCES = {"inputSet": "dataInputRefs", "outputSet": "dataOutputRefs"}
SPARED = {
    "inputSet": ("optionalInputRefs", "whileExecutingInputRefs"),
    "outputSet": ("optionalOutputRefs", "whileExecutingOutputRefs"),
}
RULES = {"inputSet": "outputSetRefs", "outputSet": "inputSetRefs"}


@dataclass(frozen=True, slots=True)
class Copy:
    """One value that an association writes; `item` is the element's own input or output.

    `collection`: what people call the target, when it takes lists only.
    """

    value: Expression
    target: str
    item: str
    collection: str | None = None

    def evaluated(self, top: ProcessRun, scope: Scope) -> Any:
        """The value. Raises Stop when a collection would get something else than a list."""
        value = top.evaluate(self.value, scope)
        if self.collection is not None and value is not None and not isinstance(value, list):
            raise Stop("data", _no_list(self.collection))
        return value


@dataclass(frozen=True, slots=True)
class DataSet:
    """An input or output set. `partners`: ids of the sets of the other side that go with it, if said."""

    id: str
    items: frozenset[str]
    needed: tuple[Needed, ...]
    partners: frozenset[str]

    def missing(self, value_of: Callable[[Expression], Any]) -> list[str]:
        """Names of what is not there yet."""
        return [name for source, name in self.needed if value_of(source) is None]


def read(element: Element, tag: str, needed: Mapping[str, list[Needed]]) -> list[DataSet]:
    """The element's own sets in the order of the file; `needed` by id of the input or output."""
    holders = [element, *element.findall(b("ioSpecification"))]
    return [_set(found, tag, needed) for holder in holders for found in holder.findall(b(tag))]


def _set(found: Element, tag: str, needed: Mapping[str, list[Needed]]) -> DataSet:
    items = _texts(found, REFERENCES[tag])
    spared = {text for spared in SPARED[tag] for text in _texts(found, spared)}
    wanted = [n for item in items if item not in spared for n in needed.get(item, ())]
    return DataSet(
        found.get("id") or "", frozenset(items), tuple(wanted), frozenset(_texts(found, RULES[tag]))
    )


def first(sets: Iterable[DataSet], value_of: Callable[[Expression], Any]) -> DataSet | None:
    """The first set of which everything needed is there."""
    return next((s for s in sets if not s.missing(value_of)), None)


def taken(copies: Sequence[Copy], sets: Sequence[DataSet], chosen: DataSet) -> list[Copy]:
    """What is copied: the items of the chosen set, and those that no set holds."""
    held: frozenset[str] = frozenset().union(*(s.items for s in sets))
    return [c for c in copies if c.item in chosen.items or c.item not in held]


def lacking(sets: Iterable[DataSet], value_of: Callable[[Expression], Any]) -> Text:
    """What is not there: the names of each set, the sets one or the other."""
    missing = [" + ".join(s.missing(value_of)) for s in sets]
    return Text(" ou ".join(missing), " or ".join(missing))


def no_input(label: str, sets: Sequence[DataSet], value_of: Callable[[Expression], Any]) -> Text:
    """What an incident says when nothing can bring the data any more."""
    lack = lacking(sets, value_of)
    return Text(
        f"L’étape « {label} » a besoin de la donnée « {lack.fr} », qui est vide, et aucune autre étape ne "
        "peut plus la donner. Donnez-lui une valeur, puis relancez.",
        f'The step "{label}" needs the data "{lack.en}", which is empty, and no other step can give it any '
        "more. Give it a value, then try again.",
    )


def no_output(label: str, sets: Sequence[DataSet], value_of: Callable[[Expression], Any]) -> Text:
    """What an incident says when the activity ended without what it has to give."""
    lack = lacking(sets, value_of)
    return Text(
        f"L’étape « {label} » s’est terminée sans donner « {lack.fr} ». "
        "Donnez-lui une valeur, puis relancez.",
        f'The step "{label}" ended without giving "{lack.en}". Give it a value, then try again.',
    )


def _no_list(name: str) -> Text:
    return Text(
        f"La donnée « {name} » est une liste, et la valeur donnée n’en est pas une. "
        "Donnez une liste, puis relancez.",
        f'The data "{name}" is a list, and the value given is none. Give a list, then try again.',
    )


def _texts(element: Element, tag: str) -> list[str]:
    return [(e.text or "").strip() for e in element.findall(b(tag))]
