"""`relais demo` as somebody starts it: from an empty folder to the mail, and nothing left after."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from designer import schema
from designer.accounts import people
from designer.config import Config
from designer.database import make_engine
from designer.demo import LOCK, look_for_chromium, services
from tests.demo.test_services import free_block

pytestmark = pytest.mark.xdist_group("browser")

ANSWERS = {
    "prenom": "Mei",
    "nom": "Chen",
    "numero_etranger": "8203000001",
    "courriel": "mei.chen@mel.example",
    "voie": "52 rue Pasteur",
    "code_postal": "82000",
    "commune": "Montauban",
    "date_emmenagement-day": "2",
    "date_emmenagement-month": "11",
    "date_emmenagement-year": "2026",
    "exact": "true",
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
START = "from designer.cli import main; main()"


def until(probe: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first true answer of `probe`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := probe():
            return found
        time.sleep(0.1)
    pytest.fail(f"{what}: not within {seconds} seconds")


class Demo:
    """The command, running."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.output = folder / "output.txt"
        environment = {**os.environ, "RELAIS_DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, "--lang", "fr", "demo", "--port", str(port)],
                cwd=Path(__file__).parents[2],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        until(lambda: "Ctrl-C" in self.text or self.process.poll() is not None, 120, "ready")
        assert self.process.poll() is None, self.text

    def stop(self, how: signal.Signals) -> int:
        """Stop it as a terminal would, the whole group."""
        os.killpg(self.process.pid, how)
        return self.process.wait(15)

    def descendants(self) -> set[tuple[int, str]]:
        """Every process below, in whatever session, as (id, start time)."""
        parents: dict[int, tuple[int, str]] = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                parents[int(path.parent.name)] = (int(fields[1]), fields[19])
        below, found = {self.process.pid}, set()
        while more := {pid for pid, (parent, _) in parents.items() if parent in below} - below:
            below |= more
            found |= {(pid, parents[pid][1]) for pid in more}
        return found


def still_there(processes: set[tuple[int, str]]) -> set[int]:
    """Those that live on."""
    alive = set()
    for pid, started in processes:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if fields[19] == started and fields[0] != "Z":
                alive.add(pid)
    return alive


@pytest.fixture
def demo(tmp_path: Path, chromium: str) -> Iterator[Demo]:
    demo = Demo(tmp_path, free_block())
    yield demo
    if demo.process.poll() is None:
        os.killpg(demo.process.pid, signal.SIGKILL)
        demo.process.wait()


def ask(port: int) -> str:
    """Make a request by the public form; the case number on the receipt."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as browser:
        page = browser.get("/requests/changement_adresse")
        receipt = browser.post("/requests/changement_adresse", data=ANSWERS | dict(HIDDEN.findall(page.text)))
        assert receipt.status_code == 200, receipt.text
        return re.search(r"CA-\d{4}-\d{4}", receipt.text)[0]


def typed(port: int, case: str) -> list[dict[str, Any]]:
    """Rows of the case in the legacy application."""
    rows = httpx.get(f"http://127.0.0.1:{port + services.ABOVE + 3}/_stub/rows").json()
    return [row for row in rows if row["dossier"] == case]


def mail(port: int, case: str) -> list[dict[str, Any]]:
    """Messages about the case."""
    messages = httpx.get(f"http://127.0.0.1:{port + services.ABOVE + 1}/api/messages").json()
    return [message for message in messages if case in message["subject"]]


def assert_nothing_left(demo: Demo, processes: set[tuple[int, str]]) -> None:
    until(lambda: not still_there(processes), 5, "the end of every process")
    with pytest.raises(ProcessLookupError):
        os.killpg(demo.process.pid, 0)
    first = demo.port + services.ABOVE
    assert all(services.is_free(port) for port in (demo.port, *range(first, first + services.PORTS)))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_from_an_empty_folder_to_the_mail_and_back_to_nothing(demo: Demo) -> None:
    demo.wait_until_ready()
    assert "nadia@val-de-lorme.example" in demo.text

    case = ask(demo.port)
    (row,) = until(lambda: typed(demo.port, case), 90, "typing by the robot")
    assert (row["voie"], row["commune"], row["saisi_par"]) == ("52 rue Pasteur", "MONTAUBAN", "robot")
    (message,) = until(lambda: mail(demo.port, case), 30, "the mail")
    assert message["recipients"] == ["mei.chen@mel.example"]
    assert row["enregistrement"] in message["text"]

    ask(demo.port)
    processes = until(demo.descendants, 30, "the robot of another case")
    assert demo.stop(signal.SIGINT) == 0, demo.text
    assert_nothing_left(demo, processes)
    assert "arrêtée" in demo.text
    assert "Traceback" not in demo.text


def refused(folder: Path) -> str:
    """What the command says when it does not start on that folder."""
    done = subprocess.run(
        [sys.executable, "-c", START, "--lang", "en", "demo", "--port", str(free_block())],
        env={**os.environ, "RELAIS_DATA_DIR": str(folder)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert not done.stdout
    return done.stderr


def test_two_do_not_share_a_folder(tmp_path: Path) -> None:
    with (tmp_path / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "already runs" in refused(tmp_path)


def test_an_installation_in_use_is_left_alone(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    engine = make_engine(config.url)
    schema.upgrade(engine)
    people.add_from_command(config, "marie@mairie.example", "Marie", "une phrase pour entrer", [], [])
    engine.dispose()
    assert "not a demonstration" in refused(tmp_path)


def test_a_missing_browser_is_said_and_not_fatal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("RELAIS_CHROMIUM", raising=False)
    look_for_chromium("fr")
    assert "Chromium n’est pas installé" in capsys.readouterr().err
