"""Rules about references, expressions, and what a model does."""

from __future__ import annotations

from tests.engine.check.drawing import (
    BASE,
    LOOP,
    TIMER,
    E,
    Row,
    S,
    T,
    d,
    e,
    flow,
    gateway,
    path,
    script,
    when,
)

ROWS = [
    # ---- references
    Row(
        "bpmn.reference",
        "pool",
        BASE,
        'processRef="gone"',
        'processRef="p"',
        e("collaboration", "c", e("participant", "pool", processRef="gone")),
    ),
    Row(
        "bpmn.reference-kind",
        "pool",
        BASE,
        'processRef="s"',
        'processRef="p"',
        e("collaboration", "c", e("participant", "pool", processRef="s")),
    ),
    Row(
        "bpmn.escalation-code",
        "e",
        BASE.replace(E, e("endEvent", "e", d("escalation", escalationRef="x"))),
        '<bpmn:escalation id="x"',
        '<bpmn:escalation id="x" escalationCode="1"',
        '<bpmn:escalation id="x"/>',
    ),
    Row(
        "bpmn.error-code",
        "e",
        BASE.replace(E, e("endEvent", "e", d("error", errorRef="x"))),
        '<bpmn:error id="x"',
        '<bpmn:error id="x" errorCode="1"',
        '<bpmn:error id="x"/>',
    ),
    Row(
        "bpmn.text-format",
        "note",
        BASE + '<bpmn:textAnnotation id="note" textFormat="plain"/>',
        '"plain"',
        '"text/plain"',
    ),
    Row(
        "bpmn.language-uri",
        "t-e",
        BASE.replace(
            flow("t", "e"),
            flow("t", "e", '<bpmn:conditionExpression language="a b">=x</bpmn:conditionExpression>'),
        ),
        "a b",
        "urn:feel",
    ),
    Row(
        "bpmn.shape-reference",
        "shape",
        BASE,
        '"gone"',
        '"t"',
        ('<di:BPMNShape xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="shape" bpmnElement="gone"/>'),
    ),
    # ---- expressions
    Row("feel.syntax", "t-e", BASE.replace(flow("t", "e"), flow("t", "e", when("=a >"))), "=a >", "=a > 1"),
    Row(
        "feel.condition-type",
        "t",
        BASE.replace(
            T, e("task", "t", LOOP.format("", "3", "<bpmn:completionCondition>23</bpmn:completionCondition>"))
        ),
        "23",
        "a > 2",
    ),
    Row(
        "feel.condition-type",
        "t-e",
        BASE.replace(flow("t", "e"), flow("t", "e", when('="yes"'))),
        '"yes"',
        "a > 1",
    ),
    Row("feel.number-type", "t", BASE.replace(T, e("task", "t", LOOP.format("", '"x"', ""))), '"x"', "3"),
    # ---- analysis
    Row(
        "model.deadlock",
        "j",
        S
        + T
        + e("task", "u")
        + E
        + e("exclusiveGateway", "g", default="g-u")
        + e("parallelGateway", "j")
        + path("s", "g")
        + flow("g", "t", when("=a > 1"))
        + flow("g", "u")
        + path("t", "j", "e")
        + path("u", "j"),
        "parallelGateway",
        "inclusiveGateway",
    ),
    Row(
        "model.may-wait",
        "j",
        S
        + T
        + e("task", "u")
        + E
        + e("inclusiveGateway", "g", default="g-u")
        + e("parallelGateway", "j")
        + path("s", "g")
        + flow("g", "t", when("=a > 1"))
        + flow("g", "u")
        + path("t", "j", "e")
        + path("u", "j"),
        "parallelGateway",
        "inclusiveGateway",
    ),
    Row(
        "model.runs-twice",
        "j",
        S
        + T
        + e("task", "u")
        + E
        + e("parallelGateway", "g")
        + e("exclusiveGateway", "j")
        + e("task", "v")
        + path("s", "g", "t", "j", "v", "e")
        + path("g", "u", "j"),
        "exclusiveGateway",
        "inclusiveGateway",
    ),
    Row(
        "model.loop-without-exit",
        "t",
        S + T + e("task", "u") + path("s", "t", "u") + flow("u", "t") + e("task", "v") + E + path("v", "e"),
        flow("u", "t"),
        flow("u", "t") + flow("u", "v"),
    ),
    Row(
        "bpmn.unreachable",
        "u",
        BASE + e("task", "u") + e("task", "v") + path("u", "v", "u"),
        flow("v", "u"),
        flow("v", "u") + flow("t", "u"),
    ),
    Row(
        "model.no-default",
        "g",
        gateway("exclusiveGateway", flow("g", "t", when("=a > 1")) + flow("g", "u", when("=a > 2"))),
        when("=a > 2"),
        when("=not(a > 1)"),
    ),
    Row(
        "model.written-twice",
        "u",
        S
        + T.replace("task", "scriptTask").replace("></", f">{script('n')}</")
        + e("scriptTask", "u", script("n"))
        + E
        + e("parallelGateway", "g")
        + e("parallelGateway", "j")
        + path("s", "g", "t", "j", "e")
        + path("g", "u", "j"),
        script("n"),
        script("m"),
    ),
    Row(
        "feel.unknown-name",
        "t-e",
        BASE.replace(S, e("startEvent", "s", TIMER)).replace(
            flow("t", "e"), flow("t", "e", when("=amount > 1"))
        ),
        T,
        e("scriptTask", "t", script("amount")),
    ),
]
