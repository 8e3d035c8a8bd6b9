"""A register over HTTP: find a record, create a record.

Start from the schemas: they are the panel in the modeler, the validation, the documentation and the types.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import httpx
import marshmallow as ma

from connectors.sdk import (
    NOT_FOUND,
    CheckAnswer,
    Connector,
    ConnectorError,
    Context,
    Found,
    InputSchema,
    OutputSchema,
    Stub,
    Text,
    exact_json,
    fields,
)
from connectors.sdk.http import HttpClient, check_status
from connectors.sdk.local_http import Answer, Request, serve


class Connection(InputSchema):
    """What an administrator enters once."""

    base_url = fields.text(fr="Adresse du service", en="Address of the service", required=True)
    token = fields.secret(fr="Jeton", en="Token", required=True)

    @ma.validates("base_url")
    def web_address(self, value: str, **_: Any) -> None:
        """Only web addresses."""
        if not value.startswith(("https://", "http://")):
            raise fields.invalid("l’adresse commence par https://.", "the address starts with https://.")


class FindInput(InputSchema):
    """Which record to find."""

    number = fields.text(fr="Numéro", en="Number", required=True, max_length=40)


class CreateInput(InputSchema):
    """What to write."""

    title = fields.text(fr="Titre", en="Title", required=True, max_length=200)
    amount = fields.number(fr="Montant", en="Amount", minimum=0)


class Record(OutputSchema):
    """A record as the service keeps it."""

    number = fields.text(fr="Numéro", en="Number", required=True)
    title = fields.text(fr="Titre", en="Title", required=True)
    amount = fields.number(fr="Montant", en="Amount")


connector = Connector.from_folder(__file__, connection=Connection)


@connector.operation(
    "find",
    version=1,
    name={"fr": "Chercher une fiche", "en": "Find a record"},
    description={"fr": "Donne la fiche qui porte un numéro.", "en": "Gives the record of a number."},
    input=FindInput,
    output=Record,
    effect="read",
    idempotency="native",
    errors={"NO_RECORD": {"fr": "Aucune fiche ne porte ce numéro.", "en": "No record has this number."}},
    example={"number": "R00001"},
)
def find(args: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """GET /records/<number>."""
    with _client(ctx) as client:
        response = client.get("/records/" + args["number"].replace("/", ""))
    if response.status_code == 404:
        message = Text(
            f"Aucune fiche ne porte le numéro {args['number']}.",
            f"No record has the number {args['number']}.",
        )
        raise ConnectorError(message, "NO_RECORD")
    return _record(response)


@connector.operation(
    "create",
    version=1,
    name={"fr": "Créer une fiche", "en": "Create a record"},
    description={"fr": "Écrit une fiche dans le registre.", "en": "Writes a record into the register."},
    input=CreateInput,
    output=Record,
    effect="write",
    idempotency="check",
    errors={"HTTP_4??": {"fr": "Le service refuse la fiche.", "en": "The service refuses the record."}},
    example={"title": "Changement d’adresse", "amount": 12},
)
def create(args: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """POST /records; the reference lets `was_created` recognise the record."""
    body = {"title": args["title"], "amount": args["amount"], "reference": ctx.idempotency_key}
    with _client(ctx) as client:
        return _record(client.post("/records", content=exact_json.encode(body)))


@create.check
def was_created(_: dict[str, Any], ctx: Context) -> CheckAnswer:
    """Look the reference up: after a lost answer, only this tells whether the record was written."""
    with _client(ctx) as client:
        response = client.get("/records", params={"reference": ctx.idempotency_key})
    check_status(response)
    found = exact_json.decode(response.content)
    return Found(_fields(found[0])) if found else NOT_FOUND


@connector.try_connection
def try_connection(ctx: Context) -> Text:
    """Read the list: it shows that the address and the token are right."""
    with _client(ctx) as client:
        check_status(client.get("/records"))
    return Text("Le service répond.", "The service answers.")


def _client(ctx: Context) -> HttpClient:
    headers = {"Authorization": f"Bearer {ctx.connection['token'].reveal()}"}
    return ctx.http(base_url=ctx.connection["base_url"], headers=headers)


def _record(response: httpx.Response) -> dict[str, Any]:
    check_status(response)
    return _fields(exact_json.decode(response.content))


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record.get(name) for name in ("number", "title", "amount")}


class FakeService:
    """The service in memory, for tests and for trying the connector without credentials."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = [{"number": "R00001", "title": "Exemple", "amount": None}]
        self._numbers = itertools.count(2)

    def respond(self, request: Request) -> Answer:
        """Answer one request."""
        if request.headers.get("authorization") != "Bearer essai":
            return Answer.json({"detail": "token"}, 401)
        if request.method == "POST":
            record = {"number": f"R{next(self._numbers):05d}", **exact_json.decode(request.body)}
            self.records.append(record)
            return Answer.json(record, 201)
        if request.path == "/records":
            wanted = request.query.get("reference")
            return Answer.json([r for r in self.records if wanted is None or r.get("reference") == wanted])
        found = [r for r in self.records if request.path == f"/records/{r['number']}"]
        return Answer.json(found[0]) if found else Answer.json({"detail": "number"}, 404)


@connector.stub
def start_stub(*, port: int = 0, data_dir: Path | None = None) -> Stub:
    """Start the fake service. It keeps nothing on disk, so `data_dir` is not used."""
    del data_dir
    running = serve(FakeService().respond, port)
    return Stub(running.url, {"base_url": running.url, "token": "essai"}, running.close, (running.host,))
