"""Calls in JUEL that mean one thing whatever the installation: those of texts, lists, JSON and variables."""

from __future__ import annotations

from collections.abc import Callable

from engine.imports.expressions.nodes import (
    NULL,
    Apply,
    Binary,
    Choice,
    Constant,
    Entries,
    IsList,
    Item,
    Items,
    Member,
    Name,
    Node,
    Number,
    is_empty,
    negated,
    unknown,
)

Arguments = tuple[Node, ...]


def called(target: Node, name: str, arguments: Arguments) -> Node:
    """`target.name(arguments)`. Raises NotTranslatable."""
    if isinstance(target, Name) and target.id in ("execution", "task"):
        return _variable(name, arguments)
    rule = _METHODS.get((name, len(arguments)))
    if rule is None:
        raise unknown(f"{_shown(target)}{name}(…)")
    return rule(target, *arguments)


def function(name: str, arguments: Arguments) -> Node:
    """`name(arguments)`. Raises NotTranslatable."""
    prefix, _, short = name.rpartition(":")
    if prefix in ("var", "vars", "variables"):
        rule = _OF_VARIABLES.get((short, len(arguments)))
        if rule is not None:
            return rule(_by_name(arguments[0]), *arguments[1:])
    if name in ("now", "dateTime") and not arguments:
        return Apply("now", ())
    raise unknown(f"{name}(…)")


def _shown(target: Node) -> str:
    return f"{target.id}." if isinstance(target, Name) else "."


def _variable(name: str, arguments: Arguments) -> Node:
    match arguments:
        case (Constant(str() as variable),) if name in ("getVariable", "getVariableLocal"):
            return Name(variable)
        case _:
            raise unknown(f"execution.{name}(…)")


def _by_name(argument: Node) -> Node:
    """Flowable takes the variable itself or its name in quotes."""
    return (
        Name(argument.value)
        if isinstance(argument, Constant) and isinstance(argument.value, str)
        else argument
    )


def _contains(target: Node, part: Node) -> Node:
    """Java has one name for a text and for a list."""
    in_list = Apply("list contains", (target, part))
    if isinstance(target, Constant):
        return Apply("contains", (target, part))
    if not isinstance(part, Constant) or not isinstance(part.value, str):
        return in_list
    return Choice(IsList(target), in_list, Apply("contains", (target, part)))


def _same_letters(target: Node, other: Node) -> Node:
    return Binary("=", _lower(target), _lower(other))


def _lower(node: Node) -> Node:
    if isinstance(node, Constant) and isinstance(node.value, str):
        return Constant(node.value.lower())
    return Apply("lower case", (node,))


def _get(target: Node, key: Node) -> Node:
    match key:
        case Constant(str() as name):
            return Member(target, name)
        case Number(text) if text.isdigit():
            return Item(target, int(text) + 1)
        case _:
            raise unknown(".get(…)")


def _prop(target: Node, name: Node) -> Node:
    """A property of a JSON value."""
    if isinstance(name, Constant) and isinstance(name.value, str):
        return Member(target, name.value)
    raise unknown(".prop(…)")


def _without_content(target: Node) -> Node:
    """A method cannot be called on nothing: null is not asked."""
    return Apply("list contains", (Items((Constant(""), Items(()), Entries(()))), target))


def _substring(target: Node, start: Node, end: Node | None = None) -> Node:
    first, last = _whole(start), None if end is None else _whole(end)
    length = () if last is None else (Number(str(last - first)),)
    if last is not None and last <= first:
        raise unknown(".substring(…)")
    return Apply("substring", (target, Number(str(first + 1)), *length))


def _whole(node: Node) -> int:
    if isinstance(node, Number) and node.text.isdigit():
        return int(node.text)
    raise unknown(".substring(…)")


def _as_date(target: Node) -> Node:
    """The same moment in another class of Java; only of a time that the engine itself gave."""
    if target != Apply("now", ()) and not isinstance(target, Binary):
        raise unknown(".toDate(…)")
    return target


def _later(unit: str, sign: str) -> Callable[[Node, Node], Node]:
    def rule(target: Node, amount: Node) -> Node:
        """Only a time that the engine itself gave: a variable may hold any class."""
        if target != Apply("now", ()) and not isinstance(target, Binary):
            raise unknown(".plus(…)")
        step = Apply("duration", (Constant(unit.format(_whole(amount))),))
        return Binary(sign, target, step)

    return rule


def _itself(target: Node) -> Node:
    return target


def _comparison(operator: str) -> Callable[[Node, Node], Node]:
    return lambda left, right: Binary(operator, left, right)


_METHODS: dict[tuple[str, int], Callable[..., Node]] = {
    ("equals", 1): _comparison("="),
    ("equalsIgnoreCase", 1): _same_letters,
    ("contains", 1): _contains,
    ("startsWith", 1): lambda target, part: Apply("starts with", (target, part)),
    ("endsWith", 1): lambda target, part: Apply("ends with", (target, part)),
    ("toLowerCase", 0): lambda target: Apply("lower case", (target,)),
    ("toUpperCase", 0): lambda target: Apply("upper case", (target,)),
    ("trim", 0): lambda target: Apply("trim", (target,)),
    ("toString", 0): lambda target: Apply("string", (target,)),
    ("length", 0): lambda target: Apply("string length", (target,)),
    ("substring", 1): _substring,
    ("substring", 2): _substring,
    ("size", 0): lambda target: Apply("count", (target,)),
    ("isEmpty", 0): _without_content,
    ("get", 1): _get,
    ("prop", 1): _prop,
    ("value", 0): _itself,
    ("stringValue", 0): _itself,
    ("numberValue", 0): _itself,
    ("boolValue", 0): _itself,
    ("elements", 0): _itself,
    ("toDate", 0): _as_date,
}
_STEPS = {"Years": "P{}Y", "Months": "P{}M", "Weeks": "P{}W", "Days": "P{}D"}
_STEPS |= {"Hours": "PT{}H", "Minutes": "PT{}M", "Seconds": "PT{}S"}
for _word, _unit in _STEPS.items():
    _METHODS[f"plus{_word}", 1] = _later(_unit, "+")
    _METHODS[f"minus{_word}", 1] = _later(_unit, "-")

_OF_VARIABLES: dict[tuple[str, int], Callable[..., Node]] = {
    ("get", 1): _itself,
    ("exists", 1): lambda value: Binary("!=", value, NULL),
    ("getOrDefault", 2): lambda value, other: Choice(Binary("!=", value, NULL), value, other),
    ("empty", 1): is_empty,
    ("isEmpty", 1): is_empty,
    ("notEmpty", 1): lambda value: negated(is_empty(value)),
    ("isNotEmpty", 1): lambda value: negated(is_empty(value)),
}
for _names, _operator in (
    (("equals", "eq"), "="),
    (("notEquals", "ne"), "!="),
    (("lowerThan", "lessThan", "lt"), "<"),
    (("lowerThanOrEquals", "lessThanOrEquals", "lte"), "<="),
    (("greaterThan", "gt"), ">"),
    (("greaterThanOrEquals", "gte"), ">="),
):
    for _name in _names:
        _OF_VARIABLES[_name, 2] = _comparison(_operator)
