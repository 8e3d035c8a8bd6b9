"""Embedded sub-processes: an activity with tokens and variables of its own (clause 13.3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.specs.activity import Activity

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class SubProcess(Activity):
    """Starts at its none start event, ends when its last token has ended."""

    kind = "sub_process"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.spec_name = self.name

    def begin(self, token: Token) -> bool:
        """Open the inner scope and start it."""
        token.workflow.top.open_sub_process(token, self.spec_name)
        return token.is_finished

    def undo(self, token: Token) -> None:
        """End what the failed start had begun inside."""
        inner = token.workflow.top.subprocesses.pop(token.key, None)
        if inner is not None:
            token.workflow.top.kill_all(inner)
        super().undo(token)
