"""Call activities: another process runs inside this instance (BPMN 2.0, clauses 10.3.4 and 13.3.4).

The called process has its own variables, its own tokens and its own version; state, lock and commit
are the caller's. Global tasks of the same file are called the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff import compensation
from engine.spiff.calls import MAX_DEPTH, Callee, Wanted
from engine.spiff.changes import Stop
from engine.spiff.runs import CalledRun
from engine.spiff.scopes import CASE_NAME
from engine.spiff.specs.activity import Activity
from engine.spiff.xml import b, z

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class CallActivity(Activity):
    """Starts the called process at its none start event; ends when its last token has ended."""

    kind = "call_activity"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        found = element.find(f"{b('extensionElements')}/{z('calledElement')}")
        setting: Any = {} if found is None else found.attrib
        name = setting.get("processId") or (element.get("calledElement") or "").rpartition(":")[2]
        self.process_id = reader.text(name, element)
        self.binding = setting.get("bindingType") or "latest"
        self.version_tag = setting.get("versionTag")
        self.gives_all = setting.get("propagateAllParentVariables", "true") != "false"
        self.takes_all = setting.get("propagateAllChildVariables", "true") != "false"

    def begin(self, token: Token) -> bool:
        """Open the called process and start it."""
        callee = self._callee(token)
        entries = callee.program.entries()
        if not entries:
            raise Stop("called_element", _no_start(self.label, callee.program.name))
        if depth(token.workflow) >= MAX_DEPTH:
            raise Stop("called_element", _too_deep(self.label))
        token.top.call(token, callee, self._given(token)).start(entries)
        return token.is_finished

    def _callee(self, token: Token) -> Callee:
        run = token.workflow
        key = token.top.evaluate(self.process_id, token.scope)
        if not isinstance(key, str) or not key:
            raise Stop("called_element", _no_name(self.label))
        if key in run.program.global_tasks:
            return Callee(run.program.global_tasks[key], run.definition, run.decision_source(), key)
        caller = run.definition.id if run.definition is not None else None
        found = token.top.library.find(Wanted(key, self.binding, self.version_tag, caller))
        if found is None:
            raise Stop("called_element", _not_found(self.label, key, self.binding, self.version_tag))
        return found

    def _given(self, token: Token) -> dict[str, Any]:
        if self.gives_all:
            return {k: v for k, v in token.scope.visible().items() if k != CASE_NAME}
        return dict(token.scope.values_here) if token.scope is not token.outer_scope else {}

    def inner_result(self, run: ScopeInstance) -> dict[str, Any]:
        """The called process's variables, all or for the output mappings."""
        run.top.drop_scope(run.scope)
        return dict(run.scope.values_here) if self.takes_all or self.maps_outputs else {}

    def leaving(self, token: Token) -> None:
        """What was completed inside cannot be compensated from outside."""
        super().leaving(token)
        compensation.forget(token.top, token.kept or [])
        token.kept = None

    def undo(self, token: Token) -> None:
        """End what the failed start had begun inside."""
        token.top.end_inside(token)
        super().undo(token)


def depth(run: ScopeInstance) -> int:
    """How many calls are around this scope."""
    count, around = 0, run
    while around.host is not None:
        count += isinstance(around, CalledRun)
        around = around.host.workflow
    return count


def _no_name(label: str) -> Text:
    return Text(
        f"L’étape « {label} » appelle un processus sans dire lequel.",
        f'The step "{label}" calls a process without saying which.',
    )


def _not_found(label: str, key: str, binding: str, tag: str | None) -> Text:
    fr = {"deployment": " publié avec celui-ci", "versionTag": f" dans la version « {tag} »"}.get(binding, "")
    en = {"deployment": " deployed with this one", "versionTag": f' in the version "{tag}"'}.get(binding, "")
    return Text(
        f"L’étape « {label} » appelle le processus « {key} », qui n’existe pas{fr}. "
        "Publiez-le, puis relancez.",
        f'The step "{label}" calls the process "{key}", which does not exist{en}. '
        "Publish it, then try again.",
    )


def _no_start(label: str, name: str) -> Text:
    return Text(
        f"L’étape « {label} » appelle « {name} », qu’un message ou une minuterie doit démarrer.",
        f'The step "{label}" calls "{name}", which only a message or a timer starts.',
    )


def _too_deep(label: str) -> Text:
    return Text(
        f"L’étape « {label} » appellerait un processus de plus : {MAX_DEPTH} sont déjà imbriqués. "
        "Un processus s’appelle sans doute lui-même.",
        f'The step "{label}" would call one more process: {MAX_DEPTH} are inside each other already. '
        "A process probably calls itself.",
    )
