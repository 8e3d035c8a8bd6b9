"""The past of the demonstration: thirty cases lived through by the real engine under a moving clock.

Requests arrive, connectors answer, officers take tasks and finish them in office hours, timers fire, each at
its own instant and in order, until the present. What is still open then stays open.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from designer.demo import hours
from designer.demo.answers import World, french_day
from designer.demo.stories import Step, Story
from designer.models import AuditEntry, RequestLink
from designer.secrets import fingerprint, new_token
from designer.worker import JobRunner
from engine import definitions, instances, messages, user_tasks
from engine.errors import SubmissionInvalid
from engine.states import JobState, UserTaskState
from engine.store import Job, MessageSubscription, UserTask
from engine.user_tasks import User

PROCESS = "changement_adresse"
DOCUMENT_MESSAGE = "piece_recue"
BY_HAND = "reprendre_saisie"
DAY = timedelta(days=1)
#: No request arrives later than this before the present, so that the machine has answered all of them.
LATEST = timedelta(minutes=30)

Action = Callable[[], None]


@dataclass
class Past:
    """Plays stories on a database until `until`; `officers` maps the keys in the stories to people."""

    runner: JobRunner
    world: World
    officers: Mapping[str, User]
    until: datetime
    _agenda: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _left: dict[UUID, list[Step]] = field(default_factory=dict)
    _seen: set[UUID] = field(default_factory=set)

    def play(self, stories: Sequence[Story]) -> Iterator[Story]:
        """Live through every story; yields each one as its request arrives."""
        arrived: list[Story] = []
        for story in stories:
            self._plan(self.arrival(story), partial(self._arrive, story, arrived))
        while self._step():
            while arrived:
                yield arrived.pop()

    def arrival(self, story: Story) -> datetime:
        """When the request of a story comes in."""
        zone = self.world.zone
        day = self.until.astimezone(zone).date() - story.days * DAY
        moment = datetime.combine(day, time.fromisoformat(story.at), zone)
        return min(moment, self.until - LATEST)

    # ---- the order of things

    def _plan(self, at: datetime, action: Action) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), action))

    def _step(self) -> bool:
        """Do what comes next, a job or an action; False when the present is reached."""
        job_due = self._next_job()
        planned = self._agenda[0][0] if self._agenda else None
        coming = min((at for at in (job_due, planned) if at is not None), default=None)
        if coming is None or coming > self.until:
            return False
        self.world.clock.set(max(coming, self.world.clock.now()))
        if coming == job_due:
            self.runner.run_due(limit=1)
        else:
            heapq.heappop(self._agenda)[2]()
        self._notice()
        return True

    def _next_job(self) -> datetime | None:
        with self.runner.transaction() as session:
            return session.scalar(select(func.min(Job.due_at)).where(Job.state != JobState.FAILED))

    def _notice(self) -> None:
        """Plan what people do about new tasks and about documents that were asked for."""
        with self.runner.transaction() as session:
            waiting = session.scalars(select(UserTask).where(UserTask.state == UserTaskState.CREATED)).all()
            asked = session.scalars(select(MessageSubscription)).all()
        for task in waiting:
            if task.id not in self._seen:
                self._seen.add(task.id)
                self._plan_task(task)
        for subscription in asked:
            if subscription.id not in self._seen:
                self._seen.add(subscription.id)
                self._plan_document(subscription)

    # ---- what people do

    def _arrive(self, story: Story, arrived: list[Story]) -> None:
        now = self.world.clock.now()
        with self.runner.transaction() as session:
            given = self._validated(session, story, now)
            started = instances.start(session, PROCESS, given, now=now, sample=True)
            link = RequestLink(token_hash=fingerprint(new_token()), instance_id=started.id, created_at=now)
            session.add_all([link, _audit("case.opened", "process_instance", started.id, now)])
        self.world.stories[started.id] = story
        self._left[started.id] = list(story.steps)
        arrived.append(story)

    def _validated(self, session: Session, story: Story, now: datetime) -> dict[str, Any]:
        """The answers of the request, held to the form like anybody's."""
        definition = definitions.latest(session, PROCESS)
        form = definitions.form(session, definition.id, str(definition.start_form))
        submission = form.validate(answers_of(story, now), {}, now=now, zone=self.world.zone)
        if submission.errors:
            raise SubmissionInvalid(submission.errors)
        return dict(submission.values)

    def _plan_task(self, task: UserTask) -> None:
        left = self._left.get(task.instance_id, [])
        if not left:
            return
        step, zone = left.pop(0), self.world.zone
        start = task.created_at + _unevenness(self.world.stories[task.instance_id])
        taken = hours.after(start, timedelta(hours=step.wait), zone)
        if step.minutes is not None:
            length = timedelta(minutes=step.minutes)
            done = hours.after(taken, length, zone)
            if done - taken > length:  # it would last over a break: the officer begins after it
                taken, done = done, hours.after(done, length, zone)
            self._plan(done, lambda: self._complete(task, step))
        self._plan(taken, lambda: self._claim(task, step))

    def _claim(self, task: UserTask, step: Step) -> None:
        now, user = self.world.clock.now(), self.officers[step.who]
        with self.runner.transaction() as session:
            user_tasks.claim(session, task.id, user=user, now=now)
            if step.minutes is None:
                user_tasks.save_draft(session, task.id, dict(step.answers), user=user, now=now)
            session.add(_audit("task.claimed", "user_task", task.id, now, user.id))

    def _complete(self, task: UserTask, step: Step) -> None:
        now, user = self.world.clock.now(), self.officers[step.who]
        answers = self._typed_by_hand(task) if task.element_id == BY_HAND else dict(step.answers)
        with self.runner.transaction() as session:
            user_tasks.submit_form(session, task.id, answers, user=user, now=now, zone=self.world.zone)
            session.add(_audit("task.completed", "user_task", task.id, now, user.id))

    def _typed_by_hand(self, task: UserTask) -> dict[str, Any]:
        """The officer types the address into the application, and notes the number it gives."""
        with self.runner.transaction() as session:
            known = instances.variables(session, task.instance_id)
            reference = instances.get(session, task.instance_id).reference
        change = {name: str(known.get(name) or "") for name in ("numero_etranger", "voie", "complement")}
        change |= {"code_postal": str(known["code_postal"]), "commune": str(known["commune"]).upper()}
        change |= {"date_effet": french_day(known["date_emmenagement"]), "dossier": reference}
        return {"enregistrement": self.world.save(change, "agent")}

    def _plan_document(self, subscription: MessageSubscription) -> None:
        days = self.world.stories[subscription.instance_id].document_after
        if days is not None:
            at = subscription.created_at + timedelta(days=days)
            handed_in = hours.after(at, timedelta(hours=1, minutes=20), self.world.zone)
            self._plan(handed_in, lambda: self._bring(subscription))

    def _bring(self, subscription: MessageSubscription) -> None:
        with self.runner.transaction() as session:
            messages.publish(
                session,
                DOCUMENT_MESSAGE,
                subscription.correlation_key,
                {"piece": "justificatif.pdf"},
                now=self.world.clock.now(),
            )


def answers_of(story: Story, now: datetime) -> dict[str, Any]:
    """What the person fills in."""
    return {
        "prenom": story.first_name,
        "nom": story.name,
        "numero_etranger": story.number,
        "courriel": address_of(story),
        "voie": story.street,
        "complement": story.more,
        "code_postal": story.postcode,
        "commune": story.town,
        "date_emmenagement": (now.date() - story.moved * DAY).isoformat(),
        "exact": True,
    }


def _unevenness(story: Story) -> timedelta:
    """Some seconds and minutes that differ from case to case and are the same every time."""
    return timedelta(seconds=int(story.number) % 1741)


def address_of(story: Story) -> str:
    """An e-mail address under a name that leads nowhere (RFC 2606)."""
    plain = normalize("NFKD", f"{story.first_name}.{story.name}".lower().replace(" ", "-"))
    return plain.encode("ascii", "ignore").decode() + "@mel.example"


def _audit(action: str, kind: str, id: UUID, at: datetime, actor: str | None = None) -> AuditEntry:
    details = {"process": PROCESS} if kind == "process_instance" else {}
    return AuditEntry(at=at, actor=actor, action=action, object_kind=kind, object_id=str(id), details=details)
