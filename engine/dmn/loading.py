"""The way in: a file (and those it imports) to a model, and a decision to its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache

from engine.diagnostics import Diagnostic, Text
from engine.dmn import model, reading
from engine.dmn.compiling import Compiled, CompiledModel
from engine.dmn.evaluating import Evaluator
from engine.dmn.explanation import Outcome, Trace
from engine.errors import DefinitionInvalid
from engine.feel.errors import NullBecause
from engine.feel.functions import invoke
from engine.feel.runtime import Reason, Run, Where, too_deep
from engine.feel.values import Function, Value

CACHED_MODELS = 128


class DecisionUnknown(LookupError):
    """The model has no decision, knowledge model or service with this id or name."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        self.key, self.known = key, sorted(known)
        super().__init__(f"no decision {key!r}; there are: {', '.join(self.known)}")


def load(content: bytes, others: Iterable[bytes] = ()) -> CompiledModel:
    """The model in a file; `others` are the files among which its imports are found.

    Compiled once and kept. What cannot be executed is in `problems` and gives null when it is evaluated.
    Raises DefinitionInvalid when a file cannot be read, an import is missing, or imports go in a circle.
    """
    return _loaded(content, tuple(others))


@lru_cache(maxsize=CACHED_MODELS)
def _loaded(content: bytes, others: tuple[bytes, ...]) -> CompiledModel:
    source = reading.read(content)
    known: dict[str, model.Model] = {}
    for other in others if source.imports else ():
        found = reading.read(other)
        known.setdefault(found.namespace, found)
    return _linked(source, known, (), {})


def _linked(
    source: model.Model,
    known: Mapping[str, model.Model],
    path: tuple[str, ...],
    made: dict[str, CompiledModel],
) -> CompiledModel:
    """The model with its imports, each of which is compiled once however often it is imported."""
    imported: dict[str, CompiledModel] = {}
    for item in source.imports:
        if item.namespace in (*path, source.namespace):
            raise _refused(
                item,
                "dmn.import-cycle",
                f"Le modèle « {source.name} » s’importe lui-même par « {item.name} ».",
                f"The model “{source.name}” imports itself through “{item.name}”.",
            )
        if item.namespace not in known:
            raise _refused(
                item,
                "dmn.import-missing",
                f"Le modèle importé « {item.name} » ({item.namespace}) manque : ajoutez son fichier.",
                f"The imported model “{item.name}” ({item.namespace}) is missing: add its file.",
            )
        if item.namespace not in made:
            inner = (*path, source.namespace)
            made[item.namespace] = _linked(known[item.namespace], known, inner, made)
        imported[item.name] = made[item.namespace]
    return CompiledModel(source, imported)


def _refused(item: model.Import, rule: str, fr: str, en: str) -> DefinitionInvalid:
    return DefinitionInvalid([Diagnostic(rule, "error", Text(fr, en), item.id)])


def evaluate(
    owner: CompiledModel,
    key: str,
    inputs: Mapping[str, Value],
    *,
    now: datetime | None = None,
    zone: tzinfo | None = None,
) -> Outcome:
    """The decision with this id or name, explained; a function or service is called with the inputs by name.

    Raises DecisionUnknown, and FeelLimitExceeded when a budget runs out.
    """
    reasons: list[Reason] = []
    run = Run(now, zone, reasons)
    trace = run.trace = Trace()
    value = _value(owner, _found(owner, key), inputs, run)
    said = [Text(reason.message["fr"], reason.message["en"]) for reason in reasons]
    return Outcome(value, trace.steps, said)


def value_of(
    owner: CompiledModel,
    key: str,
    inputs: Mapping[str, Value],
    *,
    now: datetime | None = None,
    zone: tzinfo | None = None,
) -> Value:
    """As `evaluate`, without the explanation."""
    return _value(owner, _found(owner, key), inputs, Run(now, zone, None))


def _found(owner: CompiledModel, key: str) -> Compiled:
    found = owner.find(key)
    if found is None or isinstance(found.element, model.InputData):
        names = (e.name for e in owner.source.elements.values() if not isinstance(e, model.InputData))
        raise DecisionUnknown(key, names)
    return found


def _value(owner: CompiledModel, item: Compiled, inputs: Mapping[str, Value], run: Run) -> Value:
    try:
        value = Evaluator(owner, inputs, run).value(item)
        if isinstance(item.element, model.Decision) or not isinstance(value, Function):
            return value
        return invoke(run, value, [inputs.get(name) for name in value.parameters])
    except RecursionError:
        raise too_deep() from None
    except NullBecause as why:
        name = item.element.name
        run.null(Where(0, len(name), name), why)
        return None
