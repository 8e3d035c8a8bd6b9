"""Cost of decision tables: 100 rules and 5 inputs, and how it grows with rules and inputs.

The reference tries the same rules one after the other as Python functions. Compiling is shown apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from engine import dmn

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
LETTERS = "ABCDE"
Least = Callable[[Callable[[], Any], int], float]


def main(arguments: list[str]) -> None:
    """Measure and print."""
    from tests.bench.feel import least, print_cases

    parser = argparse.ArgumentParser(prog="tests.bench dmn", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    cases = [table_case(least), explained_case(least), *(table_case(least, rules) for rules in (10, 1000))]
    if options.json:
        print(json.dumps({"cases": cases}))
        return
    print_cases(cases)
    by_name = {case["name"]: case["us"] for case in cases}
    grown = by_name[_name(1000)] - by_name[_name(100)]
    print(f"per rule: {grown / 900:.3f} µs; compiling {_name(100)}: {compiling(least):.0f} µs")


def table_case(least: Least, rules: int = 100) -> dict[str, Any]:
    """A table whose last rule is the one that fires, without explanation."""
    model = dmn.load(table(rules))
    inputs = matching(rules - 1)
    wanted = reference(rules, inputs)
    if dmn.value_of(model, "d", inputs) != wanted:
        raise SystemExit(f"the table does not give {wanted}")
    ours = least(lambda: dmn.value_of(model, "d", inputs), 100)
    return {"name": _name(rules), "us": ours, "reference_us": least(lambda: reference(rules, inputs), 100)}


def explained_case(least: Least) -> dict[str, Any]:
    """The same with the explanation."""
    model, inputs = dmn.load(table(100)), matching(99)
    ours = least(lambda: dmn.evaluate(model, "d", inputs), 100)
    base = least(lambda: reference(100, inputs), 100)
    return {"name": f"{_name(100)}, explained", "us": ours, "reference_us": base}


def compiling(least: Least) -> float:
    """Reading and compiling the table, in microseconds."""
    from engine.dmn.compiling import CompiledModel
    from engine.dmn.reading import read

    content = table(100)
    return least(lambda: CompiledModel(read(content), {}), 1)


def _name(rules: int) -> str:
    return f"table {rules} rules x 5 inputs"


def table(rules: int) -> bytes:
    """A table over five inputs: ranges, texts, comparisons, any, and a list."""
    inputs = "".join(f'<inputData id="_{x}" name="{x}"><variable name="{x}"/></inputData>' for x in "abcde")
    needs = "".join(
        f'<informationRequirement><requiredInput href="#_{x}"/></informationRequirement>' for x in "abcde"
    )
    columns = "".join(f"<input><inputExpression><text>{x}</text></inputExpression></input>" for x in "abcde")
    rows = "".join(_row(number, rules) for number in range(rules))
    logic = f'<decisionTable hitPolicy="UNIQUE">{columns}<output/>{rows}</decisionTable>'
    decision = f'<decision id="d" name="d"><variable name="d"/>{needs}{logic}</decision>'
    return (
        f'<definitions xmlns="{NAMESPACE}" namespace="b" name="b">{inputs}{decision}</definitions>'.encode()
    )


def _row(number: int, rules: int) -> str:
    low = number * 10
    cells = [
        f"[{low}..{low + 9}]",
        f'"{LETTERS[number % 5]}"',
        f"< {rules * 10 - number}",
        "-" if number % 2 else f"not({number})",
        f'"x", "{number % 7}"',
    ]
    tests = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)
    return f"<rule>{tests}<outputEntry><text>{number}</text></outputEntry></rule>"


def matching(number: int) -> dict[str, Any]:
    """Inputs for which that rule fires."""
    return {
        "a": Decimal(number * 10 + 3),
        "b": LETTERS[number % 5],
        "c": Decimal(5),
        "d": Decimal(-1),
        "e": str(number % 7),
    }


def reference(rules: int, given: dict[str, Any]) -> Decimal | None:
    """The same rules in Python, each tried: UNIQUE asks them all."""
    found = None
    a, b, c, d, e = given["a"], given["b"], given["c"], given["d"], given["e"]
    for number in range(rules):
        low = number * 10
        if not low <= a <= low + 9 or b != LETTERS[number % 5] or c >= rules * 10 - number:
            continue
        if (number % 2 or d != number) and (e == "x" or e == str(number % 7)):
            found = Decimal(number)
    return found
