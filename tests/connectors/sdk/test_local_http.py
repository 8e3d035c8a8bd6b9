"""The small server answers what is wrong and survives visitors that hang up."""

from __future__ import annotations

import socket

import pytest

from connectors.sdk.local_http import Answer, serve, whole_number


@pytest.mark.parametrize(
    ("length", "status"), [("x", b"400"), ("-1", b"400"), ("999999999", b"413"), ("", b"200")]
)
def test_a_wrong_length_is_refused(length, status):
    with serve(lambda _: Answer()) as server:
        host, port = server.host.split(":")
        with socket.create_connection((host, int(port)), timeout=5) as visitor:
            visitor.sendall(f"POST / HTTP/1.0\r\nContent-Length: {length}\r\n\r\n".encode())
            assert visitor.recv(1000).split()[1] == status


def test_a_visitor_that_hangs_up_is_forgotten(capfd):
    with serve(lambda _: Answer(200, bytes(5_000_000))) as server:
        host, port = server.host.split(":")
        for _ in range(3):
            with socket.create_connection((host, int(port)), timeout=5) as visitor:
                visitor.sendall(b"GET / HTTP/1.0\r\n\r\n")
    assert "Traceback" not in capfd.readouterr().err


def test_a_taken_port_is_reported():
    with serve(lambda _: Answer()) as server, pytest.raises(OSError, match="in use"):
        serve(lambda _: Answer(), int(server.host.split(":")[1]))


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("007", 7), ("", None), ("-1", None), ("٣", None), ("9" * 10, None)]
)
def test_whole_numbers_of_addresses(text, number):
    assert whole_number(text) == number
