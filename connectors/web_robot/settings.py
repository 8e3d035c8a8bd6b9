"""The connection: which application, which origins, which account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma

from connectors.sdk import Context, InputSchema, RetryableError, fields
from connectors.sdk.addresses import AddressGuard
from connectors.sdk.fields import invalid


def _web_address(value: str) -> None:
    parts = urlsplit(value)
    try:
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.username is not None or parts.password is not None:
        raise invalid(
            f"«\u00a0{value}\u00a0» n’est pas une adresse. "
            "Écrivez-la en entier, avec https://, sans identifiant.",
            f"“{value}” is not an address. Write it in full, with https://, without credentials.",
        )


class Connection(InputSchema):
    """Settings that an administrator enters once."""

    base_url = fields.text(
        fr="Adresse de l’application", en="Address of the application", required=True,
        hint={"fr": "Les étapes ouvrent des pages à partir de cette adresse.",
              "en": "Steps open pages from this address."},
        validators=[_web_address], example="https://gestad.prefecture.example",
    )  # fmt: skip
    origins = fields.items(
        ma.fields.String(validate=_web_address), fr="Autres adresses permises", en="Other allowed addresses",
        hint={"fr": "Le robot ne peut aller nulle part ailleurs.", "en": "The robot can go nowhere else."},
    )  # fmt: skip
    username = fields.text(fr="Identifiant du robot", en="Robot’s user name")
    password = fields.secret(fr="Mot de passe du robot", en="Robot’s password")


def origin(url: str) -> str:
    """Scheme, host and port: `https://app.example:443`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{shown}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def origins(connection: Mapping[str, Any]) -> list[str]:
    """Every origin that the robot may reach, the application's own first."""
    urls = [connection["base_url"], *(connection.get("origins") or [])]
    return list(dict.fromkeys(origin(url) for url in urls))


def doors(ctx: Context) -> dict[str, list[str]]:
    """ "host:port" → the addresses behind it, resolved once and checked.

    Raises ConnectorError when the administrator did not allow an inside address, RetryableError when the
    application's name is not known. Another origin whose name is not known stays closed.
    """
    guard = AddressGuard(ctx.allow_private)
    found: dict[str, list[str]] = {}
    for position, url in enumerate(origins(ctx.connection)):
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 0
        try:
            found[url.partition("://")[2]] = guard.addresses(host, port)
        except RetryableError:
            if position == 0:
                raise
    return found
