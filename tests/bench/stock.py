"""The reference: the same diagrams on stock SpiffWorkflow, in memory, with its own tree as history."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


class Stock:
    """One diagram, parsed once."""

    def __init__(self, path: Path, key: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(path))
        self.spec, self.below = parser.get_spec(key), parser.get_subprocess_specs(key)
        self.serializer = BpmnWorkflowSerializer()

    def run_line(self) -> Any:
        """From x = 0 to the end."""
        workflow = BpmnWorkflow(self.spec, self.below)
        workflow.task_tree.data["x"] = 0
        workflow.do_engine_steps()
        return workflow.data["x"]

    def run_human(self) -> Any:
        """The same with a person: stored, and loaded again by another call."""
        workflow = BpmnWorkflow(self.spec, self.below)
        workflow.task_tree.data["x"] = 0
        workflow.do_engine_steps()
        stored = self.serializer.serialize_json(workflow)
        workflow = self.serializer.deserialize_json(stored)
        task = next(t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual)
        task.run()
        workflow.do_engine_steps()
        self.serializer.serialize_json(workflow)
        return workflow.data["x"]


def cpu_ms(run: Any, expected: int, count: int) -> float:
    """CPU milliseconds per instance over `count` instances, each checked."""
    begin = time.process_time()
    for _ in range(count):
        if run() != expected:
            raise AssertionError(f"stock gave another value than {expected}")
    return (time.process_time() - begin) / count * 1000
