"""HTTP: read from a web service, or send to it.

Reading and sending are two operations because they are two promises: what only reads may be repeated at will,
what sends may not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from connectors.http_request import exchange
from connectors.http_request.schemas import AnswerOutput, Connection, ReadInput, SendInput
from connectors.sdk import Connector, ConnectorError, Context, Problem, Stub, Text

connector = Connector.from_folder(__file__, connection=Connection, connection_required=False)

_ERRORS: Final = {
    "HTTP_3??": Text("Le service redirige ailleurs.", "The service redirects elsewhere."),
    "HTTP_4??": Text(
        "Le service refuse la demande (404\u00a0: introuvable).",
        "The service refuses the request (404: not found).",
    ),
    "HTTP_5??": Text(
        "Le service est en panne, après tous les essais.", "The service fails, after every attempt."
    ),
    "URL_OUTSIDE_CONNECTION": Text(
        "L’adresse n’est pas celle de la connexion.", "The address is not the connection’s."
    ),
}
_READ_ERRORS: Final = {
    "NOT_JSON": Text("La réponse annonce du JSON et n’en est pas.", "The answer announces JSON and is not."),
    "TOO_MANY_REDIRECTS": Text("L’adresse redirige sans fin.", "The address redirects without end."),
}


@connector.operation(
    "read",
    version=1,
    name={"fr": "Lire une adresse web", "en": "Read a web address"},
    description={
        "fr": "Interroge un service du web. Rien n’y est modifié.",
        "en": "Asks a web service. Nothing there is changed.",
    },
    input=ReadInput,
    output=AnswerOutput,
    effect="read",
    idempotency="native",
    timeout_seconds=30,
    errors=_ERRORS | _READ_ERRORS,
    example={"url": "/geocodage/search", "query": {"q": "14 rue des Tanneurs 82310 Montbreuil", "limit": 1}},
)
def read(args: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """GET or HEAD."""
    return exchange.result(exchange.call(args, ctx), ctx, strict=True)


@connector.operation(
    "send",
    version=1,
    name={"fr": "Envoyer à une adresse web", "en": "Send to a web address"},
    description={
        "fr": "Dépose, remplace, modifie ou supprime une donnée dans un service du web.",
        "en": "Submits, replaces, changes or deletes something in a web service.",
    },
    input=SendInput,
    output=AnswerOutput,
    effect="write",
    idempotency="none",
    timeout_seconds=30,
    errors=_ERRORS,
    example={"url": "/depots", "method": "POST", "body": {"objet": "Changement d’adresse", "montant": 12}},
)
def send(args: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """POST, PUT, PATCH or DELETE."""
    return exchange.result(exchange.call(args, ctx), ctx, strict=False)


@send.decide_idempotency
def send_idempotency(args: dict[str, Any], connection: Mapping[str, Any]) -> Any:
    """PUT and DELETE may be repeated by definition (RFC 9110 §9.2.2); others where the service says so."""
    repeatable = args["method"] in {"PUT", "DELETE"} or connection.get("honours_idempotency_key", False)
    return "native" if repeatable else "none"


@read.validate
@send.validate
def validate_url(inputs: Mapping[str, str], _: set[str] | None) -> Iterator[Problem]:
    """A literal address names no other protocol than the web's."""
    url = inputs.get("url", "")
    scheme, separator, _rest = url.partition("://")
    if separator and not url.startswith("=") and scheme.lower() not in {"http", "https"}:
        yield Problem(
            "url",
            Text(
                f"«\u00a0{scheme}\u00a0» n’est pas le web. L’adresse commence par https://.",
                f"“{scheme}” is not the web. The address starts with https://.",
            ),
        )


@connector.try_connection
def try_connection(ctx: Context) -> Text:
    """Read the service's address: any answer but a refusal or a breakdown shows that it is there."""
    base_url = ctx.connection.get("base_url")
    if not base_url:
        raise ConnectorError(
            Text("Donnez l’adresse du service pour l’essayer.", "Give the service’s address to try it."),
            "INVALID_CONNECTION",
        )
    args = {"method": "GET", "url": base_url, "query": None, "headers": None}
    try:
        status = exchange.call(args, ctx).status_code
    except ConnectorError as error:
        if error.code not in {"HTTP_404", "HTTP_405"}:
            raise
        status = int(error.code.removeprefix("HTTP_"))
    return Text(f"Le service répond (statut {status}).", f"The service answers (status {status}).")


@connector.stub
def start_stub(*, port: int = 0, data_dir: Path | None = None) -> Stub:
    """The Géoplateforme's geocoding, with invented addresses, and a register that takes deposits."""
    from connectors.http_request.stub.server import start

    return start(port=port, data_dir=data_dir)
