"""A fluent builder for small diagrams, for tests that state a rule of execution.

`process("p").start().script("a", "=x + 1", "x").end().xml()` gives BPMN bytes. What nothing follows gets an
end event, `<id>_end`, because the standard wants one; `xml(finish=False)` leaves the process as it was
written.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

HEADER = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="test">'
)


class Diagram:
    """Elements and flows of one scope; each new element follows the last one, unless moved."""

    def __init__(self, key: str, tag: str = "process") -> None:
        self.key, self.tag = key, tag
        self.body: list[str] = []
        self.roots: list[str] = []
        self.last: str | None = None
        self.loose: list[str] = []
        self.flows = 0
        self._condition: str | None = None
        self._default: dict[str, str] = {}

    # ---- moving about

    def at(self, element_id: str) -> Diagram:
        """The next element follows this one."""
        self.last = element_id
        return self

    def when(self, condition: str) -> Diagram:
        """The next flow has this condition."""
        self._condition = condition
        return self

    def to(self, element_id: str, flow_id: str | None = None) -> Diagram:
        """A flow from here to an existing element."""
        self._connect(element_id, flow_id)
        return self

    def default(self) -> Diagram:
        """The next flow is the default of the element it leaves."""
        self._default[self.last or ""] = f"{self.key}_f{self.flows + 1}"
        return self

    # ---- elements

    def start(self, element_id: str = "start", inner: str = "", *, interrupting: bool = True) -> Diagram:
        """A start event; not interrupting: of an event sub-process that runs beside its scope."""
        attributes = "" if interrupting else 'isInterrupting="false"'
        return self.add("startEvent", element_id, inner, attributes, follow=False)

    def end(self, element_id: str = "end", inner: str = "") -> Diagram:
        """An end event."""
        return self.add("endEvent", element_id, inner)

    def task(self, element_id: str) -> Diagram:
        """An abstract task."""
        return self.add("task", element_id)

    def script(self, element_id: str, expression: str, variable: str) -> Diagram:
        """A FEEL script task."""
        attributes = f"expression={quoteattr(expression)} resultVariable={quoteattr(variable)}"
        return self.add("scriptTask", element_id, extensions(f"<zeebe:script {attributes}/>"))

    def python(self, element_id: str, text: str, inner: str = "") -> Diagram:
        """A script task in Python."""
        script = f"<bpmn:script>{escape(text)}</bpmn:script>"
        return self.add("scriptTask", element_id, inner + script, 'scriptFormat="python"')

    def service(self, element_id: str, job_type: str = "work", extra: str = "", retries: int = 3) -> Diagram:
        """A service task whose job has this type."""
        job = f'<zeebe:taskDefinition type={quoteattr(job_type)} retries="{retries}"/>'
        return self.add("serviceTask", element_id, extensions(job + extra))

    def user(self, element_id: str, extra: str = "") -> Diagram:
        """A user task."""
        return self.add("userTask", element_id, extensions("<zeebe:userTask/>" + extra))

    def exclusive(self, element_id: str) -> Diagram:
        """An exclusive gateway."""
        return self.add("exclusiveGateway", element_id)

    def parallel(self, element_id: str) -> Diagram:
        """A parallel gateway."""
        return self.add("parallelGateway", element_id)

    def catch_timer(self, element_id: str, duration: str) -> Diagram:
        """An intermediate timer."""
        return self.add("intermediateCatchEvent", element_id, timer("timeDuration", duration))

    def catch_message(self, element_id: str, name: str, key: str) -> Diagram:
        """An intermediate message catch."""
        return self.add("intermediateCatchEvent", element_id, self.message(name, key))

    def boundary(self, element_id: str, host: str, inner: str, *, interrupting: bool = True) -> Diagram:
        """A boundary event on `host`; the next element follows it."""
        attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
        return self.add("boundaryEvent", element_id, inner, attributes, follow=False)

    def sub(self, inner: Diagram, extra: str = "", *, tag: str = "subProcess") -> Diagram:
        """An embedded sub-process, or a `transaction`."""
        self._adopt(inner)
        return self.add(tag, inner.key, extra + inner.content())

    def event_sub(self, inner: Diagram, extra: str = "") -> Diagram:
        """An event sub-process of this scope; what is drawn next follows what came before it."""
        self._adopt(inner)
        last = self.last
        self.add("subProcess", inner.key, extra + inner.content(), 'triggeredByEvent="true"', follow=False)
        self.last = last
        return self

    def throw(self, element_id: str, inner: str = "") -> Diagram:
        """An intermediate throw event."""
        return self.add("intermediateThrowEvent", element_id, inner)

    def catch(self, element_id: str, inner: str, attributes: str = "", *, follow: bool = True) -> Diagram:
        """An intermediate catch event."""
        return self.add("intermediateCatchEvent", element_id, inner, attributes, follow=follow)

    def event_gateway(self, element_id: str, attributes: str = "", *, follow: bool = True) -> Diagram:
        """An event-based gateway."""
        return self.add("eventBasedGateway", element_id, "", attributes, follow=follow)

    def undone_by(self, handler: Diagram | str, host: str) -> Diagram:
        """A compensation handler of `host`: an abstract task of this id, or what `handler` draws."""
        last, event = self.last, f"compensated_{host}"
        self.boundary(event, host, COMPENSATE)
        if isinstance(handler, str):
            self.add("task", handler, "", 'isForCompensation="true"', follow=False)
            target = handler
        else:
            self._adopt(handler)
            target = handler.key
            self.body.append(handler.content())
        self.body.append(f'<bpmn:association id="{event}_a" sourceRef="{event}" targetRef="{target}"/>')
        self.last = last
        return self

    def add(
        self, tag: str, element_id: str, inner: str = "", attributes: str = "", *, follow: bool = True
    ) -> Diagram:
        """Any element."""
        marker = f"@default:{element_id}@"
        self.body.append(
            f'<bpmn:{tag} id="{element_id}" name="{element_id}" {attributes}{marker}>{inner}</bpmn:{tag}>'
        )
        if follow and self.last is not None:
            self._connect(element_id, None)
        if not _may_end(tag, inner, attributes):
            self.loose.append(element_id)
        self.last = element_id
        return self

    # ---- what elements need

    def message(self, name: str, key: str | None = None) -> str:
        """A message definition; the message itself is declared once."""
        identifier = f"message_{name}"
        if not any(f'id="{identifier}"' in r for r in self.roots):
            inner = extensions(f"<zeebe:subscription correlationKey={quoteattr(key)}/>") if key else ""
            self.roots.append(f'<bpmn:message id="{identifier}" name="{name}">{inner}</bpmn:message>')
        return f'<bpmn:messageEventDefinition messageRef="{identifier}"/>'

    def error(self, code: str | None) -> str:
        """An error definition; None catches every error."""
        if code is None:
            return "<bpmn:errorEventDefinition/>"
        identifier = f"error_{code}"
        if not any(f'id="{identifier}"' in r for r in self.roots):
            self.roots.append(f'<bpmn:error id="{identifier}" name="{code}" errorCode="{code}"/>')
        return f'<bpmn:errorEventDefinition errorRef="{identifier}"/>'

    def signal(self, name: str) -> str:
        """A signal definition."""
        self._root("signal", f"signal_{abs(hash(name))}", f"name={quoteattr(name)}")
        return f'<bpmn:signalEventDefinition signalRef="signal_{abs(hash(name))}"/>'

    def escalation(self, code: str | None) -> str:
        """An escalation definition; None catches every one."""
        if code is None:
            return "<bpmn:escalationEventDefinition/>"
        self._root("escalation", f"escalation_{code}", f'name="{code}" escalationCode="{code}"')
        return f'<bpmn:escalationEventDefinition escalationRef="escalation_{code}"/>'

    def _root(self, tag: str, identifier: str, attributes: str) -> None:
        text = f'<bpmn:{tag} id="{identifier}" {attributes}/>'
        if text not in self.roots:
            self.roots.append(text)

    def _adopt(self, inner: Diagram) -> None:
        self.roots += [root for root in inner.roots if root not in self.roots]

    # ---- result

    def content(self, *, finish: bool = True) -> str:
        """The elements of this scope."""
        text = "".join(self.body)
        if finish and any(part.startswith("<bpmn:startEvent") for part in self.body):
            text += "".join(_end(element_id) for element_id in self.loose)
        for element_id, flow_id in self._default.items():
            text = text.replace(f"@default:{element_id}@", f' default="{flow_id}"')
        while "@default:" in text:
            before, _, rest = text.partition("@default:")
            text = before + rest.partition("@")[2]
        return text

    def xml(self, properties: dict[str, str] | None = None, *, finish: bool = True) -> bytes:
        """The BPMN file; with `finish`, an end event follows whatever nothing follows."""
        pairs = "".join(
            f"<zeebe:property name={quoteattr(k)} value={quoteattr(v)}/>"
            for k, v in (properties or {}).items()
        )
        kept = extensions(f"<zeebe:properties>{pairs}</zeebe:properties>") if pairs else ""
        process = (
            f'<bpmn:process id="{self.key}" name="{self.key}" isExecutable="true">'
            f"{kept}{self.content(finish=finish)}</bpmn:process>"
        )
        return f"{HEADER}{''.join(self.roots)}{process}</bpmn:definitions>".encode()

    def _connect(self, target: str, flow_id: str | None) -> None:
        self.flows += 1
        self.loose = [i for i in self.loose if i != self.last]
        identifier = flow_id or f"{self.key}_f{self.flows}"
        condition, self._condition = self._condition, None
        inner = (
            f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
        )
        self.body.append(
            f'<bpmn:sequenceFlow id="{identifier}" sourceRef="{self.last}" targetRef="{target}">{inner}'
            "</bpmn:sequenceFlow>"
        )


def _may_end(tag: str, inner: str, attributes: str) -> bool:
    """Whether the element needs no flow out of it."""
    marked = 'isForCompensation="true"' in attributes or 'triggeredByEvent="true"' in attributes
    undoes = tag == "boundaryEvent" and "compensateEventDefinition" in inner
    links = tag == "intermediateThrowEvent" and "linkEventDefinition" in inner
    return tag == "endEvent" or marked or undoes or links


def _end(element_id: str) -> str:
    return (
        f'<bpmn:endEvent id="{element_id}_end"/><bpmn:sequenceFlow id="{element_id}_to_end" '
        f'sourceRef="{element_id}" targetRef="{element_id}_end"/>'
    )


def process(key: str = "p") -> Diagram:
    """An executable process."""
    return Diagram(key)


def sub_process(key: str) -> Diagram:
    """The inside of an embedded sub-process."""
    return Diagram(key, "subProcess")


def condition(text: str) -> str:
    """A conditional definition."""
    return (
        f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(text)}</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>"
    )


def link(name: str) -> str:
    """A link definition."""
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def compensate(activity: str) -> str:
    """A compensation throw for one activity."""
    return f'<bpmn:compensateEventDefinition activityRef="{activity}"/>'


COMPENSATE = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"


def timer(kind: str, text: str) -> str:
    """A timer definition: timeDate, timeDuration or timeCycle."""
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def mapping(*, inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """Input and output mappings, target to source."""
    parts = [f"<zeebe:input source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (inputs or {}).items()]
    parts += [
        f"<zeebe:output source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (outputs or {}).items()
    ]
    return f"<zeebe:ioMapping>{''.join(parts)}</zeebe:ioMapping>"


def headers(**pairs: str) -> str:
    """Task headers."""
    inner = "".join(f"<zeebe:header key={quoteattr(k)} value={quoteattr(v)}/>" for k, v in pairs.items())
    return f"<zeebe:taskHeaders>{inner}</zeebe:taskHeaders>"


def extensions(inner: str) -> str:
    """Extension elements around their content."""
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"
