"""The check of a whole package as it is being drawn, and publishing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from designer import access, audit
from designer.cases import rights
from designer.modeler import bpmn, drafts
from designer.modeler.drafts import Work
from engine import definitions, deployments, packages
from engine.catalogue import Catalogue
from engine.check import check
from engine.diagnostics import Diagnostic, Text, has_errors
from engine.errors import DefinitionInvalid, NotFound
from engine.packages import Package
from engine.store import ProcessDefinition


def package_of(work: Work, changed: Mapping[str, bytes] | None = None) -> Package:
    """The package, with the files `changed` in place of the stored ones. Raises DefinitionInvalid."""
    return packages.from_files({**work.files, **(changed or {})}, default_key=work.package_key)


def diagnose(
    work: Work, catalogue: Catalogue, changed: Mapping[str, bytes] | None = None
) -> list[Diagnostic]:
    """Every finding about the package with the files `changed`, errors first."""
    try:
        package = package_of(work, changed)
    except DefinitionInvalid as invalid:
        return list(invalid.diagnostics)
    return _key_kept(work, package) + check(package, catalogue)


def _key_kept(work: Work, package: Package) -> list[Diagnostic]:
    keys = [key for content in package.of_kind("bpmn").values() for key in _executable(content)]
    if not keys or work.key in keys:
        return []
    return [
        Diagnostic(
            "modeler.key-changed",
            "error",
            Text(
                f"Le nom technique du processus a changé\u00a0: «\u00a0{keys[0]}\u00a0».",
                f"The technical name of the process has changed: “{keys[0]}”.",
            ),
            keys[0],
            hint=Text(
                f"Remettez «\u00a0{work.key}\u00a0», que les dossiers et les liens emploient.",
                f"Put “{work.key}” back: cases and links use it.",
            ),
        )
    ]


def _executable(content: bytes) -> list[str]:
    try:
        return bpmn.executable_keys(bpmn.read(content))
    except DefinitionInvalid:
        return []


def publish(
    session: Session,
    work: Work,
    catalogue: Catalogue,
    *,
    file: str,
    expected: str,
    note: str | None,
    by: str,
    now: datetime,
) -> ProcessDefinition:
    """Make the package the newest version; the version of its main process.

    Raises Conflict when `file` is not at revision `expected`, DefinitionInvalid with every finding,
    MissingPermission when one of its processes belongs to a group where the person may not publish.
    """
    if expected != work.revisions[file]:
        raise drafts.conflict(session, work, file)
    found = diagnose(work, catalogue)
    if has_errors(found):
        raise DefinitionInvalid(found)
    package = package_of(work)
    _check_rights(session, package)
    made = deployments.deploy(session, package, catalogue, now=now, by=by, note=note)
    main = next(d for d in made if d.key == work.key)
    if main.version <= work.newest:
        raise DefinitionInvalid([_unchanged(main.version)])
    _note(session, work, made, main)
    return main


def _check_rights(session: Session, package: Package) -> None:
    """Both where its processes were and where they go, so that nobody publishes into or out of a group."""
    groups: set[str | None] = set()
    for content in package.of_kind("bpmn").values():
        root = bpmn.read(content)
        for key in bpmn.executable_keys(root):
            element = bpmn.process(root, key)
            groups.add(bpmn.properties(element).get("group") if element is not None else None)
            groups |= _present_group(session, key)
    for group in groups:
        if not rights.can("processes.publish", group):
            raise access.MissingPermission("processes.publish")


def _present_group(session: Session, key: str) -> set[str | None]:
    try:
        return {rights.group_of(definitions.latest(session, key))}
    except NotFound:
        return set()


def _unchanged(version: int) -> Diagnostic:
    return Diagnostic(
        "modeler.unchanged",
        "error",
        Text(
            f"Rien n’a changé depuis la version {version}\u00a0: il n’y a rien à publier.",
            f"Nothing has changed since version {version}: there is nothing to publish.",
        ),
    )


def _note(session: Session, work: Work, made: list[ProcessDefinition], main: ProcessDefinition) -> None:
    if work.draft is not None:
        drafts.published(session, work.draft, main, rights.group_of(main))
    for definition in made:
        audit.record(
            session,
            "process.published",
            "process",
            definition.key,
            version=definition.version,
            group=rights.group_of(definition),
        )
