"""Ports, and the fake services on them."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from designer.demo import services
from designer.demo.people import ACCOUNTS
from designer.demo.words import WORDS, banner


def free_block() -> int:
    """A port from which on the demonstration finds room."""
    for port in range(21000, 60000, 500):
        if services.choose(port) == services.Ports(port, port + services.ABOVE):
            return port
    raise RuntimeError("no free ports")


def test_ports_are_the_wanted_ones_when_they_are_free() -> None:
    port = free_block()
    assert services.choose(port) == services.Ports(port, port + 101)


def test_taken_ports_are_passed_over() -> None:
    port = free_block()
    with socket.create_server(("127.0.0.1", port)), socket.create_server(("127.0.0.1", port + 104)):
        assert services.choose(port) == services.Ports(port + 1, port + 105)


def test_no_port_beyond_the_last_one() -> None:
    with pytest.raises(services.NoFreePort):
        services.choose(65536)


def test_the_services_answer_and_free_their_ports(tmp_path: Path) -> None:
    first = free_block() + services.ABOVE
    with services.running(first, tmp_path) as stubs:
        assert httpx.get(f"{stubs['messagerie'].url}/api/messages").json() == []
        assert httpx.get(stubs["gestad"].details["rows"]).json() == []
        assert stubs["messagerie"].connection["port"] == first + 2
    assert all(services.is_free(port) for port in range(first, first + services.PORTS))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_banner_tells_what_is_needed(locale: str) -> None:
    text = banner(locale, "Préfecture", services.Ports(8000, 8101), "tilleul-42", Path("/srv/essai"))
    for account in ACCOUNTS:
        assert account.email in text
    for needed in ("http://127.0.0.1:8000", ":8104", ":8102", "tilleul-42", "remove-samples", "Ctrl-C"):
        assert needed in text


def test_every_sentence_exists_in_both_languages() -> None:
    assert all(text.fr and text.en for text in WORDS.values())


def test_french_sentences_keep_their_marks_with_their_words() -> None:
    loose = [text.fr for text in WORDS.values() if any(f" {mark}" in text.fr for mark in ":;?!»")]
    assert not loose
