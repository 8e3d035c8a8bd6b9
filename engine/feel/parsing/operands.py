"""Operands: literals, names and bracketed forms, with the paths, filters and calls that follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.feel import decimals, nodes
from engine.feel.errors import FeelSyntaxError
from engine.feel.nodes import Node
from engine.feel.parsing.brackets import Brackets
from engine.feel.parsing.cursor import KEYWORDS, STOPS
from engine.feel.parsing.keyword_forms import KeywordForms
from engine.feel.parsing.lexer import Kind
from engine.feel.parsing.type_parser import parse_type
from engine.feel.temporal import parse_any
from engine.feel.types import Type

_CONSTANTS = {"true": True, "false": False, "null": None}
_STARTS = frozenset(["(", "[", "{", "-", "]", "@", "?"])


class Operands(Brackets, KeywordForms):
    """Reads one operand of an operator."""

    def __init__(
        self,
        source: str,
        names: Iterable[str] | None = None,
        types: Mapping[str, Type] | None = None,
        members: Iterable[str] = (),
    ) -> None:
        super().__init__(source, names, types, members)
        self.primaries: dict[str, Callable[[], Node]] = {
            "if": self._if,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
            "function": self._function,
        }

    def operand(self) -> Node:
        token = self.token
        if token.kind is Kind.SYMBOL and token.text == "-":
            self.enter()
            self.at += 1
            operand = self.operand()
            self.nesting -= 1
            return self.made(nodes.Unary(operand, position=token.position, end=operand.end))
        return self.instance_of(self.postfix(self._primary()))

    def instance_of(self, node: Node) -> Node:
        while self.sees("instance") and self.ahead(1).text == "of":
            self.at += 2
            type_ = parse_type(self, self.types)
            node = self.made(nodes.InstanceOf(node, type_, position=node.position, end=self.last_end))
        return node

    def postfix(self, node: Node) -> Node:
        while self.token.kind is Kind.SYMBOL:
            if self.sees("."):
                self.at += 1
                member = self._member_name()
                node = nodes.Path(node, member, position=node.position, end=self.last_end)
            elif self.sees("("):
                node = self._call(node)
            elif self.sees("[") and self._is_filter():
                node = self._filter(node)
            else:
                break
            self.made(node)
        return node

    def _is_filter(self) -> bool:
        """In `]1..5[` the last bracket ends the range: nothing that can follow it starts a filter."""
        if not self.in_range_end:
            return True
        following = self.ahead(1)
        if following.kind is Kind.SYMBOL:
            return following.text in _STARTS and following.text != "]"
        return following.kind is not Kind.END and following.text not in STOPS

    def _filter(self, value: Node) -> Node:
        self.expect("[")
        saved, self.in_range_end = self.in_range_end, False
        self.scopes.append(self.members)
        condition = self.expression()
        self.scopes.pop()
        self.in_range_end = saved
        self.expect("]")
        return nodes.Filter(value, condition, position=value.position, end=self.last_end)

    def _member_name(self) -> str:
        token = self.token
        if token.kind is Kind.QUOTED:
            return self.take().text
        match = self.longest(self.members)
        if match is not None:
            self.at += match[0]
            return match[1]
        if token.kind is not Kind.WORD:
            raise self.expected("un nom de propriété", "a property name")
        start = self.at
        self.at += 1
        while self.token.kind is Kind.WORD and self.token.text not in STOPS:
            self.at += 1
        return self.text_between(start, self.at)

    def _call(self, function: Node) -> Node:
        self.expect("(")
        saved, self.in_range_end = self.in_range_end, False
        names: list[str] = []
        arguments: list[Node] = []
        while not self.sees(")"):
            name = self._argument_name(bool(arguments), bool(names))
            if name is not None:
                names.append(name)
            arguments.append(self.expression())
            if not self.accept(","):
                break
        self.in_range_end = saved
        self.expect(")")
        position, end = function.position, self.last_end
        return nodes.Call(function, arguments, names or None, position=position, end=end)

    def _argument_name(self, later: bool, named: bool) -> str | None:
        name = self.name_before(":") if self.token.kind in (Kind.WORD, Kind.QUOTED) else None
        if name is not None and (named or not later):
            self.expect(":")
            return name
        if name is None and not named:
            return None
        raise self.expected(
            "des arguments tous nommés ou tous sans nom", "arguments either all named or all unnamed"
        )

    def _primary(self) -> Node:
        token = self.token
        if token.kind is Kind.NUMBER:
            return self._number()
        if token.kind is Kind.STRING:
            self.at += 1
            return nodes.Literal(token.text, position=token.position, end=token.end)
        if token.kind is Kind.QUOTED:
            self.at += 1
            return nodes.Name(token.text, position=token.position, end=token.end)
        if token.kind is Kind.WORD:
            return self._word()
        return self._bracketed()

    def _word(self) -> Node:
        token = self.token
        match = self.longest()
        if match is not None:
            self.at += match[0]
            return nodes.Name(match[1], position=token.position, end=self.last_end)
        if token.text in self.primaries:
            return self.made(self.primaries[token.text]())
        if token.text in _CONSTANTS:
            self.at += 1
            return nodes.Literal(_CONSTANTS[token.text], position=token.position, end=token.end)
        if token.text in KEYWORDS:
            raise self.expected("une valeur", "a value")
        self.at += 1
        return nodes.Name(token.text, position=token.position, end=token.end)

    def _number(self) -> Node:
        token = self.take()
        try:
            value = decimals.read(token.text)
        except ArithmeticError:
            message = {"fr": "Ce nombre est trop grand.", "en": "This number is too large."}
            raise FeelSyntaxError(token.position, token.end, message) from None
        return nodes.Literal(value, position=token.position, end=token.end)

    def _bracketed(self) -> Node:
        text = self.token.text
        if self.token.kind is Kind.END:
            raise self.expected("une valeur", "a value")
        if text == "(":
            return self.made(self._parenthesis())
        if text == "[":
            return self.made(self._list_or_range())
        if text == "]":
            return self.made(self._range())
        if text == "{":
            return self.made(self._context())
        if text == "@":
            return self._at_literal()
        if text == "?":
            token = self.take()
            return nodes.Input(position=token.position, end=token.end)
        raise self.expected("une valeur", "a value")

    def _at_literal(self) -> Node:
        start = self.take()
        token = self.token
        if token.kind is not Kind.STRING:
            raise self.expected("un texte entre guillemets après « @ »", "a string after “@”")
        self.at += 1
        value = parse_any(token.text)
        if value is None:
            message = {
                "fr": f"« {token.text} » n’est ni une date, ni une heure, ni une durée.",
                "en": f"“{token.text}” is not a date, a time or a duration.",
            }
            raise FeelSyntaxError(start.position, token.end, message)
        return nodes.Literal(value, position=start.position, end=token.end)
