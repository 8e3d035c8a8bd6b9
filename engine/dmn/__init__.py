"""DMN 1.1 to 1.5: decisions that are compiled once, evaluated often, and can explain themselves.

`load(content)` gives a model; `evaluate(model, "decision", inputs, now=…, zone=…)` an outcome; see README.md.
Public: everything in `__all__`.
"""

from __future__ import annotations

from engine.dmn.checking import check
from engine.dmn.compiling import CompiledModel
from engine.dmn.explanation import Fired, InputValue, Outcome, Source, Step, TableRun
from engine.dmn.loading import DecisionUnknown, evaluate, load, value_of
from engine.dmn.model import Decision
from engine.dmn.paragraph import paragraph

__all__ = [
    "CompiledModel",
    "Decision",
    "DecisionUnknown",
    "Fired",
    "InputValue",
    "Outcome",
    "Source",
    "Step",
    "TableRun",
    "check",
    "evaluate",
    "load",
    "paragraph",
    "value_of",
]
