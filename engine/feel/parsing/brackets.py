"""Forms in brackets: parentheses, ranges, lists and contexts."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.errors import FeelSyntaxError
from engine.feel.nodes import Node
from engine.feel.parsing.lexer import Kind, Token
from engine.feel.parsing.names import Names
from engine.feel.parsing.reader import SUM, TESTS, Reader


class Brackets(Reader):
    """Reads what begins with a bracket."""

    def _parenthesis(self) -> Node:
        opening = self.take()
        if self.token.kind is Kind.SYMBOL and self.token.text in TESTS:
            return self._open_range(opening)
        saved, self.in_range_end = self.in_range_end, False
        inner = self.expression()
        if self.sees(".."):
            node = self.range_from(opening, inner, False)
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
            node = self.range_from(opening, items[0], True)
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
            raise self.expected("« .. »", "“..”")
        node = self.range_from(opening, start, False)
        self.in_range_end = saved
        return node

    def range_from(self, opening: Token, start: Node, start_included: bool) -> Node:
        self.expect("..")
        self.in_range_end = True
        finish = self.expression(SUM)
        self.in_range_end = False
        if self.token.text not in ("]", ")", "[") or self.token.kind is not Kind.SYMBOL:
            raise self.expected(
                "la fin de l’intervalle (« ] », « ) » ou « [ »)", "the end of the range (“]”, “)” or “[”)"
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
            raise self.expected("une clé suivie de « : »", "a key followed by “:”")
        self.expect(":")
        if any(key == other for other, _ in entries):
            message = {
                "fr": f"La clé « {key} » est écrite deux fois.",
                "en": f"The key “{key}” is written twice.",
            }
            raise FeelSyntaxError(token.position, token.end, message)
        value = self.expression()
        known.add(key)
        self.members.add(key)
        return key, value
