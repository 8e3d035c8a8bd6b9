"""E-mail addresses as people and processes write them."""

from __future__ import annotations

import re
from email.headerregistry import Address
from typing import Any, Final

import marshmallow as ma
from email_validator import EmailNotValidError, validate_email

from connectors.sdk import fields

MAX_ADDRESSES: Final = 100
MAX_CHARS: Final = 20_000
#: Separators outside quotation marks: "Dupont, Léa" <lea@exemple.fr> is one address.
_SEPARATOR: Final = re.compile(r"[,;\n](?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
_NAMED: Final = re.compile(r"([^<>]*)<([^<>]+)>")
_INTERNAL: Final = frozenset({"internal", "intranet", "lan", "local", "localhost", "test"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def parse(text: str) -> Address:
    """One address, with or without a name. Raises marshmallow's ValidationError; asks no server."""
    if _CONTROL.search(text):
        raise fields.invalid("une adresse tient sur une ligne.", "an address fits on one line.")
    match = _NAMED.fullmatch(text.strip())
    name, spec = match.groups() if match else ("", text.strip())
    local, _, domain = spec.rpartition("@")
    try:
        found = validate_email(f"{local}@{_checkable(domain)}", check_deliverability=False)
    except EmailNotValidError as error:
        raise _not_an_address(text) from error
    kept = domain.lower() if _is_internal(domain) else found.ascii_domain or found.domain
    return Address(name.strip().strip('"').strip(), found.local_part, kept)


def _is_internal(domain: str) -> bool:
    return domain.lower().rpartition(".")[2] in _INTERNAL


def _checkable(domain: str) -> str:
    """The domain, or for a name of an internal network the same under a public ending.

    The validator refuses names that no public server knows (RFC 6761), but administrations use them inside.
    """
    if not _is_internal(domain):
        return domain
    return domain.rpartition(".")[0] + ".fr" if "." in domain else "internal.fr"


def _not_an_address(text: str) -> ma.ValidationError:
    shown = text.strip()[:80]
    return fields.invalid(
        f"«\u00a0{shown}\u00a0» n’est pas une adresse électronique.", f"“{shown}” is not an e-mail address."
    )


def split(value: str) -> list[str]:
    """The addresses of a text, separated by commas, semicolons or line ends. Raises ValidationError."""
    if len(value) > MAX_CHARS:
        raise fields.invalid("cette liste est trop longue.", "this list is too long.")
    return [part.strip() for part in _SEPARATOR.split(value) if part.strip()]


class Addresses(ma.fields.Field[list[Address]]):
    """One text with one or several addresses, or a list of texts. Loads as a list without repetition."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Address]:
        texts = split(value) if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise fields.invalid("donnez une ou plusieurs adresses.", "give one or more addresses.")
        if self.required and not texts:
            raise fields.invalid("donnez au moins une adresse.", "give at least one address.")
        if len(texts) > MAX_ADDRESSES:
            raise fields.invalid(f"au plus {MAX_ADDRESSES} adresses.", f"at most {MAX_ADDRESSES} addresses.")
        parsed = [parse(text) for text in texts]
        return list({address.addr_spec.lower(): address for address in parsed}.values())


def one(text: str) -> None:
    """Validator of a field that holds exactly one address."""
    parse(text)
