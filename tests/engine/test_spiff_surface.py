"""The few functions of SpiffWorkflow that the engine leans on; this fails when upstream changes them."""

from __future__ import annotations

import hashlib
import inspect
from importlib.metadata import version

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.node_parser import NodeParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

SURFACE = {
    BpmnParser.__init__: "49e7bb80b165",
    BpmnParser.add_bpmn_xml: "3522d3212bb9",
    BpmnParser.create_parser: "447f0096c14a",
    BpmnParser.get_spec: "a5bcc8efc915",
    ProcessParser.__init__: "9d98ce925912",
    ProcessParser.create_spec: "7019c5ea092a",
    ProcessParser.get_spec: "ca4c1860fbd3",
    NodeParser.__init__: "c2b9ec04019d",
    BpmnProcessSpec.__init__: "4c0511ce1def",
    BpmnTaskSpec.__init__: "1345082eb723",
    TaskSpec.__init__: "df987d5843e7",
    TaskSpec.connect: "80f6471ca883",
    WorkflowSpec._add_notify: "2522e219845e",
    Task.__init__: "5d98d6df6c60",
    Workflow.__init__: "a179a7573948",
    BpmnBaseWorkflow.__init__: "0ab21b97ab24",
    BpmnSubWorkflow.__init__: "db2b701bf21b",
    BpmnWorkflow.__init__: "3a81d03cfd84",
}


def fingerprint(function: object) -> str:
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]


@pytest.mark.parametrize("function", SURFACE, ids=lambda f: f.__qualname__)
def test_a_function_we_lean_on_is_as_we_know_it(function: object) -> None:
    assert fingerprint(function) == SURFACE[function]


def test_the_version_is_the_one_we_know() -> None:
    assert version("SpiffWorkflow") == "3.2.0"


def test_task_states_keep_their_order() -> None:
    assert TaskState.READY < TaskState.STARTED < TaskState.COMPLETED < TaskState.ERROR < TaskState.CANCELLED
