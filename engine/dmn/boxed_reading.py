"""Reads boxed expressions (DMN 10.2.1) and decision tables (8.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.diagnostics import Diagnostic, Text
from engine.dmn import model
from engine.dmn.xml import FEEL_LANGUAGES, Element, child, children, identity, is_feel, texts
from engine.errors import DefinitionInvalid
from engine.spiff import xml

HIT_POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
AGGREGATIONS = {"SUM": "+", "COUNT": "#", "MIN": "<", "MAX": ">"}


class BoxedReader:
    """Reads expressions of one file; `prefixes` are the import names by namespace."""

    def __init__(self, namespace: str, prefixes: Mapping[str, str]) -> None:
        self.namespace, self.prefixes = namespace, prefixes
        self.forms: dict[str, Callable[[Element], model.Boxed]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "invocation": self._invocation,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self.function,
            "conditional": self._conditional,
            "for": self._loop,
            "some": self._loop,
            "every": self._loop,
            "filter": self._filter,
        }

    def first(self, node: Element) -> model.Boxed | None:
        """The expression that is a child of `node`, None when there is none."""
        return next((self.read(part) for part in children(node) if xml.local(part) in self.forms), None)

    def read(self, node: Element) -> model.Boxed:
        """The expression that `node` is."""
        return self.forms[xml.local(node)](node)

    def variable(self, node: Element) -> model.Variable:
        """An information item, a parameter or a column."""
        name = " ".join((node.get("name") or "").split())
        return model.Variable(name=name, type_ref=self.type_ref(node), **identity(node))

    def type_ref(self, node: Element) -> str | None:
        """The name of the type, written as an attribute or as a child."""
        written = node.get("typeRef")
        if written is None:
            found = child(node, "typeRef")
            return None if found is None else self._type_name(found, found.text or "")
        return self._type_name(node, written)

    def qualified(self, node: Element, attribute: str) -> str | None:
        """A type name in another attribute."""
        written = node.get(attribute)
        return None if written is None else self._type_name(node, written)

    def _type_name(self, node: Element, written: str) -> str | None:
        """DMN 1.1 writes `prefix:name`, as XML does; later versions `import.name`."""
        written = " ".join(written.split())
        prefix, colon, name = written.partition(":")
        target = node.nsmap.get(prefix) if colon else None
        if colon and (target is not None or prefix == "feel"):
            owner = self.prefixes.get(target or "")
            foreign = target != self.namespace and target not in FEEL_LANGUAGES
            return f"{owner}.{name}" if owner and foreign else name
        return written or None

    def tests(self, node: Element | None) -> str | None:
        """The text of unary tests, None when there are none."""
        return None if node is None else texts(node, "text")

    def _common(self, node: Element) -> dict[str, Any]:
        return {**identity(node), "type_ref": self.type_ref(node)}

    def _literal(self, node: Element) -> model.Literal:
        language = node.get("expressionLanguage")
        if child(node, "importedValues") is not None:
            language = "importedValues"
        text = texts(node, "text") or ""
        return model.Literal(
            **self._common(node), text=text, language=None if is_feel(language) else language
        )

    def _context(self, node: Element) -> model.Context:
        entries = []
        for part in children(node, "contextEntry"):
            variable, value = child(part, "variable"), self.first(part)
            named = None if variable is None else self.variable(variable)
            entries.append(model.Entry(variable=named, value=value or empty(part)))
        return model.Context(**self._common(node), entries=tuple(entries))

    def _invocation(self, node: Element) -> model.Invocation:
        bindings = []
        for part in children(node, "binding"):
            parameter = child(part, "parameter")
            name = "" if parameter is None else " ".join((parameter.get("name") or "").split())
            bindings.append((name, self.first(part) or empty(part)))
        function = self.first(node) or empty(node)
        return model.Invocation(**self._common(node), function=function, bindings=tuple(bindings))

    def _list(self, node: Element) -> model.ListOf:
        return model.ListOf(**self._common(node), items=self._all(children(node)))

    def _all(self, parts: Iterable[Element]) -> tuple[model.Boxed, ...]:
        return tuple(self.read(part) for part in parts if xml.local(part) in self.forms)

    def _relation(self, node: Element) -> model.Relation:
        return model.Relation(
            **self._common(node),
            columns=tuple(self.variable(part) for part in children(node, "column")),
            rows=tuple(self._all(children(row)) for row in children(node, "row")),
        )

    def function(self, node: Element) -> model.Function:
        """A function definition, also the one inside a business knowledge model."""
        return model.Function(
            **self._common(node),
            parameters=tuple(self.variable(part) for part in children(node, "formalParameter")),
            body=self.first(node),
            kind=node.get("kind") or "FEEL",
        )

    def _part(self, node: Element, *tags: str) -> model.Boxed:
        """The expression inside the first child with one of these tags."""
        for tag in tags:
            found = child(node, tag)
            if found is not None:
                return self.first(found) or empty(found)
        return empty(node)

    def _conditional(self, node: Element) -> model.Conditional:
        return model.Conditional(
            **self._common(node),
            condition=self._part(node, "if"),
            then=self._part(node, "then"),
            otherwise=self._part(node, "else"),
        )

    def _loop(self, node: Element) -> model.Loop:
        return model.Loop(
            **self._common(node),
            kind=xml.local(node),
            variable=" ".join((node.get("iteratorVariable") or "").split()),
            domain=self._part(node, "in"),
            body=self._part(node, "return", "satisfies"),
        )

    def _filter(self, node: Element) -> model.Filter:
        return model.Filter(
            **self._common(node), value=self._part(node, "in"), condition=self._part(node, "match")
        )

    def _table(self, node: Element) -> model.Table:
        return model.Table(
            **self._common(node),
            inputs=tuple(self._input(part) for part in children(node, "input")),
            outputs=tuple(self._output(part) for part in children(node, "output")),
            rules=tuple(self._rule(part) for part in children(node, "rule")),
            hit_policy=_one_of(HIT_POLICIES, node, "hitPolicy", "UNIQUE"),
            aggregation=_one_of(AGGREGATIONS, node, "aggregation", ""),
            label=node.get("outputLabel"),
        )

    def _input(self, node: Element) -> model.Input:
        expression = child(node, "inputExpression")
        return model.Input(
            **identity(node),
            expression=empty(node) if expression is None else self._literal(expression),
            label=node.get("label"),
            allowed=self.tests(child(node, "inputValues")),
        )

    def _output(self, node: Element) -> model.Output:
        default = child(node, "defaultOutputEntry")
        return model.Output(
            **self._common(node),
            name=" ".join((node.get("name") or "").split()) or None,
            label=node.get("label"),
            allowed=self.tests(child(node, "outputValues")),
            default=None if default is None else self._literal(default),
        )

    def _rule(self, node: Element) -> model.Rule:
        return model.Rule(
            **identity(node),
            tests=tuple(self._literal(part) for part in children(node, "inputEntry")),
            outputs=tuple(self._literal(part) for part in children(node, "outputEntry")),
            remarks=_remarks(node),
        )


def empty(node: Element) -> model.Literal:
    """What stands where an expression is missing: an empty one."""
    return model.Literal(text="", **identity(node))


def _remarks(node: Element) -> tuple[str, ...]:
    """The annotations of a rule; before DMN 1.2 its description."""
    entries = [texts(part, "text") for part in children(node, "annotationEntry")]
    found = [text for text in entries if text]
    description = texts(node, "description")
    return tuple(found or ([description] if description else []))


def _one_of(known: Mapping[str, str], node: Element, attribute: str, default: str) -> str:
    written = node.get(attribute)
    if written is None:
        return known.get(default, "")
    if written in known:
        return known[written]
    message = Text(
        f"Ligne {node.sourceline} : « {written} » n’est pas une valeur de {attribute}.",
        f"Line {node.sourceline}: “{written}” is not a value of {attribute}.",
    )
    raise DefinitionInvalid([Diagnostic("dmn.hit-policy", "error", message, node.get("id"))])
