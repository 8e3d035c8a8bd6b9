"""Web robot: type into another web application, and look up afterwards whether it was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import marshmallow as ma

from connectors.sdk import (
    NOT_FOUND,
    UNKNOWN,
    CheckAnswer,
    Connector,
    Context,
    Found,
    InputSchema,
    OutputSchema,
    Problem,
    Stub,
    Text,
    fields,
)
from connectors.web_robot import outcomes, publication, wording
from connectors.web_robot.plans import plan_of
from connectors.web_robot.robot import Report, run
from connectors.web_robot.settings import Connection
from connectors.web_robot.steps import Steps

#: Kept for ending the browser and handing the report over before the operation's own deadline.
_MARGIN_SECONDS: Final = 0.5

connector = Connector.from_folder(__file__, connection=Connection)


class TypeInInput(InputSchema):
    """What the diagram gives."""

    steps = Steps(
        required=True,
        metadata={
            "kind": "feel",
            "label": {"fr": "Étapes", "en": "Steps"},
            "hint": {
                "fr": "Une liste FEEL\u00a0: ce que le robot ouvre, remplit, clique, lit et vérifie.",
                "en": "A FEEL list: what the robot opens, fills in, clicks, reads and verifies.",
            },
        },
    )
    lookup = Steps(
        lookup=True,
        load_default=None,
        allow_none=True,
        metadata={
            "kind": "feel",
            "label": {"fr": "Recherche du dossier", "en": "Lookup of the file"},
            "hint": {
                "fr": "Les étapes qui retrouvent le dossier quand une réponse s’est perdue.",
                "en": "The steps that find the file again when an answer was lost.",
            },
        },
    )
    screenshot = fields.choice(
        fr="Images à garder", en="Pictures to keep", default="each",
        choices={
            "each": {"fr": "Une par étape", "en": "One per step"},
            "last": {"fr": "La dernière", "en": "The last one"},
            "failure": {"fr": "Seulement quand le robot s’arrête", "en": "Only when the robot stops"},
        },
    )  # fmt: skip
    timeout_seconds = fields.whole(
        fr="Patience à chaque étape", en="Patience at each step", default=15, minimum=1, maximum=60,
        hint={"fr": "En secondes.", "en": "In seconds."},
    )  # fmt: skip


class Picture(OutputSchema):
    """One picture and the step it shows."""

    step = fields.whole(fr="Numéro de l’étape", en="Number of the step", required=True)
    text = fields.context(fr="Étape", en="Step", required=True)
    file = fields.file(fr="Image", en="Picture", required=True)


class TypeInOutput(OutputSchema):
    """What the robot brings back."""

    values = fields.context(fr="Valeurs lues", en="Values read", required=True)
    files = fields.context(fr="Fichiers téléchargés", en="Files downloaded", required=True)
    screenshots = fields.items(ma.fields.Nested(Picture), fr="Images", en="Pictures", required=True)


@connector.operation(
    "type_in",
    version=1,
    name={"fr": "Saisir dans une application", "en": "Type into an application"},
    description={
        "fr": "Ouvre l’application, remplit ses écrans et relève la réponse, une image par étape.",
        "en": "Opens the application, fills in its screens and takes down the answer, one picture per step.",
    },
    input=TypeInInput,
    output=TypeInOutput,
    effect="irreversible",
    idempotency="check",
    timeout_seconds=180,
    words={"steps": wording.described, "lookup": wording.described},
    errors={
        "UNKNOWN_SCREEN": {
            "fr": "L’écran n’est pas celui que le robot connaît.",
            "en": "The screen is not the one that the robot knows.",
        },
        "VALUE_REFUSED": {
            "fr": "L’application n’accepte pas une valeur.",
            "en": "The application does not accept a value.",
        },
        "APPLICATION_AWAY": {"fr": "L’application ne répond pas.", "en": "The application does not answer."},
        "ROBOT_CRASHED": {"fr": "Le robot s’est arrêté.", "en": "The robot stopped."},
        "NO_BROWSER": {"fr": "Chromium manque sur la machine.", "en": "Chromium is missing on the machine."},
        "ROBOT_AS_ROOT": {
            "fr": "Le robot refuse le compte root en production.",
            "en": "The robot refuses the root account in production.",
        },
    },
    example={
        "steps": [
            {"do": "open", "url": "/"},
            {"do": "fill", "field": "Identifiant", "value": {"secret": "username"}},
            {"do": "fill", "field": "Mot de passe", "value": {"secret": "password"}},
            {"do": "click", "button": "Se connecter"},
            {"do": "fill", "field": "N° étranger", "value": "7503012345"},
            {"do": "click", "button": "Rechercher"},
            {"do": "click", "link": "Modifier l’adresse"},
            {"do": "fill", "field": "Numéro et voie", "value": "12 rue de la République"},
            {"do": "fill", "field": "Code postal", "value": "82000"},
            {"do": "fill", "field": "Commune", "value": "MONTAUBAN"},
            {"do": "fill", "field": "Date d’effet", "value": "2026-12-01", "format": "dd/mm/yyyy"},
            {"do": "fill", "field": "N° de dossier", "value": "2026-000137"},
            {"do": "click", "button": "Enregistrer", "submits": True},
            {"do": "assert", "text": "Modification enregistrée"},
            {"do": "read", "field": "N° d’enregistrement", "as": "numero"},
        ],
        "lookup": [
            {"do": "open", "url": "/"},
            {"do": "fill", "field": "Identifiant", "value": {"secret": "username"}},
            {"do": "fill", "field": "Mot de passe", "value": {"secret": "password"}},
            {"do": "click", "button": "Se connecter"},
            {"do": "click", "link": "Journal des modifications"},
            {"do": "fill", "field": "N° de dossier", "value": "2026-000137"},
            {"do": "click", "button": "Rechercher"},
            {"do": "assert", "row": ["2026-000137"], "not_found": "Aucune modification"},
            {"do": "read", "column": "N° d’enregistrement", "row": "2026-000137", "as": "numero"},
        ],
    },
)
def type_in(args: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """Do the steps. Raises what `outcomes.error` says when they do not all succeed."""
    report = _run(args, args["steps"], ctx)
    if report.outcome != "done":
        raise outcomes.error(report, args["steps"])
    return outcomes.result(report, args["steps"], ctx)


@type_in.check
def was_typed(args: dict[str, Any], ctx: Context) -> CheckAnswer:
    """Look the file up in the application. Anything but a plain yes or no is UNKNOWN."""
    steps = args["lookup"]
    if steps is None:
        return UNKNOWN
    report = _run(args | {"screenshot": "last"}, steps, ctx)
    if report.outcome == "not_there":
        return NOT_FOUND
    if report.outcome == "done":
        return Found(outcomes.result(report, steps, ctx))
    ctx.logger.warning("the lookup could not tell: %s", outcomes.error(report, steps).message.en)
    return UNKNOWN


@type_in.validate
def validate_type_in(inputs: Mapping[str, str], known_variables: set[str] | None) -> Iterable[Problem]:
    """Check steps and lookup as far as their text can be read without running it."""
    return publication.problems(inputs)


@type_in.decide_idempotency
def idempotency(args: dict[str, Any], connection: Mapping[str, Any]) -> Any:
    """Without a lookup nobody but a person can tell whether the file was typed."""
    return "none" if args["lookup"] is None else "check"


@connector.try_connection
def open_first_page(ctx: Context) -> Text:
    """Open the application's address and tell the title of the page."""
    steps: list[dict[str, Any]] = [{"do": "open", "url": ctx.connection["base_url"]}]
    report = _run({"timeout_seconds": 10, "screenshot": "failure"}, steps, ctx)
    if report.outcome != "done":
        raise outcomes.error(report, steps)
    title = wording.quoted(report.screen.get("title") or ctx.connection["base_url"])
    return Text(f"L’application répond\u00a0: {title.fr}.", f"The application answers: {title.en}.")


@connector.stub
def start_gestad(*, port: int = 0, data_dir: Path | None = None) -> Stub:
    """Start the small legacy application."""
    from connectors.web_robot.gestad import start

    return start(port=port, data_dir=data_dir)


def _run(args: Mapping[str, Any], steps: list[dict[str, Any]], ctx: Context) -> Report:
    plan = plan_of(args, steps, ctx)
    seconds = max(ctx.remaining_seconds() - _MARGIN_SECONDS, 1.0)
    return run(plan, ctx, seconds=seconds, on_step=lambda at: ctx.progress(wording.numbered(steps[at], at)))
