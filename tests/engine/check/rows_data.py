"""Rules about activities and data."""

from __future__ import annotations

from tests.engine.check.drawing import (
    BASE,
    INPUT,
    INPUT_REF,
    IO,
    ITEMS,
    LOOP,
    OUTPUT,
    OUTPUT_REF,
    SERVICE,
    Row,
    T,
    e,
    inside,
    middle,
    sub,
)

ROWS = [
    # ---- activities
    Row("bpmn.quantity", "t", BASE.replace(T, e("task", "t", startQuantity="0")), '"0"', '"2"'),
    Row(
        "bpmn.resource-assignment",
        "t",
        BASE.replace(
            T,
            e(
                "task",
                "t",
                e("performer", "r", "<bpmn:resourceParameterBinding/><bpmn:resourceAssignmentExpression/>"),
            ),
        ),
        "<bpmn:resourceParameterBinding/>",
        "",
    ),
    Row(
        "bpmn.task-input-sets",
        "n",
        middle(
            e(
                "sendTask",
                "n",
                IO.format(INPUT, INPUT_REF, "").replace(
                    "<bpmn:outputSet>", "<bpmn:inputSet/><bpmn:outputSet>"
                ),
            )
        ),
        "<bpmn:inputSet/>",
        "",
    ),
    Row(
        "bpmn.task-data",
        "n",
        middle(e("receiveTask", "n", IO.format(OUTPUT + OUTPUT.replace("do", "do2"), "", OUTPUT_REF))),
        OUTPUT.replace("do", "do2"),
        "",
    ),
    Row(
        "bpmn.operation-message",
        "n",
        middle(e("sendTask", "n", messageRef="m2", operationRef="op")),
        'messageRef="m2"',
        'messageRef="m"',
        SERVICE,
    ),
    Row(
        "bpmn.receive-instantiate",
        "n",
        middle(e("receiveTask", "n", instantiate="true")),
        'instantiate="true"',
        "",
    ),
    Row(
        "bpmn.script-format",
        "n",
        middle(e("scriptTask", "n", "<bpmn:script>x</bpmn:script>")),
        e("scriptTask", "n", "<bpmn:script>x</bpmn:script>"),
        e("scriptTask", "n", "<bpmn:script>x</bpmn:script>", scriptFormat="text/x-feel"),
    ),
    Row(
        "bpmn.ad-hoc-content",
        "n",
        middle(e("adHocSubProcess", "n", e("task", "t2") + e("endEvent", "e2"))),
        e("endEvent", "e2"),
        "",
    ),
    Row(
        "bpmn.ad-hoc-empty",
        "n",
        middle(e("adHocSubProcess", "n")),
        e("adHocSubProcess", "n"),
        e("adHocSubProcess", "n", e("task", "t2")),
    ),
    Row(
        "bpmn.interface-binding",
        "p",
        "<bpmn:supportedInterfaceRef>i</bpmn:supportedInterfaceRef>" + BASE,
        "</bpmn:supportedInterfaceRef>",
        '</bpmn:supportedInterfaceRef><bpmn:ioBinding operationRef="op"/>',
        SERVICE,
    ),
    Row(
        "bpmn.interface-binding-types",
        "p",
        (
            '<bpmn:dataInput id="di" itemSubjectRef="one"/>'
            '<bpmn:ioBinding operationRef="op" inputDataRef="di"/>'
        )
        + BASE,
        'itemSubjectRef="one"',
        "",
        ITEMS + SERVICE,
    ),
    Row(
        "bpmn.multi-instance-item",
        "t",
        '<bpmn:dataObject id="list" itemSubjectRef="many" isCollection="true"/>'
        + BASE.replace(
            T,
            e(
                "task",
                "t",
                (
                    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>list</bpmn:loopDataInputRef>"
                    '<bpmn:inputDataItem id="it" itemSubjectRef="many"/>'
                    "</bpmn:multiInstanceLoopCharacteristics>"
                ),
            ),
        ),
        '<bpmn:inputDataItem id="it" itemSubjectRef="many"/>',
        '<bpmn:inputDataItem id="it" itemSubjectRef="one"/>',
        ITEMS,
    ),
    Row(
        "bpmn.multi-instance-event",
        "t",
        BASE.replace(T, e("task", "t", LOOP.format(' behavior="None"', "3", ""))),
        'behavior="None"',
        'behavior="All"',
    ),
    Row(
        "bpmn.sub-process-data", "n", middle(sub(IO.format("", "", "") + inside())), IO.format("", "", ""), ""
    ),
    Row(
        "bpmn.call-data",
        "n",
        middle(e("callActivity", "n", IO.format("", "", ""), calledElement="q")),
        IO.format("", "", ""),
        IO.format(INPUT, INPUT_REF, ""),
        '<bpmn:process id="q">'
        + IO.format(INPUT.replace("di", "dq"), INPUT_REF.replace("di", "dq"), "")
        + "</bpmn:process>",
    ),
    # ---- data
    Row(
        "bpmn.data-object-name",
        "r",
        (
            '<bpmn:dataObject id="o" name="File"/>'
            '<bpmn:dataObjectReference id="r" dataObjectRef="o" name="F">'
            '<bpmn:dataState name="new"/></bpmn:dataObjectReference>'
        )
        + BASE,
        'name="F"',
        'name="File [new]"',
    ),
    Row(
        "bpmn.data-object-reference",
        "o",
        '<bpmn:dataObject id="o"><bpmn:dataState name="new"/></bpmn:dataObject>' + BASE,
        '<bpmn:dataState name="new"/>',
        "",
    ),
    Row(
        "bpmn.data-collection",
        "o",
        '<bpmn:dataObject id="o" itemSubjectRef="many"/>' + BASE,
        '"many"',
        '"one"',
        ITEMS,
    ),
    Row(
        "bpmn.data-input-set",
        "di",
        BASE.replace(T, e("task", "t", IO.format(INPUT, "<!---->", ""))),
        "<!---->",
        INPUT_REF,
    ),
    Row(
        "bpmn.data-output-set",
        "do",
        BASE.replace(T, e("task", "t", IO.format(OUTPUT, "", "<!---->"))),
        "<!---->",
        OUTPUT_REF,
    ),
    Row(
        "bpmn.optional-input",
        "di2",
        BASE.replace(
            T,
            e(
                "task",
                "t",
                IO.format(INPUT, INPUT_REF + "<bpmn:optionalInputRefs>di2</bpmn:optionalInputRefs>", ""),
            ),
        ),
        "di2",
        "di",
    ),
    Row(
        "bpmn.while-executing-input",
        "di2",
        BASE.replace(
            T,
            e(
                "task",
                "t",
                IO.format(
                    INPUT, INPUT_REF + "<bpmn:whileExecutingInputRefs>di2</bpmn:whileExecutingInputRefs>", ""
                ),
            ),
        ),
        "di2",
        "di",
    ),
    Row(
        "bpmn.optional-output",
        "do2",
        BASE.replace(
            T,
            e(
                "task",
                "t",
                IO.format(OUTPUT, "", OUTPUT_REF + "<bpmn:optionalOutputRefs>do2</bpmn:optionalOutputRefs>"),
            ),
        ),
        "do2",
        "do",
    ),
    Row(
        "bpmn.while-executing-output",
        "do2",
        BASE.replace(
            T,
            e(
                "task",
                "t",
                IO.format(
                    OUTPUT,
                    "",
                    OUTPUT_REF + "<bpmn:whileExecutingOutputRefs>do2</bpmn:whileExecutingOutputRefs>",
                ),
            ),
        ),
        "do2",
        "do",
    ),
    Row(
        "bpmn.data-set-rule",
        "is",
        BASE.replace(
            T,
            e(
                "task",
                "t",
                (
                    '<bpmn:ioSpecification><bpmn:inputSet id="is"><bpmn:outputSetRefs>os'
                    '</bpmn:outputSetRefs></bpmn:inputSet><bpmn:outputSet id="os"/>'
                    "</bpmn:ioSpecification>"
                ),
            ),
        ),
        "<bpmn:outputSetRefs>os</bpmn:outputSetRefs>",
        "",
    ),
    Row(
        "bpmn.data-association-sources",
        "t",
        '<bpmn:dataObject id="o"/><bpmn:dataObject id="o2"/>'
        + BASE.replace(
            T,
            e(
                "task",
                "t",
                IO.format(INPUT, INPUT_REF, "")
                + e(
                    "dataInputAssociation",
                    "da",
                    (
                        "<bpmn:sourceRef>o</bpmn:sourceRef><bpmn:sourceRef>o2</bpmn:sourceRef>"
                        "<bpmn:targetRef>di</bpmn:targetRef>"
                    ),
                ),
            ),
        ),
        "<bpmn:sourceRef>o2</bpmn:sourceRef>",
        "",
    ),
    Row(
        "bpmn.data-association-types",
        "t",
        '<bpmn:dataObject id="o" itemSubjectRef="one"/>'
        + BASE.replace(
            T,
            e(
                "task",
                "t",
                IO.format('<bpmn:dataInput id="di" itemSubjectRef="y"/>', INPUT_REF, "")
                + e(
                    "dataInputAssociation",
                    "da",
                    "<bpmn:sourceRef>o</bpmn:sourceRef><bpmn:targetRef>di</bpmn:targetRef>",
                ),
            ),
        ),
        'itemSubjectRef="y"',
        'itemSubjectRef="one"',
        ITEMS + '<bpmn:itemDefinition id="y" structureRef="y"/>',
    ),
    Row(
        "bpmn.process-data-input",
        "di",
        IO.format(INPUT, INPUT_REF, "")
        + '<bpmn:dataObject id="o"/>'
        + BASE.replace(
            T,
            e(
                "task",
                "t",
                e(
                    "dataOutputAssociation",
                    "da",
                    "<bpmn:sourceRef>o</bpmn:sourceRef><bpmn:targetRef>di</bpmn:targetRef>",
                ),
            ),
        ),
        "<bpmn:targetRef>di</bpmn:targetRef>",
        "<bpmn:targetRef>o</bpmn:targetRef>",
    ),
    Row(
        "bpmn.process-data-output",
        "do",
        IO.format(OUTPUT, "", OUTPUT_REF)
        + '<bpmn:dataObject id="o"/>'
        + BASE.replace(
            T,
            e(
                "task",
                "t",
                e(
                    "dataInputAssociation",
                    "da",
                    "<bpmn:sourceRef>do</bpmn:sourceRef><bpmn:targetRef>o</bpmn:targetRef>",
                ),
            ),
        ),
        "<bpmn:sourceRef>do</bpmn:sourceRef>",
        "<bpmn:sourceRef>o</bpmn:sourceRef>",
    ),
]
