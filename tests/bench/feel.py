"""Cost of FEEL: ten typical expressions, compiled and cold, next to Python's own compiled `eval`.

Rules: both give the same value, checked before they are measured; numbers are Decimals of 34 digits on both
sides; a round is many evaluations, its time the CPU of this process, the least of the rounds counts (the
machine may be busy). Cold is parsing, compiling and evaluating, next to `eval` of the text. A table of 100
rules and 5 inputs is next to the same rules in Python, tried in turn.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal, setcontext
from functools import partial
from typing import Any

from engine import feel
from tests.bench.decisions import table_case

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROUNDS = 15
SCOPE: dict[str, Any] = {
    "montant": Decimal("1250.50"),
    "seuil": Decimal(1000),
    "ville": "Paris",
    "demande": {"nom": "Élise", "enfants": Decimal(2), "revenu": Decimal(28000)},
    "notes": [Decimal(n) for n in (12, 15, 9, 18, 7)],
    "naissance": date(1990, 5, 17),
    "pieces": [{"nom": f"piece {n}", "valide": n % 2 == 0} for n in range(10)],
}
PYTHON: dict[str, Any] = {"D": Decimal, "date": date, "sum": sum, "len": len, "any": any, "str": str}


@dataclass(frozen=True)
class Pair:
    """One meaning, in FEEL and in Python."""

    name: str
    feel: str
    python: str


PAIRS = [
    Pair("comparison", "montant > 1000", "montant > 1000"),
    Pair("arithmetic", "montant * 1.2 + seuil / 4", "montant * D('1.2') + seuil / 4"),
    Pair(
        "logic",
        'montant > seuil and ville = "Paris" or seuil = 0',
        "montant > seuil and ville == 'Paris' or seuil == 0",
    ),
    Pair("path", "demande.revenu / (demande.enfants + 1)", "demande['revenu'] / (demande['enfants'] + 1)"),
    Pair(
        "conditional",
        'if montant > seuil then "élevé" else "normal"',
        "'élevé' if montant > seuil else 'normal'",
    ),
    Pair("membership", 'ville in ("Lyon", "Paris", "Lille")', "ville in ('Lyon', 'Paris', 'Lille')"),
    Pair("range", "montant in [1000..2000)", "1000 <= montant < 2000"),
    Pair("filter", "count(pieces[valide])", "len([p for p in pieces if p['valide']])"),
    Pair("loop", "sum(for n in notes return n * 2)", "sum([n * 2 for n in notes])"),
    Pair(
        "text and date",
        "string(naissance) + demande.nom + string(naissance.year)",
        "naissance.isoformat() + demande['nom'] + str(naissance.year)",
    ),
]


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.bench feel", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    setcontext(Context(prec=34))
    cases = [compiled(pair) for pair in PAIRS] + [cold(pair) for pair in PAIRS] + [table_case(least)]
    if options.json:
        print(json.dumps({"cases": cases}))
        return
    print_cases(cases)
    print(f"filter, per item: {per_item():.2f} µs")


def print_cases(cases: list[dict[str, Any]]) -> None:
    """A line per case: ours, the reference, the ratio."""
    for case in cases:
        ratio = case["us"] / case["reference_us"]
        print(f"{case['name']:32} {case['us']:9.2f} µs  {case['reference_us']:9.2f} µs  x {ratio:.1f}")


def compiled(pair: Pair) -> dict[str, Any]:
    """Evaluation of what has been compiled."""
    expression = feel.parse(pair.feel, SCOPE)
    code = compile(pair.python, "<reference>", "eval")
    check(pair, expression.evaluate(SCOPE, now=NOW, zone=UTC), _eval(code))
    ours = least(lambda: expression.evaluate(SCOPE, now=NOW, zone=UTC), 3000)
    return {"name": pair.name, "us": ours, "reference_us": least(lambda: _eval(code), 3000)}


def cold(pair: Pair) -> dict[str, Any]:
    """Parsing, compiling and evaluating."""
    ours = least(lambda: feel.parse(pair.feel, SCOPE).evaluate(SCOPE, now=NOW, zone=UTC), 100)
    return {"name": f"{pair.name} (cold)", "us": ours, "reference_us": least(lambda: _eval(pair.python), 100)}


def check(pair: Pair, ours: Any, reference: Any) -> None:
    """Both sides give the same value, or nothing is measured."""
    if ours != reference:
        raise SystemExit(f"{pair.name}: {ours!r} in FEEL, {reference!r} in Python")


def _eval(code: Any) -> Any:
    return eval(code, {**PYTHON, "__builtins__": {}}, SCOPE)


def least(work: Callable[[], Any], count: int) -> float:
    """Microseconds of CPU for one piece of work: the least of several rounds."""
    found = []
    for _ in range(ROUNDS):
        before = time.process_time_ns()
        for _ in range(count):
            work()
        found.append((time.process_time_ns() - before) / count / 1000)
    return min(found)


def per_item() -> float:
    """What one more item of a list costs a filter, in microseconds."""
    expression = feel.parse("items[item > 10]", ["items"])
    sizes = {size: {"items": [Decimal(n) for n in range(size)]} for size in (100, 1000)}
    costs = {size: least(partial(expression.evaluate, scope), 20) for size, scope in sizes.items()}
    return (costs[1000] - costs[100]) / 900
