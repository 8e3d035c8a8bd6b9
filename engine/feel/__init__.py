"""FEEL (DMN 1.5, chapter 10) on exact decimals, compiled once to closures.

`parse(text).evaluate(scope, now=…, zone=…)` gives a value; see README.md. Public: everything in `__all__`.
"""

from __future__ import annotations

from engine.feel.errors import FeelError, FeelLimitExceeded, FeelSyntaxError, FeelUnsupported
from engine.feel.expression import Evaluation, Expression, Result, UnaryTests, parse, parse_unary_tests
from engine.feel.runtime import Reason
from engine.feel.text import to_text
from engine.feel.types import Type
from engine.feel.values import Function, Range, YearsMonths

__all__ = [
    "Evaluation",
    "Expression",
    "FeelError",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "FeelUnsupported",
    "Function",
    "Range",
    "Reason",
    "Result",
    "Type",
    "UnaryTests",
    "YearsMonths",
    "parse",
    "parse_unary_tests",
    "to_text",
]
