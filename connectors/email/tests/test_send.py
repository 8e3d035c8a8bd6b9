"""Messages to a real SMTP server: what arrives, and what each failure leaves behind."""

from __future__ import annotations

import socket
import threading
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.smtp import AuthResult

from connectors.email.connector import connector, send
from connectors.email.stub.smtp import SmtpServer
from connectors.sdk import ConnectorError, RetryableError
from connectors.sdk.testing import context

ARGS = {"to": "lea@exemple.fr", "subject": "Bonjour", "body": "Texte"}


def taken(moody):
    (sender, recipients, content), *others = moody.taken
    assert others == []
    return sender, recipients, message_from_bytes(content, policy=default)


def test_a_message_arrives_with_its_parts(moody, connection):
    variables = {"demande": {"nom": "Léa <Martin>", "jour": "2026-12-03", "montant": 18920}}
    ctx = context(connection=connection, variables=variables)
    letter = ctx.files.save("lettre é.pdf", "application/pdf", b"%PDF-1.7")
    body = "Bonjour {{ demande.nom }},\n\nle {{ demande.jour | date }} : {{ demande.montant | euros }}.\n"
    result = send.run(
        {
            "to": 'Léa Martin <lea@exemple.fr>; "Dupont, Jean" <jean@exemple.fr>',
            "cc": ["a@exemple.fr", "LEA@exemple.fr"],
            "bcc": "secret@exemple.fr",
            "reply_to": "Bureau <bureau@exemple.fr>",
            "subject": "Dossier de {{ demande.nom }}",
            "body": body,
            "attachments": [letter],
        },
        ctx,
    )
    sender, recipients, message = taken(moody)
    assert sender == "robot@exemple.fr"
    assert set(recipients) >= {"lea@exemple.fr", "jean@exemple.fr", "a@exemple.fr", "secret@exemple.fr"}
    assert "secret@exemple.fr" not in message.as_string()
    assert message["Subject"] == "Dossier de Léa <Martin>"
    assert message["From"] == "Préfecture <robot@exemple.fr>"
    assert message["Reply-To"] == "Bureau <bureau@exemple.fr>"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",)).get_content()
    assert (
        text.replace("\r\n", "\n")
        == "Bonjour Léa <Martin>,\n\nle 3\u00a0décembre 2026 : 18\u00a0920,00\u00a0€.\n"
    )
    assert "<p>Bonjour Léa &lt;Martin&gt;,</p>" in message.get_body(("html",)).get_content()
    (attachment,) = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("lettre é.pdf", b"%PDF-1.7")
    assert result["message_id"] == message["Message-ID"]
    assert result["recipients"] == recipients


def test_without_formatting_the_message_is_one_plain_text(moody, connection):
    send.run(ARGS | {"html": False}, context(connection=connection))
    assert taken(moody)[2].get_content_type() == "text/plain"


def test_every_attempt_of_a_job_has_the_same_message_id(moody, connection):
    first = send.run(ARGS, context(connection=connection, idempotency_key="a"))
    again = send.run(ARGS, context(connection=connection, idempotency_key="a", attempt=2))
    other = send.run(ARGS, context(connection=connection, idempotency_key="b"))
    assert first["message_id"] == again["message_id"] != other["message_id"]


def test_a_refused_recipient_is_named_and_nobody_gets_the_message(moody, connection):
    moody.on_rcpt = {"parti@exemple.fr": "550 5.1.1 inconnu"}
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS | {"cc": "parti@exemple.fr"}, context(connection=connection))
    assert type(caught.value) is ConnectorError
    assert caught.value.code == "RECIPIENT_REFUSED"
    assert "parti@exemple.fr" in caught.value.message.fr
    assert "inconnu" in caught.value.message.en
    assert moody.taken == []


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"on_rcpt": {"lea@exemple.fr": "450 4.2.1 plus tard"}}, RetryableError, "RECIPIENT_REFUSED"),
        ({"on_data": "451 4.3.0 plus tard"}, RetryableError, "MESSAGE_REFUSED"),
        ({"on_data": "554 5.7.1 indésirable"}, ConnectorError, "MESSAGE_REFUSED"),
    ],
)
def test_not_now_is_tried_again_and_no_is_not(moody, connection, change, error, code):
    for name, value in change.items():
        setattr(moody, name, value)
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS, context(connection=connection))
    assert type(caught.value) is error
    assert caught.value.code == code
    assert getattr(caught.value, "sent", "no") == "no"


def test_a_connection_lost_after_the_message_leaves_the_effect_in_doubt(moody, connection):
    moody.drop_after_data = True
    with pytest.raises(RetryableError) as caught:
        send.run(ARGS, context(connection=connection))
    assert (caught.value.code, caught.value.sent) == ("ANSWER_LOST", "maybe")
    assert len(moody.taken) == 1


def test_a_silent_server_is_left_when_the_time_is_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {
            "host": "127.0.0.1",
            "port": silent.getsockname()[1],
            "security": "none",
            "sender": "a@b.fr",
        }
        with pytest.raises(RetryableError) as caught:
            send.run(ARGS, context(connection=settings, timeout_seconds=0.3))
    assert (caught.value.code, caught.value.sent) == ("NO_CONNECTION", "no")


def test_a_server_that_is_down_was_sent_nothing(server, connection):
    server.close()
    with pytest.raises(RetryableError) as caught:
        send.run(ARGS, context(connection=connection))
    assert (caught.value.code, caught.value.sent) == ("NO_CONNECTION", "no")


@pytest.mark.parametrize(
    ("greeting", "error"), [(b"421 busy\r\n", RetryableError), (b"554 no\r\n", ConnectorError)]
)
def test_a_server_that_sends_relais_away(greeting, error):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            visitor, _ = listening.accept()
            with visitor:
                visitor.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        settings = {
            "host": "127.0.0.1",
            "port": listening.getsockname()[1],
            "security": "none",
            "sender": "a@b.fr",
        }
        with pytest.raises(ConnectorError) as caught:
            send.run(ARGS, context(connection=settings))
        thread.join()
    assert type(caught.value) is error
    assert caught.value.code == "SERVER_REFUSED"


def test_a_message_larger_than_the_server_takes_is_not_sent(moody):
    with SmtpServer(moody, data_size_limit=2000) as small:
        settings = {"host": "127.0.0.1", "port": small.port, "security": "none", "sender": "a@b.fr"}
        with pytest.raises(ConnectorError) as caught:
            send.run(ARGS | {"body": "x" * 5000}, context(connection=settings))
    assert caught.value.code == "MESSAGE_TOO_LARGE"
    assert moody.taken == []


def test_attachments_have_a_limit(moody, connection):
    ctx = context(connection=connection)
    huge = ctx.files.save("gros.bin", "application/octet-stream", bytes(21 * 1024 * 1024))
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS | {"attachments": [huge]}, ctx)
    assert caught.value.code == "MESSAGE_TOO_LARGE"


def test_a_missing_attachment_is_named(connection):
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS | {"attachments": [{"id": "x", "name": "absent.pdf"}]}, context(connection=connection))
    assert caught.value.code == "FILE_NOT_FOUND"
    assert "absent.pdf" in caught.value.message.fr


# --- signing in and encryption -----------------------------------------------------------------------------


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"robot", b"mot-de-passe")
    return AuthResult(success=good, handled=good)


def secured(port, security, **changes):
    settings = {"host": "127.0.0.1", "port": port, "security": security, "sender": "a@b.fr"}
    return settings | {"username": "robot", "password": "mot-de-passe"} | changes


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_signing_in_over_an_encrypted_connection(moody, tls, security):
    options = {"tls": tls, "auth_require_tls": False} if security == "tls" else {"tls_context": tls}
    options["authenticator"] = authenticate
    with SmtpServer(moody, **options) as server:
        send.run(ARGS, context(connection=secured(server.port, security)))
    assert len(moody.taken) == 1


def test_a_wrong_password_stops_and_is_not_shown(moody, tls):
    with SmtpServer(moody, tls_context=tls, authenticator=authenticate, auth_required=True) as server:
        wrong = secured(server.port, "starttls", password="faux-mot-de-passe")
        with pytest.raises(ConnectorError) as caught:
            send.run(ARGS, context(connection=wrong))
    assert type(caught.value) is ConnectorError
    assert caught.value.code == "LOGIN_REFUSED"
    assert "faux-mot-de-passe" not in str(caught.value)


def test_an_unknown_certificate_is_refused(moody, tls, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with SmtpServer(moody, tls_context=tls) as server:
        settings = {"host": "127.0.0.1", "port": server.port, "security": "starttls", "sender": "a@b.fr"}
        with pytest.raises(ConnectorError) as caught:
            send.run(ARGS, context(connection=settings))
    assert caught.value.code == "TLS_REFUSED"


def test_a_server_without_encryption_is_refused_when_the_connection_asks_for_it(server):
    settings = {"host": "127.0.0.1", "port": server.port, "security": "starttls", "sender": "a@b.fr"}
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS, context(connection=settings))
    assert caught.value.code == "TLS_REFUSED"


def test_a_password_never_travels_in_the_clear():
    with pytest.raises(ConnectorError) as caught:
        connector.load_connection(secured(25, "none"))
    assert caught.value.code == "INVALID_CONNECTION"
    assert connector.secret_fields == {"password"}


def test_trying_a_connection_sends_nothing(moody, connection, server):
    said = connector.run_try_connection(context(connection=connection))
    assert "127.0.0.1" in said.fr
    assert moody.taken == []
    server.close()
    with pytest.raises(ConnectorError):
        connector.run_try_connection(context(connection=connection))


# --- inputs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"to": ""}, "À"),
        ({"to": "pas une adresse"}, "À"),
        ({"to": ["lea@exemple.fr", 3]}, "À"),
        ({"to": "lea@exemple"}, "À"),
        ({"cc": "lea@exemple.fr\r\nBcc: x@y.fr"}, "Copie"),
        ({"reply_to": "Léa\nBcc: x@y.fr <lea@exemple.fr>"}, "Répondre à"),
        ({"subject": ""}, "Objet"),
        ({"to": [f"a{n}@exemple.fr" for n in range(101)]}, "À"),
        ({"surprise": "x"}, "surprise"),
    ],
)
def test_a_wrong_input_is_named(moody, connection, change, label):
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS | change, context(connection=connection))
    assert caught.value.code == "INVALID_INPUT"
    assert f" {label}" in caught.value.message.fr
    assert moody.taken == []


def test_a_value_cannot_add_a_header(moody, connection):
    ctx = context(connection=connection, variables={"nom": "Léa\r\nBcc: x@y.fr"})
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS | {"subject": "Dossier {{ nom }}"}, ctx)
    assert caught.value.code == "INVALID_INPUT"
    assert moody.taken == []


@pytest.mark.parametrize(
    "address", ["agent@mairie.local", "a@exemple.test", "a@localhost", "l.m+x@sous.exemple.fr"]
)
def test_addresses_of_internal_networks_are_accepted(moody, connection, address):
    send.run(ARGS | {"to": address}, context(connection=connection))
    assert taken(moody)[1] == [address]


def test_an_address_with_accents_needs_a_server_that_takes_them(moody, connection):
    send.run(ARGS | {"to": "léa@exemple.fr"}, context(connection=connection))
    assert taken(moody)[1] == ["léa@exemple.fr"]
    with SmtpServer(moody, enable_SMTPUTF8=False) as old:
        settings = connection | {"port": old.port}
        with pytest.raises(ConnectorError) as caught:
            send.run(ARGS | {"to": "léa@exemple.fr"}, context(connection=settings))
    assert caught.value.code == "RECIPIENT_REFUSED"


def test_a_missing_value_stops_before_anything_leaves(moody, connection):
    with pytest.raises(ConnectorError) as caught:
        send.run(ARGS | {"body": "Bonjour {{ demande.nom }}"}, context(connection=connection))
    assert caught.value.code == "TEMPLATE_VALUE_MISSING"
    assert "demande" in caught.value.message.fr
    assert moody.taken == []
