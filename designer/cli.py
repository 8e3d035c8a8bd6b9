"""The command `relais`. Exit codes: 0 done, 1 the answer is no (errors found, refused), 2 unusable input."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from designer import schema
from designer.cli_import import import_files
from designer.cli_words import Words, asked_language, language, speak
from designer.config import Config, InvalidConfig
from designer.database import make_engine
from engine import deployments, explain, instances, packages
from engine.catalogue import Catalogue
from engine.check import check as check_package
from engine.check import check_model
from engine.clock import SystemClock
from engine.diagnostics import Diagnostic, has_errors
from engine.errors import DefinitionInvalid, EngineError, InvalidState, InvalidValue, NotFound

REFUSED, UNUSABLE = 1, 2
LONG_WORK = 10  #: files from which a progress bar is worth its line
SEVERITIES = {"error": "red", "warning": "yellow", "info": None}


class Bilingual(click.Group):
    """A command whose help speaks one language: that of `--lang`, else the shell's."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run the command line."""
        speak(self, asked_language(list(sys.argv[1:] if args is None else args)))
        return super().main(args, *rest, **options)


@click.group(
    cls=Bilingual, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Langue des messages / language of messages.")
@click.version_option(package_name="relais-processus", prog_name="relais")
@click.pass_context
def main(context: click.Context, lang: str | None) -> None:
    """Relais : dessiner un processus, l'exécuter le jour même. / Draw a process, run it the same day."""
    context.obj = Words(lang or language())


@main.command()
@click.option("--host", help="Adresse d'écoute / address to listen on (RELAIS_HOST, 127.0.0.1).")
@click.option("--port", type=int, help="Port (RELAIS_PORT, 8000).")
@click.option("--no-worker", is_flag=True, help="Pages seulement / pages only, no jobs run here.")
@click.option("--threads", default=8, show_default=True, help="Requêtes à la fois / requests at a time.")
@click.pass_obj
def serve(words: Words, host: str | None, port: int | None, no_worker: bool, threads: int) -> None:
    """Servir les pages et exécuter les travaux. / Serve pages and run jobs."""
    from designer.serving import serve as run

    config = _config(words)
    engine = _engine(config)
    if config.is_sqlite:
        schema.upgrade(engine)
    _up_to_date(engine, words)
    address = (host or config.host, port or config.port)
    click.echo(words("serving", url=f"http://{address[0]}:{address[1]}"), err=True)
    run(config, *address, with_worker=not no_worker, threads=threads)


@main.command()
@click.option(
    "--concurrency", type=int, help="Travaux à la fois (RELAIS_WORKER_CONCURRENCY) / jobs at a time."
)
@click.pass_obj
def worker(words: Words, concurrency: int | None) -> None:
    """Exécuter les travaux dans un processus à part (PostgreSQL). / Run jobs in a process of their own."""
    from designer.serving import work

    config = _config(words)
    if config.is_sqlite:
        _stop(words("worker_needs_postgresql"), UNUSABLE)
    _up_to_date(_engine(config), words)
    work(config, concurrency or config.worker_concurrency)


@main.group()
def db() -> None:
    """La base de données. / The database."""


@db.command("upgrade")
@click.pass_obj
def db_upgrade(words: Words) -> None:
    """Créer les tables ou les mettre à jour. / Create the tables or bring them up to date."""
    engine = _engine(_config(words))
    before = schema.current(engine)
    schema.upgrade(engine)
    after = schema.current(engine)
    click.echo(
        words("db_current", revision=after) if before == after else words("db_upgraded", revision=after)
    )


@db.command("check")
@click.pass_obj
def db_check(words: Words) -> None:
    """Dire si la base est à jour. / Say whether the database is up to date."""
    engine = _engine(_config(words))
    _up_to_date(engine, words)
    click.echo(words("db_current", revision=schema.newest()))


@main.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--note", help="Ce qui change / what changes.")
@click.pass_obj
def deploy(words: Words, path: Path, note: str | None) -> None:
    """Publier un fichier .bpmn ou un dossier de processus. / Publish a .bpmn file or a process folder."""
    from designer.wiring import DesignerCatalogue

    config = _config(words)
    engine = _engine(config)
    _up_to_date(engine, words)
    package = _package(words, path)
    with Session(engine) as session, session.begin():
        try:
            found = deployments.deploy(
                session, package, DesignerCatalogue.of(session), now=SystemClock().now(), note=note
            )
        except DefinitionInvalid as invalid:
            _print_diagnostics(words, invalid.diagnostics)
            _stop(words("deploy_refused", path=path), REFUSED)
        for definition in found:
            click.echo(words("deployed", key=definition.key, version=definition.version))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Résultat en JSON / result as JSON.")
@click.pass_obj
def check(words: Words, files: tuple[Path, ...], as_json: bool) -> None:
    """Vérifier des fichiers .bpmn ou .dmn, ou des dossiers. / Check .bpmn or .dmn files, or folders.

    Sans base de données. / Needs no database.

    Codes : 0 rien à corriger, 1 des erreurs, 2 un fichier illisible. / 0 fine, 1 errors, 2 unreadable.
    """
    from designer.wiring import DesignerCatalogue

    catalogue = DesignerCatalogue()
    found: dict[str, list[Diagnostic]] = {}
    quiet = len(files) < LONG_WORK or not sys.stderr.isatty()
    with click.progressbar(files, label=words("checking"), file=sys.stderr, hidden=quiet) as bar:
        for path in bar:
            found[str(path)] = _checked(words, path, catalogue)
    _print_checked(words, found, as_json)
    if any(has_errors(diagnostics) for diagnostics in found.values()):
        sys.exit(REFUSED)


@main.command()
@click.argument("key")
@click.option("--variables", default="{}", help="Objet JSON / JSON object: '{\"montant\": 12.5}'.")
@click.option("--version", type=int, help="Une version précise / a given version.")
@click.pass_obj
def start(words: Words, key: str, variables: str, version: int | None) -> None:
    """Ouvrir un dossier du processus KEY. / Start a case of process KEY."""
    values = _json_object(words, variables)
    config = _config(words)
    engine = _engine(config)
    _up_to_date(engine, words)
    with Session(engine) as session, session.begin():
        try:
            case = instances.start(session, key, values, now=SystemClock().now(), version=version)
        except (NotFound, InvalidState, InvalidValue) as error:
            _stop(words("start_refused", key=key, reason=error), REFUSED)
        click.echo(words("started", reference=case.reference, id=case.id))


@main.command()
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Résultat en JSON / result as JSON.")
@click.pass_obj
def why(words: Words, reference: str, as_json: bool) -> None:
    """Dire pourquoi le dossier REFERENCE n'avance pas. / Say why case REFERENCE does not move."""
    config = _config(words)
    engine = _engine(config)
    _up_to_date(engine, words)
    with Session(engine) as session:
        try:
            case = instances.by_reference(session, reference)
        except NotFound:
            _stop(words("no_such_case", reference=reference), REFUSED)
        found = explain.why(session, case.id, now=SystemClock().now())
    if as_json:
        click.echo(
            json.dumps([asdict(reason) for reason in found], ensure_ascii=False, indent=2, default=str)
        )
        return
    for reason in found:
        note = f" ({reason.note.in_(words.locale)})" if reason.note else ""
        click.echo(reason.text.in_(words.locale) + note)


main.add_command(import_files)


@main.group()
def user() -> None:
    """Les comptes. / Accounts."""


@user.command("add")
@click.option("--email", prompt=True, help="Adresse électronique / e-mail address.")
@click.option("--name", prompt="Nom / name", help="Nom affiché / name shown.")
@click.option(
    "--role", "roles", multiple=True, help="Rôle ou rôle@groupe, répétable / role or role@group, repeatable."
)
@click.option("--team", "teams", multiple=True, help="Équipe (créée si besoin) / team (made if needed).")
@click.option("--password-stdin", is_flag=True, help="Lire le mot de passe / read the password on stdin.")
@click.pass_obj
def user_add(
    words: Words, email: str, name: str, roles: tuple[str, ...], teams: tuple[str, ...], password_stdin: bool
) -> None:
    """Ouvrir un compte. / Create an account."""
    from designer.accounts import people

    config = _config(words)
    _up_to_date(_engine(config), words)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(words("password"), hide_input=True, confirmation_prompt=True)
    try:
        people.add_from_command(config, email, name, password, roles, teams)
    except people.CannotAdd as refused:
        _stop(refused.message.in_(words.locale), REFUSED)
    click.echo(words("user_added", email=email))


@main.group()
def connectors() -> None:
    """Les connecteurs. / Connectors."""


@connectors.command("list")
@click.pass_obj
def connectors_list(words: Words) -> None:
    """Les connecteurs installés et leurs opérations. / Installed connectors and their operations."""
    from connectors import registry

    for info in registry.catalogue():
        click.echo(f"{info.kind}\t{info.manifest.name.in_(words.locale)}")
        for operation in sorted(info.manifest.types()):
            click.echo(f"  {operation}")


@connectors.command("templates")
@click.option("--check", "only_check", is_flag=True, help="Dire ce qui a changé / only say what is outdated.")
@click.pass_obj
def connectors_templates(words: Words, only_check: bool) -> None:
    """Écrire les modèles d'éléments. / Write the element templates of the modeler."""
    from designer.connector_files import outdated_templates

    changed = outdated_templates(write=not only_check)
    for path in changed:
        click.echo(path)
    if only_check and changed:
        _stop(words("templates_outdated", count=len(changed)), REFUSED)


@connectors.command("new")
@click.argument("kind")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="Dossier parent / parent folder."
)
@click.pass_obj
def connectors_new(words: Words, kind: str, into: Path | None) -> None:
    """Créer un connecteur qui marche, avec ses tests. / Make a working connector with passing tests."""
    from designer.connector_files import InvalidKind, make_connector

    try:
        folder = make_connector(kind, into)
    except InvalidKind as refused:
        _stop(words("connector_refused", kind=kind, reason=refused), UNUSABLE)
    click.echo(words("connector_made", folder=folder))


@main.group(invoke_without_command=True)
@click.option("--port", type=int, default=8000, show_default=True, help="Port.")
@click.pass_context
def demo(context: click.Context, port: int) -> None:
    """Démarrer la démonstration : comptes, exemples, faux services. / Start the demonstration."""
    if context.invoked_subcommand is None:
        from designer import demo as demonstration

        demonstration.run(port=port, locale=context.obj.locale)


@demo.command("remove-samples")
@click.pass_obj
def demo_remove_samples(words: Words) -> None:
    """Retirer les dossiers d'exemple. / Remove the sample cases."""
    from designer import demo as demonstration

    engine = _engine(demonstration.config_of(_config(words)))
    _up_to_date(engine, words)
    with Session(engine) as session, session.begin():
        count = demonstration.remove_samples(session)
    click.echo(words("samples_removed", count=count))


def _config(words: Words) -> Config:
    try:
        return Config.from_env()
    except InvalidConfig as error:
        _stop(words("config_invalid", reason=error), UNUSABLE)


def _engine(config: Config) -> Engine:
    return make_engine(config.url)


def _up_to_date(engine: Engine, words: Words) -> None:
    try:
        schema.check(engine)
    except schema.SchemaOutdated as outdated:
        _stop(words("db_outdated", reason=outdated), UNUSABLE)


def _package(words: Words, path: Path) -> packages.Package:
    try:
        return _load(path)
    except DefinitionInvalid as invalid:
        _print_diagnostics(words, list(invalid.diagnostics))
        _stop(words("deploy_refused", path=path), REFUSED)
    except (OSError, EngineError) as error:
        _stop(words("unreadable", path=path, reason=error), UNUSABLE)


def _load(path: Path) -> packages.Package:
    if path.is_dir():
        return packages.load_folder(path)
    return packages.single(path.read_bytes(), path.with_suffix(".bpmn").name)


def _beside(path: Path) -> list[bytes]:
    """The other decision models of the folder, among which imports are found."""
    return [other.read_bytes() for other in sorted(path.parent.glob("*.dmn")) if other.name != path.name]


def _checked(words: Words, path: Path, catalogue: Catalogue) -> list[Diagnostic]:
    if not path.exists():
        _stop(words("missing", path=path), UNUSABLE)
    try:
        if path.suffix.lower() == ".dmn":
            return check_model(path.name, path.read_bytes(), _beside(path))
        return check_package(_load(path), catalogue)
    except DefinitionInvalid as invalid:
        return list(invalid.diagnostics)
    except (OSError, EngineError) as error:
        _stop(words("unreadable", path=path, reason=error), UNUSABLE)


def _json_object(words: Words, text: str) -> dict[str, Any]:
    from designer import jsons

    try:
        found = jsons.loads(text)
    except ValueError as error:
        _stop(words("not_json", reason=error), UNUSABLE)
    if not isinstance(found, dict):
        _stop(words("not_json", reason=words("not_object")), UNUSABLE)
    return found


def _print_checked(words: Words, found: dict[str, list[Diagnostic]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
        return
    for file, diagnostics in found.items():
        _print_diagnostics(words, diagnostics, file)
        click.echo(words("checked_bad" if has_errors(diagnostics) else "checked_good", path=file))


def _as_json(found: dict[str, list[Diagnostic]]) -> dict[str, Any]:
    listed = [{"file": file, "diagnostics": [d.to_dict() for d in ds]} for file, ds in found.items()]
    return {"ok": not any(has_errors(ds) for ds in found.values()), "files": listed}


def _print_diagnostics(words: Words, diagnostics: list[Diagnostic], file: str = "") -> None:
    for found in diagnostics:
        where = ":".join(part for part in (found.file or file, found.element_id) if part)
        severity = click.style(words(found.severity), fg=SEVERITIES[found.severity])
        click.echo(f"{where}: {severity}: {found.message.in_(words.locale)} [{found.rule}]", err=True)
        if found.hint:
            click.echo(f"    {found.hint.in_(words.locale)}", err=True)


def _stop(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)
