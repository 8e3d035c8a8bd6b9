"""Reads an expression or unary tests into a syntax tree (DMN 10.3.1.2, grammar of FEEL).

Operators are read by precedence: `or`, `and`, comparison, `+ -`, `* /`, `**`, unary minus,
`instance of`, then paths, filters and calls.
"""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.errors import FeelSyntaxError
from engine.feel.nodes import Node
from engine.feel.parsing.lexer import Kind, Token
from engine.feel.parsing.operands import Operands
from engine.feel.parsing.reader import AND, COMPARISON, OR, POWER, PRODUCT, SUM, TESTS

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


class Parser(Operands):
    """Reads a whole text: an expression or unary tests."""

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
        tests = self.comma_list(self.unary_test)
        if negated:
            self.expect(")")
        self._expect_end()
        return self.made(nodes.UnaryTests(tests, negated, position=0, end=end))

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
                "fr": f"« {text} » n’est pas un nom connu ; un opérateur était attendu entre ces deux mots.",
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
        self.enter()
        left = left or self.operand()
        while True:
            token = self.token
            binding = _LEVELS.get(token.text, 0) if token.kind in (Kind.SYMBOL, Kind.WORD) else 0
            if binding < level or binding == 0:
                break
            self.at += 1
            left = self._combined(left, token, binding)
        self.nesting -= 1
        return left

    def _combined(self, left: Node, token: Token, binding: int) -> Node:
        if token.text in ("and", "or"):
            return self._logic(left, token.text, self.expression(binding + 1))
        if token.text in _BINARY:
            right = self.expression(binding + 1)
            return self.made(nodes.Binary(token.text, left, right, position=left.position, end=right.end))
        if token.text == "between":
            return self.made(self._between(left))
        tests = self._in_tests()
        return self.made(nodes.In(left, tests, position=left.position, end=self.last_end))

    def _logic(self, left: Node, operator: str, right: Node) -> Node:
        """`a or b or c` is one node, so that a long chain is neither deep nor measured again."""
        if not (isinstance(left, nodes.Logic) and left.operator == operator):
            return self.made(nodes.Logic(operator, [left, right], position=left.position, end=right.end))
        left.operands.append(right)
        left.end, left.size = right.end, left.size + right.size
        left.depth = max(left.depth, right.depth + 1)
        return left

    def _between(self, value: Node) -> Node:
        low = self.expression(SUM)
        self.expect("and")
        high = self.expression(SUM)
        return nodes.Between(value, low, high, position=value.position, end=high.end)

    def _in_tests(self) -> list[nodes.Test]:
        if not self.accept("("):
            return [self._positive_test(SUM)]
        opening = self.stream[self.at - 1]
        saved, self.in_range_end = self.in_range_end, False
        tests = self.comma_list(self.unary_test)
        first = tests[0]
        if len(tests) == 1 and self.sees("..") and first.operator is None:
            interval = self.range_from(opening, first.operand, False)
            self.in_range_end = saved
            return [self._continued(interval)]
        self.in_range_end = saved
        self.expect(")")
        if len(tests) == 1 and first.operator is None:
            return [self._continued(first.operand)]
        return tests

    def _continued(self, operand: Node) -> nodes.Test:
        """The test that begins with a parenthesis already read: `x in (a) + 1` is `x in ((a) + 1)`."""
        whole = self.expression(SUM, self.instance_of(self.postfix(self.made(operand))))
        return self.made(nodes.Test(None, whole, position=whole.position, end=whole.end))

    def unary_test(self) -> nodes.Test:
        """One positive unary test: `< 3`, a range, or an expression (with `?` or to be equal to)."""
        return self._positive_test(OR)

    def _positive_test(self, level: int) -> nodes.Test:
        token = self.token
        if token.kind is Kind.SYMBOL and token.text in TESTS:
            self.at += 1
            operand = self.expression(SUM)
            return self.made(nodes.Test(token.text, operand, position=token.position, end=operand.end))
        operand = self.expression(level)
        return self.made(nodes.Test(None, operand, position=operand.position, end=operand.end))
