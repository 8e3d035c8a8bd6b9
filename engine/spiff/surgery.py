"""Changes by hand inside one instance in memory: start, cancel, move, drop what waits in a join.

What begins comes first, then what ends, so that no scope looks finished in between. Then scopes in
which nothing is left end too, and joins are looked at: what could be joined before must still be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.errors import Refused
from engine.spiff import places, standing
from engine.spiff.runs import ScopeInstance
from engine.spiff.specs.gateways import ParallelGateway
from engine.spiff.specs.repetition import instances_of

if TYPE_CHECKING:
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.token import Token


@dataclass(slots=True)
class Done:
    """What was done: elements started and scopes opened for them, and every token ended."""

    started: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    variables: dict[int, dict[str, Any]] = field(default_factory=dict)


class Surgeon:
    """Works on one instance; Refused leaves it to be thrown away."""

    def __init__(self, run: ProcessRun) -> None:
        self.run, self.done = run, Done()
        self._condemned: list[Token] = []
        self._hopeless = {key for key in self._joins() if not self._can_fire(*key)}

    # ---- what is asked for

    def token(self, key: int) -> Token:
        """The open token with this key, if it may be ended by hand. Raises Refused."""
        token = self.run.token(key)
        if token is None or token in self._condemned:
            raise Refused(_not_there())
        step = token.task_spec.label
        if token.pending is not None or token.compensates is not None:
            raise Refused(_undoing(step))
        if token.arms is not None:
            raise Refused(_arming(step))
        if places.is_instance(token):
            raise Refused(_one_of_several(step))
        return token

    def set_variables(self, scope_key: int, variables: dict[str, Any]) -> None:
        """Write variables in one scope."""
        scope = self.run.scopes.get(scope_key)
        if scope is None:
            raise Refused(Text("Ces données n’existent plus.", "These variables do not exist any more."))
        for name, value in variables.items():
            scope.set_local(name, value)
        self.done.variables.setdefault(scope_key, {}).update(variables)

    def start(self, element_id: str, *, scope_key: int | None = None, near: Token | None = None) -> None:
        """Put a token at an element; the scopes it needs are found or opened."""
        node = places.target(self.run.compiled, element_id)
        before = set(self.run.subprocesses)
        scope: list[ScopeInstance] = []

        def place() -> None:
            scope.append(places.find(self.run, element_id, scope_key=scope_key, near=near))

        stop = self.run.attempt(place)
        if stop is not None:
            raise Refused(stop.message)
        opened = [r.host.task_spec.name for k, r in self.run.subprocesses.items() if k not in before]
        self.done.opened += opened
        scope[0].node(node.name).enter(scope[0])
        self.done.started.append(element_id)

    def condemn(self, token: Token) -> None:
        """End this token, once everything that begins has begun."""
        self._condemned.append(token)

    def drop(self, element_id: str, scope_key: int) -> None:
        """Forget the branches that arrived at a join."""
        run = self.run.run_of(scope_key)
        if run is None or element_id not in run.joins:
            raise Refused(_not_there())
        run.joins.pop(element_id)
        self.done.dropped.append(element_id)

    # ---- and then

    def finish(self) -> Done:
        """End what has to end, and look whether everything that waits still can go on."""
        for token in self._condemned:
            self._end(token)
        while (empty := self._empty()) is not None:
            if empty.host is None:
                raise Refused(_nothing_left())
            self.done.emptied.append(empty.host.task_spec.name)
            self._end(empty.host)
        self._listen_again()
        self._check_joins()
        return self.done

    def _end(self, token: Token) -> None:
        if token.is_finished:
            return
        self.done.ended += [*self._belonging(token), (token.key, token.task_spec.name)]
        self.run.kill(token)

    def _belonging(self, token: Token) -> list[tuple[int, str]]:
        """What ends with a token: the instances of a repeated activity, everything inside a sub-process."""
        inner = self.run.subprocesses.get(token.key)
        ending = list(inner.open.values()) if inner is not None else []
        ending += instances_of(token) if standing.is_body(token) else []
        return [e for t in ending for e in (*self._belonging(t), (t.key, t.task_spec.name))]

    def _empty(self) -> ScopeInstance | None:
        """A running scope in which nothing is left, the innermost first."""
        for run in reversed(self.run.runs()):
            reopened = run.host is not None and run.host.pending is not None
            if not run.open and not run.joins and not run.completed and not reopened:
                return run
        return None

    def _listen_again(self) -> None:
        """A scope that an interrupting event had taken over is given back: its events count again."""
        for run in self.run.runs():
            if run.interrupted and not any(t.task_spec.is_event_sub_process for t in run.open.values()):
                run.interrupted = False
                run.listen()

    # ---- joins

    def _joins(self) -> list[tuple[int, str]]:
        return [(run.key, name) for run in self.run.runs() for name in run.joins]

    def _can_fire(self, scope_key: int, element_id: str) -> bool:
        """Whether every branch that is missing can still come; other joins go on by themselves."""
        run = self.run.run_of(scope_key)
        node = run.node(element_id) if run is not None else None
        if run is None or not isinstance(node, ParallelGateway):
            return True
        here = {token.task_spec.name for token in run.open.values()}
        here |= {name for name in run.joins if name != element_id}
        counts = run.joins[element_id]
        return all(here & node.upstream[f.id] for f in node.flows_in if not counts.get(f.id))

    def _check_joins(self) -> None:
        for key in self._joins():
            if key not in self._hopeless and not self._can_fire(*key):
                raise Refused(_never_joined(self.run.compiled.label(key[1])))


def _not_there() -> Text:
    return Text("Le dossier n’est plus à cette étape.", "The case is no longer at this step.")


def _undoing(step: str) -> Text:
    return Text(
        f"« {step} » est en train d’annuler ce qui a été fait. Attendez, ou réglez son incident.",
        f'"{step}" is undoing what was done. Wait, or settle its incident.',
    )


def _arming(step: str) -> Text:
    return Text(
        f"« {step} » n’a pas pu être attendu. Réglez son incident.",
        f'"{step}" could not be waited for. Settle its incident.',
    )


def _one_of_several(step: str) -> Text:
    return Text(
        f"« {step} » se répète. Choisissez l’étape répétée entière, pas une seule de ses fois.",
        f'"{step}" is repeated. Choose the whole repeated step, not one of its times.',
    )


def _nothing_left() -> Text:
    return Text(
        "Le dossier ne serait plus à aucune étape. Annulez le dossier, ou commencez une autre étape.",
        "The case would be at no step any more. Cancel the case, or start another step.",
    )


def _never_joined(step: str) -> Text:
    return Text(
        f"« {step} » garderait une branche arrivée que plus rien ne peut rejoindre. "
        "Retirez aussi cette attente, ou commencez une étape qui mène à la branche qui manque.",
        f'"{step}" would keep a branch that nothing can join any more. '
        "Drop this wait too, or start a step that leads to the branch that is missing.",
    )
