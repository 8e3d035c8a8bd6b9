"""Tasks: script, service (a job for a connector) and user (a work item for a person)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import timers
from engine.diagnostics import Text
from engine.spiff.changes import NewJob, NewUserTask, Stop
from engine.spiff.specs.activity import Activity
from engine.timers import TimerInvalid

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.token import Token
    from engine.spiff.xml import Element

DEFAULT_RETRIES = 3
DEFAULT_PRIORITY = 50


class ScriptTask(Activity):
    """A FEEL expression whose value goes into one variable."""

    kind = "script_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.script = reader.feel(self.extensions.script or "null", element)

    def begin(self, token: Token) -> bool:
        """Evaluate."""
        value = token.workflow.top.evaluate(self.script, token.scope)
        name = self.extensions.result_variable
        token.payload = {name: value} if name else {}
        return True

    def result(self, token: Token) -> dict[str, Any]:
        """The script's value, in its variable."""
        return token.payload


class JobElement(Activity):
    """An element whose work is a job: service and send tasks, and message throws with a job type."""

    kind = "service_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.job_type = reader.text(self.extensions.job_type or "", element)
        self.retries = reader.text(self.extensions.retries or str(DEFAULT_RETRIES), element)
        expression = self.extensions.headers.get("resultExpression")
        self.result_expression = reader.feel(expression, element) if expression else None
        self.reads = reader.job_reads.get(self.name, ())

    def begin(self, token: Token) -> bool:
        """Hand the work out; it comes back by `ProcessRun.finish` or as an error."""
        top = token.workflow.top
        own = token.scope.values_here if token.scope is not token.outer_scope else {}
        unset = {name for name in self.data.declared if own.get(name) is None}
        inputs = {name: value for name, value in own.items() if name not in unset}
        top.changes.jobs.append(
            NewJob(
                token.key,
                self.name,
                self._evaluated_text(self.job_type, token),
                self._retries(token),
                inputs,
                {name: token.scope.get(name) for name in self.reads},
                dict(self.extensions.headers),
            )
        )
        return False

    def result(self, token: Token) -> dict[str, Any]:
        """`resultVariable` holds the whole result, `resultExpression` picks from it; else key by key."""
        raw = token.completing or {}
        name = self.extensions.headers.get("resultVariable")
        if not name and self.result_expression is None:
            return raw
        variables = {name: raw} if name else {}
        if self.result_expression is not None:
            variables |= self._picked(token, raw)
        return variables

    def _picked(self, token: Token, raw: dict[str, Any]) -> dict[str, Any]:
        top = token.workflow.top
        scope = {**token.scope.visible(), **raw, "response": raw, "result": raw}
        value = self.result_expression.evaluate(scope, now=top.now, zone=top.zone)  # type: ignore[union-attr]
        if not isinstance(value, dict):
            raise Stop("expression", _not_a_context(self.extensions.headers["resultExpression"]))
        return value

    def _evaluated_text(self, expression: Any, token: Token) -> str:
        value = token.workflow.top.evaluate(expression, token.scope)
        if not isinstance(value, str) or not value:
            raise Stop("expression", _no_job_type(self.label))
        return value

    def _retries(self, token: Token) -> int:
        value = token.workflow.top.evaluate(self.retries, token.scope)
        try:
            return max(1, int(value))
        except (TypeError, ValueError):
            raise Stop("expression", _no_retries(self.label, value)) from None


class UserTaskElement(Activity):
    """A person decides; the form is looked up by its id in the same deployment."""

    kind = "user_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        ext = self.extensions
        self.assignee = reader.optional_text(ext.assignee, element)
        self.candidate_groups = reader.optional_text(ext.candidate_groups, element)
        self.candidate_users = reader.optional_text(ext.candidate_users, element)
        self.due_date = reader.optional_text(ext.due_date, element)
        self.follow_up_date = reader.optional_text(ext.follow_up_date, element)
        self.priority = reader.optional_text(ext.priority, element)

    def begin(self, token: Token) -> bool:
        """Put it into the inbox."""
        token.workflow.top.changes.user_tasks.append(self._work_item(token))
        return False

    def _work_item(self, token: Token) -> NewUserTask:
        groups = self._names(self.candidate_groups, token)
        users = self._names(self.candidate_users, token)
        assignee = self._value(self.assignee, token)
        if not groups and not users and not assignee and self.lane:
            groups = [self.lane]
        return NewUserTask(
            token.key,
            self.name,
            self.label,
            self.extensions.form_id,
            None if assignee is None else str(assignee),
            users,
            groups,
            self._instant(self.due_date, token),
            self._instant(self.follow_up_date, token),
            self._priority(token),
        )

    def _value(self, expression: Any, token: Token) -> Any:
        return None if expression is None else token.workflow.top.evaluate(expression, token.scope)

    def _names(self, expression: Any, token: Token) -> list[str]:
        value = self._value(expression, token)
        names = value.split(",") if isinstance(value, str) else value or []
        if not isinstance(names, list):
            raise Stop("assignment", _not_names(self.label, value))
        return [str(name).strip() for name in names if str(name).strip()]

    def _instant(self, expression: Any, token: Token) -> Any:
        try:
            return timers.instant(self._value(expression, token), token.workflow.top.zone)
        except TimerInvalid as error:
            raise Stop("timer", error.message) from error

    def _priority(self, token: Token) -> int:
        value = self._value(self.priority, token)
        try:
            return DEFAULT_PRIORITY if value is None else min(100, max(0, int(value)))
        except (TypeError, ValueError):
            raise Stop("assignment", _no_priority(self.label, value)) from None


def _not_a_context(text: str) -> Text:
    return Text(
        f"L’expression du résultat « {text} » ne donne pas un ensemble de données nommées.",
        f'The result expression "{text}" does not give a context.',
    )


def _no_job_type(label: str) -> Text:
    return Text(
        f"L’étape « {label} » ne nomme pas l’opération à exécuter.",
        f'The step "{label}" names no operation to run.',
    )


def _no_retries(label: str, value: Any) -> Text:
    return Text(
        f"L’étape « {label} » demande « {value} » essais : écrivez un nombre entier.",
        f'The step "{label}" asks for "{value}" attempts: write a whole number.',
    )


def _not_names(label: str, value: Any) -> Text:
    return Text(
        f"L’étape « {label} » est attribuée à « {value} », qui n’est pas une liste de noms.",
        f'The step "{label}" is assigned to "{value}", which is not a list of names.',
    )


def _no_priority(label: str, value: Any) -> Text:
    return Text(
        f"La priorité de l’étape « {label} » est « {value} » : écrivez un nombre de 0 à 100.",
        f'The priority of the step "{label}" is "{value}": write a number from 0 to 100.',
    )
