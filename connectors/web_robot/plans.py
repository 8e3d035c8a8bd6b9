"""What the child needs to know for one run, as plain JSON."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from connectors.sdk import ConnectorError, Context, Secret, Text
from connectors.web_robot import settings
from connectors.web_robot.steps import SECRETS

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
"""Of one file, sent or fetched."""
MAX_RUN_BYTES: Final = 10 * MAX_FILE_BYTES
"""Of all that one run may receive from the application."""


def plan_of(args: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], ctx: Context) -> dict[str, Any]:
    """The plan of a run. Raises ConnectorError for a closed address, a missing secret or file."""
    files: list[dict[str, str]] = []
    plain = [_with_file(step, files, ctx) for step in steps]
    return {
        "base_url": ctx.connection["base_url"],
        "origins": settings.origins(ctx.connection),
        "doors": settings.doors(ctx),
        "step_seconds": args["timeout_seconds"],
        "screenshots": args["screenshot"],
        "max_file_bytes": MAX_FILE_BYTES,
        "max_bytes": MAX_RUN_BYTES,
        "steps": plain,
        "files": files,
        "secrets": _secrets(steps, ctx),
        "masked": [secret.reveal() for secret in ctx.secrets],
    }


def _secrets(steps: Sequence[Mapping[str, Any]], ctx: Context) -> dict[str, str]:
    """Only the secrets that these steps type."""
    found = {}
    for step in steps:
        name = next((step[key]["secret"] for key in ("value", "option") if _is_secret(step.get(key))), None)
        if name is not None:
            found[name] = _revealed(name, ctx)
    return found


def _is_secret(value: object) -> bool:
    return isinstance(value, Mapping) and value.get("secret") in SECRETS


def _revealed(name: str, ctx: Context) -> str:
    secret = ctx.connection.get(name)
    if not secret:
        raise ConnectorError(
            Text(
                f"La connexion ne contient pas le secret «\u00a0{name}\u00a0». Rien n’a été saisi.",
                f"The connection does not hold the secret “{name}”. Nothing was typed.",
            ),
            "INVALID_CONNECTION",
        )
    return secret.reveal() if isinstance(secret, Secret) else str(secret)


def _with_file(step: Mapping[str, Any], files: list[dict[str, str]], ctx: Context) -> dict[str, Any]:
    """An upload with its file's content set aside and replaced by its place in `files`."""
    if step["do"] != "upload":
        return dict(step)
    reference = step["file"]
    content = ctx.files.read(reference)
    if len(content) > MAX_FILE_BYTES:
        raise ConnectorError(
            Text(
                f"Le fichier «\u00a0{reference['name']}\u00a0» dépasse 20\u00a0Mo. Rien n’a été saisi.",
                f"The file “{reference['name']}” is larger than 20 MB. Nothing was typed.",
            ),
            "TOO_LARGE",
        )
    files.append(
        {
            "name": reference["name"],
            "media_type": reference.get("media_type") or "application/octet-stream",
            "data": base64.b64encode(content).decode("ascii"),
        }
    )
    return dict(step) | {"file": len(files) - 1}
