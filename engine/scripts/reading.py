"""Which variables a script reads and which it writes; read as a tree, never run here."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagnostics import Text
from engine.scripts.errors import ScriptInvalid

#: Values of `scriptFormat` that mean Python.
PYTHON = frozenset(
    {"python", "python3", "text/python", "text/x-python", "application/python", "application/x-python"}
)
MAX_LENGTH = 20_000
#: Where a name belongs to something else than the script's own body.
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Script:
    """One script. `names`: all it mentions, hence what it may read; `assigned`: what it writes.

    Counters of `for`, names of `with`, functions, classes, imports and names that begin with `_` stay
    in the script.
    """

    text: str
    names: frozenset[str]
    assigned: frozenset[str]


def is_python(script_format: str | None) -> bool:
    """Whether a `scriptFormat` means Python."""
    return (script_format or "").strip().lower() in PYTHON


def read(text: str) -> Script:
    """The script with its names; indentation common to all its lines is the XML's, not its own.

    Raises ScriptInvalid with the line.
    """
    text = textwrap.dedent(text)
    if len(text) > MAX_LENGTH:
        raise ScriptInvalid(1, _TOO_LONG)
    tree = _parse(text)
    names = frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
    written = {name for name in _written(tree) if not name.startswith("_")}
    return Script(text, names, frozenset(written))


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        detail = error.msg
        message = Text(f"le texte n’est pas du Python ({detail}).", f"the text is not Python ({detail}).")
        raise ScriptInvalid(error.lineno or 1, message) from None
    except (RecursionError, MemoryError, ValueError) as error:
        raise ScriptInvalid(1, _TOO_DEEP) from error


def _written(tree: ast.Module) -> Iterator[str]:
    """Names bound by assignments of the body, and those that functions declare as global."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
    open_nodes: list[ast.AST] = list(tree.body)
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, _INNER):
            continue
        yield from _bound(node)
        open_nodes += ast.iter_child_nodes(node)


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        targets: list[ast.expr] = node.targets
    elif isinstance(node, ast.AugAssign | ast.NamedExpr) or (isinstance(node, ast.AnnAssign) and node.value):
        targets = [node.target]
    else:
        return
    for target in targets:
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


_TOO_LONG = Text(
    f"le script dépasse {MAX_LENGTH} caractères. Découpez-le en plusieurs étapes.",
    f"the script is longer than {MAX_LENGTH} characters. Split it into several steps.",
)
_TOO_DEEP = Text(
    "le texte est trop imbriqué ou contient un caractère nul. Simplifiez-le.",
    "the text is nested too deeply or holds a null character. Simplify it.",
)
