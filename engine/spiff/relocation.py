"""Bring an instance in memory to another version of its process, or say why it cannot go.

What waits keeps what it was given: a timer its due time, a message its name and key, a task its
holder. Events that the new version adds beside an open step are waited for from now on; those it
dropped are not waited for any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.errors import Refused
from engine.spiff import places, standing, state
from engine.spiff.compiled import CompiledProcess
from engine.spiff.runs import CalledRun
from engine.spiff.specs.activity import Activity
from engine.spiff.specs.boundary_event import BoundaryEvent
from engine.spiff.specs.catching import Catching
from engine.spiff.specs.event_sub_process import EventSubProcess
from engine.spiff.specs.gateways import InclusiveGateway, ParallelGateway
from engine.spiff.specs.node import Node
from engine.spiff.specs.sub_process import SubProcess

if TYPE_CHECKING:
    from engine.spiff.compensation import Entry
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.subscriptions import Subscription
    from engine.spiff.token import Token

FORM = 2  #: the form of the state whose places of element ids are known here


def automatic(source: CompiledProcess, target: CompiledProcess) -> dict[str, str]:
    """Elements that are certainly the same: equal id, kind and sub-process around."""
    same = {n.name: n.name for n in source.nodes() if target.node(n.name) is not None}
    return {name: name for name in same if not why_not(source, target, same, name)}


def why_not(
    source: CompiledProcess, target: CompiledProcess, mapping: Mapping[str, str], element_id: str
) -> Text | None:
    """Why nothing can go on from this element to the one it is mapped to; None when it can."""
    mapped = mapping.get(element_id)
    if mapped is not None:
        return _mismatch(source, target, mapping, element_id, mapped)
    alike = {**mapping, element_id: element_id}
    reason = _mismatch(source, target, alike, element_id, element_id)
    return reason or _unmatched(source.label(element_id))


def _unmatched(step: str) -> Text:
    return Text(
        f"« {step} » n’a pas d’étape correspondante dans la nouvelle version.",
        f'"{step}" has no matching step in the new version.',
    )


def _mismatch(
    source: CompiledProcess, target: CompiledProcess, mapping: Mapping[str, str], element_id: str, mapped: str
) -> Text | None:
    step = source.label(element_id)
    before, after = source.node(element_id), target.node(mapped)
    if before is None or after is None:
        return _unmatched(step)
    if type(before) is not type(after) or _definitions(before) != _definitions(after):
        return Text(
            f"« {step} » et « {after.label} » ne sont pas du même genre.",
            f'"{step}" and "{after.label}" are not of the same kind.',
        )
    if _repetition(before) != _repetition(after):
        return Text(
            f"« {step} » ne se répète pas de la même façon dans la nouvelle version.",
            f'"{step}" is not repeated in the same way in the new version.',
        )
    around, there = places.scope_of(source, element_id), places.scope_of(target, after.name)
    if (mapping.get(around) if around else None) != there:
        return Text(
            f"« {step} » n’est pas dans le même sous-processus dans la nouvelle version.",
            f'"{step}" is not in the same sub-process in the new version.',
        )
    return None


def _definitions(node: Node) -> list[str]:
    return [d.kind for d in node.definitions] if isinstance(node, Catching) else []


def _repetition(node: Node) -> object:
    if not isinstance(node, Activity) or node.repetition is None:
        return None
    setting = getattr(node.repetition, "setting", None)
    return type(node.repetition), bool(setting is not None and setting.sequential)


class Relocation:
    """One instance on its way from one version to another."""

    def __init__(self, run: ProcessRun, target: CompiledProcess, mapping: Mapping[str, str]) -> None:
        self.run, self.source, self.target, self.mapping = run, run.compiled, target, mapping

    # ---- may it go?

    def reasons(self) -> list[Text]:
        """Every reason why it has to stay; empty: it may go."""
        found = [t for part in self.run.runs() if self._is_own(part) for t in self._of_scope(part)]
        calls = [r for r in self.run.runs() if isinstance(r, CalledRun) and r.callee.global_task is not None]
        found += [_global_task(run.host.task_spec.label) for run in calls if run.host is not None]
        return list(dict.fromkeys(found))

    def _is_own(self, run: ScopeInstance) -> bool:
        """Whether it runs the version that is left; called processes keep theirs."""
        return run.program is self.source

    def _own_waits(self) -> list[Subscription]:
        owners = {run.key for run in self.run.runs() if self._is_own(run)}
        owners |= {t.key for run in self.run.runs() if self._is_own(run) for t in run.open.values()}
        called = {run.key for run in self.run.runs() if not self._is_own(run)}
        return [
            s for s in self.run.waits if s.owner_key in owners and not (s.of_scope and s.owner_key in called)
        ]

    def _of_scope(self, run: ScopeInstance) -> Iterator[Text]:
        for token in run.open.values():
            yield from self._of_token(token)
        for element_id, counts in run.joins.items():
            yield from self._of_join(element_id, counts)
        for entry in run.completed_activities:
            yield from self._of_entry(entry)

    def _of_token(self, token: Token) -> Iterator[Text]:
        step = token.task_spec.label
        if token.pending is not None or token.compensates is not None or token.arms is not None:
            yield Text(
                f"« {step} » est en train d’annuler ce qui a été fait, ou attend qu’un incident soit réglé.",
                f'"{step}" is undoing what was done, or waits for an incident to be settled.',
            )
        reason = why_not(self.source, self.target, self.mapping, token.task_spec.name)
        if reason is not None:
            yield reason
            return
        after = self.target.node(self.mapping[token.task_spec.name])
        for subscription in self.run.waits.of(token.key):
            event = token.workflow.node(subscription.element_id)
            if subscription.of_scope or event is token.task_spec or isinstance(event, BoundaryEvent):
                continue
            targets = {flow.target for flow in after.flows_out} if after is not None else set()
            if self._event(event) not in targets:
                yield _gateway(step, event.label)

    def _of_join(self, element_id: str, counts: Mapping[str, int]) -> Iterator[Text]:
        reason = why_not(self.source, self.target, self.mapping, element_id)
        if reason is None and not self._flows(element_id, counts):
            step = self.source.label(element_id)
            reason = Text(
                f"« {step} » a des branches arrivées qui n’ont pas de place dans la nouvelle version.",
                f'"{step}" has arrived branches that have no place in the new version.',
            )
        if reason is not None:
            yield reason

    def _flows(self, element_id: str, counts: Mapping[str, int]) -> dict[str, str] | None:
        """Flow of the new version for each flow counted; None when one has none, or nothing is missing."""
        before, after = self.source.node(element_id), self.target.node(self.mapping[element_id])
        if before is None or after is None or not isinstance(after, ParallelGateway | InclusiveGateway):
            return None
        found = {f.id: self._flow(f, after) for f in before.flows_in if counts.get(f.id)}
        taken = {flow for flow in found.values() if flow is not None}
        if len(taken) < len(found) or len(taken) >= len(after.flows_in):
            return None
        return {old: new for old, new in found.items() if new is not None}

    def _flow(self, flow: Any, gateway: Node) -> str | None:
        ids = {f.id for f in gateway.flows_in}
        if flow.id in ids:
            return str(flow.id)
        alike = [f.id for f in gateway.flows_in if f.source == self.mapping.get(flow.source)]
        return alike[0] if len(alike) == 1 else None

    def _of_entry(self, entry: Entry) -> Iterator[Text]:
        reason = why_not(self.source, self.target, self.mapping, entry.element_id)
        after = self.target.node(self.mapping.get(entry.element_id, ""))
        undoable = isinstance(after, SubProcess) or (after is not None and after.compensation_handler)
        if reason is None and not undoable:
            step = self.source.label(entry.element_id)
            reason = Text(
                f"« {step} » est faite et ne pourrait plus être annulée dans la nouvelle version.",
                f'"{step}" is done and could no longer be undone in the new version.',
            )
        if reason is not None:
            yield reason
        for inner in entry.inner:
            yield from self._of_entry(inner)

    # ---- go

    def moved(self) -> ProcessRun:
        """The instance in the new version, nothing run yet. Raises Refused with the first reason."""
        for reason in self.reasons():
            raise Refused(reason)
        variables = {key: scope.values_here for key, scope in self.run.scopes.items()}
        document = self._renamed(json.loads(state.dump(self.run)))
        case = self.run.scope.parent
        if case is None:
            raise Refused(Text("Le dossier n’a pas de numéro.", "The case has no number."))
        new = state.load(
            json.dumps(document).encode(), self.target, variables, self.run.now, case, self.run.library
        )
        new.instance_id, new.decisions = self.run.instance_id, self.run.decisions
        self._close_dropped(new)
        stop = new.attempt(lambda: self._open_added(new))
        if stop is not None:
            raise Refused(stop.message)
        return new

    def _renamed(self, document: dict[str, Any]) -> dict[str, Any]:
        if document["v"] != FORM:
            raise ValueError(f"the places of element ids in state form {document['v']} are not known")
        own = {run.key for run in self.run.runs() if self._is_own(run)}
        for part in (p for p in document["runs"] if p[0] in own):
            for token in part[1]:
                token[1] = self.mapping[token[1]]
                if "kept" in token[-1]:
                    token[-1]["kept"] = [self._entry(e) for e in token[-1]["kept"]]
            part[2] = {self.mapping[name]: self._counts(name, counts) for name, counts in part[2].items()}
            if "comp" in part[3]:
                part[3]["comp"] = [self._entry(e) for e in part[3]["comp"]]
        waits = {s.key for s in self._own_waits()}
        for row in (r for r in document["subscriptions"] if r[0] in waits):
            row[2] = self._event_id(row[2]) or row[2]
        return document

    def _counts(self, element_id: str, counts: Mapping[str, int]) -> dict[str, int]:
        flows = self._flows(element_id, counts) or {}
        return {flows[flow]: count for flow, count in counts.items() if count}

    def _entry(self, entry: list[Any]) -> list[Any]:
        return [self.mapping[entry[0]], entry[1], [self._entry(e) for e in entry[2]]]

    # ---- events beside

    def _event(self, node: Node) -> str | None:
        """The event of the new version for this one, if it waits for the same at the same place."""
        mapped = self.mapping.get(node.name)
        after = self.target.node(mapped or "")
        if after is None or why_not(self.source, self.target, self.mapping, node.name) is not None:
            return None
        if isinstance(node, BoundaryEvent) and isinstance(after, BoundaryEvent):
            same_host = self.mapping.get(node.host_id or "") == after.host_id
            return after.name if same_host and node.interrupting == after.interrupting else None
        if isinstance(node, EventSubProcess) and isinstance(after, EventSubProcess):
            return after.name if node.interrupting == after.interrupting else None
        return after.name

    def _event_id(self, element_id: str) -> str | None:
        node = self.source.node(element_id)
        return self._event(node) if node is not None else None

    def _close_dropped(self, new: ProcessRun) -> None:
        for old in self._own_waits():
            if self._event_id(old.element_id) is None:
                new.waits.close(next(s for s in new.waits if s.key == old.key))

    def _open_added(self, new: ProcessRun) -> None:
        known = {self._event_id(n.name) for n in self.source.nodes()}
        for token in new.open_tokens():
            own = token.workflow.program is self.target
            if own and not (token.is_stopped or token.waits_for_data or places.is_instance(token)):
                for event in token.task_spec.boundary_events:
                    if event.name not in known:
                        event.listen(token)
        for run in new.runs():
            closed = run.interrupted or run.program is not self.target
            for node in () if closed else run.spec.event_sub_processes:
                if node.name not in known:
                    node.listen(run)

    # ---- what is worth saying

    def notes(self) -> list[Text]:
        """What the person should know about waits that are carried over."""
        waits = standing.of(self.run)
        own = {s.key for s in self._own_waits() if self._event_id(s.element_id)}
        kept = [w for w in waits if w.subscription is not None and w.subscription.key in own]
        return list(dict.fromkeys(_kept(self.source.label(w.element_id), w.subscription) for w in kept))


def _kept(step: str, subscription: Subscription | None) -> Text:
    kind = subscription.kind if subscription is not None else ""
    if kind == "timer":
        return Text(f"« {step} » garde son échéance.", f'"{step}" keeps its due time.')
    if kind == "message":
        return Text(
            f"« {step} » garde le message et la clé attendus.", f'"{step}" keeps its message and key.'
        )
    return Text(f"« {step} » est toujours attendu.", f'"{step}" is still waited for.')


def _global_task(step: str) -> Text:
    return Text(
        f"« {step} » appelle une tâche globale de cette version. Attendez qu’elle soit faite.",
        f'"{step}" calls a global task of this version. Wait until it is done.',
    )


def _gateway(step: str, event: str) -> Text:
    return Text(
        f"« {step} » attend « {event} », qui ne le suit pas dans la nouvelle version.",
        f'"{step}" waits for "{event}", which is not behind it in the new version.',
    )
