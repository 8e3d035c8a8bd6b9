"""A process as nodes and flows, and its BPMN."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from engine.testing import HEADER

TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "user": "userTask",
    "auto": "task",
    "count": "scriptTask",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "sub": "subProcess",
}


@dataclass(frozen=True)
class Condition:
    """`variable` equals `value`, or is below it."""

    variable: str
    value: int
    below: bool = False

    def holds(self, variables: dict[str, int]) -> bool:
        """By plain Python, not by FEEL."""
        value = variables[self.variable]
        return value < self.value if self.below else value == self.value

    @property
    def text(self) -> str:
        """The same in FEEL."""
        return f"={self.variable} {'<' if self.below else '='} {self.value}"


@dataclass(frozen=True)
class Arrow:
    """A sequence flow; without condition it is the default of a gateway that has conditions."""

    id: str
    source: str
    target: str
    condition: Condition | None = None


@dataclass
class Model:
    """One scope. `inner` holds the content of sub-processes, `writes` what a script sets."""

    id: str
    nodes: dict[str, str] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)
    inner: dict[str, Model] = field(default_factory=dict)
    writes: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    variables: dict[str, int] = field(default_factory=dict)

    def node(self, kind: str) -> str:
        """A new node of this kind."""
        name = f"{self.id}_{kind}{len(self.nodes)}"
        self.nodes[name] = kind
        return name

    def script(self, variable: str, value: int | None) -> str:
        """A script that sets a variable, or counts it up (`value` None)."""
        name = self.node("count")
        self.writes[name] = (variable, value)
        return name

    def link(self, source: str, target: str, condition: Condition | None = None) -> None:
        """A flow."""
        self.arrows.append(Arrow(f"{self.id}_f{len(self.arrows)}", source, target, condition))

    def into(self, node: str) -> list[Arrow]:
        """Incoming flows."""
        return [a for a in self.arrows if a.target == node]

    def out(self, node: str) -> list[Arrow]:
        """Outgoing flows in the order of the file."""
        return [a for a in self.arrows if a.source == node]

    def all_variables(self) -> dict[str, int]:
        """Start values of every scope."""
        found = dict(self.variables)
        for inner in self.inner.values():
            found |= inner.all_variables()
        return found

    def xml(self) -> bytes:
        """The BPMN file."""
        body = "".join(self._parts())
        process = f'<bpmn:process id="{self.id}" isExecutable="true">{body}</bpmn:process>'
        return f"{HEADER}{process}</bpmn:definitions>".encode()

    def _parts(self) -> Iterator[str]:
        for name, kind in self.nodes.items():
            tag = f"bpmn:{TAGS[kind]}"
            yield f'<{tag} id="{name}"{self._default(name)}>{self._content(name)}</{tag}>'
        for arrow in self.arrows:
            text = escape(arrow.condition.text) if arrow.condition else ""
            test = f"<bpmn:conditionExpression>{text}</bpmn:conditionExpression>" if text else ""
            yield (
                f'<bpmn:sequenceFlow id="{arrow.id}" sourceRef="{arrow.source}" targetRef="{arrow.target}">'
                f"{test}</bpmn:sequenceFlow>"
            )

    def _default(self, name: str) -> str:
        out = self.out(name)
        plain = [a for a in out if a.condition is None]
        return f' default="{plain[0].id}"' if plain and len(plain) < len(out) else ""

    def _content(self, name: str) -> str:
        if name in self.inner:
            return "".join(self.inner[name]._parts())
        if name in self.writes:
            variable, value = self.writes[name]
            text = f"={variable} + 1" if value is None else f"={value}"
            script = f'<zeebe:script expression={quoteattr(text)} resultVariable="{variable}"/>'
            return f"<bpmn:extensionElements>{script}</bpmn:extensionElements>"
        return ""
