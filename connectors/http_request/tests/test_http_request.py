"""Requests against a real server on this machine: what goes out, what comes back, what is refused."""

from __future__ import annotations

import json
import logging
from decimal import Decimal

import pytest

from connectors.http_request.connector import connector, read, send, try_connection
from connectors.sdk import ConnectorError, Context, RetryableError, Secret
from connectors.sdk.testing import Answer, Request, context, http_server


def json_answer(value: str, status: int = 200) -> Answer:
    return Answer(status, value.encode(), {"Content-Type": "application/json"})


def ctx(server, **changes) -> Context:
    settings = {"connection": {"base_url": server.url}, "allow_private": frozenset({server.host})}
    return context(**(settings | changes))


def test_reading_gives_status_headers_and_exact_numbers():
    with http_server(lambda _: json_answer('{"montant": 0.10, "rang": 3}')) as server:
        result = read.run(
            {"url": "/a", "query": {"q": "été", "n": Decimal("1.50"), "vide": None}}, ctx(server)
        )
    assert result["status"] == 200
    assert result["headers"]["content-type"] == "application/json"
    assert result["body"] == {"montant": Decimal("0.10"), "rang": 3}
    assert str(result["body"]["montant"]) == "0.10"
    assert server.received[0].target == "/a?q=%C3%A9t%C3%A9&n=1.50"


def test_an_address_keeps_its_own_parameters():
    with http_server(lambda _: json_answer("{}")) as server:
        read.run({"url": f"{server.url}/a?x=1"}, ctx(server))
    assert server.received[0].target == "/a?x=1"


def test_sending_writes_exact_json_with_the_idempotency_key():
    with http_server(lambda _: json_answer("{}", 201)) as server:
        body = {"montant": Decimal("1234567890123456789.10"), "nom": "Léa"}
        send.run({"url": "/a", "body": body}, ctx(server, idempotency_key="key-7"))
    request = server.received[0]
    assert request.method == "POST"
    assert request.body.decode() == '{"montant": 1234567890123456789.10, "nom": "Léa"}'
    assert request.headers["idempotency-key"] == "key-7"
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("format", "body", "kind", "sent"),
    [
        ("form", {"a": "é", "b": [1, 2]}, "application/x-www-form-urlencoded", b"a=%C3%A9&b=1&b=2"),
        ("text", "bonjour", "text/plain; charset=utf-8", b"bonjour"),
        ("json", False, "application/json", b"false"),
    ],
)
def test_a_body_takes_the_chosen_form(format, body, kind, sent):
    with http_server(lambda _: Answer(204)) as server:
        send.run({"url": "/a", "body": body, "format": format}, ctx(server))
    assert server.received[0].headers["content-type"] == kind
    assert server.received[0].body == sent


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ({"auth": "basic", "username": "u", "password": "pass"}, "authorization", "Basic dTpwYXNz"),
        ({"auth": "bearer", "token": "jeton"}, "authorization", "Bearer jeton"),
        ({"auth": "header", "header_name": "X-Key", "header_value": "k-123"}, "x-key", "k-123"),
    ],
)
def test_the_connection_identifies_relais(settings, name, value):
    with http_server(lambda _: json_answer("{}")) as server:
        read.run({"url": "/a"}, ctx(server, connection={"base_url": server.url, **settings}))
    assert server.received[0].headers[name] == value


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, ConnectorError, "HTTP_400"),
        (404, ConnectorError, "HTTP_404"),
        (429, RetryableError, "HTTP_429"),
        (500, RetryableError, "HTTP_500"),
        (503, RetryableError, "HTTP_503"),
    ],
)
def test_the_status_decides_whether_to_retry(status, error, code):
    with (
        http_server(lambda _: json_answer('{"detail": "q manque"}', status)) as server,
        pytest.raises(ConnectorError) as caught,
    ):
        read.run({"url": "/a"}, ctx(server))
    assert type(caught.value) is error
    assert caught.value.code == code
    assert "q manque" in caught.value.message.fr
    assert read.error_text(code) is not None


def test_a_service_says_how_long_to_wait():
    with (
        http_server(lambda _: Answer(429, headers={"Retry-After": "17"})) as server,
        pytest.raises(RetryableError) as caught,
    ):
        read.run({"url": "/a"}, ctx(server))
    assert caught.value.after_seconds == 17


@pytest.mark.parametrize(
    ("operation", "status", "sent"),
    [(read, 500, "no"), (send, 500, "maybe"), (send, 502, "maybe"), (send, 503, "no"), (send, 429, "no")],
)
def test_a_breakdown_while_sending_leaves_the_effect_in_doubt(operation, status, sent):
    with http_server(lambda _: Answer(status)) as server, pytest.raises(RetryableError) as caught:
        operation.run({"url": "/a"}, ctx(server))
    assert caught.value.sent == sent


@pytest.mark.parametrize(("operation", "sent"), [(read, "no"), (send, "maybe")])
def test_a_lost_answer_is_in_doubt_only_when_something_was_sent(operation, sent):
    with http_server(lambda _: Answer(drop=True)) as server, pytest.raises(RetryableError) as caught:
        operation.run({"url": "/a"}, ctx(server))
    assert (caught.value.code, caught.value.sent) == ("ANSWER_LOST", sent)


def test_a_service_that_is_down_was_sent_nothing():
    with http_server(lambda _: Answer()) as server:
        pass
    with pytest.raises(RetryableError) as caught:
        send.run({"url": "/a"}, ctx(server))
    assert (caught.value.code, caught.value.sent) == ("NO_CONNECTION", "no")


def test_a_slow_service_is_left_when_the_time_is_up():
    import time

    def slow(_: Request) -> Answer:
        time.sleep(0.6)
        return Answer()

    with http_server(slow) as server, pytest.raises(RetryableError) as caught:
        send.run({"url": "/a"}, ctx(server, timeout_seconds=0.2))
    assert (caught.value.code, caught.value.sent) == ("TIMEOUT", "maybe")


def test_a_machine_of_the_network_is_refused_unless_allowed():
    with http_server(lambda _: Answer()) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            with pytest.raises(ConnectorError) as caught:
                read.run({"url": url}, context())
            assert caught.value.code == "ADDRESS_REFUSED"
    assert server.received == []


def test_a_redirection_does_not_lead_into_the_network():
    with (
        http_server(lambda _: Answer()) as inner,
        http_server(lambda _: Answer(302, headers={"Location": f"{inner.url}/secret"})) as outer,
        pytest.raises(ConnectorError) as caught,
    ):
        read.run({"url": "/a"}, ctx(outer))
    assert caught.value.code == "ADDRESS_REFUSED"
    assert inner.received == []


def test_credentials_do_not_follow_a_redirection_to_another_host():
    with (
        http_server(lambda _: json_answer("{}")) as other,
        http_server(lambda _: Answer(302, headers={"Location": f"{other.url}/b"})) as server,
    ):
        connection = {
            "base_url": server.url,
            "auth": "header",
            "header_name": "X-Key",
            "header_value": "k-123",
        }
        allowed = frozenset({server.host, other.host})
        read.run({"url": "/a"}, ctx(server, connection=connection, allow_private=allowed))
    assert server.received[0].headers["x-key"] == "k-123"
    assert "x-key" not in other.received[0].headers


def test_a_loop_of_redirections_ends():
    with (
        http_server(lambda _: Answer(302, headers={"Location": "/a"})) as server,
        pytest.raises(ConnectorError) as caught,
    ):
        read.run({"url": "/a"}, ctx(server))
    assert caught.value.code == "TOO_MANY_REDIRECTS"


def test_a_send_is_not_led_elsewhere():
    with (
        http_server(lambda _: Answer(302, headers={"Location": "/login"})) as server,
        pytest.raises(ConnectorError) as caught,
    ):
        send.run({"url": "/a"}, ctx(server))
    assert caught.value.code == "HTTP_302"
    assert len(server.received) == 1


def test_a_temporary_redirection_repeats_the_same_send():
    def respond(request: Request) -> Answer:
        return Answer(308, headers={"Location": "/b"}) if request.path == "/a" else json_answer("{}")

    with http_server(respond) as server:
        send.run({"url": "/a", "body": {"x": 1}}, ctx(server))
    assert [(r.method, r.path, r.body) for r in server.received] == [
        ("POST", "/a", b'{"x": 1}'),
        ("POST", "/b", b'{"x": 1}'),
    ]


def test_a_connections_credentials_stay_with_its_service():
    with http_server(lambda _: Answer()) as server:
        for url in ("https://ailleurs.example/a", "http://127.0.0.1.ailleurs.example/"):
            with pytest.raises(ConnectorError) as caught:
                read.run({"url": url}, ctx(server))
            assert caught.value.code == "URL_OUTSIDE_CONNECTION"
    assert server.received == []


@pytest.mark.parametrize("url", ["/a", "ftp://exemple.fr/a", "file:///etc/passwd", "https://", "http://[::1"])
def test_only_web_addresses_are_called(url):
    with pytest.raises(ConnectorError) as caught:
        read.run({"url": url}, context())
    assert type(caught.value) is ConnectorError


def test_credentials_in_an_address_are_refused_without_repeating_them():
    with pytest.raises(ConnectorError) as caught:
        read.run({"url": "https://robot:mot-de-passe@exemple.fr/a"}, context())
    assert caught.value.code == "INVALID_INPUT"
    assert "mot-de-passe" not in str(caught.value)


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer x"}, {"X": "a\r\nY: b"}, {"Ho st": "a"}, {"Content-Length": "1"}]
)
def test_headers_cannot_replace_the_connections_or_break_out(headers):
    with pytest.raises(ConnectorError) as caught:
        read.run({"url": "https://exemple.fr", "headers": headers}, context())
    assert caught.value.code == "INVALID_INPUT"
    assert "En-têtes" in caught.value.message.fr


@pytest.mark.parametrize(
    "change",
    [{"body": "\ud800"}, {"body": {"a": object()}}, {"query": {"q": "\ud800"}}, {"query": {"q": {"a": 1}}},
     {"body": Decimal("NaN")}, {"headers": {"X-A": "é"}}, {"body": "x", "format": "form"}],
)  # fmt: skip
def test_what_cannot_be_sent_is_said_before_anything_leaves(change):
    with http_server(lambda _: Answer()) as server, pytest.raises(ConnectorError) as caught:
        send.run({"url": "/a", "body": {}} | change, ctx(server))
    assert type(caught.value) is ConnectorError
    assert caught.value.code == "INVALID_INPUT"
    assert server.received == []


def test_a_large_answer_is_cut_off():
    with (
        http_server(lambda _: Answer(200, b"x" * (11 * 1024 * 1024))) as server,
        pytest.raises(ConnectorError) as caught,
    ):
        read.run({"url": "/a"}, ctx(server))
    assert caught.value.code == "TOO_LARGE"


def test_what_is_not_text_becomes_a_file():
    with http_server(lambda _: Answer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"})) as server:
        where = ctx(server)
        result = read.run({"url": "/lettre.pdf"}, where)
    assert result["body"] is None
    assert result["file"]["name"] == "lettre.pdf"
    assert where.files.read(result["file"]) == b"%PDF-1.7"


def test_broken_json_is_an_error_to_a_reader_and_text_to_a_sender():
    with http_server(lambda _: json_answer("{oups")) as server:
        with pytest.raises(ConnectorError) as caught:
            read.run({"url": "/a"}, ctx(server))
        assert send.run({"url": "/a"}, ctx(server))["body"] == "{oups"
    assert caught.value.code == "NOT_JSON"


def test_secrets_appear_neither_in_logs_nor_in_errors(caplog):
    def echo(request: Request) -> Answer:
        return json_answer(json.dumps({"you said": request.headers["authorization"]}), 403)

    with http_server(echo) as server, caplog.at_level(logging.DEBUG):
        connection = {"base_url": server.url, "auth": "bearer", "token": "jeton-tres-secret"}
        with pytest.raises(ConnectorError) as caught:
            read.run({"url": "/a", "query": {"q": "1"}}, ctx(server, connection=connection))
    assert "jeton-tres-secret" not in str(caught.value) + repr(caught.value.message) + caplog.text
    assert "•••" in caught.value.message.fr


@pytest.mark.parametrize(
    ("method", "honours", "expected"),
    [
        ("POST", False, "none"),
        ("POST", True, "native"),
        ("PUT", False, "native"),
        ("DELETE", False, "native"),
    ],
)
def test_what_may_be_repeated_depends_on_method_and_service(method, honours, expected):
    connection = {"base_url": "https://exemple.fr", "honours_idempotency_key": honours}
    assert send.idempotency_for({"url": "/a", "method": method}, connection) == expected


def test_a_connection_with_credentials_needs_its_address():
    with pytest.raises(ConnectorError) as caught:
        connector.load_connection({"auth": "bearer", "token": "x"})
    assert caught.value.code == "INVALID_CONNECTION"
    assert "Adresse du service" in caught.value.message.fr
    assert connector.secret_fields == {"password", "token", "header_value"}
    assert isinstance(
        connector.load_connection({"base_url": "https://a.fr", "password": "p"})["password"], Secret
    )


def test_publication_refuses_another_protocol():
    assert [p.input for p in read.problems({"url": "ftp://exemple.fr"})] == ["url"]
    assert read.problems({"url": '="ftp://" + x'}) == []
    assert [p.input for p in send.problems({"url": "/a", "method": "BREW"})] == ["method"]


@pytest.mark.parametrize(("status", "works"), [(200, True), (404, True), (401, False), (500, False)])
def test_trying_a_connection(status, works):
    with http_server(lambda _: Answer(status)) as server:
        if works:
            assert str(status) in connector.run_try_connection(ctx(server)).fr
        else:
            with pytest.raises(ConnectorError):
                connector.run_try_connection(ctx(server))
    assert try_connection is not None
