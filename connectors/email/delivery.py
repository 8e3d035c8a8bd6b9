"""Handing a message to an SMTP server, knowing at every step whether it may have left."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Final

from connectors.email.schemas import DEFAULT_PORTS
from connectors.sdk import ConnectorError, Context, RetryableError, Text

#: After the message was taken, saying goodbye is a courtesy that must not cost time.
_GOODBYE_SECONDS: Final = 2.0


@contextlib.contextmanager
def session(ctx: Context) -> Iterator[smtplib.SMTP]:
    """A connection to the server, encrypted and signed in as the settings say. Raises ConnectorError."""
    smtp = _open(ctx)
    try:
        _prepare(smtp, ctx)
        yield smtp
    finally:
        _leave(smtp)


def _open(ctx: Context) -> smtplib.SMTP:
    settings = ctx.connection
    host, security = settings["host"], settings["security"]
    port = settings["port"] or DEFAULT_PORTS[security]
    name, seconds = _own_name(), ctx.remaining_seconds()
    try:
        if security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, name, timeout=seconds, context=context)
        return smtplib.SMTP(host, port, name, timeout=seconds)
    except ssl.SSLError as error:
        raise _tls_refused(host) from error
    except smtplib.SMTPConnectError as error:
        raise _answered(error.smtp_code, error.smtp_error, "SERVER_REFUSED") from error
    except (OSError, smtplib.SMTPException) as error:
        raise _unreachable(host) from error


def _own_name() -> str:
    """How Relais introduces itself (RFC 5321 §4.1.3), without asking a name server."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _prepare(smtp: smtplib.SMTP, ctx: Context) -> None:
    host = ctx.connection["host"]
    try:
        smtp.ehlo()
        if ctx.connection["security"] == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        _sign_in(smtp, ctx)
    except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
        raise _tls_refused(host) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error, "SERVER_REFUSED") from error
    except (OSError, smtplib.SMTPException) as error:
        raise _unreachable(host) from error


def _sign_in(smtp: smtplib.SMTP, ctx: Context) -> None:
    username = ctx.connection["username"]
    if not username:
        return
    try:
        smtp.login(username, ctx.connection["password"].reveal())
    except smtplib.SMTPAuthenticationError as error:
        raise _answered(error.smtp_code, error.smtp_error, "LOGIN_REFUSED") from error


def _leave(smtp: smtplib.SMTP) -> None:
    """Close politely if the server still listens, and in any case."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if smtp.sock is not None:
            smtp.sock.settimeout(_GOODBYE_SECONDS)
        smtp.quit()
    smtp.close()


def deliver(message: EmailMessage, sender: str, recipients: Sequence[str], ctx: Context) -> None:
    """Hand the message over for all recipients or for none.

    Raises ConnectorError (RECIPIENT_REFUSED, MESSAGE_REFUSED, MESSAGE_TOO_LARGE…), RetryableError for what
    the server postpones, and RetryableError with sent="maybe" when the connection is lost after the message
    began to leave: SMTP gives no way to ask whether it was taken.
    """
    with session(ctx) as smtp:
        data, options = _prepared(message, sender, recipients, smtp)
        try:
            _envelope(smtp, sender, recipients, options)
        except (OSError, smtplib.SMTPException) as error:
            raise _unreachable(ctx.connection["host"]) from error
        _content(smtp, data, ctx.connection["host"])


def _prepared(
    message: EmailMessage, sender: str, recipients: Sequence[str], smtp: smtplib.SMTP
) -> tuple[bytes, list[str]]:
    """The bytes to send and the options of MAIL FROM."""
    plain = all(address.isascii() for address in (sender, *recipients))
    if not plain and not smtp.has_extn("smtputf8"):
        message_text = Text(
            "Le serveur n’accepte pas les adresses accentuées.",
            "The server does not accept addresses with accents.",
        )
        raise ConnectorError(message_text, "RECIPIENT_REFUSED")
    data = message.as_bytes(policy=SMTP if plain else SMTPUTF8)
    limit = smtp.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(data):
        text = Text(
            "Le message dépasse la taille que le serveur accepte.",
            "The message is larger than the server accepts.",
        )
        raise ConnectorError(text, "MESSAGE_TOO_LARGE")
    return data, [] if plain else ["SMTPUTF8"]


def _envelope(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], options: list[str]) -> None:
    code, said = smtp.mail(sender, options)
    if code != 250:
        raise _answered(code, said, "SENDER_REFUSED", sender)
    for recipient in recipients:
        code, said = smtp.rcpt(recipient)
        if code not in {250, 251}:
            raise _answered(code, said, "RECIPIENT_REFUSED", recipient)


def _content(smtp: smtplib.SMTP, data: bytes, host: str) -> None:
    """From here on the message may have left."""
    try:
        code, said = smtp.data(data)
    except smtplib.SMTPDataError as error:
        raise _answered(error.smtp_code, error.smtp_error, "MESSAGE_REFUSED") from error
    except (OSError, smtplib.SMTPException) as error:
        raise RetryableError(
            Text(
                f"«\u00a0{host}\u00a0» a coupé avant de dire s’il prenait le message.",
                f"“{host}” hung up before saying whether it took the message.",
            ),
            "ANSWER_LOST",
            sent="maybe",
        ) from error
    if code != 250:
        raise _answered(code, said, "MESSAGE_REFUSED")


_REFUSALS: Final = {
    "RECIPIENT_REFUSED": Text("Le serveur refuse le destinataire", "The server refuses the recipient"),
    "SENDER_REFUSED": Text("Le serveur refuse l’expéditeur", "The server refuses the sender"),
    "MESSAGE_REFUSED": Text("Le serveur refuse le message", "The server refuses the message"),
    "LOGIN_REFUSED": Text("Le serveur refuse l’identification", "The server refuses the credentials"),
    "SERVER_REFUSED": Text("Le serveur refuse la connexion", "The server refuses the connection"),
}


def _answered(code: int, said: bytes | str, kind: str, about: str = "") -> ConnectorError:
    """An answer of the server as an error: 4xx is "not now" (RFC 5321 §4.2.1), anything else is "no".

    The server took nothing in either case.
    """
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    answer = " ".join(f"{code} {words}".split())[:300]
    refusal = _REFUSALS[kind]
    named_fr = f" «\u00a0{about}\u00a0»" if about else ""
    named_en = f" “{about}”" if about else ""
    message = Text(f"{refusal.fr}{named_fr}\u00a0: {answer}", f"{refusal.en}{named_en}: {answer}")
    return RetryableError(message, kind) if 400 <= code < 500 else ConnectorError(message, kind)


def _unreachable(host: str) -> RetryableError:
    message = Text(
        f"Le serveur de courriel «\u00a0{host}\u00a0» ne répond pas. Aucun message n’est parti.",
        f"The mail server “{host}” does not answer. No message was sent.",
    )
    return RetryableError(message, "NO_CONNECTION")


def _tls_refused(host: str) -> ConnectorError:
    message = Text(
        f"«\u00a0{host}\u00a0» n’offre pas un chiffrement sûr. "
        "Vérifiez son certificat et le réglage «\u00a0Chiffrement\u00a0».",
        f"“{host}” does not offer safe encryption. Check its certificate and the “Encryption” setting.",
    )
    return ConnectorError(message, "TLS_REFUSED")
