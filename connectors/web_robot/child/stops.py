"""Why a run stopped: a problem by its key, with facts. The parent finds the words."""

from __future__ import annotations

from typing import Any


class Stop(Exception):
    """The robot stops here and touches nothing more.

    `problem` is a key of `connectors.web_robot.outcomes.PROBLEMS`; `facts` fill its sentence.
    """

    def __init__(self, problem: str, **facts: Any) -> None:
        super().__init__(problem)
        self.problem = problem
        self.facts = facts


class NotThere(Exception):
    """A lookup saw the application say that the file is not there."""
