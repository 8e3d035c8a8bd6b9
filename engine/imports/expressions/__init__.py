"""Expressions of other engines as FEEL: `juel` and `python` read, `writer` writes; nothing is guessed."""

from __future__ import annotations

from engine.imports.expressions.nodes import NotTranslatable

__all__ = ["NotTranslatable"]
