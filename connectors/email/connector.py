"""E-mail: one message to one or several people, through the administration's SMTP server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from connectors.email import delivery, templates
from connectors.email.addresses import parse
from connectors.email.message import build
from connectors.email.schemas import Connection, SendInput, SendOutput
from connectors.sdk import Connector, Context, Problem, Stub, Text

connector = Connector.from_folder(__file__, connection=Connection)

TEMPLATES: Final = ("subject", "body")
_ERRORS: Final = {
    "RECIPIENT_REFUSED": Text("Le serveur refuse un destinataire.", "The server refuses a recipient."),
    "SENDER_REFUSED": Text("Le serveur refuse l’expéditeur.", "The server refuses the sender."),
    "MESSAGE_REFUSED": Text("Le serveur refuse le message.", "The server refuses the message."),
    "MESSAGE_TOO_LARGE": Text("Le message est trop gros.", "The message is too large."),
    "LOGIN_REFUSED": Text("Le serveur refuse l’identification.", "The server refuses the credentials."),
    "SERVER_REFUSED": Text("Le serveur refuse la connexion.", "The server refuses the connection."),
    "TEMPLATE_VALUE_MISSING": Text(
        "Une donnée du modèle n’a pas de valeur.", "A value of the template is missing."
    ),
    "TEMPLATE_ERROR": Text("Le modèle ne se lit pas.", "The template cannot be read."),
    "FILE_NOT_FOUND": Text("Une pièce jointe n’existe pas.", "An attachment does not exist."),
}


@connector.operation(
    "send",
    version=1,
    name={"fr": "Envoyer un courriel", "en": "Send an e-mail"},
    description={
        "fr": "Envoie un courriel dont l’objet et le texte reprennent des données du dossier.",
        "en": "Sends an e-mail whose subject and text take values of the case.",
    },
    input=SendInput,
    output=SendOutput,
    effect="irreversible",
    idempotency="none",
    timeout_seconds=60,
    errors=_ERRORS,
    example={
        "to": "lea.martin@exemple.fr",
        "subject": "Votre demande est enregistrée",
        "body": "Bonjour,\n\nNous avons reçu votre demande.\n\nLa préfecture",
    },
)
def send(args: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """SMTP has no key by which a server would recognise a repeated message: a loss stays in doubt."""
    message = build(args, ctx)
    sender = parse(args["sender"] or ctx.connection["sender"]).addr_spec
    found = {address.addr_spec: None for name in ("to", "cc", "bcc") for address in args[name]}
    delivery.deliver(message, sender, list(found), ctx)
    return {"message_id": str(message["Message-ID"]), "recipients": list(found)}


@send.validate
def validate_send(inputs: Mapping[str, str], known_variables: set[str] | None) -> Iterator[Problem]:
    """Templates parse, and name only variables that can exist at this step."""
    for name in TEMPLATES:
        text = inputs.get(name, "")
        if text.startswith("="):
            yield Problem(name, _not_feel())
        else:
            yield from templates.problems(name, text, known_variables)


def _not_feel() -> Text:
    """Run as a template, a computed text would let whoever filled in its values write a template."""
    return Text(
        "Ce texte n’est pas une expression FEEL. Écrivez-le tel quel, avec {{ nom }} là où va une donnée.",
        "This text is not a FEEL expression. Write it as it is, with {{ name }} where a value goes.",
    )


@send.reads
def reads_send(inputs: Mapping[str, str]) -> set[str]:
    """The variables that the templates name."""
    return {variable for name in TEMPLATES for variable in templates.variables(inputs.get(name, ""))}


@connector.try_connection
def try_connection(ctx: Context) -> Text:
    """Connect, encrypt and sign in, without sending anything."""
    with delivery.session(ctx) as smtp:
        smtp.noop()
    host = ctx.connection["host"]
    return Text(
        f"Le serveur «\u00a0{host}\u00a0» accepte la connexion.",
        f"The server “{host}” accepts the connection.",
    )


@connector.stub
def start_stub(*, port: int = 0, data_dir: Path | None = None) -> Stub:
    """A mail catcher: `port` is its page, the next one receives mail (both free ones for 0)."""
    from connectors.email.stub.server import start

    return start(port=port, data_dir=data_dir)
