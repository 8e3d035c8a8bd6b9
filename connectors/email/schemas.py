"""What a message needs and what a connection to a mail server sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import marshmallow as ma

from connectors.email.addresses import Addresses, one
from connectors.sdk import InputSchema, OutputSchema, fields

DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Connection(InputSchema):
    """The administration's mail server."""

    host = fields.text(
        fr="Serveur SMTP", en="SMTP server", required=True, max_length=253, example="smtp.exemple.fr"
    )
    port = fields.whole(
        fr="Port",
        en="Port",
        minimum=1,
        maximum=65535,
        hint={
            "fr": "Vide\u00a0: 587, 465 ou 25 selon le chiffrement.",
            "en": "Empty: 587, 465 or 25 by encryption.",
        },
    )
    security = fields.choice(
        fr="Chiffrement",
        en="Encryption",
        default="starttls",
        choices={
            "starttls": {"fr": "STARTTLS", "en": "STARTTLS"},
            "tls": {"fr": "TLS dès l’ouverture", "en": "TLS from the start"},
            "none": {"fr": "Aucun", "en": "None"},
        },
    )
    username = fields.text(fr="Nom", en="Name", max_length=320)
    password = fields.secret(fr="Mot de passe", en="Password")
    sender = fields.text(
        fr="Expéditeur",
        en="Sender",
        required=True,
        validators=[one],
        hint={"fr": "Celui des messages qui n’en nomment pas.", "en": "That of messages that name none."},
        example="Préfecture du Val-de-Lorme <ne-pas-repondre@val-de-lorme.example>",
    )

    @ma.validates_schema
    def encrypted(self, data: Mapping[str, Any], **_: Any) -> None:
        """A password never travels in the clear."""
        if data.get("username") and data.get("security") == "none":
            problem = fields.invalid(
                "choisissez un chiffrement pour envoyer un mot de passe.",
                "choose an encryption to send a password.",
            )
            raise ma.ValidationError({"security": problem.messages})
        if bool(data.get("username")) != bool(data.get("password")):
            problem = fields.invalid("donnez le nom et le mot de passe.", "give both name and password.")
            raise ma.ValidationError({"password": problem.messages})


def _addresses(fr: str, en: str, *, required: bool = False, **extra: Any) -> Addresses:
    metadata = {"label": {"fr": fr, "en": en}, "kind": "text", "group": "recipients", **extra}
    if required:
        return Addresses(required=True, metadata=metadata)
    return Addresses(load_default=list, metadata=metadata)


class SendInput(InputSchema):
    """A message."""

    groups: ClassVar = {
        "recipients": {"fr": "Destinataires", "en": "Recipients"},
        "message": {"fr": "Message", "en": "Message"},
    }
    to = _addresses(
        "À",
        "To",
        required=True,
        hint={
            "fr": "Une ou plusieurs adresses, séparées par des virgules.",
            "en": "One or more addresses, with commas.",
        },
        example="=demande.courriel",
    )
    cc = _addresses("Copie", "Copy")
    bcc = _addresses("Copie cachée", "Hidden copy")
    reply_to = fields.text(fr="Répondre à", en="Reply to", group="recipients", validators=[one])
    sender = fields.text(
        fr="Expéditeur",
        en="Sender",
        group="recipients",
        validators=[one],
        hint={"fr": "Vide\u00a0: celui de la connexion.", "en": "Empty: the connection’s."},
    )
    subject = fields.text(
        fr="Objet",
        en="Subject",
        required=True,
        kind="line_template",
        max_length=1000,
        group="message",
        hint={
            "fr": "Les données s’écrivent {{ demande.nom }}.",
            "en": "Values are written {{ request.name }}.",
        },
    )
    body = fields.template(
        fr="Texte",
        en="Text",
        required=True,
        max_length=100_000,
        group="message",
        hint={
            "fr": "Les données s’écrivent {{ demande.nom }}, les dates {{ jour | date }}.",
            "en": "Values are written {{ request.name }}, dates {{ day | date }}.",
        },
    )
    html = fields.boolean(
        fr="Joindre une version mise en page",
        en="Add a formatted version",
        default=True,
        group="message",
        hint={
            "fr": "Tirée du texte\u00a0: paragraphes, listes, liens.",
            "en": "Made from the text: paragraphs, lists, links.",
        },
    )
    attachments = fields.items(
        fields.FileReference(),
        fr="Pièces jointes",
        en="Attachments",
        group="message",
        hint={"fr": "Une liste de fichiers.", "en": "A list of files."},
    )


class SendOutput(OutputSchema):
    """What the server took."""

    message_id = fields.text(fr="Identifiant du message", en="Message identifier", required=True)
    recipients = fields.items(ma.fields.String(), fr="Destinataires", en="Recipients", required=True)
