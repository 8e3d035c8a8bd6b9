"""What can be said about a decision table before it is used (DMN 8.2.10, 8.2.11)."""

from __future__ import annotations

from engine.dmn.coverage import Coverage, coverage
from engine.dmn.domains import constants_in
from engine.dmn.problems import Problems
from engine.dmn.tables import Column, CompiledTable, Result, Row
from engine.feel import UnaryTests, to_text
from engine.feel.types import Type, allows
from engine.feel.values import FRENCH_KINDS, Value, kind

MAX_NAMED = 5


def check_table(table: CompiledTable, problems: Problems) -> None:
    """Every finding about one table."""
    _check_policy(table, problems)
    for number, column in enumerate(table.columns):
        _check_column(column, number, table, problems)
    found = coverage(table)
    _report_never(table, found, problems)
    _report_overlaps(table, found, problems)
    _report_gaps(table, found, problems)
    if not found.complete:
        problems.add(
            "dmn.too-intricate",
            table.source,
            "Cette table est trop complexe pour que toutes ses combinaisons aient été examinées.",
            "This table is too intricate for all its combinations to have been looked at.",
            severity="info",
        )


def _check_policy(table: CompiledTable, problems: Problems) -> None:
    source = table.source
    if source.hit_policy in "PO" and not any(result.priority for result in table.results):
        problems.add(
            "dmn.no-priority",
            source,
            "Cette table choisit par priorité : donnez à une sortie la liste de ses valeurs, dans l’ordre.",
            "This table chooses by priority: give an output the list of its values, in order.",
        )
    if source.aggregation in "+<>" and source.aggregation and len(table.results) > 1:
        problems.add(
            "dmn.aggregation",
            source,
            f"C{source.aggregation} demande une seule sortie ; cette table en a {len(table.results)}.",
            f"C{source.aggregation} needs a single output; this table has {len(table.results)}.",
        )


def _check_column(column: Column, number: int, table: CompiledTable, problems: Problems) -> None:
    cells = [row.tests[number] for row in table.rows]
    place = table.source.inputs[number]
    if table.rows and not any(cells):
        problems.add(
            "dmn.unused-input",
            place,
            f"L’entrée « {column.label} » ne sert à aucune règle.",
            f"No rule uses the input “{column.label}”.",
            severity="warning",
        )
    for row, cell in zip(table.rows, cells, strict=True):
        if cell is not None and column.type is not None:
            _check_cell(cell, column, column.type, row, problems)


def _check_cell(cell: UnaryTests, column: Column, type_: Type, row: Row, problems: Problems) -> None:
    """A constant of another type than the input can never be equal to it."""
    for value in constants_in(cell) or []:
        if type_.name in ("Any", "list", kind(value)) or _comparable(kind(value), type_.name):
            continue
        french = FRENCH_KINDS.get(type_.name, type_.name)
        problems.add(
            "dmn.type-mismatch",
            row.rule,
            f"Règle {row.number} : « {column.label} » est {french}, et {to_text(value)} n’en est pas.",
            f"Rule {row.number}: “{column.label}” is a {type_.name}, which {to_text(value)} is not.",
        )


def _comparable(one: str, other: str) -> bool:
    return {one, other} == {"date", "date and time"}


def check_outputs(table: CompiledTable, problems: Problems) -> None:
    """Constant outputs are of their type and among the allowed values."""
    for row in table.rows:
        for result, constant in zip(table.results, row.constants, strict=True):
            if constant is not None:
                _check_output(result, constant[0], row, problems)


def _check_output(result: Result, value: Value, row: Row, problems: Problems) -> None:
    if result.type is not None and not _may_become(value, result.type):
        problems.add(
            "dmn.type-mismatch",
            row.rule,
            f"Règle {row.number} : la sortie {to_text(value)} n’est pas du type {result.type}.",
            f"Rule {row.number}: the output {to_text(value)} is not of type {result.type}.",
        )
    elif result.permits is not None and not result.permits(value):
        problems.add(
            "dmn.output-not-allowed",
            row.rule,
            f"Règle {row.number} : la sortie {to_text(value)} n’est pas une des valeurs permises.",
            f"Rule {row.number}: the output {to_text(value)} is not one of the allowed values.",
        )


def _may_become(value: Value, type_: Type) -> bool:
    if allows(value, type_) or isinstance(value, list):
        return True
    if type_.name == "list":
        return allows([value], type_)
    return _comparable(kind(value), type_.name)


def _report_never(table: CompiledTable, found: Coverage, problems: Problems) -> None:
    hidden = set()
    if table.source.hit_policy == "F" and found.complete:
        hidden = set(range(len(table.rows))) - found.winners - found.never
    for rule in sorted(found.never | hidden):
        row = table.rows[rule]
        why_fr = (
            "les règles précédentes couvrent tous ses cas" if rule in hidden else "aucune valeur ne convient"
        )
        why_en = "the rules before it cover all its cases" if rule in hidden else "no value fits"
        problems.add(
            "dmn.unreachable-rule",
            row.rule,
            f"La règle {row.number} ne peut jamais s’appliquer : {why_fr}.",
            f"Rule {row.number} can never apply: {why_en}.",
            severity="warning",
        )


def _report_overlaps(table: CompiledTable, found: Coverage, problems: Problems) -> None:
    if table.source.hit_policy not in "UA":
        return
    conflicts = [pair for pair in sorted(found.overlaps) if _conflict(table, *pair)]
    for one, other in conflicts[:MAX_NAMED]:
        first, second = table.rows[one], table.rows[other]
        fr, en = "s’appliquent à un même cas", "apply to the same case"
        if table.source.hit_policy == "A":
            fr, en = f"{fr} et donnent des résultats différents", f"{en} and give different results"
        problems.add(
            "dmn.conflicting-rules",
            second.rule,
            f"Les règles {first.number} et {second.number} {fr}.",
            f"Rules {first.number} and {second.number} {en}.",
        )


def _conflict(table: CompiledTable, one: int, other: int) -> bool:
    """Under UNIQUE any overlap; under ANY one of outputs that are known to differ."""
    if table.source.hit_policy == "U":
        return True
    pairs = zip(table.rows[one].constants, table.rows[other].constants, strict=True)
    return any(a is not None and b is not None and a[0] != b[0] for a, b in pairs)


def _report_gaps(table: CompiledTable, found: Coverage, problems: Problems) -> None:
    covered = any(result.default is not None for result in table.results) or table.source.hit_policy in "ROC"
    for path in () if covered else found.gaps:
        labels = [column.label for column in table.columns]
        parts = [f"{label} : {', '.join(words)}" for label, words in zip(labels, path, strict=False) if words]
        problems.add(
            "dmn.gap",
            table.source,
            f"Aucune règle ne couvre ce cas : {' ; '.join(parts) or 'tous'}.",
            f"No rule covers this case: {'; '.join(part.replace(' :', ':') for part in parts) or 'any'}.",
            severity="warning",
        )
