"""Which network addresses a connector may reach.

A diagram's author chooses addresses, and the server that calls them sits inside the administration's network:
without a guard, a diagram could read what only that server can reach (SSRF). So only public addresses are
called, unless an administrator allowed a host. Names are resolved here, once, and the connection goes to the
very address that was checked: a name that changes its address in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Final, TypeAlias

from connectors.sdk.errors import ConnectorError, RetryableError
from connectors.sdk.text import Text

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

#: IPv6 ranges that carry an IPv4 address inside, which would hide a private one.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class AddressGuard:
    """Checks addresses. `allowed`: `host`, `host:port`, an address, or a network such as `10.1.0.0/16`."""

    def __init__(self, allowed: Iterable[str]) -> None:
        entries = [entry.strip().lower() for entry in allowed if entry.strip()]
        self._networks = [ipaddress.ip_network(entry, strict=False) for entry in entries if "/" in entry]
        self._hosts = frozenset(entry for entry in entries if "/" not in entry)

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them checked.

        Raises RetryableError (NO_CONNECTION) when the name cannot be resolved, ConnectorError
        (ADDRESS_REFUSED) when one of its addresses is not public and not allowed.
        """
        found = _resolve(host, port)
        if not self._names(host, port):
            for text in found:
                if not self._permits(ipaddress.ip_address(text)):
                    raise _refused(host, text)
        return found

    def _names(self, host: str, port: int) -> bool:
        """Whether an administrator allowed this host by name."""
        name = host.lower().strip("[]")
        return bool(self._hosts & {name, f"{name}:{port}", f"[{name}]:{port}"})

    def _permits(self, address: Address) -> bool:
        inner = _unwrapped(address)
        return is_public(inner) or any(
            inner.version == network.version and inner in network for network in self._networks
        )


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public Internet (unicast)."""
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside a mapped, 6to4 or NAT64 one; any other address as it is."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _resolve(host: str, port: int) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        message = Text(
            f"Le nom «\u00a0{host}\u00a0» n’est pas connu du réseau.",
            f"The name “{host}” cannot be resolved.",
        )
        raise RetryableError(message, "NO_CONNECTION") from error
    # A scope id ("fe80::1%eth0") is not part of the address.
    return list(dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers))


def _refused(host: str, address: str) -> ConnectorError:
    where = host if host == address else f"{host} ({address})"
    return ConnectorError(
        Text(
            f"L’adresse «\u00a0{where}\u00a0» est interne au réseau. "
            "Demandez à l’administration de l’autoriser.",
            f"The address “{where}” is inside the network. Ask the administrator to allow it.",
        ),
        "ADDRESS_REFUSED",
    )
