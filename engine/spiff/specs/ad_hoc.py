"""Ad-hoc sub-processes: activities without an order of their own (BPMN 2.0, clauses 10.3.5 and 13.3.5).

Without anything said, everything that no flow leads to is done: together, or in the order of the
file when the ordering is sequential. `zeebe:adHoc activeElementsCollection` picks some of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff.changes import Stop
from engine.spiff.specs.repetition import Condition
from engine.spiff.specs.sub_process import SubProcess
from engine.spiff.xml import b, z

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class AdHocSubProcess(SubProcess):
    """Ends when the completion condition holds after an activity, or when nothing is left to do."""

    kind = "ad_hoc_sub_process"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.sequential = element.get("ordering") == "Sequential"
        self.cancels = element.get("cancelRemainingInstances", "true") != "false"
        text = (element.findtext(b("completionCondition")) or "").strip()
        self.completion = Condition(reader.feel(text, element), text) if text else None
        setting = element.find(f"{b('extensionElements')}/{z('adHoc')}")
        chosen = setting.get("activeElementsCollection") if setting is not None else None
        self.chosen = reader.feel(chosen, element) if chosen else None

    def begin(self, token: Token) -> bool:
        """Open the inner scope with the activities to be done."""
        top, inner_spec = token.top, token.workflow.program.subprocess_specs[self.spec_name]
        names = self._wanted(token, inner_spec)
        token.memo = {**token.memo, "waiting": names[1:] if self.sequential else []}
        inner = top.open_scope(token, self.spec_name)
        inner.start(names[:1] if self.sequential else names)
        return token.is_finished

    def _wanted(self, token: Token, spec: Any) -> list[str]:
        if self.chosen is None:
            return list(spec.none_starts)
        value = token.top.evaluate(self.chosen, token.scope)
        known = [n.name for n in spec.task_specs.values() if n.enters_by_flow]
        if not isinstance(value, list) or any(name not in known for name in value):
            raise Stop("ad_hoc", _no_elements(self.label))
        return list(dict.fromkeys(value))

    def inside_completing(self, token: Token, run: ScopeInstance) -> None:
        """One activity inside is done: is that enough?"""
        if self.completion is not None and self.completion.holds(token, run.scope, {}):
            token.memo = {**token.memo, "waiting": [], "enough": True}

    def inside_left(self, token: Token, run: ScopeInstance) -> None:
        """It was enough: what still runs ends, unless it may go on to its end."""
        if self.cancels and token.memo.get("enough"):
            token.top.kill_all(run)

    def more_inside(self, token: Token, run: ScopeInstance) -> bool:
        """Nothing runs inside: begin the next activity, if one is waiting."""
        waiting = token.memo.get("waiting") or []
        if not waiting:
            return False
        token.memo = {**token.memo, "waiting": waiting[1:]}
        run.node(waiting[0]).enter(run)
        return True


def _no_elements(label: str) -> Text:
    return Text(
        f"L’étape « {label} » doit dire quelles activités commencer : une liste de leurs identifiants.",
        f'The step "{label}" must say which activities begin: a list of their ids.',
    )
