"""Short words for what tests do with an engine: run this diagram, complete that task, what is open?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import execution, history, incidents, instances, messages, packages, signals, user_tasks, values
from engine.sandbox import Answer, Sandbox, no_answer
from engine.spiff import state
from engine.states import OPEN_TASK
from engine.store import HistoryEvent, Job, ProcessInstance, UserTask
from engine.testing import Diagram

USER = user_tasks.User("nadia", frozenset({"agents"}), may_see_all=True)


class Play:
    """One sandbox, and the instance last started."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.id: UUID = UUID(int=0)

    def deploy(self, diagram: Diagram | bytes, properties: dict[str, str] | None = None) -> None:
        """Deploy one diagram."""
        xml = diagram if isinstance(diagram, bytes) else diagram.xml(properties)
        self.sandbox.deploy(packages.single(xml))

    def run(self, diagram: Diagram, answer: Answer = no_answer, **variables: Any) -> Play:
        """Deploy, start with these variables, do every job that is due."""
        self.deploy(diagram)
        return self.start(diagram.key, answer, **variables)

    def start(self, key: str, answer: Answer = no_answer, **variables: Any) -> Play:
        """Start an instance and do every job that is due."""
        with self.sandbox.session() as session:
            self.id = instances.start(session, key, variables, now=self.sandbox.now).id
        self._work(answer)
        return self

    def complete(self, element_id: str, answer: Answer = no_answer, **variables: Any) -> Play:
        """Complete the open user task at this element."""
        with self.sandbox.session() as session:
            task = next(t for t in self._tasks(session) if t.element_id == element_id)
            user_tasks.complete(session, task.id, variables, user=USER, now=self.sandbox.now)
        self._work(answer)
        return self

    def publish(self, message: str, /, key: str = "", answer: Answer = no_answer, **payload: Any) -> Any:
        """Publish a message and do what it leads to."""
        with self.sandbox.session() as session:
            published = messages.publish(session, message, key, payload, now=self.sandbox.now)
        self._work(answer)
        return published

    def advance(self, answer: Answer = no_answer, **length: int) -> Play:
        """Let time pass."""
        self.sandbox.advance(timedelta(**length), answer)
        self._work(answer)
        return self

    def resolve(self, element_id: str, answer: Answer = no_answer, **variables: Any) -> Play:
        """Correct variables and try again what stopped here."""
        with self.sandbox.session() as session:
            found = [i for i in incidents.open_incidents(session, self.id) if i.element_id == element_id]
            incidents.resolve(session, found[0].id, by="olga", now=self.sandbox.now, variables=variables)
        self._work(answer)
        return self

    def signal(self, name: str, /, answer: Answer = no_answer, **payload: Any) -> signals.Broadcast:
        """Broadcast a signal and do what it leads to."""
        with self.sandbox.session() as session:
            sent = signals.broadcast(session, name, payload, now=self.sandbox.now)
        self._work(answer)
        return sent

    def set(self, answer: Answer = no_answer, **variables: Any) -> Play:
        """Write variables by hand."""
        with self.sandbox.session() as session:
            instances.set_variables(session, self.id, variables, now=self.sandbox.now)
        self._work(answer)
        return self

    def _work(self, answer: Answer) -> None:
        """Do every job that is due; what is saved then can be read and is the same when saved again."""
        self.sandbox.run_jobs(answer)
        with self.sandbox.session() as session:
            instance = execution.INSTANCE
            active = select(instance).where(instance.c.execution_state.is_not(None))
            for row in session.execute(active).mappings().all():
                run = execution.load(session, row, self.sandbox.now)
                assert state.dump(run) == row["execution_state"]
                assert all(not token.data for token in run.open_tokens())

    # ---- what there is to see

    @property
    def all(self) -> list[tuple[str, str]]:
        """Every instance: process and state, oldest first."""
        with self.sandbox.session() as session:
            found = session.scalars(select(ProcessInstance).order_by(ProcessInstance.id))
            return [(i.definition_key, i.state) for i in found]

    @property
    def state(self) -> str:
        """The instance's state."""
        with self.sandbox.session() as session:
            return instances.get(session, self.id).state

    @property
    def end_event(self) -> str | None:
        """The end event it reached."""
        with self.sandbox.session() as session:
            return instances.get(session, self.id).end_event_id

    @property
    def variables(self) -> dict[str, Any]:
        """Process variables, as plain Python."""
        with self.sandbox.session() as session:
            return {k: values.to_python(v) for k, v in instances.variables(session, self.id).items()}

    @property
    def done(self) -> list[str]:
        """Elements completed, in order."""
        return [e.element_id or "" for e in self.events("element_completed")]

    @property
    def open(self) -> list[str]:
        """Elements with a token, sorted."""
        with self.sandbox.session() as session:
            return sorted(e.element_id for e in instances.open_elements(session, self.id))

    @property
    def tasks(self) -> list[str]:
        """Open user tasks, sorted."""
        with self.sandbox.session() as session:
            return sorted(t.element_id for t in self._tasks(session))

    @property
    def stopped(self) -> list[tuple[str, str]]:
        """Open incidents: element and kind."""
        with self.sandbox.session() as session:
            return [(i.element_id, i.kind) for i in incidents.open_incidents(session, self.id)]

    @property
    def jobs(self) -> list[str]:
        """Waiting jobs: kind and element."""
        with self.sandbox.session() as session:
            found = session.scalars(select(Job).where(Job.instance_id == self.id))
            return sorted(f"{j.kind} {j.element_id}" for j in found)

    def events(self, kind: str | None = None) -> list[HistoryEvent]:
        """History, of one kind or all."""
        with self.sandbox.session() as session:
            found = [e for e in history.of(session, self.id) if kind in (None, e.kind)]
            session.expunge_all()
        return found

    def _tasks(self, session: Any) -> list[UserTask]:
        query = select(UserTask).where(UserTask.instance_id == self.id, UserTask.state.in_(OPEN_TASK))
        return list(session.scalars(query))
