"""Which connectors exist. Reading `connector.toml` files is enough to know; code is loaded only when asked.

Connectors come from the folders beside this file and from installed packages that declare the entry point
group `relais.connectors` (`<kind> = "their_package.their_connector"`, a package folder built like ours).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final

from connectors.sdk import Connector, InvalidConnector, Operation
from connectors.sdk.element_template import read_templates
from connectors.sdk.manifest import FILE, Manifest, read_manifest

ENTRY_POINT_GROUP: Final = "relais.connectors"
BUILT_IN: Final = Path(__file__).resolve().parent


class UnknownConnector(LookupError):
    """No connector of that kind, or no such operation or version."""


@dataclass(frozen=True)
class ConnectorInfo:
    """A connector as its `connector.toml` describes it; `package` is what loading would import."""

    manifest: Manifest
    folder: Path
    package: str

    @property
    def kind(self) -> str:
        return self.manifest.kind

    @property
    def icon(self) -> Path:
        return self.folder / self.manifest.icon

    def templates(self) -> list[dict[str, Any]]:
        """Every committed element template, older versions too (French)."""
        return read_templates(self.folder)


class Registry:
    """The connectors of some folders and entry points. Raises InvalidConnector when two share a kind."""

    def __init__(
        self,
        folder: Path = BUILT_IN,
        package: str = "connectors",
        third_parties: Callable[[], Iterable[EntryPoint]] = lambda: entry_points(group=ENTRY_POINT_GROUP),
    ) -> None:
        self._folder = folder
        self._package = package
        self._third_parties = third_parties
        self._loaded: dict[str, Connector] = {}

    @functools.cached_property
    def _infos(self) -> dict[str, ConnectorInfo]:
        found: dict[str, ConnectorInfo] = {}
        for info in [*self._built_in(), *map(_third_party, self._third_parties())]:
            if info.kind in found:
                raise InvalidConnector(
                    f"two connectors are called {info.kind}: {found[info.kind].folder} and {info.folder}"
                )
            found[info.kind] = info
        return dict(sorted(found.items()))

    def _built_in(self) -> list[ConnectorInfo]:
        folders = sorted(path.parent for path in self._folder.glob(f"[!_.]*/{FILE}"))
        return [_info(folder, f"{self._package}.{folder.name}", folder.name) for folder in folders]

    def catalogue(self) -> list[ConnectorInfo]:
        """Every connector, by kind. No connector code is imported."""
        return list(self._infos.values())

    def info(self, kind: str) -> ConnectorInfo:
        """One connector; raises UnknownConnector."""
        try:
            return self._infos[kind]
        except KeyError as missing:
            raise UnknownConnector(f"no connector is called {kind!r}") from missing

    def load(self, kind: str) -> Connector:
        """Import a connector's code. Raises UnknownConnector; InvalidConnector when the code does not fit."""
        if kind not in self._loaded:
            self._loaded[kind] = _load(self.info(kind))
        return self._loaded[kind]

    def operation(self, type: str) -> Operation:
        """The operation of a job type `kind:operation:version`. Raises UnknownConnector."""
        kind, _, rest = type.partition(":")
        name, _, version = rest.partition(":")
        if not (name and version.isascii() and version.isdigit()):
            raise UnknownConnector(f"{type!r} is not of the form kind:operation:version")
        try:
            return self.load(kind).operations[name, int(version)]
        except KeyError as missing:
            raise UnknownConnector(
                f"the connector {kind} has no operation {name}, version {version}"
            ) from missing

    def types(self) -> set[str]:
        """Every job type that some connector serves, from the manifests alone."""
        return {name for info in self.catalogue() for name in info.manifest.types()}


def _third_party(entry: EntryPoint) -> ConnectorInfo:
    """Find the folder of an entry point's package without running any of its code."""
    root, *rest = entry.value.split(".")
    spec = importlib.util.find_spec(root)
    if spec is None or not spec.submodule_search_locations:
        raise InvalidConnector(f"the entry point {entry.name} names {entry.value}, which is not a package")
    folder = Path(next(iter(spec.submodule_search_locations))).joinpath(*rest)
    return _info(folder, entry.value, entry.name)


def _info(folder: Path, package: str, expected_kind: str) -> ConnectorInfo:
    manifest = read_manifest(folder)
    if manifest.kind != expected_kind:
        raise InvalidConnector(
            f"{folder / FILE}: kind is {manifest.kind}, but it is found as {expected_kind}"
        )
    return ConnectorInfo(manifest, folder, package)


def _load(info: ConnectorInfo) -> Connector:
    module = importlib.import_module(f"{info.package}.connector")
    connector = getattr(module, "connector", None)
    if not isinstance(connector, Connector):
        raise InvalidConnector(f"{info.package}.connector has no object named connector")
    declared = {operation.type for operation in connector.operations.values()}
    if declared != set(info.manifest.types()):
        missing = sorted(declared ^ set(info.manifest.types()))
        raise InvalidConnector(f"{info.folder / FILE} and the code disagree about {', '.join(missing)}")
    return connector


@functools.cache
def default() -> Registry:
    """The registry of this installation."""
    return Registry()


def catalogue() -> list[ConnectorInfo]:
    """See `Registry.catalogue`."""
    return default().catalogue()


def load(kind: str) -> Connector:
    """See `Registry.load`."""
    return default().load(kind)


def operation(type: str) -> Operation:
    """See `Registry.operation`."""
    return default().operation(type)
