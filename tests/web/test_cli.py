"""The command: what it says, on which stream, and how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from designer import schema
from designer.cli import main
from designer.database import make_engine

GOOD = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">
<process id="simple" isExecutable="true"><startEvent id="s"/><endEvent id="e"/>
<sequenceFlow id="f" sourceRef="s" targetRef="e"/></process></definitions>"""
WAITING = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">
<process id="attente" isExecutable="true"><startEvent id="s"/>
<userTask id="t" name="Decider"/><endEvent id="e"/>
<sequenceFlow id="f" sourceRef="s" targetRef="t"/><sequenceFlow id="g" sourceRef="t" targetRef="e"/>
</process></definitions>"""
BAD = GOOD.replace('<endEvent id="e"/>', '<endEvent id="e"/><choreographyTask id="c"/>')


@pytest.fixture
def relais(own_database_url: str, tmp_path: Path) -> Callable[..., Result]:
    """Run the command with its own database."""
    settings = {
        "RELAIS_DATABASE_URL": own_database_url,
        "RELAIS_DATA_DIR": str(tmp_path),
        "RELAIS_SECRET_KEY": "k" * 40,
        "RELAIS_ENV": "test",
        "LC_ALL": "fr_FR.UTF-8",
    }

    def run(*arguments: str, input: str | None = None, **environment: str) -> Result:
        return CliRunner().invoke(main, list(arguments), input=input, env=settings | environment)

    return run


@pytest.fixture
def ready(relais: Callable[..., Result]) -> Callable[..., Result]:
    """The same, with tables."""
    assert relais("db", "upgrade").exit_code == 0
    return relais


def test_every_command_explains_itself_in_both_languages(relais: Callable[..., Result]) -> None:
    for arguments in (
        (),
        ("check",),
        ("import",),
        ("deploy",),
        ("serve",),
        ("worker",),
        ("why",),
        ("user", "add"),
        ("connectors", "new"),
    ):
        french = relais(*arguments, "--help")
        english = relais("--lang", "en", *arguments, "--help")
        assert french.exit_code == english.exit_code == 0
        assert french.output != english.output
        assert " / " not in english.output


def test_checking_tells_good_from_bad_from_unusable(relais: Callable[..., Result], tmp_path: Path) -> None:
    good, bad, junk = tmp_path / "good.bpmn", tmp_path / "bad.bpmn", tmp_path / "junk.txt"
    good.write_text(GOOD)
    bad.write_text(BAD)
    junk.write_text("bonjour")
    assert relais("check", str(good)).exit_code == 0
    refused = relais("check", str(bad))
    assert refused.exit_code == 1
    assert "bad.bpmn:c" in refused.stderr
    assert relais("check", str(junk)).exit_code == 1
    assert relais("check", str(tmp_path / "absent.bpmn")).exit_code == 2
    assert relais("check").exit_code == 2


def test_checking_as_json(relais: Callable[..., Result], tmp_path: Path) -> None:
    bad = tmp_path / "bad.bpmn"
    bad.write_text(BAD)
    result = relais("check", str(bad), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["ok"] is False
    assert {"fr", "en"} <= set(found["files"][0]["diagnostics"][0]["message"])


def test_a_process_is_deployed_and_started(ready: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "simple.bpmn"
    file.write_text(GOOD)
    assert "version 1 publiée" in ready("deploy", str(file)).stdout
    assert "Case SI" in ready("--lang", "en", "start", "simple", "--variables", '{"a": 0.1}').stdout
    assert ready("start", "absent").exit_code == 1
    assert ready("start", "simple", "--variables", "[1]").exit_code == 2
    file.write_text(BAD)
    refused = ready("deploy", str(file))
    assert refused.exit_code == 1
    assert refused.stdout == ""


def test_a_database_without_tables_is_named(relais: Callable[..., Result]) -> None:
    result = relais("start", "simple")
    assert result.exit_code == 2
    assert "relais db upgrade" in result.stderr
    assert relais("db", "check").exit_code == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_workers_need_postgresql(relais: Callable[..., Result]) -> None:
    result = relais("worker")
    assert result.exit_code == 2
    assert "PostgreSQL" in result.stderr


def test_opening_an_account(ready: Callable[..., Result]) -> None:
    account = (
        "user",
        "add",
        "--email",
        "Nadia@Exemple.fr",
        "--name",
        "Nadia",
        "--role",
        "agent",
        "--password-stdin",
    )
    done = ready(*account, "--team", "urbanisme", input="une phrase pour entrer\n")
    assert done.exit_code == 0, done.output
    assert "a déjà un compte" in ready(*account, input="une phrase pour entrer\n").stderr
    assert ready("user", "add", "--email", "x", "--name", "y", "--password-stdin", input="z\n").exit_code == 1
    unknown = ("user", "add", "--email", "b@exemple.fr", "--name", "B", "--role", "roi", "--password-stdin")
    assert "Le rôle roi n’existe pas" in ready(*unknown, input="une phrase pour entrer\n").stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RELAIS_PORT", "x"),
        ("RELAIS_SECRET_KEY", "court"),
        ("RELAIS_TIMEZONE", "Mars/Olympus"),
        ("RELAIS_ENV", "x"),
    ],
)
def test_an_unusable_setting_is_named(relais: Callable[..., Result], name: str, value: str) -> None:
    result = relais("db", "check", **{name: value})
    assert result.exit_code == 2
    assert name in result.stderr
    assert "court" not in result.stderr.replace("courte", "")


def test_connectors_are_listed(relais: Callable[..., Result]) -> None:
    assert "http_request:read:1" in relais("connectors", "list").stdout


def test_committed_element_templates_are_those_the_code_generates(relais: Callable[..., Result]) -> None:
    assert relais("connectors", "templates", "--check").exit_code == 0


def test_a_new_connector_comes_with_passing_tests(relais: Callable[..., Result], tmp_path: Path) -> None:
    assert relais("connectors", "new", "Pas Bon", "--into", str(tmp_path)).exit_code == 2
    made = relais("connectors", "new", "greffe", "--into", str(tmp_path))
    assert made.exit_code == 0, made.output
    assert relais("connectors", "new", "greffe", "--into", str(tmp_path)).exit_code == 2
    holds = [path for path in (tmp_path / "greffe").rglob("*") if path.is_file()]
    assert any(path.name == "test_greffe.py" for path in holds)
    assert not any("scaffold_kind" in path.read_text() for path in holds)


def test_the_embedded_mode_makes_its_own_key(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    engine = make_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    environment = {"RELAIS_DATA_DIR": str(tmp_path), "RELAIS_DATABASE_URL": url, "PATH": "/usr/bin"}
    command = [sys.executable, "-c", "from designer import create_app; create_app()"]
    subprocess.run(command, env=environment, check=True, cwd=Path(__file__).parents[2], timeout=60)
    key = tmp_path / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text().strip()) >= 32


def test_why_a_case_does_not_move(ready: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "attente.bpmn"
    file.write_text(WAITING)
    assert ready("deploy", str(file)).exit_code == 0
    reference = ready("start", "attente").stdout.split()[1]
    assert (
        ready("why", reference)
        .stdout.replace("\u00a0", " ")
        .startswith("« Decider » attend une personne depuis")
    )
    english = ready("--lang", "en", "why", reference).stdout
    assert english.startswith("“Decider” has been waiting for somebody for")
    assert json.loads(ready("why", reference, "--json").stdout)[0]["kind"] == "user_task.offered"
    refused = ready("why", "ZZ-2026-0001")
    assert (refused.exit_code, refused.stderr.strip()) == (
        1,
        "Aucun dossier ne porte le numéro ZZ-2026-0001.",
    )


FOREIGN = WAITING.replace(
    "<definitions ", '<definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
).replace('name="Decider"', 'name="Decider" camunda:assignee="${chef}" camunda:formKey="app:forms/a.html"')


def test_an_import_says_what_became_of_each_step_and_writes_the_package(
    relais: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "a.bpmn20.xml").write_text(FOREIGN, encoding="utf-8")
    told = relais("import", str(tmp_path / "a.bpmn20.xml"), "--into", str(tmp_path / "out"))
    assert told.exit_code == 0
    assert "Camunda 7" in told.stdout
    assert "une autre application (app:forms/a.html)" in told.stdout
    assert 'assignee="=chef"' in (tmp_path / "out" / "a.bpmn").read_text(encoding="utf-8")
    found = json.loads(relais("import", str(tmp_path / "a.bpmn20.xml"), "--json").stdout)
    assert (found["key"], found["dialect"], found["files"]) == ("attente", "camunda7", ["a.bpmn"])
    assert {note["kind"] for note in found["notes"]} == {"to_choose", "translated"}


def test_an_import_of_what_is_no_diagram_is_refused(relais: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_text("<html/>", encoding="utf-8")
    refused = relais("import", str(tmp_path / "a.bpmn"))
    assert (refused.exit_code, "pas un diagramme BPMN" in refused.stderr) == (1, True)
    assert relais("import", str(tmp_path / "gone.bpmn")).exit_code == 2
