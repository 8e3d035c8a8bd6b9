"""Rules about flows, starts and ends, gateways."""

from __future__ import annotations

from tests.engine.check.drawing import (
    BASE,
    CATCH_A,
    CATCH_Z,
    NOTE,
    TIMER,
    E,
    Row,
    S,
    T,
    d,
    e,
    event_gateway,
    event_sub,
    flow,
    gateway,
    inside,
    middle,
    path,
    sub,
    when,
)

ROWS = [
    # ---- flows
    Row("bpmn.duplicate-id", "t", BASE + e("userTask", "t"), e("userTask", "t"), ""),
    Row("bpmn.flow-reference", "t-gone", BASE + flow("t", "gone"), flow("t", "gone"), ""),
    Row("bpmn.artifact-target", "t-note", BASE + NOTE + flow("t", "note"), flow("t", "note"), ""),
    Row("bpmn.artifact-source", "note-t", BASE + NOTE + flow("note", "t"), flow("note", "t"), ""),
    Row(
        "bpmn.flow-kind", "t-data", BASE + e("dataObject", "data") + flow("t", "data"), flow("t", "data"), ""
    ),
    Row(
        "bpmn.flow-crosses-sub-process", "s-e2", middle(sub(inside())) + flow("s", "e2"), flow("s", "e2"), ""
    ),
    Row(
        "bpmn.flow-crosses-pool",
        "s-s9",
        BASE + flow("s", "s9"),
        flow("s", "s9"),
        "",
        '<bpmn:process id="q"><bpmn:task id="s9"/></bpmn:process>',
    ),
    Row("bpmn.event-sub-process-flow", "n", event_sub(TIMER) + flow("t", "n"), flow("t", "n"), ""),
    Row(
        "bpmn.compensation-flow",
        "h",
        BASE + e("task", "h", isForCompensation="true") + flow("t", "h"),
        flow("t", "h"),
        "",
    ),
    Row("bpmn.incoming-not-allowed", "s", BASE + flow("t", "s"), flow("t", "s"), ""),
    Row("bpmn.outgoing-not-allowed", "e", BASE + flow("e", "t"), flow("e", "t"), ""),
    Row(
        "bpmn.flow-lists",
        "t",
        BASE.replace(T, e("task", "t", "<bpmn:incoming>zz</bpmn:incoming>")),
        "zz",
        "s-t",
    ),
    Row(
        "bpmn.single-condition",
        "t",
        BASE.replace(flow("t", "e"), flow("t", "e", when("=a > 1"))),
        when("=a > 1"),
        "",
    ),
    Row(
        "bpmn.flow-immediate",
        "t-e",
        BASE.replace(flow("t", "e"), flow("t", "e", isImmediate="false")),
        "false",
        "true",
    ),
    Row(
        "bpmn.condition-place",
        "s",
        BASE.replace(flow("s", "t"), flow("s", "t", when("=a > 1"))),
        when("=a > 1"),
        "",
    ),
    Row(
        "bpmn.default-flow",
        "t",
        BASE.replace(T, e("task", "t", default="s-t")),
        'default="s-t"',
        'default="t-e"',
    ),
    Row(
        "bpmn.default-condition",
        "g",
        gateway(
            "exclusiveGateway", flow("g", "t", when("=a > 1")) + flow("g", "u", when("=a > 2")), default="g-u"
        ),
        when("=a > 2"),
        "",
    ),
    # ---- connections
    Row(
        "bpmn.no-start",
        "n",
        middle(sub(E.replace('"e"', '"e2"') + e("task", "t2") + path("t2", "e2"))),
        e("task", "t2"),
        e("startEvent", "t2"),
    ),
    Row("bpmn.no-end", "p", S + T + path("s", "t"), path("s", "t"), path("s", "t", "e") + E),
    Row("bpmn.no-incoming", "u", BASE + e("task", "u") + flow("u", "e"), flow("u", "e"), path("t", "u", "e")),
    Row("bpmn.no-outgoing", "u", BASE + e("task", "u") + flow("t", "u"), flow("t", "u"), path("t", "u", "e")),
    Row(
        "bpmn.event-sub-process-starts",
        "n",
        BASE
        + sub(inside(start=TIMER) + e("startEvent", "s3", TIMER) + path("s3", "e2"), triggeredByEvent="true"),
        e("startEvent", "s3", TIMER) + path("s3", "e2"),
        "",
    ),
    # ---- gateways
    Row(
        "bpmn.gateway-converging",
        "g",
        gateway("parallelGateway", path("g", "t") + path("g", "u"), gatewayDirection="Converging"),
        "Converging",
        "Diverging",
    ),
    Row(
        "bpmn.gateway-diverging",
        "g",
        gateway("parallelGateway", path("g", "t") + path("t", "u"), gatewayDirection="Diverging"),
        "Diverging",
        "Unspecified",
    ),
    Row(
        "bpmn.gateway-mixed",
        "g",
        gateway("parallelGateway", path("g", "t") + path("g", "u"), gatewayDirection="Mixed"),
        "Mixed",
        "Diverging",
    ),
    Row(
        "bpmn.gateway-no-outgoing",
        "g",
        gateway("parallelGateway", path("s", "t") + path("s", "u")),
        "</bpmn:parallelGateway>",
        "</bpmn:parallelGateway>" + flow("g", "e"),
    ),
    Row(
        "bpmn.parallel-condition",
        "g",
        gateway("parallelGateway", flow("g", "t", when("=a > 1")) + flow("g", "u")),
        when("=a > 1"),
        "",
    ),
    Row(
        "bpmn.flow-condition",
        "g-u",
        gateway("exclusiveGateway", flow("g", "t", when("=a > 1")) + flow("g", "u")),
        flow("g", "u"),
        flow("g", "u", when("=a &lt; 1")),
    ),
    Row(
        "bpmn.activation-condition",
        "g",
        S
        + T
        + e("task", "u")
        + E
        + path("s", "t", "g")
        + path("s", "u", "g", "e")
        + e("complexGateway", "g"),
        "</bpmn:complexGateway>",
        ("<bpmn:activationCondition>=activationCount > 1</bpmn:activationCondition></bpmn:complexGateway>"),
    ),
    Row(
        "bpmn.event-gateway-outgoing",
        "g",
        event_gateway(CATCH_A, CATCH_Z).replace(flow("g", "z"), "<!---->"),
        "<!---->",
        flow("g", "z"),
    ),
    Row(
        "bpmn.event-gateway-condition",
        "g",
        event_gateway(CATCH_A, CATCH_Z).replace(flow("g", "z"), flow("g", "z", when("=a > 1"))),
        when("=a > 1"),
        "",
    ),
    Row("bpmn.event-gateway-target", "g", event_gateway(CATCH_A, e("task", "z")), e("task", "z"), CATCH_Z),
    Row(
        "bpmn.event-gateway-messages",
        "g",
        event_gateway(e("intermediateCatchEvent", "a", d("message")), e("receiveTask", "z")),
        e("receiveTask", "z"),
        CATCH_Z,
    ),
    Row(
        "bpmn.event-gateway-boundary",
        "z",
        event_gateway(
            CATCH_A, e("receiveTask", "z"), e("boundaryEvent", "b", TIMER, attachedToRef="z") + flow("b", "e")
        ),
        'attachedToRef="z"',
        'attachedToRef="s"',
    ),
    Row(
        "bpmn.event-gateway-target-incoming",
        "z",
        event_gateway(CATCH_A, CATCH_Z, flow("s", "z")),
        flow("s", "z"),
        "",
    ),
    Row(
        "bpmn.event-gateway-instantiate",
        "g",
        event_gateway(CATCH_A, CATCH_Z, instantiate="true"),
        'instantiate="true"',
        "",
    ),
    Row(
        "bpmn.event-gateway-parallel",
        "g",
        event_gateway(CATCH_A, CATCH_Z, eventGatewayType="Parallel"),
        "Parallel",
        "Exclusive",
    ),
]
