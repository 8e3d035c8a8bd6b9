"""A process made ready to run: immutable, shared by all its instances and by all threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.diagnostics import Text
from engine.errors import DefinitionInvalid, NotFound
from engine.expressions import Expression, compile_text
from engine.feel import FeelError
from engine.spiff import extensions, global_tasks, xml
from engine.spiff.parser import Parser
from engine.spiff.reader import Reader
from engine.spiff.specs.catches import EventGateway, ReceiveTask, StartEvent
from engine.spiff.specs.event_definition import EventDefinition
from engine.spiff.specs.node import Node

DEFAULT_ZONE = "Europe/Paris"
PREFIX = "relais:"


@dataclass(frozen=True, slots=True)
class StartTrigger:
    """One event that starts instances, and the element they begin at."""

    element_id: str
    definition: EventDefinition
    together: bool = False  #: one of several that must all happen


@dataclass(frozen=True)
class CompiledProcess:
    """One executable process of a file. Specs never change after this."""

    key: str
    name: str
    spec: Any
    subprocess_specs: Mapping[str, Any]
    properties: Mapping[str, str]  #: the process's `relais:` properties, without the prefix
    zone: tzinfo
    title: Expression | None
    #: global tasks of the same file, as processes of one element that call activities can call
    global_tasks: Mapping[str, CompiledProcess] = field(default_factory=dict)
    version_tag: str | None = None

    def node(self, element_id: str) -> Node | None:
        """The element of that id, in whatever scope."""
        for spec in (self.spec, *self.subprocess_specs.values()):
            if element_id in spec.task_specs:
                found: Node = spec.task_specs[element_id]
                return found
        return None

    def label(self, element_id: str) -> str:
        """The name people gave the element, else its id."""
        node = self.node(element_id)
        return node.label if node is not None else element_id

    def nodes(self) -> list[Node]:
        """Every flow node."""
        return [n for s in (self.spec, *self.subprocess_specs.values()) for n in s.task_specs.values()]

    def entries(self) -> list[str]:
        """Where it begins when nobody says where: none start events, else what no flow leads to."""
        found: list[str] = self.spec.none_starts
        return found

    def none_start(self) -> StartEvent | None:
        """Where people and the API start it."""
        starts = [n for n in self.spec.task_specs.values() if isinstance(n, StartEvent)]
        return next((s for s in starts if not s.definitions), None)

    def start_triggers(self) -> list[StartTrigger]:
        """Every event that starts an instance: of start events, and of what instantiates without one."""
        found: list[StartTrigger] = []
        for node in self.spec.task_specs.values():
            if isinstance(node, StartEvent) or (isinstance(node, ReceiveTask) and node.instantiates_alone):
                found += [StartTrigger(node.name, d, node.parallel_multiple) for d in node.definitions]
            elif isinstance(node, EventGateway) and node.instantiates:
                targets = [self.spec.task_specs[f.target] for f in node.flows_out]
                found += [StartTrigger(t.name, d) for t in targets for d in t.definitions]
        return found


def process_keys(content: bytes) -> list[str]:
    """Ids of the executable processes of a file, in its order. Raises DefinitionInvalid."""
    root = xml.read(content)
    found = [p for p in root.iter(xml.b("process")) if p.get("isExecutable", "false") == "true"]
    return [p.get("id") or "" for p in found]


def compile_process(
    content: bytes, key: str | None = None, job_reads: Mapping[str, Any] | None = None
) -> CompiledProcess:
    """Compile one executable process of a file that the check found sound.

    `key` None: the first. `job_reads` maps element ids to variables their operations read.
    Raises DefinitionInvalid with what the file's expressions have wrong, NotFound without process.
    """
    root = xml.read(content)
    element = _process(root, key)
    tasks = global_tasks.as_processes(root)
    reader = Reader(root, job_reads)
    parser = Parser(root, reader)
    name = element.get("id") or ""
    spec, below = parser.get_spec(name), parser.get_subprocess_specs(name)
    properties = _properties(element)
    zone = _zone(properties, element, reader)
    title = _title(properties, element, reader)
    callable_tasks = {t.key: t for t in (_global_task(parser, p, zone) for p in tasks)}
    if reader.diagnostics:
        raise DefinitionInvalid(reader.diagnostics)
    return CompiledProcess(
        name,
        element.get("name") or name,
        spec,
        below,
        properties,
        zone,
        title,
        callable_tasks,
        extensions.version_tag(element),
    )


def _global_task(parser: Parser, process: xml.Element, zone: tzinfo) -> CompiledProcess:
    key = process.get("id") or ""
    return CompiledProcess(key, process.get("name") or key, parser.get_spec(key), {}, {}, zone, None)


def _process(root: xml.Element, key: str | None) -> xml.Element:
    for process in root.iter(xml.b("process")):
        if process.get("id") == key or (key is None and process.get("isExecutable") == "true"):
            return process
    raise NotFound("executable process", key or "of this file")


def _properties(element: xml.Element) -> dict[str, str]:
    found = extensions.read(element).properties
    return {k.removeprefix(PREFIX): v for k, v in found.items() if k.startswith(PREFIX)}


def _zone(properties: Mapping[str, str], element: xml.Element, reader: Reader) -> tzinfo:
    name = properties.get("timeZone") or DEFAULT_ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        message = Text(f"Le fuseau horaire « {name} » n’existe pas.", f'There is no time zone "{name}".')
        reader.report("relais.time-zone", element, message)
        return UTC


def _title(properties: Mapping[str, str], element: xml.Element, reader: Reader) -> Expression | None:
    text = properties.get("caseTitle")
    if not text:
        return None
    try:
        return compile_text(text)
    except FeelError as error:
        message = Text(error.message["fr"], error.message["en"])
        reader.report("feel.syntax", element, message, error.position)
        return None
