"""Turns a syntax tree into closures, once; evaluation then only calls them."""

from __future__ import annotations

from engine.feel.compiling import calls, collections, logic, loops, operators, unary_tests, variables
from engine.feel.compiling.compiler import Code, Compiler

FORMS = (calls, collections, logic, loops, operators, unary_tests, variables)

__all__ = ["FORMS", "Code", "Compiler"]
