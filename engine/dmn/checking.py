"""Everything there is to say about a model before it is deployed."""

from __future__ import annotations

from engine.diagnostics import Diagnostic
from engine.dmn.compiling import CompiledModel


def check(owner: CompiledModel) -> list[Diagnostic]:
    """Every finding about the model; no error means that it can be deployed."""
    return owner.problems
