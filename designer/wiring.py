"""Where engine and connectors meet: the catalogue the check asks, and the context a connector gets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from connectors import registry
from connectors.sdk import ConnectorError, Context, Operation, Secret
from connectors.sdk import Text as SdkText
from connectors.sdk.info import OperationInfo as SdkInfo
from designer.models import Connection
from designer.secrets import SecretUnreadable, Vault
from engine import documents, values
from engine.catalogue import InputProblem
from engine.diagnostics import Text
from engine.errors import NotFound
from engine.store import Job

Transaction = Callable[[], AbstractContextManager[Session]]


class CannotCall(Exception):
    """A job that cannot even be tried: connector, connection or secret is missing."""

    def __init__(self, code: str, fr: str, en: str) -> None:
        super().__init__(en)
        self.code, self.message = code, Text(fr, en)


class DesignerCatalogue:
    """The connectors installed here, and the connections that exist.

    `connections` maps a connector's kind to the names of its connections; None: not known here, as when a
    file is checked without a database.
    """

    def __init__(self, connections: Mapping[str, frozenset[str]] | None = None) -> None:
        self._connections = connections

    @classmethod
    def of(cls, session: Session) -> DesignerCatalogue:
        """The catalogue with the connections in the database."""
        found: dict[str, set[str]] = {}
        for kind, name in session.execute(select(Connection.connector, Connection.name)):
            found.setdefault(kind, set()).add(name)
        return cls({kind: frozenset(names) for kind, names in found.items()})

    def operation(self, type: str) -> OperationFacts | None:
        """The operation of that job type, or None when it is not installed."""
        try:
            return OperationFacts(registry.operation(type).info)
        except registry.UnknownConnector:
            return None

    def connections(self, type: str) -> frozenset[str] | None:
        """Names of the connections for the type's connector; None when not known here."""
        if self._connections is None:
            return None
        return self._connections.get(type.partition(":")[0], frozenset())


class OperationFacts:
    """A connector operation in the engine's words (`engine.catalogue.OperationInfo`)."""

    def __init__(self, info: SdkInfo) -> None:
        self._info = info
        self.type: str = info.type
        self.name = _text(info.name)
        self.required_inputs: frozenset[str] = info.required_inputs
        self.allowed_inputs: frozenset[str] = info.allowed_inputs
        self.input_labels = {name: _text(field.label) for name, field in info.input_types.items()}
        self.outputs: Mapping[str, str] = info.outputs
        self.needs_connection: bool = info.needs_connection

    def validate(
        self, inputs: Mapping[str, str], known_variables: frozenset[str] | None
    ) -> Iterable[InputProblem]:
        """Static check of the raw input texts."""
        for problem in self._info.validate(inputs, known_variables):
            yield InputProblem(problem.input, _text(problem.message), problem.severity, problem.rule)

    def reads(self, inputs: Mapping[str, str]) -> frozenset[str]:
        """Process variables the operation reads besides its inputs."""
        return self._info.reads(inputs)


@dataclass(slots=True)
class Call:
    """One job, ready to be given to its connector."""

    operation: Operation
    args: dict[str, Any]
    context: Context


@dataclass(slots=True)
class Wiring:
    """What is needed to turn jobs into calls, shared by every call of a process."""

    vault: Vault
    transaction: Transaction
    allow_private: frozenset[str] = frozenset()
    now: Callable[[], datetime] = field(kw_only=True)

    def call(self, session: Session, job: Job) -> Call:
        """The operation of `job`, its arguments and its context. Raises CannotCall."""
        operation = self._operation(job.type)
        settings = self._settings(session, job, operation)
        context = Context(
            idempotency_key=job.idempotency_key,
            attempt=job.attempt,
            timeout_seconds=operation.timeout_seconds,
            connection=settings,
            variables=values.to_python(job.variables or {}),
            files=CaseFiles(self.transaction, job, self.now),
            allow_private=self.allow_private,
            base_logger=logging.getLogger("relais.connectors"),
        )
        return Call(operation, values.to_python(job.input or {}), context)

    def _operation(self, type: str) -> Operation:
        try:
            return registry.operation(type)
        except registry.UnknownConnector as missing:
            raise CannotCall(
                "UNKNOWN_CONNECTOR",
                f"Aucun connecteur installé ne sait faire «\u00a0{type}\u00a0». "
                "Installez-le, puis réessayez.",
                f"No installed connector can do “{type}”. Install it, then retry.",
            ) from missing

    def _settings(self, session: Session, job: Job, operation: Operation) -> dict[str, Any]:
        name = (job.headers or {}).get("connection")
        if not name:
            if operation.owner.connection_required:
                raise CannotCall(
                    "CONNECTION_MISSING",
                    "L’étape ne dit pas quelle connexion utiliser. Choisissez-la dans le modeleur.",
                    "The step does not say which connection to use. Choose it in the modeler.",
                )
            return {}
        return connection_settings(find_connection(session, str(name), operation.owner.kind), self.vault)


class CaseFiles:
    """The files of one case, as a connector sees them: it saves new ones and reads those of its own case.

    A saved file belongs to the case at once, in its own transaction, whatever becomes of the call.
    """

    def __init__(self, transaction: Transaction, job: Job, now: Callable[[], datetime]) -> None:
        self._transaction, self._now = transaction, now
        self._instance_id, self._root_id = job.instance_id, job.root_instance_id
        self._element_id = job.element_id

    def save(self, name: str, media_type: str, data: bytes) -> dict[str, Any]:
        """Keep a file; its reference has id, name, media_type and size in bytes."""
        return self.add(name, media_type, data, "output")

    def add(self, name: str, media_type: str, data: bytes, kind: str) -> dict[str, Any]:
        """Keep a file of a given kind: output, screenshot."""
        with self._transaction() as session:
            document = documents.add(
                session,
                name,
                media_type,
                data,
                kind=kind,
                instance_id=self._instance_id,
                root_instance_id=self._root_id,
                element_id=self._element_id,
                now=self._now(),
            )
            return documents.reference(document)

    def read(self, ref: Mapping[str, Any]) -> bytes:
        """The content. Raises ConnectorError when the file is unknown or belongs to another case."""
        with self._transaction() as session:
            try:
                document = documents.get(session, UUID(str(ref["id"])))
                if document.root_instance_id in (None, self._root_id):
                    return bytes(document.content)
            except (NotFound, ValueError, KeyError):
                pass
        name = ref.get("name", "?")
        raise ConnectorError(
            SdkText(
                f"Le fichier «\u00a0{name}\u00a0» n’existe pas dans ce dossier.",
                f"The file “{name}” does not exist in this case.",
            ),
            "FILE_NOT_FOUND",
        )


def find_connection(session: Session, name: str, kind: str) -> Connection:
    """The connection of that name for that connector; raises CannotCall with what to mend."""
    found = session.scalar(select(Connection).where(Connection.name == name))
    if found is None or found.connector != kind:
        raise CannotCall(
            "CONNECTION_MISSING",
            f"La connexion «\u00a0{name}\u00a0» n’existe pas. Créez-la dans Connecteurs, puis réessayez.",
            f"The connection “{name}” does not exist. Create it under Connectors, then retry.",
        )
    return found


def connection_settings(connection: Connection, vault: Vault) -> dict[str, Any]:
    """Settings with their secrets as `Secret`. Raises CannotCall when they cannot be decrypted."""
    try:
        secrets = vault.decrypt(connection.sealed)
    except SecretUnreadable as error:
        raise CannotCall(
            "SECRET_UNREADABLE",
            f"Les secrets de la connexion «\u00a0{connection.name}\u00a0» ne peuvent plus être lus\u00a0: "
            "la clé de l’installation a changé. Saisissez-les de nouveau.",
            f"The secrets of the connection “{connection.name}” can no longer be read: the installation’s "
            "key has changed. Enter them again.",
        ) from error
    return dict(connection.settings) | {name: Secret(str(value)) for name, value in secrets.items()}


def save_settings(connection: Connection, settings: Mapping[str, Any], vault: Vault) -> None:
    """Store settings: what the connector calls secret is encrypted; an empty secret keeps the stored one."""
    secret_names = registry.load(connection.connector).secret_fields
    given = {name: value for name, value in settings.items() if name in secret_names and value}
    kept = {k: v for k, v in vault.decrypt(connection.sealed).items() if k in secret_names}
    sealed = kept | {name: _revealed(value) for name, value in given.items()}
    connection.settings = {name: value for name, value in settings.items() if name not in secret_names}
    connection.sealed = vault.encrypt(sealed) if sealed else None
    connection.revision = (connection.revision or 0) + 1


def _revealed(value: Any) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


def _text(words: SdkText) -> Text:
    return Text(words.fr, words.en)
