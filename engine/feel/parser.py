"""Reads an expression or unary tests into a syntax tree (DMN 10.3.1.2, grammar of FEEL).

Operators are read by precedence: `or`, `and`, comparison, `+ -`, `* /`, `**`, unary minus,
`instance of`, then paths, filters and calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.feel import decimals, nodes
from engine.feel.builtins import NAMES as BUILTIN_NAMES
from engine.feel.cursor import KEYWORDS, STOPS, Cursor
from engine.feel.errors import FeelSyntaxError, FeelUnsupported
from engine.feel.lexer import Kind, Token
from engine.feel.names import Names
from engine.feel.nodes import Node
from engine.feel.runtime import MAX_NESTING, MAX_TREE_DEPTH
from engine.feel.temporal import parse_any
from engine.feel.type_parser import parse_type
from engine.feel.types import Type

OR, AND, COMPARISON, SUM, PRODUCT, POWER = 1, 2, 3, 4, 5, 6
_BINARY = {
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "**": POWER,
    "=": COMPARISON,
    "!=": COMPARISON,
    "<": COMPARISON,
    "<=": COMPARISON,
    ">": COMPARISON,
    ">=": COMPARISON,
}
_LEVELS = _BINARY | {"or": OR, "and": AND, "between": COMPARISON, "in": COMPARISON}
_TESTS = frozenset({"<", "<=", ">", ">=", "=", "!="})
_CONSTANTS = {"true": True, "false": False, "null": None}
_STARTS = frozenset("( [ { - ] @ ?".split())


class Parser(Cursor):
    """One text being read. `names` are known variable names, `types` known type names."""

    def __init__(
        self, source: str, names: Iterable[str] | None = None, types: Mapping[str, Type] | None = None
    ) -> None:
        super().__init__(source)
        self.scopes = [BUILTIN_NAMES, Names(names or ())]
        self.types = dict(types or {})
        self.nesting = 0
        self.in_range_end = False
        self.members = Names()
        self.primaries: dict[str, Callable[[], Node]] = {
            "if": self._if,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
            "function": self._function,
        }

    # Entry points

    def whole_expression(self) -> Node:
        """The one expression that the text is."""
        node = self.expression()
        self._expect_end()
        return node

    def whole_unary_tests(self) -> nodes.UnaryTests:
        """The unary tests that the text is: `-`, or tests separated by commas, perhaps in `not(…)`."""
        end = len(self.source)
        if self.sees("-") and self.ahead(1).kind is Kind.END:
            return nodes.UnaryTests(None, False, position=0, end=end)
        negated = self._sees_negation()
        if negated:
            self.at += 2
        tests = self._comma_list(self.unary_test)
        if negated:
            self.expect(")")
        self._expect_end()
        return self._made(nodes.UnaryTests(tests, negated, position=0, end=end))

    def _sees_negation(self) -> bool:
        """Whether `not( … )` spans the whole text (otherwise it is a call like any other)."""
        if not (self.sees("not") and self.ahead(1).text == "("):
            return False
        depth = 0
        for index in range(self.at + 1, len(self.stream) - 1):
            token = self.stream[index]
            if token.kind is Kind.SYMBOL:
                depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                return index == len(self.stream) - 2
        return False

    def _expect_end(self) -> None:
        if self.token.kind is not Kind.END:
            raise self._unexpected()

    def _unexpected(self) -> FeelSyntaxError:
        before = self.stream[self.at - 1] if self.at else None
        if self.token.kind is Kind.WORD and before is not None and before.kind is Kind.WORD:
            text = self.text_between(self.at - 1, self.at + 1)
            message = {
                "fr": f"« {text} » n’est pas un nom connu ; un opérateur était attendu entre ces deux mots.",
                "en": f"“{text}” is not a known name; an operator was expected between these two words.",
            }
            return FeelSyntaxError(before.position, self.token.end, message)
        return self.expected(
            "un opérateur ou la fin de l’expression", "an operator or the end of the expression"
        )

    # Operators

    def expression(self, level: int = OR, left: Node | None = None) -> Node:
        """An expression whose operators bind at least as tightly as `level`.

        `left` is its first operand when that has been read already.
        """
        self._enter()
        left = left or self._operand()
        while True:
            token = self.token
            binding = _LEVELS.get(token.text, 0) if token.kind in (Kind.SYMBOL, Kind.WORD) else 0
            if binding < level or binding == 0:
                break
            self.at += 1
            left = self._made(self._combined(left, token, binding))
        self.nesting -= 1
        return left

    def _enter(self) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self._too_nested(self.token.position)

    def _too_nested(self, position: int) -> FeelSyntaxError:
        message = {
            "fr": f"L’expression est trop imbriquée : {MAX_NESTING} niveaux au plus.",
            "en": f"The expression is nested too deep: {MAX_NESTING} levels at most.",
        }
        return FeelSyntaxError(position, position + 1, message)

    def _combined(self, left: Node, token: Token, binding: int) -> Node:
        if token.text in _BINARY:
            right = self.expression(binding + 1)
            return nodes.Binary(token.text, left, right, position=left.position, end=right.end)
        if token.text == "between":
            return self._between(left)
        if token.text == "in":
            tests = self._in_tests()
            return nodes.In(left, tests, position=left.position, end=self.last_end)
        right = self.expression(binding + 1)
        if isinstance(left, nodes.Logic) and left.operator == token.text:
            left.operands.append(right)
            left.end = right.end
            return left
        return nodes.Logic(token.text, [left, right], position=left.position, end=right.end)

    def _between(self, value: Node) -> Node:
        low = self.expression(SUM)
        self.expect("and")
        high = self.expression(SUM)
        return nodes.Between(value, low, high, position=value.position, end=high.end)

    def _in_tests(self) -> list[Node]:
        if not self.accept("("):
            return [self._positive_test(SUM)]
        opening = self.stream[self.at - 1]
        saved, self.in_range_end = self.in_range_end, False
        tests = self._comma_list(self.unary_test)
        first = tests[0]
        assert isinstance(first, nodes.Test)
        if len(tests) == 1 and self.sees("..") and first.operator is None:
            interval = self._range_from(opening, first.operand, False)
            self.in_range_end = saved
            return [self._continued(interval)]
        self.in_range_end = saved
        self.expect(")")
        if len(tests) == 1 and first.operator is None:
            return [self._continued(first.operand)]
        return tests

    def _continued(self, operand: Node) -> Node:
        """The test that begins with a parenthesis already read: `x in (a) + 1` is `x in ((a) + 1)`."""
        whole = self.expression(SUM, self._instance_of(self._postfix(self._made(operand))))
        return self._made(nodes.Test(None, whole, position=whole.position, end=whole.end))

    def unary_test(self) -> Node:
        """One positive unary test: `< 3`, a range, or an expression (with `?` or to be equal to)."""
        return self._positive_test(OR)

    def _positive_test(self, level: int) -> Node:
        token = self.token
        if token.kind is Kind.SYMBOL and token.text in _TESTS:
            self.at += 1
            operand = self.expression(SUM)
            return self._made(nodes.Test(token.text, operand, position=token.position, end=operand.end))
        operand = self.expression(level)
        return self._made(nodes.Test(None, operand, position=operand.position, end=operand.end))

    def _comma_list(self, item: Callable[[], Node]) -> list[Node]:
        items = [item()]
        while self.accept(","):
            items.append(item())
        return items

    # Operands

    def _operand(self) -> Node:
        token = self.token
        if token.kind is Kind.SYMBOL and token.text == "-":
            self._enter()
            self.at += 1
            operand = self._operand()
            self.nesting -= 1
            return self._made(nodes.Unary(operand, position=token.position, end=operand.end))
        return self._instance_of(self._postfix(self._primary()))

    def _instance_of(self, node: Node) -> Node:
        while self.sees("instance") and self.ahead(1).text == "of":
            self.at += 2
            type_ = parse_type(self, self.types)
            node = self._made(nodes.InstanceOf(node, type_, position=node.position, end=self.last_end))
        return node

    def _postfix(self, node: Node) -> Node:
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
            self._made(node)
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
        match = self._longest(self.members)
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

    def _number(self) -> Node:
        token = self.take()
        try:
            value = decimals.read(token.text)
        except ArithmeticError:
            message = {"fr": "Ce nombre est trop grand.", "en": "This number is too large."}
            raise FeelSyntaxError(token.position, token.end, message) from None
        return nodes.Literal(value, position=token.position, end=token.end)

    def _word(self) -> Node:
        token = self.token
        match = self._longest()
        if match is not None:
            self.at += match[0]
            return nodes.Name(match[1], position=token.position, end=self.last_end)
        if token.text in self.primaries:
            return self._made(self.primaries[token.text]())
        if token.text in _CONSTANTS:
            self.at += 1
            return nodes.Literal(_CONSTANTS[token.text], position=token.position, end=token.end)
        if token.text in KEYWORDS:
            raise self.expected("une valeur", "a value")
        self.at += 1
        return nodes.Name(token.text, position=token.position, end=token.end)

    def _longest(self, *more: Names) -> tuple[int, str] | None:
        """The longest known name of several tokens here; one with `and` in it must be called."""
        found = [match for names in (*self.scopes, *more) if (match := names.longest(self.stream, self.at))]
        for size, name in sorted(found, reverse=True):
            follows = self.ahead(size).text
            if follows == "(" or not (" and " in name and self._is_builtin(name)):
                return size, name
        return None

    def _is_builtin(self, name: str) -> bool:
        return not any(name in names for names in self.scopes[1:])

    def _bracketed(self) -> Node:
        text = self.token.text
        if self.token.kind is Kind.END:
            raise self.expected("une valeur", "a value")
        if text == "(":
            return self._made(self._parenthesis())
        if text == "[":
            return self._made(self._list_or_range())
        if text == "]":
            return self._made(self._range())
        if text == "{":
            return self._made(self._context())
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
            raise self.expected("un texte entre guillemets après « @ »", "a string after “@”")
        self.at += 1
        value = parse_any(token.text)
        if value is None:
            message = {
                "fr": f"« {token.text} » n’est ni une date, ni une heure, ni une durée.",
                "en": f"“{token.text}” is not a date, a time or a duration.",
            }
            raise FeelSyntaxError(start.position, token.end, message)
        return nodes.Literal(value, position=start.position, end=token.end)

    # Brackets

    def _parenthesis(self) -> Node:
        opening = self.take()
        if self.token.kind is Kind.SYMBOL and self.token.text in _TESTS:
            return self._open_range(opening)
        saved, self.in_range_end = self.in_range_end, False
        inner = self.expression()
        if self.sees(".."):
            node = self._range_from(opening, inner, False)
            self.in_range_end = saved
            return node
        self.in_range_end = saved
        self.expect(")")
        inner.position, inner.end = opening.position, self.last_end
        return inner

    def _open_range(self, opening: Token) -> Node:
        operator = self.take().text
        bound = self.expression(SUM)
        self.expect(")")
        position, end = opening.position, self.last_end
        if operator in ("=", "!="):
            closed = operator == "="
            return nodes.RangeLiteral(bound, bound, closed, closed, operator, position=position, end=end)
        if operator.startswith("<"):
            included = operator == "<="
            return nodes.RangeLiteral(None, bound, False, included, operator, position=position, end=end)
        included = operator == ">="
        return nodes.RangeLiteral(bound, None, included, False, operator, position=position, end=end)

    def _list_or_range(self) -> Node:
        opening = self.take()
        saved, self.in_range_end = self.in_range_end, False
        if self.accept("]"):
            self.in_range_end = saved
            return nodes.ListLiteral([], position=opening.position, end=self.last_end)
        items = [self.list_item()]
        if self.sees(".."):
            node = self._range_from(opening, items[0], True)
            self.in_range_end = saved
            return node
        while self.accept(","):
            items.append(self.list_item())
        self.in_range_end = saved
        self.expect("]")
        return nodes.ListLiteral(items, position=opening.position, end=self.last_end)

    def list_item(self) -> Node:
        """An item of a list literal."""
        return self.expression()

    def _range(self) -> Node:
        opening = self.take()
        saved, self.in_range_end = self.in_range_end, False
        start = self.expression(SUM)
        if not self.sees(".."):
            raise self.expected("« .. »", "“..”")
        node = self._range_from(opening, start, False)
        self.in_range_end = saved
        return node

    def _range_from(self, opening: Token, start: Node, start_included: bool) -> Node:
        self.expect("..")
        self.in_range_end = True
        finish = self.expression(SUM)
        self.in_range_end = False
        if self.token.text not in ("]", ")", "[") or self.token.kind is not Kind.SYMBOL:
            raise self.expected(
                "la fin de l’intervalle (« ] », « ) » ou « [ »)", "the end of the range (“]”, “)” or “[”)"
            )
        closing = self.take()
        return nodes.RangeLiteral(
            start, finish, start_included, closing.text == "]", position=opening.position, end=closing.end
        )

    def _context(self) -> Node:
        opening = self.take()
        saved, self.in_range_end = self.in_range_end, False
        entries: list[tuple[str, Node]] = []
        known = Names()
        self.scopes.append(known)
        while not self.sees("}"):
            entries.append(self._entry(entries, known))
            if not self.accept(","):
                break
        self.scopes.pop()
        self.in_range_end = saved
        self.expect("}")
        return nodes.ContextLiteral(entries, position=opening.position, end=self.last_end)

    def _entry(self, entries: list[tuple[str, Node]], known: Names) -> tuple[str, Node]:
        token = self.token
        key = self.take().text if token.kind is Kind.STRING else self.name_before(":")
        if key is None:
            raise self.expected("une clé suivie de « : »", "a key followed by “:”")
        self.expect(":")
        if any(key == other for other, _ in entries):
            message = {
                "fr": f"La clé « {key} » est écrite deux fois.",
                "en": f"The key “{key}” is written twice.",
            }
            raise FeelSyntaxError(token.position, token.end, message)
        value = self.expression()
        known.add(key)
        self.members.add(key)
        return key, value

    # Forms that begin with a keyword

    def _if(self) -> Node:
        start = self.take()
        saved, self.in_range_end = self.in_range_end, False
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        self.in_range_end = saved
        otherwise = self.expression()
        return nodes.If(condition, then, otherwise, position=start.position, end=otherwise.end)

    def _iterators(self) -> list[nodes.Iterator]:
        found: list[nodes.Iterator] = []
        while True:
            start = self.token
            name = self.name_before("in")
            if name is None:
                raise self.expected("un nom suivi de « in »", "a name followed by “in”")
            self.expect("in")
            domain = self.expression()
            finish = self.expression() if self.accept("..") else None
            self.scopes[-1].add(name)
            iterator = nodes.Iterator(name, domain, finish, position=start.position, end=self.last_end)
            self._made(iterator)
            found.append(iterator)
            if not self.accept(","):
                return found

    def _for(self) -> Node:
        start = self.take()
        self.scopes.append(Names())
        iterators = self._iterators()
        self.expect("return")
        body = self.expression()
        self.scopes.pop()
        return nodes.For(iterators, body, position=start.position, end=body.end)

    def _quantified(self) -> Node:
        start = self.take()
        self.scopes.append(Names())
        iterators = self._iterators()
        self.expect("satisfies")
        body = self.expression()
        self.scopes.pop()
        every = start.text == "every"
        return nodes.Quantified(every, iterators, body, position=start.position, end=body.end)

    def _function(self) -> Node:
        start = self.take()
        self.expect("(")
        parameters: list[tuple[str, Type | None]] = []
        while not self.sees(")"):
            parameters.append(self._parameter())
            if not self.accept(","):
                break
        self.expect(")")
        if self.sees("external"):
            raise self._external()
        self.scopes.append(Names(name for name, _ in parameters))
        body = self.expression()
        self.scopes.pop()
        return nodes.FunctionLiteral(parameters, body, position=start.position, end=body.end)

    def _parameter(self) -> tuple[str, Type | None]:
        name = self.name_before(":")
        if name is not None:
            self.expect(":")
            return name, parse_type(self, self.types)
        name = self.name_before(",") or self.name_before(")")
        if name is None:
            raise self.expected("un nom de paramètre", "a parameter name")
        return name, None

    def _external(self) -> FeelUnsupported:
        token = self.token
        message = {
            "fr": "Les fonctions externes (Java, PMML) sont refusées : appelez un connecteur.",
            "en": "External functions (Java, PMML) are refused: call a connector instead.",
        }
        return FeelUnsupported(token.position, token.end, message)

    # Sizes

    def _made(self, node: Node) -> Node:
        """`node` with its tree measured. Raises FeelSyntaxError when the tree is too deep."""
        below = nodes.children(node)
        node.depth = 1 + max((child.depth for child in below), default=0)
        node.size = 1 + sum(child.size for child in below)
        if node.depth > MAX_TREE_DEPTH:
            raise self._too_nested(node.position)
        return node
