"""What a request needs, what an answer gives, and what a connection sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import marshmallow as ma

from connectors.sdk import InputSchema, OutputSchema, fields

#: Headers that belong to the connection or to the protocol, never to a diagram.
RESERVED_HEADERS = frozenset(
    {
        "authorization", "connection", "content-length", "cookie", "host", "idempotency-key",
        "proxy-authorization", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2, token
_CREDENTIALS = {
    "basic": ("username", "password"),
    "bearer": ("token",),
    "header": ("header_name", "header_value"),
}


class Connection(InputSchema):
    """A service: its address and how Relais identifies itself."""

    base_url = fields.text(
        fr="Adresse du service",
        en="Address of the service",
        hint={"fr": "Les adresses relatives partent d’ici.", "en": "Relative addresses start here."},
        example="https://data.geopf.fr",
        max_length=2000,
    )
    auth = fields.choice(
        fr="Identification",
        en="Authentication",
        default="none",
        choices={
            "none": {"fr": "Aucune", "en": "None"},
            "basic": {"fr": "Nom et mot de passe", "en": "Name and password"},
            "bearer": {"fr": "Jeton", "en": "Token (Bearer)"},
            "header": {"fr": "Clé dans un en-tête", "en": "Key in a header"},
        },
    )
    username = fields.text(fr="Nom", en="Name", when={"auth": "basic"})
    password = fields.secret(fr="Mot de passe", en="Password", when={"auth": "basic"})
    token = fields.secret(fr="Jeton", en="Token", when={"auth": "bearer"})
    header_name = fields.text(
        fr="Nom de l’en-tête", en="Header name", when={"auth": "header"}, example="X-Api-Key"
    )
    header_value = fields.secret(fr="Clé", en="Key", when={"auth": "header"})
    honours_idempotency_key = fields.boolean(
        fr="Le service reconnaît l’en-tête Idempotency-Key",
        en="The service honours the Idempotency-Key header",
        hint={
            "fr": "Un envoi dont la réponse s’est perdue est alors répété sans risque de double.",
            "en": "A request whose answer was lost is then repeated without risk of a double.",
        },
    )

    @ma.validates_schema
    def complete(self, data: Mapping[str, Any], **_: Any) -> None:
        """Every part of the chosen authentication is given, and it has an address to be sent to."""
        needed = _CREDENTIALS.get(data.get("auth") or "none", ())
        missing = [name for name in (*needed, "base_url") if needed and not data.get(name)]
        if missing:
            problem = fields.invalid("cette donnée est obligatoire ici.", "this value is required here.")
            raise ma.ValidationError(dict.fromkeys(missing, problem.messages))

    @ma.validates("base_url")
    def web_address(self, value: str | None, **_: Any) -> None:
        """Only web addresses: a connection is no way to other protocols."""
        if value and not value.startswith(("https://", "http://")):
            raise fields.invalid("l’adresse commence par https://.", "the address starts with https://.")


def check_headers(headers: Mapping[str, Any] | None) -> None:
    """Names and values that cannot break out of their line, and none that the connection owns."""
    for name, value in (headers or {}).items():
        if name.lower() in RESERVED_HEADERS:
            raise fields.invalid(
                f"«\u00a0{name}\u00a0» se règle dans la connexion.", f"“{name}” is set in the connection."
            )
        if not _HEADER_NAME.fullmatch(name) or not _is_header_value(value):
            raise fields.invalid(
                f"«\u00a0{name}\u00a0» n’est pas un en-tête permis.", f"“{name}” is not a permitted header."
            )


def _is_header_value(value: Any) -> bool:
    return isinstance(value, str | int) and not re.search(r"[\r\n\0]", str(value))


class RequestInput(InputSchema):
    """Common to reading and sending."""

    groups: ClassVar = {  # labels of the panel's groups
        "request": {"fr": "Demande", "en": "Request"},
        "body": {"fr": "Contenu", "en": "Body"},
    }
    url = fields.text(
        fr="Adresse",
        en="Address",
        required=True,
        max_length=8000,
        group="request",
        hint={
            "fr": "Complète, ou à la suite de l’adresse de la connexion.",
            "en": "Complete, or relative to the connection’s address.",
        },
        placeholder={"fr": "/geocodage/search", "en": "/geocodage/search"},
    )
    query = fields.context(
        fr="Paramètres",
        en="Parameters",
        group="request",
        hint={
            "fr": "Un contexte FEEL, ajouté à l’adresse après le point d’interrogation.",
            "en": "A FEEL context, added to the address after the question mark.",
        },
        example="={q: adresse, limit: 1}",
    )
    headers = fields.context(
        fr="En-têtes",
        en="Headers",
        group="request",
        validators=[check_headers],
        hint={"fr": "Un contexte FEEL.", "en": "A FEEL context."},
    )


class ReadMethod(InputSchema):
    """Methods that change nothing."""

    method = fields.choice(
        fr="Méthode",
        en="Method",
        default="GET",
        group="request",
        choices={
            "GET": {"fr": "GET, lire", "en": "GET, read"},
            "HEAD": {"fr": "HEAD, voir si l’adresse existe", "en": "HEAD, see whether it exists"},
        },
    )


class SendMethod(InputSchema):
    """Methods that may change something."""

    method = fields.choice(
        fr="Méthode",
        en="Method",
        default="POST",
        group="request",
        choices={
            "POST": {"fr": "POST, déposer", "en": "POST, submit"},
            "PUT": {"fr": "PUT, remplacer", "en": "PUT, replace"},
            "PATCH": {"fr": "PATCH, modifier", "en": "PATCH, change"},
            "DELETE": {"fr": "DELETE, supprimer", "en": "DELETE, delete"},
        },
    )


class ReadInput(RequestInput, ReadMethod):
    """A request that changes nothing. (The panel shows the fields of the last base first.)"""


class SendInput(RequestInput, SendMethod):
    """A request that may change something."""

    body = fields.feel(
        fr="Contenu",
        en="Body",
        group="body",
        hint={
            "fr": "Une valeur FEEL. Un contexte devient un objet JSON.",
            "en": "A FEEL value. A context becomes a JSON object.",
        },
    )
    format = fields.choice(
        fr="Forme du contenu",
        en="Format of the body",
        default="json",
        group="body",
        choices={
            "json": {"fr": "JSON", "en": "JSON"},
            "form": {"fr": "Formulaire web", "en": "Web form"},
            "text": {"fr": "Texte", "en": "Text"},
        },
    )


class AnswerOutput(OutputSchema):
    """What the service answered."""

    status = fields.whole(
        fr="Statut",
        en="Status",
        required=True,
        hint={"fr": "200 quand tout va bien.", "en": "200 when all is well."},
    )
    headers = fields.context(fr="En-têtes", en="Headers", required=True)
    body = fields.feel(
        fr="Contenu",
        en="Body",
        hint={"fr": "Les données lues, ou le texte.", "en": "The data read, or the text."},
    )
    file = fields.file(
        fr="Fichier",
        en="File",
        hint={"fr": "Le contenu, s’il n’est pas du texte.", "en": "The body, when it is not text."},
    )
