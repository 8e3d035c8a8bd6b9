"""Every scenario of every shipped package, as a citizen developer would run it."""

from __future__ import annotations

from pathlib import Path

import pytest

import processes
from designer.wiring import DesignerCatalogue
from engine import check, packages, scenarios
from engine.spiff.compiled import compile_process

FOLDERS = sorted(p.parent for p in processes.PATH.glob("*/process.toml"))
SCENARIOS = [(folder, path) for folder in FOLDERS for path in sorted(folder.glob("scenarios/*.toml"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_a_shipped_package_has_no_finding(folder: Path) -> None:
    package = packages.load_folder(folder)
    assert [d.to_dict() for d in check.check(package, DesignerCatalogue())] == []
    assert (folder / "README.md").is_file()
    assert len(package.of_kind("scenario")) >= 5


@pytest.mark.parametrize(("folder", "path"), SCENARIOS, ids=lambda p: p.stem)
def test_a_scenario_comes_out_as_it_says(folder: Path, path: Path) -> None:
    scenario = scenarios.load(path.name, path.read_bytes())
    outcome = scenarios.run(packages.load_folder(folder), scenario, DesignerCatalogue())
    assert outcome.failures == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_together_the_scenarios_take_every_flow(folder: Path) -> None:
    package = packages.load_folder(folder)
    taken: set[str] = set()
    for name, content in package.of_kind("scenario").items():
        taken |= set(scenarios.run(package, scenarios.load(name, content), DesignerCatalogue()).flows)
    for content in package.of_kind("bpmn").values():
        nodes = compile_process(content).nodes()
        assert {f.id for node in nodes for f in node.flows_out} - taken == set()


def test_a_scenario_that_expects_something_else_fails() -> None:
    folder = FOLDERS[0]
    text = (folder / "scenarios/1_automatique.toml").read_text().replace("adresse_changee", "demande_classee")
    outcome = scenarios.run(
        packages.load_folder(folder), scenarios.load("wrong", text.encode()), DesignerCatalogue()
    )
    assert outcome.failures == ["end_event: expected demande_classee, got adresse_changee"]


@pytest.mark.parametrize("text", ["= not toml", "surprise = 1"])
def test_a_scenario_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(scenarios.ScenarioInvalid):
        scenarios.load("bad", text.encode())
