"""Forms that begin with a keyword: `if`, `for`, `some`, `every`, `function`."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.errors import FeelUnsupported
from engine.feel.nodes import Node
from engine.feel.parsing.names import Names
from engine.feel.parsing.reader import Reader
from engine.feel.parsing.type_parser import parse_type
from engine.feel.types import Type


class KeywordForms(Reader):
    """Reads what begins with a keyword."""

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
                raise self.expected("un nom suivi de « in »", "a name followed by “in”")
            self.expect("in")
            domain = self.expression()
            finish = self.expression() if self.accept("..") else None
            self.scopes[-1].add(name)
            iterator = nodes.Iterator(name, domain, finish, position=start.position, end=self.last_end)
            self.made(iterator)
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
            "fr": "Les fonctions externes (Java, PMML) sont refusées : appelez un connecteur.",
            "en": "External functions (Java, PMML) are refused: call a connector instead.",
        }
        return FeelUnsupported(token.position, token.end, message)
