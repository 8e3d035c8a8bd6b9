"""The quality scale of connectors: rules that a machine checks, for our own connectors and for anyone's.

A rule gives the sentences that say what is wrong, none when all is well. A connector may be exempt from a
rule, with a reason, in its `connector.toml` (`[exempt]`, key `rule` or `rule:operation`); an exemption that
is no longer needed is itself a fault, so that the list can only shrink.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import marshmallow as ma

from connectors.sdk.connector import Connector
from connectors.sdk.context import Context
from connectors.sdk.element_template import as_json, element_template, template_path
from connectors.sdk.errors import STANDARD_ERRORS, ConnectorError
from connectors.sdk.fields import SecretString
from connectors.sdk.operations import Operation
from connectors.sdk.secrets import Secret
from connectors.sdk.text import Text

ConnectorRule: TypeAlias = Callable[[Connector], Iterable[str]]
OperationRule: TypeAlias = Callable[[Operation, Connector], Iterable[str]]

_SECRET_NAMES: Final = re.compile(r"(?:^|_)(?:password|secret|token|passphrase|private_key|api_key)(?:$|_)")
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_?]{2,}")
#: A French text: no ordinary space before a double mark, none inside quotation marks, no officialese.
_FRENCH_FAULTS: Final = re.compile(r" [:;?!»]|« |[Vv]euillez|[Mm]erci de")
_HIDDEN: Final = "do-not-show-me-1789"


@dataclass(frozen=True)
class Verdict:
    """What a rule says about one connector or operation."""

    problems: tuple[str, ...]
    exempt: str | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """What must be mended: the problems, or an exemption without need."""
        if self.exempt is None:
            return self.problems
        return () if self.problems else (f"the exemption ({self.exempt}) is no longer needed",)


def judge(connector: Connector, rule: str, operation: Operation | None = None) -> Verdict:
    """Apply one rule. KeyError when there is no such rule."""
    exempt = connector.manifest.exempt
    if operation is None:
        return Verdict(tuple(CONNECTOR_RULES[rule](connector)), exempt.get(rule))
    found = tuple(OPERATION_RULES[rule](operation, connector))
    return Verdict(found, exempt.get(f"{rule}:{operation.name}", exempt.get(rule)))


def faults(connector: Connector) -> list[str]:
    """Everything that a connector has to mend, as sentences."""
    found = [f"{rule}: {fault}" for rule in CONNECTOR_RULES for fault in judge(connector, rule).faults]
    for operation in connector.newest_operations():
        for rule in OPERATION_RULES:
            found += [
                f"{rule}, {operation.name}: {fault}" for fault in judge(connector, rule, operation).faults
            ]
    return found


# --- rules for a connector -------------------------------------------------------------------------


def kind_is_folder(connector: Connector) -> Iterator[str]:
    """The folder is called as the connector."""
    if connector.folder.name != connector.kind:
        yield f"the folder is called {connector.folder.name}"


def manifest_agrees(connector: Connector) -> Iterator[str]:
    """What can be read without the code says what the code says."""
    declared = {operation.type for operation in connector.operations.values()}
    for missing in sorted(declared ^ set(connector.manifest.types())):
        yield f"connector.toml and the code disagree about {missing}"
    for ref in connector.manifest.operations:
        newest = next((o for o in connector.newest_operations() if o.name == ref.name), None)
        if newest is not None and newest.title != ref.title:
            yield f"connector.toml names {ref.name} {ref.title.fr!r}, the code {newest.title.fr!r}"


def exemptions_exist(connector: Connector) -> Iterator[str]:
    """An exemption names a rule and gives a reason."""
    for key, reason in connector.manifest.exempt.items():
        if key.partition(":")[0] not in {*CONNECTOR_RULES, *OPERATION_RULES}:
            yield f"there is no rule {key}"
        if not reason.strip():
            yield f"the exemption from {key} gives no reason"


def words_are_french_and_english(connector: Connector) -> Iterator[str]:
    """Every word that people read exists in both languages, and the French is typeset as French."""
    for where, text in _all_texts(connector):
        if not text.fr.strip() or not text.en.strip():
            yield f"{where} lacks a language"
        elif _FRENCH_FAULTS.search(text.fr):
            yield f"{where}: {text.fr!r} is not typeset as French"


def _all_texts(connector: Connector) -> Iterator[tuple[str, Text]]:
    manifest = connector.manifest
    yield from (
        ("name", manifest.name),
        ("description", manifest.description),
        ("category", manifest.category),
    )
    for operation in connector.newest_operations():
        yield from (
            (f"{operation.name}.name", operation.title),
            (f"{operation.name}.description", operation.description),
        )
        yield from ((f"{operation.name}.{code}", text) for code, text in operation.errors.items())
    for where, field in _all_fields(connector):
        yield from _field_texts(where, field)


def _all_fields(connector: Connector) -> Iterator[tuple[str, ma.fields.Field[Any]]]:
    schemas = [("connection", connector.connection_schema)]
    for operation in connector.newest_operations():
        schemas += [
            (operation.name, operation.input_schema),
            (f"{operation.name} result", operation.output_schema),
        ]
    for where, schema in schemas:
        if schema is not None:
            yield from ((f"{where}.{name}", field) for name, field in schema.fields.items())


def _field_texts(where: str, field: ma.fields.Field[Any]) -> Iterator[tuple[str, Text]]:
    for key in ("label", "hint", "placeholder"):
        words = field.metadata.get(key)
        if words:
            yield f"{where}.{key}", Text.of(words)
    choices = field.metadata.get("choices")
    if isinstance(choices, dict):
        yield from ((f"{where}.{value}", Text.of(words)) for value, words in choices.items())


def fields_have_labels(connector: Connector) -> Iterator[str]:
    """Every field has a label."""
    for where, field in _all_fields(connector):
        if not field.metadata.get("label"):
            yield f"{where} has no label"


def secrets_are_secret(connector: Connector) -> Iterator[str]:
    """What looks like a secret is one, belongs to a connection, and does not show itself."""
    for where, field in _all_fields(connector):
        name = where.rpartition(".")[2]
        if _SECRET_NAMES.search(name) and not isinstance(field, SecretString | ma.fields.Boolean):
            yield f"{where} looks like a secret, but is none"
        if isinstance(field, SecretString) and not where.startswith("connection."):
            yield f"{where} is a secret outside the connection: a diagram would show it"
    settings = {name: Secret(_HIDDEN) for name in connector.secret_fields}
    context = Context(idempotency_key="k", connection=settings)
    if _HIDDEN in repr(context) + str(settings):
        yield "a secret shows in repr"


def icon_is_ours(connector: Connector) -> Iterator[str]:
    """A 24 by 24 line icon that loads and runs nothing."""
    path = connector.folder / connector.manifest.icon
    svg = path.read_text(encoding="utf-8") if path.exists() else ""
    if 'viewBox="0 0 24 24"' not in svg or "stroke=" not in svg:
        yield f"{path.name} is not a 24 by 24 line icon"
    if re.search(r"<script|<image|<foreignObject|href=|\bon\w+=|url\(", svg):
        yield f"{path.name} loads or runs something"


def templates_load(connector: Connector) -> Iterator[str]:
    """Each version of each operation has a template file that says what its name says."""
    for operation in connector.operations.values():
        path = template_path(operation)
        if not path.exists():
            yield f"{path.name} is missing"
            continue
        template = json.loads(path.read_text(encoding="utf-8"))
        said = (template.get("id"), template.get("version"), _job_type(template))
        expected = (f"relais.{connector.kind}.{operation.name}", operation.version, operation.type)
        if said != expected:
            yield f"{path.name} says {said} instead of {expected}"


def _job_type(template: dict[str, Any]) -> str | None:
    bound = (
        item.get("value")
        for item in template.get("properties", [])
        if item.get("binding") == {"type": "zeebe:taskDefinition", "property": "type"}
    )
    return next(bound, None)


def stub_works(connector: Connector) -> Iterator[str]:
    """The fake service starts, its connection is valid and can be tried, and it stops."""
    if not connector.has_stub:
        yield "there is no fake service"
        return
    with connector.start_stub() as stub:
        context = Context(
            idempotency_key="k", connection=stub.connection, allow_private=frozenset(stub.allow_private)
        )
        try:
            connector.load_connection(stub.connection)
            if connector.can_try_connection:
                connector.run_try_connection(context)
        except ConnectorError as error:
            yield f"the connection to the fake service fails: {error}"


def connection_can_be_tried(connector: Connector) -> Iterator[str]:
    """Whoever sets a connection up can try it."""
    if connector.connection_schema is not None and not connector.can_try_connection:
        yield "there is no try_connection"


def has_tests(connector: Connector) -> Iterator[str]:
    """The folder has its tests."""
    if not any((connector.folder / "tests").glob("test_*.py")):
        yield "tests/ holds no test"


def errors_are_documented(connector: Connector) -> Iterator[str]:
    """Every code that the source raises is declared with its meaning."""
    for code in sorted(_codes_raised(connector.folder)):
        if code not in STANDARD_ERRORS and not any(o.error_text(code) for o in connector.operations.values()):
            yield f"{code} is raised, but declared by no operation"


def _codes_raised(folder: Path) -> set[str]:
    paths = [path for path in folder.rglob("*.py") if "tests" not in path.relative_to(folder).parts]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return {code for tree in trees for node in ast.walk(tree) for code in _codes_of(node)}


def _codes_of(node: ast.AST) -> Iterator[str]:
    """Literal codes given to one of the three errors."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    position = {"ConnectorError": 1, "RetryableError": 1, "BpmnError": 0}.get(node.func.id)
    if position is None:
        return
    given = [*node.args[position : position + 1], *(k.value for k in node.keywords if k.arg == "code")]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


# --- rules for an operation ------------------------------------------------------------------------


def template_is_current(operation: Operation, _: Connector) -> Iterator[str]:
    """The newest committed template is the one that the schemas give."""
    path = template_path(operation)
    expected = as_json(element_template(operation))
    if not path.exists() or path.read_text(encoding="utf-8") != expected:
        yield f"{path.name} differs from the schemas: write the templates again, or raise the version"


def example_is_valid(operation: Operation, _: Connector) -> Iterator[str]:
    """The example is one that the operation accepts."""
    if not operation.example:
        yield "there is no example"
    for name, messages in operation.input_schema.validate(operation.example).items():
        yield f"the example's {name}: {messages}"


def readme_names_it(operation: Operation, connector: Connector) -> Iterator[str]:
    """The README names the operation."""
    path = connector.folder / "README.md"
    if not path.exists() or f"`{operation.name}`" not in path.read_text(encoding="utf-8"):
        yield f"README.md does not name `{operation.name}`"


def promise_is_consistent(operation: Operation, _: Connector) -> Iterator[str]:
    """Effect, idempotency and check fit together."""
    if operation.idempotency == "check" and not operation.has_check:
        yield "idempotency is check, but there is no check"
    if operation.idempotency != "check" and operation.has_check:
        yield f"there is a check, but idempotency is {operation.idempotency}"
    if operation.effect == "read" and operation.idempotency != "native":
        yield "a read may always be repeated: idempotency is native"


def codes_are_codes(operation: Operation, _: Connector) -> Iterator[str]:
    """Error codes are written in capitals; `?` stands for any character."""
    for code in operation.errors:
        if not _CODE.fullmatch(code):
            yield f"{code} is not written in capitals"


def result_is_declared(operation: Operation, _: Connector) -> Iterator[str]:
    """The modeler can say what comes out."""
    if not operation.output_schema.fields:
        yield "the output schema has no field"


CONNECTOR_RULES: Final[dict[str, ConnectorRule]] = {
    rule.__name__: rule
    for rule in (
        kind_is_folder, manifest_agrees, exemptions_exist, words_are_french_and_english, fields_have_labels,
        secrets_are_secret, icon_is_ours, templates_load, stub_works, connection_can_be_tried, has_tests,
        errors_are_documented,
    )
}  # fmt: skip
OPERATION_RULES: Final[dict[str, OperationRule]] = {
    rule.__name__: rule
    for rule in (
        template_is_current, example_is_valid, readme_names_it, promise_is_consistent, codes_are_codes,
        result_is_declared,
    )
}  # fmt: skip
