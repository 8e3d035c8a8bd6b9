"""The compiler's state, and the table of what compiles which form.

A `Code` is a function from a `Frame` to a value. Each scope of the text is one frame at run time, so a
local name is known, at compile time, by the number of frames between its use and its binding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.feel.errors import FeelUnsupported
from engine.feel.nodes import Node
from engine.feel.runtime import Frame, Where
from engine.feel.values import Value

Code = Callable[[Frame], Value]
N = TypeVar("N", bound=Node)
_FORMS: dict[type[Node], Callable[[Any, Any], Code]] = {}


@dataclass(slots=True)
class Scope:
    """A scope of the text. `kind` says what the frame's value is:

    "one" the value of the only name, "many" a list of values in the order of the names, "entries" a
    context being built, "item" the item of a filter whose own entries are names, "input" what `?` is,
    "partial" the results of the loop so far.
    """

    kind: str
    names: list[str] = field(default_factory=list)


class Compiler:
    """Compiles one tree; collects the free variables and paths it meets."""

    def __init__(self, source: str, names: frozenset[str] | None) -> None:
        self.source, self.names = source, names
        self.scopes: list[Scope] = []
        self.variables: set[str] = set()
        self.perhaps: set[str] = set()
        self.paths: set[tuple[str, ...]] = set()

    def compile(self, node: Node) -> Code:
        """The code of `node`. Raises FeelUnsupported or FeelSyntaxError when it may not run."""
        form = _FORMS.get(type(node))
        if form is None:
            message = {
                "fr": "Cette forme n’est pas disponible ici.",
                "en": "This form is not available here.",
            }
            raise FeelUnsupported(node.position, node.end, message)
        return form(self, node)

    def where(self, node: Node) -> Where:
        """The place of `node`, for reasons."""
        return Where(node.position, node.end, self.source)

    @contextmanager
    def scope(self, kind: str, *names: str) -> Iterator[Scope]:
        """Compile inside a new scope."""
        made = Scope(kind, list(names))
        self.scopes.append(made)
        yield made
        self.scopes.pop()


def compiles(kind: type[N]) -> Callable[[Callable[[Compiler, N], Code]], Callable[[Compiler, N], Code]]:
    """Register the function that compiles a form."""

    def register(function: Callable[[Compiler, N], Code]) -> Callable[[Compiler, N], Code]:
        _FORMS[kind] = function
        return function

    return register
