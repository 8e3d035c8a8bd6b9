"""The registry finds connectors without importing them, ours and other people's."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from connectors import registry, scaffold
from connectors.registry import ENTRY_POINT_GROUP, Registry, UnknownConnector
from connectors.sdk import InvalidConnector
from connectors.sdk.testing import context

ROOT = Path(__file__).resolve().parents[2]


def entry(kind: str, value: str) -> EntryPoint:
    return EntryPoint(kind, value, ENTRY_POINT_GROUP)


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """An installed package that ships a connector."""
    package = tmp_path / "acme_relais"
    package.mkdir()
    scaffold.new("acme_registre", package, "Registre Acme", "Acme register")
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] == "acme_relais"]:
        del sys.modules[name]


def test_our_connectors_are_found_by_their_folders():
    kinds = [info.kind for info in registry.catalogue()]
    assert kinds == sorted(kinds)
    assert {"email", "http_request"} <= set(kinds)
    assert "_scaffold" not in kinds
    assert "email:send:1" in registry.default().types()


def test_the_catalogue_imports_no_connector_code():
    code = (
        "import sys; from connectors import registry; infos = registry.catalogue(); "
        "[info.templates() for info in infos]; registry.default().types(); "
        "kinds = {info.kind for info in infos}; "
        "loaded = [m for m in sys.modules if m.split('.')[0] == 'connectors' and m.split('.')[1:2] "
        "and m.split('.')[1] in kinds]; assert loaded == [], loaded; assert 'httpx' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_an_operation_is_found_by_its_job_type():
    operation = registry.operation("http_request:read:1")
    assert operation.type == "http_request:read:1"
    assert registry.operation("http_request:read:1") is operation


@pytest.mark.parametrize(
    "type", ["", "email", "email:send", "email:send:x", "email:send:9", "nope:send:1", "a:b:c:d"]
)
def test_an_unknown_type_is_named(type):
    with pytest.raises(UnknownConnector):
        registry.operation(type)


def test_a_package_brings_a_connector_by_its_entry_point(third_party):
    (third_party / "__init__.py").write_text('raise RuntimeError("imported too early")\n')
    found = Registry(third_parties=lambda: [entry("acme_registre", "acme_relais.acme_registre")])
    assert found.info("acme_registre").manifest.name.fr == "Registre Acme"
    assert found.info("acme_registre").templates()
    (third_party / "__init__.py").write_text("")
    operation = found.operation("acme_registre:find:1")
    with found.load("acme_registre").start_stub() as stub:
        assert operation.run({"number": "R00001"}, context(stub))["title"] == "Exemple"


def test_an_installed_distribution_is_found(third_party):
    metadata = third_party.parent / "acme_relais-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-relais\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        f"[{ENTRY_POINT_GROUP}]\nacme_registre = acme_relais.acme_registre\n"
    )
    assert "acme_registre" in [info.kind for info in Registry().catalogue()]


def test_two_connectors_of_one_kind_fail_loudly(third_party):
    manifest = third_party / "acme_registre" / "connector.toml"
    manifest.write_text(manifest.read_text().replace('kind = "acme_registre"', 'kind = "email"'))
    with pytest.raises(InvalidConnector, match="two connectors are called email"):
        Registry(third_parties=lambda: [entry("email", "acme_relais.acme_registre")]).catalogue()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "acme_registre"', 'kind = "autre"', "found as acme_registre"),
        ('kind = "acme_registre"', "kind = ", "connector.toml"),
        ('owner = "Relais"', "", "owner is missing"),
        ('owner = "Relais"', 'owner = "x"\nsurprise = 1', "surprise"),
        ("versions = [1]", "versions = []", "versions"),
    ],
)
def test_a_broken_manifest_is_named(third_party, old, new, said):
    manifest = third_party / "acme_registre" / "connector.toml"
    manifest.write_text(manifest.read_text().replace(old, new))
    with pytest.raises(InvalidConnector, match=said):
        Registry(third_parties=lambda: [entry("acme_registre", "acme_relais.acme_registre")]).catalogue()


def test_an_entry_point_to_nowhere_is_named():
    with pytest.raises(InvalidConnector, match="not a package"):
        Registry(third_parties=lambda: [entry("x", "nowhere_at_all.x")]).catalogue()


def test_code_that_disagrees_with_its_manifest_is_refused(third_party):
    manifest = third_party / "acme_registre" / "connector.toml"
    manifest.write_text(manifest.read_text().replace("versions = [1]", "versions = [1, 2]", 1))
    found = Registry(third_parties=lambda: [entry("acme_registre", "acme_relais.acme_registre")])
    with pytest.raises(InvalidConnector, match="acme_registre:find:2"):
        found.load("acme_registre")
