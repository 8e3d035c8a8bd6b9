"""`connector.toml`: what must be readable without importing any code of the connector."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from connectors.sdk.errors import InvalidConnector
from connectors.sdk.text import Text

FILE: Final = "connector.toml"
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_KEYS: Final = {
    "kind", "version", "name", "description", "category", "keywords", "icon", "owner", "dependencies",
    "operations", "exempt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OperationRef:
    """An operation as the manifest lists it: its versions, oldest first, and its name."""

    name: str
    versions: tuple[int, ...]
    title: Text


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of a `connector.toml`.

    exempt: quality rules from which an operation is exempt, with the reason; keys are `rule` for the whole
    connector or `rule:operation`.
    """

    kind: str
    version: str
    name: Text
    description: Text
    category: Text
    keywords: tuple[str, ...]
    icon: str
    owner: str
    dependencies: tuple[str, ...]
    operations: tuple[OperationRef, ...]
    exempt: Mapping[str, str]

    def types(self) -> list[str]:
        """Every job type that the connector serves."""
        return [f"{self.kind}:{ref.name}:{version}" for ref in self.operations for version in ref.versions]


def read_manifest(folder: Path) -> Manifest:
    """Read and check `folder/connector.toml`. Raises InvalidConnector, naming file and key."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise InvalidConnector(f"{path} does not exist") from missing
    except tomllib.TOMLDecodeError as error:
        raise InvalidConnector(f"{path}: {error}") from error
    try:
        return _manifest(data)
    except KeyError as missing:
        raise InvalidConnector(f"{path}: {missing.args[0]} is missing") from missing
    except (TypeError, ValueError) as error:
        raise InvalidConnector(f"{path}: {error}") from error


def _manifest(data: dict[str, Any]) -> Manifest:
    unknown = sorted(set(data) - _KEYS)
    if unknown:
        raise ValueError(f"unknown keys {', '.join(unknown)}")
    if not _KIND.fullmatch(data["kind"]):
        raise ValueError(f"kind {data['kind']!r} must be a short lower-case name such as http_request")
    return Manifest(
        kind=data["kind"],
        version=str(data["version"]),
        name=Text.of(data["name"]),
        description=Text.of(data["description"]),
        category=Text.of(data["category"]),
        keywords=tuple(data.get("keywords", ())),
        icon=data.get("icon", "icon.svg"),
        owner=data["owner"],
        dependencies=tuple(data.get("dependencies", ())),
        operations=tuple(_operation(name, entry) for name, entry in data["operations"].items()),
        exempt=dict(data.get("exempt", {})),
    )


def _operation(name: str, entry: dict[str, Any]) -> OperationRef:
    versions = tuple(entry["versions"])
    if not versions or list(versions) != sorted(set(versions)) or min(versions) < 1:
        raise ValueError(f"operations.{name}.versions must be rising whole numbers from 1")
    return OperationRef(name, versions, Text.of(entry["name"]))
