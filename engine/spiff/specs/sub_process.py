"""Embedded sub-processes: an activity with tokens and variables of its own (clause 13.3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff import compensation
from engine.spiff.compensation import Entry
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

    def leaving(self, token: Token) -> None:
        """With something inside that can be compensated, its variables stay as they are now.

        A compensation handler of its own goes before those inside (clause 10.7.1).
        """
        super().leaving(token)
        kept, token.kept = token.kept, None
        if kept is None or self.compensation_handler is not None or not self.enters_by_flow:
            compensation.forget(token.top, kept or [])
            return
        token.workflow.completed_activities.append(Entry(self.name, token.scope.key, kept))
        token.scope = token.outer_scope

    def undo(self, token: Token) -> None:
        """End what the failed start had begun inside."""
        inner = token.workflow.top.subprocesses.pop(token.key, None)
        if inner is not None:
            token.top.kill_all(inner)
            inner.completed = True
            compensation.forget(token.top, inner.completed_activities)
        super().undo(token)


class Transaction(SubProcess):
    """A sub-process that can be cancelled: compensated as a whole (clauses 10.3.6 and 13.5.5)."""

    kind = "transaction"
