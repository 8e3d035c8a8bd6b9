"""`and`, `or`, `if`: three-valued; what is no boolean counts as null (10.3.2.10)."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.compiling.compiler import Code, Compiler, compiles
from engine.feel.errors import NullBecause
from engine.feel.runtime import Frame, Run, Where
from engine.feel.values import Value, kind_en, kind_fr


@compiles(nodes.Logic)
def logic(compiler: Compiler, node: nodes.Logic) -> Code:
    """`and` stops at the first false, `or` at the first true."""
    operands = [(compiler.compile(part), compiler.where(part)) for part in node.operands]
    decisive = node.operator == "or"

    def compute(frame: Frame) -> bool | None:
        result: bool | None = not decisive
        for code, where in operands:
            value = code(frame)
            if value is decisive:
                return bool(value)
            if type(value) is not bool:
                result = None
                not_boolean(frame.run, value, where)
        return result

    return compute


def not_boolean(run: Run, value: Value, where: Where) -> None:
    """Record that a condition is neither true nor false; a null one has its own reason already."""
    if value is not None and run.reasons is not None:
        fr = f"un booléen était attendu, et non {kind_fr(value)}"
        run.null(where, NullBecause(fr, f"a boolean was expected, not {kind_en(value)}"))


@compiles(nodes.If)
def conditional(compiler: Compiler, node: nodes.If) -> Code:
    """`if`: anything but true takes the `else` branch."""
    condition, then = compiler.compile(node.condition), compiler.compile(node.then)
    otherwise, where = compiler.compile(node.otherwise), compiler.where(node.condition)

    def compute(frame: Frame) -> Value:
        value = condition(frame)
        if value is True:
            return then(frame)
        if value is not False:
            not_boolean(frame.run, value, where)
        return otherwise(frame)

    return compute
