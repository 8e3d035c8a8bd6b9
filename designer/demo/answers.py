"""What the outside world answers to the sample cases: the fake services' own data, without the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from connectors.http_request.stub import server as geocoding
from connectors.sdk import UNKNOWN, CheckAnswer, Context, exact_json
from connectors.web_robot import outcomes
from connectors.web_robot.gestad.records import Records
from connectors.web_robot.robot import Report
from designer.demo.stories import Story
from designer.wiring import Call, Wiring
from engine.clock import ManualClock
from engine.store import Job

PICTURES = Path(__file__).with_name("pictures")
#: How long each connector takes.
SECONDS = {"http_request": 1.2, "web_robot": 19.0, "email": 0.8}
#: Fields of the application's entry page, as the robot and people know them, and as they are stored.
FIELDS = {
    "N° étranger": "numero_etranger",
    "Numéro et voie": "voie",
    "Complément": "complement",
    "Code postal": "code_postal",
    "Commune": "commune",
    "Date d’effet": "date_effet",
    "N° de dossier": "dossier",
}
POSTCODE, SEARCH, SAVE = "Code postal", "Rechercher", "Enregistrer"
PATIENCE_SECONDS = 15
#: A fixed wait before the next attempt: the samples are the same every time.
AGAIN_SECONDS = 30.0
ENTRY_PAGE = {
    "title": "GESTAD 2.4 - Saisie de la nouvelle adresse",
    "headings": ["Saisie de la nouvelle adresse"],
}
SEARCH_PAGE = {"title": "GESTAD 2.4 - Recherche du titulaire", "headings": ["Recherche du titulaire"]}


@dataclass(slots=True)
class World:
    """What lies around the engine: the application's data, the clock, and whose case is whose."""

    records: Records
    clock: ManualClock
    zone: ZoneInfo
    stories: dict[UUID, Story] = field(default_factory=dict)
    sent: int = 0

    def save(self, change: Mapping[str, str], by: str) -> str:
        """Keep an address in the application, as the robot or a person does; its registration number."""
        full = {name: change.get(name, "") for name in FIELDS.values()}
        return self.records.save(full | {"saisi_par": by}, self.clock.now().astimezone(self.zone))

    def answer(self, job: Job, args: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The result of one call. Raises the connector's own errors."""
        kind = job.type.partition(":")[0]
        self.clock.advance(timedelta(seconds=SECONDS[kind]))
        if kind == "http_request":
            found = geocoding.search({name: str(value) for name, value in args["query"].items()})
            return {"status": found.status, "headers": {}, "body": exact_json.decode(found.body)}
        if kind == "email":
            self.sent += 1
            return {
                "message_id": f"<{self.sent:06d}@val-de-lorme.example>",
                "recipients": [to.addr_spec for to in args["to"]],
            }
        return self._type_in(self._story(job), args["steps"], ctx)

    def _story(self, job: Job) -> Story:
        if job.instance_id is None:
            raise LookupError(f"job {job.id} belongs to no case")
        return self.stories[job.instance_id]

    def _type_in(self, story: Story, steps: list[dict[str, Any]], ctx: Context) -> dict[str, Any]:
        if story.robot == "unknown screen":
            raise outcomes.error(_unknown_screen(story, steps), steps)
        if story.robot == "silent":
            raise outcomes.error(_silence(story, steps), steps)
        number = self.save(_typed(steps), "robot")
        if story.robot == "answer lost":
            raise outcomes.error(_lost(steps), steps)
        read = Report("done", values={"enregistrement": number})
        return outcomes.result(read, steps, ctx)


@dataclass(slots=True)
class SampleWiring(Wiring):
    """Real operations with their real checks of inputs and outputs; only the call itself is answered here."""

    world: World = field(kw_only=True)

    def call(self, session: Session, job: Job) -> Call:
        """The call of `job`, answered by the world of the samples."""
        prepared = super(SampleWiring, self).call(session, job)

        def run(args: dict[str, Any], ctx: Context) -> dict[str, Any]:
            return self.world.answer(job, args, ctx)

        check = _cannot_tell if prepared.operation.has_check else None
        prepared.operation = replace(prepared.operation, function=run, check_function=check)
        return prepared


def _cannot_tell(_args: dict[str, Any], _ctx: Context) -> CheckAnswer:
    """The application is away: nobody can look the file up."""
    return UNKNOWN


def _typed(steps: list[dict[str, Any]]) -> dict[str, str]:
    """What the robot fills in, by the names under which the application keeps it."""
    filled = {step["field"]: step["value"] for step in steps if step["do"] == "fill"}
    return {name: str(filled[label].get("text", "")) for label, name in FIELDS.items() if label in filled}


def french_day(day: datetime) -> str:
    """A day as the application takes it."""
    return f"{day:%d/%m/%Y}"


def _place(steps: list[dict[str, Any]], name: str) -> int:
    """Index of the last step that uses a field or a button."""
    return max(i for i, step in enumerate(steps) if name in (step.get("field"), step.get("button")))


def _picture(story: Story) -> bytes:
    return (PICTURES / story.picture).read_bytes() if story.picture else b""


def _unknown_screen(story: Story, steps: list[dict[str, Any]]) -> Report:
    """The entry page has another field than the robot knows."""
    at = _place(steps, POSTCODE)
    return Report(
        "stopped", at, _clicked(steps, at), pictures={at: _picture(story)}, problem="target_missing",
        facts={"kind": "field", "name": POSTCODE}, screen=ENTRY_PAGE,
    )  # fmt: skip


def _silence(story: Story, steps: list[dict[str, Any]]) -> Report:
    """The search does not answer; nothing was typed that could be saved."""
    at = _place(steps, SEARCH)
    return Report(
        "stopped", at, _clicked(steps, at), pictures={at: _picture(story)}, problem="no_answer",
        facts={"seconds": PATIENCE_SECONDS, "after": AGAIN_SECONDS}, screen=SEARCH_PAGE,
    )  # fmt: skip


def _lost(steps: list[dict[str, Any]]) -> Report:
    """The application hangs up just after it was told to save."""
    at = _place(steps, SAVE)
    return Report(
        "stopped", at, {*_clicked(steps, at), at}, problem="answer_lost",
        facts={"after": AGAIN_SECONDS}, screen=ENTRY_PAGE,
    )  # fmt: skip


def _clicked(steps: list[dict[str, Any]], before: int) -> set[int]:
    return {i for i, step in enumerate(steps[:before]) if step["do"] == "click"}
