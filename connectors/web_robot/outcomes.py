"""From a run's report to a result, or to the error that decides what becomes of the job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from connectors.sdk import Attachment, ConnectorError, Context, RetryableError, Text
from connectors.web_robot import wording
from connectors.web_robot.problems import PROBLEMS, Family, sentence
from connectors.web_robot.robot import Report

Steps = Sequence[Mapping[str, Any]]

CODES: Final[Mapping[Family, str]] = {
    "screen": "UNKNOWN_SCREEN",
    "value": "VALUE_REFUSED",
    "away": "APPLICATION_AWAY",
    "late": "TIMEOUT",
    "crash": "ROBOT_CRASHED",
    "large": "TOO_LARGE",
    "trust": "TLS_REFUSED",
}
_MAY_WORK_LATER: Final = frozenset({"away", "late", "crash"})
_TYPING: Final = frozenset({"fill", "select", "check", "uncheck", "upload"})


def may_have_saved(steps: Steps, acted: set[int]) -> bool:
    """Could the application have saved something, given the clicks and key presses that were made?

    Steps marked `submits: true` are the ones that save. In a plan without a mark, any click or key press
    after the first typing may be one, unless it says `submits: false`.
    """
    marked = {index for index, step in enumerate(steps) if step.get("submits") is True}
    if marked:
        return bool(marked & acted)
    typed = [index for index, step in enumerate(steps) if step["do"] in _TYPING]
    return any(
        steps[index].get("submits") is not False and typed and typed[0] < index for index in sorted(acted)
    )


def result(report: Report, steps: Steps, ctx: Context) -> dict[str, Any]:
    """What the operation gives back: values read, files fetched, pictures in the order of the steps."""
    return {
        "values": report.values,
        "files": {
            name: ctx.files.save(_file_name(filename), media_type, data)
            for name, (filename, media_type, data) in report.files.items()
        },
        "screenshots": [
            {
                "step": index + 1,
                "text": wording.numbered(steps[index], index).as_dict(),
                "file": ctx.files.save(picture_name(index), "image/png", png),
            }
            for index, png in sorted(report.pictures.items())
        ],
    }


def picture_name(index: int) -> str:
    return f"etape-{index + 1:02d}.png"


def _file_name(name: str) -> str:
    """The name that the application proposed, without any path and of a bearable length."""
    return name.replace("\\", "/").rpartition("/")[2].lstrip(".")[-120:] or "fichier"


def error(report: Report, steps: Steps) -> ConnectorError:
    """The error of a run that did not reach its end.

    After a click that may have saved something, every stop is `sent="maybe"`: the job must be looked up
    before anything is typed again. Before that, an unknown screen is permanent, and a silent application is
    tried again.
    """
    family = PROBLEMS[report.problem].family
    saved = may_have_saved(steps, report.acted)
    message, code, pictures = _message(report, steps, saved), CODES[family], _evidence(report)
    if not saved and family not in _MAY_WORK_LATER:
        return ConnectorError(message, code, pictures)
    after = report.facts.get("after")
    return RetryableError(message, code, pictures, after_seconds=after, sent="maybe" if saved else "no")


def _evidence(report: Report) -> list[Attachment]:
    """The picture of the screen where the robot stopped, or the last one before it."""
    if not report.pictures:
        return []
    index = max(report.pictures)
    return [Attachment(picture_name(index), "image/png", report.pictures[index])]


def _message(report: Report, steps: Steps, saved: bool) -> Text:
    """Where it stopped, why, on which screen, and what was or was not saved."""
    parts = [_where(report, steps), sentence(report.problem, report.facts), _screen(report), _state(saved)]
    return Text(
        " ".join(part.fr for part in parts if part.fr), " ".join(part.en for part in parts if part.en)
    )


def _where(report: Report, steps: Steps) -> Text:
    if report.began < 0:
        return Text(
            "Le robot s’est arrêté avant la première étape.", "The robot stopped before the first step."
        )
    step = wording.numbered(steps[report.began], report.began)
    return Text(f"Le robot s’est arrêté. {step.fr}.", f"The robot stopped. {step.en}.")


def _screen(report: Report) -> Text:
    """Title and headings that the page showed."""
    title, headings = report.screen.get("title"), report.screen.get("headings") or []
    if not title and not headings:
        return Text("", "")
    seen = [wording.quoted(words) for words in ([title] if title else []) + headings]
    fr, en = ", ".join(text.fr for text in seen), ", ".join(text.en for text in seen)
    return Text(f"Écran affiché\u00a0: {fr}.", f"Screen shown: {en}.")


def _state(saved: bool) -> Text:
    if saved:
        return Text(
            "Il n’a rien saisi de plus. L’application a peut-être enregistré\u00a0: "
            "cherchez le dossier avant de recommencer.",
            "It typed nothing more. The application may have saved: look for the file before starting again.",
        )
    return Text(
        "Il n’a rien saisi de plus et n’a rien fait enregistrer.",
        "It typed nothing more and had nothing saved.",
    )
