"""Everything there is to say about a model before it is deployed."""

from __future__ import annotations

from engine.diagnostics import Diagnostic
from engine.dmn import model
from engine.dmn.compiling import CompiledModel
from engine.dmn.problems import Problems
from engine.dmn.table_checks import check_outputs, check_table


def check(owner: CompiledModel) -> list[Diagnostic]:
    """Every finding about the model, what compiling found first; no error means that it can be deployed."""
    problems = Problems()
    _check_ids(owner.source, problems)
    _check_cycles(owner.source, problems)
    for element in owner.source.elements.values():
        _check_element(element, owner, problems)
    for table in owner.tables:
        check_table(table, problems)
        check_outputs(table, problems)
    return [*owner.problems, *(found for found in problems.all if found not in owner.problems)]


def _check_ids(source: model.Model, problems: Problems) -> None:
    for key in source.duplicates:
        problems.add(
            "dmn.duplicate-id",
            source.elements[key],
            f"Deux éléments portent l’identifiant « {key} ».",
            f"Two elements have the id “{key}”.",
        )


def _check_cycles(source: model.Model, problems: Problems) -> None:
    done: set[str] = set()
    for key in source.elements:
        cycle = _cycle_from(key, source, done)
        done.update(cycle)
        if cycle:
            names = " → ".join(source.elements[part].name for part in cycle)
            problems.add(
                "dmn.cycle",
                source.elements[cycle[0]],
                f"Ces éléments dépendent les uns des autres en rond : {names}.",
                f"These elements depend on each other in a circle: {names}.",
            )


def _cycle_from(start: str, source: model.Model, done: set[str]) -> list[str]:
    """The ids along a circle that can be reached from `start`; a function may call itself."""
    path: list[str] = []
    waiting: list[tuple[str, bool]] = [(start, True)]
    while waiting:
        key, entering = waiting.pop()
        if not entering:
            path.pop()
            done.add(key)
        elif key in path:
            return [*path[path.index(key) :], key]
        elif key not in done:
            path.append(key)
            waiting.append((key, False))
            waiting += [(other, True) for other in _required(key, source)]
    return []


def _required(key: str, source: model.Model) -> list[str]:
    element = source.elements[key]
    itself = key if isinstance(element, model.Knowledge) else None
    found = (reference.id for reference in element.requires if reference.namespace is None)
    return [other for other in found if other in source.elements and other != itself]


def _check_element(element: model.Element, owner: CompiledModel, problems: Problems) -> None:
    if isinstance(element, model.Decision) and element.logic is None:
        problems.add(
            "dmn.no-logic",
            element,
            f"La décision « {element.name} » n’a pas de logique : elle donne toujours null.",
            f"The decision “{element.name}” has no logic: it always gives null.",
            severity="warning",
        )
        return
    reads = owner.reads.get(element.id, frozenset())
    for target in owner.elements[element.id].requires:
        name = target.prefix or target.element.variable.name
        full = f"{target.prefix}.{target.element.variable.name}" if target.prefix else name
        if name in reads or full in reads:
            continue
        problems.add(
            "dmn.unused-requirement",
            element,
            f"« {element.name} » demande « {full} », mais ne s’en sert pas.",
            f"“{element.name}” requires “{full}”, but does not use it.",
            severity="warning",
        )
