"""The guarded client: addresses, redirections, limits."""

from __future__ import annotations

import gzip
import ipaddress
import socket
from datetime import UTC, datetime

import httpx
import pytest

from connectors.sdk import ConnectorError, RetryableError
from connectors.sdk.addresses import AddressGuard, is_public
from connectors.sdk.http import check_status, retry_after_seconds
from connectors.sdk.testing import Answer, context, http_server


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(address):
    with pytest.raises(ConnectorError) as caught:
        AddressGuard(()).addresses(address, 80)
    assert caught.value.code == "ADDRESS_REFUSED"


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address):
    assert AddressGuard(()).addresses(address, 443)
    assert is_public(ipaddress.ip_address("8.8.8.8"))


@pytest.mark.parametrize(
    "text", ["2130706433", "0x7f000001", "127.1", "017700000001", "localhost", "LOCALHOST"]
)
def test_other_spellings_of_this_machine_are_refused(text):
    with pytest.raises(ConnectorError) as caught:
        AddressGuard(()).addresses(text, 80)
    assert caught.value.code in {"ADDRESS_REFUSED", "NO_CONNECTION"}


@pytest.mark.parametrize(
    ("allowed", "host", "port", "passes"),
    [
        ("127.0.0.1", "127.0.0.1", 80, True),
        ("127.0.0.1:80", "127.0.0.1", 80, True),
        ("127.0.0.1:80", "127.0.0.1", 81, False),
        ("127.0.0.0/8", "127.9.9.9", 80, True),
        ("10.0.0.0/8", "127.0.0.1", 80, False),
        ("Localhost", "localhost", 80, True),
        ("::1", "::1", 80, True),
        ("[::1]:80", "::1", 80, True),
        ("autre.local", "127.0.0.1", 80, False),
        (" ", "127.0.0.1", 80, False),
    ],
)
def test_an_administrator_allows_hosts_ports_and_networks(allowed, host, port, passes):
    guard = AddressGuard([allowed])
    if passes:
        assert guard.addresses(host, port)
    else:
        with pytest.raises(ConnectorError):
            guard.addresses(host, port)


def test_one_private_address_among_several_refuses_the_name(monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(ConnectorError) as caught:
        AddressGuard(()).addresses("double.example", 80)
    assert "double.example (10.0.0.1)" in caught.value.message.fr


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch):
    """The connection goes to the address that was checked: the name is resolved once."""
    real, calls = socket.getaddrinfo, []

    def rebinding(host, port, *args, **kwargs):
        if host != "change.example":
            return real(host, port, *args, **kwargs)
        calls.append(host)
        address = "127.0.0.1" if len(calls) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with http_server(lambda _: Answer(200, b"ok")) as server:
        port = server.host.rpartition(":")[2]
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        with context(allow_private=frozenset({"127.0.0.0/8"})).http() as client:
            assert client.get(f"http://change.example:{port}/").text == "ok"
        with (
            pytest.raises(ConnectorError),
            context(allow_private=frozenset({"127.0.0.0/8"})).http() as client,
        ):
            client.get(f"http://change.example:{port}/")
    assert len(calls) == 2
    assert server.received[0].headers["host"] == f"change.example:{port}"


def test_an_unknown_name_may_be_known_later(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RetryableError) as caught, context().http() as client:
        client.post("https://absent.example")
    assert (caught.value.code, caught.value.sent) == ("NO_CONNECTION", "no")


def test_proxies_of_the_environment_are_ignored(monkeypatch):
    with http_server(lambda _: Answer(200, b"direct")) as server:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        with context(allow_private=frozenset({server.host})).http() as client:
            assert client.get(server.url).text == "direct"


def test_a_small_answer_that_unpacks_to_a_large_one_is_cut_off():
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    with (
        http_server(lambda _: Answer(200, bomb, {"Content-Encoding": "gzip"})) as server,
        context(allow_private=frozenset({server.host})).http(max_bytes=1024 * 1024) as client,
    ):
        with pytest.raises(ConnectorError) as caught:
            client.get(server.url)
        assert type(caught.value) is ConnectorError
        with pytest.raises(RetryableError) as caught:
            client.post(server.url)
    assert (caught.value.code, caught.value.sent) == ("TOO_LARGE", "maybe")


def test_a_compressed_answer_is_read():
    body = gzip.compress("été".encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=utf-8"}
    with (
        http_server(lambda _: Answer(200, body, headers)) as server,
        context(allow_private=frozenset({server.host})).http() as client,
    ):
        answer = client.get(server.url)
    assert answer.text == "été"
    assert "content-encoding" not in answer.headers


def test_broken_compression_is_a_lost_answer():
    with (
        http_server(lambda _: Answer(200, b"not gzip", {"Content-Encoding": "gzip"})) as server,
        context(allow_private=frozenset({server.host})).http() as client,
        pytest.raises(RetryableError) as caught,
    ):
        client.get(server.url)
    assert caught.value.code == "ANSWER_LOST"


def test_a_short_answer_is_a_lost_answer():
    with (
        http_server(lambda _: Answer(200, b"abc", {"Content-Length": "10"})) as server,
        context(allow_private=frozenset({server.host})).http() as client,
        pytest.raises(RetryableError) as caught,
    ):
        client.put(server.url)
    assert (caught.value.code, caught.value.sent) == ("ANSWER_LOST", "maybe")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("17", 17),
        ("999999999", 86_400),
        ("Mon, 23 Nov 2026 10:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after_seconds(value, datetime(2026, 11, 23, 10, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [200, 201, 204, 303])
def test_good_statuses_pass(status):
    check_status(httpx.Response(status, request=httpx.Request("POST", "https://a.fr")))
