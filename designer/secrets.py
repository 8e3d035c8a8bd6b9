"""Secrets at rest: encrypted with Fernet keys, decrypted only on the way to a connector.

Keys come from `RELAIS_SECRET_KEY` (newest first, so that a key can be replaced) or, in embedded mode, from
a file that only its owner can read.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets as random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from designer.config import Config, InvalidConfig

KEY_FILE = "secret.key"
MASK = "•••"


class SecretUnreadable(Exception):
    """A stored secret cannot be decrypted: the key it was encrypted with is no longer configured."""


class Vault:
    """Encrypts and decrypts; never shows a key or a secret."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise InvalidConfig("RELAIS_SECRET_KEY: at least one key is needed")
        self._fernet = MultiFernet([Fernet(_derive(key, b"relais:secrets")) for key in keys])
        self._signing = [_derive(key, b"relais:signing").decode() for key in keys]

    def __repr__(self) -> str:
        return f"<Vault {MASK}>"

    @property
    def signing_keys(self) -> list[str]:
        """Keys for session cookies and links, newest first."""
        return list(self._signing)

    def encrypt(self, values: Mapping[str, Any]) -> bytes:
        """JSON-able values as an opaque text."""
        return self._fernet.encrypt(json.dumps(dict(values), ensure_ascii=False).encode())

    def decrypt(self, sealed: bytes | None) -> dict[str, Any]:
        """The values that `encrypt` sealed; empty for None. Raises SecretUnreadable."""
        if not sealed:
            return {}
        try:
            return dict(json.loads(self._fernet.decrypt(sealed)))
        except InvalidToken as error:
            raise SecretUnreadable("the key that encrypted this is not configured") from error

    def rotate(self, sealed: bytes) -> bytes:
        """The same values under the newest key."""
        return self._fernet.rotate(sealed)


def open_vault(config: Config) -> Vault:
    """The vault of this installation.

    Raises InvalidConfig on a server database without RELAIS_SECRET_KEY: several machines must share it.
    """
    if config.secret_keys:
        return Vault(config.secret_keys)
    if not config.is_sqlite:
        raise InvalidConfig("RELAIS_SECRET_KEY must be set (32 characters or more) when PostgreSQL is used")
    return Vault([_own_key(config.data_dir / KEY_FILE)])


def fingerprint(token: str) -> str:
    """SHA-256 of a random token, hexadecimal: what is stored in its place."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(prefix: str = "") -> str:
    """A random token with 256 bits, safe in URLs and headers."""
    return prefix + random.token_urlsafe(32)


def _own_key(file: Path) -> str:
    """The key in `file`, made on first use with permissions 0600; whole or absent, never half written."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=file.parent)  # mkstemp makes files with mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(random.token_urlsafe(48) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)
        Path(fresh).unlink()
    return file.read_text(encoding="ascii").strip()


def _derive(key: str, purpose: bytes) -> bytes:
    """A 256-bit key for one purpose (HKDF, RFC 5869), in the alphabet Fernet expects."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
    return base64.urlsafe_b64encode(derived)
