"""Where a token may be put by hand, and where the scope for it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.diagnostics import Text
from engine.errors import Refused
from engine.spiff.runs import ScopeInstance, SubProcessRun
from engine.spiff.specs.activity import Activity
from engine.spiff.specs.boundary_event import BoundaryEvent
from engine.spiff.specs.catches import EventGateway, StartEvent
from engine.spiff.specs.event_sub_process import EventSubProcess
from engine.spiff.specs.joins import Join
from engine.spiff.specs.sub_process import SubProcess, Transaction

if TYPE_CHECKING:
    from engine.spiff.compiled import CompiledProcess
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.specs.node import Node
    from engine.spiff.token import Token


def target(compiled: CompiledProcess, element_id: str) -> Node:
    """The element, if a token may be put there by hand. Raises Refused with the reason."""
    node = compiled.node(element_id)
    if node is None:
        raise Refused(
            Text(
                f"L’étape « {element_id} » n’existe pas dans cette version du processus.",
                f'There is no step "{element_id}" in this version of the process.',
            )
        )
    reason = why_not(compiled, node)
    if reason is not None:
        raise Refused(reason)
    return node


def why_not(compiled: CompiledProcess, node: Node) -> Text | None:
    """Why no token may be put at this element by hand; None when it may."""
    step = node.label
    if isinstance(node, EventSubProcess | BoundaryEvent):
        return Text(
            f"« {step} » ne commence que par son événement.", f'"{step}" starts only when its event happens.'
        )
    if isinstance(node, StartEvent) and (node.definitions or _is_triggered(compiled, node)):
        return Text(
            f"« {step} » ne commence que par son événement. Choisissez l’étape qui le suit.",
            f'"{step}" starts only when its event happens. Choose the step behind it.',
        )
    if isinstance(node, Join) and len(node.flows_in) > 1:
        return Text(
            f"« {step} » réunit plusieurs branches. Choisissez l’étape qui le précède ou celle qui le suit.",
            f'"{step}" joins several branches. Choose the step before it or the step behind it.',
        )
    if any(isinstance(before, EventGateway) for before in _before(compiled, node)):
        return Text(
            f"« {step} » est attendu par un embranchement. Choisissez cet embranchement.",
            f'"{step}" is waited for by a gateway. Choose that gateway.',
        )
    if not node.enters_by_flow and not node.flows_in:
        return Text(
            f"« {step} » ne se fait que pour annuler une étape terminée.",
            f'"{step}" is done only to undo a completed step.',
        )
    return None


def _is_triggered(compiled: CompiledProcess, node: Node) -> bool:
    host = compiled.node(scope_of(compiled, node.name) or "")
    return isinstance(host, EventSubProcess)


def _before(compiled: CompiledProcess, node: Node) -> list[Node]:
    found = [compiled.node(flow.source) for flow in node.flows_in]
    return [n for n in found if n is not None]


def scope_of(compiled: CompiledProcess, element_id: str) -> str | None:
    """Id of the sub-process that the element is directly in; None: the process itself."""
    for spec_id, spec in compiled.subprocess_specs.items():
        if element_id in spec.task_specs:
            return spec_id
    return None


def find(run: ProcessRun, element_id: str, *, scope_key: int | None, near: Token | None) -> ScopeInstance:
    """The running scope to put a token for this element in; what is missing of it is opened.

    `scope_key` names one of the running scopes around it; `near` is a token whose own scopes are
    preferred. Raises Refused when several scopes would do, or none can be opened.
    """
    wanted = scope_of(run.compiled, element_id)
    return _scope(run, wanted, _around(run, scope_key, near))


def _around(run: ProcessRun, scope_key: int | None, near: Token | None) -> list[ScopeInstance]:
    """Running scopes that were named, innermost first."""
    found = run.run_of(scope_key) if scope_key is not None else near.workflow if near is not None else None
    if found is None and scope_key is not None:
        raise Refused(
            Text("Le sous-processus choisi est terminé.", "The sub-process that was chosen has ended.")
        )
    chain: list[ScopeInstance] = []
    while found is not None:
        chain.append(found)
        found = found.host.workflow if found.host is not None else None
    return chain


def _scope(run: ProcessRun, wanted: str | None, around: list[ScopeInstance]) -> ScopeInstance:
    if wanted is None:
        return run
    own = [r for r in run.subprocesses.values() if r.host.workflow.program is run.compiled]
    running = [r for r in own if _is(r, wanted)]
    named = [r for r in around if r in running]
    if named:
        return named[0]
    parent_id = scope_of(run.compiled, wanted)
    inside = [r for r in running if r.host.workflow in around] if around else running
    if len(inside or running) > 1:
        raise Refused(_several(run.compiled.label(wanted), len(inside or running)))
    if inside or (running and not _other_way(around, parent_id)):
        found: ScopeInstance = (inside or running)[0]
        return found
    return open_scope(run, _scope(run, parent_id, around), wanted)


def _other_way(around: list[ScopeInstance], parent_id: str | None) -> bool:
    """Whether a scope was named in which another one of these could be opened."""
    return any(r.host is not None and r.host.task_spec.name == parent_id for r in around)


def _is(run: Any, wanted: str) -> bool:
    host = run.host
    return bool(host.task_spec.name == wanted and not run.completed and host.pending is None)


def _several(step: str, count: int) -> Text:
    return Text(
        f"« {step} » est ouvert {count} fois. Choisissez dans lequel.",
        f'"{step}" is open {count} times. Choose which one.',
    )


def open_scope(run: ProcessRun, parent: ScopeInstance, element_id: str) -> ScopeInstance:
    """A sub-process opened by hand: its events are waited for, its start events are not passed.

    Raises Refused for one that only its event or its items open.
    """
    node = parent.node(element_id)
    by_hand = type(node) in (SubProcess, Transaction) and not is_repeated(node)
    if not isinstance(node, SubProcess) or not by_hand:
        raise Refused(_cannot_open(node))
    host = node.enter(parent, queued=False)
    host._state = TaskState.STARTED
    node.open_scope(host)
    inner = SubProcessRun(run.subprocess_specs[node.spec_name], host, run, host.scope)
    run.subprocesses[host.key] = inner
    for event in node.boundary_events:
        event.listen(host)
    inner.listen()
    return inner


def is_repeated(node: Node) -> bool:
    """Whether it is a loop or multi-instance."""
    return isinstance(node, Activity) and node.repetition is not None


def is_instance(token: Token) -> bool:
    """Whether the token is one of several of a repeated activity."""
    node = token.task_spec
    return isinstance(node, Activity) and node.is_instance(token)


def _cannot_open(node: Node) -> Text:
    return Text(
        f"« {node.label} » n’est pas ouvert, et ne s’ouvre pas à la main. "
        f"Choisissez « {node.label} » lui-même ou une étape en dehors.",
        f'"{node.label}" is not open, and is not opened by hand. '
        f'Choose "{node.label}" itself or a step outside.',
    )
