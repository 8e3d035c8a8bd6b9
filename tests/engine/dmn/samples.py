"""Small DMN models, written as XML by hand, and what they decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from engine import dmn, feel

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(*parts: str, namespace: str = "test", version: str = NAMESPACE, more: str = "") -> bytes:
    """A whole file."""
    body = "".join(parts)
    head = f'<definitions xmlns="{version}" namespace="{namespace}" name="{namespace}" {more}>'
    return f'<?xml version="1.0"?>{head}{body}</definitions>'.encode()


def input_data(name: str, type_ref: str = "Any") -> str:
    """An input with its type."""
    return f'<inputData id="_{name}" name="{name}"><variable name="{name}" typeRef="{type_ref}"/></inputData>'


def literal(text: str, type_ref: str = "") -> str:
    """A literal expression."""
    attribute = f' typeRef="{type_ref}"' if type_ref else ""
    return f"<literalExpression{attribute}><text>{escape(text)}</text></literalExpression>"


def decision(name: str, logic: str, requires: Sequence[str] = (), type_ref: str = "Any") -> str:
    """A decision; `requires` are hrefs: `_x` an input, `d:_x` a decision, `k:_x` knowledge."""
    needs = "".join(_requirement(item) for item in requires)
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>'
    return f'<decision id="d_{name}" name="{name}">{variable}{needs}{logic}</decision>'


def _requirement(item: str) -> str:
    kind, _, href = item.rpartition("|")
    if kind == "k":
        return f'<knowledgeRequirement><requiredKnowledge href="{href}"/></knowledgeRequirement>'
    tag = "requiredDecision" if kind == "d" else "requiredInput"
    return f'<informationRequirement><{tag} href="{href}"/></informationRequirement>'


def table(
    inputs: Sequence[str | tuple[str, str]],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """A decision table; an input is its expression, or that and its type; `outputs` are raw attributes and
    children: `name="x"|<outputValues>…`; a rule is its cells."""
    columns = "".join(_input(item) for item in inputs)
    results = "".join(_output(item) for item in outputs)
    rows = "".join(_rule(cells, len(inputs), number) for number, cells in enumerate(rules, 1))
    attributes = f'hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    return f'<decisionTable id="table" {attributes}>{columns}{results}{rows}</decisionTable>'


def _input(item: str | tuple[str, str]) -> str:
    text, type_ref = (item, "Any") if isinstance(item, str) else item
    expression = f'<inputExpression typeRef="{type_ref}"><text>{escape(text)}</text></inputExpression>'
    return f'<input label="{escape(text)}">{expression}</input>'


def _output(item: str) -> str:
    attributes, _, content = item.partition("|")
    return f"<output {attributes}>{content}</output>"


def _rule(cells: Sequence[str], inputs: int, number: int) -> str:
    tests = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[:inputs])
    values = "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in cells[inputs:])
    return f'<rule id="rule{number}">{tests}{values}</rule>'


def outcome(content: bytes, key: str, others: Sequence[bytes] = (), **inputs: Any) -> dmn.Outcome:
    """What the decision decides, explained; ints become decimals."""
    given = {k: Decimal(v) if type(v) is int else v for k, v in inputs.items()}
    return dmn.evaluate(dmn.load(content, others), key, given, now=NOW, zone=UTC)


def decided(content: bytes, key: str, others: Sequence[bytes] = (), **inputs: Any) -> str:
    """What the decision decides, as FEEL text."""
    return feel.to_text(outcome(content, key, others, **inputs).value)
