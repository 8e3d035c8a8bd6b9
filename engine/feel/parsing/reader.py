"""What every part of the parser shares: known names, limits, and reading an inner expression."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from engine.feel import nodes
from engine.feel.builtins import NAMES as BUILTIN_NAMES
from engine.feel.errors import FeelSyntaxError
from engine.feel.nodes import Node
from engine.feel.parsing.cursor import Cursor
from engine.feel.parsing.names import Names
from engine.feel.runtime import MAX_NESTING, MAX_TREE_DEPTH
from engine.feel.types import Type

OR, AND, COMPARISON, SUM, PRODUCT, POWER = 1, 2, 3, 4, 5, 6
TESTS = frozenset({"<", "<=", ">", ">=", "=", "!="})
N = TypeVar("N", bound=Node)


class Reader(Cursor):
    """One text being read. `names` are known variable names, `types` known type names.

    `scopes` hold the known names, innermost last; `members` the names of context entries seen so far;
    `in_range_end` is set while the upper end of a range is read, where `[` may close it.
    """

    def __init__(
        self,
        source: str,
        names: Iterable[str] | None = None,
        types: Mapping[str, Type] | None = None,
        members: Iterable[str] = (),
    ) -> None:
        super().__init__(source)
        self.scopes = [BUILTIN_NAMES, Names(names or ())]
        self.types = dict(types or {})
        self.nesting = 0
        self.in_range_end = False
        self.members = Names(members)

    @abstractmethod
    def expression(self, level: int = OR, left: Node | None = None) -> Node:
        """An expression whose operators bind at least as tightly as `level`."""

    def comma_list(self, item: Callable[[], N]) -> list[N]:
        """One item or more, separated by commas."""
        items = [item()]
        while self.accept(","):
            items.append(item())
        return items

    def longest(self, *more: Names) -> tuple[int, str] | None:
        """The longest known name of several tokens here; one with `and` in it must be called."""
        found = [match for names in (*self.scopes, *more) if (match := names.longest(self.stream, self.at))]
        for size, name in sorted(found, reverse=True):
            follows = self.ahead(size).text
            if follows == "(" or not (" and " in name and self._is_builtin(name)):
                return size, name
        return None

    def _is_builtin(self, name: str) -> bool:
        return not any(name in names for names in self.scopes[1:])

    def enter(self) -> None:
        """Go one level deeper. Raises FeelSyntaxError when that is too deep."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self._too_nested(self.token.position)

    def _too_nested(self, position: int) -> FeelSyntaxError:
        message = {
            "fr": f"L’expression est trop imbriquée : {MAX_NESTING} niveaux au plus.",
            "en": f"The expression is nested too deep: {MAX_NESTING} levels at most.",
        }
        return FeelSyntaxError(position, position + 1, message)

    def made(self, node: N) -> N:
        """`node` with its tree measured. Raises FeelSyntaxError when the tree is too deep."""
        below = nodes.children(node)
        node.depth = 1 + max((child.depth for child in below), default=0)
        node.size = 1 + sum(child.size for child in below)
        if node.depth > MAX_TREE_DEPTH:
            raise self._too_nested(node.position)
        return node
