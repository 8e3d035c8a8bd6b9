"""The business rule task: evaluates a decision and keeps its explanation in the history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import dmn, values
from engine.diagnostics import Text
from engine.errors import InvalidValue
from engine.spiff.changes import Stop
from engine.spiff.specs.activity import Activity

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


@dataclass(frozen=True, slots=True)
class FoundDecision:
    """The version of a decision that a task is bound to."""

    id: UUID
    key: str
    version: int
    model: dmn.CompiledModel


@dataclass(frozen=True, slots=True)
class Called:
    """Which decision a task calls. `binding`: latest, deployment or versionTag."""

    key: str
    binding: str
    version_tag: str | None


#: Finds the decision that is called; None when there is none.
DecisionSource = Callable[[Called], FoundDecision | None]


class DecisionTask(Activity):
    """A business rule task with `zeebe:calledDecision`; its inputs are the variables it sees, by name."""

    kind = "business_rule_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.decision = reader.text(self.extensions.decision_id or "", element)
        self.binding = self.extensions.decision_binding or "latest"

    def begin(self, token: Token) -> bool:
        """Evaluate, note the explanation, and give the value to the result variable."""
        found = self._found(token)
        top = token.workflow.top
        outcome = dmn.evaluate(found.model, found.key, token.scope.visible(), now=top.now, zone=top.zone)
        data = {"decision_id": str(found.id), "key": found.key, "version": found.version}
        top.record("decision_evaluated", token, {**data, **outcome.to_dict()})
        if outcome.value is None and outcome.reasons:
            raise Stop("decision", _no_result(self.label, found.key, outcome.reasons[-1]))
        token.payload = {self.extensions.result_variable or found.key: self._kept(outcome.value)}
        return True

    def result(self, token: Token) -> dict[str, Any]:
        """The decision's value, in its variable."""
        return token.payload

    def _found(self, token: Token) -> FoundDecision:
        key = token.workflow.top.evaluate(self.decision, token.scope)
        called = Called(str(key), self.binding, self.extensions.decision_version_tag)
        found = token.workflow.decision_source()(called)
        if found is None:
            raise Stop("decision", _unknown(self.label, called))
        return found

    def _kept(self, value: Any) -> Any:
        try:
            return values.from_python(value)
        except InvalidValue as error:
            raise Stop("decision", _not_storable(self.label, str(error))) from error


def _unknown(label: str, called: Called) -> Text:
    where_fr = {"deployment": "ce processus", "versionTag": f"l’étiquette « {called.version_tag} »"}
    where_en = {"deployment": "this process", "versionTag": f'the tag "{called.version_tag}"'}
    fr, en = where_fr.get(called.binding), where_en.get(called.binding)
    return Text(
        f"L’étape « {label} » appelle la décision « {called.key} », qui n’existe pas"
        + (f" pour {fr}" if fr else "")
        + ". Publiez-la, puis relancez.",
        f'The step "{label}" calls the decision "{called.key}", which does not exist'
        + (f" for {en}" if en else "")
        + ". Publish it, then try again.",
    )


def _no_result(label: str, key: str, reason: Text) -> Text:
    return Text(
        f"L’étape « {label} » : la décision « {key} » n’a pas de résultat. {reason.fr}",
        f'The step "{label}": the decision "{key}" has no result. {reason.en}',
    )


def _not_storable(label: str, what: str) -> Text:
    return Text(
        f"L’étape « {label} » : le résultat de la décision ne peut pas être gardé ({what}).",
        f'The step "{label}": the result of the decision cannot be kept ({what}).',
    )
