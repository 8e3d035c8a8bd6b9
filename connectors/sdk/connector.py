"""A connector: one folder, one `connector.toml`, one `Connector` object named `connector`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma

from connectors.sdk.context import Context
from connectors.sdk.errors import InvalidConnector, Words
from connectors.sdk.manifest import Manifest, read_manifest
from connectors.sdk.operations import Effect, Function, Idempotency, Operation, verify
from connectors.sdk.schema import load, secret_names, without_blanks
from connectors.sdk.stub import Stub
from connectors.sdk.text import Text


class Connector:
    """What a connector's module declares.

    operations         by (name, version); old versions stay as long as published diagrams may use them
    connection_schema  settings that an administrator enters once; None when there is nothing to set
    """

    def __init__(
        self,
        manifest: Manifest,
        folder: Path,
        *,
        connection: type[ma.Schema] | None = None,
        connection_required: bool = True,
    ) -> None:
        self.manifest = manifest
        self.folder = folder
        self.connection_schema = connection() if connection is not None else None
        self.connection_required = connection is not None and connection_required
        self.operations: dict[tuple[str, int], Operation] = {}
        self._try: Callable[[Context], Text] | None = None
        self._stub: Callable[..., Stub] | None = None

    @classmethod
    def from_folder(
        cls, file: str, *, connection: type[ma.Schema] | None = None, connection_required: bool = True
    ) -> Connector:
        """Read the `connector.toml` next to `file` (`__file__`). Raises InvalidConnector."""
        folder = Path(file).resolve().parent
        return cls(
            read_manifest(folder), folder, connection=connection, connection_required=connection_required
        )

    @property
    def kind(self) -> str:
        return self.manifest.kind

    @property
    def secret_fields(self) -> frozenset[str]:
        """Connection settings to encrypt at rest and never to display."""
        return secret_names(self.connection_schema)

    # --- declaring --------------------------------------------------------------------------------------

    def operation(
        self,
        operation_name: str,
        *,
        version: int = 1,
        name: Words,
        description: Words,
        input: type[ma.Schema],
        output: type[ma.Schema],
        effect: Effect,
        idempotency: Idempotency,
        timeout_seconds: float = 30,
        errors: Mapping[str, Words] | None = None,
        example: Mapping[str, Any] | None = None,
        words: Mapping[str, Callable[[Mapping[str, Any]], Text]] | None = None,
    ) -> Callable[[Function], Operation]:
        """Decorate the function `(args, ctx) -> dict` that does the work. Raises InvalidConnector."""

        def declare(function: Function) -> Operation:
            operation = Operation(
                owner=self,
                name=operation_name,
                version=version,
                title=Text.of(name),
                description=Text.of(description),
                input_schema=input(),
                output_schema=output(),
                effect=effect,
                idempotency=idempotency,
                timeout_seconds=timeout_seconds,
                errors={code: Text.of(words) for code, words in (errors or {}).items()},
                example=dict(example or {}),
                words=dict(words or {}),
                function=function,
            )
            return self._add(operation)

        return declare

    def _add(self, operation: Operation) -> Operation:
        key = (operation.name, operation.version)
        if key in self.operations:
            raise InvalidConnector(f"{operation.type} is declared twice")
        verify(operation)
        self.operations[key] = operation
        return operation

    def try_connection(self, function: Callable[[Context], Text]) -> Callable[[Context], Text]:
        """Declare how a connection is tried; returns what to tell, or raises ConnectorError."""
        self._try = function
        return function

    def stub(self, function: Callable[..., Stub]) -> Callable[..., Stub]:
        """Declare the fake service: `start(*, port=0, data_dir=None) -> Stub`."""
        self._stub = function
        return function

    # --- using ------------------------------------------------------------------------------------------

    def newest(self, name: str) -> Operation:
        """The operation's highest version; KeyError when there is none of that name."""
        return self.operations[name, max(version for known, version in self.operations if known == name)]

    def newest_operations(self) -> list[Operation]:
        """The highest version of each operation, in the order of declaration."""
        return [self.newest(name) for name in dict.fromkeys(name for name, _ in self.operations)]

    def load_connection(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Validate the settings of a connection; secrets become `Secret`. Raises ConnectorError."""
        if self.connection_schema is None or (not settings and not self.connection_required):
            return dict(settings)
        name = self.manifest.name
        intro = Text(
            f"La connexion «\u00a0{name.fr}\u00a0» est mal réglée.",
            f"The connection “{name.en}” is wrongly set.",
        )
        given = without_blanks(self.connection_schema, settings)
        return load(self.connection_schema, given, intro=intro, code="INVALID_CONNECTION")

    @property
    def can_try_connection(self) -> bool:
        return self._try is not None

    def run_try_connection(self, ctx: Context) -> Text:
        """Try a connection as a person would. Raises ConnectorError with what to mend."""
        from connectors.sdk.running import try_connection

        if self._try is None:
            raise InvalidConnector(f"{self.kind} does not say how to try a connection")
        return try_connection(self, self._try, ctx)

    @property
    def has_stub(self) -> bool:
        return self._stub is not None

    def start_stub(self, *, port: int = 0, data_dir: Path | None = None) -> Stub:
        """Start the fake service on 127.0.0.1; `port` 0 takes a free one. Raises InvalidConnector."""
        if self._stub is None:
            raise InvalidConnector(f"{self.kind} has no fake service")
        return self._stub(port=port, data_dir=data_dir)
