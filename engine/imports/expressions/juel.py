"""The Unified Expression Language of Camunda 7, Flowable and Activiti (`${…}`, `#{…}`), as FEEL.

Precedence as in JSR-341, 1.13. What reaches Java beans, or means different things for different types, is not
guessed: NotTranslatable says what it was.
"""

from __future__ import annotations

from engine.diagnostics import Text
from engine.imports.expressions.juel_calls import called, function
from engine.imports.expressions.juel_lexer import END, Token, parts, tokens
from engine.imports.expressions.nodes import (
    NULL,
    Apply,
    Binary,
    Choice,
    Constant,
    Item,
    Items,
    Member,
    Name,
    Negative,
    Node,
    NotTranslatable,
    Number,
    is_empty,
    negated,
    unknown,
)
from engine.imports.expressions.writer import write

DEEPEST = 30
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_OPERATORS = {"||": "or", "&&": "and", "==": "="}
_CONSTANTS = {"true": Constant(True), "false": Constant(False), "null": NULL}
#: Objects that the engine puts beside the variables, and words that the language reserves.
_OF_THE_ENGINE = {
    "execution",
    "task",
    "authenticatedUserId",
    "instanceof",
    "caseExecution",
    "delegateExecution",
    "externalTask",
}
_RENAMED = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
}


def is_dynamic(text: str | None) -> bool:
    """Whether a text holds an expression."""
    return bool(text) and ("${" in str(text) or "#{" in str(text))


def to_feel(text: str) -> str:
    """FEEL, without `=`, of a text that holds expressions. Raises NotTranslatable."""
    found = parts(text.strip())
    if len(found) == 1 and found[0][0]:
        return write(parse(found[0][1]))
    pieces = [Apply("string", (parse(part),)) if is_code else Constant(part) for is_code, part in found]
    # `string join` leaves out null, as the other engine writes nothing for it.
    return write(Apply("string join", (Items(tuple(pieces)),)))


def parse(expression: str) -> Node:
    """What stands between the braces. Raises NotTranslatable."""
    parser = _Parser(tokens(expression))
    node = parser.choice(0)
    if parser.token is not END:
        raise unknown(parser.token.text)
    return node


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.position = found, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def _sign(self, *signs: str) -> str | None:
        """Step over one of these signs, if it is next."""
        if self.token.kind != "sign" or self.token.text not in signs:
            return None
        self.position += 1
        return self.tokens[self.position - 1].text

    def _expect(self, sign: str) -> None:
        if not self._sign(sign):
            raise unknown(self.token.text or "…")

    def choice(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise NotTranslatable(Text("l’expression est trop imbriquée", "the expression nests too deeply"))
        condition = self._binary(0, depth)
        if not self._sign("?"):
            return condition
        chosen = self.choice(depth + 1)
        self._expect(":")
        return Choice(condition, chosen, self.choice(depth + 1))

    def _binary(self, level: int, depth: int) -> Node:
        if level == len(_LEVELS):
            return self._unary(depth)
        left = self._binary(level + 1, depth)
        while sign := self._sign(*_LEVELS[level]):
            left = _combined(sign, left, self._binary(level + 1, depth))
        if isinstance(left, Binary) and left.operator == "%" and level < 2:
            raise unknown("%")
        return left

    def _unary(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise unknown("!")
        if self._sign("!"):
            return negated(self._unary(depth + 1))
        if self._sign("-"):
            return Negative(self._unary(depth + 1))
        if self.token == Token("name", "empty"):
            self.position += 1
            return is_empty(self._unary(depth + 1))
        return self._postfix(self._primary(depth), depth)

    def _primary(self, depth: int) -> Node:
        token = self.token
        self.position += token is not END
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "text":
            return Constant(token.text)
        if token == Token("sign", "("):
            inner = self.choice(depth + 1)
            self._expect(")")
            return inner
        if token.kind == "name":
            return self._named(token.text, depth)
        raise unknown(token.text or "…")

    def _named(self, name: str, depth: int) -> Node:
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        following = self.tokens[self.position : self.position + 3]
        if len(following) == 3 and following[0].text == ":" and following[2] == Token("sign", "("):
            self.position += 2
            return function(f"{name}:{following[1].text}", self._arguments(depth))
        if self.token == Token("sign", "("):
            return function(name, self._arguments(depth))
        return Name(_RENAMED.get(name, name))

    def _postfix(self, node: Node, depth: int) -> Node:
        while True:
            if self._sign("."):
                node = self._member(node, depth)
            elif self._sign("["):
                node = _indexed(_data(node), self.choice(depth + 1))
                self._expect("]")
            else:
                return _data(node)

    def _member(self, target: Node, depth: int) -> Node:
        name = self.token
        if name.kind != "name":
            raise unknown(name.text or "…")
        self.position += 1
        if self.token == Token("sign", "("):
            return called(target, name.text, self._arguments(depth))
        return Member(_data(target), name.text)

    def _arguments(self, depth: int) -> tuple[Node, ...]:
        self._expect("(")
        found: list[Node] = []
        while not self._sign(")"):
            if found:
                self._expect(",")
            found.append(self.choice(depth + 1))
        return tuple(found)


def _data(node: Node) -> Node:
    """A variable as such; the engine's own objects exist nowhere else."""
    if isinstance(node, Name) and node.id in _OF_THE_ENGINE:
        raise unknown(node.id)
    return Binary("-", node, Number("1")) if node == Name("loopCounter") else node


def _indexed(target: Node, index: Node) -> Node:
    match index:
        case Number(text) if text.isdigit():
            return Item(target, int(text) + 1)  # counted from 0 there, from 1 in FEEL
        case Constant(str() as name):
            return Member(target, name)
        case _:
            raise unknown("[…]")


def _combined(sign: str, left: Node, right: Node) -> Node:
    zero = Number("0")
    if sign in ("==", "!=") and isinstance(left, Binary) and left.operator == "%" and right == zero:
        # The sign of a remainder differs between the languages; whether there is one does not.
        return Binary(_OPERATORS.get(sign, sign), Apply("modulo", (left.left, left.right)), zero)
    if any(isinstance(side, Binary) and side.operator == "%" for side in (left, right)):
        raise unknown("%")
    if sign == "+" and any(isinstance(side, Constant) for side in (left, right)):
        raise unknown("+")  # adds numbers only, and turns texts into numbers on the way
    return Binary(_OPERATORS.get(sign, sign), left, right)
