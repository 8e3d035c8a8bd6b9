"""How a connector says that something went wrong. Three errors and no more.

ConnectorError        permanent: the job stops, and an incident tells a person why
  RetryableError      may work later: the job is tried again
BpmnError             a business outcome that the diagram catches with an error event
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from connectors.sdk.text import Text

Words: TypeAlias = Text | Mapping[str, str] | str
Sent: TypeAlias = Literal["no", "maybe"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """Evidence that goes with an error, for instance a screenshot."""

    name: str
    media_type: str
    data: bytes


class _Outcome(Exception):
    """Common part: a message in both languages, an optional code."""

    def __init__(self, message: Words, code: str | None) -> None:
        self.message = Text.of(message)
        self.code = code
        super().__init__(self.message.fr)

    def __str__(self) -> str:
        return f"{self.message.fr} [{self.code}]" if self.code else self.message.fr


class ConnectorError(_Outcome):
    """Permanent: trying again the same way would fail the same way.

    `code` lets a diagram catch it with an error boundary event; `attachments` travel with the incident.
    """

    def __init__(
        self, message: Words, code: str | None = None, attachments: Iterable[Attachment] = ()
    ) -> None:
        super().__init__(message, code)
        self.attachments = tuple(attachments)


class RetryableError(ConnectorError):
    """May work later.

    `after_seconds`: the wait that the service asked for. `sent="maybe"`: the request may have had its effect
    (the answer was lost), so it must not be repeated blindly.
    """

    def __init__(
        self,
        message: Words,
        code: str | None = None,
        attachments: Iterable[Attachment] = (),
        *,
        after_seconds: float | None = None,
        sent: Sent = "no",
    ) -> None:
        super().__init__(message, code, attachments)
        self.after_seconds = after_seconds
        self.sent: Sent = sent


class BpmnError(_Outcome):
    """A business outcome; `variables` are handed to the error event that catches it."""

    def __init__(self, code: str, message: Words = "", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, code)
        self.variables = dict(variables or {})


class InvalidConnector(Exception):
    """A connector's folder or declaration is wrong. For its maintainer, never raised while a job runs."""


#: Codes that the SDK itself raises for any operation, with what they mean.
STANDARD_ERRORS: Final[Mapping[str, Text]] = {
    "INVALID_INPUT": Text("Une donnée manque ou ne convient pas.", "A value is missing or does not fit."),
    "INVALID_OUTPUT": Text(
        "Le service a répondu autre chose que prévu.", "The service answered something unexpected."
    ),
    "INVALID_CONNECTION": Text(
        "La connexion manque ou est mal réglée.", "The connection is missing or wrongly set."
    ),
    "TIMEOUT": Text("Le délai de l’opération est dépassé.", "The operation took longer than allowed."),
    "CONNECTOR_DEFECT": Text("Le connecteur a un défaut.", "The connector has a defect."),
    "ADDRESS_REFUSED": Text(
        "L’adresse n’est pas autorisée par l’administration de Relais.",
        "The address is not allowed by the Relais administrator.",
    ),
    "NO_CONNECTION": Text("Le service ne répond pas.", "The service does not answer."),
    "ANSWER_LOST": Text("Le service n’a pas fini de répondre.", "The service did not finish answering."),
    "TLS_REFUSED": Text(
        "Le certificat du service n’est pas reconnu.", "The service’s certificate is not trusted."
    ),
    "TOO_LARGE": Text("La réponse dépasse la taille permise.", "The answer is larger than allowed."),
}
